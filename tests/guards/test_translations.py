"""Every text is there in Vietnamese, and every text can be."""

import re
from collections import Counter

import allauth
import django
import pytest
from babel.messages.pofile import read_po
from django.forms import modelform_factory
from django.forms.forms import BaseForm

from clients.models import Deal
from config.paths import ROOT
from tests.guards import texts

PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%%|%[a-z]|{\w*}")
HTML_TAG = re.compile(r"</?[a-z][^>]*>")
# Said the same in Vietnamese.
SAME = {"CSV", "Email", "Excel", "Menu", "Website", "website"}


def read_catalog(path):
    with path.open("rb") as handle:
        return read_po(handle, locale="vi", abort_invalid=True)


@pytest.fixture(scope="module")
def catalog():
    return read_catalog(texts.PO)


@pytest.fixture(scope="module")
def messages(catalog):
    return [message for message in catalog if message.id]


@pytest.fixture(scope="module")
def marked():
    return texts.marked()


def words(text):
    return text if isinstance(text, tuple) else (text,)


def in_vietnamese(message):
    return words(message.string)


def test_every_marked_text_is_in_the_catalog(catalog, marked):
    assert len(marked) > 500
    missing = [
        f"{path.relative_to(ROOT)}: {msgid}"
        for (context, msgid), path in marked.items()
        if catalog.get(msgid, context) is None
    ]
    assert missing == [], "run manage.py makemessages and translate what is new"


def test_catalog_holds_nothing_that_is_no_longer_said(catalog, messages, marked):
    unused = [m.id for m in messages if (m.context, words(m.id)[0]) not in marked]
    assert (unused, list(catalog.obsolete)) == ([], [])


def test_every_text_is_translated(messages):
    assert [m.id for m in messages if m.fuzzy or not all(map(str.strip, in_vietnamese(m)))] == []


def test_translations_are_not_left_in_english(messages):
    same = {m.id for m in messages if m.string == m.id and texts.LETTER.search(PLACEHOLDER.sub("", m.id))}
    assert same - SAME == set()


def test_translations_have_one_form_for_every_number(catalog, messages):
    assert catalog.num_plurals == 1
    assert [m.id for m in messages if m.pluralizable and len(m.string) != 1] == []


def test_translations_keep_placeholders_and_tags(messages):
    """Compared with the plural, since the one Vietnamese form also says how many."""
    wrong = []
    for message in messages:
        said = words(message.id)[-1]
        for pattern in (PLACEHOLDER, HTML_TAG):
            expected = Counter(pattern.findall(said))
            wrong += [said for text in in_vietnamese(message) if Counter(pattern.findall(text)) != expected]
    assert wrong == []


def test_translations_begin_and_end_as_their_texts_do(messages):
    """A sentence keeps its full stop, a part of one its blank; a label has neither."""
    wrong = [
        m.id
        for m in messages
        for text in in_vietnamese(m)
        for said in words(m.id)
        if (said[0].isspace(), said[-1] in ".:;?\n ") != (text[0].isspace(), text[-1] in ".:;?\n ")
    ]
    assert wrong == []


def test_borrowed_texts_are_still_said_by_their_packages():
    said = {
        text
        for path in texts.catalog_files(django, allauth)
        for message in read_catalog(path)
        for text in words(message.id)
    }
    source = (ROOT / "accounts" / "borrowed.py").read_text(encoding="utf-8")
    assert {text for _context, text in texts.marked_in_python(source)} - said == set()


# --- Texts that nobody marked -----------------------------------------------------------------------------------


@pytest.mark.parametrize("path", texts.template_files(), ids=lambda path: path.relative_to(ROOT).as_posix())
def test_template_says_nothing_unmarked(path):
    source = path.read_text(encoding="utf-8")
    assert texts.unmarked_in_template(source, html=path.suffix == ".html") == []


@pytest.mark.parametrize("path", texts.typst_files(), ids=lambda path: path.name)
def test_pdf_says_nothing_itself(path):
    assert texts.unmarked_in_typst(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "look_for", [texts.unmarked_in_python, texts.unknown_names_of_gettext, texts.translated_at_import]
)
def test_python_says_nothing_unmarked(look_for):
    found = [
        f"{path.relative_to(ROOT)}:{line}"
        for path in texts.python_files()
        for line in look_for(path.read_text(encoding="utf-8"))
    ]
    assert found == []


def test_no_label_is_made_out_of_a_name_in_the_code():
    texts.import_everything()
    ours = tuple(f"{package}." for package in texts.PACKAGES)
    assert [found for found in texts.unmarked_labels(BaseForm) if found.startswith(ours)] == []


