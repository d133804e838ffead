"""Rows that the care rules look at, of one client each, on Monday 23 November 2026, and what they make of them."""

import datetime

from django.utils import timezone

from clients.models import (
    Advice,
    Approval,
    Commitment,
    Intake,
    PaymentPromise,
    RequestAnswer,
)
from relationships.health import writing
from relationships.models import FollowUp, HealthScore, HealthSnapshot, PlanAction, ScoringModel
from tests import factories as make

date = datetime.date
MONDAY = "2026-11-23T09:00+07:00"
TODAY = date(2026, 11, 23)


def ago(days):
    return TODAY - datetime.timedelta(days=days)


def moment(days=0, hour=9):
    """An aware moment `days` from today in the house zone."""
    day = TODAY + datetime.timedelta(days=days)
    return timezone.make_aware(datetime.datetime.combine(day, datetime.time(hour)))


def intake(client, **fields):
    fields = {"sold_by": "Hùng", "handed_over_on": ago(2), "kick_off_by": date(2026, 11, 30)} | fields
    return Intake.objects.create(client=client, **fields)


def commitment(client, **fields):
    fields = {"text": "Two spare pumps", "due_on": date(2026, 11, 27)} | fields
    return Commitment.objects.create(client=client, **fields)


def promise(client, **fields):
    fields = {
        "amount": 40,
        "promised_on": ago(10),
        "promised_for": ago(4),
        "currency": client.currency,
    } | fields
    return PaymentPromise.objects.create(client=client, **fields)


def broken(client, **fields):
    return promise(client, **({"status": "broken", "broken_on": ago(3)} | fields))


def approval(asked_by, deal, **fields):
    fields = {"discount_percent": 12, "reason": "They order twice as much"} | fields
    return Approval.objects.create(client=deal.client, deal=deal, asked_by=asked_by, **fields)


def advice(client, author, **fields):
    fields = {"recommendation": "Keep the old line", "reason": "It lasts", "given_on": ago(14)} | fields
    return Advice.objects.create(client=client, author=author, **fields)


def answer(request, author, text):
    return RequestAnswer.objects.create(request=request, author=author, text=text)


def resolved_issue(client, *, days_ago, **fields):
    return make.issue(
        client, opened_ago_days=days_ago + 1, status="resolved", resolved_at=moment(-days_ago), **fields
    )


def health(client, band, *, since, shown=None, former=None):
    """The client's stored health: its band since a day, what is shown of it, and the band before that."""
    model, shown = ScoringModel.objects.current(), shown or band
    fields = {"segment": client.segment, "band": band, "shown_band": shown, "model": model}
    HealthScore.objects.update_or_create(
        client=client,
        defaults=fields | {"as_of": TODAY, "computed_at": moment(), "band_since": since},
    )
    writing.make_partitions(since)
    days = {since: band} | ({since - datetime.timedelta(days=6): former} if former else {})
    HealthSnapshot.objects.filter(client=client).delete()
    for day, was in days.items():
        writing.make_partitions(day)
        HealthSnapshot.objects.create(
            client=client, taken_on=day, **fields | {"band": was, "shown_band": was}
        )


def plan_action(client, owner, **fields):
    fields = {"what": "Show them the new line", "due_on": date(2026, 11, 26)} | fields
    return PlanAction.objects.create(client=client, owner=owner, **fields)


def one(client, rule):
    """The only open follow-up of a rule."""
    return FollowUp.objects.open().get(client=client, rule=rule)


def open_of(client, rule):
    return FollowUp.objects.open().filter(client=client, rule=rule)
