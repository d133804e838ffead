"""The demo's timeline: what the services would have written when its contracts, payments and issues came about."""

import datetime

from clients.models import CareEvent, CareEventKind, Contract, Deal, Issue, Milestone, Payment, PaymentPromise

from .touches import DAYS_BACK

MONEY_DAYS_BACK = 60  # a payment for each deal of a year would bury the talks
NOON = datetime.time(5, tzinfo=datetime.UTC)  # in Viet Nam


def create_events(today):
    """Writes one entry for each thing that happened in the time of the demo's touches. Returns how many."""
    since = today - datetime.timedelta(days=DAYS_BACK)
    lately = today - datetime.timedelta(days=MONEY_DAYS_BACK)
    rows = [*_contracts(since, today), *_milestones(since), *_deals(lately), *_money(lately), *_issues(since)]
    CareEvent.objects.bulk_create(rows, batch_size=2_000)
    return len(rows)


def _event(row, kind, when, /, **facts):
    at = when if isinstance(when, datetime.datetime) else datetime.datetime.combine(when, NOON)
    return CareEvent(client_id=row.client_id, kind=kind, at=at, subject_id=row.pk, facts=facts)


def _contracts(since, today):
    for row in Contract.objects.select_related("renews"):
        facts = {"number": row.number, "title": row.title}
        if row.signed_on and since <= row.signed_on <= today:
            facts |= {"amount": str(row.value), "currency": row.currency, "day": row.signed_on.isoformat()}
            yield _event(row, CareEventKind.CONTRACT_SIGNED, row.signed_on, **facts)
        elif row.lost_on:
            facts |= {"renews": row.renews.number, "reason": row.lost_reason, "note": row.lost_note}
            yield _event(row, CareEventKind.RENEWAL_LOST, row.lost_on, **facts)


def _milestones(since):
    done = Milestone.objects.filter(accepted_on__gte=since).select_related("contract", "accepted_by")
    for row in done:
        facts = {"title": row.title, "number": row.contract.number}
        yield _event(row, CareEventKind.MILESTONE_DONE, row.done_on, **facts, day=row.done_on.isoformat())
        facts["who"] = row.accepted_by.name if row.accepted_by else ""
        day = row.accepted_on
        yield _event(row, CareEventKind.MILESTONE_ACCEPTED, day, **facts, day=day.isoformat())


def _deals(since):
    for row in Deal.objects.won().filter(closed_on__gte=since).select_related("product"):
        facts = {"title": row.title or row.product.name, "product": row.product.name}
        facts |= {"amount": str(row.amount), "currency": row.currency, "day": row.closed_on.isoformat()}
        yield _event(row, CareEventKind.DEAL_WON, row.closed_on, **facts)


def _money(since):
    payments = Payment.objects.filter(received_on__gte=since).select_related("invoice")
    for row in payments:
        facts = {"number": row.invoice.number, "amount": str(row.amount), "currency": row.invoice.currency}
        facts["day"] = row.received_on.isoformat()
        yield _event(row, CareEventKind.PAYMENT, row.received_on, **facts)
    for row in PaymentPromise.objects.select_related("invoice"):
        facts = {"number": row.invoice.number, "amount": str(row.amount), "currency": row.currency}
        facts["day"] = row.promised_for.isoformat()
        yield _event(row, CareEventKind.PROMISE_MADE, row.promised_on, **facts)
        if row.broken_on:
            yield _event(row, CareEventKind.PROMISE_BROKEN, row.broken_on, **facts)


def _issues(since):
    for row in Issue.objects.filter(opened_on__gte=since):
        facts = {"title": row.title, "severity": row.severity, "category": row.category}
        yield _event(row, CareEventKind.ISSUE_OPENED, row.opened_at, **facts)
        if row.resolved_at:
            yield _event(row, CareEventKind.ISSUE_RESOLVED, row.resolved_at, **facts, text=row.resolution)
        elif row.breached_at:
            yield _event(row, CareEventKind.ISSUE_BREACHED, row.breached_at, **facts)
