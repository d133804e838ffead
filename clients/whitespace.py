"""Whitespace: what clients own of each product series, what is on its way, what is missing, and what to suggest.

A client owns what stands in a line of a signed contract or in a won deal. A series that may be offered to a client of
this segment and industry, and that is neither owned nor on its way, is a gap. A gap becomes a suggestion where enough
alike clients own the series, see `clients.peers`.
"""

import enum
from dataclasses import dataclass

from django.db import connection

from clients.peers import ELIGIBLE, SOLD, Suggestion, suggestions
from clients.querysets.deals import OPEN_STAGES


class State(enum.StrEnum):
    """What one client has of one series; what is owned stays owned while more of it is offered."""

    OWNED = "owned"
    OPEN = "open"
    GAP = "gap"
    NOT_ELIGIBLE = "not_eligible"


@dataclass(frozen=True)
class Cell:
    """One client and one series. `deal_id` is the oldest open deal about it, or None."""

    series: str
    state: State
    deal_id: int | None = None
    suggestion: Suggestion | None = None


@dataclass(frozen=True)
class Catalogue:
    """`series` that have a product on sale, in order; `stamp` changes whenever a product does."""

    series: tuple[str, ...]
    stamp: str


_CATALOGUE = f"""
WITH {SOLD}
SELECT array_agg(DISTINCT series ORDER BY series) FILTER (WHERE is_active), md5(string_agg(sold::text, ',' ORDER BY id))
FROM sold
"""

_CELLS = f"""
WITH {SOLD},
shown AS MATERIALIZED (SELECT id, segment, industry FROM clients_client WHERE id = ANY(%(clients)s)),
fitting AS (
    SELECT DISTINCT c.id AS client_id, s.series FROM shown c JOIN sold s ON {ELIGIBLE.format(who="c")}
),
owned AS (
    SELECT d.client_id, s.series FROM clients_deal d JOIN sold s ON s.id = d.product_id
    WHERE d.client_id = ANY(%(clients)s) AND d.stage = 'won'
    UNION
    SELECT l.client_id, s.series
    FROM clients_contractline l JOIN clients_contract k ON k.id = l.contract_id JOIN sold s ON s.id = l.product_id
    WHERE l.client_id = ANY(%(clients)s) AND k.state = 'signed'
),
offered AS (
    SELECT d.client_id, s.series, min(d.id) AS deal_id FROM clients_deal d JOIN sold s ON s.id = d.product_id
    WHERE d.client_id = ANY(%(clients)s) AND d.stage = ANY(%(open)s)
    GROUP BY 1, 2
)
SELECT c.id, k.series, o.client_id IS NOT NULL AS is_owned, f.client_id IS NOT NULL AS is_eligible, a.deal_id
FROM shown c CROSS JOIN unnest(%(series)s::text[]) AS k(series)
LEFT JOIN owned o ON o.client_id = c.id AND o.series = k.series
LEFT JOIN fitting f ON f.client_id = c.id AND f.series = k.series
LEFT JOIN offered a ON a.client_id = c.id AND a.series = k.series
"""


def read_catalogue():
    """The Catalogue as it is now. One query."""
    with connection.cursor() as cursor:
        cursor.execute(_CATALOGUE)
        series, stamp = cursor.fetchone()
    return Catalogue(tuple(series or ()), stamp or "")


def whitespace_of(clients, catalogue, series=None):
    """{client id: [a Cell for each of `series`, in their order]} of a page of clients, or of one.

    Without `series` those of the catalogue. One query, and those of `clients.peers.suggestions` where gaps are.
    """
    series = list(catalogue.series if series is None else series)
    cells = _cells(clients, series)
    keys = {
        (one.pk, name): (one.segment, one.industry, name, one.currency)
        for one in clients
        for name in series
        if cells[one.pk, name].state == State.GAP
    }
    found = suggestions(keys.values(), catalogue.stamp)
    for place, key in keys.items():
        if key in found:
            cells[place] = Cell(place[1], State.GAP, suggestion=found[key])
    return {client.pk: [cells[client.pk, name] for name in series] for client in clients}


def suggestion_for(client, series):
    """The Suggestion of this series for a client, or None. Up to four queries."""
    return whitespace_of([client], read_catalogue(), [series])[client.pk][0].suggestion


def _cells(clients, series):
    values = {"clients": [client.pk for client in clients], "series": series, "open": list(OPEN_STAGES)}
    with connection.cursor() as cursor:
        cursor.execute(_CELLS, values)
        rows = cursor.fetchall()
    return {
        (client_id, name): Cell(name, _state(is_owned, is_eligible, deal_id), deal_id)
        for client_id, name, is_owned, is_eligible, deal_id in rows
    }


def _state(is_owned, is_eligible, deal_id):
    if is_owned:
        return State.OWNED
    if deal_id is not None:
        return State.OPEN
    return State.GAP if is_eligible else State.NOT_ELIGIBLE


_OWNED_PRODUCTS = f"""
WITH {SOLD},
owned AS (
    SELECT d.product_id, max(d.closed_on) AS latest FROM clients_deal d
    WHERE d.client_id = %(client)s AND d.stage = 'won' GROUP BY 1
    UNION ALL
    SELECT l.product_id, max(k.starts_on) FROM clients_contractline l JOIN clients_contract k ON k.id = l.contract_id
    WHERE l.client_id = %(client)s AND k.state = 'signed' GROUP BY 1
)
SELECT s.series, s.name, max(o.latest) FROM owned o JOIN sold s ON s.id = o.product_id
GROUP BY s.id, s.series, s.name ORDER BY tend_sort(s.series) COLLATE "C", tend_sort(s.name) COLLATE "C"
"""


def owned_products(client):
    """[(series, product, day of the latest purchase)] of a client, in order. One query."""
    with connection.cursor() as cursor:
        cursor.execute(_OWNED_PRODUCTS, {"client": client.pk})
        return cursor.fetchall()
