"""The history of a client's health as its chart and its table show it."""

import datetime
from dataclasses import dataclass, field

from django.db.models import Q
from django.utils.translation import gettext

from accounts import working_time
from relationships.models import HealthOverride, HealthSnapshot, Interaction, InteractionKind

from .change import day_of
from .spec import Spec

LONGEST_WEEKS = 52
TOUCHES_AT_MOST = 2000  # five a day for a year; beyond that ticks are a grey line anyway


@dataclass(frozen=True)
class Point:
    """Health from `day` on. `shown` is None where it was not known; `computed` differs under an override."""

    day: datetime.date
    shown: float | None
    band: str
    computed: float | None
    version: int
    lines: tuple  # (watch, healthy) of its model

    @property
    def model_name(self):
        return f"v{self.version}"

    @property
    def is_overridden(self):
        return self.shown != self.computed


@dataclass(frozen=True)
class Touched:
    """A day with touches: whether one reached the client, and their kinds."""

    day: datetime.date
    reached: bool
    kinds: tuple

    @property
    def words(self):
        """Such as "Call, Meeting · not reached"."""
        kinds = ", ".join(str(InteractionKind(kind).label) for kind in dict.fromkeys(self.kinds))
        return kinds if self.reached else f"{kinds} · {gettext('not reached')}"


@dataclass(frozen=True)
class Said:
    """An override: shown from `since` to `until`, both included."""

    since: datetime.date
    until: datetime.date
    score: float
    reason: str


@dataclass(frozen=True)
class History:
    """From `first` to `last`. `points` are in order; the first may be older than `first`, since it still held then.
    `versions` are (day, number) of each new model."""

    first: datetime.date
    last: datetime.date
    points: tuple
    touches: tuple = ()
    said: tuple = ()
    versions: tuple = field(default=())


def snapshots_of(client, last):
    """The snapshots of a year up to `last`, oldest first, with their models. One query."""
    # 8 days more: the weekly one that still held when the year began
    since = last - datetime.timedelta(weeks=LONGEST_WEEKS, days=8)
    rows = HealthSnapshot.objects.filter(client=client, taken_on__gt=since, taken_on__lte=last)
    return list(rows.select_related("model").order_by("taken_on"))


def history_of(client, health, snapshots, *, weeks):
    """The History of `weeks` up to the HealthScore's day; `snapshots` as `snapshots_of` gives them. Two queries."""
    last = day_of(health)
    first = last - datetime.timedelta(weeks=weeks)
    rows = [*(row for row in snapshots if row.taken_on < last), health]
    started = max((place for place, row in enumerate(rows) if day_of(row) <= first), default=0)
    points = tuple(_point(row) for row in rows[started:])
    return History(
        first=first,
        last=last,
        points=points,
        touches=_touched(client, first, last),
        said=_said(client, first, last),
        versions=tuple(
            (now.day, now.version)
            for before, now in zip(points, points[1:], strict=False)
            if now.version != before.version
        ),
    )


def _point(row):
    spec = Spec.from_json(row.model.spec)
    lines = (spec.watch, spec.healthy)
    return Point(day_of(row), row.shown_score, row.shown_band, row.score, row.model.version, lines)


def _touched(client, first, last):
    rows = Interaction.objects.filter(client=client, occurred_on__range=(first, last)).order_by(
        "-occurred_on", "-id"
    )
    days = {}
    for day, reached, kind in rows.values_list("occurred_on", "reached", "kind")[:TOUCHES_AT_MOST]:
        days.setdefault(day, []).append((reached, kind))
    return tuple(
        Touched(day, any(reached for reached, _kind in found), tuple(kind for _reached, kind in found))
        for day, found in sorted(days.items())
    )


def _said(client, first, last):
    since = datetime.datetime.combine(first, datetime.time(), datetime.UTC)
    running = Q(ended_at__isnull=True, expires_on__gte=first) | Q(ended_at__gte=since)
    rows = HealthOverride.objects.filter(running, client=client).order_by("made_at")
    found = (Said(_day(row.made_at), _last_day(row), row.score, row.reason) for row in rows)
    return tuple(
        Said(max(said.since, first), min(said.until, last), said.score, said.reason)
        for said in found
        if said.until >= first and said.since <= last
    )


def _last_day(row):
    return min(row.expires_on, _day(row.ended_at)) if row.ended_at else row.expires_on


def _day(moment):
    return moment.astimezone(working_time.house_zone()).date()
