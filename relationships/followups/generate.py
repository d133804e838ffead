"""Cadence follow-ups of the whole book, kept as the rules say: one open for each active client with a lead for whom the
rule is on.

PostgreSQL does the work in ranges of client numbers, each range a transaction of its own. What has to change is found
first; those clients are locked (one that somebody else holds is left to the next run); only then is the change worked
out and written, so that a contact logged meanwhile is never overwritten. A run that finds nothing to change writes
nothing, and two runs at once do the work once. The partial unique index has the last word.

The SQL repeats `rules.cadence_due_on` and `rules.first_contact_due_on`; a test compares them on made-up books.
"""

import datetime
import json
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from accounts import working_time
from relationships.followups import catalog
from relationships.followups.care_sql import TEAMS
from relationships.followups.cover_sql import AWAY, may_change
from relationships.followups.firing import FIRING
from relationships.followups.ranges import BY_IDS, BY_RANGE, WHOLE, execute, ranges
from relationships.models import FollowUpRule, ScoringModel
from relationships.services.follow_ups import refresh_next_follow_up

# Due days outside the calendar stay where they are: three years late, nobody minds a Sunday.
CALENDAR_DAYS_BACK, CALENDAR_DAYS_AHEAD = 3 * 366, 2 * 366
CLIENTS_A_WRITE = 5_000  # they are locked meanwhile, and whoever wants to save waits

# Whether the follow-up's day is to be worked out anew: after another contact always, after another cadence or segment
# unless somebody has moved it by hand.
DUE_ANEW = """(
    {old} ->> 'last_reached_on' IS DISTINCT FROM {new_reached}::text
    OR (NOT {old} ? 'moved_from' AND {old} ->> 'contact_due_on' IS DISTINCT FROM {new_due}::text))"""

# Active clients with a lead, by whom and until when they are to be reached. `is_asked`: the rule is on and for them.
# Of a lead who has left Tend it is asked of who stands above them, as by the care rules; a subquery is only looked into
# for these. Health keeps contact_due_on; until it has seen a client, the accepted silence of the segment stands in.
LED = """
led AS (
    SELECT c.id AS client_id,
           CASE WHEN person.is_active AND person.role <> 'department' THEN person.id ELSE coalesce(
               (SELECT coalesce(above.senior_id, above.manager_id) FROM above WHERE above.team_id = person.team_id),
               (SELECT min(boss.id) FROM accounts_user boss WHERE boss.role = 'admin' AND boss.is_active),
               person.id) END AS lead_id,
           c.last_reached_on, managed.since,
           coalesce(c.contact_due_on,
                    coalesce(c.last_reached_on, managed.since)
                    + (%(cadence_days)s::jsonb ->> c.segment)::int) AS contact_due_on,
           %(is_on)s AND (%(segments)s::text[] = '{{}}' OR c.segment = ANY(%(segments)s))
           AND (%(tiers)s::text[] = '{{}}' OR EXISTS (
               SELECT FROM accounts_tier tier
               WHERE tier.id = person.tier_id AND tier.code = ANY(%(tiers)s))) AS is_asked
    FROM clients_client c
    JOIN clients_assignment lead ON lead.client_id = c.id AND lead.role = 'lead' AND lead.ended_at IS NULL
    JOIN accounts_user person ON person.id = lead.user_id
    CROSS JOIN LATERAL (  -- asked only of those who were never reached
        SELECT (min(earliest.started_at) AT TIME ZONE %(zone)s)::date AS since
        FROM clients_assignment earliest
        WHERE earliest.client_id = c.id AND earliest.role = 'lead' AND c.last_reached_on IS NULL
    ) managed
    WHERE c.status = 'active' AND {clients} AND {leads}
)"""

