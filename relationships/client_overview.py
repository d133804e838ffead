"""What the client page tells beside the timeline: team, contacts, money. A fixed number of queries each."""

from dataclasses import dataclass

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, Exists, F, Max, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce, JSONObject, Now
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.alphabet import by_alphabet
from accounts.models import User
from clients.list_columns import tags_of_client
from clients.models import (
    Assignment,
    AssignmentRole,
    Client,
    ClientStatus,
    Contact,
    ContactRole,
    Deal,
    DealStage,
    KeyStatus,
)
from clients.views.scope import fetch_visible
from relationships.mentions import Named, in_parts
from relationships.models import Interaction, InteractionContact, Note, PlanAction, PlanActionState
from relationships.value.shown import Expected, expected_of

CONTACTS_SHOWN = 100
PINNED_SHOWN = 20
TOUCHES_LOOKED_BACK = 300
# A client without one of these has an empty seat worth filling.
SEATS = (ContactRole.DECISION_MAKER, ContactRole.CHAMPION)


def fetch_client(user, client_id, **extras):
    """The client with group, health, expected value, `is_led`, `key_since`, `group_visible`, `in_group`, `open_actions`
    (of the plan) and `may_change`; `extras` are annotations beside them. One query.

    404 outside of the reader's scope.
    """
    actions = PlanAction.objects.filter(client=OuterRef("pk"), state=PlanActionState.OPEN)
    key = KeyStatus.objects.filter(client=OuterRef("pk"), ended_at__isnull=True)
    group = Client.objects.visible_to(user).filter(pk=OuterRef("parent"))
    clients = Client.objects.select_related(
        "parent", "expected_value", "health__model", "health__override__made_by"
    )
    clients = clients.annotate(
        is_led=Exists(Client.objects.led().filter(pk=OuterRef("pk"))),
        key_since=Subquery(key.values("started_at")[:1]),
        group_visible=Exists(group),
        in_group=Q(parent__isnull=False) | Exists(Client.objects.filter(parent=OuterRef("pk"))),
        open_actions=Coalesce(
            Subquery(actions.order_by().values("client").annotate(n=Count("pk")).values("n")), 0
        ),
        **extras,
    )
    return fetch_visible(clients, user, client_id)


def page_extras():
    """What the client page's header and timeline show beside the client itself, as annotations of its one query."""
    pinned = Note.objects.filter(client=OuterRef("pk"), pinned_at__isnull=False).order_by("-pinned_at", "-pk")
    mentioned = Note.mentioned.through.objects.filter(note=OuterRef("pk")).order_by("pk")
    row = JSONObject(
        id="pk",
        text="text",
        author="author__name",
        author_id="author",
        created_at="created_at",
        edited_at="edited_at",
        mentioned=ArraySubquery(mentioned.values("user__name")),
    )
    rows = {"pinned_rows": ArraySubquery(pinned.values(row=row)[:PINNED_SHOWN]), "tag_list": tags_of_client()}
    return rows | timeline_extras()


def timeline_extras():
    """Whom the timeline can be narrowed to: who logged one of the latest touches or wrote one of the latest notes."""
    client = OuterRef(OuterRef("pk"))
    touches = Interaction.objects.filter(client=client).newest_first().values("author")[:TOUCHES_LOOKED_BACK]
    notes = Note.objects.filter(client=client).values("author")[:TOUCHES_LOOKED_BACK]
    person = JSONObject(id="pk", name="name")
    people = {"touch_people": touches, "note_people": notes}
    return {
        name: ArraySubquery(User.objects.filter(pk__in=rows).order_by().values(row=person))
        for name, rows in people.items()
    }


def timeline_people(client):
    """[(id, name)] by name, from a client with `timeline_extras`. No query."""
    people = {row["id"]: row["name"] for row in [*client.touch_people, *client.note_people]}
    return sorted(people.items(), key=lambda person: (by_alphabet(person[1]), person[0]))


@dataclass(frozen=True)
class Pinned:
    """A pinned note as the client page shows it; `parts`: (part of the text, whether it names a colleague)."""

    pk: int
    author: str
    author_id: int | None
    created_at: object
    edited_at: object
    parts: list


def pinned_notes(client):
    """The pinned notes of a client with `page_extras`, the one pinned last first. No query."""
    return [
        Pinned(
            row["id"],
            row["author"] or "",
            row["author_id"],
            parse_datetime(row["created_at"]),
            parse_datetime(row["edited_at"] or ""),
            in_parts(row["text"], [Named(name) for name in row["mentioned"]]),
        )
        for row in client.pinned_rows
    ]


@dataclass(frozen=True)
class Team:
    """The running assignments of a client; `read_until` tells a former lead how long they may read."""

    lead: Assignment | None
    others: list
    read_until: object


def account_team(client, user):
    """Who looks after the client now, with `away_until` and `stand_in`, and the reader's own handover. One query."""
    running = Q(started_at__lte=Now()) & (Q(ended_at__isnull=True) | Q(ended_at__gt=Now()))
    handover = Q(user=user.pk, role=AssignmentRole.LEAD, read_until__gte=timezone.localdate())
    assignments = client.assignments.filter(running | handover).with_absence()
    assignments = assignments.select_related("user__tier", "user__team")
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


def rhythm_of(client, today):
    """ "Every 14 days, last reached 9 days ago", and whether that is their own rhythm; "" where nobody is expected to
    call or the cadence is not known yet. No query.

    The cadence is what lies between the last contact and the one expected, so it is the one that health worked with.
    """
    if client.status != ClientStatus.ACTIVE or not (client.contact_due_on and client.last_reached_on):
        return ""
    days, silent = (
        (client.contact_due_on - client.last_reached_on).days,
        (today - client.last_reached_on).days,
    )
    health = getattr(client, "health", None)
    usual = health.model.spec["cadence_days"].get(client.segment) if health else None
    if usual and days < usual:
        every = ngettext("Their own rhythm: every day", "Their own rhythm: every %(days)d days", days)
    else:
        every = ngettext("Every day", "Every %(days)d days", days)
    every %= {"days": days}
    if silent <= 0:
        return _("%(every)s, last reached today") % {"every": every}
    last = ngettext("last reached %(days)d day ago", "last reached %(days)d days ago", silent) % {
        "days": silent
    }
    return _("%(every)s, %(last)s") % {"every": every, "last": last}
