"""The statements behind the follow-ups of care: what is wanted against what is there, and writing the difference.

`finding` names the clients for whom something has to change; `writing` opens, moves, hands on and closes in one
statement; `previewing` tells what a run would ask for. Each limits every table to the clients of a scope, see
`care_select.wished`.
"""

from relationships.followups.care_calendar import CALENDAR, due_on
from relationships.followups.care_rules import CARE_RULES, PLANNED_RULES
from relationships.followups.care_select import wished
from relationships.followups.cover_sql import AWAY, RUNS, may_change
from relationships.followups.firing import FIRING

# The rules that are on, each with the segments and tiers it is for: empty for all.
OBEYED = """
obeyed AS MATERIALIZED (
    SELECT * FROM jsonb_to_recordset(%(rules)s::jsonb) AS r(rule varchar, segments text[], tiers text[])
)"""


def obeyed_for(segment, tier):
    """A condition on a row of `obeyed`: it is for clients of this segment whose lead has this tier."""
    return f"""(obeyed.segments = '{{{{}}}}' OR {segment} = ANY(obeyed.segments))
        AND (obeyed.tiers = '{{{{}}}}' OR {tier} = ANY(obeyed.tiers))"""


_PLANNED = ", ".join(f"'{rule}'" for rule in PLANNED_RULES)
_RULES = ", ".join(f"'{rule}'" for rule in CARE_RULES)


# A substitute has the clients of who is away, not those of their team: what goes up goes past whoever is away.
_IS_HERE = f"NOT EXISTS (SELECT FROM accounts_absence a WHERE a.person_id = {{who}}.id AND {RUNS})"


def _teams(those="true"):
    """Who stands above whom: for each team the senior and the manager, own or of the region, who are active and not
    away. The senior's tier says what they may grant."""
    return f"""
regions AS MATERIALIZED (
    SELECT DISTINCT ON (team.region) team.region, boss.id AS boss_id FROM accounts_team team
    JOIN (
        SELECT u.id FROM accounts_user u
        WHERE u.id = ANY(ARRAY(SELECT DISTINCT manager_id FROM accounts_team)) AND u.is_active
          AND u.role IN ('manager', 'admin') AND {_IS_HERE.format(who="u")}
    ) boss ON boss.id = team.manager_id
    ORDER BY team.region, team.id
), above AS MATERIALIZED (
    SELECT team.id AS team_id, senior.id AS senior_id, tier.max_discount_percent AS senior_discount,
           tier.max_payment_days AS senior_days, coalesce(own.id, regions.boss_id) AS manager_id
    FROM accounts_team team
    LEFT JOIN accounts_user senior
        ON senior.id = team.lead_id AND senior.is_active AND senior.role IN ('account_manager', 'admin')
       AND {_IS_HERE.format(who="senior")}
    LEFT JOIN accounts_tier tier ON tier.id = senior.tier_id
    LEFT JOIN accounts_user own ON own.id = team.manager_id AND own.is_active AND own.role IN ('manager', 'admin')
       AND {_IS_HERE.format(who="own")}
    LEFT JOIN regions ON regions.region = team.region
    WHERE {those}
)"""


TEAMS = _teams()
# Those of the leads of the scope: another hundred would be joined to each client, where the planner expects few.
_THEIR_TEAMS = _teams("""team.id = ANY(ARRAY(
        SELECT DISTINCT person.team_id
        FROM clients_assignment lead JOIN accounts_user person ON person.id = lead.user_id
        WHERE lead.role = 'lead' AND lead.ended_at IS NULL AND {leads}))""")

# Active clients with a lead. `keeper`: the lead, or who stands above one who has left Tend. `collector`: who collects
# money, for an RM never the RM but finance of the account team, else an account manager in support, else who is above.
_LED = """
led AS MATERIALIZED (
    SELECT c.id AS client_id, c.segment, tier.code AS tier, nullif(above.senior_id, person.id) AS senior_id,
           above.manager_id, above.senior_discount, above.senior_days,
           CASE WHEN person.is_active AND person.role <> 'department' THEN person.id
                ELSE coalesce(above.senior_id, above.manager_id, boss.id) END AS keeper_id,
           CASE WHEN tier.code = 'rm'
                THEN coalesce(helper.id, nullif(above.senior_id, person.id), above.manager_id, boss.id)
                WHEN person.is_active AND person.role <> 'department' THEN person.id
                ELSE coalesce(above.senior_id, above.manager_id, boss.id) END AS collector_id
    FROM clients_client c
    JOIN clients_assignment lead ON lead.client_id = c.id AND lead.role = 'lead' AND lead.ended_at IS NULL
    JOIN accounts_user person ON person.id = lead.user_id
    LEFT JOIN accounts_tier tier ON tier.id = person.tier_id
    LEFT JOIN above ON above.team_id = person.team_id
    CROSS JOIN (SELECT min(id) AS id FROM accounts_user WHERE role = 'admin' AND is_active) boss
    LEFT JOIN LATERAL (
        SELECT mate.id FROM clients_assignment serving JOIN accounts_user mate ON mate.id = serving.user_id
        LEFT JOIN accounts_tier own ON own.id = mate.tier_id
        WHERE tier.code = 'rm' AND serving.client_id = c.id AND serving.role IN ('finance', 'support')
          AND serving.started_at <= %(now)s AND (serving.ended_at IS NULL OR serving.ended_at > %(now)s)
          AND mate.is_active AND mate.role <> 'department' AND own.code IS DISTINCT FROM 'rm'
        ORDER BY serving.role, serving.id LIMIT 1  -- finance first
    ) helper ON true
    WHERE c.status = 'active' AND {clients} AND {leads}
)"""

