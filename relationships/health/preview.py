"""What publishing a scoring model would do to the book: the first run after it, judged but not written.

The very statement that scores a client (`writing.judging`) judges it by the draft, so hysteresis and overrides count
as they would. A chunk of clients is one short transaction: it notes who would change band, adds up clients and revenue
by band before and after in SQL, and moves the row on. The row says where to go on, so a killed preview is taken
up by the next task; a doubled task finds the row claimed. Nothing is locked but that row, for a moment.
"""

import datetime
import logging
from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal

from django.db import DataError, connection, transaction
from django.db.models import F, Q, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from clients.models import Band, Client
from relationships.dashboards.queries import Figure
from relationships.models import ScoringPreview

from . import refresh, signals, writing
from .spec import Spec

CHUNK_CLIENTS = 1000
TURN_SECONDS = 60  # how long a task goes on before others in the queue have theirs
DEAD_AFTER = datetime.timedelta(seconds=60)  # a chunk takes tenths of a second

# Why a preview ended without a result (ScoringPreview.error).
FAILED, DAY_OVER, REPLACED = "failed", "day_over", "replaced"

logger = logging.getLogger(__name__)

_CHUNK = """
{judged},
seen AS MATERIALIZED (
    SELECT c.id AS client_id, c.currency, c.revenue_12m, c.health_band AS band_before, c.health_score AS score_before,
        CASE WHEN j.client_id IS NULL THEN c.health_band
            WHEN j.scored THEN j.shown_band ELSE 'unknown' END AS band_after,
        CASE WHEN j.client_id IS NULL THEN c.health_score WHEN j.scored THEN j.shown_score END AS score_after
    FROM clients_client c LEFT JOIN judged j ON j.client_id = c.id
    WHERE c.id = ANY(%(ids)s)
),
changed AS (
    INSERT INTO relationships_previewchange
        (preview_id, client_id, band_before, band_after, score_before, score_after)
    SELECT %(preview_id)s, client_id, band_before, band_after, score_before, score_after
    FROM seen WHERE band_before <> band_after
    ON CONFLICT DO NOTHING
)
SELECT band_before, band_after, currency, count(*), sum(revenue_12m) FROM seen GROUP BY 1, 2, 3"""


class _Lost(Exception):
    """Somebody else took the preview up or ended it; what this chunk did is rolled back."""


# --- The work -------------------------------------------------------------------------------------------------


def work_on_open(*, seconds=TURN_SECONDS):
    """Work on the newest preview that waits or whose worker died. Returns whether somebody should go on with it.

    However many call it at once, one works. What fails ends the preview as failed; a preview of a day that ends
    while it runs ends too, since it would say nothing about tomorrow.
    """
    work = _claim()
    if work is None:
        return False
    until = timezone.now() + datetime.timedelta(seconds=seconds)
    try:
        while timezone.now() < until:
            if not _next_chunk(work):
                return False
    except _Lost:
        return False
    except Exception:  # the admin is told and can ask again
        logger.exception("Preview %s failed", work.preview_id)
        work.rows().update(ended_at=timezone.now(), error=FAILED)
        return False
    return bool(work.rows().update(alive_at=None))


@dataclass
class _Work:
    """A claimed preview. `alive_at` is the claim itself: whoever takes the row up writes another."""

    preview_id: int
    alive_at: datetime.datetime
    as_of: datetime.date
    spec: Spec

    def rows(self):
        return ScoringPreview.objects.filter(
            pk=self.preview_id, ended_at__isnull=True, alive_at=self.alive_at
        )

    def move_on(self, **values):
        """Write progress, in the transaction of what it tells of. Raises _Lost."""
        now = timezone.now()
        if not self.rows().update(alive_at=now, **values):
            raise _Lost
        self.alive_at = now


def _free():
    dead = Q(alive_at__lt=timezone.now() - DEAD_AFTER)
    return ScoringPreview.objects.filter(Q(alive_at__isnull=True) | dead, ended_at__isnull=True)


