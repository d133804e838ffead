"""CSV: whatever a cell holds, a spreadsheet never takes it for a formula, and our numbers stay numbers."""

import csv
import datetime
import io
import unicodedata
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.web.csv_export import FORMULA_STARTS, INKLESS, cell, csv_response, neutral, write_csv

BLANKS = [
    " ",
    "\t",
    "\r",
    "\n",
    "\x0b",
    "\N{NO-BREAK SPACE}",
    "\N{IDEOGRAPHIC SPACE}",
    "\N{ZERO WIDTH SPACE}",
    "\N{ZERO WIDTH NO-BREAK SPACE}",
    "\N{WORD JOINER}",
    "\N{NARROW NO-BREAK SPACE}",
    *INKLESS,
]
STARTS = [*"=+-@", *"＝＋－＠", "﹦", "﹢", "﹣", "﹫", "⁺", "⁻", "\N{MINUS SIGN}"]
# What separates cells in one locale or the other, and a line.
SEPARATORS = ";\t\r\n"


def reading_of(text):
    """What a spreadsheet could see first in `text`: blanks left out, wide forms made narrow."""
    rest = text.lstrip("".join(BLANKS) + " ")
    return unicodedata.normalize("NFKC", rest)[:1]


@pytest.mark.parametrize("start", sorted(STARTS))
def test_neutral_puts_an_apostrophe_before_a_formula(start):
    for blank in ["", *BLANKS]:
        found = neutral(f"{blank}{start}HYPERLINK(1)")
        assert found.startswith("'") or blank in ("\t", "\r", "\n")
        assert all(reading_of(part) not in FORMULA_STARTS for part in split(found))


def split(text):
    for separator in SEPARATORS:
        text = text.replace(separator, SEPARATORS[0])
    return text.split(SEPARATORS[0])


@pytest.mark.parametrize("text", ["", "Thép Việt", "A-1", "1+1", "'=1", "a@b.vn", "Bình; Minh", "5 % - 7 %"])
def test_neutral_leaves_plain_text_alone(text):
    assert neutral(text) == text


@given(
    st.lists(st.sampled_from([*BLANKS, *STARTS, ";", ",", '"', "'", "x", "1", "Việt"]), max_size=12).map(
        "".join
    )
    | st.text(alphabet=st.characters(codec="utf-8", exclude_characters="\x00"), max_size=30)
)
def test_no_text_reads_as_a_formula_and_none_is_lost(text):
    content = write_csv(["head"], [[text, "beside"]]).decode("utf-8-sig")
    header, row = csv.reader(io.StringIO(content, newline=""))
    assert header == ["head"]
    assert row[1] == "beside"
    assert not row[0].startswith(("\t", "\r"))
    assert all(reading_of(part) not in FORMULA_STARTS for part in split(row[0]))
    assert _without_marks(row[0]) == _without_marks(text)


def _without_marks(text):
    return text.replace("'", "")


@given(
    st.decimals(allow_nan=False, allow_infinity=False, places=2, min_value=-(10**15), max_value=10**15)
    | st.integers(min_value=-(10**15), max_value=10**15)
)
def test_numbers_stay_numbers(value):
    assert Decimal(cell(value)) == value
    assert "E" not in cell(value)


def test_days_are_iso_and_nothing_is_empty():
    assert cell(datetime.date(2026, 11, 22)) == "2026-11-22"
    assert cell(None) == ""


def test_response_is_a_download_that_excel_reads_as_utf_8():
    answer = csv_response("phải thu.csv", ["Tên"], [["Đặng", Decimal("-1200.50")]])
    assert answer.content.startswith(b"\xef\xbb\xbf")
    assert answer.content.decode("utf-8-sig") == "Tên\r\nĐặng,-1200.50\r\n"
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["Cache-Control"] == "no-store"