# What the rules ask for, beside who leads the client: a full join, since that is never done row by row, however wrong
# the planner's idea of the rows is.
_PLACED = """
placed AS MATERIALIZED (
    SELECT w.*, led.client_id AS led_client_id, led.segment, led.tier, led.keeper_id, led.collector_id,
           led.senior_id, led.manager_id
    FROM ({wished}) w FULL JOIN led ON led.client_id = w.client_id
)"""

# What is to be open. Not what a person has done or dropped in the same situation. A person named is asked where they
# may change the client.
_WANTED = f"""
asked AS MATERIALIZED (
    SELECT w.client_id, w.rule, w.subject_id, w.kind, its.assignee_id,
           greatest({due_on("w.day", "w.shift")}, CASE WHEN w.made_on IS NOT NULL THEN least(w.day, w.made_on) END)
               AS due_on,
           jsonb_strip_nulls(w.facts || jsonb_build_object('key', w.key)) AS facts
    FROM placed w
    JOIN obeyed ON obeyed.rule = w.rule AND {obeyed_for("w.segment", "w.tier")}
    CROSS JOIN LATERAL (
        SELECT CASE w.whom
            WHEN 'lead' THEN w.keeper_id
            WHEN 'person' THEN CASE WHEN w.person_id <> w.keeper_id AND {may_change("w.person_id", "w.client_id")}
                               THEN w.person_id ELSE w.keeper_id END
            WHEN 'collector' THEN w.collector_id
            WHEN 'above the collector' THEN coalesce(w.senior_id, w.manager_id, w.collector_id)
            WHEN 'senior' THEN coalesce(w.senior_id, w.manager_id, w.keeper_id)
            WHEN 'manager' THEN coalesce(w.manager_id, w.senior_id, w.keeper_id)
            WHEN 'decider' THEN w.person_id END AS assignee_id
    ) its
    WHERE w.client_id IS NOT NULL AND w.led_client_id IS NOT NULL AND its.assignee_id IS NOT NULL
      AND coalesce((
          SELECT false FROM relationships_followup done
          WHERE done.client_id = w.client_id AND done.rule = w.rule AND done.subject_id = w.subject_id
            AND done.status IN ('done', 'cancelled') AND done.facts ->> 'key' = w.key
            AND (w.since IS NULL OR (done.closed_at AT TIME ZONE %(zone)s)::date >= w.since) LIMIT 1
      ), true)
), wanted AS (
    SELECT * FROM asked
    WHERE rule <> 'no_next_step'
       OR client_id NOT IN (SELECT planned.client_id FROM asked planned WHERE planned.rule IN ({_PLANNED}))
)"""

# What is open now. One that somebody gave to its assignee stays theirs while they may change the client.
_OPEN = f"""(
        SELECT f.*, CASE WHEN f.is_handed THEN {may_change("f.assignee_id", "f.client_id")} ELSE false END AS is_kept
        FROM relationships_followup f
        WHERE f.status = 'open' AND f.rule IN ({_RULES}) AND f.reason = '' AND {{follow_ups}}
    )"""

