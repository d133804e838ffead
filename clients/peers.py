"""What alike clients own: the share of a segment and industry that has a product series, and what they paid for it.

Sums over the whole book that name nobody. A group of many clients costs a tenth of a second and hardly changes within
a day, so its figures are kept (`warm_peers` renews them at night); a small group's are worked out on the spot.
"""

from dataclasses import dataclass
from decimal import Decimal

from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Segment
from accounts.templatetags.tend import about_money, number
from clients.filters import house_today

# The share of its segment and industry that owns a series before it is suggested.
SUGGESTED_FROM_PERCENT = 40
# In a smaller group one or two firms would make the share, and the median would tell what a single one paid.
FEWEST_PEERS = 5
# What an owner paid counts over a year up to their latest purchase: old clients do not weigh more than new ones.
PURCHASE_DAYS = 365
# From this many clients on a group's figures are kept, for a little longer than a day.
KEPT_FROM_PEERS = 200
KEPT_SECONDS = 26 * 3600


@dataclass(frozen=True)
class Suggestion:
    """A series that `owners` of `peers` alike clients own, and the product of it that most of them have.

    `amount` is the median of what they paid, in `currency`; None where nothing is known. `left_out` owners paid in a
    currency without a rate, so they are not in the median.
    """

    series: str
    product_id: int
    product_name: str
    segment: str
    industry: str
    owners: int
    peers: int
    amount: Decimal | None
    currency: str
    left_out: int

    @property
    def reason(self):
        """Why this is suggested, in the reader's language."""
        words = {
            "owners": number(self.owners),
            "peers": number(self.peers),
            "segment": str(Segment(self.segment).label).lower(),
            "industry": self.industry,
        }
        parts = [_("%(owners)s of %(peers)s %(segment)s clients in %(industry)s own it") % words]
        if self.amount is not None:
            parts.append(
                _("median of what they paid in a year: %(amount)s")
                % {"amount": about_money(self.amount, self.currency)}
            )
        if self.left_out:
            text = ngettext(
                "%(n)s owner left out for want of an exchange rate",
                "%(n)s owners left out for want of an exchange rate",
                self.left_out,
            )
            parts.append(text % {"n": number(self.left_out)})
        return "; ".join(parts)


# A product without a series stands for itself.
SOLD = """
sold AS MATERIALIZED (
    SELECT id, name, coalesce(nullif(series, ''), name) AS series, segments, industries, is_active FROM clients_product
)"""
ELIGIBLE = """
    s.is_active AND (cardinality(s.segments) = 0 OR {who}.segment = ANY(s.segments))
    AND (cardinality(s.industries) = 0 OR {who}.industry = ANY(s.industries))"""

# Where a signed contract came of the deal, its lines say what was paid and the deal does not count a second time.
_BOUGHT = """
peers AS MATERIALIZED (
    SELECT c.id, c.segment, c.industry FROM clients_client c
    WHERE c.status = 'active' AND (c.segment, c.industry) IN (SELECT w.segment, w.industry FROM wanted w)
),
bought AS MATERIALIZED (
    SELECT p.segment, p.industry, p.id AS client_id, s.series, d.product_id, d.closed_on AS day, d.currency,
           CASE WHEN k.deal_id IS NULL THEN d.amount END AS amount
    FROM peers p
    JOIN clients_deal d ON d.client_id = p.id AND d.stage = 'won'
    JOIN sold s ON s.id = d.product_id
    LEFT JOIN (
        SELECT DISTINCT c.deal_id FROM clients_contract c JOIN clients_contractline l ON l.contract_id = c.id
        WHERE c.state = 'signed' AND c.deal_id IS NOT NULL
    ) k ON k.deal_id = d.id
    WHERE s.series = ANY(%(series)s)
    UNION ALL
    SELECT p.segment, p.industry, p.id, s.series, l.product_id, k.starts_on, k.currency,
           l.quantity * l.unit_price * (1 - k.discount_percent / 100)
    FROM peers p
    JOIN clients_contractline l ON l.client_id = p.id
    JOIN clients_contract k ON k.id = l.contract_id AND k.state = 'signed'
    JOIN sold s ON s.id = l.product_id
    WHERE s.series = ANY(%(series)s)
)"""

_RATES = """
rates AS (
    (SELECT DISTINCT ON (currency) currency, rate FROM clients_exchangerate
     WHERE valid_from <= %(today)s AND currency <> %(house)s ORDER BY currency, valid_from DESC)
    UNION ALL SELECT %(house)s, 1
)"""