def _claim():
    waiting = _free().values_list("pk", flat=True).first()
    now = timezone.now()
    started = Coalesce("started_at", Value(now))
    if waiting is None or not _free().filter(pk=waiting).update(alive_at=now, started_at=started):
        return None
    preview = ScoringPreview.objects.get(pk=waiting)
    work = _Work(preview.pk, now, preview.as_of or refresh.as_of_today(), Spec.from_json(preview.spec))
    if preview.as_of is None:
        work.rows().update(as_of=work.as_of, total=_book().count())
    return work


def _book():
    """Whom a run scores: active clients with a running lead."""
    return Client.objects.active().led().order_by("pk")


def _next_chunk(work):
    """Judge the next clients. Returns whether there may be more."""
    if work.as_of != refresh.as_of_today():
        work.move_on(ended_at=timezone.now(), error=DAY_OVER)
        return False
    with transaction.atomic():
        result = ScoringPreview.objects.values_list("result", flat=True).get(pk=work.preview_id)
        rest = _book().filter(pk__gt=result.get("last_id", 0))
        ids = list(rest.values_list("pk", flat=True)[:CHUNK_CLIENTS])
        if ids:
            sums = _Sums.of(result)
            _judge(ids, work, sums)
            work.move_on(done=F("done") + len(ids), result=sums.as_json(last_id=ids[-1]))
            return True
        work.move_on(ended_at=timezone.now(), total=F("done"))
    ScoringPreview.objects.filter(pk__lt=work.preview_id).delete()  # nobody looks at an older one any more
    return False


def _judge(ids, work, sums):
    """Judge one chunk into `sums`. If a value in it cannot be computed with, halve it, as scoring does."""
    as_if = writing.Work(work.as_of, signals.is_today(work.as_of), model_id=0, spec=work.spec)
    judged, params = writing.judging(ids, as_if)
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(_CHUNK.format(judged=judged), params | {"preview_id": work.preview_id})
            for before, after, currency, clients, revenue in cursor.fetchall():
                sums.moves[before, after].add(currency, clients, revenue)
    except DataError:
        if len(ids) == 1:
            logger.exception("Client %s could not be judged", ids[0])
            sums.failed += 1
            return
        _judge(ids[: len(ids) // 2], work, sums)
        _judge(ids[len(ids) // 2 :], work, sums)


# --- What came out --------------------------------------------------------------------------------------------


@dataclass
class _Sums:
    """`moves`: (band before, band after) → Figure, of every client that was judged; also where the two are one."""

    moves: dict = field(default_factory=lambda: defaultdict(Figure))
    failed: int = 0

    @classmethod
    def of(cls, result):
        sums = cls(failed=result.get("failed", 0))
        for key, cell in result.get("moves", {}).items():
            before, after = key.split(">")
            revenue = {currency: Decimal(amount) for currency, amount in cell["revenue"].items()}
            sums.moves[before, after] = Figure(cell["clients"], revenue)
        return sums

    def as_json(self, *, last_id):
        moves = {
            f"{before}>{after}": {
                "clients": figure.clients,
                "revenue": {currency: str(amount) for currency, amount in figure.revenue.items()},
            }
            for (before, after), figure in self.moves.items()
        }
        return {"moves": moves, "failed": self.failed, "last_id": last_id}


@dataclass
class Outcome:
    """Clients and revenue of 12 months by band, and from band to band. `failed`: could not be judged."""

    before: dict  # band → Figure
    after: dict
    moves: dict  # (band before, band after) → Figure, both also where they are one
    failed: int

    @property
    def changed(self):
        """How many clients would change band."""
        return sum(figure.clients for (before, after), figure in self.moves.items() if before != after)

    @property
    def clients(self):
        return sum(figure.clients for figure in self.moves.values())


def outcome(preview):
    """The Outcome of a preview, of a running one as far as it is. No query."""
    sums = _Sums.of(preview.result)
    before, after = ({band: Figure() for band in Band.values} for _ in range(2))
    for (old, new), figure in sums.moves.items():
        for band, total in ((old, before), (new, after)):
            total[band].clients += figure.clients
            for currency, amount in figure.revenue.items():
                total[band].add(currency, 0, amount)
    return Outcome(before, after, dict(sums.moves), sums.failed)


def is_dead(preview):
    """Whether a preview waits longer than a worker takes to come: nobody works on it."""
    since = preview.alive_at or preview.requested_at
    return preview.ended_at is None and since < timezone.now() - 2 * DEAD_AFTER
