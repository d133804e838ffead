"""What a report tells of a client: rows read field by field from an explicit list, so that no note can come along.

Nothing here reads a summary, a description, a resolution, a reason or a note: those are written for colleagues. The
titles of milestones, contracts and issues, the names of products and contacts, and the words of a promise made to the
client are what a client may read. Days are local days of the house.
"""

import datetime
from dataclasses import dataclass

from django.db.models import F, Q
from django.utils import timezone

from accounts import working_time
from clients.models import (
    Client,
    Commitment,
    CommitmentStatus,
    Contract,
    Deal,
    Intake,
    Issue,
    IssueClock,
    IssueStatus,
    Milestone,
)
from clients.sla import used_seconds
from relationships.models import Interaction, InteractionContact, InteractionKind

MEETINGS = (InteractionKind.MEETING, InteractionKind.VISIT, InteractionKind.EVENT, InteractionKind.REVIEW)
ROWS_AT_MOST = 40  # of one section; a page holds fewer


@dataclass(frozen=True)
class Period:
    """Both days belong to it."""

    first: datetime.date
    last: datetime.date

    @property
    def days(self):
        return (self.first, self.last)

    @property
    def moments(self):
        """(from, before) as moments of the house."""
        zone = working_time.house_zone()
        start = datetime.datetime.combine(self.first, datetime.time(), zone)
        return start, datetime.datetime.combine(self.last + working_time.DAY, datetime.time(), zone)


def delivered(client: Client, period: Period):
    """Milestones done or accepted in the period, as dicts of title, done_on, accepted_on; the oldest first."""
    rows = Milestone.objects.filter(client=client).filter(
        Q(done_on__range=period.days) | Q(accepted_on__range=period.days), done_on__isnull=False
    )
    return list(rows.order_by("done_on", "id").values("title", "done_on", "accepted_on")[:ROWS_AT_MOST])


def begun_contracts(client: Client, period: Period):
    """Signed contracts that began in the period: number, title, starts_on."""
    rows = Contract.objects.filter(client=client, signed_on__isnull=False, starts_on__range=period.days)
    return list(rows.order_by("starts_on", "id").values("number", "title", "starts_on")[:ROWS_AT_MOST])


def orders(client: Client, period: Period):
    """Deals won in the period: product and closed_on."""
    rows = Deal.objects.filter(client=client).won().filter(closed_on__range=period.days)
    found = rows.order_by("closed_on", "id").values("closed_on", name=F("product__name"))
    return list(found[:ROWS_AT_MOST])


def meetings(client: Client, period: Period):
    """Meetings that took place: kind, occurred_on and people, a list of names. Two queries."""
    rows = Interaction.objects.filter(
        client=client, reached=True, kind__in=MEETINGS, occurred_on__range=period.days
    )
    found = list(rows.order_by("occurred_on", "id").values("pk", "kind", "occurred_on")[:ROWS_AT_MOST])
    met = InteractionContact.objects.filter(interaction__in=[row["pk"] for row in found])
    names = {}
    for pk, name in met.order_by("contact__name_sort").values_list("interaction_id", "contact__name"):
        names.setdefault(pk, []).append(name)
    return [row | {"people": names.get(row["pk"], [])} for row in found]


def count_calls(client: Client, period: Period):
    """How often they were reached by telephone."""
    calls = Interaction.objects.filter(client=client, reached=True, kind=InteractionKind.CALL)
    return calls.filter(occurred_on__range=period.days).count()


def settled_issues(client: Client, period: Period):
    """Issues resolved in the period: title, opened_on, resolved_on, seconds (working), satisfaction. Two queries."""
    start, end = period.moments
    rows = Issue.objects.filter(client=client, status=IssueStatus.RESOLVED)
    rows = rows.filter(resolved_at__gte=start, resolved_at__lt=end).order_by("resolved_at", "id")
    found = list(rows.values("pk", "title", "opened_on", "resolved_at", "satisfaction")[:ROWS_AT_MOST])
    runs = {}
    clocks = IssueClock.objects.filter(issue__in=[row["pk"] for row in found]).order_by("started_at")
    for pk, started, stopped in clocks.values_list("issue_id", "started_at", "stopped_at"):
        runs.setdefault(pk, []).append((started, stopped))
    return [
        row
        | {
            "seconds": used_seconds(runs.get(row["pk"], []), row["resolved_at"]),
            "resolved_on": timezone.localdate(row["resolved_at"], working_time.house_zone()),
        }
        for row in found
    ]


def open_issues(client: Client, day):
    """Issues opened by `day` and not resolved yet: title, opened_on; the oldest first."""
    rows = Issue.objects.filter(client=client, opened_on__lte=day).open().order_by("opened_at", "id")
    return list(rows.values("title", "opened_on")[:ROWS_AT_MOST])


def open_milestones(client: Client, day):
    """Those due by `day` and not accepted yet: title, due_on, done_on."""
    rows = Milestone.objects.filter(client=client, accepted_on__isnull=True, due_on__lte=day)
    return list(rows.order_by("due_on", "id").values("title", "due_on", "done_on")[:ROWS_AT_MOST])


def open_promises(client: Client):
    """What was promised to the client and not kept yet: text, due_on."""
    rows = Commitment.objects.filter(client=client, status=CommitmentStatus.OPEN)
    return list(rows.order_by(F("due_on").asc(nulls_last=True), "id").values("text", "due_on")[:ROWS_AT_MOST])


def coming_milestones(client: Client, day):
    """Those due after `day` and not done yet: title, due_on."""
    rows = Milestone.objects.filter(client=client, done_on__isnull=True, due_on__gt=day)
    return list(rows.order_by("due_on", "id").values("title", "due_on")[:ROWS_AT_MOST])


def coming_kick_offs(client: Client):
    """Days by which a kick-off meeting is to be held."""
    rows = Intake.objects.filter(client=client, kicked_off_on__isnull=True)
    return list(rows.order_by("kick_off_by").values_list("kick_off_by", flat=True)[:ROWS_AT_MOST])
