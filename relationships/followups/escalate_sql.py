"""The statements behind escalation: which late follow-ups go up to whom, and which escalations are over.

They repeat `followups.escalation_rules`. Only open follow-ups that are late are read, by the index follow_up_due, and
escalations that run. Opening and ending write the timeline in the same statement: an entry for each step, and one
for each follow-up whose steps are over.
"""

from relationships.followups.care_calendar import CALENDAR
from relationships.followups.care_sql import TEAMS
from relationships.followups.cover_sql import AWAY
from relationships.followups.escalation_rules import BY_DAYS, NEVER, STEPS
from relationships.followups.ranges import BY_IDS
from relationships.models.snooze import MOST_SNOOZES

EVERYONE = "true"
_LEVEL = "array_position(ARRAY[{}], {{}}::text)".format(", ".join(f"'{step}'" for step in STEPS))
# A decision stands; what ended otherwise runs again when that was taken back.
_DECIDED = "('kept', 'reassigned')"

# Who came back, and on which day they were away last.
_BACK = """
back AS MATERIALIZED (
    SELECT a.person_id, max(a.last_day) AS last_day
    FROM accounts_absence a JOIN accounts_user gone ON gone.id = a.person_id
    WHERE a.cancelled_at IS NULL AND a.last_day < (%(now)s AT TIME ZONE gone.time_zone)::date
      AND a.last_day >= %(first_day)s
    GROUP BY a.person_id
)"""

# When a colleague handed it on by hand.
_HANDED = """LEFT JOIN LATERAL (
        SELECT max(told.at) AS at FROM clients_careevent told
        WHERE f.is_handed AND told.client_id = f.client_id AND told.kind = 'reassigned'
          AND told.subject_id = f.id AND told.at >= f.created_at
    ) handed ON true"""

# What the follow-up is about, in the house currency; nothing without a rate of the day.
_WORTH = r"""LEFT JOIN LATERAL (
        SELECT CASE WHEN f.facts ->> 'amount' ~ '^[0-9]+(\.[0-9]+)?$' THEN (f.facts ->> 'amount')::numeric END
               * CASE WHEN f.facts ->> 'currency' = %(house_currency)s THEN 1 ELSE (
                   SELECT r.rate FROM clients_exchangerate r
                   WHERE r.currency = f.facts ->> 'currency' AND r.valid_from <= %(today)s
                   ORDER BY r.valid_from DESC LIMIT 1) END AS amount
        WHERE f.facts ? 'amount' AND f.facts ? 'currency'
    ) worth ON true"""

# Open and late, nobody away who should do it; with whom it goes to. A manager's own goes to nobody below them.
_LATE = f"""
late AS MATERIALIZED (
    SELECT f.id, f.client_id, f.assignee_id, f.rule, f.kind, f.reason, f.facts, f.due_on, f.snoozes,
           c.segment = 'key' AS is_key, c.last_reached_on,
           (handed.at AT TIME ZONE %(zone)s)::date AS handed_on,
           greatest(f.due_on, c.last_reached_on, own.last_day, leads.last_day,
                    (handed.at AT TIME ZONE %(zone)s)::date, (lead.started_at AT TIME ZONE %(zone)s)::date)
               AS counted_from,
           (c.segment = 'key' OR f.rule = 'renewal' OR worth.amount >= %(limit)s)
               AND (cardinality(%(segments)s::text[]) = 0 OR c.segment = ANY(%(segments)s::text[]))
               AND (cardinality(%(tiers)s::text[]) = 0 OR tier.code = ANY(%(tiers)s::text[])) AS goes_up,
           coalesce(CASE WHEN person.role = 'account_manager' THEN nullif(above.senior_id, f.assignee_id) END,
                    nullif(above.manager_id, f.assignee_id), boss.id) AS senior_id,
           coalesce(nullif(above.manager_id, f.assignee_id), boss.id) AS manager_id
    FROM relationships_followup f
    JOIN clients_client c ON c.id = f.client_id AND c.status = 'active'
    JOIN accounts_user person ON person.id = f.assignee_id
    LEFT JOIN clients_assignment lead
        ON lead.client_id = f.client_id AND lead.role = 'lead' AND lead.ended_at IS NULL
    LEFT JOIN accounts_user keeper ON keeper.id = lead.user_id
    LEFT JOIN accounts_tier tier ON tier.id = keeper.tier_id
    LEFT JOIN above ON above.team_id = coalesce(person.team_id, keeper.team_id)
    LEFT JOIN back own ON own.person_id = f.assignee_id
    LEFT JOIN back leads ON leads.person_id = lead.user_id
    LEFT JOIN LATERAL (
        SELECT min(u.id) AS id FROM accounts_user u
        WHERE u.role = 'admin' AND u.is_active AND u.id <> f.assignee_id
    ) boss ON true
    {_HANDED}
    {_WORTH}
    WHERE f.status = 'open' AND f.due_on <= %(today)s AND {{follow_ups}}
      AND (f.due_on < %(key_senior_before)s OR f.snoozes >= {MOST_SNOOZES})
      AND f.rule NOT IN ({", ".join(f"'{rule}'" for rule in NEVER)})
      AND NOT EXISTS (SELECT FROM away WHERE away.person_id IN (f.assignee_id, lead.user_id))
)"""


