"""Amounts of several currencies in the house currency, by the rates of a day. A missing rate is named, never guessed.

A rate of `ExchangeRate` holds from its `valid_from` until the next one of its currency. The house currency itself is
worth 1. Money of the past is converted by the rate of its own day: the caller says which day that is.
"""

import datetime
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal

from django.conf import settings

from clients.models import ExchangeRate

CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Rate:
    """One unit of `currency` in the house currency, and since which day."""

    currency: str
    value: Decimal
    valid_from: datetime.date

    @property
    def units(self):
        """The fewest units, 1, 10, 100 and so on, that are worth at least 1: a rate of 0.00004 is told of 100,000."""
        return 10 ** max(0, -self.value.adjusted())

    @property
    def worth(self):
        """What `units` are worth."""
        return self.value * self.units


@dataclass(frozen=True)
class Rates:
    """The rates of one day by currency, without the house currency."""

    on: datetime.date
    by_currency: dict[str, Rate] = field(default_factory=dict)

    def in_house(self, amounts):
        """(total, currencies without a rate) of `amounts`, pairs (currency, Decimal). Zero needs no rate.

        The total is rounded once, to the cent, half up; currencies are named in order of the alphabet.
        """
        total, missing = Decimal(0), set()
        for currency, amount in amounts:
            if currency == settings.HOUSE_CURRENCY:
                total += amount
            elif currency in self.by_currency:
                total += amount * self.by_currency[currency].value
            elif amount:
                missing.add(currency)
        return total.quantize(CENT, ROUND_HALF_UP), sorted(missing)


def rates_on(day, currencies):
    """The `Rates` of `day` (a date) for these currencies. One query, none where all is house currency."""
    foreign = set(currencies) - {settings.HOUSE_CURRENCY}
    if not foreign:
        return Rates(day)
    rows = ExchangeRate.objects.filter(currency__in=foreign, valid_from__lte=day)
    newest = rows.order_by("currency", "-valid_from").distinct("currency")
    found = newest.values_list("currency", "rate", "valid_from")
    return Rates(day, {currency: Rate(currency, rate, since) for currency, rate, since in found})


def in_house(amounts, on):
    """(total in the house currency, [currencies without a rate on the day `on`]) of (currency, Decimal) pairs.

    One query at most.
    """
    amounts = list(amounts)
    return rates_on(on, {currency for currency, _amount in amounts}).in_house(amounts)
