"""Rows for tests, with the fewest words: each function makes one valid row, keywords change it."""

import datetime
import itertools

from django.utils import timezone

from accounts.models import Department, Role, Team, Tier, User
from clients.models import (
    Assignment,
    AssignmentRole,
    Client,
    Contact,
    Contract,
    ContractLine,
    Deal,
    InternalRequest,
    Invoice,
    Issue,
    IssueClock,
    Milestone,
    Payment,
    Product,
)
from relationships.models import FollowUp, Interaction, InteractionContact

PASSWORD = "a long enough password"
_numbers = itertools.count(1)

TIERS = {
    "am": ("AM", 15, 20, False, ["standard", "major"]),
    "kam": ("KAM", 3, 5, True, ["key"]),
    "senior": ("Senior AM", 0, 10, False, ["standard", "major", "key"]),
    "rm": ("RM", 0, 30, False, ["standard", "major"]),
}


def tier(code="am"):
    name, least, most, hard, segments = TIERS[code]
    defaults = {
        "name": name,
        "capacity_min": least,
        "capacity_max": most,
        "capacity_is_hard": hard,
        "allowed_segments": segments,
    }
    return Tier.objects.get_or_create(code=code, defaults=defaults)[0]


def team(name=None, *, region="North", **fields):
    return Team.objects.create(name=name or f"Team {next(_numbers)}", region=region, **fields)


def user(name=None, *, tier_code="am", role=Role.ACCOUNT_MANAGER, **fields):
    """An account manager unless `role` says otherwise; logs in with PASSWORD."""
    number = next(_numbers)
    if role == Role.ACCOUNT_MANAGER:
        fields.setdefault("tier", tier(tier_code))
    fields.setdefault("email", f"person{number}@example.com")
    return User.objects.create_user(name=name or f"Person {number}", password=PASSWORD, role=role, **fields)


def client(name=None, *, lead=None, since_days=400, **fields):
    """A client; with `lead`, assigned to them since `since_days` ago."""
    row = Client.objects.create(name=name or f"Client {next(_numbers)}", **fields)
    if lead:
        assignment(row, lead, since_days=since_days)
    return row


def assignment(client, user, *, role=AssignmentRole.LEAD, since_days=400, **fields):
    started = timezone.now() - datetime.timedelta(days=since_days)
    return Assignment.objects.create(
        client=client, user=user, role=role, started_at=started, reason="Set up in a test", **fields
    )


def contact(client, name=None, **fields):
    return Contact.objects.create(client=client, name=name or f"Contact {next(_numbers)}", **fields)


def interaction(client, *, days_ago=0, contacts=(), **fields):
    """A touch `days_ago` local days ago in the house zone, at noon."""
    day = timezone.localdate() - datetime.timedelta(days=days_ago)
    moment = timezone.make_aware(datetime.datetime.combine(day, datetime.time(12)))
    row = Interaction.objects.create(client=client, occurred_at=moment, occurred_on=day, **fields)
    InteractionContact.objects.bulk_create(InteractionContact(interaction=row, contact=c) for c in contacts)
    return row


def follow_up(client, assignee, *, due_in=0, **fields):
    fields.setdefault("reason", f"Reason {next(_numbers)}")
    due_on = timezone.localdate() + datetime.timedelta(days=due_in)
    return FollowUp.objects.create(client=client, assignee=assignee, due_on=due_on, **fields)


def product(code=None, **fields):
    code = code or f"P{next(_numbers)}"
    return Product.objects.create(
        code=code, name=fields.pop("name", code), list_price=fields.pop("list_price", 100), **fields
    )


def won_deal(client, *, amount, on, product_row=None, **fields):
    return Deal.objects.create(
        client=client, product=product_row or product(), stage="won", amount=amount, closed_on=on, **fields
    )


