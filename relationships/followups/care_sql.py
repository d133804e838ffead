"""The statements behind the follow-ups of care: what is wanted against what is there, and writing the difference.

`finding` names the clients for whom something has to change; `writing` opens, moves, hands on and closes in one
statement. Both limit every table to the clients of a scope, see `care_select.wished`.
"""

from relationships.followups.care_calendar import CALENDAR, due_on
from relationships.followups.care_rules import CARE_RULES
from relationships.followups.care_select import wished

_RULES = ", ".join(f"'{rule}'" for rule in CARE_RULES)

# Who stands above whom: for each team the senior and the manager, own or of the region, who are active. The senior's
# tier says what they may grant.
_TEAMS = """
above AS MATERIALIZED (
    SELECT team.id AS team_id, senior.id AS senior_id, tier.max_discount_percent AS senior_discount,
           tier.max_payment_days AS senior_days,
           (SELECT boss.id FROM accounts_team near JOIN accounts_user boss ON boss.id = near.manager_id
            WHERE near.region = team.region AND boss.is_active AND boss.role IN ('manager', 'admin')
            ORDER BY near.id <> team.id, near.id LIMIT 1) AS manager_id
    FROM accounts_team team
    LEFT JOIN accounts_user senior
        ON senior.id = team.lead_id AND senior.is_active AND senior.role IN ('account_manager', 'admin')
    LEFT JOIN accounts_tier tier ON tier.id = senior.tier_id
)"""

# Active clients with a lead. `keeper`: the lead, or who stands above one who has left Tend. `collector`: who collects
# money, for an RM never the RM but finance of the account team, else an account manager in support, else who is above.
_LED = """
led AS MATERIALIZED (
    SELECT c.id AS client_id, nullif(above.senior_id, person.id) AS senior_id, above.manager_id,
           above.senior_discount, above.senior_days,
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

# The person named, where they are active and may change the client, as accounts.access and clients.querysets say.
_ABLE = """LEFT JOIN LATERAL (
        SELECT u.id FROM accounts_user u
        WHERE w.whom = 'person' AND u.id = w.person_id AND u.id <> w.keeper_id
          AND u.is_active AND (u.role = 'admin' OR u.role <> 'department' AND EXISTS (
              SELECT FROM clients_assignment a JOIN accounts_user served ON served.id = a.user_id
              LEFT JOIN accounts_team team ON team.id = served.team_id
              WHERE a.client_id = w.client_id AND a.started_at <= %(now)s
                AND (a.ended_at IS NULL OR a.ended_at > %(now)s)
                AND (served.id = u.id OR u.role = 'account_manager' AND team.lead_id = u.id
                     OR u.role = 'manager' AND team.region IN (
                         SELECT region FROM accounts_team WHERE manager_id = u.id))))
    ) able ON true"""

# What the rules ask for, beside who leads the client: a full join, since that is never done row by row, however wrong
# the planner's idea of the rows is.
_PLACED = """
placed AS MATERIALIZED (
    SELECT w.*, led.client_id AS led_client_id, led.keeper_id, led.collector_id, led.senior_id, led.manager_id
    FROM ({wished}) w FULL JOIN led ON led.client_id = w.client_id
)"""

# What is to be open. Not what a person has done or dropped in the same situation.
_WANTED = f"""
wanted AS (
    SELECT w.client_id, w.rule, w.subject_id, w.kind, its.assignee_id, {due_on("w.day", "w.shift")} AS due_on,
           jsonb_strip_nulls(w.facts || jsonb_build_object('key', w.key)) AS facts
    FROM placed w
    {_ABLE}
    CROSS JOIN LATERAL (
        SELECT CASE w.whom
            WHEN 'lead' THEN w.keeper_id
            WHEN 'person' THEN coalesce(able.id, w.keeper_id)
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
)"""

# Another situation counts anew; in the same one a day that a person chose stays, and only what changed is written.
# What is there without being wanted comes out of the full join without a rule.
_STAYS = "{old}.facts ? 'moved_from' AND {old}.facts ->> 'key' = {new}.facts ->> 'key'"
_DIFFERS = f"""
differs AS MATERIALIZED (
    SELECT f.id AS spent_id, coalesce(w.client_id, f.client_id) AS client_id, w.rule, w.subject_id, w.kind,
           w.assignee_id, w.due_on, w.facts
    FROM wanted w
    FULL JOIN (
        SELECT * FROM relationships_followup f
        WHERE f.status = 'open' AND f.rule IN ({_RULES}) AND f.reason = '' AND {{follow_ups}}
    ) f ON f.client_id = w.client_id AND f.rule = w.rule AND f.subject_id = w.subject_id
    WHERE w.client_id IS NULL OR f.id IS NULL OR f.assignee_id <> w.assignee_id OR f.kind <> w.kind
       OR f.facts - 'moved_from' <> w.facts
       OR f.due_on <> w.due_on AND ({_STAYS.format(old="f", new="w")}) IS NOT TRUE
)"""
_COMPARED = f"WITH {CALENDAR}, {_TEAMS}, {_LED}, {_PLACED}, {_WANTED}, {_DIFFERS}"

_FIND = f"{_COMPARED} SELECT DISTINCT client_id FROM differs ORDER BY client_id"

_STAYS_HERE = _STAYS.format(old="relationships_followup", new="EXCLUDED")
_WRITE = f"""{_COMPARED}, written AS (
    INSERT INTO relationships_followup
        (client_id, assignee_id, kind, due_on, rule, reason, subject_id, facts, status, created_at)
    SELECT client_id, assignee_id, kind, due_on, rule, '', subject_id, facts, 'open', %(now)s
    FROM differs WHERE rule IS NOT NULL
    ON CONFLICT (client_id, rule, reason, subject_id) WHERE status = 'open' DO UPDATE SET
        assignee_id = EXCLUDED.assignee_id,
        kind = EXCLUDED.kind,
        due_on = CASE WHEN {_STAYS_HERE} THEN relationships_followup.due_on ELSE EXCLUDED.due_on END,
        facts = EXCLUDED.facts || CASE WHEN {_STAYS_HERE}
            THEN jsonb_build_object('moved_from', relationships_followup.facts -> 'moved_from') ELSE '{{{{}}}}' END
    RETURNING client_id, CASE WHEN xmax = 0 THEN 'opened' ELSE 'changed' END AS what
), closed AS (
    UPDATE relationships_followup f SET status = 'closed', closed_at = %(now)s
    FROM differs WHERE differs.rule IS NULL AND f.id = differs.spent_id AND f.status = 'open'
    RETURNING f.client_id, 'closed' AS what
)
SELECT * FROM written UNION ALL SELECT * FROM closed
"""

# Which clients: each table is limited by itself, so that a table whose statistics are behind is never read whole.
BY_RANGE = "{id} >= %(low)s AND {id} < %(high)s"
BY_IDS = "{id} = ANY(%(ids)s)"


def finding(scope):
    """Finds the clients of `scope` for whom something is to change. Writes and locks nothing."""
    return _limited(_FIND, scope)


def writing(scope):
    """Writes what is to change for the clients of `scope`; a row (client, opened, changed or closed) for each."""
    return _limited(_WRITE, scope)


def _limited(sql, scope):
    return sql.format(
        wished=wished(scope),
        clients=scope.format(id="c.id"),
        leads=scope.format(id="lead.client_id"),
        follow_ups=scope.format(id="f.client_id"),
    )
