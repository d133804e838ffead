"""Money of many clients as set-based SQL: revenue by month, and what of the invoices is late on a day.

Part of the statement of `health.signals`, which names the parameters. An invoice is read as of the day: what was
issued, paid, reversed, credited, disputed or cancelled later has not happened yet.
"""

from . import scoring
from .sql import evidence, first, ramp, recorded

# Whole months back from the month of as_of: m06 is the first of the last six, and so on. What is known begins
# with the client's first row, even one of 0; a month without a row is 0.
_REVENUE = """
money AS (
    SELECT client_id, min(month) AS first_month,
        coalesce(sum(amount) FILTER (WHERE month >= %(m06)s), 0) AS half,
        coalesce(sum(amount) FILTER (WHERE month >= %(m18)s AND month < %(m12)s), 0) AS half_before,
        coalesce(sum(amount) FILTER (WHERE month >= %(m12)s), 0) AS year,
        coalesce(sum(amount) FILTER (WHERE month >= %(m24)s AND month < %(m12)s), 0) AS year_before,
        count(*) FILTER (
            WHERE amount > 0 AND (month >= %(m06)s OR (month >= %(m18)s AND month < %(m12)s))
        ) AS paid_months
    FROM (
        SELECT client_id, month, amount::float8 AS amount FROM clients_monthlyrevenue
        WHERE client_id = ANY(%(ids)s) AND month < %(m00)s
        OFFSET 0
    ) months
    GROUP BY client_id
)"""

# Scoring for today reads the sums that are kept on the invoice; for a day that has passed they are added up anew, by
# invoice: joined to sums made first, which the planner takes for a single row, a thousand clients took minutes.
_PAID_BY_THEN = """LEFT JOIN LATERAL (
        SELECT sum(y.amount) AS amount FROM clients_payment y
        WHERE y.invoice_id = v.id AND y.received_on <= %(known_on)s {recorded_payment}
          AND (y.reversed_on IS NULL OR y.reversed_on > %(known_on)s)
    ) paid ON true
    LEFT JOIN LATERAL (
        SELECT sum(-n.amount) AS amount FROM clients_invoice n
        WHERE n.credits_id = v.id AND n.client_id = v.client_id AND n.kind = 'credit_note'
          AND n.issued_on <= %(known_on)s {recorded_note} AND (n.state = 'issued' OR n.cancelled_on > %(known_on)s)
    ) credited ON true"""

_BILLS = """
bills AS (
    SELECT v.client_id, v.id, v.number AS name, v.issued_on, v.due_on, v.payments_known, v.amount,
        CASE WHEN v.payments_known THEN {left_to_pay} ELSE 0 END AS left_to_pay,
        %(as_of)s - v.due_on AS days_late,
        coalesce(v.disputed_on >= %(as_of)s - {disputed_days} AND v.disputed_on <= %(known_on)s
            AND (v.dispute_settled_on IS NULL OR v.dispute_settled_on > %(known_on)s), false) AS left_out
    FROM scope JOIN clients_invoice v ON v.client_id = scope.client_id AND v.currency = scope.currency
    {joins}
    WHERE v.client_id = ANY(%(ids)s) AND v.kind = 'invoice' AND v.issued_on <= %(known_on)s {recorded}
      AND (v.state = 'issued' OR v.cancelled_on > %(known_on)s)
),
debts AS (
    SELECT client_id,
        bool_or(payments_known AND issued_on > %(as_of)s - {known_days}) AS invoiced_lately,
        bool_or(payments_known AND left_to_pay > 0) AS anything_open,
        max(amount) FILTER (WHERE issued_on > %(as_of)s - {largest_days})::float8 AS largest_invoice,
        count(*) FILTER (WHERE left_out AND left_to_pay > 0 AND days_late > 0) AS disputed_invoices
    FROM bills
    GROUP BY client_id
),
overdue AS (
    SELECT client_id, count(*) AS late_invoices, min(due_on) AS late_since, sum(left_to_pay)::float8 AS overdue,
        sum(weighs)::float8 AS overdue_weighed, {ids} AS late_ids, {names} AS late_numbers, {weights} AS late_weights
    FROM (
        SELECT client_id, id, name, due_on, left_to_pay, left_to_pay * {gravity} AS weighs
        FROM bills WHERE left_to_pay > 0 AND days_late > 0 AND NOT left_out
        ORDER BY client_id, due_on, id
    ) late
    GROUP BY client_id
)"""

