"""Late follow-ups that go up: to the senior, to the manager, then as an offer to reassign the client.

What has to change is found in one statement for the whole book; then clients are locked some hundred at a time, and
what is over ended and what is due opened for them, worked out anew behind the locks. A client that somebody else holds
is left to the next run. A run that is killed has done what it had done; two at once do the work once, and the
constraint escalation_once has the last word. On days off nothing opens.

After a downtime each person is told once of a follow-up, by the highest step that is theirs; the timeline names the
steps that were passed over too.
"""

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from accounts.working_time import is_working_day
from relationships.followups import catalog, escalation_rules
from relationships.followups.care_calendar import calendar
from relationships.followups.escalate_sql import END, FIND, FIND_OVER, OPEN

CLIENTS_A_WRITE = 500  # they are locked meanwhile, and whoever wants to save waits
LOCK = "SELECT id FROM clients_client WHERE id = ANY(%(ids)s) ORDER BY id FOR NO KEY UPDATE SKIP LOCKED"


def escalate_late():
    """Opens the escalations that are due and ends those that are over; returns how many were opened.

    Two statements where nothing is to change, and three more for each 500 clients where something is.
    """
    setting = catalog.settings_now()[catalog.ESCALATION]
    values = _values(setting)
    may_open = setting.is_on and is_working_day(values["today"])
    ids = [client_id for (client_id,) in _execute(FIND if may_open else FIND_OVER, values)]
    opened = 0
    for start in range(0, len(ids), CLIENTS_A_WRITE):
        opened += _write(ids[start : start + CLIENTS_A_WRITE], values, may_open)
    return opened


def end_escalations(client_ids):
    """Ends what is over for these clients, inside the transaction of the change that ended it; returns how many.

    The caller holds the clients' locks. One statement.
    """
    return _execute(END, {"ids": list(client_ids), "now": timezone.now()})[0][0]


def _write(client_ids, values, may_open):
    with transaction.atomic():
        locked = [client_id for (client_id,) in _execute(LOCK, {"ids": client_ids})]
        if not locked:
            return 0
        end_escalations(locked)
        return _execute(OPEN, values | {"ids": locked})[0][0] if may_open else 0


def _values(setting):
    """The parameters of the statements."""
    today = timezone.localdate(timezone=timezone.get_default_timezone())
    return {
        "now": timezone.now(),
        "today": today,
        "zone": settings.TIME_ZONE,
        "house_currency": settings.HOUSE_CURRENCY,
        "limit": setting.days["limit"],
        "segments": list(setting.segments),
        "tiers": list(setting.tiers),
        **escalation_rules.limits_of(today, setting.days),
        **calendar(today),
    }


def _execute(sql, params):
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.fetchall()
