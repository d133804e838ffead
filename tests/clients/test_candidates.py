"""The ranking of candidates and the line at 80 % of the revenue."""

from decimal import Decimal

import pytest

from accounts.web.pagination import keyset_page
from clients.candidates import (
    ORDERS,
    candidates,
    eighty_percent_lines,
    last_within,
    place_of,
    standing,
)
from clients.models import Client
from clients.services.key_status import mark_key
from tests import factories as make

pytestmark = pytest.mark.django_db


def earning(*amounts, currency="VND", **fields):
    return [make.client(revenue_12m=amount, currency=currency, **fields) for amount in amounts]


def line_of(currency="VND"):
    return next(line for line in eighty_percent_lines(Client.objects.active()) if line.currency == currency)


@pytest.mark.parametrize(
    "amounts, within",
    [
        ([100], 1),
        ([80, 20], 1),
        ([79, 21], 2),
        ([50, 30, 10, 10], 2),
        ([10] * 10, 8),
        ([0, 0], 0),
        ([100, 0, 0], 1),
        ([90, 30, -20], 1),
        ([5, -10], 0),
    ],
)
def test_line_takes_the_fewest_clients_that_make_80_percent(amounts, within):
    earning(*amounts)
    line = line_of()
    assert (line.clients, line.revenue, line.within) == (len(amounts), sum(amounts), within)


def test_currencies_have_lines_of_their_own_house_currency_first():
    earning(10, 10, 10, currency="USD")
    earning(900, 100)
    assert [
        (line.currency, line.clients, line.within) for line in eighty_percent_lines(Client.objects.all())
    ] == [
        ("VND", 2, 1),
        ("USD", 3, 3),
    ]


def test_empty_book_has_no_line():
    assert eighty_percent_lines(Client.objects.all()) == []
    assert eighty_percent_lines(Client.objects.none()) == []


def test_curve_rises_to_the_whole():
    earning(60, 20, 10, 10)
    points = [[round(float(x), 6), round(float(y), 6)] for x, y in line_of().curve]
    assert points == [[25, 60], [50, 80], [75, 90], [100, 100]]


def test_candidates_are_active_clients_of_one_currency():
    first, second = earning(10, 20)
    earning(99, currency="USD")
    earning(99, status="lost", lost_on="2026-01-01", lost_reason="price")
    assert list(candidates("VND").order_by(*ORDERS["revenue"])) == [second, first]


def test_growth_compares_with_the_year_before():
    (grown,) = earning(150, revenue_12m_before=100)
    (new,) = earning(150)
    found = {client.pk: client.growth for client in candidates("VND")}
    assert found == {grown.pk: Decimal("0.5"), new.pk: None}


def test_equal_revenue_is_ranked_by_prestige_and_then_by_growth():
    plain = make.client(revenue_12m=100, revenue_12m_before=200)
    grown = make.client(revenue_12m=100, revenue_12m_before=50)
    known = make.client(revenue_12m=100, prestige=4)
    assert list(candidates("VND").order_by(*ORDERS["revenue"])) == [known, grown, plain]


@pytest.mark.parametrize("order", sorted(ORDERS))
def test_pages_of_every_order_hold_each_client_once(order):
    for number in range(23):
        make.client(revenue_12m=number % 5, prestige=number % 3, revenue_12m_before=number % 4)
    ranked, found, cursor = candidates("VND"), [], ""
    while True:
        page = keyset_page(ranked, keys=ORDERS[order], cursor=cursor, size=5)
        found += page.rows
        cursor = page.next_cursor
        if not cursor:
            break
    assert found == list(ranked.order_by(*ORDERS[order]))


def test_standing_counts_who_is_before():
    earning(50, 30, 30, 5)
    ranked = candidates("VND")
    rows = list(ranked.order_by(*ORDERS["revenue"]))
    assert [standing(ranked, row) for row in rows] == [(0, 0), (1, 50), (2, 80), (3, 110)]


def test_last_within_divides_the_ranking_at_the_line():
    earning(50, 20, 20, 20, 5)
    ranked, line = candidates("VND"), line_of()
    last = last_within(ranked, line)
    rows = ranked.order_by(*ORDERS["revenue"])
    assert [place_of(row) <= last for row in rows] == [True] * 4 + [False]
    assert line.within == 4


def test_nothing_earned_has_no_last_within():
    earning(0)
    assert last_within(candidates("VND"), line_of()) is None


def test_key_since_is_the_running_period(book):
    period = mark_key(client=book.alpha, by=book.admin, reason="Three plants")
    found = {client.pk: client.key_since for client in candidates("VND")}
    assert found == {book.alpha.pk: period.started_at, book.omega.pk: None}
