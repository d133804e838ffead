"""The statement that writes health, and the partitions it writes snapshots to. Used by `health.refresh` only."""

import logging
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import OperationalError, connection, transaction
from django.utils import timezone

from accounts.db import is_lock_timeout

from . import executing
from .scoring import TREND_DAYS
from .signals import moment_of, signals_ctes, signals_params
from .spec import COMPONENTS, Spec
from .sql import days_before

SNAPSHOT_AT_LEAST_EVERY_DAYS = 7
TREND_LOOKS_BACK_DAYS = 45  # a score older than that is not that of a month ago
CLOCKS_DIFFER_BY = timedelta(
    minutes=5
)  # web hosts and workers: what is on record counts, whoever's clock is ahead
NOT_URGENT_LOCK_TIMEOUT = "250ms"  # everyone who writes a client queues behind whoever waits for the lock
_PARTITIONS_LOCK = 7_230_501  # any number, the same in every process

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Work:
    """What a run scores by: the day and the published model.

    `is_now`: the day is today, so everything on record counts and sums that are kept up are read.
    """

    as_of: date
    is_now: bool
    model_id: int
    spec: Spec


# `hysteresis`, in the words of scoring.settle: `beyond` is where only lines passed by the full distance lead.
# `spoken` is a person's word over the score; `trend` compares with the newest snapshot of 30 to 45 days ago.
_SETTLED = """
spoken AS (
    SELECT DISTINCT ON (client_id) client_id, id AS override_id, score AS override_score
    FROM relationships_healthoverride
    WHERE client_id = ANY(%(ids)s) AND made_at <= %(known_at)s AND (ended_at IS NULL OR ended_at > %(known_at)s)
      AND expires_on >= %(as_of)s
    ORDER BY client_id, made_at DESC
),
a_month_ago AS (
    SELECT DISTINCT ON (client_id) client_id, score AS score_then
    FROM relationships_healthsnapshot
    WHERE client_id = ANY(%(ids)s) AND taken_on BETWEEN %(trend_from)s AND %(trend_to)s
    ORDER BY client_id, taken_on DESC
),
compared_with AS (
    SELECT s.*, o.override_id, o.override_score, s.score - m.score_then AS trend,
        h.shown_score AS old_shown_score, h.shown_band AS old_shown_band,
        h.client_id IS NULL AS is_new, h.band AS old_band, h.band_since AS old_since,
        h.pending_band AS old_pending, h.pending_since AS old_pending_since, h.score AS old_score,
        h.raw AS old_raw, h.caps AS old_caps, h.model_id AS old_model_id, h.segment AS old_segment,
        h.coverage AS old_coverage, h.as_of AS old_as_of, h.before AS old_before, h.snapshot_on AS old_snapshot_on,
        {old_columns},
        h.band IS NULL OR h.band = 'unknown' OR s.target_band = 'unknown'
            OR (s.score IS NOT NULL AND s.score IS DISTINCT FROM s.raw)
            OR (h.score IS NOT NULL AND h.score IS DISTINCT FROM h.raw) AS at_once
    FROM signals s
    LEFT JOIN spoken o USING (client_id)
    LEFT JOIN a_month_ago m USING (client_id)
    LEFT JOIN relationships_healthscore h ON h.client_id = s.client_id AND h.client_id = ANY(%(ids)s)
    WHERE s.client_id IN (SELECT unnest(%(ids)s::bigint[])) AND (h.as_of IS NULL OR h.as_of <= %(as_of)s)
),
beyond AS (
    SELECT *, CASE WHEN at_once THEN target_band
        WHEN score - {healthy} >= {points} THEN 'healthy'
        WHEN {watch} - score >= {points} THEN 'at_risk'
        WHEN old_band = 'at_risk' AND score - {watch} >= {points} THEN 'watch'
        WHEN old_band = 'healthy' AND {healthy} - score >= {points} THEN 'watch'
        ELSE old_band END AS beyond_band
    FROM compared_with
),
waiting AS (
    SELECT *,
        CASE WHEN beyond_band = old_band AND old_pending = target_band THEN old_pending_since END AS waited
    FROM beyond
),
settled AS MATERIALIZED (
    SELECT *, beyond_band = target_band OR coalesce(%(as_of)s - waited >= {nights}, false) AS arrived
    FROM waiting
),
final AS (
    SELECT *, CASE WHEN arrived THEN target_band ELSE beyond_band END AS band,
        CASE WHEN arrived THEN '' ELSE target_band END AS pending_band,
        CASE WHEN NOT arrived THEN coalesce(waited, %(as_of)s) END AS pending_since
    FROM settled
),
shown AS (
    SELECT *, coalesce(override_score, score) AS shown_score,
        CASE WHEN override_score IS NULL THEN band WHEN override_score >= {healthy} THEN 'healthy'
            WHEN override_score >= {watch} THEN 'watch' ELSE 'at_risk' END AS shown_band
    FROM final
),
judged AS MATERIALIZED (
    SELECT *, CASE WHEN band = old_band THEN old_since ELSE %(as_of)s END AS band_since,
        is_new OR band <> old_band OR floor(score) IS DISTINCT FROM floor(old_score) OR caps <> old_caps::text[]
            OR floor(shown_score) IS DISTINCT FROM floor(old_shown_score) OR shown_band <> old_shown_band
            OR segment <> old_segment OR old_model_id <> %(model_id)s OR {known_differs} AS shows_change
    FROM shown
)"""

