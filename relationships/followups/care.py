"""Follow-ups of the care after the signature, made, moved, handed on and closed by rule.

At most one is open for each client, rule and subject. What the rules want is one SELECT (`care_select`); a statement
compares it with what is there and writes the difference (`care_sql`). What a person marked done stays done until the
situation is another one, which `facts["key"]` names; a day that a person chose stays until then, and so does whom a
person gave it to, while they may work on the client. Facts that change nothing else, such as the sum overdue, are
brought up to date in place. How each rule is set (`catalog`) travels with the statements.
"""

import datetime
import functools
import json
from collections import Counter
from dataclasses import dataclass

from django.conf import settings as django_settings
from django.db import transaction
from django.utils import timezone

from accounts.working_time import house_zone
from clients.models import Client
from relationships.followups import care_rules, catalog, generate
from relationships.followups.care_calendar import calendar
from relationships.followups.care_sql import finding, previewing, writing
from relationships.followups.firing import Preview, collect
from relationships.followups.ranges import BY_IDS, BY_RANGE, CLIENTS_A_RANGE, WHOLE, execute, ranges
from relationships.models import FollowUpRule
from relationships.services.follow_ups import refresh_next_follow_up

CLIENTS_A_WRITE = 1_000  # they are locked meanwhile, and whoever wants to save waits
LOCK = "SELECT id FROM clients_client WHERE id = ANY(%s) ORDER BY id FOR NO KEY UPDATE SKIP LOCKED"

_find = functools.cache(finding)
_write = functools.cache(lambda: writing(BY_IDS))


@dataclass
class Refreshed:
    """How many follow-ups of the care rules a run opened, changed (day, person or facts) and closed."""

    opened: int = 0
    changed: int = 0
    closed: int = 0


def refresh_care_follow_ups(client_ids=None, *, share=WHOLE):
    """Brings the follow-ups of every care rule up to date for these clients (None: all, or a `share` of them, see
    `ranges`); returns what was done.

    Runs in the transaction of a change, whose client is locked already, or by itself. Named clients cost three
    statements and a fourth where something changed; all of them one for each range of clients, and those three for each
    thousand clients with something to change. What has to change is worked out anew behind the clients' locks; a client
    that somebody else holds is left to the next run, and two runs at once do the work once.
    """
    done, limits = Refreshed(), limits_of(catalog.settings_now())
    if client_ids is not None:
        _write_changes(sorted(client_ids), limits, done)
        return done
    for bounds in ranges(share):
        _change_found(BY_RANGE, limits | bounds, done)
    return done


def refresh_after_scoring(client_ids):
    """What rests on health and on the last touch, for clients just scored: the same as `refresh_care_follow_ups`, but
    nobody is locked for whom nothing changes, since that is nearly everyone. Returns what was done."""
    done, ids = Refreshed(), sorted(client_ids)
    if not ids:
        return done
    limits = limits_of(catalog.settings_now())
    for start in range(0, len(ids), CLIENTS_A_RANGE):
        _change_found(BY_IDS, limits | {"ids": ids[start : start + CLIENTS_A_RANGE]}, done)
    return done


def _change_found(scope, limits, done):
    ids = [client_id for (client_id,) in execute(_find(scope), limits)]
    for start in range(0, len(ids), CLIENTS_A_WRITE):
        _write_changes(ids[start : start + CLIENTS_A_WRITE], limits, done)


def preview(settings, today, *, most_clients=20_000):
    """What the rules, set like this ({rule: Setting}, saved or not), would ask for on `today`: a Preview.

    The book is taken as it is now, of at most `most_clients` clients, those with the lowest numbers. Writes nothing;
    five queries.
    """
    rules = [rule for rule in settings if rule != catalog.ESCALATION]
    numbers = Client.objects.order_by("pk").values_list("pk", flat=True)
    looked_at = list(numbers[:most_clients])
    if not looked_at:
        return Preview(collect(rules, (), today), 0, 0)
    bounds = {"low": looked_at[0], "high": looked_at[-1] + 1}
    cadence = generate.values_of(settings[FollowUpRule.CADENCE], today) | bounds
    rows = execute(generate.limited(generate.PREVIEW, BY_RANGE), cadence)
    rows += execute(previewing(BY_RANGE), limits_of(settings, today) | bounds)
    return Preview(collect(rules, rows, today), len(looked_at), numbers.count())


def limits_of(settings, today=None):
    """The parameters of the statements: now, today, and what the rules as they are set make of it.

    Another `today` than that of the house is looked at from its first working hour.
    """
    now = timezone.now()
    if today is None:
        today = timezone.localdate(now, house_zone())
    else:
        now = max(now, datetime.datetime.combine(today, datetime.time(8), house_zone()))
    on = [
        {"rule": rule, "segments": setting.segments, "tiers": setting.tiers}
        for rule, setting in settings.items()
        if setting.is_on
    ]
    return {
        "now": now,
        "today": today,
        "zone": django_settings.TIME_ZONE,
        "rules": json.dumps(on),
        "band_segments": list(settings[FollowUpRule.BAND_DROPPED].segments),
        "next_step_segments": list(settings[FollowUpRule.NO_NEXT_STEP].segments),
        **care_rules.limits_of(today, settings),
        **calendar(today),
    }


def _write_changes(client_ids, limits, done):
    """Locks the clients and writes what has to change for them; counts it in `done`."""
    with transaction.atomic(savepoint=False):
        ids = [client_id for (client_id,) in execute(LOCK, [client_ids])]
        written = execute(_write(), limits | {"ids": ids}) if ids else []
        changed = sorted({client_id for client_id, _what in written})
        if changed:
            refresh_next_follow_up(changed)
    counted = Counter(what for _client_id, what in written)
    done.opened += counted["opened"]
    done.changed += counted["changed"]
    done.closed += counted["closed"]
