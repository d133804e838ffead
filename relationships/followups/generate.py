"""Cadence follow-ups of the whole book, kept as the rules say: one open for each active client with a lead.

PostgreSQL does the work in ranges of client numbers, each range a transaction of its own. What has to change is found
first; those clients are locked (one that somebody else holds is left to the next run); only then is the change worked
out and written, so that a contact logged meanwhile is never overwritten. A run that finds nothing to change writes
nothing, and two runs at once do the work once. The partial unique index has the last word.

The SQL repeats `rules.cadence_due_on` and `rules.first_contact_due_on`; a test compares them on made-up books.
"""

import datetime
import json
from dataclasses import dataclass
from functools import lru_cache

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from accounts import working_time
from relationships.models import ScoringModel
from relationships.services.follow_ups import refresh_next_follow_up

CLIENTS_A_STEP = 20_000
# Due days outside the calendar stay where they are: three years late, nobody minds a Sunday.
CALENDAR_DAYS_BACK, CALENDAR_DAYS_AHEAD = 3 * 366, 2 * 366

# Whether the follow-up's day is to be worked out anew: after another contact always, after another cadence or segment
# unless somebody has moved it by hand.
DUE_ANEW = """(
    {old} ->> 'last_reached_on' IS DISTINCT FROM {new_reached}::text
    OR (NOT {old} ? 'moved_from' AND {old} ->> 'contact_due_on' IS DISTINCT FROM {new_due}::text))"""

# The clients of a range that should have one, for whom and from which day, where that differs from what is there.
# Health keeps contact_due_on; until it has seen a client, the accepted silence of the segment stands in.
DIFFERS = f"""
WITH led AS (
    SELECT c.id AS client_id, lead.user_id AS assignee_id, c.last_reached_on, managed.since,
           coalesce(c.contact_due_on,
                    coalesce(c.last_reached_on, managed.since)
                    + (%(cadence_days)s::jsonb ->> c.segment)::int) AS contact_due_on
    FROM clients_client c
    JOIN clients_assignment lead ON lead.client_id = c.id AND lead.role = 'lead' AND lead.ended_at IS NULL
    CROSS JOIN LATERAL (  -- asked only of those who were never reached
        SELECT (min(earliest.started_at) AT TIME ZONE %(zone)s)::date AS since
        FROM clients_assignment earliest
        WHERE earliest.client_id = c.id AND earliest.role = 'lead' AND c.last_reached_on IS NULL
    ) managed
    WHERE c.status = 'active' AND {{clients}} AND {{leads}}
), differs AS (
    SELECT led.* FROM led
    LEFT JOIN LATERAL (  -- by its unique index; a plain join goes wrong in a run that fills an empty table
        SELECT * FROM relationships_followup f
        WHERE f.client_id = led.client_id AND f.rule = 'cadence' AND f.reason = '' AND f.subject_id = 0
          AND f.status = 'open' LIMIT 1
    ) f ON true
    WHERE f.id IS NULL OR f.assignee_id <> led.assignee_id
       OR {DUE_ANEW.format(old="f.facts", new_reached="led.last_reached_on", new_due="led.contact_due_on")}
)
"""

# Open ones whose client is lost or has no lead any more.
SPENT = """
SELECT f.client_id FROM relationships_followup f JOIN clients_client c ON c.id = f.client_id
WHERE f.rule = 'cadence' AND f.status = 'open' AND {follow_ups}
  AND (c.status <> 'active' OR NOT EXISTS (
      SELECT FROM clients_assignment lead
      WHERE lead.client_id = c.id AND lead.role = 'lead' AND lead.ended_at IS NULL))
"""

LOCK = f"""
{DIFFERS}, found AS (
    SELECT client_id, false AS is_spent FROM differs UNION ALL SELECT client_id, true FROM ({SPENT}) spent
)
SELECT c.id, found.is_spent FROM clients_client c JOIN found ON found.client_id = c.id
ORDER BY c.id FOR NO KEY UPDATE OF c SKIP LOCKED
"""