_WRITES = """
gone AS (
    DELETE FROM relationships_healthscore h USING judged j
    WHERE h.client_id = j.client_id AND h.client_id = ANY(%(ids)s) AND NOT j.scored
),
kept AS (
    INSERT INTO relationships_healthscore AS h (client_id, segment, as_of, computed_at, score, raw, coverage, band,
        caps, {columns}, model_id, shown_score, shown_band, override_id, trend, facts, before, band_since, pending_band,
        pending_since, snapshot_on)
    SELECT client_id, segment, %(as_of)s, %(now)s, score, raw, coverage, band, caps, {columns}, %(model_id)s,
        shown_score, shown_band, override_id, trend, facts,
        CASE WHEN is_new THEN '{{}}'::jsonb WHEN shows_change THEN {before} ELSE old_before END,
        band_since, pending_band, pending_since,
        CASE WHEN {snapshot_due} THEN %(as_of)s ELSE old_snapshot_on END
    FROM judged WHERE scored
    ON CONFLICT (client_id) DO UPDATE SET {updates}
),
taken AS (
    INSERT INTO relationships_healthsnapshot (client_id, taken_on, segment, score, raw, coverage, band, caps,
        {columns}, model_id, shown_score, shown_band, computed_at)
    SELECT client_id, %(as_of)s, segment, score, raw, coverage, band, caps, {columns}, %(model_id)s, shown_score,
        shown_band, %(moment)s
    FROM judged WHERE scored AND ({snapshot_due})
    ON CONFLICT (client_id, taken_on) DO UPDATE SET {snapshot_updates}
)
UPDATE clients_client c SET
    health_score = CASE WHEN j.scored THEN j.shown_score END,
    health_band = CASE WHEN j.scored THEN j.shown_band ELSE 'unknown' END,
    health_trend = CASE WHEN j.scored THEN j.trend END,
    health_as_of = %(now)s,
    health_stale_since = NULL,
    last_interaction_at = j.last_interaction_at,
    last_reached_on = j.last_reached_on,
    contact_due_on = CASE WHEN j.scored
        THEN coalesce(j.last_reached_on + floor(j.effective_days)::int, j.managed_since + j.cadence) END
FROM judged j WHERE c.id = j.client_id AND c.id = ANY(%(ids)s)"""

_STATE = (
    "segment",
    "score",
    "raw",
    "coverage",
    "band",
    "caps",
    *COMPONENTS,
    "model_id",
    "shown_score",
    "shown_band",
)
_SNAPSHOT_COLUMNS = (*_STATE, "computed_at")
_SCORE_COLUMNS = (
    *_STATE,
    *(
        "override_id",
        "trend",
        "as_of",
        "computed_at",
        "facts",
        "before",
        "band_since",
        "pending_band",
        "pending_since",
        "snapshot_on",
    ),
)


def write(ids, work: Work):
    """Score and write the clients in `ids`, whose rows the caller has locked. Returns how many were written.

    One statement. A snapshot is written on a change that shows (the whole number, band, caps, what is known,
    segment, model), at least weekly, and again on the same day for whatever changed since. `before` keeps the
    state ahead of the last change that shows.
    """
    if not ids:
        return 0
    judged, params = judging(ids, work)
    return executing.execute(f"{judged},\n{_writes()}", params)


