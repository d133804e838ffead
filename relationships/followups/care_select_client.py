"""What the rules about the client as a whole and its people want open, as SQL that repeats `followups.care_rules`.

Health that fell, a next step that is missing, days to remember and the plan. See `care_part` for the columns.
"""

from relationships.followups.care_part import LOCAL_DAY, part
from relationships.followups.care_rules import PLANNED_BY_HAND

# Both bands are lower than the former one: a person's word that all is well ends it, one that it is worse begins none.
_FELL = """t.band IN ('watch', 'at_risk') AND t.shown_band IN ('watch', 'at_risk')
    AND (former.band = 'healthy' OR former.band = 'watch' AND t.band = 'at_risk' AND t.shown_band = 'at_risk')"""
# There is a snapshot of each day on which a band changed, and one a week: the newest before tells the former band.
_BAND = part(
    "band_dropped",
    """relationships_healthscore t
    JOIN LATERAL (
        SELECT s.band FROM relationships_healthsnapshot s
        WHERE s.client_id = t.client_id AND s.taken_on < t.band_since ORDER BY s.taken_on DESC LIMIT 1
    ) former ON true""",
    f"""(%(band_segments)s::text[] = '{{{{}}}}' OR t.segment = ANY(%(band_segments)s)) AND {_FELL}
      AND (t.band_since >= %(dropped_from)s OR EXISTS (
          SELECT FROM relationships_followup f
          WHERE f.client_id = t.client_id AND f.rule = 'band_dropped' AND f.status = 'open'))""",
    subject_id="0::bigint",
    day="t.band_since",
    shift="CASE WHEN t.segment = 'key' AND t.shown_band = 'at_risk' THEN 0 ELSE %(band_shift)s END",  # red: today
    key="'band:' || t.band || ':' || t.band_since",
    facts={"band": "t.shown_band", "from": "former.band", "since": "t.band_since"},
)

_BY_HAND = ", ".join(f"'{rule}'" for rule in PLANNED_BY_HAND)
# Due on the day it came up, however long the silence was by then. `care_sql` leaves out whoever has something planned
# by a rule; here only what people planned is looked at.
_NEXT_STEP = part(
    "no_next_step",
    f"""(
        SELECT c.id AS client_id, coalesce(c.last_reached_on, (
            SELECT {LOCAL_DAY.format("min(first.started_at)")} FROM clients_assignment first
            WHERE first.client_id = c.id AND first.role = 'lead')) AS silent_since, c.last_reached_on
        FROM clients_client c
        WHERE c.status = 'active' AND (c.last_reached_on IS NULL OR c.last_reached_on <= %(silent_by)s)
          AND (%(next_step_segments)s::text[] = '{{{{}}}}' OR c.segment = ANY(%(next_step_segments)s))
    ) t
    LEFT JOIN LATERAL (
        SELECT {LOCAL_DAY.format("f.created_at")} AS day FROM relationships_followup f
        WHERE f.client_id = t.client_id AND f.rule = 'no_next_step' AND f.status = 'open' LIMIT 1
    ) asked ON true""",
    f"""t.silent_since <= %(silent_by)s AND NOT EXISTS (
          SELECT FROM relationships_followup f
          WHERE f.client_id = t.client_id AND f.rule IN ({_BY_HAND}) AND f.status = 'open')""",
    subject_id="0::bigint",
    kind="'task'",
    day="coalesce(asked.day, %(today)s)",
    shift="0",
    key="'silent:' || t.silent_since",
    since="%(silent_by)s",
    facts={"day": "t.silent_since", "step": "CASE WHEN t.last_reached_on IS NULL THEN 'never' END"},
)


def _round(days, first):
    """The day on which `first` comes round now, by a calendar of `care_rules.limits_of`; null on any other day."""
    number = f"(extract(month FROM {first}) * 100 + extract(day FROM {first}))::int::text"
    return f"CROSS JOIN LATERAL (SELECT (%({days})s::jsonb ->> {number})::date AS day) round"


_DAYS = [
    part(
        "birthday",
        f"clients_contact t {_round('birthdays', 't.birthday')}",
        "t.birthday IS NOT NULL AND t.left_on IS NULL AND round.day IS NOT NULL",
        kind="'message'",
        day="round.day",
        key="round.day::text",
        facts={"name": "t.name", "day": "round.day"},
    ),
    part(
        "anniversary",
        f"clients_contract t {_round('anniversaries', 't.starts_on')}",
        """t.state IN ('signed', 'ended') AND round.day IS NOT NULL
      AND extract(year FROM t.starts_on) < extract(year FROM round.day)
      AND NOT EXISTS (
          SELECT FROM clients_contract earlier
          WHERE earlier.client_id = t.client_id AND earlier.state IN ('signed', 'ended')
            AND (earlier.starts_on, earlier.id) < (t.starts_on, t.id))""",
        subject_id="0::bigint",
        day="round.day",
        key="round.day::text",
        facts={
            "years": "(extract(year FROM round.day) - extract(year FROM t.starts_on))::int",
            "day": "round.day",
            "since": "t.starts_on",
        },
    ),
]

_PLAN = part(
    "plan_action",
    "relationships_planaction t",
    "t.state = 'open' AND t.due_on <= %(actions_by)s",
    whom="'person'",
    person_id="t.owner_id",
    kind="'task'",
    day="t.due_on",
    made_on=LOCAL_DAY.format("t.created_at"),
    key="t.due_on::text",
    facts={"text": "t.what", "goal": "nullif(t.goal, '')", "day": "t.due_on"},
)

CLIENT_PARTS = (_BAND, _NEXT_STEP, *_DAYS, _PLAN)
