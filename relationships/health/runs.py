"""Runs of the scoring as rows: all clients once for each day and model, and the sweeps of what changed.

A run of all clients is cut into ranges of ids. Whoever works on a range holds a session's advisory lock, which
PostgreSQL takes back at once when the process dies, so two never share a range and a killed one's is free again.
A range is scored in chunks, each one transaction that also adds its count to the row: what a killed process wrote
stays and is counted, and who takes the range up scores only what is still due. Rows never say what is due, only
`refresh.due_ids` does: clients that somebody held, that came later or could not be scored are found by the next hour.

One session has to keep its locks between transactions: workers need connections of their own, or a pooler in
session mode.
"""

import contextlib
import datetime
import time
from dataclasses import dataclass, field

from django.db import DatabaseError, connection, transaction
from django.db.models import Exists, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from relationships.models import ScoringModel, ScoringRange, ScoringRun
from relationships.models.scoring_run import RunKind

from . import refresh

# Half a second of work, so that two share a small book too and end together; 200 rows at a million clients.
RANGE_CLIENTS = 5_000
TURN_SECONDS = (
    60  # how long a task goes on before others in the queue, the minute's sweep among them, have theirs
)
KEEP_SWEEPS_DAYS = 14
KEEP_NIGHTLY_DAYS = 400
_RANGE_LOCK = 0x7E50  # first keys of advisory locks; the second is the range's id
_REST_LOCK = 0x7E51

_CUT = """
WITH due (id) AS MATERIALIZED ({due}),
numbered AS (SELECT id, (row_number() OVER (ORDER BY id) - 1) / %s AS part FROM due),
cut AS (
    INSERT INTO relationships_scoringrange (run_id, first_id, last_id, written, skipped, failed)
    SELECT %s, min(id), max(id), 0, 0, 0 FROM numbered GROUP BY part
)
UPDATE relationships_scoringrun SET clients = (SELECT count(*) FROM due) WHERE id = %s"""


# --- All clients ----------------------------------------------------------------------------------------------


def todays():
    """Today's run by the current model, or None."""
    return _nightly(refresh.as_of_today(), ScoringModel.objects.current().pk)


def start_nightly():
    """Start today's run by the current model, or join it. Returns (run, whether this call made it).

    However many call it at once, one makes the run, with its ranges, in one transaction. Runs of a day gone by or of an
    older model that are still open are ended as they stand: what they left, this one scores.
    """
    as_of, model = refresh.as_of_today(), ScoringModel.objects.current()
    run, is_new = _nightly(as_of, model.pk), False
    if run is None:
        with transaction.atomic(), connection.cursor() as cursor:
            # Who comes second waits for the first one's ranges: one or two seconds at a million clients.
            cursor.execute("SET LOCAL lock_timeout = '30s'")
            run, is_new = ScoringRun.objects.get_or_create(
                kind=RunKind.NIGHTLY, as_of=as_of, model=model, defaults={"started_at": timezone.now()}
            )
            if is_new:
                due, params = refresh.due_ids(as_of, model.pk).query.sql_with_params()
                cursor.execute(_CUT.format(due=due), [*params, RANGE_CLIENTS, run.pk, run.pk])
                run.refresh_from_db()
    _end_overtaken(run, model)
    return run, is_new


def work_on(run, *, seconds=None):
    """Score ranges of `run` until none is free, the time is up or a newer run has overtaken it. Returns a Turn.

    Of a run that has ended already, it scores what is due all the same: held, failed or new since. That is noted
    as a sweep. Any number of processes may work at once.
    """
    turn = Turn(run, until=None if seconds is None else time.monotonic() + seconds)
    if run.ended_at:
        _score_rest(turn)
    else:
        while turn.goes_on() and _work_along(run, turn):
            pass
        _end_if_done(run)
    turn.more = not turn.goes_on()
    return turn


def prune():
    """Delete the rows of sweeps after 14 days and those of nightly runs after 400."""
    now = timezone.now()
    for kind, days in ((RunKind.SWEEP, KEEP_SWEEPS_DAYS), (RunKind.NIGHTLY, KEEP_NIGHTLY_DAYS)):
        ScoringRun.objects.filter(kind=kind, started_at__lt=now - datetime.timedelta(days=days)).delete()


@dataclass
class Turn:
    """What one process did on a run. `more`: it stopped before its end, so somebody should go on."""

    run: ScoringRun
    until: float | None = None
    written: int = 0
    skipped: int = 0
    failed: int = 0
    more: bool = False

    def goes_on(self):
        """Whether there is time left and the run is still today's by the current model. One query."""
        if self.until is not None and time.monotonic() >= self.until:
            return False
        is_today = self.run.as_of == refresh.as_of_today()
        return is_today and self.run.model_id == ScoringModel.objects.current().pk


def _nightly(as_of, model_id):
    return ScoringRun.objects.filter(kind=RunKind.NIGHTLY, as_of=as_of, model=model_id).first()


def _work_along(run, turn):
    """Work once along the open ranges. Returns whether one of them was free."""
    found = False
    for span in run.ranges.filter(ended_at__isnull=True):
        if not turn.goes_on():
            break
        with _held(_RANGE_LOCK, span.pk) as is_ours:
            # Only the lock's holder ends a range; it may have done so since the list was read.
            still_open = run.ranges.filter(pk=span.pk, ended_at__isnull=True)
            if is_ours and still_open.update(started_at=timezone.now()):
                _score_range(span, turn)
                found = True
    return found


