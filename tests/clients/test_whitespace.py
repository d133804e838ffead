"""Whitespace and suggestions: the SQL against a plain calculation on generated books, and the rules one by one."""

import datetime
import random
from collections import Counter, defaultdict
from decimal import ROUND_HALF_UP, Decimal

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clients import peers
from clients.filters import house_today
from clients.models import Client, Contract, ContractLine, Deal, ExchangeRate, Product
from clients.whitespace import State, owned_products, read_catalogue, suggestion_for, whitespace_of
from tests import factories as make

CENT = Decimal("0.01")
DAY = datetime.timedelta(days=1)
RATES = {"VND": Decimal(1), "USD": Decimal(25_000)}  # none for EUR
OPEN = ("open", "proposal", "negotiation")
# Mostly alike clients and mostly offered products: else no group becomes large enough to suggest from.
SEGMENTS, INDUSTRIES = ["standard"] * 5 + ["key"], ["Retail"] * 6 + ["Food", ""]
CURRENCIES, STATUSES = ["VND", "VND", "USD", "EUR"], ["active"] * 7 + ["lost"]
FOR_SEGMENTS, FOR_INDUSTRIES = [[], [], ["key"], ["standard", "key"]], [[], [], ["Retail"]]
SERIES, ON_SALE = ["Anvil", "Brook", "Crest", ""], [True, True, True, False]
WAYS = ["won", "won", "won", "signed", "signed", "both", "open", "proposal", "lost", "draft"]
DAYS_AGO = [3, 100, 400, 900]


def drawn_book(draw):
    """(products, clients, sales); a sale is (client, product, way, amount, days ago, currency)."""
    products = [
        {
            "series": draw.choice(SERIES),
            "segments": draw.choice(FOR_SEGMENTS),
            "industries": draw.choice(FOR_INDUSTRIES),
            "is_active": draw.choice(ON_SALE),
        }
        for _ in range(draw.randint(1, 5))
    ]
    kinds = (SEGMENTS, INDUSTRIES, CURRENCIES, STATUSES)
    clients = [tuple(draw.choice(kind) for kind in kinds) for _ in range(draw.randint(6, 16))]
    sales = [
        (
            draw.randrange(len(clients)),
            draw.randrange(len(products)),
            draw.choice(WAYS),
            draw.randint(1, 1_000),
            draw.choice(DAYS_AGO),
            draw.choice(CURRENCIES),
        )
        for _ in range(draw.randint(0, 3 * len(clients)))
    ]
    return products, clients, sales


def build(products, clients, sales):
    """The generated book as rows, and what is owned as (client, product, day, currency, amount or None)."""
    today = house_today()
    rows = [make.product(**one, name=f"Product {n}") for n, one in enumerate(products)]
    people = [
        make.client(
            segment=segment,
            industry=industry,
            currency=currency,
            status=status,
            lost_on=today if status == "lost" else None,
        )
        for segment, industry, currency, status in clients
    ]
    bought = []
    for who, what, how, amount, ago, currency in sales:
        client, product = people[who % len(people)], rows[what % len(rows)]
        bought += sell(client, product, how, Decimal(amount), today - ago * DAY, currency)
    return rows, people, bought


def sell(client, product, how, amount, day, currency):
    if how in OPEN or how == "lost":
        Deal.objects.create(client=client, product=product, stage=how, amount=amount, currency=currency)
        return []
    found, deal = [], None
    if how in ("won", "both"):
        deal = make.won_deal(client, amount=amount, on=day, product_row=product, currency=currency)
        found.append((client, product, day, currency, None if how == "both" else amount))
    if how != "won":
        terms = {"starts_on": day, "currency": currency, "deal": deal, "discount_percent": 10}
        state = "draft" if how == "draft" else "signed"
        make.contract(client, state=state, lines=[(product, 2, amount)], **terms)
        if state == "signed":
            found.append((client, product, day, currency, 2 * amount * Decimal("0.9")))
    return found


def series_of(product):
    return product.series or product.name


def may_have(product, client):
    return (
        product.is_active
        and (not product.segments or client.segment in product.segments)
        and (not product.industries or client.industry in product.industries)
    )