def judging(ids, work: Work):
    """What `write` would write of these clients, as (`WITH … judged AS (…)`, its parameters). `judged` has a row for
    each, but for those scored for a later day; where `scored` is false the client ends as unknown."""
    # After the lock, not at the start of the run: what came in between is read, since its mark is cleared.
    moment = moment_of(work.as_of)
    known_at = moment + CLOCKS_DIFFER_BY if work.is_now else moment
    params = signals_params(ids, work.as_of, work.spec, moment, known_at=known_at)
    params |= {
        "model_id": work.model_id,
        "now": timezone.now(),
        "trend_from": days_before(work.as_of, TREND_LOOKS_BACK_DAYS),
        "trend_to": days_before(work.as_of, TREND_DAYS),
    }
    return f"WITH {signals_ctes(work.spec, is_now=work.is_now)},\n{judged_ctes(work.spec)}", params


def _writes():
    return _WRITES.format(
        columns=", ".join(COMPONENTS),
        before=_before(),
        snapshot_due="shows_change OR old_snapshot_on IS NULL"
        f" OR old_snapshot_on <= %(as_of)s - {SNAPSHOT_AT_LEAST_EVERY_DAYS}"
        " OR (old_snapshot_on = %(as_of)s AND (raw, shown_score) IS DISTINCT FROM (old_raw, old_shown_score))",
        updates=_updates(_SCORE_COLUMNS),
        snapshot_updates=_updates(_SNAPSHOT_COLUMNS),
    ).strip()


def judged_ctes(spec):
    """From `signals` to `judged`: compared with the stored row, the band settled (`scoring.settle` as SQL)."""
    return _SETTLED.format(
        healthy=float(spec.healthy),
        watch=float(spec.watch),
        points=float(spec.hysteresis_points),
        nights=spec.hysteresis_nights,
        old_columns=", ".join(f"h.{name} AS old_{name}" for name in COMPONENTS),
        known_differs=" OR ".join(f"(({n} IS NULL) <> (old_{n} IS NULL))" for n in COMPONENTS),
    ).strip()


def _updates(columns):
    return ", ".join(f"{name} = excluded.{name}" for name in columns)


def _before():
    """The row as it stood, for health.reasons."""
    names = ("as_of", "score", "raw", "coverage", "band", "caps", "segment", "model_id", "shown_score")
    pairs = [f"'{name}', old_{name}" for name in names]
    values = ", ".join(f"'{name}', old_{name}" for name in COMPONENTS)
    return f"jsonb_build_object({', '.join(pairs)}, 'components', jsonb_build_object({values}))"


def make_partitions(as_of: date):
    """Make the snapshot partitions of this month and the next where they are missing. One query if none is.

    Making one locks the snapshots and, for its foreign key, Client for a moment. This month's raises OperationalError
    when an edit holds a client for longer than `lock_timeout`; next month's is then left to a later call.
    """
    this, following = as_of.replace(day=1), _next_month(as_of)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT to_regclass(%s) IS NULL, to_regclass(%s) IS NULL",
            [_partition(this), _partition(following)],
        )
        this_is_missing, following_is_missing = cursor.fetchone()
    if this_is_missing:
        _make_partition(this)
    if following_is_missing:
        try:
            _make_partition(following, lock_timeout=NOT_URGENT_LOCK_TIMEOUT)
        except OperationalError as error:
            if not is_lock_timeout(error):
                raise
            logger.info("The partition of %s has to wait: somebody holds a client", following)


@transaction.atomic
def _make_partition(first, *, lock_timeout=None):
    with connection.cursor() as cursor:
        if lock_timeout:
            cursor.execute("SELECT set_config('lock_timeout', %s, true)", [lock_timeout])
        # IF NOT EXISTS alone loses the race of two sessions with an error.
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_PARTITIONS_LOCK])
        cursor.execute(
            f"CREATE TABLE IF NOT EXISTS {_partition(first)} PARTITION OF relationships_healthsnapshot"
            " FOR VALUES FROM (%s) TO (%s)",
            [first, _next_month(first)],
        )


def _partition(first):
    return f"relationships_healthsnapshot_{first:%Y_%m}"


def _next_month(day):
    return date(day.year + day.month // 12, day.month % 12 + 1, 1)
