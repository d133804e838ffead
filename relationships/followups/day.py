"""What a day holds beside the queue: what is agreed for it, what comes next, what was done, and whom it leaves out."""

import datetime
from dataclasses import dataclass, field
from operator import attrgetter

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import (
    BooleanField,
    Case,
    Count,
    Exists,
    ExpressionWrapper,
    F,
    IntegerField,
    OuterRef,
    Q,
    Subquery,
    Value,
    When,
    Window,
)
from django.db.models.functions import Coalesce, JSONObject, RowNumber
from django.utils.dateparse import parse_datetime

from accounts.models import User
from clients.models import Client
from relationships.followups import queue
from relationships.followups.care_rules import PLANNED_RULES
from relationships.models import FollowUp, FollowUpKind, FollowUpStatus, Interaction, InteractionKind

SOON_DAYS = 7
MEETINGS_SHOWN = 12
MEETING_KINDS = (FollowUpKind.MEETING, FollowUpKind.VISIT)
HELD_KINDS = (InteractionKind.MEETING, InteractionKind.VISIT, InteractionKind.EVENT, InteractionKind.REVIEW)


@dataclass(frozen=True)
class Held:
    """A meeting of today that is logged already; `at` is aware."""

    pk: int
    client_id: int
    client: str
    kind: str
    at: datetime.datetime

    @property
    def label(self):
        return InteractionKind(self.kind).label


@dataclass(frozen=True)
class Done:
    """What somebody got done today: follow-ups ticked or closed by a contact of theirs, contacts logged, meetings."""

    follow_ups: int = 0
    touches: int = 0
    meetings: list = field(default_factory=list)

    def __bool__(self):
        return bool(self.follow_ups or self.touches)


def agreed_and_soon(user, today):
    """(what is agreed for today by the hour, the next seven days), each at most a panel full with `total`. One query.

    Agreed is a meeting or a visit, and whatever has an hour.
    """
    last = today + datetime.timedelta(days=SOON_DAYS)
    agreed = Q(due_on=today) & (Q(kind__in=MEETING_KINDS) | Q(due_time__isnull=False))
    rows = queue.own(user).filter(agreed | Q(due_on__gt=today, due_on__lte=last))
    order = [
        F("due_on").asc(),
        F("due_time").asc(nulls_last=True),
        F("client__revenue_12m").desc(),
        F("id").asc(),
    ]
    is_today = ExpressionWrapper(Q(due_on=today), output_field=BooleanField())
    rows = rows.annotate(
        is_today=is_today,
        total=Window(Count("pk"), partition_by=[is_today]),
        place=Window(RowNumber(), partition_by=[is_today], order_by=order),
    )
    shown = Q(is_today=True, place__lte=MEETINGS_SHOWN) | Q(place__lte=queue.SHOWN_IN_A_PANEL)
    rows = rows.filter(shown).select_related("client").only(*queue.SHOWN)
    found = sorted(rows, key=lambda row: row.place)
    return [row for row in found if row.is_today], [row for row in found if not row.is_today]


def done_on(user, today):
    """The `Done` of `user` today, by their own clock. One query."""
    begin = queue.midnight(today)
    end = queue.midnight(today + datetime.timedelta(days=1))
    closed = FollowUp.objects.filter(
        closed_by=user.pk, status=FollowUpStatus.DONE, closed_at__gte=begin, closed_at__lt=end
    )
    touches = Interaction.objects.visible_to(user).filter(
        author=user.pk, occurred_at__gte=begin, occurred_at__lt=end
    )
    held = touches.filter(kind__in=HELD_KINDS).order_by("occurred_at", "id")
    meeting = JSONObject(pk="pk", client_id="client_id", client="client__name", kind="kind", at="occurred_at")
    row = User.objects.filter(pk=user.pk).order_by()
    follow_ups, logged, meetings = row.values_list(
        _count(closed), _count(touches), ArraySubquery(held.values(meeting=meeting)[:MEETINGS_SHOWN])
    ).get()
    return Done(follow_ups, logged, [Held(**one | {"at": parse_datetime(one["at"])}) for one in meetings])


def _count(rows):
    counted = rows.order_by().values(everything=Value(1)).annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)


@dataclass(frozen=True)
class LeftOut:
    """Clients that somebody leads, at most a panel full of each, and how many there are in all."""

    silent: list
    silent_total: int
    stepless: list
    stepless_total: int


def left_out(user, today):
    """The `LeftOut` of `user`: clients whose longest silence has passed by `today`, the longest ago first; and those
    for whom nothing is planned but the cadence, the most revenue first. One query."""
    planned = FollowUp.objects.open().filter(client=OuterRef("pk"), rule__in=PLANNED_RULES)
    silent, stepless = Q(is_silent=True), Q(is_stepless=True)
    clients = Client.objects.active().led_by(user.pk).order_by()
    clients = clients.annotate(
        is_silent=Case(When(contact_due_on__lt=today, then=True), default=False, output_field=BooleanField()),
        is_stepless=~Exists(planned),
    )
    clients = clients.filter(silent | stepless).annotate(
        silent_total=Window(Count("pk", filter=silent)),
        stepless_total=Window(Count("pk", filter=stepless)),
        silent_place=_place(F("is_silent").desc(), F("contact_due_on").asc()),
        stepless_place=_place(F("is_stepless").desc(), F("revenue_12m").desc()),
    )
    most = queue.SHOWN_IN_A_PANEL
    shown = (silent & Q(silent_place__lte=most)) | (stepless & Q(stepless_place__lte=most))
    rows = list(clients.filter(shown).only("name", "last_reached_on", "contact_due_on"))
    return LeftOut(
        silent=_first(rows, "silent"),
        silent_total=rows[0].silent_total if rows else 0,
        stepless=_first(rows, "stepless"),
        stepless_total=rows[0].stepless_total if rows else 0,
    )


def _place(*order):
    return Window(RowNumber(), order_by=[*order, F("id").asc()])


def _first(rows, what):
    """A row that is here for the other panel may stand behind the last place of this one."""
    place = attrgetter(f"{what}_place")
    own = [row for row in rows if getattr(row, f"is_{what}") and place(row) <= queue.SHOWN_IN_A_PANEL]
    return sorted(own, key=place)