UPSERT = f"""
{DIFFERS}
INSERT INTO relationships_followup
    (client_id, assignee_id, kind, due_on, rule, reason, subject_id, facts, status, created_at)
SELECT d.client_id, d.assignee_id, 'call',
       coalesce(CASE WHEN d.last_reached_on IS NULL THEN day.first
                     WHEN day.before > d.last_reached_on THEN day.before
                     ELSE day.after END, d.contact_due_on),
       'cadence', '', 0,
       jsonb_build_object(
           'cadence_days', d.contact_due_on - coalesce(d.last_reached_on, d.since),
           'last_reached_on', d.last_reached_on, 'contact_due_on', d.contact_due_on, 'managed_since', d.since),
       'open', %(now)s
FROM differs d
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
ON CONFLICT (client_id, rule, reason, subject_id) WHERE status = 'open' DO UPDATE SET
    assignee_id = EXCLUDED.assignee_id,
    due_on = CASE WHEN {{anew}} THEN EXCLUDED.due_on ELSE relationships_followup.due_on END,
    facts = CASE WHEN {{anew}} THEN EXCLUDED.facts ELSE relationships_followup.facts END
RETURNING xmax = 0
"""
ANEW = DUE_ANEW.format(
    old="relationships_followup.facts",
    new_reached="(EXCLUDED.facts ->> 'last_reached_on')",
    new_due="(EXCLUDED.facts ->> 'contact_due_on')",
)

CLOSE = f"""
UPDATE relationships_followup SET status = 'closed', closed_at = %(now)s
WHERE rule = 'cadence' AND status = 'open' AND client_id IN ({SPENT})
"""

# Which clients: each table is limited by itself, so that a table whose statistics are behind is never read whole.
BY_RANGE = "{id} >= %(low)s AND {id} < %(high)s"
BY_IDS = "{id} = ANY(%(ids)s)"


@dataclass
class Generated:
    """How many cadence follow-ups a run opened, changed (day or person) and closed."""

    opened: int = 0
    changed: int = 0
    closed: int = 0


def generate_cadence_follow_ups(client_ids=None):
    """Brings the cadence follow-ups of these clients (None: all) up to date; returns what was done.

    Each range of clients is a transaction with at most 5 statements, 1 when nothing has changed.
    """
    done = Generated()
    values = _values()
    if client_ids is not None:
        _bring_up_to_date(BY_IDS, values | {"ids": list(client_ids)}, done)
        return done
    for low in _steps():
        _bring_up_to_date(BY_RANGE, values | {"low": low, "high": low + CLIENTS_A_STEP}, done)
    return done


def _values():
    today = timezone.localdate(timezone=timezone.get_default_timezone())
    return {
        "now": timezone.now(),
        "today": today,
        "zone": settings.TIME_ZONE,
        "cadence_days": json.dumps(ScoringModel.objects.current().spec["cadence_days"]),
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


def _steps():
    with connection.cursor() as cursor:
        cursor.execute("SELECT min(id), max(id) FROM clients_client")
        low, high = cursor.fetchone()
    return [] if low is None else range(low, high + 1, CLIENTS_A_STEP)


@transaction.atomic
def _bring_up_to_date(scope, values, done):
    with connection.cursor() as cursor:
        cursor.execute(_limited(LOCK, scope), values)
        locked = cursor.fetchall()
        wanted, spent = ([pk for pk, is_spent in locked if is_spent == which] for which in (False, True))
        if wanted:
            cursor.execute(_limited(UPSERT, BY_IDS), values | {"ids": wanted})
            inserted = [row[0] for row in cursor.fetchall()]
            done.opened += sum(inserted)
            done.changed += len(inserted) - sum(inserted)
        if spent:
            cursor.execute(_limited(CLOSE, BY_IDS), values | {"ids": spent})
            done.closed += cursor.rowcount
    if locked:
        refresh_next_follow_up(wanted + spent)


def _limited(sql, scope):
    return sql.format(
        clients=scope.format(id="c.id"),
        leads=scope.format(id="lead.client_id"),
        follow_ups=scope.format(id="f.client_id"),
        anew=ANEW,
    )