# Another situation counts anew; in the same one a day that a person chose stays, and only what changed is written.
# What is there without being wanted comes out of the full join without a rule.
_STAYS = "{old}.facts ? 'moved_from' AND {old}.facts ->> 'key' = {new}.facts ->> 'key'"
# What people left among the facts.
_OF_PEOPLE = "ARRAY['moved_from', 'unsettled_by']"
_DIFFERS = f"""
differs AS MATERIALIZED (
    SELECT f.id AS spent_id, f.rule AS spent_rule, coalesce(w.client_id, f.client_id) AS client_id, w.rule,
           w.subject_id, w.kind, CASE WHEN f.is_kept THEN f.assignee_id ELSE w.assignee_id END AS assignee_id,
           coalesce(f.is_kept, false) AS is_handed, w.due_on, w.facts
    FROM wanted w
    FULL JOIN {_OPEN} f ON f.client_id = w.client_id AND f.rule = w.rule AND f.subject_id = w.subject_id
    WHERE w.client_id IS NULL OR f.id IS NULL OR f.kind <> w.kind OR f.is_handed <> f.is_kept
       OR f.assignee_id <> w.assignee_id AND NOT f.is_kept
       OR f.facts - {_OF_PEOPLE} <> w.facts
       OR f.due_on <> w.due_on AND ({_STAYS.format(old="f", new="w")}) IS NOT TRUE
)"""
_ASKED = f"WITH {CALENDAR}, {AWAY}, {OBEYED}, {_THEIR_TEAMS}, {_LED}, {_PLACED}, {_WANTED}"
_COMPARED = f"{_ASKED}, {_DIFFERS}"

_FIND = f"{_COMPARED} SELECT DISTINCT client_id FROM differs ORDER BY client_id"

_SAME_HERE = "relationships_followup.facts ->> 'key' = EXCLUDED.facts ->> 'key'"
_STAYS_HERE = _STAYS.format(old="relationships_followup", new="EXCLUDED")
_WRITE = f"""{_COMPARED}, written AS (
    INSERT INTO relationships_followup
        (client_id, assignee_id, is_handed, kind, due_on, rule, reason, subject_id, facts, status, created_at)
    SELECT client_id, assignee_id, is_handed, kind, due_on, rule, '', subject_id, facts, 'open', %(now)s
    FROM differs WHERE rule IS NOT NULL
    ON CONFLICT (client_id, rule, reason, subject_id) WHERE status = 'open' DO UPDATE SET
        assignee_id = EXCLUDED.assignee_id,
        is_handed = EXCLUDED.is_handed,
        kind = EXCLUDED.kind,
        snoozes = CASE WHEN {_SAME_HERE} THEN relationships_followup.snoozes ELSE 0 END,
        due_on = CASE WHEN {_STAYS_HERE} THEN relationships_followup.due_on ELSE EXCLUDED.due_on END,
        facts = EXCLUDED.facts || jsonb_strip_nulls(jsonb_build_object(
            'unsettled_by', relationships_followup.facts -> 'unsettled_by',
            'moved_from', CASE WHEN {_STAYS_HERE} THEN relationships_followup.facts -> 'moved_from' END))
    RETURNING client_id, CASE WHEN xmax = 0 THEN 'opened' ELSE 'changed' END AS what
), closed AS (
    UPDATE relationships_followup f
    SET status = 'closed', closed_at = %(now)s, facts = f.facts || jsonb_build_object('over', CASE
        WHEN led.client_id IS NULL THEN 'client'
        WHEN NOT EXISTS (
            SELECT FROM obeyed
            WHERE obeyed.rule = differs.spent_rule AND {obeyed_for("led.segment", "led.tier")}) THEN 'rule'
        ELSE 'condition' END)
    FROM differs LEFT JOIN led ON led.client_id = differs.client_id
    WHERE differs.rule IS NULL AND f.id = differs.spent_id AND f.status = 'open'
    RETURNING f.client_id, 'closed' AS what
)
SELECT * FROM written UNION ALL SELECT * FROM closed
"""

_PREVIEW = f"""{_ASKED}, expected AS (
    SELECT w.rule, w.client_id, w.subject_id, w.kind, w.facts, f.id IS NULL AS is_new,
           CASE WHEN f.is_kept THEN f.assignee_id ELSE w.assignee_id END AS assignee_id,
           CASE WHEN {_STAYS.format(old="f", new="w")} THEN f.due_on ELSE w.due_on END AS due_on
    FROM wanted w
    LEFT JOIN {_OPEN} f ON f.client_id = w.client_id AND f.rule = w.rule AND f.subject_id = w.subject_id
), {FIRING}"""


def finding(scope):
    """Finds the clients of `scope` for whom something is to change. Writes and locks nothing."""
    return _limited(_FIND, scope)


def writing(scope):
    """Writes what is to change for the clients of `scope`; a row (client, opened, changed or closed) for each."""
    return _limited(_WRITE, scope)


def previewing(scope):
    """What a run would ask for, see FIRING. Writes and locks nothing."""
    return _limited(_PREVIEW, scope)


def _limited(sql, scope):
    return sql.format(
        wished=wished(scope),
        clients=scope.format(id="c.id"),
        leads=scope.format(id="lead.client_id"),
        follow_ups=scope.format(id="f.client_id"),
    )
