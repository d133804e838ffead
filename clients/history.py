"""What was decided about a client: leads and key status, with who, when and why."""

from dataclasses import dataclass
from datetime import datetime

from clients.models import Assignment, KeyStatus

DECISIONS_SHOWN = 12


@dataclass(frozen=True)
class Decision:
    """`kind` is lead, key or key_end. `name` is the new lead, `former` the one before; `by` is None for a job."""

    kind: str
    at: datetime
    by: str
    reason: str
    name: str = ""
    former: str = ""
    override_reason: str = ""
    read_until: object = None


def decisions_about(client):
    """The newest `Decision`s, newest first. Two queries."""
    leads = Assignment.objects.leads().filter(client=client).select_related("user", "assigned_by")
    periods = KeyStatus.objects.filter(client=client).select_related("approved_by", "ended_by")
    found = [
        *lead_decisions(list(leads[: DECISIONS_SHOWN + 1])),
        *(decision for period in periods[:DECISIONS_SHOWN] for decision in _of_period(period)),
    ]
    return sorted(found, key=lambda decision: decision.at, reverse=True)[:DECISIONS_SHOWN]


def lead_decisions(leads):
    """`Decision`s of one client's leads, which come newest first."""
    return [
        Decision(
            kind="lead",
            at=lead.started_at,
            by=lead.assigned_by.name if lead.assigned_by else "",
            reason=lead.reason,
            name=lead.user.name,
            former=before.user.name if before else "",
            override_reason=lead.override_reason,
            read_until=before.read_until if before else None,
        )
        for lead, before in zip(leads, [*leads, None][1:], strict=True)
    ]


def _of_period(period):
    yield Decision("key", period.started_at, _name(period.approved_by), period.reason)
    if period.ended_at:
        yield Decision("key_end", period.ended_at, _name(period.ended_by), period.end_reason)


def _name(user):
    return user.name if user else ""


def latest_leads(count):
    """The newest assignments of a lead in the whole book, with client, person and who assigned. One query."""
    leads = Assignment.objects.leads().filter(assigned_by__isnull=False)
    return list(leads.select_related("client", "user", "assigned_by").order_by("-started_at", "-id")[:count])
