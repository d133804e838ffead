"""Rows for tests, with the fewest words: each function makes one valid row, keywords change it."""

import datetime
import itertools

from django.utils import timezone

from accounts.models import Role, Team, Tier, User
from clients.models import Assignment, AssignmentRole, Client, Contact, Deal, Product
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
