"""How the rules go through a book: in ranges of client numbers, or for clients that are named."""

from django.db import connection

CLIENTS_A_RANGE = 20_000

# Which clients: each table is limited by itself, so that a table whose statistics are behind is never read whole.
BY_RANGE = "{id} >= %(low)s AND {id} < %(high)s"
BY_IDS = "{id} = ANY(%(ids)s)"


WHOLE = (0, 1)  # all ranges by one process


def shares(processes):
    """What each of so many processes works on, for `ranges`: just one share for a book of a single range. One query."""
    count = min(processes, max(1, len(ranges())))
    return [(number, count) for number in range(count)]


def ranges(share=WHOLE):
    """The parameters of BY_RANGE for each range of the book; of a `share` (number, of how many) every so many-th. One
    query."""
    [(low, high)] = execute("SELECT min(id), max(id) FROM clients_client")
    if low is None:
        return []
    number, count = share
    firsts = range(low, high + 1, CLIENTS_A_RANGE)[number::count]
    return [{"low": first, "high": first + CLIENTS_A_RANGE} for first in firsts]


def execute(sql, params=None):
    """All rows of a statement."""
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.fetchall()