def _step(step):
    """A row of VALUES: level, step, whether it is due, counted from which day, to whom."""
    level, to = STEPS.index(step) + 1, "senior_id" if step == "senior" else "manager_id"
    before = f"CASE WHEN late.is_key THEN %(key_{step}_before)s ELSE %({step}_before)s END"
    return f"({level}, '{step}', late.goes_up AND late.counted_from < {before}, late.counted_from, late.{to})"


# Put off twice and due again, with nothing done since that day: told on the day itself, of any client.
_SNOOZED = f"""(1, 'snoozed', late.snoozes >= {MOST_SNOOZES}
            AND (late.last_reached_on IS NULL OR late.last_reached_on < late.due_on)
            AND (late.handed_on IS NULL OR late.handed_on <= late.due_on), late.due_on, late.senior_id)"""

# The steps that are due and neither run nor were decided. Where one person would be told of several at once, as after
# a downtime, the highest stands for the others, then and later; also where a manager has passed the offer on.
_DUE = f"""
due AS MATERIALIZED (
    SELECT late.*, step.level, step.name AS step, step.since, step.to_id
    FROM late CROSS JOIN LATERAL (VALUES
        {_SNOOZED},
        {", ".join(_step(step) for step in BY_DAYS)}
    ) step(level, name, is_due, since, to_id)
    WHERE step.is_due AND step.to_id IS NOT NULL AND NOT EXISTS (
        SELECT FROM relationships_escalation e
        WHERE e.follow_up_id = late.id AND (
            e.step = step.name AND e.ended_at IS NULL
            OR e.counted_from = step.since AND (e.ended_at IS NULL OR e."end" IN {_DECIDED})
                AND (e.step = step.name OR {_LEVEL.format("e.step")} > step.level
                     AND (e.to_id = step.to_id OR step.name = 'manager'))))
)"""

# Why what runs is over; NULL where it is not. A new lead begins anew with everything of the client.
_OVER = f"""
over AS MATERIALIZED (
    SELECT e.id, CASE
        WHEN f.status <> 'open' THEN 'settled'
        WHEN lead.started_at > e.at THEN 'reassigned'
        WHEN c.last_reached_on > e.counted_from
             OR e.step = 'snoozed' AND c.last_reached_on = e.counted_from THEN 'touched'
        WHEN f.due_on > e.counted_from OR handed.at > e.at THEN 'moved' END AS why
    FROM relationships_escalation e
    JOIN relationships_followup f ON f.id = e.follow_up_id
    JOIN clients_client c ON c.id = e.client_id
    LEFT JOIN clients_assignment lead
        ON lead.client_id = e.client_id AND lead.role = 'lead' AND lead.ended_at IS NULL
    {_HANDED}
    WHERE e.ended_at IS NULL AND {{escalations}}
)"""

