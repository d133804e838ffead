"""Arithmetic of contracts, without a query: the next term, what the lines make, how large a discount is in truth."""

import datetime
import re
from decimal import ROUND_HALF_UP, ROUND_UP, Decimal

CENT = Decimal("0.01")
DAY = datetime.timedelta(days=1)
MONTHS = 12
NUMBER_LENGTH = 60
_RENEWED = re.compile(r"(?P<base>.+)-R(?P<n>[1-9][0-9]{0,2})\Z")


def next_term(starts_on, ends_on):
    """(first day, last day) of a term as long as this one, from the day after it; whole months stay whole months."""
    starts = ends_on + DAY
    months = (starts.year - starts_on.year) * MONTHS + starts.month - starts_on.month
    if months > 0 and _months_on(starts_on, months) == starts:
        # Counted from the first day of all, so that a term from the 31st does not drift.
        return starts, _months_on(starts_on, 2 * months) - DAY
    return starts, starts + (ends_on - starts_on)


def _months_on(day, months):
    """The same day of the month, or the month's last."""
    month = day.month - 1 + months
    year, month = day.year + month // MONTHS, month % MONTHS + 1
    for last in (day.day, 30, 29, 28):
        try:
            return datetime.date(year, month, min(day.day, last))
        except ValueError:
            continue
    raise ValueError(day)


def base_number(number):
    """A number without the mark of a renewal: HD-12-R2 → HD-12."""
    renewed = _RENEWED.match(number)
    return renewed["base"] if renewed else number


def renewal_number(number, taken):
    """The number of the next renewal: HD-12 → HD-12-R1 → HD-12-R2, behind every one of `taken`."""
    base = base_number(number)
    counts = [int(found["n"]) for found in map(_RENEWED.match, [number, *taken]) if found]
    suffix = f"-R{max(counts, default=0) + 1}"
    return f"{base[: NUMBER_LENGTH - len(suffix)]}{suffix}"


def lines_total(lines):
    """Of (product, quantity, unit price), before any discount."""
    return sum((quantity * price for _product, quantity, price in lines), Decimal(0))


def value_of(lines, discount_percent):
    """The sum of the lines after the discount, to the cent."""
    net = lines_total(lines) * (100 - discount_percent) / 100
    return net.quantize(CENT, ROUND_HALF_UP)


def granted_discount(lines, discount_percent, value):
    """The discount in truth, in %: a value typed below what the lines and the discount make is one as well."""
    total = lines_total(lines)
    if total <= 0 or value >= value_of(lines, discount_percent):
        return discount_percent
    return (100 * (1 - value / total)).quantize(CENT, ROUND_UP)
