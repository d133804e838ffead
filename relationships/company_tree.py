"""The group that a client belongs to, as far as the reader may see it."""

from collections import defaultdict
from dataclasses import dataclass

from django.db import connection

from clients.models import Client, ClientStatus

MOST_LISTED = 500
DEEPEST = 12  # a circle, which no form lets through, ends here

# From the topmost company down.
_GROUP = """
    WITH RECURSIVE up AS (
        SELECT id, parent_id, 0 AS steps FROM clients_client WHERE id = %(client)s
        UNION ALL
        SELECT c.id, c.parent_id, steps + 1 FROM clients_client c JOIN up ON c.id = up.parent_id
        WHERE steps < %(deepest)s
    ), down AS (
        SELECT id, parent_id, 0 AS depth FROM (SELECT id, parent_id FROM up ORDER BY steps DESC LIMIT 1) top
        UNION ALL
        SELECT c.id, c.parent_id, depth + 1 FROM clients_client c JOIN down ON c.parent_id = down.id
        WHERE depth < %(deepest)s
    )
    SELECT id, parent_id FROM (SELECT DISTINCT ON (id) id, parent_id, depth FROM down ORDER BY id, depth) found
    ORDER BY depth, id LIMIT %(most)s
"""


@dataclass(frozen=True)
class Company:
    """A line of the tree: `depth` below the topmost one that the reader sees."""

    client: Client
    lead: object
    depth: int
    is_here: bool


@dataclass(frozen=True)
class Group:
    """`companies` in the order of the tree; `hidden` counts those that others look after; `revenue` is
    [(currency, 12 months)] of the active ones on show; `top` is the client that heads it, None where it is hidden."""

    companies: list
    hidden: int
    revenue: list
    top: Client | None = None

    @property
    def size(self):
        return len(self.companies) + self.hidden


def group_of(client, user):
    """The `Group` around `client` for `user`, who sees nothing of companies outside their scope but how many they are.
    Three queries."""
    with connection.cursor() as cursor:
        cursor.execute(_GROUP, {"client": client.pk, "deepest": DEEPEST, "most": MOST_LISTED})
        parents = dict(cursor.fetchall())
    seen = Client.objects.visible_to(user).filter(pk__in=parents).with_lead().defer("note")
    clients = {row.pk: row for row in seen.order_by("name_sort", "pk")}
    below = defaultdict(list)
    for pk in clients:
        below[_nearest_seen(pk, parents, clients)].append(pk)
    companies = list(_lines(None, 0, below, clients, client.pk))
    return Group(
        companies,
        len(parents) - len(clients),
        _revenue(clients.values()),
        clients.get(next(iter(parents), None)),
    )


def _nearest_seen(pk, parents, clients):
    """The closest company above that the reader sees, or None."""
    above, steps = parents.get(pk), 0
    while above is not None and above not in clients and steps < DEEPEST:
        above, steps = parents.get(above), steps + 1
    return above if above in clients else None


def _lines(parent, depth, below, clients, here):
    for pk in below.pop(parent, ()):
        row = clients[pk]
        lead = row.running_leads[0].user if row.running_leads else None
        yield Company(row, lead, depth, pk == here)
        yield from _lines(pk, depth + 1, below, clients, here)


def _revenue(clients):
    sums = defaultdict(int)
    for row in clients:
        if row.status == ClientStatus.ACTIVE:
            sums[row.currency] += row.revenue_12m
    return sorted((pair for pair in sums.items() if pair[1]), key=lambda pair: pair[0])