FORMULAS = {
    "revenue": f"CASE WHEN revenue_before > {scoring.HALF_A_CENT} THEN "
    + ramp("(revenue_now - revenue_before) / revenue_before", bad="-0.5", good="0.1")
    + " END",
    "payment": "CASE WHEN NOT payments_known THEN NULL "
    "WHEN payment_base > 0 THEN 100 * (1 - least(1, overdue_weighed / payment_base)) "
    "WHEN overdue_weighed > 0 THEN 0::float8 ELSE 100::float8 END",
}

COLUMNS = """
    CASE WHEN m.first_month <= %(m18)s AND m.paid_months >= 10 THEN 6
        WHEN m.first_month <= %(m24)s THEN 12 END AS compared_months,
    m.first_month, m.half, m.half_before, m.year, m.year_before,
    coalesce(b.invoiced_lately OR b.anything_open, false) AS payments_known, b.invoiced_lately,
    coalesce(due.overdue_weighed, 0) AS overdue_weighed,
    greatest(coalesce(m.year, 0) / 4, coalesce(b.largest_invoice, 0)) AS payment_base,
    b.disputed_invoices,
    due.late_invoices, due.late_since, due.overdue, due.late_ids, due.late_numbers, due.late_weights"""

JOINS = """
    LEFT JOIN money m USING (client_id)
    LEFT JOIN debts b USING (client_id)
    LEFT JOIN overdue due USING (client_id)"""

FACTS = """
    'revenue', jsonb_strip_nulls(jsonb_build_object(
        'months', compared_months, 'now', round(revenue_now * 100) / 100, 'before', round(revenue_before * 100) / 100,
        'first_month', first_month)),
    'payment', CASE WHEN late_invoices > 0 THEN jsonb_build_object(
            'late', late_invoices, 'since', late_since, 'amount', round(overdue * 100) / 100, 'currency', currency,
            'invoices', late_ids, 'names', late_numbers, 'weights', late_weights, 'weighed', overdue_weighed,
            'base', payment_base, 'lately', invoiced_lately)
        WHEN disputed_invoices > 0 THEN jsonb_build_object('disputed', disputed_invoices)
        ELSE '{}'::jsonb END"""


def ctes(*, is_now):
    """`money`, `debts` and `overdue`. `is_now`: what is paid and credited is read from the invoice."""
    cases = " ".join(f"WHEN days_late >= {days} THEN {share}" for days, share in scoring.PAYMENT_GRAVITY)
    ids, names = evidence("late")
    joins = _PAID_BY_THEN.format(recorded_payment=recorded(is_now, "y"), recorded_note=recorded(is_now, "n"))
    added_up = "v.amount - coalesce(paid.amount, 0) - coalesce(credited.amount, 0)"
    bills = _BILLS.format(
        left_to_pay="v.amount - v.paid - v.credited" if is_now else added_up,
        joins="" if is_now else joins,
        disputed_days=scoring.DISPUTED_LEFT_OUT_DAYS,
        known_days=scoring.INVOICES_KNOWN_DAYS,
        largest_days=scoring.LARGEST_INVOICE_DAYS,
        gravity=f"CASE {cases} ELSE 0 END",
        ids=ids,
        names=names,
        weights=first("weighs::float8"),
        recorded=recorded(is_now, "v"),
    )
    return f"{_REVENUE.strip()},\n{bills.strip()}"
