"""How a client stands in one line: contract, money, issues, deliveries, last contact; and what its tabs count."""

import datetime
import json
from dataclasses import dataclass
from decimal import Decimal

from django.db import connection
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.templatetags.tend import day as written_day
from accounts.templatetags.tend import short_money
from clients.filters import house_today
from clients.models import Severity
from clients.querysets.deals import OPEN_STAGES

# A contract that ends later than this is no news; one that ended longer ago is the past (HEALTH.md drops it too).
SOON_DAYS, PAST_DAYS = 120, 180
DAY = datetime.timedelta(days=1)

_CONTRACT = """
    SELECT jsonb_build_object('ends_on', c.ends_on) FROM clients_contract c
    WHERE c.client_id = %(client)s AND c.state = 'signed' AND c.ends_on >= %(today)s - %(past)s::int
      AND NOT (c.auto_renews AND c.notice_given_on IS NULL)
      AND NOT EXISTS (SELECT FROM clients_contract r WHERE r.renews_id = c.id AND r.state IN ('signed', 'ended'))
    ORDER BY c.ends_on < %(today)s, c.ends_on LIMIT 1
"""
_OVERDUE = """
    SELECT jsonb_agg(jsonb_build_object('currency', currency, 'amount', amount::text, 'due_on', due_on) ORDER BY due_on)
    FROM (
        SELECT currency, sum(outstanding) AS amount, min(due_on) AS due_on FROM clients_invoice
        WHERE client_id = %(client)s AND outstanding > 0 AND due_on < %(today)s
          AND (disputed_on IS NULL OR dispute_settled_on IS NOT NULL)
        GROUP BY currency
    ) late
"""
_ISSUE = """
    SELECT jsonb_build_object('severity', severity, 'status', status, 'due_at', resolution_due_at,
        'alike', count(*) OVER (PARTITION BY severity, coalesce(resolution_due_at < %(now)s, false)))
    FROM clients_issue WHERE client_id = %(client)s AND status IN ('open', 'waiting')
    ORDER BY severity DESC, resolution_due_at NULLS LAST LIMIT 1
"""
_COUNTS = {
    "contracts": "clients_contract WHERE client_id = %(client)s AND state IN ('signed', 'draft')"
    " AND (ends_on IS NULL OR ends_on >= %(today)s OR state = 'draft')",
    "delivery": "(SELECT 1 FROM clients_milestone WHERE client_id = %(client)s AND accepted_on IS NULL"
    " UNION ALL SELECT 1 FROM clients_commitment WHERE client_id = %(client)s AND status = 'open') open_items",
    "late": "clients_milestone WHERE client_id = %(client)s AND done_on IS NULL AND due_on < %(today)s",
    "receivables": "clients_invoice WHERE client_id = %(client)s AND outstanding > 0",
    "issues": "clients_issue WHERE client_id = %(client)s AND status IN ('open', 'waiting')",
    "requests": "clients_internalrequest WHERE client_id = %(client)s AND state IN ('open', 'taken')",
    "growth": "clients_deal WHERE client_id = %(client)s AND stage = ANY(%(stages)s)",
}
_COUNTED = ", ".join(f"'{name}', (SELECT count(*) FROM {sql})" for name, sql in _COUNTS.items())
_STANDING = f"SELECT ({_CONTRACT}), ({_OVERDUE}), ({_ISSUE}), jsonb_build_object({_COUNTED})"


@dataclass(frozen=True)
class Part:
    """One piece of the line. `area` is the tab it leads to; `tone` is bad, warn or empty."""

    area: str
    text: str
    tone: str = ""


@dataclass(frozen=True)
class Standing:
    """`parts` in the order of the line; `counts` of what is open, by tab."""

    parts: tuple
    counts: dict


def client_standing(client):
    """The Standing of a client that the caller may see. One query."""
    today, now = house_today(), timezone.now()
    params = {"client": client.pk, "today": today, "now": now, "past": PAST_DAYS, "stages": list(OPEN_STAGES)}
    with connection.cursor() as cursor:
        cursor.execute(_STANDING, params)
        contract, overdue, issue, counts = (_read(value) for value in cursor.fetchone())
    found = [
        _contract_part(contract, today),
        *[_money_part(sum_, today) for sum_ in overdue or []],
        _issue_part(issue, counts["issues"], now),
        _delivery_part(counts.pop("late")),
        _met_part(client, today),
    ]
    return Standing(tuple(part for part in found if part), counts)


def _contract_part(contract, today):
    if not contract:
        return None
    ends_on = parse_date(contract["ends_on"])
    days = (ends_on - today).days
    if days > SOON_DAYS:
        return Part("contracts", _("contract until %(day)s") % {"day": written_day(ends_on)})
    if days < 0:
        text = ngettext("contract ended %(n)d day ago", "contract ended %(n)d days ago", -days)
        return Part("contracts", text % {"n": -days}, "bad")
    if days == 0:
        return Part("contracts", _("contract ends today"), "bad")
    text = ngettext("contract ends in %(n)d day", "contract ends in %(n)d days", days) % {"n": days}
    return Part("contracts", text, "warn")


def _money_part(overdue, today):
    late = (today - parse_date(overdue["due_on"])).days
    amount = short_money(Decimal(overdue["amount"]), overdue["currency"])
    text = ngettext("%(amount)s %(n)d day late", "%(amount)s %(n)d days late", late)
    return Part("receivables", text % {"amount": amount, "n": late}, "bad")


def _issue_part(issue, open_issues, now):
    """The worst open issue: how bad, and how far past its service level; else how many are open."""
    if not issue:
        return None
    due_at = parse_datetime(issue["due_at"]) if issue["due_at"] else None
    late = now - due_at if due_at and due_at < now else None
    if issue["severity"] != Severity.CRITICAL and late is None:
        text = ngettext("%(n)d open issue", "%(n)d open issues", open_issues) % {"n": open_issues}
        return Part("issues", text, "warn")
    what = _issues_in_words(issue["alike"], issue["severity"])
    if late is None:
        return Part("issues", what, "bad")
    if late < DAY:
        return Part("issues", _("%(issues)s past SLA since today") % {"issues": what}, "bad")
    text = ngettext("%(issues)s %(n)d day past SLA", "%(issues)s %(n)d days past SLA", late.days)
    return Part("issues", text % {"issues": what, "n": late.days}, "bad")


def _issues_in_words(count, severity):
    if severity == Severity.CRITICAL:
        text = ngettext("%(n)d critical issue", "%(n)d critical issues", count)
    else:
        text = ngettext("%(n)d issue", "%(n)d issues", count)
    return text % {"n": count}


def _delivery_part(late):
    if not late:
        return None
    return Part(
        "delivery", ngettext("%(n)d delivery late", "%(n)d deliveries late", late) % {"n": late}, "bad"
    )


def _met_part(client, today):
    if client.last_reached_on is None:
        return Part("timeline", _("never reached yet"))
    days = max(0, (today - client.last_reached_on).days)
    if days == 0:
        return Part("timeline", _("last contact today"))
    silent = client.contact_due_on is not None and client.contact_due_on < today
    text = ngettext("last contact %(n)d day ago", "last contact %(n)d days ago", days) % {"n": days}
    return Part("timeline", text, "warn" if silent else "")


def _read(value):
    """psycopg gives JSON as text where Django asked for it raw."""
    return json.loads(value) if isinstance(value, str) else value
