"""The house currency: which rate holds on a day, what is added, and what is named because no rate is known."""

import datetime
from decimal import Decimal

import pytest

from clients.models import ExchangeRate
from clients.rates import Rate, in_house, rates_on

pytestmark = pytest.mark.django_db


def day(text):
    return datetime.date.fromisoformat(text)


def rate(currency, since, value):
    return ExchangeRate.objects.create(currency=currency, valid_from=day(since), rate=Decimal(value))


def test_a_rate_holds_from_its_day_until_the_next():
    rate("USD", "2026-01-01", "25000")
    rate("USD", "2026-06-01", "26000.5")
    assert in_house([("USD", Decimal(2))], day("2026-05-31")) == (50_000, [])
    assert in_house([("USD", Decimal(2))], day("2026-06-01")) == (52_001, [])
    assert rates_on(day("2026-09-09"), ["USD"]).by_currency["USD"].valid_from == day("2026-06-01")


def test_a_currency_without_a_rate_on_that_day_is_named_and_left_out():
    rate("USD", "2026-06-01", "26000")
    amounts = [
        ("VND", Decimal(7)),
        ("USD", Decimal(1)),
        ("GBP", Decimal(3)),
        ("EUR", Decimal(4)),
        ("GBP", Decimal(3)),
    ]
    assert in_house(amounts, day("2026-05-31")) == (7, ["EUR", "GBP", "USD"])
    assert in_house(amounts, day("2026-06-01")) == (26_007, ["EUR", "GBP"])


def test_house_currency_needs_no_rate_and_no_query(django_assert_num_queries):
    with django_assert_num_queries(0):
        assert in_house([("VND", Decimal("1.5")), ("VND", Decimal(2))], day("2026-01-01")) == (
            Decimal("3.50"),
            [],
        )
        assert in_house([], day("2026-01-01")) == (0, [])


def test_other_house_currencies_are_worth_one_as_well(settings):
    settings.HOUSE_CURRENCY = "USD"
    rate("VND", "2026-01-01", "0.00004")
    assert in_house([("USD", Decimal(1)), ("VND", Decimal(1_000_000))], day("2026-01-01")) == (41, [])


def test_nothing_of_an_unknown_currency_is_no_gap():
    assert in_house([("EUR", Decimal(0))], day("2026-01-01")) == (0, [])


def test_the_sum_is_rounded_once_and_not_each_amount():
    rate("USD", "2026-01-01", "0.004")
    assert in_house([("USD", Decimal(1))] * 3, day("2026-01-01")) == (Decimal("0.01"), [])


def test_any_number_of_currencies_is_one_query(django_assert_num_queries):
    for code in ("USD", "EUR", "GBP"):
        rate(code, "2026-01-01", "2")
        rate(code, "2026-02-01", "3")
    with django_assert_num_queries(1):
        assert (
            in_house([("USD", Decimal(1)), ("EUR", Decimal(1)), ("GBP", Decimal(1))], day("2026-03-01"))[0]
            == 9
        )


def test_small_rates_are_told_of_so_many_units_that_they_can_be_read():
    rate("VND", "2026-01-01", "0.00004")
    rate("USD", "2026-01-01", "25000")
    rates = rates_on(day("2026-01-01"), ["USD", "EUR"]).by_currency
    assert [(found.units, found.worth) for found in rates.values()] == [(1, 25_000)]
    small = ExchangeRate.objects.get(currency="VND").rate
    assert (Rate("VND", small, day("2026-01-01")).units, Rate("VND", small, day("2026-01-01")).worth) == (
        100_000,
        4,
    )
