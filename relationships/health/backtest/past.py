"""Scores as they would have been on a past day: the current model on the rows that were on record at the end of it.

What was recorded later is left out, however long before it happened (see `signals.signals_params`). What was corrected
later counts as it reads today, since rows do not keep their past by the day: a client's segment and industry, whom a
product is offered to, a mood, a contact's role or last day, an amount. Revenue by month has no day it was recorded on.
"""

from dataclasses import dataclass

from django.db import connection

from clients.models import Assignment, AssignmentRole
from relationships.health import signals

# Of a client never reached, silence runs from the day somebody began to lead it.
_THEN = """
WITH {ctes}
SELECT client_id, score, target_band = 'at_risk',
    %(as_of)s - coalesce(last_reached_on, managed_since),
    (facts->'own_rating'->>'value')::int
FROM signals WHERE scored"""


@dataclass(frozen=True, slots=True)
class Then:
    """One client on one day, by what was known then. `score` is None where too little was; `rating` 1–5 or None."""

    score: float | None
    at_risk: bool
    silent_days: int
    rating: int | None


def read_then(ids, day, spec):
    """{client id: Then} of those in `ids` who had a lead on `day` and were not lost. One query; writes nothing."""
    with connection.cursor() as cursor:
        params = signals.signals_params(ids, day, spec, signals.end_of_day(day))
        cursor.execute(_THEN.format(ctes=signals.signals_ctes(spec)), params)
        return {client: Then(*values) for client, *values in cursor.fetchall()}


def leads_on(day):
    """How many people led at least one client at the end of `day`. One query."""
    return _leading(day).values("user").distinct().count()


def led_clients(day):
    """Ids of every client that had a lead by the end of `day`, in order. One query."""
    return list(
        Assignment.objects.filter(role=AssignmentRole.LEAD, started_at__lt=signals.end_of_day(day))
        .order_by("client")
        .values_list("client", flat=True)
        .distinct()
    )


def _leading(day):
    end = signals.end_of_day(day)
    began = Assignment.objects.filter(role=AssignmentRole.LEAD, started_at__lt=end)
    return began.exclude(ended_at__lte=end).order_by()
