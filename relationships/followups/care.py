"""Follow-ups of the care after the signature, made, moved, handed on and closed by rule.

At most one is open for each client, rule and subject. What the rules want is one SELECT (`care_select`); a statement
compares it with what is there and writes the difference (`care_sql`). What a person marked done stays done until the
situation is another one, which `facts["key"]` names; a day that a person chose stays until then. Facts that change
nothing else, such as the sum overdue, are brought up to date in place.
"""

import functools
from collections import Counter
from dataclasses import dataclass

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from relationships.followups import care_rules
from relationships.followups.care_calendar import calendar
from relationships.followups.care_sql import BY_IDS, BY_RANGE, finding, writing
from relationships.services.follow_ups import refresh_next_follow_up

CLIENTS_A_STEP = 20_000
CLIENTS_A_WRITE = 1_000  # they are locked meanwhile, and whoever wants to save waits
LOCK = "SELECT id FROM clients_client WHERE id = ANY(%s) ORDER BY id FOR NO KEY UPDATE SKIP LOCKED"

_find = functools.cache(lambda: finding(BY_RANGE))
_write = functools.cache(lambda: writing(BY_IDS))


@dataclass
class Refreshed:
    """How many follow-ups of the care rules a run opened, changed (day, person or facts) and closed."""

    opened: int = 0
    changed: int = 0
    closed: int = 0


def refresh_care_follow_ups(client_ids=None):
    """Brings the follow-ups of every care rule up to date for these clients (None: all); returns what was done.

    Runs in the transaction of a change, whose client is locked already, or by itself. Named clients cost two statements
    and a third where something changed; all of them one for each range of clients, and those three for each thousand
    clients with something to change. What has to change is worked out anew behind the clients' locks; a client that
    somebody else holds is left to the next run, and two runs at once do the work once.
    """
    done, limits = Refreshed(), _limits()
    if client_ids is not None:
        _write_changes(sorted(client_ids), limits, done)
        return done
    for low in _steps():
        found = _execute(_find(), limits | {"low": low, "high": low + CLIENTS_A_STEP})
        ids = [client_id for (client_id,) in found]
        for start in range(0, len(ids), CLIENTS_A_WRITE):
            _write_changes(ids[start : start + CLIENTS_A_WRITE], limits, done)
    return done


def _limits():
    """The parameters of the statements: now, today, and what the rules make of it."""
    today = timezone.localdate(timezone=timezone.get_default_timezone())
    return {
        "now": timezone.now(),
        "today": today,
        "zone": settings.TIME_ZONE,
        "accept_shift": care_rules.ACCEPTANCE_WORKING_DAYS,
        "senior_shift": care_rules.SENIOR_AFTER_WORKING_DAYS,
        "manager_shift": care_rules.MANAGER_AFTER_WORKING_DAYS,
        "satisfaction_shift": care_rules.SATISFACTION_WORKING_DAYS,
        "advice_days": care_rules.ADVICE_ANSWER_DAYS,
        **care_rules.limits_of(today),
        **calendar(today),
    }


def _steps():
    low, high = _execute("SELECT min(id), max(id) FROM clients_client")[0]
    return [] if low is None else range(low, high + 1, CLIENTS_A_STEP)


def _write_changes(client_ids, limits, done):
    """Locks the clients and writes what has to change for them; counts it in `done`."""
    with transaction.atomic(savepoint=False):
        ids = [client_id for (client_id,) in _execute(LOCK, [client_ids])]
        written = _execute(_write(), limits | {"ids": ids}) if ids else []
        changed = sorted({client_id for client_id, _what in written})
        if changed:
            refresh_next_follow_up(changed)
    counted = Counter(what for _client_id, what in written)
    done.opened += counted["opened"]
    done.changed += counted["changed"]
    done.closed += counted["closed"]


def _execute(sql, params=None):
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.fetchall()
