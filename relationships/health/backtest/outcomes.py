"""What followed after a past day: lost, revenue halved, and what the client had brought in before.

Revenue is `MonthlyRevenue`, in the client's currency. Before: the 6 complete months before that of the day; after: the
6 after it; the month of the day is in neither. A month without a row is one without revenue, as in the score.
"""

from dataclasses import dataclass
from datetime import date

from django.db import connection

from relationships.health.sql import months_before

from .days import DAY, HORIZON_DAYS, MONTHS

# Halved is decided on exact amounts. The newest month on record says how far the revenue of the book is known.
_FOLLOWED = """
SELECT c.id, w.place - 1, c.currency, coalesce(c.lost_on <= w.lost_until AND c.lost_on > w.day, false),
    c.lost_on, coalesce(money.before > 0, false), coalesce(money.before > 0 AND money.after * 2 <= money.before, false),
    coalesce(money.year, 0)::float8, money.newest
FROM unnest(%(days)s::date[], %(lost_until)s::date[], %(years)s::date[], %(befores)s::date[], %(months)s::date[],
        %(afters)s::date[], %(ends)s::date[])
    WITH ORDINALITY AS w(day, lost_until, year, before, month, after, until, place)
CROSS JOIN clients_client c
LEFT JOIN LATERAL (
    SELECT coalesce(sum(m.amount) FILTER (WHERE m.month < w.month AND m.month >= w.before), 0) AS before,
        coalesce(sum(m.amount) FILTER (WHERE m.month >= w.after), 0) AS after,
        sum(m.amount) FILTER (WHERE m.month < w.month) AS year,
        max(m.month) AS newest
    FROM clients_monthlyrevenue m
    WHERE m.client_id = c.id AND m.month >= w.year AND m.month < w.until
) money ON true
WHERE c.id = ANY(%(ids)s)"""


@dataclass(frozen=True, slots=True)
class Followed:
    """What followed for one client after one day. `year`: revenue of the 12 complete months before, as a float.

    `newest_month`: the newest month with a row of revenue, from a year before the day to the end of the 6 after it.
    """

    lost: bool
    lost_on: date | None
    had_revenue: bool
    halved: bool
    currency: str
    year: float
    newest_month: date | None


def months_end(day):
    """The last day of the 6 calendar months after that of `day`."""
    return months_before(day, -MONTHS - 1) - DAY


def read_outcomes(ids, days):
    """{(client id, place of the day in `days`): Followed} for every client in `ids`. One query."""
    params = {
        "ids": list(ids),
        "days": list(days),
        "lost_until": [day + HORIZON_DAYS * DAY for day in days],
        "years": [months_before(day, 12) for day in days],
        "befores": [months_before(day, MONTHS) for day in days],
        "months": [months_before(day, 0) for day in days],
        "afters": [months_before(day, -1) for day in days],
        "ends": [months_before(day, -MONTHS - 1) for day in days],
    }
    with connection.cursor() as cursor:
        cursor.execute(_FOLLOWED, params)
        return {
            (client, place): Followed(lost, lost_on, had, halved, currency, year, newest)
            for client, place, currency, lost, lost_on, had, halved, year, newest in cursor.fetchall()
        }