_SPENT = """
dated AS (SELECT b.*, max(b.day) OVER (PARTITION BY b.client_id, b.series) AS latest FROM bought b),
spent AS (
    SELECT w.segment, w.industry, w.series, w.currency, d.client_id,
           round(sum(CASE WHEN d.currency = w.currency THEN d.amount ELSE d.amount * r.rate / t.rate END), 2) AS amount,
           bool_or(d.amount IS NOT NULL AND d.currency <> w.currency AND (r.rate IS NULL OR t.rate IS NULL)) AS no_rate
    FROM wanted w
    JOIN dated d USING (segment, industry, series)
    LEFT JOIN rates r ON r.currency = d.currency
    LEFT JOIN rates t ON t.currency = w.currency
    WHERE d.day > d.latest - %(days)s::int
    GROUP BY 1, 2, 3, 4, 5
),
placed AS (
    SELECT s.*, k.known, row_number() OVER (alike ORDER BY s.amount) AS place, count(*) OVER alike AS alike
    FROM spent s CROSS JOIN LATERAL (SELECT s.amount IS NOT NULL AND NOT s.no_rate AS known) k
    WINDOW alike AS (PARTITION BY s.segment, s.industry, s.series, s.currency, k.known)
)"""

_FIGURES = f"""
WITH wanted AS MATERIALIZED (
    SELECT DISTINCT * FROM unnest(%(segments)s::text[], %(industries)s::text[], %(series)s::text[],
                                  %(currencies)s::text[]) AS w(segment, industry, series, currency)
), {SOLD}, {_BOUGHT}, {_RATES}, {_SPENT},
groups AS (SELECT segment, industry, count(*) AS peers FROM peers GROUP BY 1, 2),
medians AS MATERIALIZED (
    SELECT segment, industry, series, currency, count(*) AS owners, count(*) FILTER (WHERE no_rate) AS left_out,
           round(avg(amount) FILTER (WHERE known AND place IN ((alike + 1) / 2, alike / 2 + 1)), 2) AS median
    FROM placed GROUP BY 1, 2, 3, 4
),
popular AS MATERIALIZED (
    SELECT segment, industry, product_id, count(DISTINCT client_id) AS owners FROM bought GROUP BY 1, 2, 3
)
SELECT w.segment, w.industry, w.series, w.currency, coalesce(g.peers, 0), coalesce(m.owners, 0), m.median,
       coalesce(m.left_out, 0), s.id, s.name
FROM wanted w
LEFT JOIN groups g USING (segment, industry)
LEFT JOIN medians m USING (segment, industry, series, currency)
LEFT JOIN LATERAL (
    SELECT s.id, s.name FROM sold s
    LEFT JOIN popular p ON p.product_id = s.id AND p.segment = w.segment AND p.industry = w.industry
    WHERE s.series = w.series AND {ELIGIBLE.format(who="w")}
    ORDER BY coalesce(p.owners, 0) DESC, s.name, s.id LIMIT 1
) s ON true
"""

_LARGE_GROUPS = """
    SELECT segment, industry, array_agg(DISTINCT currency) FROM clients_client
    WHERE status = 'active' AND industry <> '' GROUP BY 1, 2 HAVING count(*) >= %s
"""


def suggestions(wanted, stamp):
    """{(segment, industry, series, currency): Suggestion} for those of `wanted` that enough alike clients own.

    `stamp` changes with the products, see `clients.whitespace.read_catalogue`. One query for the kept figures, one
    for the others; keeping new ones takes some more, once a day.
    """
    wanted = {key for key in wanted if key[1]}  # without an industry nobody is alike
    if not wanted:
        return {}
    kept = cache.get(_key(stamp), {})
    missing = wanted - kept.keys()
    figures = {key: kept[key] for key in wanted & kept.keys()} | _figures(missing)
    large = {key: figures[key] for key in missing if figures[key][0] >= KEPT_FROM_PEERS}
    if large:
        cache.set(_key(stamp), kept | large, KEPT_SECONDS)
    found = {key: _suggestion(key, row) for key, row in figures.items()}
    return {key: suggestion for key, suggestion in found.items() if suggestion}


def warm_peers(catalogue):
    """Works out and keeps the figures of every large group. Returns how many. Seconds on a large book."""
    groups = _rows(_LARGE_GROUPS, [KEPT_FROM_PEERS])
    wanted = {
        (segment, industry, series, currency)
        for segment, industry, currencies in groups
        for series in catalogue.series
        for currency in currencies
    }
    figures = _figures(wanted)
    cache.set(_key(catalogue.stamp), figures, KEPT_SECONDS)
    return len(figures)


def _key(stamp):
    return f"peers:{stamp}"


def _figures(wanted):
    """{key: (peers, owners, median, owners left out, product id, product name)} for every one of `wanted`."""
    if not wanted:
        return {}
    segments, industries, series, currencies = (list(column) for column in zip(*sorted(wanted), strict=True))
    values = {
        "segments": segments,
        "industries": industries,
        "series": series,
        "currencies": currencies,
        "today": house_today(),
        "house": settings.HOUSE_CURRENCY,
        "days": PURCHASE_DAYS,
    }
    return {row[:4]: row[4:] for row in _rows(_FIGURES, values)}


def _suggestion(key, figures):
    segment, industry, series, currency = key
    peers, owners, median, left_out, product_id, product_name = figures
    if peers < FEWEST_PEERS or 100 * owners < SUGGESTED_FROM_PERCENT * peers or product_id is None:
        return None
    return Suggestion(
        series, product_id, product_name, segment, industry, owners, peers, median, currency, left_out
    )


def _rows(sql, values):
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall()
