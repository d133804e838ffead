"""How runs of the scoring stand, for the people who look at them; read from their rows."""

import datetime
from dataclasses import dataclass

from django.core.cache import cache
from django.db.models import Count, Exists, Max, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.templatetags.tend import number
from relationships.health import refresh
from relationships.models import ScoringModel, ScoringRange, ScoringRun
from relationships.models.scoring_run import RunKind

STUCK_AFTER = datetime.timedelta(minutes=10)
DUE_KEPT_SECONDS = 60  # counting who is due reads every score once
DUE_COUNTED = 1000

RUNNING, STUCK, DONE, UNFINISHED = "running", "stuck", "done", "unfinished"


@dataclass(frozen=True)
class State:
    """`name`: running, stuck (open, and no range touched for ten minutes), done, or unfinished (ended with open ranges,
    since a newer run took over). `handled` clients are written, left to others or failed."""

    name: str
    handled: int
    percent: int
    seconds: float

    @property
    def is_open(self):
        return self.name in (RUNNING, STUCK)

    @property
    def took(self):
        """0.4 s, 12 s, 3 min 5 s, 2 h 10 min: how long the run took, or has taken until now."""
        if self.seconds < 10:
            return _("%(seconds)s s") % {"seconds": number(round(self.seconds, 1))}
        minutes, seconds = divmod(round(self.seconds), 60)
        hours, minutes = divmod(minutes, 60)
        if hours:
            return _("%(hours)s h %(minutes)s min") % {"hours": number(hours), "minutes": minutes}
        if minutes:
            return _("%(minutes)s min %(seconds)s s") % {"minutes": minutes, "seconds": seconds}
        return _("%(seconds)s s") % {"seconds": seconds}


@dataclass(frozen=True)
class Due:
    """How many clients have no score of today by the current model, counted at a moment up to DUE_COUNTED."""

    clients: int
    at: datetime.datetime

    @property
    def is_more(self):
        return self.clients > DUE_COUNTED

    @property
    def counted(self):
        return min(self.clients, DUE_COUNTED)


def with_states(runs, now):
    """Puts `state` on each run of the list. One query for all of them."""
    spans = {
        row["run"]: row
        for row in ScoringRange.objects.filter(run__in=[run.pk for run in runs])
        .order_by()
        .values("run")
        .annotate(
            all=Count("pk"),
            done=Count("pk", filter=Q(ended_at__isnull=False)),
            taken=Max("started_at"),
            ended=Max("ended_at"),
        )
    }
    for run in runs:
        run.state = _state(run, spans.get(run.pk, {}), now)
    return runs


def _state(run, spans, now):
    count, done = spans.get("all", 0), spans.get("done", 0)
    touched = max(filter(None, [run.started_at, spans.get("taken"), spans.get("ended")]))
    if run.ended_at:
        name = DONE if done == count else UNFINISHED
    else:
        name = STUCK if now - touched > STUCK_AFTER else RUNNING
    handled = min(run.written + run.skipped + run.failed, run.clients)
    return State(
        name=name,
        handled=handled,
        percent=100 * handled // run.clients if run.clients else 100,
        seconds=((run.ended_at or now) - run.started_at).total_seconds(),
    )


def standing(now):
    """{open: the run that is open, last: the last full run that ended, due: a Due, or None while one is open}.

    Three queries, and the count of who is due, which is kept for a minute.
    """
    nightly = ScoringRun.objects.filter(kind=RunKind.NIGHTLY).select_related("model")
    left = ScoringRange.objects.filter(run=OuterRef("pk"), ended_at__isnull=True)
    current = nightly.filter(ended_at__isnull=True).first()
    last = nightly.filter(~Exists(left), ended_at__isnull=False).first()
    with_states([run for run in (current, last) if run], now)
    return {"open": current, "last": last, "due": None if current else due()}


def due():
    """A Due, at most a minute old."""
    as_of, model_id = refresh.as_of_today(), ScoringModel.objects.current().pk
    return cache.get_or_set(
        f"scoring-due:{as_of}:{model_id}",
        lambda: Due(refresh.count_due(as_of, model_id, limit=DUE_COUNTED), timezone.now()),
        DUE_KEPT_SECONDS,
    )
