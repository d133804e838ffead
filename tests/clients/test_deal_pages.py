"""Deals on screen: opening, editing, moving, closing; board and list; advice; the growth panel; whitespace."""

import datetime
import json
import uuid
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Tier
from clients.filters import house_today
from clients.models import Advice, AdviceAnswer, CareEvent, Deal, DealStage, MonthlyRevenue
from clients.services.advice import AnswerChanged, answer_advice
from clients.views import deals as deal_views
from tests import factories as make

DAY = datetime.timedelta(days=1)


def url(name, *args, **query):
    address = reverse(f"clients:{name}", args=args)
    return f"{address}?{'&'.join(f'{k}={v}' for k, v in query.items())}" if query else address


def typed(product, **changes):
    values = {"product": product.pk, "kind": "cross_sell", "amount": "500", "discount_percent": "0"}
    return values | {"payment_days": "0", "idempotency_key": str(uuid.uuid4())} | changes


def events(answer):
    return json.loads(answer.headers["HX-Trigger"])


@pytest.fixture
def deal(book):
    return make.open_deal(book.alpha, amount=500, title="Two docks", opened_on=house_today() - DAY)


# --- Opening --------------------------------------------------------------------------------------------------


def test_a_deal_is_opened_from_the_sheet_once(book, as_user):
    browser, product = as_user(book.lan, htmx=True), make.product("D-1", name="Dock")
    assert "<html" not in browser.get(url("deal_new", book.alpha.pk)).content.decode()
    values = typed(product, probability="40", expected_on="2026-12-24")
    first = browser.post(url("deal_new", book.alpha.pk), values)
    again = browser.post(url("deal_new", book.alpha.pk), values)
    assert (first.status_code, again.status_code) == (204, 204)
    assert {"deal-changed", "care-changed"} <= events(first).keys()
    opened = Deal.objects.get()
    assert (opened.amount, opened.probability, opened.owner) == (500, 40, book.lan)


def test_cross_sell_and_up_sell_come_first_and_only_what_may_be_offered(book, as_user):
    fits = make.product(name="Fits", segments=["standard"])
    make.product(name="For key only", segments=["key"])
    make.product(name="For food only", industries=["Food"])
    make.product(name="No longer sold", is_active=False)
    form = as_user(book.lan).get(url("deal_new", book.alpha.pk)).context["form"]
    assert list(form.fields["product"].queryset) == [fits]
    assert [value for value, _label in form.fields["kind"].choices][:2] == ["cross_sell", "up_sell"]


def test_a_suggestion_brings_its_product_amount_and_reason(book, as_user):
    crest = make.product("CR-7", name="Crest 7", series="Crest")
    book.alpha.industry = "Retail"
    book.alpha.save()
    for amount in (100, 300):
        other = make.client(industry="Retail")
        make.won_deal(other, amount=amount, on=house_today(), product_row=crest)
    [make.client(industry="Retail") for _ in range(2)]
    answer = as_user(book.lan).get(url("deal_new", book.alpha.pk, series="Crest"))
    form = answer.context["form"]
    assert (form["product"].value(), form["amount"].value()) == (crest.pk, "200")
    assert "2 of 5 standard clients in Retail own it" in answer.content.decode()


def test_a_series_without_a_suggestion_brings_its_product_alone(book, as_user):
    dock = make.product(name="Dock")
    answer = as_user(book.lan).get(url("deal_new", book.alpha.pk, series="Dock"))
    assert answer.context["form"]["product"].value() == dock.pk
    assert answer.context["form"]["amount"].value() is None


def test_a_deal_made_of_advice_keeps_the_link_and_nobody_elses(book, as_user):
    product = make.product()
    advice = {"recommendation": "Two smaller ones", "reason": "One may fail", "given_on": house_today()}
    mine = Advice.objects.create(client=book.alpha, product=product, **advice)
    theirs = Advice.objects.create(client=book.omega, **advice)
    browser = as_user(book.lan)
    form = browser.get(url("deal_new", book.alpha.pk, advice=mine.pk)).context["form"]
    assert (form["product"].value(), form["title"].value()) == (product.pk, "Two smaller ones")
    assert browser.post(url("deal_new", book.alpha.pk, advice=theirs.pk), typed(product)).status_code == 404
    assert browser.post(url("deal_new", book.alpha.pk, advice=mine.pk), typed(product)).status_code == 302
    assert Deal.objects.get().advice == mine
    assert "Deal made of it" in browser.get(url("growth", book.alpha.pk)).content.decode()


