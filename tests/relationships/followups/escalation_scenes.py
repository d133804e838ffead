"""A key client with something late, and the days on which that goes up. Monday 9 November 2026 unless moved."""

import datetime

from accounts.models import Absence
from clients.models import CareEvent, CareEventKind
from relationships.models import Escalation
from tests import factories as make

date = datetime.date
MONDAY = date(2026, 11, 9)
LATE = date(2026, 11, 3)


def at(day, hour=9):
    """An ISO moment of `day` in the house zone, for the clock."""
    return f"{day.isoformat()}T{hour:02}:00+07:00"


def late(client, assignee, due_on=LATE, **fields):
    """Late by four working days on the Monday, unless `due_on` says otherwise."""
    row = make.follow_up(client, assignee, **({"reason": "Call about the pumps"} | fields))
    row.due_on = due_on
    row.save()
    return row


def key_client(lead, **fields):
    return make.client(lead=lead, segment="key", **fields)


def away(person, substitute, first_day, last_day, **fields):
    return Absence.objects.create(
        person=person, substitute=substitute, first_day=first_day, last_day=last_day, **fields
    )


def steps(follow_up):
    """{step: to whom} of what runs."""
    running = Escalation.objects.running().filter(follow_up=follow_up).order_by("pk")
    return {row.step: row.to for row in running.select_related("to")}


def ends(follow_up):
    """{step: why it is over}"""
    return dict(
        Escalation.objects.filter(follow_up=follow_up)
        .exclude(end="")
        .values_list("step", "end")
        .order_by("pk")
    )


def told(client, kind=CareEventKind.ESCALATED):
    """The facts of the timeline's entries of `kind`, the oldest first."""
    return list(
        CareEvent.objects.filter(client=client, kind=kind).order_by("pk").values_list("facts", flat=True)
    )