def contract(client, *, starts_in=-300, ends_in=65, state="signed", value=120, lines=(), **fields):
    """A signed contract of about a year; days count from today. `lines`: (product, quantity, unit price)."""
    today = timezone.localdate()
    fields.setdefault("number", f"C-{next(_numbers)}")
    fields.setdefault("title", "Care")
    fields.setdefault("currency", client.currency)
    fields.setdefault("ends_on", None if ends_in is None else today + datetime.timedelta(days=ends_in))
    starts_on = fields.pop("starts_on", today + datetime.timedelta(days=starts_in))
    if state != "draft" and state != "lost":
        fields.setdefault("signed_on", starts_on)
    if state == "lost":
        fields = {"lost_on": today, "lost_reason": "price"} | fields
    row = Contract.objects.create(client=client, state=state, value=value, starts_on=starts_on, **fields)
    for product_row, quantity, price in lines:
        ContractLine.objects.create(
            contract=row, client=client, product=product_row, quantity=quantity, unit_price=price
        )
    return row


def milestone(contract, *, due_in=10, **fields):
    due_on = timezone.localdate() + datetime.timedelta(days=due_in)
    fields.setdefault("title", f"Milestone {next(_numbers)}")
    return Milestone.objects.create(client=contract.client, contract=contract, due_on=due_on, **fields)


def invoice(client, *, amount=100, days_late=0, issued_ago=None, **fields):
    """Issued 30 days before it fell due; `days_late` below zero: due in as many days."""
    today = timezone.localdate()
    due_on = fields.pop("due_on", today - datetime.timedelta(days=days_late))
    issued_on = fields.pop("issued_on", None)
    if issued_on is None:
        ago = days_late + 30 if issued_ago is None else issued_ago
        issued_on = today - datetime.timedelta(days=max(0, ago))
    fields.setdefault("number", f"INV-{next(_numbers)}")
    fields.setdefault("currency", client.currency)
    return Invoice.objects.create(client=client, amount=amount, issued_on=issued_on, due_on=due_on, **fields)


def payment(invoice, *, amount, days_ago=0, **fields):
    """A payment with the invoice's sum brought up to date, as the service does."""
    received_on = timezone.localdate() - datetime.timedelta(days=days_ago)
    row = Payment.objects.create(
        client=invoice.client, invoice=invoice, amount=amount, received_on=received_on, **fields
    )
    Invoice.objects.filter(pk=invoice.pk).update(paid=invoice.paid + row.amount)
    invoice.refresh_from_db()
    return row


def issue(client, *, severity=3, opened_ago_days=0, response_hours=4, resolution_hours=24, **fields):
    """An open issue whose clock has run since it opened; due moments are plain hours after it, not working ones."""
    opened_at = fields.pop("opened_at", timezone.now() - datetime.timedelta(days=opened_ago_days))
    fields.setdefault("title", f"Issue {next(_numbers)}")
    fields.setdefault("response_due_at", opened_at + datetime.timedelta(hours=response_hours))
    fields.setdefault("resolution_due_at", opened_at + datetime.timedelta(hours=resolution_hours))
    row = Issue.objects.create(
        client=client,
        severity=severity,
        opened_at=opened_at,
        opened_on=timezone.localdate(opened_at, timezone.get_default_timezone()),
        response_hours=response_hours,
        resolution_hours=resolution_hours,
        **fields,
    )
    IssueClock.objects.create(issue=row, client=client, started_at=opened_at)
    return row


def internal_request(client, asked_by, *, department="production", due_in=3, **fields):
    fields.setdefault("what", f"Request {next(_numbers)}")
    return InternalRequest.objects.create(
        client=client,
        asked_by=asked_by,
        department=Department.objects.get(code=department),
        due_on=timezone.localdate() + datetime.timedelta(days=due_in),
        **fields,
    )


def open_deal(client, *, amount=50, product_row=None, **fields):
    fields.setdefault("currency", client.currency)
    return Deal.objects.create(client=client, product=product_row or product(), amount=amount, **fields)