@pytest.mark.parametrize(
    "field, value",
    [
        ("amount", "-1"),
        ("amount", "1e17"),
        ("amount", "NaN"),
        ("probability", "101"),
        ("discount_percent", "100.5"),
        ("payment_days", "366"),
        ("expected_on", "2099-01-01"),
        ("title", "a\x00b"),
        ("next_step", "<script>x</script>"),
        ("product", "0"),
        ("kind", "gift"),
    ],
)
def test_what_makes_no_sense_is_refused_at_its_field(book, as_user, field, value):
    values = typed(make.product()) | {field: value}
    answer = as_user(book.lan, htmx=True).post(url("deal_new", book.alpha.pk), values)
    assert answer.status_code == 422 and answer.context["form"].errors.keys() == {field}
    assert not Deal.objects.exists()


# --- Editing and moving ---------------------------------------------------------------------------------------


def edited(deal, **changes):
    values = {"stage": deal.stage, "product": deal.product_id, "kind": deal.kind, "amount": "500"}
    return values | {"discount_percent": "0", "payment_days": "0", "version": deal.version} | changes


def test_two_editors_at_once_both_see_both_versions(book, as_user, deal):
    Deal.objects.filter(pk=deal.pk).update(amount=700, version=2)
    answer = as_user(book.lan).post(url("deal_edit", deal.pk), edited(deal, amount="900"))
    assert answer.status_code == 409 and Deal.objects.get().amount == 700
    shown = {one.name: (one.mine, one.theirs) for one in answer.context["conflict"].differences}
    assert shown["amount"] == ("900", "700.00")


def test_the_board_moves_a_deal_and_is_told_when_it_has_moved(book, as_user, deal):
    browser = as_user(book.lan, htmx=True)
    answer = browser.post(url("deal_stage", deal.pk), {"version": 1, "stage": "proposal"})
    assert answer.status_code == 204 and "deal-changed" in events(answer)
    late = browser.post(url("deal_stage", deal.pk), {"version": 1, "stage": "negotiation"})
    assert late.status_code == 409 and "Somebody else changed this deal" in late.content.decode()
    assert browser.post(url("deal_stage", deal.pk), {"version": 2, "stage": "won"}).status_code == 422
    assert Deal.objects.get().stage == DealStage.PROPOSAL


# --- Closing --------------------------------------------------------------------------------------------------


def test_winning_needs_an_amount_and_a_day_that_has_come(book, as_user, deal):
    browser, day = as_user(book.lan, htmx=True), house_today()
    for values, field in [
        ({"amount": "", "day": day}, "amount"),
        ({"amount": "5", "day": day + DAY}, "day"),
        ({"amount": "5", "day": day - 2 * DAY}, "day"),
    ]:
        answer = browser.post(url("deal_win", deal.pk), values | {"version": 1})
        assert answer.status_code == 422 and answer.context["form"].errors.keys() == {field}
    answer = browser.post(url("deal_win", deal.pk), {"version": 1, "amount": "650", "day": day})
    assert answer.status_code == 204
    assert MonthlyRevenue.objects.get().amount == Decimal(650)


def test_beyond_authority_the_sheet_explains_and_shows_the_way(book, as_user, deal):
    Tier.objects.filter(pk=book.lan.tier_id).update(max_discount_percent=10)
    Deal.objects.filter(pk=deal.pk).update(discount_percent=20)
    browser = as_user(book.lan, htmx=True)
    ask = f'href="{url("deal_approval", deal.pk)}'
    for answer in (browser.get(url("deal_page", deal.pk)), browser.get(url("deal_win", deal.pk))):
        assert ask in answer.content.decode() and "more than the 10%" in answer.content.decode()
    values = {"version": 1, "amount": "500", "day": house_today()}
    refused = browser.post(url("deal_win", deal.pk), values)
    assert refused.status_code == 422 and ask in refused.content.decode()
    assert Deal.objects.get().stage == DealStage.OPEN


