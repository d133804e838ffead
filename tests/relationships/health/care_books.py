"""Invoices, issues, contracts and products of the books: rows for the SQL, numbers for the pure functions.

Ages are days before AS_OF, negative for the future; `at` and `until` of a Run are minutes before the end of AS_OF.
"""

import datetime
import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.conf import settings

from accounts import working_time
from clients.models import Contract, ContractLine, Deal, Invoice, Issue, IssueClock, Payment, Product
from relationships.health import scoring

AS_OF = datetime.date(2026, 11, 15)
ZONE = ZoneInfo(settings.TIME_ZONE)
_numbers = itertools.count(1)


@dataclass(frozen=True)
class Paid:
    amount: int
    age: int
    reversed_age: int | None = None


@dataclass(frozen=True)
class Credit:
    amount: int
    age: int
    cancelled_age: int | None = None


@dataclass(frozen=True)
class Bill:
    amount: int
    issued_age: int
    due_age: int | None = None
    currency: str = "VND"
    known: bool = True
    disputed_age: int | None = None
    settled_age: int | None = None
    cancelled_age: int | None = None
    payments: Sequence[Paid] = ()
    credits: Sequence[Credit] = ()


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


@dataclass(frozen=True)
class Deed:
    """A contract. `renews` is the place of an earlier one in the client's list; `products` are places in WARES."""

    value: int = 100
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


def end_of(today):
    return datetime.datetime.combine(today + datetime.timedelta(days=1), datetime.time(), ZONE)


def _at(minutes):
    return None if minutes is None else end_of(AS_OF) - datetime.timedelta(minutes=minutes)


# --- Numbers for the pure functions; `past` is how many days `today` lies before AS_OF -------------------------


def _then(age, past):
    """Whether it has happened by the day."""
    return age is not None and age >= past


def open_issues(facts, moment):
    found = []
    for trouble in facts.troubles:
        runs = sorted((run for run in trouble.runs if _at(run.at) <= moment), key=lambda run: _at(run.at))
        if not runs or (runs[-1].stopped_for == "resolved" and _at(runs[-1].until) <= moment):
            continue
        used = sum(
            working_time.working_seconds_between(_at(run.at), min(_at(run.until) or moment, moment))
            for run in runs
        )
        found.append((trouble.severity, used / (trouble.sla_hours * 3600)))
    return found


def months_back(today):
    """How many months `today`'s lies before AS_OF's."""
    return (AS_OF.year - today.year) * 12 + AS_OF.month - today.month


def payment(facts, today):
    past, newest = (AS_OF - today).days, months_back(today)
    bills = [
        (bill, left_to_pay(bill, past))
        for bill in facts.bills
        if bill.currency == "VND" and _then(bill.issued_age, past) and not _then(bill.cancelled_age, past)
    ]
    late = [
        scoring.Overdue(left, bill.due_age - past, _disputed_days(bill, past))
        for bill, left in bills
        if left > 0 and bill.due_age is not None and bill.due_age > past
    ]
    recent = scoring.INVOICES_KNOWN_DAYS + past
    largest = [b.amount for b, _ in bills if b.issued_age < scoring.LARGEST_INVOICE_DAYS + past]
    return scoring.payment(
        late,
        revenue_12m=sum(facts.months.get(back, 0) for back in range(newest + 1, newest + 13)),
        largest_invoice_12m=max(largest, default=0),
        known=any(b.known and (b.issued_age < recent or left > 0) for b, left in bills),
    )


def left_to_pay(bill, past):
    if not bill.known:
        return 0
    paid = sum(p.amount for p in bill.payments if _then(p.age, past) and not _then(p.reversed_age, past))
    credited = sum(c.amount for c in bill.credits if _then(c.age, past) and not _then(c.cancelled_age, past))
    return bill.amount - paid - credited


def _disputed_days(bill, past):
    if not _then(bill.disputed_age, past) or _then(bill.settled_age, past):
        return None
    return bill.disputed_age - past


def terms(facts, past):
    """(terms, whether any contract runs)."""
    found, running = [], False
    for place, deed in enumerate(facts.deeds):
        if not _is_signed(deed, past):
            continue
        rolls_on = deed.auto_renews and not _then(deed.notice_age, past)
        ends = None if deed.end_age is None else past - deed.end_age
        running |= _then(deed.start_age, past) and (ends is None or ends >= 0 or rolls_on)
        if ends is None:
            continue
        followers = [other for other in facts.deeds if other.renews == place]
        found.append(
            scoring.Term(
                deed.value,
                ends,
                renewed=any(o.state in ("signed", "ended") and _then(o.decided_age, past) for o in followers),
                rolls_on=rolls_on,
                renewal_open=any(_is_open(other, past) for other in followers),
                currency=deed.currency,
            )
        )
    return found, running


def _is_signed(deed, past):
    return (
        deed.state in ("signed", "ended")
        and _then(deed.decided_age, past)
        and not (deed.state == "ended" and _then(deed.ended_age, past))
    )


def _is_open(deed, past):
    decided = deed.state != "draft" and _then(deed.decided_age, past)
    return _then(deed.made_age, past) and not decided


