"""The components of many clients at once, as set-based SQL that must equal the pure functions of `health.scoring`.

`signals_ctes` ends in one row for each client in %(ids)s as of %(as_of)s (a date, local days) and %(moment)s;
`health.refresh` wraps it in the statement that writes. The areas are in signals_touches, signals_care and
signals_money; here they come together. What was measured to matter: float8 instead of numeric; each table read once
for a chunk, by an index that begins with the client.
"""

from datetime import date, datetime, time, timedelta

from django.conf import settings
from django.db import connection
from django.utils import timezone

from accounts import working_time

from . import scoring, signals_care, signals_money, signals_touches
from .spec import CAPS, COMPONENTS, MAY_NOT_APPLY, SEGMENTS, Spec
from .sql import days_before, months_before

FORMULAS = signals_touches.FORMULAS | signals_care.FORMULAS | signals_money.FORMULAS

# Clients asked for, with the segment's settings. `scored`: active with a running lead.
_SCOPE = """
scope AS MATERIALIZED (
    SELECT c.id AS client_id, s.for_segment AS segment, c.industry, c.currency, s.*,
        (c.status = 'active' OR c.lost_on > %(known_on)s) AND l.lead_id IS NOT NULL AS scored, l.lead_id,
        c.created_at > %(known_at)s AS came_later,
        (l.first_lead_at AT TIME ZONE %(zone)s)::date AS managed_since
    FROM clients_client c
    LEFT JOIN settings s ON s.for_segment = coalesce(%(segment)s, c.segment)
    LEFT JOIN (
        SELECT client_id, min(started_at) AS first_lead_at,
            max(user_id) FILTER (WHERE ended_at IS NULL OR ended_at > %(known_at)s) AS lead_id
        FROM clients_assignment
        WHERE role = 'lead' AND client_id = ANY(%(ids)s) AND started_at <= %(known_at)s GROUP BY client_id
    ) l ON l.client_id = c.id
    WHERE c.id = ANY(%(ids)s)
)"""

_GATHERED = """
gathered AS MATERIALIZED (
    SELECT scope.*, %(as_of)s - scope.managed_since AS managed_days,
        reached.occurred_on AS last_reached_on, reached.id AS last_reached_id,
        newest.occurred_at AS last_interaction_at,
        {effective} AS effective_days,
        t.ratings, t.bad_ratings, t.rated_weight, t.rated_sum, t.rated_ids,
        coalesce(p.recorded, 0) AS recorded, coalesce(p.active, 0) AS active,
        coalesce(w.roles_mask, 0) AS roles_mask, bit_count(coalesce(w.roles_mask, 0)::bit(8)) AS roles_met,
        w.met_ids, p.champions_left, coalesce(p.champion_here, false) AS champion_here,
        rated.own_rating, rated.rated_on,
        {columns}
    FROM scope
    LEFT JOIN touches t USING (client_id)
    LEFT JOIN people p USING (client_id)
    LEFT JOIN met w USING (client_id)
    {joins}
)"""

_VALUES = """
compared AS (
    SELECT *, CASE compared_months WHEN 6 THEN half WHEN 12 THEN year END AS revenue_now,
        CASE compared_months WHEN 6 THEN half_before WHEN 12 THEN year_before END AS revenue_before
    FROM gathered
),
measured AS MATERIALIZED (
    SELECT *, {values}
    FROM compared
)"""

_TOTAL = """
weighed AS (
    SELECT *, {known_weight} AS known_weight, {applicable} AS applicable_weight,
        array_remove(ARRAY[{caps}], NULL) AS caps
    FROM measured
),
limited AS (
    SELECT *, ({weighed_sum}) / nullif(known_weight, 0) AS raw,
        coalesce(100 * known_weight / nullif(applicable_weight, 0), 0) AS coverage,
        least({limits}) AS limit_to
    FROM weighed
),
scores AS MATERIALIZED (
    SELECT *, CASE WHEN coverage >= {minimum_coverage} OR limit_to < {watch} THEN least(raw, limit_to) END AS score
    FROM limited
),
banded AS (
    SELECT *, CASE WHEN score IS NULL THEN 'unknown' WHEN score >= {healthy} THEN 'healthy'
        WHEN score >= {watch} THEN 'watch' ELSE 'at_risk' END AS target_band
    FROM scores
)"""