def expected_state(client, series, products, bought):
    if any(who == client and series_of(what) == series for who, what, *_ in bought):
        return State.OWNED
    deals = Deal.objects.filter(client=client, stage__in=OPEN).select_related("product")
    if any(series_of(deal.product) == series for deal in deals):
        return State.OPEN
    fits = any(series_of(one) == series and may_have(one, client) for one in products)
    return State.GAP if fits else State.NOT_ELIGIBLE


def converted(amount, currency, into):
    if currency == into:
        return amount
    return amount * RATES[currency] / RATES[into] if currency in RATES and into in RATES else None


def spent(sales, into):
    """What one owner paid in the year up to the latest purchase; None without any, "no rate" where one is missing."""
    latest = max(day for *_, day, _currency, _amount in sales)
    year = [(c, a) for _w, _p, day, c, a in sales if day > latest - 365 * DAY and a is not None]
    amounts = [converted(amount, currency, into) for currency, amount in year]
    if None in amounts:
        return "no rate"
    return sum(amounts).quantize(CENT, ROUND_HALF_UP) if amounts else None


def median(amounts):
    amounts = sorted(amounts)
    if not amounts:
        return None
    middle = (amounts[(len(amounts) - 1) // 2] + amounts[len(amounts) // 2]) / 2
    return middle.quantize(CENT, ROUND_HALF_UP)


def expected_suggestion(client, series, products, people, bought):
    """(owners, peers, amount, left out, product) or None, worked out row by row."""
    alike = [
        one
        for one in people
        if one.status == "active" and (one.segment, one.industry) == (client.segment, client.industry)
    ]
    owners = defaultdict(list)
    for sale in bought:
        if sale[0] in alike and series_of(sale[1]) == series:
            owners[sale[0].pk].append(sale)
    if not client.industry or len(alike) < 5 or 100 * len(owners) < 40 * len(alike):
        return None
    paid = [spent(sales, client.currency) for sales in owners.values()]
    have = Counter(
        pair for pair in {(what.pk, who.pk) for sales in owners.values() for who, what, *_ in sales}
    )
    by_product = Counter(product for product, _client in have)
    offered = [one for one in products if series_of(one) == series and may_have(one, client)]
    best = min(offered, key=lambda one: (-by_product[one.pk], one.name, one.pk))
    known = [amount for amount in paid if amount not in (None, "no rate")]
    return len(owners), len(alike), median(known), paid.count("no rate"), best.pk


def suggested_in(products, clients, sales):
    """Compares SQL and calculation on one book; returns how many suggestions both make."""
    for model in (ContractLine, Contract, Deal, Client, Product, ExchangeRate):
        model.objects.all().delete()
    ExchangeRate.objects.create(currency="USD", valid_from="2020-01-01", rate=20_000)
    ExchangeRate.objects.create(currency="USD", valid_from="2021-01-01", rate=RATES["USD"])
    ExchangeRate.objects.create(currency="USD", valid_from=house_today() + DAY, rate=1)
    rows, people, bought = build(products, clients, sales)
    catalogue, count = read_catalogue(), 0
    assert list(catalogue.series) == sorted({series_of(one) for one in rows if one.is_active})
    found = whitespace_of(people, catalogue)
    for client in people:
        assert [cell.series for cell in found[client.pk]] == list(catalogue.series)
        for cell in found[client.pk]:
            state, wanted = expected_state(client, cell.series, rows, bought), None
            if state == State.GAP:
                wanted = expected_suggestion(client, cell.series, rows, people, bought)
            got = cell.suggestion
            found_words = got and (got.owners, got.peers, got.amount, got.left_out, got.product_id)
            assert (cell.state, found_words) == (state, wanted)
            count += wanted is not None
    return count


def test_the_sql_says_what_a_plain_calculation_says(db):
    counts = []

    # The same books on every run, so that the last line means the same, too.
    @settings(max_examples=30, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(st.integers(0, 10**9))
    def compare(seed):
        counts.append(suggested_in(*drawn_book(random.Random(seed))))

    compare()
    assert sum(counts) > 3  # else the books would prove nothing about suggestions


# --- The rules, one by one ------------------------------------------------------------------------------------


@pytest.fixture
def crest(db):
    return make.product("CR-7", name="Crest 7", series="Crest")


def retail(count, **fields):
    return [make.client(industry="Retail", **fields) for _ in range(count)]


def buy(client, product, amount, days_ago=10, **fields):
    day = house_today() - days_ago * DAY
    return make.won_deal(client, amount=amount, on=day, product_row=product, **fields)


def test_two_of_five_are_enough_and_their_median_is_the_worth(crest):
    clients = retail(5)
    buy(clients[0], crest, 100)
    assert suggestion_for(clients[4], "Crest") is None
    buy(clients[1], crest, 300)
    suggestion = suggestion_for(clients[4], "Crest")
    assert (suggestion.owners, suggestion.peers, suggestion.amount) == (2, 5, Decimal(200))
    assert "2 of 5 standard clients in Retail own it" in suggestion.reason and "₫200" in suggestion.reason
    assert not any(client.name in suggestion.reason for client in clients)


def test_four_alike_clients_are_too_few(crest):
    clients = retail(4)
    for client in clients[:3]:
        buy(client, crest, 100)
    assert suggestion_for(clients[3], "Crest") is None


def test_other_segments_industries_and_lost_clients_do_not_count(crest):
    clients = retail(5)
    buy(clients[0], crest, 100)
    for other in [*retail(3, segment="key"), make.client(industry="Food")]:
        buy(other, crest, 100)
    buy(make.client(industry="Retail", status="lost", lost_on=house_today()), crest, 100)
    assert suggestion_for(clients[4], "Crest") is None


def test_a_draft_or_ended_contract_and_a_lost_deal_own_nothing(crest):
    client = make.client()
    make.contract(client, state="draft", lines=[(crest, 1, 10)])
    make.contract(client, state="lost", lines=[(crest, 1, 10)])
    make.contract(client, state="ended", ended_on=house_today(), lines=[(crest, 1, 10)])
    Deal.objects.create(client=client, product=crest, stage="lost")
    assert whitespace_of([client], read_catalogue())[client.pk][0].state == State.GAP
    assert owned_products(client) == []
    make.contract(client, lines=[(crest, 1, 10)])
    assert whitespace_of([client], read_catalogue())[client.pk][0].state == State.OWNED
    assert [row[:2] for row in owned_products(client)] == [("Crest", "Crest 7")]


def test_a_currency_without_a_rate_is_left_out_and_said(crest):
    clients = retail(5)
    for client, currency in zip(clients, ["VND", "EUR", "USD"], strict=False):
        buy(client, crest, 1_000, currency=currency)
    ExchangeRate.objects.create(currency="USD", valid_from="2026-01-01", rate=25)
    suggestion = suggestion_for(clients[4], "Crest")
    assert (suggestion.owners, suggestion.left_out, suggestion.amount) == (3, 1, Decimal(13_000))
    assert "1 owner left out for want of an exchange rate" in suggestion.reason


def test_figures_of_a_large_group_are_kept_until_a_product_changes(crest, monkeypatch):
    monkeypatch.setattr(peers, "KEPT_FROM_PEERS", 5)
    clients = retail(6)
    for client in clients[:3]:
        buy(client, crest, 100)
    first = suggestion_for(clients[5], "Crest")
    buy(clients[3], crest, 100)
    assert first.owners == 3 and suggestion_for(clients[5], "Crest").owners == 3
    crest.name = "Crest 7 B"
    crest.save()
    assert suggestion_for(clients[5], "Crest").owners == 4


def test_the_night_run_keeps_every_large_group_and_twice_is_once(crest, monkeypatch):
    monkeypatch.setattr(peers, "KEPT_FROM_PEERS", 5)
    clients = retail(5) + [make.client(industry="Food")]
    for client in clients[:2]:
        buy(client, crest, 100)
    catalogue = read_catalogue()
    assert peers.warm_peers(catalogue) == 1 and peers.warm_peers(catalogue) == 1
    buy(clients[2], crest, 100)
    assert suggestion_for(clients[4], "Crest").owners == 2
    peers.warm_peers(catalogue)
    assert suggestion_for(clients[4], "Crest").owners == 3
    assert list(cache.get(peers._key(catalogue.stamp))) == [("standard", "Retail", "Crest", "VND")]


def test_a_page_of_clients_costs_as_many_queries_as_one(crest):
    clients = retail(20)
    for client in clients[:9]:
        buy(client, crest, 100)
    catalogue, counts = read_catalogue(), []
    for shown in (clients[18:], clients):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            found = whitespace_of(shown, catalogue)
        counts.append(len(queries))
        assert found[clients[19].pk][0].suggestion.owners == 9
    assert counts == [3, 3]