# One that somebody gave to its assignee stays theirs while they may change the client. A full join, since that is never
# done row by row, however wrong the planner's idea of the rows is.
COMPARED = f"""
compared AS (
    SELECT led.*, f.id AS spent_id, coalesce(led.client_id, f.client_id) AS of_client,
           coalesce(led.is_asked, false) AS is_wanted, f.is_kept, f.is_handed, f.facts, f.due_on AS old_due_on,
           f.assignee_id, CASE WHEN f.is_kept THEN f.assignee_id ELSE led.lead_id END AS new_assignee_id
    FROM led FULL JOIN (
        SELECT f.*,
               CASE WHEN f.is_handed THEN {may_change("f.assignee_id", "f.client_id")} ELSE false END AS is_kept
        FROM relationships_followup f
        WHERE f.rule = 'cadence' AND f.reason = '' AND f.subject_id = 0 AND f.status = 'open' AND {{follow_ups}}
    ) f ON f.client_id = led.client_id
), differs AS (
    SELECT * FROM compared
    WHERE NOT is_wanted AND spent_id IS NOT NULL OR is_wanted AND (
        spent_id IS NULL OR assignee_id <> new_assignee_id OR is_handed <> is_kept
        OR {DUE_ANEW.format(old="facts", new_reached="last_reached_on", new_due="contact_due_on")})
)"""
STATED = f"WITH {AWAY}, {TEAMS}, {LED}, {COMPARED}"
FIND = f"{STATED} SELECT of_client FROM differs ORDER BY of_client"
LOCK = "SELECT id FROM clients_client WHERE id = ANY(%s) ORDER BY id FOR NO KEY UPDATE SKIP LOCKED"

# The rows of a CTE with what follows for the due day.
DATED = """
SELECT d.*, 'call' AS kind,
       coalesce(CASE WHEN d.last_reached_on IS NULL THEN day.first
                     WHEN day.before > d.last_reached_on THEN day.before
                     ELSE day.after END, d.contact_due_on) AS due_on,
       jsonb_build_object(
           'cadence_days', d.contact_due_on - coalesce(d.last_reached_on, d.since),
           'last_reached_on', d.last_reached_on, 'contact_due_on', d.contact_due_on, 'managed_since', d.since
       ) AS new_facts
FROM {rows} d
CROSS JOIN LATERAL (
    SELECT 1 + (d.client_id %% greatest(1, d.contact_due_on - d.since))::int AS days
) spread
CROSS JOIN LATERAL (
    SELECT d.contact_due_on - %(first_day)s::date + 1 AS due,
           CASE WHEN d.since + spread.days >= %(today)s THEN d.since ELSE %(today)s END
           + spread.days - %(first_day)s::date + 1 AS earliest
) place
CROSS JOIN LATERAL (
    SELECT (%(before)s::date[])[place.due] AS before, (%(after)s::date[])[place.due] AS after,
           (%(after)s::date[])[place.earliest] AS first
) day
WHERE d.is_wanted"""

ANEW = DUE_ANEW.format(
    old="relationships_followup.facts",
    new_reached="(EXCLUDED.facts ->> 'last_reached_on')",
    new_due="(EXCLUDED.facts ->> 'contact_due_on')",
)
WRITE = f"""
{STATED}, dated AS ({DATED.format(rows="differs")}), written AS (
    INSERT INTO relationships_followup
        (client_id, assignee_id, is_handed, kind, due_on, rule, reason, subject_id, facts, status, created_at)
    SELECT client_id, new_assignee_id, coalesce(is_kept, false), kind, due_on, 'cadence', '', 0, new_facts, 'open',
           %(now)s
    FROM dated
    ON CONFLICT (client_id, rule, reason, subject_id) WHERE status = 'open' DO UPDATE SET
        assignee_id = EXCLUDED.assignee_id,
        is_handed = EXCLUDED.is_handed,
        snoozes = CASE WHEN {ANEW} THEN 0 ELSE relationships_followup.snoozes END,
        due_on = CASE WHEN {ANEW} THEN EXCLUDED.due_on ELSE relationships_followup.due_on END,
        facts = CASE WHEN {ANEW} THEN EXCLUDED.facts ELSE relationships_followup.facts END
    RETURNING CASE WHEN xmax = 0 THEN 'opened' ELSE 'changed' END AS what
), closed AS (
    UPDATE relationships_followup f
    SET status = 'closed', closed_at = %(now)s, facts = f.facts || jsonb_build_object(
        'over', CASE WHEN differs.client_id IS NULL THEN 'client' ELSE 'rule' END)
    FROM differs WHERE NOT differs.is_wanted AND f.id = differs.spent_id AND f.status = 'open'
    RETURNING 'closed' AS what
)
SELECT * FROM written UNION ALL SELECT * FROM closed"""

