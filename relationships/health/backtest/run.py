"""The job of a backtest: asked for in a request, claimed by a worker, killed and taken up again with one result.

`Backtest.result` when it has ended well, all numbers as plain JSON:

    {"verdict": "better" | "no_better" | "worse" | "too_few",     the score against days since the last contact
     "difference": [AUC of the score − that of silence, low, high] or null,
     "signals": {"score" | "silence" | "rating": {
         "cases", "bad",                                             cases it speaks of, and of them bad
         "auc": [value, low, high] or null, "lift": …, "revenue_flagged": …    95 % intervals; null: too few clients
         "flagged",                                                  cases at risk; silence: as many a day; rated 1
         "lead_lost" | "lead_halved": {"median" days or null, "warned", "of"}   clients
         "alarms": new ones for each account manager and week, or null}},
     "score_on_rated": [AUC of the score on the rated cases, low, high] or null,
     "calibration": [{"from", "to", "score", "bad", "cases"}],       tenths by score, the lowest first
     "days": [{"on", "cases", "bad", "leads"}], "cases", "clients", "bad", "bad_clients", "lost", "halved",
     "all_cases", "not_scored", "not_scored_bad", "undecided", "without_revenue", "without_rate",
     "bad_revenue", "currency", "watch": the line of at risk, "drawn_from": clients of the book where fewer were tested,
     "seconds"}

While it is worked on `result` holds {"tries": n}.
"""

import datetime
import logging
import time

import numpy as np
from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.web.publishing import publish_on_commit
from clients.services.changes import create_once
from relationships.health.spec import Spec
from relationships.models import Backtest, ScoringModel

from . import days as calendar
from . import judging, metrics, past
from .cases import Cases

CHUNK_CLIENTS = 1_000
# A client on a day costs about half a millisecond of the database: some minutes at most. A larger book is drawn from.
MOST_CASES = 300_000
STUCK_AFTER = datetime.timedelta(minutes=3)  # a chunk takes a second or two
MOST_TRIES = 3
INTERRUPTED = "interrupted"  # the error of one that so many workers died of; the page has the words
ERROR_LENGTH = 500

logger = logging.getLogger(__name__)


class AlreadyRunning(Exception):
    """A backtest is waiting or worked on; there is one at a time."""


class TakenOver(Exception):
    """Another worker holds this backtest: it was thought dead here."""


@transaction.atomic
def request_backtest(*, by, days, idempotency_key, task):
    """The backtest of the current model at `days` (dates, oldest first); asked twice, it is one. `task` is told.

    Raises AlreadyRunning while another one has not ended.
    """
    values = {
        "requested_by": by,
        "model_id": ScoringModel.objects.current().pk,
        "days": [day.isoformat() for day in days],
        "horizon_days": calendar.HORIZON_DAYS,
    }
    try:
        row, created = create_once(Backtest, idempotency_key=idempotency_key, **values)
    except IntegrityError as error:
        raise AlreadyRunning from error
    if created:
        publish_on_commit(task)
    return row


def run_waiting():
    """Work on the backtest that waits or whose worker died. Returns it, or None. Doubled calls find it taken."""
    row = Backtest.objects.filter(ended_at__isnull=True).select_related("model").first()
    if row is None or not _claim(row):
        return None
    try:
        _finish(row, result=_work(row))
    except TakenOver:
        logger.warning("Backtest %s goes on in another worker", row.pk)
    except Exception as error:  # a spec, a value, a time limit: the screen says what went wrong
        logger.exception("Backtest %s failed", row.pk)
        _finish(row, error=f"{type(error).__name__}: {error}"[:ERROR_LENGTH])
    return row


def _claim(row):
    """Makes the row ours unless a living worker has it. After MOST_TRIES deaths it ends with an error instead."""
    now = timezone.now()
    if row.alive_at is not None and row.alive_at > now - STUCK_AFTER:
        return False
    tries = row.result.get("tries", 0) + 1
    ours = Backtest.objects.filter(pk=row.pk, ended_at=None, alive_at=row.alive_at)
    row.alive_at, row.done, row.result = now, 0, {"tries": tries}
    row.started_at = row.started_at or now
    if not ours.update(alive_at=now, started_at=row.started_at, done=0, result=row.result):
        return False
    if tries > MOST_TRIES:
        _finish(row, error=INTERRUPTED)
        return False
    return True


def _held(row):
    """The row as long as it is ours: whoever takes it over moves `alive_at`."""
    return Backtest.objects.filter(pk=row.pk, ended_at=None, alive_at=row.alive_at)


def _beat(row, **progress):
    """A sign of life with how far it is. Raises TakenOver when the row is no longer ours."""
    now = max(timezone.now(), row.alive_at + datetime.timedelta(microseconds=1))
    if not _held(row).update(alive_at=now, **progress):
        raise TakenOver
    row.alive_at = now


def _finish(row, *, result=None, error=""):
    values = {"result": result} if result is not None else {}
    if not _held(row).update(ended_at=timezone.now(), error=error, **values):
        logger.warning("Backtest %s was ended by another worker", row.pk)


def _work(row):
    """The result of the whole backtest. A worker that dies starts over: nothing is kept of a part."""
    began = time.monotonic()
    days, spec = [datetime.date.fromisoformat(day) for day in row.days], Spec.from_json(row.model.spec)
    everyone = past.led_clients(days[-1])
    ids = draw(everyone, MOST_CASES // len(days))
    _beat(row, total=len(ids))
    cases = Cases(days, spec)
    for at in range(0, len(ids), CHUNK_CLIENTS):
        cases.gather(ids[at : at + CHUNK_CLIENTS])
        _beat(row, done=min(at + CHUNK_CLIENTS, len(ids)))
    people = [past.leads_on(day) for day in days]
    scale = len(everyone) / len(ids) if ids else 1.0
    result = judging.judge(cases.facts(), days, people, scale=scale, alive=lambda: _beat(row))
    return result | {
        "watch": spec.watch,
        "currency": settings.HOUSE_CURRENCY,
        "drawn_from": len(everyone) if len(ids) < len(everyone) else None,
        "seconds": round(time.monotonic() - began, 1),
    }


def draw(ids, at_most):
    """These ids, or `at_most` of them: the same ones for the same book."""
    if len(ids) <= at_most:
        return ids
    chosen = np.random.default_rng(metrics.SEED).choice(len(ids), at_most, replace=False)
    return [ids[place] for place in sorted(chosen)]
