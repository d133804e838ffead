"""Invoices, issues, contracts and products of the books as rows for the SQL: a few bulk inserts for a whole book."""

import itertools

from django.db import connection

from clients.models import Contract, ContractLine, Deal, Invoice, Issue, IssueClock, Payment, Product

from .care_books import WARES, at, day, noon

_numbers = itertools.count(1)


def create_rows(pairs):
    """Rows for (client, Facts) pairs."""
    pairs = list(pairs)
    wares = make_wares() if any(_names_products(facts) for _client, facts in pairs) else []
    Deal.objects.bulk_create(
        Deal(client=client, product=wares[place], stage="won", amount=1, closed_on=day(age))
        for client, facts in pairs
        for place, age in facts.sold
    )
    _sign(pairs, wares)
    _bill(pairs)
    _open(pairs)


def _names_products(facts):
    return facts.sold or any(deed.products for deed in facts.deeds)


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


def record(model, rows, ages):
    """Date back when `rows` were recorded; an age of None leaves a row where it is, recorded now."""
    dated = [(row.pk, noon(age)) for row, age in zip(rows, ages, strict=True) if age is not None]
    if not dated:
        return
    ids, moments = zip(*dated, strict=True)
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {model._meta.db_table} t SET created_at = made.at"
            " FROM unnest(%s::bigint[], %s::timestamptz[]) AS made(id, at) WHERE t.id = made.id",
            [list(ids), list(moments)],
        )


def made_age(facts, part):
    return facts.made_age if part.made_age is None else part.made_age


def _sign(pairs, wares):
    found = [(client, place, deed) for client, facts in pairs for place, deed in enumerate(facts.deeds)]
    rows = Contract.objects.bulk_create(_contract(client, deed) for client, _place, deed in found)
    record(Contract, rows, [deed.made_age for _client, _place, deed in found])
    by_place = {(client.pk, place): row for (client, place, _deed), row in zip(found, rows, strict=True)}
    renewals = []
    for (client, _place, deed), row in zip(found, rows, strict=True):
        if deed.renews is not None:
            row.renews = by_place[client.pk, deed.renews]
            renewals.append(row)
    Contract.objects.bulk_update(renewals, ["renews"])
    ContractLine.objects.bulk_create(
        ContractLine(contract=row, client=client, product=wares[place], quantity=1, unit_price=1)
        for (client, _place, deed), row in zip(found, rows, strict=True)
        for place in deed.products
    )


def _contract(client, deed):
    is_signed = deed.state in ("signed", "ended")
    return Contract(
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
    )


def _bill(pairs):
    found = [(client, facts, bill) for client, facts in pairs for bill in facts.bills]
    rows = Invoice.objects.bulk_create(_invoice(client, bill) for client, _facts, bill in found)
    record(Invoice, rows, [made_age(facts, bill) for _client, facts, bill in found])
    billed = [(facts, bill, row) for (_client, facts, bill), row in zip(found, rows, strict=True)]
    paid = [(facts, row, part) for facts, bill, row in billed for part in bill.payments]
    record(
        Payment,
        Payment.objects.bulk_create(payment(row, part) for _facts, row, part in paid),
        [made_age(facts, part) for facts, _row, part in paid],
    )
    credited = [(facts, row, part) for facts, bill, row in billed for part in bill.credits]
    record(
        Invoice,
        Invoice.objects.bulk_create(credit_note(row, part) for _facts, row, part in credited),
        [made_age(facts, part) for facts, _row, part in credited],
    )


def _invoice(client, bill):
    cancelled = {"state": "cancelled", "cancelled_on": day(bill.cancelled_age), "cancel_reason": "Mistake"}
    return Invoice(
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


def payment(invoice, paid):
    return Payment(
        client=invoice.client,
        invoice=invoice,
        amount=paid.amount,
        received_on=day(paid.age),
        reversed_on=day(paid.reversed_age),
        reverse_reason="" if paid.reversed_age is None else "Bounced",
    )


def credit_note(invoice, credit):
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


def _open(pairs):
    found = [(client, facts, trouble) for client, facts in pairs for trouble in facts.troubles]
    rows = Issue.objects.bulk_create(_issue(client, trouble) for client, _facts, trouble in found)
    record(Issue, rows, [made_age(facts, trouble) for _client, facts, trouble in found])
    IssueClock.objects.bulk_create(
        IssueClock(
            issue=row,
            client=client,
            started_at=at(run.at),
            stopped_at=at(run.until),
            stopped_for=run.stopped_for,
        )
        for (client, _facts, trouble), row in zip(found, rows, strict=True)
        for run in trouble.runs
    )


def _issue(client, trouble):
    runs = sorted(trouble.runs, key=lambda run: -run.at)
    opened_at, last = at(runs[0].at), runs[-1]
    status = {"": "open"}.get(last.stopped_for, last.stopped_for)
    return Issue(
        client=client,
        title=f"Trouble {next(_numbers)}",
        severity=trouble.severity,
        status=status,
        opened_at=opened_at,
        opened_on=opened_at.date(),
        response_hours=min(1, trouble.sla_hours),
        resolution_hours=trouble.sla_hours,
        response_due_at=opened_at,
        resolved_at=at(last.until) if status == "resolved" else None,
    )
