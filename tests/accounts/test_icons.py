"""Icons are drawn as the package draws them, once."""

import pytest
from django.template import Context, Template, TemplateSyntaxError
from lucide.templatetags.lucide import lucide as drawn_by_package


def draw(source, **context):
    return Template("{% load lucide %}" + source).render(Context(context))


def flat(svg):
    return "".join(line.strip() for line in svg.splitlines())


@pytest.mark.parametrize(
    "source, name, arguments",
    [
        ('{% lucide "phone" %}', "phone", {}),
        ('{% lucide "phone" size=16 aria_hidden="true" %}', "phone", {"size": 16, "aria_hidden": "true"}),
        ('{% lucide "x" stroke_width="1.5" class="bad" %}', "x", {"stroke_width": "1.5", "class": "bad"}),
        ("{% lucide icon size=size %}", "sun", {"size": 14}),
        ("{% lucide icon class=danger %}", "sun", {"class": "\"'><script>"}),
    ],
)
def test_an_icon_is_what_the_package_draws(source, name, arguments):
    drawn = draw(source, icon="sun", size=14, danger="\"'><script>")
    assert drawn == flat(drawn_by_package(name, **arguments))
    assert "<script>" not in drawn


def test_an_icon_with_literals_only_is_drawn_when_the_template_is_read():
    template = Template('{% load lucide %}{% lucide "phone" size=16 %}')
    assert "<svg" in template.nodelist[1].s


def test_what_is_no_attribute_is_refused():
    with pytest.raises(TemplateSyntaxError):
        draw('{% lucide "phone" 16 %}')