# What the reasons say, by component, with the ids of the rows behind it; read by health.reasons. What follows
# from the model's spec is left out, and so is what is empty: a row is written for every client each night.
_FACTS = ", ".join(area.FACTS.strip() for area in (signals_touches, signals_care, signals_money))

# Few columns, since the writing statement carries them through several steps.
_COLUMNS = (
    *("client_id", "segment", "scored", "managed_since", "cadence", "effective_days"),
    *(
        "last_reached_on",
        "last_interaction_at",
        *COMPONENTS,
        "raw",
        "coverage",
        "score",
        "caps",
        "target_band",
    ),
)


def signals_ctes(spec: Spec, *, is_now=False):
    """The common table expressions that end in `signals`, one row for each client asked for.

    `is_now`: everything on record counts, so what is kept up (sums of invoices) is read and nothing is asked for the
    day it was recorded on. Every value in the text comes from these modules or from the
    checked spec; ids, days and the calendar are parameters.
    """
    parts = [
        _settings(spec),
        _SCOPE,
        signals_touches.touches(is_now=is_now),
        signals_touches.people(is_now=is_now),
        signals_touches.rated(),
        signals_money.ctes(is_now=is_now),
        signals_care.ctes(is_now=is_now),
        _gathered(is_now),
        _VALUES.replace("{values}", ", ".join(f"{_value(name, spec)} AS {name}" for name in COMPONENTS)),
        total_ctes(spec),
        f"signals AS MATERIALIZED (SELECT {', '.join(_COLUMNS)}, {_facts()} AS facts FROM banded)",
    ]
    return ",\n".join(part.strip() for part in parts)


def _gathered(is_now):
    return _GATHERED.format(
        effective=signals_touches.effective(),
        columns=f"{signals_care.COLUMNS.strip()},\n{signals_money.COLUMNS.strip()}",
        joins=signals_care.JOINS
        + signals_money.JOINS
        + signals_touches.JOINS
        + signals_touches.last(is_now=is_now),
    )


def _facts():
    return f"jsonb_build_object('managed_since', managed_since, {_FACTS})"


def end_of_day(day: date):
    """The moment that ends a day of the house."""
    return datetime.combine(day + working_time.DAY, time.min, working_time.house_zone())


def is_today(day: date, now=None):
    """Whether `day` is the house's day, now unless another moment is given."""
    return (now or timezone.now()).astimezone(working_time.house_zone()).date() == day


def moment_of(as_of: date):
    """The moment that clocks are read at for the day `as_of`: now when it is today, else the day's end."""
    now = timezone.now()
    return now if is_today(as_of, now) else end_of_day(as_of)


def _last_day_before(moment):
    """The last day that had begun: of a midnight the one that it ends, see `end_of_day`."""
    return (moment - timedelta.resolution).astimezone(working_time.house_zone()).date()


def signals_params(ids, as_of: date, spec: Spec, moment=None, *, known_at=None, segment=None):
    """The parameters of `signals_ctes`. `moment` (aware) is when the clocks of issues are read, see `moment_of`.

    `known_at` (aware; by default that moment): what happened or was recorded later is left out, while ages still run
    to `as_of`. `segment`: as if every client had it.
    """
    longest = max(scoring.meeting_window_days(cadence) for cadence in spec.cadence_days.values())
    moment = moment or moment_of(as_of)
    known_at = min(known_at or moment, moment)
    known_on = as_of if known_at == moment else _last_day_before(known_at)
    # A month counts once it is known to be over: silence does not make it one without revenue.
    months = {f"m{back:02}": months_before(known_on, back) for back in (0, 6, 12, 18, 24)}
    return (
        months
        | signals_care.params(moment)
        | {
            "ids": list(ids),
            "as_of": as_of,
            "moment": moment,
            "known_at": known_at,
            "known_on": known_on,
            "segment": segment,
            "zone": settings.TIME_ZONE,
            "points": [scoring.SENTIMENT_POINTS[rating] for rating in range(-2, 3)],
            "half_life": scoring.SENTIMENT_HALF_LIFE_DAYS,
            "rated_from": days_before(as_of, scoring.SENTIMENT_WINDOW_DAYS),
            "met_from": days_before(as_of, longest),
            "rhythm_from": days_before(as_of, scoring.CADENCE_WINDOW_DAYS),
        }
    )


