"""What ends and what became of it: the figures of the renewals page and the list behind each of them.

Every contract whose term ends in the window has exactly one outcome, so the figures add up and each is the number of
rows of its list. Currencies are never added together.
"""

import datetime
from dataclasses import dataclass, field
from decimal import Decimal

from django.conf import settings
from django.db.models import (
    BooleanField,
    Case,
    CharField,
    Count,
    Exists,
    ExpressionWrapper,
    F,
    FilteredRelation,
    OuterRef,
    Q,
    Sum,
    Value,
    When,
)

from clients.models import Band, Contract, ContractState

RENEWED, BY_ITSELF, OPEN, NONE, LOST = "renewed", "by_itself", "open", "none", "lost"
AT_STAKE, UNDECIDED = "at_stake", "undecided"
# The names that a list can be filtered by, and the outcomes each stands for.
GROUPS = {
    RENEWED: {RENEWED},
    BY_ITSELF: {BY_ITSELF},
    OPEN: {OPEN},
    NONE: {NONE},
    LOST: {LOST},
    AT_STAKE: {OPEN, NONE},
    UNDECIDED: {OPEN, NONE, BY_ITSELF},
}
# The share of the value at stake that is expected to renew, by band of health. A rule of thumb that the page states
# beside the figure; what did renew stands next to it.
EXPECTED_PERCENT = {Band.HEALTHY: 90, Band.WATCH: 60, Band.AT_RISK: 30, Band.UNKNOWN: 50}


def window(today, days, *, coming):
    """(first, last) day of the terms that end in the next or ended in the last `days` days."""
    span = datetime.timedelta(days=days)
    day = datetime.timedelta(days=1)
    return (today, today + span) if coming else (today - span, today - day)


def ending(contracts, first, last):
    """Signed ones whose term ends from `first` to `last`, each with its `outcome` and its renewal as `live`."""
    live = Q(renewals__state__in=[ContractState.DRAFT, ContractState.SIGNED, ContractState.ENDED])
    lost = Contract.objects.filter(renews=OuterRef("pk"), state=ContractState.LOST)
    rows = contracts.filter(state=ContractState.SIGNED, ends_on__range=(first, last))
    # At most one renewal is not lost (contract_renewed_once), so the join doubles no row.
    return rows.annotate(live=FilteredRelation("renewals", condition=live)).annotate(
        outcome=Case(
            When(live__state__in=[ContractState.SIGNED, ContractState.ENDED], then=Value(RENEWED)),
            When(live__state=ContractState.DRAFT, then=Value(OPEN)),
            When(Q(client__status="lost") | Exists(lost), then=Value(LOST)),
            When(auto_renews=True, notice_given_on=None, then=Value(BY_ITSELF)),
            default=Value(NONE),
            output_field=CharField(),
        )
    )


@dataclass
class Figure:
    """How many contracts, and their value as {currency: amount}."""

    contracts: int = 0
    sums: dict = field(default_factory=dict)

    def add(self, contracts, currency, value):
        self.contracts += contracts
        self.sums[currency] = self.sums.get(currency, Decimal(0)) + value

    @property
    def amounts(self):
        """(currency, amount) pairs, the house currency first."""
        return sorted(self.sums.items(), key=lambda pair: (pair[0] != settings.HOUSE_CURRENCY, pair[0]))

    def shares_of(self, whole):
        """(currency, amount, share between 0 and 1 of the same currency in `whole`)."""
        found = []
        for currency, amount in self.amounts:
            total = whole.sums.get(currency)
            found.append((currency, amount, amount / total if total else None))
        return found


class Book:
    """The figures of both windows, from one query."""

    def __init__(self, contracts, today, days):
        first, last = window(today, days, coming=False)[0], window(today, days, coming=True)[1]
        coming = ExpressionWrapper(Q(ends_on__gte=today), output_field=BooleanField())
        rows = ending(contracts, first, last).annotate(coming=coming, band=F("client__health_band"))
        rows = rows.order_by().values("coming", "outcome", "band", "currency")
        self.rows = list(rows.annotate(contracts=Count("pk"), worth=Sum("value")))

    def figure(self, *, coming, outcomes=None, band=None, currency=None):
        """The `Figure` of one window, of these outcomes and this band when given."""
        found = Figure()
        for row in self.rows:
            wanted = row["coming"] == coming and (not outcomes or row["outcome"] in outcomes)
            if wanted and (not band or row["band"] == band) and (not currency or row["currency"] == currency):
                found.add(row["contracts"], row["currency"], row["worth"])
        return found

    def expected(self):
        """What of the coming window will be renewed: done and by itself in full, at stake by band of health."""
        found = Figure()
        for row in self.rows:
            percent = _expected_percent(row["outcome"], row["band"])
            if row["coming"] and percent:
                found.add(row["contracts"], row["currency"], row["worth"] * percent / 100)
        return found


def _expected_percent(outcome, band):
    if outcome in (RENEWED, BY_ITSELF):
        return 100
    return EXPECTED_PERCENT.get(band, 0) if outcome in GROUPS[AT_STAKE] else 0
