"""How numbers, money and days are written in both languages."""

import datetime
from decimal import Decimal

import pytest
import time_machine
from django.utils import timezone, translation

from accounts.templatetags import tend

SATURDAY = datetime.date(2026, 11, 21)


@pytest.fixture
def english():
    with translation.override("en"):
        yield


@pytest.fixture
def vietnamese():
    with translation.override("vi"):
        yield


def plain(text):
    """With spaces that may break, as one types them."""
    return text.replace(tend.NBSP, " ")


@pytest.mark.parametrize(
    "amount, currency, written",
    [
        ("1250000", "VND", "₫1,250,000"),
        ("1250", "USD", "$1,250.00"),
        ("1250.5", "EUR", "€1,250.50"),
        ("-1250", "USD", "-$1,250.00"),
        ("125000.4", "USD", "$125,000.40"),
        ("9999", "JPY", "¥9,999"),
    ],
)
def test_money_in_english(english, amount, currency, written):
    assert tend.money(Decimal(amount), currency) == written


@pytest.mark.parametrize(
    "amount, currency, written",
    [
        ("1250000", "VND", "1.250.000 ₫"),
        ("1250", "USD", "1.250,00 USD"),
        ("1250.5", "EUR", "1.250,50 EUR"),
        ("-1250", "USD", "-1.250,00 USD"),
        ("125000.4", "USD", "125.000,40 USD"),
        ("9999", "JPY", "9.999 JPY"),
    ],
)
def test_money_in_vietnamese(vietnamese, amount, currency, written):
    assert plain(tend.money(Decimal(amount), currency)) == written


@pytest.mark.parametrize(
    "amount, currency, written",
    [
        ("0", "USD", "$0"),
        ("850", "USD", "$850"),
        ("999999", "USD", "$1M"),
        ("1250000000", "VND", "₫1.3B"),
        ("340400", "USD", "$340K"),
        ("12340", "USD", "$12.3K"),
        ("-2700000", "USD", "-$2.7M"),
    ],
)
def test_short_money_in_english(english, amount, currency, written):
    assert tend.short_money(Decimal(amount), currency) == written


@pytest.mark.parametrize(
    "amount, currency, written",
    [
        ("0", "VND", "0 ₫"),
        ("850", "VND", "850 ₫"),
        ("999999", "VND", "1 triệu ₫"),
        ("45000000", "VND", "45 triệu ₫"),
        ("2740000000", "VND", "2,7 tỷ ₫"),
        ("1234000000000", "VND", "1.200 tỷ ₫"),
        ("340400", "USD", "340 nghìn USD"),
        ("-2700000", "USD", "-2,7 triệu USD"),
    ],
)
def test_short_money_in_vietnamese(vietnamese, amount, currency, written):
    assert plain(tend.short_money(Decimal(amount), currency)) == written


@pytest.mark.parametrize("name", ["money", "short_money"])
@pytest.mark.parametrize("language", ["en", "vi"])
def test_unknown_amount_is_nothing_and_a_known_one_never_breaks_over_lines(name, language):
    write = getattr(tend, name)
    with translation.override(language):
        assert write(None, "VND") == ""
        assert " " not in write(Decimal("2700000"), "USD")


def test_what_was_worked_out_is_rounded_to_the_smallest_unit(english):
    assert tend.about_money(Decimal("4320987.30"), "VND") == "₫4,320,987"
    assert tend.about_money(Decimal("12.345"), "USD") == "$12.34" and tend.about_money(None, "USD") == ""


@time_machine.travel("2026-11-23T03:00Z", tick=False)
@pytest.mark.parametrize(
    "name, in_english, in_vietnamese",
    [
        ("day", "Nov 21, 2026", "21/11/2026"),
        ("short_day", "Sat, Nov 21", "T7, 21/11"),
        ("long_day", "Saturday, November 21", "Thứ Bảy, 21 tháng 11"),
        ("month", "November 2026", "Tháng 11/2026"),
    ],
)
def test_days(name, in_english, in_vietnamese):
    write = getattr(tend, name)
    with translation.override("en"):
        assert (write(SATURDAY), write(None)) == (in_english, "")
    with translation.override("vi"):
        assert (plain(write(SATURDAY)), write(None)) == (in_vietnamese, "")


def test_day_of_another_year_says_which():
    with time_machine.travel("2027-01-04T03:00Z", tick=False), translation.override("en"):
        assert (tend.short_day(SATURDAY), tend.short_day(None)) == ("Sat, Nov 21, 2026", "")
        assert tend.long_day(SATURDAY) == "Saturday, November 21, 2026"
    with time_machine.travel("2025-01-04T03:00Z", tick=False), translation.override("vi"):
        assert plain(tend.short_day(SATURDAY)) == "T7, 21/11/2026"


def test_moment_is_the_day_it_is_for_the_reader(english):
    late = datetime.datetime(2026, 11, 21, 20, tzinfo=datetime.UTC)
    with timezone.override("Asia/Ho_Chi_Minh"):
        assert (tend.day(late), tend.clock(late)) == ("Nov 22, 2026", "03:00")


@pytest.mark.parametrize(
    "days, in_english, in_vietnamese",
    [
        (-40, "6 weeks ago", "6 tuần trước"),
        (-3, "3 days ago", "3 ngày trước"),
        (-1, "yesterday", "hôm qua"),
        (0, "today", "hôm nay"),
        (1, "tomorrow", "ngày mai"),
        (3, "in 3 days", "3 ngày nữa"),
    ],
)
def test_ago_counts_calendar_days(days, in_english, in_vietnamese):
    day = timezone.localdate() + datetime.timedelta(days=days)
    with translation.override("en"):
        assert tend.ago(day) == in_english
    with translation.override("vi"):
        assert tend.ago(day) == in_vietnamese


def test_numbers_and_countries(vietnamese):
    assert (tend.number(1250000), tend.number(Decimal("2.5")), tend.number(None)) == ("1.250.000", "2,5", "")
    assert (tend.percent(Decimal("0.13")), tend.percent(None)) == ("13%", "")
    assert (tend.country("VN"), tend.country("??"), tend.country("")) == ("Việt Nam", "??", "")


def test_unknown_language_reads_english():
    with translation.override("xx"):
        assert tend.day(SATURDAY) == "Nov 21, 2026"


def test_per_cent_stands_apart_in_english_alone(english):
    assert plain(tend.per_cent(15)) == "15%" and plain(tend.per_cent(12.6)) == "13%"
    assert plain(tend.per_cent(Decimal("12.50"))) == "12.5%"
    with translation.override("vi"):
        assert tend.per_cent(15) == "15%" and tend.per_cent(Decimal("12.50")) == "12,5%"
