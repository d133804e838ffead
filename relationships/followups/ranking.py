"""Which follow-up comes first: one formula, in SQL for lists and in Python for "why this order".

    rank = value at stake × urgency × health trend

value at stake   (1 + 4 × share) × 1.5 for a key client. `share` is the part of what the reader has due in the client's
                 currency that is for clients of this revenue (12 months) or less: above 0, up to 1. Nothing converts
                 currencies, so the largest of the dong and of the dollars stand together.
urgency          the weight of what asks (WEIGHTS: a broken promise 2, a birthday 0.6) × (1 + days late / 10), at most
                 ×4, which is 30 days late. What is not late yet counts once.
health trend     1 + the fall within 30 days / 20, and 0.5 more at risk; at least 0.5, at most 2. Unknown health: 1.

Follow-ups of one client stand together, the client with the highest item first; a client's value and trend are the same
for all its items, so its items stand by urgency. The weights are judgements, not measurements; nothing learns them.
"""

import json
from dataclasses import dataclass

from django.db.models import (
    Case,
    DateTimeField,
    ExpressionWrapper,
    F,
    FloatField,
    Func,
    IntegerField,
    Max,
    TextField,
    Value,
    When,
    Window,
)
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast, Coalesce, CumeDist, Greatest, Least
from django.db.models.lookups import LessThan
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from accounts.models import Segment
from clients.models import Band
from relationships.models import FollowUpRule as Rule

MOST_FOR_REVENUE = 4.0
KEY_CLIENT = 1.5
WEIGHTS = {
    Rule.PROMISE: 2.0,
    Rule.BAND_DROPPED: 2.0,
    Rule.ISSUE: 1.6,
    Rule.COLLECTION: 1.6,
    Rule.RENEWAL: 1.6,
    Rule.COMMITMENT: 1.6,
    Rule.APPROVAL: 1.4,
    Rule.HANDOVER: 1.4,
    Rule.KICK_OFF: 1.4,
    Rule.REQUEST: 1.4,
    Rule.NEXT_STEP: 1.2,
    Rule.MANUAL: 1.2,
    Rule.MILESTONE: 1.2,
    Rule.DEAL: 1.2,
    Rule.PLAN_ACTION: 1.0,
    Rule.CADENCE: 1.0,
    Rule.ADVICE: 0.8,
    Rule.NO_NEXT_STEP: 0.8,
    Rule.BIRTHDAY: 0.6,
    Rule.ANNIVERSARY: 0.6,
}
MISSED_ISSUE = 2.2  # an issue past its service level
OTHER_WEIGHT = 1.0
DAYS_TO_DOUBLE, MOST_DAYS_LATE = 10.0, 30
FALL_TO_DOUBLE = 20.0  # points of health in 30 days
AT_RISK = 0.5
LEAST_TREND, MOST_TREND = 0.5, 2.0

# The last is unique, as a keyset page needs.
ORDER = ["-client_rank", "client_id", "-rank", "due_on", "id"]


@dataclass(frozen=True)
class Factors:
    """The three factors of one follow-up and what they were made of."""

    share: float
    is_key: bool
    weight: float
    missed: bool
    days_late: int
    trend_points: float | None
    is_at_risk: bool

    @property
    def value(self):
        return (1.0 + MOST_FOR_REVENUE * self.share) * (KEY_CLIENT if self.is_key else 1.0)

    @property
    def growth(self):
        return 1.0 + min(self.days_late, MOST_DAYS_LATE) / DAYS_TO_DOUBLE

    @property
    def urgency(self):
        return self.weight * self.growth

    @property
    def trend(self):
        moved = 1.0 - (self.trend_points or 0.0) / FALL_TO_DOUBLE + (AT_RISK if self.is_at_risk else 0.0)
        return min(MOST_TREND, max(LEAST_TREND, moved))

    @property
    def rank(self):
        return self.value * self.urgency * self.trend


def explain(follow_up, today, *, share, now=None):
    """The `Factors` of a follow-up whose client is loaded. `share` as in the module's words: above 0, up to 1."""
    client = follow_up.client
    missed = _missed(follow_up, now or timezone.now())
    return Factors(
        share=share,
        is_key=client.segment == Segment.KEY,
        weight=MISSED_ISSUE if missed else WEIGHTS.get(follow_up.rule, OTHER_WEIGHT),
        missed=missed,
        days_late=max(0, (today - follow_up.due_on).days),
        trend_points=client.health_trend,
        is_at_risk=client.health_band == Band.AT_RISK,
    )


def _missed(follow_up, now):
    if follow_up.rule != Rule.ISSUE:
        return False
    due_at = parse_datetime(follow_up.facts.get("at") or "")
    return due_at is not None and due_at < now


def ranked(follow_ups, today, *, now=None, reader=None):
    """`follow_ups` best first, with `share`, `rank` and `client_rank` (floats) worked out among these rows.

    For a keyset page order by ORDER. `reader` names a column by which rows of several readers are kept apart, such as
    "assignee_id". No query of its own.
    """
    apart = [F(reader)] if reader else []
    share = Window(
        CumeDist(),
        partition_by=[*apart, F("client__currency")],
        order_by=F("client__revenue_12m").asc(),
    )
    own = follow_ups.annotate(
        share=share, urgency=_urgency(today, now or timezone.now()), trend_factor=_trend(), key_factor=_key()
    )
    value = (Value(1.0) + Value(MOST_FOR_REVENUE) * F("share")) * F("key_factor")
    most = Window(Max("urgency"), partition_by=[*apart, F("client_id")])
    return own.annotate(
        rank=_float(value * F("urgency") * F("trend_factor")),
        client_rank=_float(value * most * F("trend_factor")),
    ).order_by(*ORDER)


def _float(expression):
    return ExpressionWrapper(expression, output_field=FloatField())


def _urgency(today, now):
    days = Func(
        Value(today), F("due_on"), template="(%(expressions)s)", arg_joiner=" - ", output_field=IntegerField()
    )
    late = Cast(Least(Greatest(days, Value(0)), Value(MOST_DAYS_LATE)), FloatField())
    return _float(_weight(now) * (Value(1.0) + late / Value(DAYS_TO_DOUBLE)))


def _weight(now):
    """A missed issue is found within its own branch: only there are the facts sure to hold a moment."""
    due_at = Cast(KeyTextTransform("at", "facts"), DateTimeField())
    missed = Case(When(LessThan(due_at, now), then=Value(MISSED_ISSUE)), default=Value(WEIGHTS[Rule.ISSUE]))
    found = Func(
        Value(json.dumps(WEIGHTS)),
        F("rule"),
        template="(%(expressions)s)",
        arg_joiner="::jsonb ->> ",
        output_field=TextField(),
    )
    weight = Coalesce(Cast(found, FloatField()), Value(OTHER_WEIGHT))
    return Case(When(rule=Rule.ISSUE, then=missed), default=weight, output_field=FloatField())


def _key():
    return Case(
        When(client__segment=Segment.KEY, then=Value(KEY_CLIENT)),
        default=Value(1.0),
        output_field=FloatField(),
    )


def _trend():
    at_risk = Case(
        When(client__health_band=Band.AT_RISK, then=Value(AT_RISK)),
        default=Value(0.0),
        output_field=FloatField(),
    )
    points = Coalesce(F("client__health_trend"), Value(0.0))
    moved = _float(Value(1.0) - points / Value(FALL_TO_DOUBLE) + at_risk)
    return Least(Greatest(moved, Value(LEAST_TREND)), Value(MOST_TREND))