def test_losing_needs_a_reason_and_can_be_taken_back(book, as_user, deal):
    browser = as_user(book.lan)
    values = {"version": 1, "day": house_today()}
    assert browser.post(url("deal_lose", deal.pk), values | {"reason": " "}).status_code == 422
    assert browser.post(url("deal_lose", deal.pk), values | {"reason": "Too dear"}).status_code == 302
    assert "Too dear" in browser.get(url("deal_page", deal.pk)).content.decode()
    assert (
        browser.post(
            url("deal_win", deal.pk), {"version": 2, "amount": "5", "day": house_today()}
        ).status_code
        == 409
    )
    assert browser.post(url("deal_reopen", deal.pk), {"version": 2}).status_code == 302
    assert Deal.objects.get().stage == DealStage.NEGOTIATION


# --- Board and list -------------------------------------------------------------------------------------------


def test_the_board_counts_all_deals_and_shows_the_first(book, as_user, monkeypatch):
    monkeypatch.setattr(deal_views, "CARDS_SHOWN", 2)
    for amount, probability in [(100, 50), (300, None), (None, 40), (200, 10)]:
        make.open_deal(book.alpha, amount=amount, probability=probability, stage="proposal")
    make.open_deal(book.alpha, amount=7, currency="USD", probability=100, stage="proposal")
    make.open_deal(book.omega, amount=9_999)
    answer = as_user(book.lan).get(url("deals"))
    columns = {column["stage"]: column for column in answer.context["columns"]}
    assert [column["deals"] for column in columns.values()] == [0, 5, 0]
    proposals = columns["proposal"]
    assert proposals["worth"] == [("VND", Decimal(600)), ("USD", Decimal(7))]
    assert proposals["weighted"] == [("VND", Decimal(70)), ("USD", Decimal(7))]
    assert (len(proposals["cards"]), proposals["hidden"]) == (2, 3)
    assert "3 more in the list" in answer.content.decode()


def test_the_list_filters_and_pages(book, as_user, monkeypatch):
    monkeypatch.setattr(deal_views, "ROWS_PER_PAGE", 2)
    today = house_today()
    days = [today - DAY, today, None, today + DAY, None]
    rows = [make.open_deal(book.alpha, expected_on=day, title=f"Deal {n}") for n, day in enumerate(days)]
    make.won_deal(book.alpha, amount=5, on=today, title="Won one")
    browser, found, address = as_user(book.lan), [], url("deals", view="list")
    while address:
        page = browser.get(address).context["page"]
        found += [deal.pk for deal in page]
        address = page.next_cursor and url("deals", view="list", cursor=page.next_cursor)
    assert found == [rows[n].pk for n in (0, 1, 3, 2, 4)]
    for query, titles in [
        ({"overdue": 1, "view": "list"}, ["Deal 0"]),
        ({"stage": "won"}, ["Won one"]),
        ({"stage": "lost"}, []),
        ({"view": "list", "segment": "key"}, []),
        ({"view": "list", "kind": "renewal"}, []),
    ]:
        page = browser.get(url("deals", **query)).context["page"]
        assert [deal.title for deal in page] == titles


def test_filters_of_others_and_nonsense_are_refused(book, as_user):
    browser = as_user(book.lan)
    for query in ({"lead": book.olga.pk}, {"stage": "gone"}, {"view": "map"}, {"region": "South"}):
        assert browser.get(url("deals", **query)).status_code == 422
        if "stage" not in query and "view" not in query:
            assert browser.get(url("whitespace", **query)).status_code == 422
    assert browser.get(url("whitespace", series_from=-1)).status_code == 422
    assert as_user(book.manager).get(url("deals", lead=book.lan.pk)).status_code == 200


@pytest.mark.parametrize("person", ["lan", "senior", "manager", "admin"])
def test_pages_cost_as_many_queries_with_2_rows_as_with_20(book, as_user, person):
    dock, browser = make.product(name="Dock"), as_user(getattr(book, person))
    pages = [url("deals"), url("deals", view="list"), url("whitespace"), url("growth", book.alpha.pk)]
    counts = []
    for more in (2, 18):
        for number in range(more):
            client = make.client(f"Shop {more} {number}", lead=book.lan, industry="Retail")
            make.open_deal(client, expected_on=house_today())
            make.open_deal(book.alpha, title="x")
            if number % 2:
                make.won_deal(client, amount=5, on=house_today(), product_row=dock)
        counts.append([_queries(browser, page) for page in pages])
    assert counts[0] == counts[1] and max(counts[0]) <= 12, counts