def _settings(spec):
    """A row for each segment: cadence, required roles, weights. A weight of 0 is a component switched off."""
    rows = []
    for segment in SEGMENTS:
        cadence = spec.cadence_days[segment]
        weights = ", ".join(f"{float(spec.weight(name, segment))}::float8" for name in COMPONENTS)
        window = scoring.meeting_window_days(cadence)
        rows.append(f"('{segment}', {cadence}, {window}, {spec.required_roles[segment]}, {weights})")
    columns = ", ".join(f"w_{name}" for name in COMPONENTS)
    return f"settings (for_segment, cadence, meeting_days, required, {columns}) AS (VALUES {', '.join(rows)})"


def _value(name, spec):
    return FORMULAS[name] if name in spec.switched_on else "NULL::float8"


def caps_of(spec):
    """Cap → when it holds, as SQL over `measured`, of those that are switched on."""
    found = signals_care.CAPS | signals_touches.CAPS
    return {name: found[name] for name in CAPS if spec.has_cap(name)}


def total_ctes(spec):
    """From `measured` (components, weights and what caps rest on) to `banded`: `scoring.total` as SQL."""
    on, caps = spec.switched_on, caps_of(spec)
    known = [f"CASE WHEN {name} IS NULL THEN 0 ELSE w_{name} END" for name in on]
    return _TOTAL.format(
        known_weight=" + ".join(known),
        applicable=" + ".join(
            k if name in MAY_NOT_APPLY else f"w_{name}" for name, k in zip(on, known, strict=True)
        ),
        weighed_sum=" + ".join(f"coalesce(w_{name} * {name}, 0)" for name in on),
        caps=", ".join(f"CASE WHEN {when} THEN '{name}' END" for name, when in caps.items()) or "NULL::text",
        limits=", ".join(f"CASE WHEN '{n}' = ANY(caps) THEN {float(spec.caps[n])}::float8 END" for n in caps)
        or "NULL::float8",
        minimum_coverage=float(spec.minimum_coverage),
        watch=float(spec.watch),
        healthy=float(spec.healthy),
    )


def read_signals(ids, as_of: date, spec: Spec, *, moment=None, is_now=False, known_at=None, segment=None):
    """A dict of every column of `signals` for each client in `ids`, by client id. One query; writes nothing.

    The keywords are those of `signals_ctes` and `signals_params`.
    """
    with connection.cursor() as cursor:
        statement = f"WITH {signals_ctes(spec, is_now=is_now)} SELECT * FROM signals"
        params = signals_params(ids, as_of, spec, moment, known_at=known_at, segment=segment)
        cursor.execute(statement, params)
        names = [column.name for column in cursor.description]
        rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    return {row["client_id"]: row for row in rows}


_CADENCE = """
WITH {settings}, {scope}, {touches}
SELECT scope.client_id, {effective} FROM scope LEFT JOIN touches t USING (client_id)"""


def effective_cadence_days(ids, as_of: date, spec: Spec):
    """{client id: days of silence we accept} for the clients in `ids`, scored or not. One query."""
    parts = {
        "settings": _settings(spec),
        "scope": _SCOPE,
        "effective": signals_touches.effective(),
        "touches": signals_touches.touches(is_now=is_today(as_of)),
    }
    with connection.cursor() as cursor:
        cursor.execute(_CADENCE.format(**parts), signals_params(ids, as_of, spec))
        return dict(cursor.fetchall())