def _score_range(span, turn):
    """Score what is due of a range; a second time what somebody held. Then the range is done with its counts."""
    run, counts = turn.run, _RangeScoring(span, turn)
    due = refresh.due_ids(run.as_of, run.model_id, first_id=span.first_id, last_id=span.last_id)
    refresh.score_chunks(due, run.as_of, counts, go_on=turn.goes_on)
    if counts.left:
        again, counts.left = counts.left.intersection(due.all()), set()
        refresh.score_chunks(again, run.as_of, counts, go_on=turn.goes_on)
    if turn.goes_on():
        counts.end()


@dataclass
class _RangeScoring:
    """Counts of one range. What is written is added with each chunk, and so across kills; what was left or failed is
    looked at anew by whoever takes the range up, so it is written once, at the end."""

    span: ScoringRange
    turn: Turn
    left: set = field(default_factory=set)
    failed: int = 0

    def wrote(self, count, left):
        self.left |= left
        self.turn.written += count
        if count:  # the run's row last, held for no longer than the commit takes
            for row in self._rows():
                row.update(written=F("written") + count)

    def could_not(self, client_id):
        self.failed += 1

    def end(self):
        skipped, failed = len(self.left), self.failed
        with transaction.atomic():
            span, run = self._rows()
            span.update(ended_at=timezone.now(), skipped=skipped, failed=failed)
            run.update(skipped=F("skipped") + skipped, failed=F("failed") + failed)
        self.turn.skipped += skipped
        self.turn.failed += failed

    def _rows(self):
        return (
            ScoringRange.objects.filter(pk=self.span.pk),
            ScoringRun.objects.filter(pk=self.span.run_id),
        )


def _end_if_done(run):
    """End a run none of whose ranges is open, at the moment the last of them was. However often it is called: once."""
    ranges = ScoringRange.objects.filter(run=OuterRef("pk"))
    newest = Subquery(ranges.order_by(F("ended_at").desc(nulls_last=True)).values("ended_at")[:1])
    ScoringRun.objects.filter(
        ~Exists(ranges.filter(ended_at__isnull=True)), pk=run.pk, ended_at__isnull=True
    ).update(ended_at=Coalesce(newest, timezone.now()))
    run.refresh_from_db()


def _end_overtaken(run, model):
    """End the open runs of an earlier day or model. One with open ranges ends as not finished, and nobody goes on."""
    older = Q(as_of__lt=run.as_of) | Q(as_of=run.as_of, model__version__lt=model.version)
    for left in ScoringRun.objects.filter(older, kind=RunKind.NIGHTLY, ended_at__isnull=True):
        _end_if_done(left)
        ScoringRun.objects.filter(pk=left.pk, ended_at__isnull=True).update(ended_at=timezone.now())


def _score_rest(turn):
    with _held(_REST_LOCK, 0) as is_ours:
        if is_ours:  # otherwise somebody is at it
            rest = SweepScoring()
            refresh.score_not_yet_today(rest, go_on=turn.goes_on)
            rest.end()
            turn.written, turn.skipped, turn.failed = rest.written, rest.skipped, rest.failed


@contextlib.contextmanager
def _held(lock, number):
    """Whether this session got the advisory lock. It is given back at the end, or by the death of the process."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [lock, number])
        [is_ours] = cursor.fetchone()
    try:
        yield is_ours
    finally:
        if is_ours:
            _give_back(lock, number)


def _give_back(lock, number):
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [lock, number])
    except DatabaseError:  # the session is beyond use; with its end the lock is free
        connection.close()


# --- What changed ---------------------------------------------------------------------------------------------


def sweep():
    """Score what is marked as changed, and note it as a run if anything was scored. Returns its counts."""
    scoring = SweepScoring()
    refresh.sweep(scoring)
    scoring.end()
    return scoring


@dataclass
class SweepScoring(refresh.Scoring):
    """Counts of a sweep. Its row comes with the first chunk and follows each later one in that one's transaction, so
    it is never open: that of a killed sweep tells what it did."""

    started_at: datetime.datetime = field(default_factory=timezone.now)
    run: ScoringRun | None = None

    def wrote(self, count, left):
        super().wrote(count, left)
        if count:
            self._note()

    def end(self):
        """Call it when nothing is left to score: adds what is not in the row yet."""
        if self.run is not None and self.run.clients == self._clients():
            return
        if self.run is not None or (self.failed and not self._failed_before()):
            self._note()

    def _note(self):
        row = self.run or ScoringRun(
            kind=RunKind.SWEEP,
            as_of=refresh.as_of_today(),
            model=ScoringModel.objects.current(),
            started_at=self.started_at,
        )
        row.clients, row.ended_at = self._clients(), timezone.now()
        row.written, row.skipped, row.failed = self.written, self.skipped, self.failed
        row.save()
        self.run = row

    def _clients(self):
        return self.written + self.skipped + self.failed

    def _failed_before(self):
        """A client that cannot be scored fails each minute; the row that says so moves on, instead of 1,440 a day."""
        newest = ScoringRun.objects.filter(kind=RunKind.SWEEP).first()
        same = newest and (newest.as_of, newest.written, newest.failed)
        if same != (refresh.as_of_today(), 0, self.failed):
            return False
        return ScoringRun.objects.filter(pk=newest.pk).update(ended_at=timezone.now()) > 0
