"""The components of many clients at once, as set-based SQL that must equal the pure functions of `health.scoring`.

`signals_sql` is one SELECT over the clients in %(ids)s as of %(as_of)s (a date, local days); `health.refresh` wraps it
in the statement that writes. What was measured to matter: only the last year of touches is aggregated, from
the covering index; float8 instead of numeric; roles met by bit_or; OFFSET 0 where the planner would otherwise
read a whole table or repeat a conversion for each aggregate.
"""

from datetime import date

from django.conf import settings
from django.db import connection

from . import scoring
from .spec import COMPONENTS, MAY_NOT_APPLY, SEGMENTS, Spec

EVIDENCE_LIMIT = 20  # rows named behind one component
ROLE_BITS = {
    role: 1 << i
    for i, role in enumerate(
        ("decision_maker", "influencer", "champion", "user", "blocker", "procurement", "finance")
    )
}
# What `signals_sql` computes; the other components have no data yet and are never known.
COMPUTED = ("rhythm", "sentiment", "stakeholders", "revenue")

# Clients asked for, with the segment's settings. `scored`: active with a running lead.
_SCOPE = """
scope AS MATERIALIZED (
    SELECT c.id AS client_id, c.segment, s.*,
        c.status = 'active' AND coalesce(l.running, false) AS scored,
        (l.first_lead_at AT TIME ZONE %(zone)s)::date AS managed_since
    FROM clients_client c
    JOIN settings s ON s.for_segment = c.segment
    LEFT JOIN (
        SELECT client_id, min(started_at) AS first_lead_at, bool_or(ended_at IS NULL) AS running
        FROM clients_assignment WHERE role = 'lead' AND client_id = ANY(%(ids)s) GROUP BY client_id
    ) l ON l.client_id = c.id
    WHERE c.id = ANY(%(ids)s)
)"""

# One pass over a year of touches: the days of the rhythm, the ratings of the sentiment.
_TOUCHES = """
touches AS (
    SELECT client_id,
        count(DISTINCT occurred_on) FILTER (WHERE reached) AS reached_days,
        max(occurred_on) FILTER (WHERE reached) - min(occurred_on) FILTER (WHERE reached) AS reached_span,
        sum(weight) AS rated_weight, sum(weight * points) AS rated_sum, count(weight) AS ratings,
        count(weight) FILTER (WHERE points < {neutral}) AS bad_ratings,
        array_agg(id) FILTER (WHERE weight IS NOT NULL) AS rated_ids
    FROM (
        SELECT client_id, id, occurred_on, reached,
            CASE WHEN sentiment IS NOT NULL AND occurred_on >= %(rated_from)s
                THEN power(2::float8, (occurred_on - %(as_of)s) / %(half_life)s::float8) END AS weight,
            (%(points)s::float8[])[sentiment + 3] AS points
        FROM relationships_interaction
        WHERE client_id = ANY(%(ids)s) AND occurred_on BETWEEN %(rhythm_from)s AND %(as_of)s
        OFFSET 0
    ) recent
    GROUP BY client_id
)"""

# The last touches may be older than a year, so they are looked up, not aggregated.
_LAST = """
LEFT JOIN LATERAL (
    SELECT i.id, i.occurred_on FROM relationships_interaction i
    WHERE i.client_id = scope.client_id AND i.reached AND i.occurred_on <= %(as_of)s
    ORDER BY i.occurred_on DESC, i.id DESC LIMIT 1
) reached ON true
LEFT JOIN LATERAL (
    SELECT i.occurred_at FROM relationships_interaction i
    WHERE i.client_id = scope.client_id AND i.occurred_on <= %(as_of)s
    ORDER BY i.occurred_at DESC, i.id DESC LIMIT 1
) newest ON true"""

_PEOPLE = """
met AS (
    SELECT i.client_id, bit_or(contact.role_bit) AS roles_mask, array_agg(DISTINCT contact.id) AS met_ids
    FROM scope
    JOIN relationships_interaction i ON i.client_id = scope.client_id AND i.reached
        AND i.occurred_on BETWEEN %(as_of)s - scope.meeting_days AND %(as_of)s
    CROSS JOIN LATERAL (
        SELECT k.id, CASE k.role {role_cases} ELSE 0 END AS role_bit
        FROM relationships_interactioncontact link JOIN clients_contact k ON k.id = link.contact_id
        WHERE link.interaction_id = i.id
        OFFSET 0
    ) contact
    WHERE i.client_id = ANY(%(ids)s) AND i.occurred_on >= %(met_from)s
    GROUP BY i.client_id
),
people AS (
    SELECT client_id, count(*) AS recorded, count(*) FILTER (WHERE here) AS active,
        array_agg(id) FILTER (WHERE role = 'champion' AND NOT here) AS champions_left,
        bool_or(role = 'champion' AND here) AS champion_here
    FROM (
        SELECT client_id, id, role, left_on IS NULL OR left_on > %(as_of)s AS here
        FROM clients_contact WHERE client_id = ANY(%(ids)s)
    ) contact
    GROUP BY client_id
)"""

