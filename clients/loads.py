"""How many clients each account manager leads, against the maximum of their tier.

A load counts running leads of active clients, as `clients.services.assignment` does when it checks the maximum.
"""

from collections import namedtuple
from dataclasses import dataclass

from django.db import connection

from accounts.db import statement_of
from accounts.web.pagination import Page, decode_cursor, encode_cursor

BIGGEST_KEY = 2**62
PAGE_SIZE = 50

# One aggregation over the assignments of the people asked for: a subquery for each person took three times as long.
# What needs the clients' own columns is worked out for the rows of the page alone.
_LOADS = """
WITH people AS MATERIALIZED ({people}),
work AS (
    SELECT a.user_id, count(*) AS clients
    FROM clients_assignment a JOIN clients_client c ON c.id = a.client_id AND c.status = 'active'
    WHERE a.role = 'lead' AND a.ended_at IS NULL AND a.user_id IN (SELECT id FROM people)
    GROUP BY a.user_id
),
loads AS MATERIALIZED (
    SELECT u.id, u.name, t.name AS tier, t.code AS tier_code, m.name AS team, m.region,
           t.capacity_max AS maximum, t.capacity_is_hard AS hard, coalesce(w.clients, 0) AS clients,
           coalesce(w.clients, 0) * 1000000 / greatest(t.capacity_max, 1) AS fullness
    FROM accounts_user u
    JOIN people ON people.id = u.id
    JOIN accounts_tier t ON t.id = u.tier_id
    LEFT JOIN accounts_team m ON m.id = u.team_id
    LEFT JOIN work w ON w.user_id = u.id
),
totals AS (
    SELECT count(*) AS people, coalesce(sum(clients), 0)::int AS clients, coalesce(sum(maximum), 0)::int AS maximum,
           count(*) FILTER (WHERE clients > maximum) AS over, count(*) FILTER (WHERE clients = maximum) AS full,
           coalesce(sum(greatest(maximum - clients, 0)), 0)::int AS room
    FROM loads
),
page AS MATERIALIZED (
    SELECT loads.*, row_number() OVER () AS place FROM (
        SELECT * FROM loads WHERE {behind}
        ORDER BY tier_code = %s DESC, fullness {direction}, id {direction} LIMIT %s
    ) loads
),
standing AS (
    SELECT a.user_id, count(*) FILTER (WHERE c.health_band = 'at_risk') AS at_risk,
           count(*) FILTER (WHERE c.contact_due_on < %s) AS silent
    FROM clients_assignment a JOIN clients_client c ON c.id = a.client_id AND c.status = 'active'
    WHERE a.role = 'lead' AND a.ended_at IS NULL AND a.user_id IN (SELECT id FROM page)
    GROUP BY a.user_id
)
SELECT {columns}, coalesce(s.at_risk, 0), coalesce(s.silent, 0), totals.*
FROM totals LEFT JOIN page ON true LEFT JOIN standing s ON s.user_id = page.id ORDER BY page.place
"""
_COLUMNS = "id name tier tier_code team region maximum hard clients fullness"

Load = namedtuple("Load", f"{_COLUMNS} at_risk silent")
Totals = namedtuple("Totals", "people clients maximum over full room")


@dataclass
class LoadPage(Page):
    """A page of `Load` rows with the `Totals` of everyone asked for, not only of this page."""

    totals: Totals = Totals(0, 0, 0, 0, 0, 0)


def load_page(people, *, today, cursor="", size=PAGE_SIZE, fullest_first=True, first_tier=""):
    """One `LoadPage` of `people` (a queryset of account managers) by how full they are. One query.

    `today` (a date) decides who is going silent. `cursor` is what an earlier page gave. People of `first_tier` (a
    code) come before the others; such a list has no second page.
    """
    backwards = cursor.startswith("b")
    keys = decode_cursor(cursor[1:], 2) if cursor else None
    if keys is None or not all(type(key) is int and abs(key) < BIGGEST_KEY for key in keys):
        keys, backwards = None, False
    descending = fullest_first != backwards
    people_sql, people_params = statement_of(people.order_by().values("id"))
    statement = _LOADS.format(
        people=people_sql,
        behind=f"(fullness, id) {'<' if descending else '>'} (%s, %s)" if keys else "true",
        direction="DESC" if descending else "ASC",
        columns=", ".join(f"page.{name}" for name in _COLUMNS.split()),
    )
    with connection.cursor() as database:
        database.execute(statement, [*people_params, *(keys or []), first_tier, size + 1, today])
        answer = database.fetchall()
    width = len(Load._fields)
    rows = [Load(*row[:width]) for row in answer if row[0] is not None]
    page = _page_of(rows[:size], len(rows) > size, backwards, keys)
    page.totals = Totals(*answer[0][width:])
    return page


def _page_of(rows, more, backwards, keys):
    if backwards:
        rows.reverse()
    has_next, has_previous = (True, more) if backwards else (more, keys is not None)
    ends = [encode_cursor([row.fullness, row.id]) for row in rows[:1] + rows[-1:]]
    return LoadPage(
        rows,
        next_cursor=f"n{ends[1]}" if rows and has_next else "",
        previous_cursor=f"b{ends[0]}" if rows and has_previous else "",
    )