def _queries(browser, page):
    browser.get(page)
    with CaptureQueriesContext(connection) as queries:
        assert browser.get(page).status_code == 200
    return len(queries)


# --- Whitespace, growth, advice -------------------------------------------------------------------------------


def test_the_grid_links_each_cell_to_what_is_next(book, as_user, deal):
    make.product(name="Gap one")
    make.product(name="Not theirs", segments=["key"])
    make.won_deal(book.alpha, amount=5, on=house_today(), product_row=make.product(name="Has it"))
    make.client("Foreign", lead=book.olga)
    answer = as_user(book.lan).get(url("whitespace"))
    text = answer.content.decode()
    states = {cell.series: str(cell.state) for row in answer.context["rows"] for cell in row["cells"]}
    assert states == {
        "Gap one": "gap",
        "Not theirs": "not_eligible",
        "Has it": "owned",
        deal.product.name: "open",
    }
    assert f'href="{url("deal_page", deal.pk)}"' in text and "?series=Gap%20one" in text
    assert "Foreign" not in text and "<html" in text
    assert "<html" not in as_user(book.lan, htmx=True).get(url("whitespace")).content.decode()


def test_more_series_than_fit_come_in_parts(book, as_user):
    for number in range(8):
        make.product(name=f"Series {number}")
    browser = as_user(book.lan)
    assert len(browser.get(url("whitespace")).context["series"]) == 6
    assert browser.get(url("whitespace", series_from=6)).context["series"] == ("Series 6", "Series 7")


def test_advice_is_given_answered_and_answered_again(book, as_user):
    browser, contact = as_user(book.lan, htmx=True), make.contact(book.alpha)
    values = {
        "recommendation": "Two smaller machines",
        "reason": "One may fail",
        "advised_against": "A single big one",
        "contact": contact.pk,
        "given_on": house_today() - DAY,
        "idempotency_key": str(uuid.uuid4()),
    }
    for _ in range(2):
        assert browser.post(url("advice_new", book.alpha.pk), values).status_code == 204
    advice = Advice.objects.get()
    panel = browser.get(url("growth", book.alpha.pk)).content.decode()
    assert "A single big one" in panel and contact.name in panel and "<html" not in panel
    said = {"seen": "waiting", "answer": "postponed", "day": house_today(), "note": "Next year"}
    assert browser.post(url("advice_answer", advice.pk), said).status_code == 204
    late = said | {"answer": "declined"}
    assert browser.post(url("advice_answer", advice.pk), late).status_code == 409
    taken = said | {"seen": "postponed", "answer": "accepted"}
    assert browser.post(url("advice_answer", advice.pk), taken).status_code == 204
    advice.refresh_from_db()
    assert (advice.answer, advice.author) == (AdviceAnswer.ACCEPTED, book.lan)
    assert list(CareEvent.objects.order_by("id").values_list("kind", flat=True)) == [
        "advice_given",
        "advice_answered",
        "advice_answered",
    ]


def test_advice_refuses_contacts_of_others_and_days_ahead(book, as_user):
    values = {"recommendation": "Wait", "reason": "Prices fall", "idempotency_key": str(uuid.uuid4())}
    for changes, field in [
        ({"contact": make.contact(book.omega).pk, "given_on": house_today()}, "contact"),
        ({"given_on": house_today() + DAY}, "given_on"),
    ]:
        answer = as_user(book.lan).post(url("advice_new", book.alpha.pk), values | changes)
        assert answer.status_code == 422 and answer.context["form"].errors.keys() == {field}
    assert not Advice.objects.exists()


def test_an_answer_seen_as_another_is_a_conflict(book):
    advice = Advice.objects.create(
        client=book.alpha, recommendation="Wait", reason="Prices fall", given_on=house_today()
    )
    said = {"advice": advice, "day": house_today(), "note": "", "by": book.lan, "seen": "waiting"}
    answer_advice(answer="accepted", **said)
    answer_advice(answer="accepted", **said)
    with pytest.raises(AnswerChanged):
        answer_advice(answer="declined", **said)
    assert CareEvent.objects.count() == 1
