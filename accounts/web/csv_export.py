"""CSV for spreadsheets in which no cell can become a formula.

UTF-8 with a byte order mark: without it Excel reads Vietnamese letters as Windows-1252.
"""

import csv
import io
import re
import unicodedata
from decimal import Decimal

from django.http import HttpResponse
from django.utils.http import content_disposition_header

FORMULA_STARTS = frozenset("=+-@\N{MINUS SIGN}")
# Letters without ink that Unicode does not call blanks.
INKLESS = frozenset(
    "\N{HANGUL FILLER}\N{HALFWIDTH HANGUL FILLER}\N{HANGUL CHOSEONG FILLER}\N{HANGUL JUNGSEONG FILLER}"
    "\N{BRAILLE PATTERN BLANK}"
)
BLANK_CATEGORIES = frozenset({"Cc", "Cf", "Zs", "Zl", "Zp"})
# Where a spreadsheet of another locale (";" between cells) may begin a new cell within one of ours.
INNER_START = re.compile(r"(?<=[;\t\r\n])")


def neutral(text):
    """`text` so that a spreadsheet takes it for text: an apostrophe before whatever could begin a formula.

    That is = + - @, also as full-width or small forms, also after blanks of any kind, and a leading tab or carriage
    return; and the same behind a semicolon, tab or line break inside, where some locales begin a new cell.
    """
    parts = INNER_START.split(text)
    return "".join(f"'{part}" if _begins_formula(part) else part for part in parts)


def _begins_formula(text):
    if text[:1] in ("\t", "\r"):
        return True
    first = next((letter for letter in text if not _is_blank(letter)), "")
    return unicodedata.normalize("NFKC", first)[:1] in FORMULA_STARTS if first else False


def _is_blank(letter):
    return letter.isspace() or letter in INKLESS or unicodedata.category(letter) in BLANK_CATEGORIES


def cell(value):
    """One value as it is written: numbers stay numbers, days are ISO, None is empty, all else is neutral text."""
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return str(value)
    return neutral(str(value))


def write_csv(header, rows):
    """The file (bytes) with `header` and `rows` (iterables of values)."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(map(cell, header))
    writer.writerows(map(cell, row) for row in rows)
    return out.getvalue().encode("utf-8-sig")


def csv_response(filename, header, rows):
    """The file as a download, never kept by a cache."""
    headers = {
        "Content-Disposition": content_disposition_header(True, filename),
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
    }
    return HttpResponse(write_csv(header, rows), content_type="text/csv; charset=utf-8", headers=headers)
