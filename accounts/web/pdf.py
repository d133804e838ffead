"""PDF documents: a typst template of templates/pdf filled with data, in the house's font."""

import json
import unicodedata
from functools import lru_cache

import fontpkg_be_vietnam_pro as font
import typst
from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.utils import translation

TEMPLATES = settings.BASE_DIR / "templates" / "pdf"


class FontMissing(RuntimeError):
    """A template asks for a font that is not there; typst would quietly set the text in another."""


def render_pdf(template, data, *, language):
    """The PDF (bytes) of `templates/pdf/<template>`, which reads `data` as JSON and `language` from `sys.inputs`.

    Values reach the template as data and never as its source, so nothing in them can be read as markup. Lazy texts
    come out in `language`; dates, amounts and other figures are best given as the words that the reader shall see.
    Letters are composed (NFC), since the font has no marks to put together. The same data gives the same bytes: no
    day or time is written into the file. A page takes about 5 ms. Raises FontMissing, and TypstError for a template
    that is wrong.
    """
    with translation.override(language):
        text = json.dumps(data, cls=DjangoJSONEncoder, ensure_ascii=False)
    inputs = {"data": unicodedata.normalize("NFC", text), "language": language}
    # The folder is the root: a template can import its neighbours and read nothing else of the machine.
    compiler = typst.Compiler(root=str(TEMPLATES), font_paths=_fonts(), ignore_system_fonts=True)
    pdf, warnings = compiler.compile_with_warnings(
        input=str(TEMPLATES / template), format="pdf", sys_inputs=inputs
    )
    _refuse_other_fonts(warnings)
    return pdf


@lru_cache(maxsize=1)
def _fonts():
    """The text font as TTF: with the browser's woff2 typst falls back to another without a word.

    Fonts of the machine come behind it, for names in scripts that it has no letters of. Read once a process.
    """
    return typst.Fonts(
        include_system_fonts=True, include_embedded_fonts=False, font_paths=[str(font.ROOT / "files")]
    )


def _refuse_other_fonts(warnings):
    problems = [warning.message for warning in warnings if "font" in warning.message]
    if problems:
        raise FontMissing("; ".join(problems))
