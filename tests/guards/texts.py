"""Which texts people meet in Tend: those marked for translation, and those that somebody forgot to mark.

Reads source and templates with Babel and Django's own lexer; no gettext tools are needed.
"""

import ast
import re
from html.parser import HTMLParser
from importlib import import_module
from io import BytesIO
from pathlib import Path

from babel.messages.extract import DEFAULT_KEYWORDS, extract
from babel.messages.pofile import read_po
from django.utils.functional import Promise
from django.utils.translation.template import templatize

from config.paths import ROOT

PACKAGES = ("accounts", "clients", "relationships", "config")
KEYWORDS = DEFAULT_KEYWORDS | {
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext_lazy": (1, 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
LETTER = re.compile(r"[^\W\d_]")


def python_files():
    found = [path for package in PACKAGES for path in (ROOT / package).rglob("*.py")]
    return sorted(path for path in found if "migrations" not in path.parts)


def typst_files():
    return sorted((ROOT / "templates" / "pdf").glob("*.typ"))


def template_files():
    return sorted(path for path in (ROOT / "templates").rglob("*") if path.suffix in (".html", ".txt"))


PO = ROOT / "locale" / "vi" / "LC_MESSAGES" / "django.po"


def english():
    """What Tend says in English and says otherwise in Vietnamese; texts that are built up are left out."""
    with PO.open("rb") as handle:
        messages = [m for m in read_po(handle, locale="vi") if m.id and not m.pluralizable]
    said = {m.id for m in messages if m.id != m.string and "%(" not in m.id}
    return {bare(text) for text in said - ALLOWED}


def bare(text):
    return text.strip(" \n:.·*“”").casefold()


def pieces(text):
    """The lines of what a person reads, as `english` has them."""
    return {bare(line) for line in text.splitlines()} - {""}


# --- What is marked ---------------------------------------------------------------------------------------------


def marked():
    """{(context or None, msgid): the file that says it}"""
    found = {}
    for path in python_files():
        found |= dict.fromkeys(marked_in_python(path.read_text(encoding="utf-8")), path)
    for path in template_files():
        found |= dict.fromkeys(marked_in_template(path.read_text(encoding="utf-8")), path)
    return found


def marked_in_python(source):
    """(context, msgid) of each call of gettext and its kin; a plural counts by its singular."""
    for _line, message, _comments, context in extract("python", BytesIO(source.encode()), KEYWORDS):
        if first := message[0] if isinstance(message, tuple) else message:
            yield context, first


def marked_in_template(source):
    """As in Python: Django turns a template into calls of gettext, whose indentation then means nothing."""
    return marked_in_python("\n".join(line.strip() for line in templatize(source).splitlines()))


# --- What is not marked, in templates ---------------------------------------------------------------------------

COMMENTS = re.compile(r"{% comment %}.*?{% endcomment %}|{#.*?#}|<!--.*?-->", re.DOTALL)
TRANSLATED = re.compile(r"{% blocktrans(?:late)?\b.*?{% endblocktrans(?:late)? %}", re.DOTALL)
TAGS = re.compile(r"{%.*?%}|{{.*?}}", re.DOTALL)
INCLUDES = re.compile(r"{% include .*?%}", re.DOTALL)
# What an include passes to a component to be read by people: text="No clients".
WORDS_PASSED = re.compile(r"\b(?:text|label|title|lede|note|words|\w+_label)=(\"[^\"]+\"|'[^']+')")
READ_ATTRIBUTES = {"title", "aria-label", "aria-description", "placeholder", "alt", "label"}
UNREAD_ELEMENTS = {"script", "style", "kbd"}
# Names that are the same in every language, and each language's own name.
ALLOWED = {"Tend", "English", "Tiếng Việt"}


class _Visible(HTMLParser):
    """Gathers what a person sees or hears."""

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.unread, self.texts = 0, []

    def handle_starttag(self, tag, attributes):
        self.unread += tag in UNREAD_ELEMENTS
        read = {name for name, _value in attributes if name in READ_ATTRIBUTES or name.endswith("-text")}
        self.texts += [value for name, value in attributes if name in read and value]

    def handle_endtag(self, tag):
        self.unread -= tag in UNREAD_ELEMENTS and self.unread > 0

    def handle_data(self, data):
        if not self.unread:
            self.texts.append(data)


def unmarked_in_template(source, *, html=True):
    """Texts, attributes and words passed to components that no translation will reach."""
    source = TRANSLATED.sub("", COMMENTS.sub("", source))
    passed = [words for tag in INCLUDES.findall(source) for words in WORDS_PASSED.findall(tag)]
    bare = TAGS.sub("\n", source)
    texts = visible(bare) if html else [bare]
    pieces = [piece.strip(" \t·–—%:,.()+#“”\"'") for text in [*texts, *passed] for piece in text.splitlines()]
    return [piece for piece in pieces if LETTER.search(piece) and piece not in ALLOWED]


def visible(html):
    parser = _Visible()
    parser.feed(html)
    parser.close()
    return parser.texts


# Typst: a heading, a text in brackets or a line begins with a word instead of "#" and data; or code holds a sentence.
TYPST_COMMENTS = re.compile(r"//.*")
TYPST_WORDS = re.compile(
    r"^\s*=+ +([^#\s].*)|\[\s*([A-ZÀ-Ỹ][^\W\d_]+[^\]\n]*)|^\s*([A-ZÀ-Ỹ][^\W\d_]* [^\W\d_].*)", re.MULTILINE
)
TYPST_SENTENCES = re.compile(r"\"([^\"\n]*[^\W\d_]{2,} [^\W\d_]{2,}[^\"\n]*)\"")
FONTS = {"Be Vietnam Pro"}


def unmarked_in_typst(source):
    """Words that a PDF says by itself; they belong into its data, where they are translated."""
    source = TYPST_COMMENTS.sub("", source)
    found = [next(filter(None, groups)) for groups in TYPST_WORDS.findall(source)]
    return [words.strip() for words in [*found, *TYPST_SENTENCES.findall(source)] if words not in FONTS]


# --- What is not marked, in Python and scripts ------------------------------------------------------------------

SHOWN_KEYWORDS = {"label", "help_text", "verbose_name", "verbose_name_plural", "empty_label"}
SHOWN_KEYS = {"placeholder", "aria-label", "aria-description"}  # of a widget's attributes
# Calls that show what they are given, and from which argument on.
SHOWN_ARGUMENTS = {
    **{"ValidationError": 0, "Refused": 0},
    **dict.fromkeys(("add_error", "success", "warning", "error", "info", "written", "refused"), 1),
}
AT_ONCE = {"gettext", "ngettext", "pgettext", "npgettext"}
LOGS = {"logger", "log", "logging"}
SENTENCE = re.compile(r"""["'`][A-Z][a-z]+ [a-z]+""")
SAID = re.compile(
    r"""(?:textContent|innerText|innerHTML|title|ariaLabel|placeholder|alt)\s*=\s*(["'`][^\W\d_]{2,}[^"'`]*)"""
    r"""|setAttribute\(\s*["'](?:title|aria-label|placeholder|alt)["'],\s*(["'`][^\W\d_]{2,}[^"'`]*)"""
)


def unknown_names_of_gettext(source):
    """Line and name under which gettext is imported so that no tool finds its calls: anything but `_`."""
    return [
        f"{node.lineno}: {alias.asname}"
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation"
        for alias in node.names
        if alias.asname not in (None, "_")
    ]


def translated_at_import(source):
    """Line of each gettext that is not lazy and runs once, in whatever language the process starts with."""
    tree = ast.parse(source)
    imports = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    ours = [node for node in imports if node.module == "django.utils.translation"]
    names = {alias.asname or alias.name for node in ours for alias in node.names if alias.name in AT_ONCE}
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.Lambda)]
    later = {id(node) for function in functions for node in ast.walk(function)}
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and id(node) not in later]
    return [str(call.lineno) for call in calls if getattr(call.func, "id", "") in names]


