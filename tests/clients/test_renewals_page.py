"""What ends: every figure is the number and the sum of the list behind it."""

import datetime
import uuid
from decimal import Decimal
from urllib.parse import urlsplit

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from clients.models import Band, Client, Contract
from clients.services.renewals import lose_renewal, renew_contract
from tests import factories as make

TODAY = timezone.localdate()


def renew(contract, by, state="draft"):
    renewal = renew_contract(contract=contract, by=by, idempotency_key=uuid.uuid4())
    if state != "draft":
        Contract.objects.filter(pk=renewal.pk).update(state=state, signed_on=TODAY)
    return renewal


def lose(contract, by):
    return lose_renewal(
        contract=contract, on=TODAY, reason="price", note="", by=by, idempotency_key=uuid.uuid4()
    )


@pytest.fixture
def terms(book):
    """Contracts of Alpha (at risk) and a healthy client that end before and after today, one of each outcome."""
    Client.objects.filter(pk=book.alpha.pk).update(health_band=Band.AT_RISK, health_score=30)
    healthy = make.client("Healthy", lead=book.lan, health_band=Band.HEALTHY, segment="major")
    found = {
        "none": make.contract(book.alpha, ends_in=10, value=100),
        "open": make.contract(book.alpha, ends_in=20, value=200),
        "renewed": make.contract(healthy, ends_in=30, value=400),
        "by_itself": make.contract(healthy, ends_in=40, value=800, auto_renews=True),
        "lost": make.contract(healthy, ends_in=50, value=1600),
        "dollars": make.contract(healthy, ends_in=60, value=5, currency="USD"),
        "past renewed": make.contract(book.alpha, ends_in=-10, value=3000),
        "past lost": make.contract(book.alpha, ends_in=-20, value=1000),
        "past open": make.contract(healthy, ends_in=-90, value=7),
        "far": make.contract(healthy, ends_in=91),
        "long ago": make.contract(healthy, ends_in=-91),
        "today": make.contract(healthy, ends_in=0, value=50),
        "ended": make.contract(healthy, ends_in=10, state="ended", ended_on=TODAY),
        "no end": make.contract(healthy, ends_in=None),
    }
    renew(found["open"], book.lan)
    for name in ("renewed", "past renewed"):
        renew(found[name], book.lan, "signed")
    for name in ("lost", "past lost"):
        lose(found[name], book.lan)
    return found


def look(browser, query=""):
    answer = browser.get(f"/renewals/{query}")
    assert answer.status_code == 200
    return answer.context


def listed(context):
    return {row.pk for row in context["page"]}


def test_list_shows_what_ends_in_the_window_the_next_first(book, as_user, terms):
    context = look(as_user(book.lan))
    expected = ["today", "none", "open", "renewed", "by_itself", "lost", "dollars"]
    assert [row.pk for row in context["page"]] == [terms[name].pk for name in expected]
    outcomes = {name: row.outcome for name, row in zip(expected, context["page"], strict=True)}
    assert outcomes == {
        "today": "none",
        "none": "none",
        "open": "open",
        "renewed": "renewed",
        "by_itself": "by_itself",
        "lost": "lost",
        "dollars": "none",
    }


@pytest.mark.parametrize(
    "query, expected",
    [
        ("?days=30", {"today", "none", "open", "renewed"}),
        ("?state=at_stake", {"today", "none", "open", "dollars"}),
        ("?state=open", {"open"}),
        ("?band=at_risk", {"none", "open"}),
        ("?currency=USD", {"dollars"}),
        ("?segment=major", {"today", "renewed", "by_itself", "lost", "dollars"}),
        ("?when=past", {"past renewed", "past lost", "past open"}),
        ("?when=past&state=undecided", {"past open"}),
        ("?when=past&days=180", {"past renewed", "past lost", "past open", "long ago"}),
    ],
)
def test_list_is_narrowed(book, as_user, terms, query, expected):
    context = look(as_user(book.lan), query)
    assert listed(context) == {terms[name].pk for name in expected}
    assert context["listed"].contracts == len(expected)


def test_every_figure_is_its_list(book, as_user, terms):
    browser = as_user(book.lan)
    context = look(browser)
    figures = [(tile["url"], tile["figure"].contracts, tile["figure"].amounts) for tile in context["tiles"]]
    for line in [*context["forecast"]["rows"], *context["past"]["rows"]]:
        figures.append((line["url"], line["contracts"], [pair[:2] for pair in line["amounts"]]))
    assert sum(count for _, count, _ in figures) > 20
    for url, count, amounts in figures:
        rows = look(browser, f"?{urlsplit(url).query}")["page"].rows
        sums = {}
        for row in rows:
            sums[row.currency] = sums.get(row.currency, 0) + row.value
        assert (len(rows), sums) == (count, dict(amounts)), url


