"""Arithmetic of contracts: the next term, numbers of renewals, value and discount."""

from datetime import date
from decimal import Decimal

import pytest

from clients.terms import granted_discount, next_term, renewal_number, value_of

LINES = [(1, Decimal(2), Decimal("50.00")), (2, Decimal("0.5"), Decimal(200))]


@pytest.mark.parametrize(
    "starts, ends, expected",
    [
        ("2025-01-15", "2026-01-14", ("2026-01-15", "2027-01-14")),
        ("2024-02-29", "2025-02-27", ("2025-02-28", "2026-02-27")),
        ("2023-03-01", "2024-02-29", ("2024-03-01", "2025-02-28")),
        ("2026-01-01", "2026-03-31", ("2026-04-01", "2026-06-30")),
        ("2026-01-31", "2026-02-27", ("2026-02-28", "2026-03-30")),
        ("2026-01-01", "2026-01-10", ("2026-01-11", "2026-01-20")),
        ("2026-05-05", "2026-05-05", ("2026-05-06", "2026-05-06")),
    ],
)
def test_next_term_is_as_long_and_begins_the_day_after(starts, ends, expected):
    found = next_term(date.fromisoformat(starts), date.fromisoformat(ends))
    assert tuple(day.isoformat() for day in found) == expected


@pytest.mark.parametrize(
    "number, taken, expected",
    [
        ("HD-12", ["HD-12"], "HD-12-R1"),
        ("HD-12-R1", ["HD-12", "HD-12-R1"], "HD-12-R2"),
        ("HD-12", ["HD-12", "HD-12-R1", "HD-12-R4"], "HD-12-R5"),
        ("12/2025/HĐDV", [], "12/2025/HĐDV-R1"),
    ],
)
def test_renewal_number_follows_every_taken_one(number, taken, expected):
    assert renewal_number(number, taken) == expected


def test_renewal_number_stays_within_the_column():
    assert len(renewal_number("N" * 60, [])) == 60


def test_value_is_the_sum_of_the_lines_after_the_discount():
    assert value_of(LINES, Decimal(0)) == Decimal("200.00")
    assert value_of(LINES, Decimal("12.5")) == Decimal("175.00")
    assert value_of([], Decimal(10)) == 0


@pytest.mark.parametrize(
    "discount, value, expected",
    [
        ("5", "190", "5"),
        ("5", "250", "5"),
        ("5", "150", "25.00"),
        ("0", "199.99", "0.01"),
        ("0", "0", "100.00"),
    ],
)
def test_value_typed_below_the_lines_is_a_discount_as_well(discount, value, expected):
    assert granted_discount(LINES, Decimal(discount), Decimal(value)) == Decimal(expected)


def test_without_lines_the_discount_is_what_it_says():
    assert granted_discount([], Decimal(3), Decimal(10)) == 3