def breadth(facts, past):
    eligible = {
        place
        for place, ware in enumerate(WARES)
        if ware.is_active
        and (not ware.segments or facts.segment in ware.segments)
        and (not ware.industries or facts.industry in ware.industries)
    }
    owned = {place for place, age in facts.sold if _then(age, past)}
    owned |= {place for deed in facts.deeds if _is_signed(deed, past) for place in deed.products}
    return scoring.breadth(len(owned & eligible), len(eligible))


# --- Rows for the SQL ----------------------------------------------------------------------------------------


def create_rows(pairs):
    """Rows for (client, Facts) pairs."""
    if any(facts.sold or any(deed.products for deed in facts.deeds) for _client, facts in pairs):
        wares = make_wares()
        _sell(pairs, wares)
    else:
        wares = []
    for client, facts in pairs:
        _sign(client, facts.deeds, wares)
        for bill in facts.bills:
            _issue(client, bill)
        for trouble in facts.troubles:
            _open(client, trouble)


def make_wares():
    """WARES as rows, in order."""
    return [
        Product.objects.get_or_create(
            code=f"W{place}",
            defaults={
                "name": f"Ware {place}",
                "list_price": 1,
                "segments": list(ware.segments),
                "industries": list(ware.industries),
                "is_active": ware.is_active,
            },
        )[0]
        for place, ware in enumerate(WARES)
    ]


def _sell(pairs, wares):
    Deal.objects.bulk_create(
        Deal(client=client, product=wares[place], stage="won", amount=1, closed_on=day(age))
        for client, facts in pairs
        for place, age in facts.sold
    )


def _sign(client, deeds, wares):
    rows = []
    for deed in deeds:
        is_signed = deed.state in ("signed", "ended")
        row = Contract.objects.create(
            client=client,
            number=f"C-{next(_numbers)}",
            title="Care",
            state=deed.state,
            value=deed.value,
            currency=deed.currency,
            starts_on=day(deed.start_age),
            ends_on=day(deed.end_age),
            auto_renews=deed.auto_renews,
            notice_given_on=day(deed.notice_age),
            signed_on=day(deed.decided_age) if is_signed else None,
            ended_on=day(deed.ended_age) if deed.state == "ended" else None,
            lost_on=day(deed.decided_age) if deed.state == "lost" else None,
            lost_reason="price" if deed.state == "lost" else "",
            renews=None if deed.renews is None else rows[deed.renews],
        )
        rows.append(row)
        made = datetime.datetime.combine(day(deed.made_age), datetime.time(12), ZONE)
        Contract.objects.filter(pk=row.pk).update(created_at=made)
        ContractLine.objects.bulk_create(
            ContractLine(contract=row, client=client, product=wares[place], quantity=1, unit_price=1)
            for place in deed.products
        )


def _issue(client, bill):
    cancelled = {"state": "cancelled", "cancelled_on": day(bill.cancelled_age), "cancel_reason": "Mistake"}
    row = Invoice.objects.create(
        client=client,
        number=f"INV-{next(_numbers)}",
        amount=bill.amount,
        currency=bill.currency,
        issued_on=day(bill.issued_age),
        due_on=day(bill.due_age),
        payments_known=bill.known,
        disputed_on=day(bill.disputed_age),
        dispute_reason="" if bill.disputed_age is None else "Too much",
        dispute_settled_on=day(bill.settled_age),
        paid=sum(p.amount for p in bill.payments if p.reversed_age is None),
        credited=sum(c.amount for c in bill.credits if c.cancelled_age is None),
        **({} if bill.cancelled_age is None else cancelled),
    )
    Payment.objects.bulk_create(
        Payment(
            client=client,
            invoice=row,
            amount=paid.amount,
            received_on=day(paid.age),
            reversed_on=day(paid.reversed_age),
            reverse_reason="" if paid.reversed_age is None else "Bounced",
        )
        for paid in bill.payments
    )
    Invoice.objects.bulk_create(_credit_note(row, credit) for credit in bill.credits)


def _credit_note(invoice, credit):
    gone = credit.cancelled_age is not None
    return Invoice(
        client=invoice.client,
        number=f"CN-{next(_numbers)}",
        kind="credit_note",
        amount=-credit.amount,
        currency=invoice.currency,
        issued_on=day(credit.age),
        credits=invoice,
        state="cancelled" if gone else "issued",
        cancelled_on=day(credit.cancelled_age),
        cancel_reason="Mistake" if gone else "",
    )


def _open(client, trouble):
    runs = sorted(trouble.runs, key=lambda run: -run.at)
    last = runs[-1]
    opened_at = _at(runs[0].at)
    status = {"": "open"}.get(last.stopped_for, last.stopped_for)
    issue = Issue.objects.create(
        client=client,
        title=f"Trouble {next(_numbers)}",
        severity=trouble.severity,
        status=status,
        opened_at=opened_at,
        opened_on=opened_at.date(),
        response_hours=1,
        resolution_hours=trouble.sla_hours,
        response_due_at=opened_at,
        resolved_at=_at(last.until) if status == "resolved" else None,
    )
    IssueClock.objects.bulk_create(
        IssueClock(
            issue=issue,
            client=client,
            started_at=_at(run.at),
            stopped_at=_at(run.until),
            stopped_for=run.stopped_for,
        )
        for run in runs
    )
