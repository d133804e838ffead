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

from relationships.followups import rules
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
    CROSS JOIN LATERAL (
        SELECT (min(earliest.started_at) AT TIME ZONE %(zone)s)::date AS since
        FROM clients_assignment earliest WHERE earliest.client_id = c.id AND earliest.role = 'lead'
    ) managed
    WHERE c.status = 'active' AND {{scope}}
), differs AS (
    SELECT led.* FROM led
    LEFT JOIN relationships_followup f
           ON f.client_id = led.client_id AND f.rule = 'cadence' AND f.reason = '' AND f.status = 'open'
    WHERE f.id IS NULL OR f.assignee_id <> led.assignee_id
       OR {DUE_ANEW.format(old="f.facts", new_reached="led.last_reached_on", new_due="led.contact_due_on")}
)
"""

# Open ones whose client is lost or has no lead any more.
SPENT = """
SELECT f.client_id FROM relationships_followup f JOIN clients_client c ON c.id = f.client_id
WHERE f.rule = 'cadence' AND f.status = 'open' AND {scope}
  AND (c.status <> 'active' OR NOT EXISTS (
      SELECT FROM clients_assignment lead
      WHERE lead.client_id = c.id AND lead.role = 'lead' AND lead.ended_at IS NULL))
"""

LOCK = f"""
SELECT id FROM clients_client
WHERE id IN (({DIFFERS} SELECT client_id FROM differs) UNION ALL ({SPENT}))
ORDER BY id FOR NO KEY UPDATE SKIP LOCKED
"""

UPSERT = f"""
{DIFFERS}, calendar AS (
    SELECT * FROM unnest(%(days)s::date[], %(before)s::date[], %(after)s::date[]) AS c(day, before, after)
)
INSERT INTO relationships_followup
    (client_id, assignee_id, kind, due_on, rule, reason, facts, status, created_at)
SELECT d.client_id, d.assignee_id, 'call',
       CASE WHEN d.last_reached_on IS NULL THEN coalesce(earliest.after, d.contact_due_on)
            WHEN due.before > d.last_reached_on THEN due.before
            ELSE coalesce(due.after, d.contact_due_on) END,
       'cadence', '',
       jsonb_build_object(
           'cadence_days', d.contact_due_on - coalesce(d.last_reached_on, d.since),
           'last_reached_on', d.last_reached_on, 'contact_due_on', d.contact_due_on, 'managed_since', d.since),
       'open', %(now)s
FROM differs d
CROSS JOIN LATERAL (
    SELECT 1 + (d.client_id %% greatest(1, d.contact_due_on - d.since))::int AS days
) spread
LEFT JOIN calendar due ON due.day = d.contact_due_on
LEFT JOIN calendar earliest ON earliest.day = spread.days
          + CASE WHEN d.since + spread.days >= %(today)s THEN d.since ELSE %(today)s END
ON CONFLICT (client_id, rule, reason) WHERE status = 'open' DO UPDATE SET
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

BY_RANGE = "c.id >= %(low)s AND c.id < %(high)s"
BY_IDS = "c.id = ANY(%(ids)s)"


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
    """Each day around `today` with the working days on or before and on or after it, as three columns."""
    first = today - datetime.timedelta(days=CALENDAR_DAYS_BACK)
    days = [first + n * rules.DAY for n in range(CALENDAR_DAYS_BACK + CALENDAR_DAYS_AHEAD)]
    return {
        "days": days,
        "before": [rules.working_day_on_or_before(day) for day in days],
        "after": [rules.working_day_on_or_after(day) for day in days],
    }


def _steps():
    with connection.cursor() as cursor:
        cursor.execute("SELECT min(id), max(id) FROM clients_client")
        low, high = cursor.fetchone()
    return [] if low is None else range(low, high + 1, CLIENTS_A_STEP)


@transaction.atomic
def _bring_up_to_date(scope, values, done):
    with connection.cursor() as cursor:
        cursor.execute(LOCK.format(scope=scope), values)
        ids = [row[0] for row in cursor.fetchall()]
        if not ids:
            return
        values = values | {"ids": ids}
        cursor.execute(UPSERT.format(scope=BY_IDS, anew=ANEW), values)
        inserted = [row[0] for row in cursor.fetchall()]
        done.opened += sum(inserted)
        done.changed += len(inserted) - sum(inserted)
        cursor.execute(CLOSE.format(scope=BY_IDS), values)
        done.closed += cursor.rowcount
    refresh_next_follow_up(ids)