def test_scripts_say_nothing_themselves():
    scripts = (ROOT / "static" / "js").glob("*.js")
    found = {path.name: texts.sentences_in_script(path.read_text(encoding="utf-8")) for path in scripts}
    assert {name: sentences for name, sentences in found.items() if sentences} == {}


# --- The guard itself -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "source, found",
    [
        ("<p>{% translate 'Hello' %} · {{ name }}</p>", []),
        ("<p>Hello {{ name }}</p>", ["Hello"]),
        (
            '<a title="{% translate "Open" %}">{% blocktranslate %}{{ n }} clients{% endblocktranslate %}</a>',
            [],
        ),
        ('<a title="Open"></a>', ["Open"]),
        ('<input placeholder="Name" value="kept">', ["Name"]),
        ('<html data-offline-text="No answer">', ["No answer"]),
        ('{% include "_empty.html" with text="Nothing" icon="sun" only %}', ["Nothing"]),
        ("<kbd>Ctrl</kbd><script>var hello;</script>{% comment %} For us {% endcomment %}Tend", []),
        ("<p>100 %</p><p>Đã xong</p>", ["Đã xong"]),
    ],
)
def test_guard_sees_unmarked_words_of_a_template(source, found):
    assert texts.unmarked_in_template(source) == found


def test_guard_sees_unmarked_words_of_python():
    source = (
        "from django.db import models\n"
        "name = models.CharField('name', max_length=9)\n"
        "other = models.CharField(_('other'), help_text='Why')\n"
        "class Stage(models.TextChoices):\n"
        "    OPEN = 'open', 'Open'\n"
        "    WON = 'won', _('Won')\n"
        "messages.success(request, 'Saved')\n"
        "logger.error('Not saved')\n"
        "form.add_error(None, 'Wrong')\n"
        "q = CharField(error_messages={'required': 'Say it'}, widget=W({'placeholder': 'Search', 'class': 'x'}))\n"
        "raise Refused('Too late')\n"
    )
    assert sorted(texts.unmarked_in_python(source)) == [
        "10: Say it",
        "10: Search",
        "11: Too late",
        "2: name",
        "3: Why",
        "5: Open",
        "7: Saved",
        "9: Wrong",
    ]


@pytest.mark.parametrize(
    "source, found",
    [
        ("= #data.title\n#grid(columns: (auto, 1fr), ..data.facts)\n// A comment in words", []),
        ("= Statement of #data.client", ["Statement of #data.client"]),
        ("#if late [Overdue since #day]", ["Overdue since #day"]),
        ("Balance at the end: #data.balance", ["Balance at the end: #data.balance"]),
        ('#set text(font: "Be Vietnam Pro")\n#quiet("not due yet")', ["not due yet"]),
    ],
)
def test_guard_sees_words_of_a_pdf(source, found):
    assert texts.unmarked_in_typst(source) == found


@pytest.mark.parametrize(
    "source, says",
    [
        ("field.textContent = data.text; row.title = '';", False),
        ("button.textContent = 'Undo';", True),
        ("field.setAttribute('aria-label', `Close ${name}`);", True),
        ("toast('No answer came');", True),
    ],
)
def test_guard_sees_words_of_a_script(source, says):
    assert bool(texts.sentences_in_script(source)) is says


def test_guard_sees_the_label_of_a_field_without_a_name():
    form = modelform_factory(Deal, fields=["product", "title"])
    assert [found.rpartition(": ")[2] for found in texts.unmarked_labels(form)] == ["product"]


def test_guard_sees_gettext_under_a_name_that_tools_do_not_know():
    source = "from django.utils.translation import gettext as _, gettext_lazy as _lazy, ngettext\n"
    assert texts.unknown_names_of_gettext(source) == ["1: _lazy"]


def test_guard_sees_what_is_translated_once_for_all_readers():
    source = (
        "from django.utils.translation import gettext as _, gettext_lazy\n"
        "NAMES = {'call': _('Call'), 'visit': gettext_lazy('Visit')}\n"
        "def name():\n    return _('Call')\n"
    )
    assert texts.translated_at_import(source) == ["2"]


def test_guard_reads_what_is_marked():
    template = '{% translate "One" %}\n  {% blocktranslate count n=2 %}a{% plural %}b{% endblocktranslate %}'
    assert list(texts.marked_in_template(template)) == [(None, "One"), (None, "a")]
    source = "from x import gettext as _, pgettext_lazy\n_('Two')\npgettext_lazy('deal', 'Lost')\n"
    assert list(texts.marked_in_python(source)) == [(None, "Two"), ("deal", "Lost")]
