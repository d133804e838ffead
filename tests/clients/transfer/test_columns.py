"""What a cell may hold, what is corrected and what is refused."""

import datetime
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from clients.transfer import columns


@pytest.mark.parametrize(
    ("raw", "day"),
    [("3/1/2017", (2017, 3, 1)), ("12/31/2017", (2017, 12, 31)), (" 02/09/2016 ", (2016, 2, 9))],
)
def test_date_is_month_day_year(raw, day):
    assert columns.date(raw) == (datetime.date(*day), "")


@pytest.mark.parametrize(
    "raw",
    [
        "13/1/2017",
        "2/30/2017",
        "2017-03-01",
        "3/1/17",
        "1/1/0001",
        "1/1/9999",
        "3.1.2017",
        "٣/1/2017",
        "soon",
    ],
)
def test_other_dates_are_refused(raw):
    with pytest.raises(columns.BadValue):
        columns.date(raw)


def test_amount_keeps_cents_exactly():
    assert columns.amount("1054.10") == (Decimal("1054.10"), "")
    assert columns.amount("") == (None, "")


@pytest.mark.parametrize("raw", ["-1", "-0.5", "1,054", "1.055", "1e9", "NaN", "$5", "9" * 16])
def test_other_amounts_are_refused(raw):
    with pytest.raises(columns.BadValue):
        columns.amount(raw)


def test_negative_amount_is_called_negative():
    with pytest.raises(columns.BadValue, match="“-5” is negative"):
        columns.amount("-5")


@pytest.mark.parametrize(
    ("raw", "industry", "corrected"),
    [
        ("technolgy", "Technology", True),
        ("medical", "Medical", False),
        ("shipbuilding", "Shipbuilding", False),
        ("", "", False),
    ],
)
def test_industry_is_corrected_where_it_is_nearly_a_known_one(raw, industry, corrected):
    value, correction = columns.industry(raw)
    assert (value, bool(correction)) == (industry, corrected)


@pytest.mark.parametrize(
    ("raw", "code", "corrected"),
    [
        ("United States", "US", False),
        ("Viet Nam", "VN", True),
        ("Vietnam", "VN", False),
        ("Philipines", "PH", True),
        ("Korea", "KR", True),
        ("Niger", "NE", False),
        ("Nigeria", "NG", False),
        ("", "", False),
    ],
)
def test_country_is_the_code_of_its_english_name(raw, code, corrected):
    value, correction = columns.country(raw)
    assert (value, bool(correction)) == (code, corrected)


@pytest.mark.parametrize("raw", ["Atlantis", "Nigeri", "European Union"])
def test_a_country_that_could_be_another_is_refused(raw):
    with pytest.raises(columns.BadValue, match="not a country"):
        columns.country(raw)


def test_text_is_composed_and_spaces_are_tidied():
    value, correction = columns.text(40)("Cty  Phở Việt")
    assert value == "Cty Phở Việt"
    assert "tidied" in correction


@pytest.mark.parametrize("raw", ["evil\u202eman", "a\x07b", "<script>x</script>"])
def test_text_with_hidden_marks_is_refused(raw):
    with pytest.raises(ValidationError):
        columns.text(40)(raw)


def test_text_longer_than_its_place_is_refused():
    with pytest.raises(columns.BadValue, match="longer than 5"):
        columns.text(5)("123456")


@pytest.mark.parametrize(
    ("raw", "stage"), [("Won", "won"), ("engaging", "open"), ("Prospecting", "open"), ("Lost", "lost")]
)
def test_stage_has_four_names(raw, stage):
    assert columns.stage(raw) == (stage, "")
    with pytest.raises(columns.BadValue):
        columns.stage("Maybe")
