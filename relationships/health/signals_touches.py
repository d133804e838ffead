"""The touches and contacts of many clients as set-based SQL: what rhythm, sentiment and stakeholders rest on.

Part of the statement of `health.signals`, which names the parameters. What was measured to matter: only the last year
of touches is aggregated, from the covering index; roles met by bit_or; OFFSET 0 where the planner would otherwise
read a whole table or repeat a conversion for each aggregate.
"""

from . import scoring
from .sql import EVIDENCE_LIMIT, ramp, recorded

ROLE_BITS = {
    role: 1 << i
    for i, role in enumerate(
        ("decision_maker", "influencer", "champion", "user", "blocker", "procurement", "finance")
    )
}

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
        WHERE client_id = ANY(%(ids)s) AND occurred_on BETWEEN %(rhythm_from)s AND %(known_on)s {recorded}
        ORDER BY client_id, occurred_on, id
    ) recent
    GROUP BY client_id
)"""

_LAST = """
LEFT JOIN LATERAL (
    SELECT i.id, i.occurred_on FROM relationships_interaction i
    WHERE i.client_id = scope.client_id AND i.reached AND i.occurred_on <= %(known_on)s {recorded}
    ORDER BY i.occurred_on DESC, i.id DESC LIMIT 1
) reached ON true
LEFT JOIN LATERAL (
    SELECT i.occurred_at FROM relationships_interaction i
    WHERE i.client_id = scope.client_id AND i.occurred_on <= %(known_on)s {recorded}
    ORDER BY i.occurred_at DESC, i.id DESC LIMIT 1
) newest ON true"""

_PEOPLE = """
met AS (
    SELECT i.client_id, bit_or(contact.role_bit) AS roles_mask, array_agg(DISTINCT contact.id) AS met_ids
    FROM scope
    JOIN relationships_interaction i ON i.client_id = scope.client_id AND i.reached
        AND i.occurred_on BETWEEN %(as_of)s - scope.meeting_days AND %(known_on)s {recorded_touch}
    CROSS JOIN LATERAL (
        SELECT k.id, CASE k.role {role_cases} ELSE 0 END AS role_bit
        FROM relationships_interactioncontact link JOIN clients_contact k ON k.id = link.contact_id
        WHERE link.interaction_id = i.id {recorded_contact}
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
        SELECT client_id, id, role, left_on IS NULL OR left_on > %(known_on)s AS here
        FROM clients_contact WHERE client_id = ANY(%(ids)s) {recorded}
        ORDER BY client_id, id
    ) contact
    GROUP BY client_id
)"""

# The newest rating of whoever leads the client. An index alone answers it.
_RATED = """
rated AS (
    SELECT DISTINCT ON (r.client_id) r.client_id, r.value AS own_rating, r.rated_on
    FROM scope JOIN relationships_ownrating r ON r.client_id = scope.client_id AND r.rated_by_id = scope.lead_id
    WHERE r.client_id = ANY(%(ids)s) AND r.rated_at <= %(known_at)s
    ORDER BY r.client_id, r.rated_at DESC
)"""

JOINS = """
    LEFT JOIN rated USING (client_id)"""


FORMULAS = {
    "rhythm": "CASE WHEN last_reached_on IS NOT NULL THEN "
    + ramp("(%(as_of)s - last_reached_on) / effective_days", bad=3, good=1)
    + " WHEN managed_days > cadence THEN 0::float8 END",
    "sentiment": f"CASE WHEN ratings > 0 THEN (rated_sum + {scoring.SENTIMENT_PRIOR}) / (rated_weight + 1) END",
    "stakeholders": "CASE WHEN recorded > 0 OR managed_days > cadence THEN "
    "70 * least(1, roles_met / required::float8) + 30 * least(1, active / required::float8) END",
}

CAPS = {
    "own_rating": f"own_rating = {scoring.RED_RATING}"
    f" AND %(as_of)s - rated_on BETWEEN 0 AND {scoring.RATING_COUNTS_DAYS}",
    "champion_left": "segment = 'key' AND champions_left IS NOT NULL AND NOT champion_here",
    "single_contact": "segment = 'key' AND recorded > 0 AND active <= 1",
}

FACTS = f"""
    'rhythm', jsonb_strip_nulls(jsonb_build_object(
        'last_reached_on', last_reached_on, 'every_days', floor(effective_days)::int,
        'interactions', CASE WHEN last_reached_id IS NOT NULL THEN ARRAY[last_reached_id] END)),
    'sentiment', jsonb_strip_nulls(jsonb_build_object(
        'ratings', ratings, 'bad', bad_ratings,
        'interactions', rated_ids[greatest(1, ratings - {EVIDENCE_LIMIT - 1}):])),
    'stakeholders', jsonb_strip_nulls(jsonb_build_object(
        'roles', roles_mask, 'active', active, 'recorded', recorded,
        'contacts', met_ids[:{EVIDENCE_LIMIT}], 'champions_left', champions_left[:{EVIDENCE_LIMIT}])),
    'own_rating', CASE WHEN own_rating IS NOT NULL
        THEN jsonb_build_object('value', own_rating, 'rated_on', rated_on) ELSE '{{}}'::jsonb END"""


def touches(*, is_now):
    return _TOUCHES.format(neutral=scoring.SENTIMENT_POINTS[0], recorded=recorded(is_now))


def people(*, is_now):
    cases = " ".join(f"WHEN '{role}' THEN {bit}" for role, bit in ROLE_BITS.items())
    return _PEOPLE.format(
        role_cases=cases,
        recorded=recorded(is_now),
        recorded_touch=recorded(is_now, "i"),
        recorded_contact=recorded(is_now, "k"),
    )


def rated():
    return _RATED


def last(*, is_now):
    """Joins of the newest touches. They may be older than a year, so they are looked up, not aggregated."""
    return _LAST.format(recorded=recorded(is_now, "i"))


def effective():
    """`effective_cadence` of scoring: the gaps between days add up to the span from the first to the last."""
    prior = scoring.CADENCE_PRIOR_GAPS
    gaps = "greatest(coalesce(t.reached_days, 0) - 1, 0)"
    mean = f"({prior} * scope.cadence + coalesce(t.reached_span, 0)) / ({prior} + {gaps})::float8"
    return f"least(scope.cadence, greatest(scope.cadence / 2::float8, {mean}))"
