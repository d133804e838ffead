"""What has gone up to somebody, and what is over of it, as the page of escalations shows it."""

import datetime
from dataclasses import dataclass

from django.db.models import Case, Exists, F, IntegerField, Max, Min, OuterRef, Value, When, Window
from django.utils import timezone

from accounts import access
from relationships.followups import queue
from relationships.followups.escalation_rules import STEPS, working_days_late
from relationships.models import Escalation, EscalationStep, FollowUpStatus

ENDED_SHOWN_DAYS = 14
# The client with the highest step first, then who has waited longest; all of one client together.
ORDER = ["-client_level", "client_since", "client_id", "-level", "counted_from", "id"]


@dataclass(frozen=True)
class Row:
    """One escalation as it is shown. `days` are working days since `counted_from`; `is_first` of its client on the
    page; `is_offer`: it asks whether another person should lead the client, said once a client.

    `for_name`: who is away and whom the reader stands in for, or "".
    """

    escalation: Escalation
    item: queue.Item
    days: int
    is_first: bool
    is_offer: bool
    for_name: str = ""


def _level():
    whens = [When(step=step, then=Value(number)) for number, step in enumerate(STEPS)]
    return Case(*whens, output_field=IntegerField())


def gone_up_to(user):
    """What runs and was told to `user` or to whom they stand in for, of each follow-up the highest step.

    Only clients they may see: standing in for a senior does not open the clients of their team. With `level`, and
    `client_level` and `client_since` of all that waits of the client.
    """
    running = Escalation.objects.running().annotate(level=_level())
    higher = running.filter(follow_up=OuterRef("follow_up"), to=OuterRef("to"), level__gt=OuterRef("level"))
    people = (user.pk, *access.covered_by(user))
    mine = running.visible_to(user).filter(to__in=people, follow_up__status=FollowUpStatus.OPEN)
    of_client = {"partition_by": F("client_id")}
    return mine.filter(~Exists(higher)).annotate(
        client_level=Window(Max("level"), **of_client), client_since=Window(Min("counted_from"), **of_client)
    )


def waiting_for(user):
    """How many follow-ups have gone up to `user` and wait. One query."""
    return gone_up_to(user).count()


def lately_over(user):
    """What was told to `user` and is over since two weeks at most, the newest end first."""
    since = timezone.now() - datetime.timedelta(days=ENDED_SHOWN_DAYS)
    return Escalation.objects.visible_to(user).filter(to=user, ended_at__gte=since)


def rows_of(escalations, user, today):
    """A `Row` for each, which come with client, follow_up, its assignee and `to`. No query."""
    items = queue.items_of([row.follow_up for row in escalations], today)
    clients = [None, *(row.client_id for row in escalations)]
    return [
        Row(
            escalation=row,
            item=item,
            days=working_days_late(row.counted_from, today),
            is_first=row.client_id != before,
            # within a client the offers come first
            is_offer=row.client_id != before and row.step == EscalationStep.REASSIGN,
            for_name="" if row.to_id == user.pk else row.to.name,
        )
        for row, item, before in zip(escalations, items, clients, strict=False)
    ]


def is_told_to(user, escalation):
    """Whether it is for `user` to decide: told to them, or to whom they stand in for; admins decide any."""
    return access.may_assign(user) or escalation.to_id in (user.pk, *access.covered_by(user))
