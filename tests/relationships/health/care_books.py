"""Invoices, issues, contracts and products of the books, as numbers for the pure functions.

Ages are days before AS_OF, negative for the future; `at` and `until` of a Run are minutes before the end of AS_OF.
`made_age` is when the row was recorded, by default together with its client's. Rows are made by `care_rows`.
"""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.conf import settings

from accounts import working_time
from relationships.health import scoring

AS_OF = datetime.date(2026, 11, 15)
ZONE = ZoneInfo(settings.TIME_ZONE)


@dataclass(frozen=True)
class Paid:
    amount: float
    age: int
    reversed_age: int | None = None
    made_age: int | None = None


@dataclass(frozen=True)
class Credit:
    amount: float
    age: int
    cancelled_age: int | None = None
    made_age: int | None = None


@dataclass(frozen=True)
class Bill:
    amount: float
    issued_age: int
    due_age: int | None = None
    currency: str = "VND"
    known: bool = True
    disputed_age: int | None = None
    settled_age: int | None = None
    cancelled_age: int | None = None
    payments: Sequence[Paid] = ()
    credits: Sequence[Credit] = ()
    made_age: int | None = None


@dataclass(frozen=True)
class Run:
    at: int
    until: int | None = None
    stopped_for: str = ""


@dataclass(frozen=True)
class Trouble:
    severity: int
    sla_hours: float
    runs: Sequence[Run]
    made_age: int | None = None


@dataclass(frozen=True)
class Deed:
    """A contract. `renews` is the place of an earlier one in the client's list; `products` are places in WARES."""

    value: float = 100
    start_age: int = 300
    end_age: int | None = None
    state: str = "signed"
    decided_age: int = 300  # signed, or lost
    ended_age: int | None = None
    auto_renews: bool = False
    notice_age: int | None = None
    made_age: int = 301
    renews: int | None = None
    currency: str = "VND"
    products: Sequence[int] = ()


@dataclass(frozen=True)
class Ware:
    segments: tuple = ()
    industries: tuple = ()
    is_active: bool = True


WARES = [
    Ware(),
    Ware(("key", "major")),
    Ware(("standard",)),
    Ware((), ("Steel",)),
    Ware(("key", "standard"), ("Steel", "Food")),
    Ware(is_active=False),
    Ware((), ("Food",)),
]


def day(age):
    return None if age is None else AS_OF - datetime.timedelta(days=age)


def noon(age):
    return datetime.datetime.combine(day(age), datetime.time(12), ZONE)


def end_of(today):
    return datetime.datetime.combine(today + datetime.timedelta(days=1), datetime.time(), ZONE)


def at(minutes):
    return None if minutes is None else end_of(AS_OF) - datetime.timedelta(minutes=minutes)


def months_back(today):
    """How many months `today`'s lies before AS_OF's."""
    return (AS_OF.year - today.year) * 12 + AS_OF.month - today.month


class Seen:
    """A day as it looks to someone who knows what had happened and was on record by a moment.

    Ages run to `as_of`; `known_at` is by default the end of that day.
    """

    def __init__(self, as_of, known_at=None):
        self.as_of, self.moment = as_of, end_of(as_of)
        self.known_at = min(known_at or self.moment, self.moment)
        self.known_on = (self.known_at - datetime.timedelta(microseconds=1)).astimezone(ZONE).date()
        self.past = (AS_OF - as_of).days
        self.known_past = (AS_OF - self.known_on).days

    def happened(self, age):
        """Whether it had happened by the day that is known."""
        return age is not None and age >= self.known_past

    def was_made(self, age):
        return noon(age) <= self.known_at

    def came_later(self, facts):
        """Whether the client itself was not on record yet: the book was imported later."""
        return facts.made_age is None or not self.was_made(facts.made_age)

    def recorded(self, facts, parts):
        """Those of a client's parts that were on record; all of them for a book that was imported later."""
        if self.came_later(facts):
            return list(parts)
        return [part for part in parts if part.made_age is None or self.was_made(part.made_age)]


