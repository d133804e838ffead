"""Every figure of the portfolio, from a few grouped statements over the clients that the reader may see.

A figure is a number of clients with their revenue by currency. Amounts of different currencies are added only by the
rates of a day, and beside the amounts themselves.
"""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from django.conf import settings
from django.db.models import Case, Count, F, Max, Q, Sum, Value, When

from accounts.models import Segment
from clients.models import Band
from clients.querysets.base import TREND_SHOWS_FROM

SEGMENTS = [Segment.KEY, Segment.MAJOR, Segment.STANDARD]
BANDS = [Band.HEALTHY, Band.WATCH, Band.AT_RISK, Band.UNKNOWN]
SILENT_SHOWN = 10


@dataclass
class Figure:
    """How many clients, and their revenue of 12 months by currency."""

    clients: int = 0
    revenue: dict[str, Decimal] = field(default_factory=dict)

    def add(self, currency, clients, revenue):
        self.clients += clients
        self.revenue[currency] = self.revenue.get(currency, Decimal(0)) + (revenue or 0)

    @property
    def amounts(self):
        """(currency, amount) pairs, the house currency first; nothing earned is left out unless it is all there is."""
        pairs = sorted(self.revenue.items(), key=lambda pair: (pair[0] != settings.HOUSE_CURRENCY, pair[0]))
        return [pair for pair in pairs if pair[1]] or pairs[:1]

    def in_house(self, rates):
        """{"amount", "missing"} in the house currency by `rates` (clients.rates.Rates); None where that adds nothing.

        `missing` names the currencies that are not in the amount because they have no rate on that day.
        """
        earned = [(currency, amount) for currency, amount in self.revenue.items() if amount]
        if all(currency == settings.HOUSE_CURRENCY for currency, _amount in earned):
            return None
        amount, missing = rates.in_house(earned)
        return {"amount": amount, "missing": missing, "known": len(missing) < len(earned)}


@dataclass
class Book:
    """Clients by band and segment, in total, going silent and falling. `scored_at` is the newest health among them."""

    cells: dict[tuple[str, str], Figure]
    bands: dict[str, Figure]
    segments: dict[str, Figure]
    total: Figure
    silent: Figure
    falling: Figure
    scored_at: datetime | None = None

    @property
    def currencies(self):
        """Currencies of these clients, the house currency first."""
        return sorted(self.total.revenue, key=lambda code: (code != settings.HOUSE_CURRENCY, code))


def book_of(clients, *, today):
    """The `Book` of active `clients`; `today` (a date) decides who is going silent. One query, at most 12 rows
    for each currency."""
    is_silent, is_falling = Q(contact_due_on__lt=today), Q(health_trend__lte=-TREND_SHOWS_FROM)
    rows = (
        clients.order_by()
        .values("currency", "segment", "health_band")
        .annotate(
            clients=Count("pk"),
            revenue=Sum("revenue_12m"),
            silent=Count("pk", filter=is_silent),
            silent_revenue=Sum("revenue_12m", filter=is_silent),
            falling=Count("pk", filter=is_falling),
            falling_revenue=Sum("revenue_12m", filter=is_falling),
            scored_at=Max("health_as_of"),
        )
    )
    return _add_up(rows)


def _add_up(rows):
    book = Book(
        cells={(segment, band): Figure() for segment in SEGMENTS for band in BANDS},
        bands={band: Figure() for band in BANDS},
        segments={segment: Figure() for segment in SEGMENTS},
        total=Figure(),
        silent=Figure(),
        falling=Figure(),
    )
    for row in rows:
        segment, band, amount = row["segment"], row["health_band"], (row["currency"], row["clients"])
        for figure in (book.cells[segment, band], book.bands[band], book.segments[segment], book.total):
            figure.add(*amount, row["revenue"])
        for name in ("silent", "falling"):
            if row[name]:
                getattr(book, name).add(row["currency"], row[name], row[f"{name}_revenue"])
        if row["scored_at"] and (book.scored_at is None or row["scored_at"] > book.scored_at):
            book.scored_at = row["scored_at"]
    return book


def without_lead(clients):
    """The `Figure` of those among `clients` whom nobody leads. One query."""
    figure = Figure()
    rows = clients.without_lead().order_by().values("currency")
    for row in rows.annotate(clients=Count("pk"), revenue=Sum("revenue_12m")):
        figure.add(row["currency"], row["clients"], row["revenue"])
    return figure


def silent_clients(clients, *, rates, today):
    """The clients who go silent and bring the most by `rates` (clients.rates.Rates), each with `silent_days`.
    Two queries.

    Those whose currency has no rate come last. `silent_days` counts from the last day we reached them; None where
    we never did.
    """
    silent = clients.going_silent(today).order_by(
        _worth_in_house(rates).desc(nulls_last=True), F("revenue_12m").desc(), "id"
    )
    silent = silent.with_lead()
    rows = list(silent.defer("note", "name_fold", "name_sort")[:SILENT_SHOWN])
    for client in rows:
        reached = client.last_reached_on
        client.silent_days = (today - reached).days if reached else None
        client.late_days = (today - client.contact_due_on).days
    return rows


def _worth_in_house(rates):
    """The revenue of 12 months in the house currency, to order by; null where the currency has no rate."""
    foreign = (
        When(currency=code, then=F("revenue_12m") * Value(rate.value))
        for code, rate in rates.by_currency.items()
    )
    return Case(When(currency=settings.HOUSE_CURRENCY, then=F("revenue_12m")), *foreign, default=None)