# Whole months back from the month of as_of: m06 is the first of the last six, and so on. What is known begins
# with the client's first row, even one of 0; a month without a row is 0.
_REVENUE = """
money AS (
    SELECT client_id, min(month) AS first_month,
        coalesce(sum(amount) FILTER (WHERE month >= %(m06)s), 0) AS half,
        coalesce(sum(amount) FILTER (WHERE month >= %(m18)s AND month < %(m12)s), 0) AS half_before,
        coalesce(sum(amount) FILTER (WHERE month >= %(m12)s), 0) AS year,
        coalesce(sum(amount) FILTER (WHERE month >= %(m24)s AND month < %(m12)s), 0) AS year_before,
        count(*) FILTER (
            WHERE amount > 0 AND (month >= %(m06)s OR (month >= %(m18)s AND month < %(m12)s))
        ) AS paid_months
    FROM (
        SELECT client_id, month, amount::float8 AS amount FROM clients_monthlyrevenue
        WHERE client_id = ANY(%(ids)s) AND month < %(m00)s
        OFFSET 0
    ) months
    GROUP BY client_id
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
        CASE WHEN m.first_month <= %(m18)s AND m.paid_months >= 10 THEN 6
            WHEN m.first_month <= %(m24)s THEN 12 END AS compared_months,
        m.first_month, m.half, m.half_before, m.year, m.year_before
    FROM scope
    LEFT JOIN touches t USING (client_id)
    LEFT JOIN people p USING (client_id)
    LEFT JOIN met w USING (client_id)
    LEFT JOIN money m USING (client_id)
    {last}
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

# `ramp` of scoring, spelled out; {0} is the value.
_RAMP = "100 * least(1, greatest(0, (({value}) - ({bad})) / (({good}) - ({bad}))::float8))"

_FORMULAS = {
    "rhythm": "CASE WHEN last_reached_on IS NOT NULL THEN "
    + _RAMP.format(value="(%(as_of)s - last_reached_on) / effective_days", bad=3, good=1)
    + " WHEN managed_days > cadence THEN 0::float8 END",
    "sentiment": f"CASE WHEN ratings > 0 THEN (rated_sum + {scoring.SENTIMENT_PRIOR}) / (rated_weight + 1) END",
    "stakeholders": "CASE WHEN recorded > 0 OR managed_days > cadence THEN "
    "70 * least(1, roles_met / required::float8) + 30 * least(1, active / required::float8) END",
    "revenue": "CASE WHEN revenue_before > 0 THEN "
    + _RAMP.format(value="(revenue_now - revenue_before) / revenue_before", bad="-0.5", good="0.1")
    + " END",
}

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
_FACTS = f"""jsonb_build_object(
    'managed_since', managed_since,
    'rhythm', jsonb_strip_nulls(jsonb_build_object(
        'last_reached_on', last_reached_on, 'every_days', floor(effective_days)::int,
        'interactions', CASE WHEN last_reached_id IS NOT NULL THEN ARRAY[last_reached_id] END)),
    'sentiment', jsonb_strip_nulls(jsonb_build_object(
        'ratings', ratings, 'bad', bad_ratings,
        'interactions', rated_ids[greatest(1, ratings - {EVIDENCE_LIMIT - 1}):])),
    'stakeholders', jsonb_strip_nulls(jsonb_build_object(
        'roles', roles_mask, 'active', active, 'recorded', recorded,
        'contacts', met_ids[:{EVIDENCE_LIMIT}], 'champions_left', champions_left[:{EVIDENCE_LIMIT}])),
    'revenue', jsonb_strip_nulls(jsonb_build_object(
        'months', compared_months, 'now', round(revenue_now * 100) / 100, 'before', round(revenue_before * 100) / 100,
        'first_month', first_month)))"""

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

_CAPS = {
    "champion_left": "segment = 'key' AND champions_left IS NOT NULL AND NOT champion_here",
    "single_contact": "segment = 'key' AND recorded > 0 AND active <= 1",
}


def signals_ctes(spec: Spec):
    """The common table expressions that end in `signals`, one row for each client asked for.

    Every value in the text comes from this module or from the checked spec; ids and days are parameters.
    """
    parts = [
        _settings(spec),
        _SCOPE,
        _touches(),
        _PEOPLE.replace("{role_cases}", " ".join(f"WHEN '{r}' THEN {b}" for r, b in ROLE_BITS.items())),
        _REVENUE,
        _GATHERED.format(effective=_effective(), last=_LAST),
        _VALUES.replace("{values}", ", ".join(f"{_value(name, spec)} AS {name}" for name in COMPONENTS)),
        total_ctes(spec),
        f"signals AS MATERIALIZED (SELECT {', '.join(_COLUMNS)}, {_FACTS} AS facts FROM banded)",
    ]
    return ",\n".join(part.strip() for part in parts)


def signals_params(ids, as_of: date, spec: Spec):
    """The parameters of `signals_ctes`."""
    longest = max(scoring.meeting_window_days(cadence) for cadence in spec.cadence_days.values())
    months = {f"m{back:02}": _months_before(as_of, back) for back in (0, 6, 12, 18, 24)}
    return months | {
        "ids": list(ids),
        "as_of": as_of,
        "zone": settings.TIME_ZONE,
        "points": [scoring.SENTIMENT_POINTS[rating] for rating in range(-2, 3)],
        "half_life": scoring.SENTIMENT_HALF_LIFE_DAYS,
        "rated_from": _days_before(as_of, scoring.SENTIMENT_WINDOW_DAYS),
        "met_from": _days_before(as_of, longest),
        "rhythm_from": _days_before(as_of, scoring.CADENCE_WINDOW_DAYS),
    }


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


def _touches():
    return _TOUCHES.replace("{neutral}", str(scoring.SENTIMENT_POINTS[0]))


def _effective():
    """`effective_cadence` of scoring: the gaps between days add up to the span from the first to the last."""
    prior = scoring.CADENCE_PRIOR_GAPS
    gaps = "greatest(coalesce(t.reached_days, 0) - 1, 0)"
    mean = f"({prior} * scope.cadence + coalesce(t.reached_span, 0)) / ({prior} + {gaps})::float8"
    return f"least(scope.cadence, greatest(scope.cadence / 2::float8, {mean}))"


def _value(name, spec):
    return _FORMULAS[name] if name in COMPUTED and name in spec.switched_on else "NULL::float8"


def total_ctes(spec):
    """From `measured` (components, weights and what caps rest on) to `banded`: `scoring.total` as SQL."""
    on = spec.switched_on
    known = [f"CASE WHEN {name} IS NULL THEN 0 ELSE w_{name} END" for name in on]
    return _TOTAL.format(
        known_weight=" + ".join(known),
        applicable=" + ".join(
            k if name in MAY_NOT_APPLY else f"w_{name}" for name, k in zip(on, known, strict=True)
        ),
        weighed_sum=" + ".join(f"coalesce(w_{name} * {name}, 0)" for name in on),
        caps=", ".join(f"CASE WHEN {when} THEN '{name}' END" for name, when in _CAPS.items()),
        limits=", ".join(f"CASE WHEN '{n}' = ANY(caps) THEN {scoring.CAPS[n]}::float8 END" for n in _CAPS),
        minimum_coverage=float(spec.minimum_coverage),
        watch=float(spec.watch),
        healthy=float(spec.healthy),
    )


def _days_before(day, days):
    return date.fromordinal(max(1, day.toordinal() - days))


def _months_before(day, months):
    """The first day of the month `months` before that of `day`."""
    number = day.year * 12 + day.month - 1 - months
    return date(number // 12, number % 12 + 1, 1)


def read_signals(ids, as_of: date, spec: Spec):
    """A dict of every column of `signals` for each client in `ids`, by client id. One query; writes nothing."""
    with connection.cursor() as cursor:
        cursor.execute(f"WITH {signals_ctes(spec)} SELECT * FROM signals", signals_params(ids, as_of, spec))
        names = [column.name for column in cursor.description]
        rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    return {row["client_id"]: row for row in rows}


_CADENCE = """
WITH {settings}, {scope}, {touches}
SELECT scope.client_id, {effective} FROM scope LEFT JOIN touches t USING (client_id)"""


def effective_cadence_days(ids, as_of: date, spec: Spec):
    """{client id: days of silence we accept} for the clients in `ids`, scored or not. One query."""
    with connection.cursor() as cursor:
        parts = {"settings": _settings(spec), "scope": _SCOPE, "effective": _effective()}
        cursor.execute(_CADENCE.format(touches=_touches(), **parts), signals_params(ids, as_of, spec))
        return dict(cursor.fetchall())
