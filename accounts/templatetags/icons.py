"""`{% lucide "phone" size=16 … %}` as the package `lucide` gives it, drawn once and then kept.

The package parses and copies the SVG tree at each call; a list of 50 rows draws 150 icons, which took a quarter of its
time. Registered under the package's own name in settings. An icon whose arguments are all literals is plain text.
"""

from functools import lru_cache

import lucide as package
from django import template
from django.template.base import FilterExpression, Node, TextNode, token_kwargs
from django.utils.safestring import mark_safe

register = template.Library()
DEFAULT_SIZE = 24


@lru_cache(maxsize=1024)
def _draw(name, size, attributes):
    # Adding "" makes plain strings of safe ones, so that the package escapes them.
    plain = {key: value + "" if isinstance(value, str) else value for key, value in attributes}
    drawn = package._render_icon(name, size, **plain)
    return mark_safe("".join(line.strip() for line in drawn.splitlines()))


@register.tag
def lucide(parser, token):
    """The icon named, with size in px and attributes of the <svg>."""
    name, *rest = token.split_contents()[1:]
    arguments = token_kwargs(rest, parser)
    if rest:  # token_kwargs takes out what it understands
        raise template.TemplateSyntaxError("lucide takes a name, then attributes as name=value")
    icon = IconNode(parser.compile_filter(name), arguments)
    return TextNode(icon.render(template.Context())) if icon.is_constant else icon


def _is_literal(value):
    """Numbers are variables without anything to look up."""
    return not value.filters and (not value.is_var or value.var.lookups is None)


class IconNode(Node):
    def __init__(self, name: FilterExpression, arguments):
        self.name, self.arguments = name, arguments

    @property
    def is_constant(self):
        return all(map(_is_literal, (self.name, *self.arguments.values())))

    def render(self, context):
        attributes = {key: value.resolve(context) for key, value in self.arguments.items()}
        size = attributes.pop("size", DEFAULT_SIZE)
        return _draw(self.name.resolve(context), size, tuple(attributes.items()))
