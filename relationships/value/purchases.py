"""Purchases of clients without a contract, as set-based SQL over a range of client ids.

A purchase is a day of the house on which a client was sold something: its invoices of the day, net of tax, less the
credit notes for them, come to more than nothing. A credit note that names no invoice counts against its own day, so
what was billed and taken back at once is none. Invoices under a contract are no purchases. A client without any
invoice has its won deals instead, as its revenue has; a deal that became a contract is none.

Without a contract: none that is signed runs on the day, as `ContractQuerySet.running` says.
Everything is as known on the day: what was issued, credited or cancelled later has not happened yet.
"""

import numpy as np
from django.db import connection

from clients.models import Client

PAGE_CLIENTS = 20_000  # of a book, read at once
DAYS_A_WEEK = 7

# One row a client. 56 bytes, so that a million clients are held in 56 MB. `value` is the mean of a purchase in the
# client's own currency over its `valued` purchases.
ROW = np.dtype(
    [
        ("client", "i8"),
        ("currency", "U3"),
        ("active", "?"),
        ("purchases", "i4"),
        ("first_on", "M8[D]"),
        ("last_on", "M8[D]"),
        ("valued", "i4"),
        ("value", "f8"),
    ]
)

# Credit notes stand apart from the invoices so that only those few are joined with what they credit.
_DAYS = """
scope AS (
    SELECT c.id AS client_id, c.currency, c.status = 'active' AS active
    FROM clients_client c
    WHERE c.id > %(after)s AND c.id <= %(upto)s AND (%(source)s = '' OR c.source = %(source)s)
      AND NOT EXISTS (
        SELECT FROM clients_contract k
        WHERE k.client_id = c.id AND k.starts_on <= %(free_on)s
          AND (k.state = 'signed' OR k.state = 'ended' AND k.ended_on > %(free_on)s)
          AND (k.ends_on IS NULL OR k.ends_on >= %(free_on)s
            OR k.auto_renews AND (k.notice_given_on IS NULL OR k.notice_given_on > %(free_on)s)))
),
sold AS (
    SELECT i.client_id, i.issued_on AS day, i.currency, i.amount - i.tax AS net
    FROM clients_invoice i
    WHERE i.client_id > %(after)s AND i.client_id <= %(upto)s AND i.kind = 'invoice' AND i.contract_id IS NULL
      AND i.issued_on <= %(as_of)s AND (i.state = 'issued' OR i.cancelled_on > %(as_of)s)
    UNION ALL
    SELECT n.client_id, coalesce(i.issued_on, n.issued_on), n.currency, n.amount - n.tax
    FROM clients_invoice n LEFT JOIN clients_invoice i ON i.id = n.credits_id
    WHERE n.client_id > %(after)s AND n.client_id <= %(upto)s AND n.kind = 'credit_note'
      AND coalesce(i.contract_id, n.contract_id) IS NULL
      AND n.issued_on <= %(as_of)s AND (n.state = 'issued' OR n.cancelled_on > %(as_of)s)
      AND (i.id IS NULL OR i.state = 'issued' OR i.cancelled_on > %(as_of)s)
    UNION ALL
    SELECT d.client_id, d.closed_on, d.currency, d.amount
    FROM clients_deal d
    WHERE d.client_id > %(after)s AND d.client_id <= %(upto)s AND d.stage = 'won' AND d.closed_on <= %(as_of)s
      AND NOT EXISTS (SELECT FROM clients_invoice i WHERE i.client_id = d.client_id AND i.state <> 'cancelled')
      AND NOT EXISTS (
        SELECT FROM clients_contract k WHERE k.deal_id = d.id AND k.state IN ('signed', 'ended'))
),
days AS (
    SELECT client_id, day, sum(net) FILTER (WHERE sums.currency = scope.currency)::float8 AS value
    FROM scope JOIN (
        SELECT client_id, day, currency, sum(net) AS net FROM sold GROUP BY 1, 2, 3 HAVING sum(net) > 0
    ) sums USING (client_id)
    GROUP BY client_id, day
)"""

_HISTORIES = f"""
WITH {_DAYS}
SELECT client_id, currency, active, count(*), min(day), max(day), count(value), coalesce(avg(value), 0)
FROM days JOIN scope USING (client_id)
GROUP BY client_id, currency, active
ORDER BY client_id"""

_SALES = f"""
WITH {_DAYS}
SELECT client_id, count(*), coalesce(sum(value), 0) FROM days WHERE day > %(since)s GROUP BY client_id"""


def read_histories(as_of, *, source=""):
    """What clients without a contract have bought by `as_of`: an array of ROW in the order of ids.

    Those who never bought are not in it; lost clients are, for they tell how clients stop. `source` names an import to
    look at alone. Two short queries for each 20,000 clients.
    """
    known = {"as_of": as_of, "free_on": as_of, "source": source}
    pages = [np.array(_rows(_HISTORIES, after, upto, known), dtype=ROW) for after, upto in _ranges()]
    return np.concatenate(pages) if pages else np.empty(0, ROW)


def read_sales(since, as_of, *, free_on, source=""):
    """{client id: (purchases, value in its own currency)} after the day `since` and by `as_of`, as known then.

    Of the clients who had no contract on the day `free_on`.
    """
    known = {"since": since, "as_of": as_of, "free_on": free_on, "source": source}
    return {
        client: (count, value)
        for after, upto in _ranges()
        for client, count, value in _rows(_SALES, after, upto, known)
    }


def _rows(sql, after, upto, known):
    with connection.cursor() as cursor:
        cursor.execute(sql, known | {"after": after, "upto": upto})
        return cursor.fetchall()


def _ranges():
    """(after, upto): ids of clients in steps of a page; the next one is found when it is needed."""
    after = 0
    while True:
        page = Client.objects.filter(pk__gt=after).order_by("pk").values_list("pk", flat=True)[:PAGE_CLIENTS]
        upto = max(page, default=None)
        if upto is None:
            return
        yield after, upto
        after = upto


def in_weeks(histories, as_of):
    """(repeats, recency, age) of ROWs as float arrays, times in weeks: what BG/NBD asks for."""
    day = np.datetime64(as_of, "D")
    days = (histories["last_on"] - histories["first_on"], day - histories["first_on"])
    recency, age = (span.astype(float) / DAYS_A_WEEK for span in days)
    return histories["purchases"] - 1.0, recency, age