def open_issues(facts, seen):
    found = []
    for trouble in seen.recorded(facts, facts.troubles):
        runs = sorted(
            (run for run in trouble.runs if at(run.at) <= seen.known_at), key=lambda run: at(run.at)
        )
        stops = [at(run.until) if run.until is not None else None for run in runs]
        stops = [stop if stop and stop <= seen.known_at else None for stop in stops]
        if not runs or (runs[-1].stopped_for == "resolved" and stops[-1]):
            continue
        used = sum(
            working_time.working_seconds_between(at(run.at), stop or seen.moment)
            for run, stop in zip(runs, stops, strict=True)
        )
        found.append((trouble.severity, used / max(1, trouble.sla_hours * 3600)))
    return found


def payment(facts, seen):
    newest = months_back(seen.known_on)
    bills = [
        (bill, left_to_pay(facts, bill, seen))
        for bill in seen.recorded(facts, facts.bills)
        if bill.currency == facts.currency
        and seen.happened(bill.issued_age)
        and not seen.happened(bill.cancelled_age)
    ]
    late = [
        scoring.Overdue(left, bill.due_age - seen.past, _disputed_days(bill, seen))
        for bill, left in bills
        if left > 0 and bill.due_age is not None and bill.due_age > seen.past
    ]
    recent = scoring.INVOICES_KNOWN_DAYS + seen.past
    largest = [b.amount for b, _ in bills if b.issued_age < scoring.LARGEST_INVOICE_DAYS + seen.past]
    return scoring.payment(
        late,
        revenue_12m=sum(facts.months.get(back, 0) for back in range(newest + 1, newest + 13)),
        largest_invoice_12m=max(largest, default=0),
        known=any(b.known and (b.issued_age < recent or left > 0) for b, left in bills),
    )


def left_to_pay(facts, bill, seen):
    if not bill.known:
        return 0
    payments, credits = (seen.recorded(facts, parts) for parts in (bill.payments, bill.credits))
    paid = sum(p.amount for p in payments if seen.happened(p.age) and not seen.happened(p.reversed_age))
    credited = sum(c.amount for c in credits if seen.happened(c.age) and not seen.happened(c.cancelled_age))
    return bill.amount - paid - credited


def _disputed_days(bill, seen):
    if not seen.happened(bill.disputed_age) or seen.happened(bill.settled_age):
        return None
    return bill.disputed_age - seen.past


def terms(facts, seen):
    """(terms, whether any contract runs)."""
    found, running = [], False
    recorded = seen.recorded(facts, facts.deeds)
    for place, deed in enumerate(facts.deeds):
        if deed not in recorded or not _is_signed(deed, seen):
            continue
        rolls_on = deed.auto_renews and not seen.happened(deed.notice_age)
        ends = None if deed.end_age is None else seen.past - deed.end_age
        running |= deed.start_age >= seen.past and (ends is None or ends >= 0 or rolls_on)
        if ends is None:
            continue
        followers = [other for other in facts.deeds if other.renews == place]
        found.append(
            scoring.Term(
                deed.value,
                ends,
                renewed=any(_has_renewed(other, seen) for other in followers if other in recorded),
                rolls_on=rolls_on,
                renewal_open=any(_is_open(other, seen) for other in followers),
                currency=deed.currency,
            )
        )
    return found, running


def _has_renewed(deed, seen):
    return deed.state in ("signed", "ended") and seen.happened(deed.decided_age)


def _is_signed(deed, seen):
    return _has_renewed(deed, seen) and not (deed.state == "ended" and seen.happened(deed.ended_age))


def _is_open(deed, seen):
    """A draft since it was made, even in a book that was imported later: it tells of no other day."""
    decided = deed.state != "draft" and seen.happened(deed.decided_age)
    return seen.was_made(deed.made_age) and not decided


def breadth(facts, seen, segment):
    eligible = {
        place
        for place, ware in enumerate(WARES)
        if ware.is_active
        and (not ware.segments or segment in ware.segments)
        and (not ware.industries or facts.industry in ware.industries)
    }
    owned = {place for place, age in facts.sold if seen.happened(age)}
    signed = [deed for deed in seen.recorded(facts, facts.deeds) if _is_signed(deed, seen)]
    owned |= {place for deed in signed for place in deed.products}
    return scoring.breadth(len(owned & eligible), len(eligible))