_ABOUT = """'follow_up', jsonb_build_object(
            'rule', f.rule, 'kind', f.kind, 'reason', f.reason, 'facts', f.facts)"""

_SELECTED = f"WITH {AWAY}, {_BACK}, {TEAMS}, {_LATE}, {_DUE}"

_FIND = f"""{_SELECTED}, {_OVER}
SELECT client_id FROM due
UNION SELECT e.client_id FROM over JOIN relationships_escalation e ON e.id = over.id WHERE over.why IS NOT NULL
ORDER BY client_id"""

_FIND_OVER = f"""WITH {_OVER}
SELECT DISTINCT e.client_id FROM over JOIN relationships_escalation e ON e.id = over.id
WHERE over.why IS NOT NULL ORDER BY e.client_id"""

_OPEN = f"""{_SELECTED}, {CALENDAR}, chosen AS (
    SELECT DISTINCT ON (due.id, due.to_id) * FROM due ORDER BY due.id, due.to_id, due.level DESC
), written AS (
    INSERT INTO relationships_escalation (follow_up_id, client_id, step, to_id, counted_from, at, "end")
    SELECT id, client_id, step, to_id, since, %(now)s, '' FROM chosen ORDER BY id, level
    ON CONFLICT (follow_up_id, step, counted_from) DO UPDATE
        SET at = EXCLUDED.at, to_id = EXCLUDED.to_id, ended_at = NULL, "end" = ''
        WHERE relationships_escalation.ended_at IS NOT NULL AND relationships_escalation."end" NOT IN {_DECIDED}
    RETURNING follow_up_id, to_id
), told AS (
    INSERT INTO clients_careevent (client_id, kind, at, subject_id, facts)
    SELECT f.client_id, 'escalated', %(now)s, f.id, jsonb_strip_nulls(jsonb_build_object(
        'step', f.step, 'to', above.name, 'whose', whose.name, 'days',
        (SELECT passed FROM cal)[%(today)s::date - %(first_day)s::date + 1]
            - (SELECT passed FROM cal)[f.since - %(first_day)s::date + 1], {_ABOUT}))
    FROM due f
    JOIN written ON written.follow_up_id = f.id AND written.to_id = f.to_id
    JOIN accounts_user above ON above.id = f.to_id
    JOIN accounts_user whose ON whose.id = f.assignee_id
    ORDER BY f.id, f.level
)
SELECT count(*) FROM written"""

_END = f"""WITH {_OVER}, ended AS (
    UPDATE relationships_escalation e SET ended_at = %(now)s, "end" = over.why
    FROM over WHERE e.id = over.id AND over.why IS NOT NULL AND e.ended_at IS NULL
    RETURNING e.follow_up_id, e.step, e.to_id, e."end"
), told AS (
    INSERT INTO clients_careevent (client_id, kind, at, subject_id, facts)
    SELECT f.client_id, 'escalation_ended', %(now)s, f.id, jsonb_build_object(
        'steps', gone.steps, 'to', gone.names, 'end', gone."end", {_ABOUT})
    FROM (
        SELECT ended.follow_up_id, ended."end", jsonb_agg(ended.step) AS steps,
               string_agg(DISTINCT above.name, ', ') AS names
        FROM ended JOIN accounts_user above ON above.id = ended.to_id GROUP BY ended.follow_up_id, ended."end"
    ) gone JOIN relationships_followup f ON f.id = gone.follow_up_id
    ORDER BY f.id
)
SELECT count(*) FROM ended"""


def _limited(sql, scope):
    return sql.format(follow_ups=scope.format(id="f.client_id"), escalations=scope.format(id="e.client_id"))


FIND, FIND_OVER = _limited(_FIND, EVERYONE), _limited(_FIND_OVER, EVERYONE)
OPEN, END = _limited(_OPEN, BY_IDS), _limited(_END, BY_IDS)
