"""Candidates for key client, and the line where 80 % of a book's revenue is reached.

Amounts of different currencies are never added: each currency has its own ranking and its own line.
Revenue is that of the last 12 complete months; growth compares it with the 12 months before.
"""

from collections import namedtuple
from decimal import Decimal

from django.conf import settings
from django.db import connection
from django.db.models import Case, Count, DecimalField, F, OuterRef, Q, Subquery, Sum, When
from django.db.models.functions import Cast, Coalesce

from accounts.db import statement_of
from clients.models import Client, KeyStatus

SHARE_OF_LINE = Decimal("0.8")
CURVE_POINTS = 40
NO_GROWTH_KNOWN = Decimal("-1000000")  # sorts behind everyone with a growth
_GROWTH = DecimalField(max_digits=30, decimal_places=4)

# Each order ends with the others, so that equals are ranked by what the other two say.
ORDERS = {
    "revenue": ["-revenue_12m", "-prestige", "-growth_key", "id"],
    "prestige": ["-prestige", "-revenue_12m", "-growth_key", "id"],
    "growth": ["-growth_key", "-revenue_12m", "-prestige", "id"],
}

# The window runs over each currency apart and without the others' rows: half the time of one partitioned window.
_LINES = """
WITH book AS {materialized} ({book}),
totals AS (
    SELECT currency, count(*) AS clients, sum(revenue_12m) AS revenue, %s * sum(revenue_12m) AS line,
           greatest(1, count(*) / %s) AS step
    FROM book GROUP BY currency
)
SELECT t.currency, t.clients, t.revenue, r.within, r.curve
FROM totals t CROSS JOIN LATERAL (
    SELECT count(*) FILTER (WHERE through - revenue_12m < t.line) AS within,
           array_agg(ARRAY[100.0 * place / t.clients, 100 * through / t.revenue] ORDER BY place)
               FILTER (WHERE place %% t.step = 0 AND t.revenue > 0) AS curve
    FROM (
        SELECT revenue_12m, sum(revenue_12m) OVER ranking AS through, row_number() OVER ranking AS place
        FROM book WHERE currency = t.currency AND revenue_12m > 0
        WINDOW ranking AS (ORDER BY revenue_12m DESC ROWS UNBOUNDED PRECEDING)
    ) ranked
) r
ORDER BY t.currency <> %s, t.clients DESC, t.currency
"""

Line = namedtuple("Line", "currency clients revenue within curve")


def eighty_percent_lines(clients, *, whole_book=False):
    """For each currency of `clients` (a queryset): how many, their revenue, and the fewest that make 80 % of it.

    A list of `Line`, the house currency first. `curve` has about 40 points [per cent of the clients, per cent of the
    revenue that they make together], from the biggest client on, and is None where nothing was earned. One query.

    `whole_book` says that `clients` are all active ones: then the index `client_ranking` gives them in order, which
    takes two thirds of the time; for a part of the book picking it out once is faster.
    """
    book, params = statement_of(clients.order_by().values("currency", "revenue_12m"))
    materialized = "NOT MATERIALIZED" if whole_book else "MATERIALIZED"
    with connection.cursor() as cursor:
        cursor.execute(
            _LINES.format(book=book, materialized=materialized),
            [*params, SHARE_OF_LINE, CURVE_POINTS, settings.HOUSE_CURRENCY],
        )
        return [Line(*row) for row in cursor.fetchall()]


def candidates(currency):
    """Active clients of one currency with `growth` (a share, None without revenue before) and `key_since`."""
    before, now = F("revenue_12m_before"), F("revenue_12m")
    growth = Case(When(revenue_12m_before__gt=0, then=Cast((now - before) / before, _GROWTH)))
    running = KeyStatus.objects.filter(client=OuterRef("pk"), ended_at__isnull=True)
    return (
        Client.objects.active()
        .filter(currency=currency)
        .annotate(growth=growth)
        .annotate(growth_key=Coalesce("growth", NO_GROWTH_KNOWN, output_field=_GROWTH))
        .annotate(key_since=Subquery(running.values("started_at")[:1]))
    )


def standing(ranked, row):
    """How many of `ranked` stand before `row` by revenue, and their revenue together. One query."""
    ahead, equal = Q(), Q()
    for key in ORDERS["revenue"]:
        name, value = key.lstrip("-"), getattr(row, key.lstrip("-"))
        ahead |= equal & Q(**{f"{name}__{'gt' if key.startswith('-') else 'lt'}": value})
        equal &= Q(**{name: value})
    bound = Q(revenue_12m__gte=row.revenue_12m)  # lets the scan of the revenue index end here
    answer = ranked.filter(bound & ahead).aggregate(clients=Count("pk"), revenue=Sum("revenue_12m"))
    return answer["clients"], answer["revenue"] or 0


def last_within(ranked, line):
    """The place of the last client that belongs to the 80 %, or None. One query.

    A place compares with `place_of`: smaller is better.
    """
    if not line.within:
        return None
    keys = ranked.order_by(*ORDERS["revenue"]).values_list("revenue_12m", "prestige", "growth_key", "pk")
    found = list(keys[line.within - 1 : line.within])
    return _place(*found[0]) if found else None


def place_of(row):
    return _place(row.revenue_12m, row.prestige, row.growth_key, row.pk)


def _place(revenue, prestige, growth_key, pk):
    return (-revenue, -prestige, -growth_key, pk)