PREVIEW = f"""
{STATED}, dated AS ({DATED.format(rows="compared")}), expected AS (
    SELECT 'cadence' AS rule, client_id, 0 AS subject_id, kind, new_facts AS facts, spent_id IS NULL AS is_new,
           new_assignee_id AS assignee_id,
           CASE WHEN spent_id IS NOT NULL AND NOT
               {DUE_ANEW.format(old="facts", new_reached="last_reached_on", new_due="contact_due_on")}
                THEN old_due_on ELSE due_on END AS due_on
    FROM dated
), {FIRING}"""


@dataclass
class Generated:
    """How many cadence follow-ups a run opened, changed (day or person) and closed."""

    opened: int = 0
    changed: int = 0
    closed: int = 0


def generate_cadence_follow_ups(client_ids=None, *, share=WHOLE):
    """Brings the cadence follow-ups of these clients (None: all, or a `share` of them, see `ranges`) up to date;
    returns what was done.

    Each range of clients costs one statement when nothing has changed. What has, is written a few thousand clients at a
    time, each a transaction of three statements.
    """
    done, values = Generated(), values_of(catalog.setting_now(FollowUpRule.CADENCE))
    if client_ids is not None:
        _write_changes(sorted(client_ids), values, done)
        return done
    for bounds in ranges(share):
        ids = [client_id for (client_id,) in execute(limited(FIND, BY_RANGE), values | bounds)]
        for start in range(0, len(ids), CLIENTS_A_WRITE):
            _write_changes(ids[start : start + CLIENTS_A_WRITE], values, done)
    return done


def values_of(setting, today=None):
    """The parameters of the statements, for the rule as it is set and the day (today of the house)."""
    today = today or timezone.localdate(timezone=timezone.get_default_timezone())
    return {
        "now": timezone.now(),
        "today": today,
        "zone": settings.TIME_ZONE,
        "cadence_days": json.dumps(ScoringModel.objects.current().spec["cadence_days"]),
        "is_on": setting.is_on,
        "segments": list(setting.segments),
        "tiers": list(setting.tiers),
        **_calendar(today),
    }


@lru_cache(maxsize=2)
def _calendar(today):
    """For each day around `today`, counted from `first_day`, the working day on or before and on or after it."""
    first = today - datetime.timedelta(days=CALENDAR_DAYS_BACK)
    days = [first + n * working_time.DAY for n in range(CALENDAR_DAYS_BACK + CALENDAR_DAYS_AHEAD)]
    return {
        "first_day": first,
        "before": [working_time.working_day_on_or_before(day) for day in days],
        "after": [working_time.working_day_on_or_after(day) for day in days],
    }


def _write_changes(client_ids, values, done):
    """Locks the clients and writes what has to change for them; counts it in `done`."""
    with transaction.atomic(savepoint=False):
        ids = [client_id for (client_id,) in execute(LOCK, [client_ids])]
        written = execute(limited(WRITE, BY_IDS), values | {"ids": ids}) if ids else []
        if written:
            refresh_next_follow_up(ids)
    counted = Counter(what for (what,) in written)
    done.opened += counted["opened"]
    done.changed += counted["changed"]
    done.closed += counted["closed"]


def limited(sql, scope):
    """The statement for the clients of a scope."""
    return sql.format(
        clients=scope.format(id="c.id"),
        leads=scope.format(id="lead.client_id"),
        follow_ups=scope.format(id="f.client_id"),
    )
