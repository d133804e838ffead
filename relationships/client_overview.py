"""What the client page tells beside the timeline: team, contacts, money. A fixed number of queries each."""

from dataclasses import dataclass

from django.db.models import Exists, F, Max, OuterRef, Q, Subquery
from django.db.models.functions import Now
from django.utils import timezone

from clients.models import (
    Assignment,
    AssignmentRole,
    Client,
    Contact,
    ContactRole,
    Deal,
    DealStage,
    KeyStatus,
)
from clients.views.scope import fetch_visible
from relationships.models import InteractionContact
from relationships.value.shown import Expected, expected_of

CONTACTS_SHOWN = 100
# A client without one of these has an empty seat worth filling.
SEATS = (ContactRole.DECISION_MAKER, ContactRole.CHAMPION)


def fetch_client(user, client_id):
    """The client with group, health, expected value, `key_since`, `group_visible` and `may_change`. One query.

    404 outside of the reader's scope.
    """
    key = KeyStatus.objects.filter(client=OuterRef("pk"), ended_at__isnull=True)
    group = Client.objects.visible_to(user).filter(pk=OuterRef("parent"))
    clients = Client.objects.select_related(
        "parent", "expected_value", "health__model", "health__override__made_by"
    )
    clients = clients.annotate(key_since=Subquery(key.values("started_at")[:1]), group_visible=Exists(group))
    return fetch_visible(clients, user, client_id)


@dataclass(frozen=True)
class Team:
    """The running assignments of a client; `read_until` tells a former lead how long they may read."""

    lead: Assignment | None
    others: list
    read_until: object


def account_team(client, user):
    """Who looks after the client now, and the reader's own handover. One query."""
    running = Q(started_at__lte=Now()) & (Q(ended_at__isnull=True) | Q(ended_at__gt=Now()))
    handover = Q(user=user.pk, role=AssignmentRole.LEAD, read_until__gte=timezone.localdate())
    assignments = client.assignments.filter(running | handover).select_related("user__tier", "user__team")
    now, current, read_until = timezone.now(), [], None
    for assignment in assignments:
        if assignment.ended_at is None or assignment.ended_at > now:
            current.append(assignment)
        else:
            read_until = max(filter(None, [read_until, assignment.read_until]))
    lead = next((a for a in current if a.role == AssignmentRole.LEAD), None)
    return Team(lead, [a for a in current if a is not lead], read_until)


def known_contacts(client):
    """Contacts, those still there first and the influential ones first among them, each with `last_met`. One query.

    `last_met` is the day of the last touch that reached them, or None.
    """
    met = InteractionContact.objects.filter(contact=OuterRef("pk"), interaction__reached=True).order_by()
    last_met = met.values("contact").annotate(day=Max("interaction__occurred_on")).values("day")
    contacts = Contact.objects.filter(client=client).annotate(last_met=Subquery(last_met))
    order = [F("left_on").desc(nulls_first=True), F("influence").desc(nulls_last=True), "name_sort", "pk"]
    return list(contacts.order_by(*order)[:CONTACTS_SHOWN])


def empty_seats(contacts):
    """The labels of the decisive roles that nobody there is known to have."""
    taken = {contact.role for contact in contacts if contact.left_on is None}
    return [seat.label for seat in SEATS if seat not in taken]


@dataclass(frozen=True)
class Money:
    """`change` is a share of the year before, None without one; `products` the last won deal of each product."""

    change: object
    last_won: Deal | None
    products: list
    expected: Expected | None


def money_line(client):
    """Revenue against the year before, the last won deal, products owned, purchases expected. At most three queries."""
    won = Deal.objects.filter(client=client, stage=DealStage.WON).select_related("product")
    latest = list(won.order_by("product_id", "-closed_on", "-pk").distinct("product_id"))
    products = sorted(latest, key=lambda deal: (deal.closed_on, deal.pk), reverse=True)
    before = client.revenue_12m_before
    change = (client.revenue_12m - before) / before if before else None
    return Money(change, products[0] if products else None, products, expected_of(client))