def test_forecast_adds_up_and_states_its_formula(book, as_user, terms):
    answer = as_user(book.lan).get("/renewals/")
    rows = answer.context["forecast"]["rows"]
    assert rows[0]["contracts"] == sum(row["contracts"] for row in rows[1:]) == 7
    expected = {currency: amount for currency, amount, _ in answer.context["forecast"]["expected"]}
    # Renewed and by itself in full, at risk 30 %, healthy 90 %, lost nothing.
    assert expected == {
        "VND": 400 + 800 + Decimal("0.3") * (100 + 200) + Decimal("0.9") * 50,
        "USD": Decimal("4.5"),
    }
    text = answer.content.decode()
    assert "90% where health is good" in text and "30% at risk" in text


def test_past_says_what_renewed_of_what_was_up(book, as_user, terms):
    rows = look(as_user(book.lan))["past"]["rows"]
    assert [row["contracts"] for row in rows] == [3, 1, 1, 1]
    renewed = rows[1]["amounts"][0]
    assert renewed[:2] == ("VND", 3000) and renewed[2] == Decimal(3000) / Decimal(4007)


def test_contract_of_a_lost_client_is_not_at_stake(book, as_user):
    gone = make.client(lead=book.lan, status="lost", lost_on=TODAY, lost_reason="price")
    make.contract(gone, ends_in=10)
    assert [row.outcome for row in look(as_user(book.lan))["page"]] == ["lost"]


def test_renewed_after_a_lost_attempt_counts_once_as_renewed(book, as_user):
    contract = make.contract(book.alpha, ends_in=10)
    lose(contract, book.lan)
    lose(contract, book.lan)
    renew(contract, book.lan, "signed")
    context = look(as_user(book.lan))
    assert [row.outcome for row in context["page"]] == ["renewed"]
    assert context["all_coming"].contracts == 1


@pytest.mark.parametrize(
    "persona, clients", [("lan", "A"), ("mai", ""), ("senior", "A"), ("manager", "A"), ("admin", "AO")]
)
def test_each_reader_sees_their_own_clients(book, as_user, persona, clients):
    alpha, omega = make.contract(book.alpha, ends_in=10), make.contract(book.omega, ends_in=10)
    context = look(as_user(getattr(book, persona)))
    expected = {alpha.pk for _ in clients if "A" in clients} | {omega.pk for _ in clients if "O" in clients}
    assert listed(context) == expected
    assert context["all_coming"].contracts == len(expected)


def test_filter_by_lead_and_region(book, as_user):
    alpha, omega = make.contract(book.alpha, ends_in=10), make.contract(book.omega, ends_in=10)
    admin = as_user(book.admin)
    for query, expected in [
        (f"?lead={book.lan.pk}", alpha),
        (f"?lead={book.olga.pk}", omega),
        ("?region=South", omega),
    ]:
        context = look(admin, query)
        assert listed(context) == {expected.pk}
        assert context["all_coming"].contracts == 1


@pytest.mark.parametrize(
    "query",
    [
        "?days=7",
        "?when=later",
        "?state=x",
        "?band=x",
        "?currency=euro",
        "?segment=x",
        "?lead=99999999",
        "?region=Mars",
    ],
)
def test_senseless_filter_is_told(book, as_user, query):
    assert as_user(book.lan).get(f"/renewals/{query}").status_code == 422


def test_htmx_gets_the_figures_and_the_sentence_alone(book, as_user):
    make.contract(book.alpha, ends_in=10)
    text = as_user(book.lan, htmx=True).get("/renewals/").content.decode()
    assert "<html" not in text and 'id="renewals-lede"' in text and book.alpha.name in text


def test_pages_follow_each_other_and_queries_stay_within_twelve(book, as_user):
    browser = as_user(book.manager)

    def count():
        with CaptureQueriesContext(connection) as queries:
            context = look(browser)
        return len(queries), context

    for n in range(2):
        make.contract(book.alpha, ends_in=n % 80)
    count()
    few, _ = count()
    for n in range(58):
        make.contract(book.alpha, ends_in=n % 80)
    many, context = count()
    assert many == few <= 12
    following = look(browser, f"?cursor={context['page'].next_cursor}")
    assert (len(context["page"]), len(following["page"])) == (50, 10)
    assert not listed(context) & listed(following)
    assert following["listed"].contracts == 60


def test_window_is_counted_in_days_of_the_house(book, as_user):
    edge = make.contract(book.alpha, ends_on=TODAY + datetime.timedelta(days=30))
    beyond = make.contract(book.alpha, ends_on=TODAY + datetime.timedelta(days=31))
    assert listed(look(as_user(book.lan), "?days=30")) == {edge.pk}
    assert listed(look(as_user(book.lan), "?days=60")) == {edge.pk, beyond.pk}
