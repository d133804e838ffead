"""Revenue by client and month, from invoices or else from won deals, and the two yearly figures of the ranking.

A client with any invoice or credit note that is not cancelled has its revenue from those: net of tax, by the month of
issue, credit notes below zero. A client without one has it from won deals, by the month of closing.
"""

from django.db import connection, transaction
from django.db.models import Count, Sum
from django.utils import timezone

from clients.models import Client, Invoice

# Only amounts in the client's own currency add up. Others are not converted: a rate that is entered or corrected later
# would change months that people have reported. `revenue_left_out` tells of them.
_BY_MONTH = """
    SELECT client_id, date_trunc('month', day)::date AS month, sum(amount) AS amount
    FROM (
        SELECT i.client_id, i.issued_on AS day, i.amount - i.tax AS amount
        FROM clients_invoice i JOIN clients_client c ON c.id = i.client_id AND c.currency = i.currency
        WHERE i.state <> 'cancelled' AND i.client_id = ANY(%(ids)s)
        UNION ALL
        SELECT d.client_id, d.closed_on, d.amount
        FROM clients_deal d JOIN clients_client c ON c.id = d.client_id AND c.currency = d.currency
        WHERE d.stage = 'won' AND d.client_id = ANY(%(ids)s)
          AND NOT EXISTS (SELECT FROM clients_invoice i WHERE i.client_id = d.client_id AND i.state <> 'cancelled')
    ) sold
    GROUP BY 1, 2
"""

_WRITE_MONTHS = f"""
    INSERT INTO clients_monthlyrevenue AS m (client_id, month, amount) {_BY_MONTH}
    ON CONFLICT (client_id, month) DO UPDATE SET amount = excluded.amount
    WHERE m.amount IS DISTINCT FROM excluded.amount
    RETURNING client_id
"""

_DELETE_MONTHS = f"""
    WITH sold AS ({_BY_MONTH})
    DELETE FROM clients_monthlyrevenue m
    WHERE m.client_id = ANY(%(ids)s)
      AND NOT EXISTS (SELECT FROM sold WHERE sold.client_id = m.client_id AND sold.month = m.month)
    RETURNING client_id
"""

# Rows that change are locked in id order first, so that this and the scoring never wait for each other in a circle.
_ROLL_YEARS = """
    WITH years AS (
        SELECT c.id,
               coalesce(sum(m.amount) FILTER (WHERE m.month >= %(this_month)s - interval '12 months'), 0) AS last,
               coalesce(sum(m.amount) FILTER (WHERE m.month < %(this_month)s - interval '12 months'), 0) AS before
        FROM clients_client c
        LEFT JOIN clients_monthlyrevenue m
          ON m.client_id = c.id AND m.month < %(this_month)s
         AND m.month >= %(this_month)s - interval '24 months'
        WHERE %(ids)s::bigint[] IS NULL OR c.id = ANY(%(ids)s)
        GROUP BY c.id
    ), changed AS (
        SELECT c.id, years.last, years.before
        FROM clients_client c JOIN years ON years.id = c.id
        WHERE (c.revenue_12m, c.revenue_12m_before) IS DISTINCT FROM (years.last, years.before)
        ORDER BY c.id FOR NO KEY UPDATE OF c
    )
    UPDATE clients_client c SET revenue_12m = changed.last, revenue_12m_before = changed.before
    FROM changed WHERE c.id = changed.id
"""


@transaction.atomic
def recompute_revenue(*, clients):
    """Make the monthly revenue of `clients` (a queryset) equal what they were sold. Returns how many clients changed.

    Months without a sale lose their row. Clients whose months changed are marked for scoring. Five queries. Call it in
    the transaction that changed an invoice or a won deal.
    """
    ids = list(clients.values_list("pk", flat=True))
    with connection.cursor() as cursor:
        cursor.execute(_WRITE_MONTHS, {"ids": ids})
        changed = {row[0] for row in cursor.fetchall()}
        cursor.execute(_DELETE_MONTHS, {"ids": ids})
        changed |= {row[0] for row in cursor.fetchall()}
    roll_revenue_years(client_ids=ids)
    Client.objects.filter(pk__in=changed).mark_health_stale()
    return len(changed)


@transaction.atomic
def roll_revenue_years(*, client_ids=None, today=None):
    """Refresh `revenue_12m` and `revenue_12m_before` of these clients, or of all, and return how many changed.

    They cover the last 12 complete calendar months before `today` (the house's day) and the 12 before those,
    so they change when a month has passed: the nightly job calls this for everyone. One query; a second run
    writes nothing.
    """
    today = today or timezone.localdate(timezone=timezone.get_default_timezone())
    with connection.cursor() as cursor:
        cursor.execute(_ROLL_YEARS, {"ids": client_ids, "this_month": today.replace(day=1)})
        return cursor.rowcount


def revenue_left_out(client):
    """[(currency, how many, net amount)] of the client's invoices in other currencies, which no revenue counts.

    One query.
    """
    counted = Invoice.objects.in_revenue().filter(client=client).exclude(currency=client.currency)
    rows = counted.order_by("currency").values("currency").annotate(invoices=Count("pk"), sum=Sum("net"))
    return list(rows.values_list("currency", "invoices", "sum"))