def unmarked_in_python(source):
    """Line and text of what forms, models, choices and messages say without gettext."""
    tree = ast.parse(source)
    found = [*_shown_by_calls(tree), *_labels_of_choices(tree), *_shown_by_widgets(tree)]
    return [
        f"{node.lineno}: {node.value}"
        for node in found
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and LETTER.search(node.value)
    ]


def _shown_by_calls(tree):
    for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
        yield from (keyword.value for keyword in call.keywords if keyword.arg in SHOWN_KEYWORDS)
        owner = getattr(getattr(call.func, "value", None), "id", "")
        name = getattr(call.func, "attr", getattr(call.func, "id", ""))
        if owner == "models" and name.endswith("Field"):
            yield from call.args[:1]
        elif name in SHOWN_ARGUMENTS and owner not in LOGS:
            yield from call.args[SHOWN_ARGUMENTS[name] :][:1]


def _shown_by_widgets(tree):
    """Attributes of widgets, and error messages of fields."""
    for node in (node for node in ast.walk(tree) if isinstance(node, ast.Dict)):
        yield from (
            value for key, value in zip(node.keys, node.values, strict=True) if _constant(key) in SHOWN_KEYS
        )
    for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
        for keyword in call.keywords:
            if keyword.arg == "error_messages" and isinstance(keyword.value, ast.Dict):
                yield from keyword.value.values


def _constant(node):
    return getattr(node, "value", None)


def _labels_of_choices(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef) and any("Choices" in ast.unparse(base) for base in node.bases):
            for statement in node.body:
                if isinstance(statement, ast.Assign) and isinstance(statement.value, ast.Tuple):
                    yield statement.value.elts[-1]


def sentences_in_script(source):
    """Scripts say nothing of their own: their words come from the page, which is translated."""
    code = re.sub(r"//.*|/\*.*?\*/", "", source, flags=re.DOTALL if "/*" in source else 0)
    return [*SENTENCE.findall(code), *(one or other for one, other in SAID.findall(code))]


def catalog_files(*packages):
    """The source catalogs that installed packages bring along."""
    for package in packages:
        yield from Path(package.__file__).parent.rglob("locale/en/LC_MESSAGES/django.po")


# --- Labels that Django makes out of a name in the code ----------------------------------------------------------


def unmarked_labels(root):
    """Fields of `root` and of the forms below it whose label is no translated text: a model's field without a name."""
    return [
        f"{form.__module__}.{form.__qualname__}: {name}"
        for form in (root, *_below(root))
        for name, field in getattr(form, "base_fields", {}).items()
        if field.label and not isinstance(field.label, Promise)
    ]


def _below(form):
    for each in form.__subclasses__():
        yield each
        yield from _below(each)


def import_everything():
    """So that every form is known."""
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            module = path.relative_to(ROOT).with_suffix("").as_posix().replace("/", ".")
            if not {"migrations", "commands"} & set(path.parts) and path.stem != "__init__":
                import_module(module)
