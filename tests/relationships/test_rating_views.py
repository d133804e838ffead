"""The own rating on the client's page, in the list of all one's clients, and in Today."""

import re
import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from clients.models import Client
from relationships.models import HealthScore, OwnRating
from relationships.services.handover import hand_over_client
from tests import factories as make
from tests.relationships.test_own_rating import monday, rated, scored, values_of  # noqa: F401


def url_of(client):
    return f"/clients/{client.pk}/rating/"


def post(browser, client, value, **fields):
    fields = {"value": value, "idempotency_key": uuid.uuid4()} | fields
    return browser.post(url_of(client), {name: text for name, text in fields.items() if text is not None})


def pressed(answer):
    """The values that the scale shows as chosen."""
    return re.findall(r'value="(\d)"\s+aria-checked="true"', answer.text)


def health(client, score, band):
    """The stored health, as if it had been scored so."""
    scored(client)
    HealthScore.objects.filter(client=client).update(
        score=score, band=band, shown_score=score, shown_band=band
    )


# --- One client ------------------------------------------------------------------------------------------------


def test_a_click_saves_and_the_block_and_the_panels_follow(book, as_user):
    answer = post(as_user(book.lan, htmx=True), book.alpha, 4)
    assert answer.status_code == 200
    assert values_of(book.alpha) == [4]
    assert pressed(answer) == ["4"]
    assert "rated today by you" in answer.text
    told = answer.headers["HX-Trigger"]
    assert "care-changed" in told and "announce" in told and "rated 4, Good" in told


def test_without_script_it_goes_back_to_where_it_was(book, as_user):
    browser = as_user(book.lan)
    assert post(browser, book.alpha, 4).headers["Location"] == f"/clients/{book.alpha.pk}/"
    assert post(browser, book.alpha, 5, next="/ratings/").headers["Location"] == "/ratings/"
    assert (
        post(browser, book.alpha, 5, next="https://evil.example/").headers["Location"].startswith("/clients/")
    )
    assert values_of(book.alpha) == [4, 5, 5]


@pytest.mark.parametrize("htmx", [True, False])
def test_red_asks_for_its_reason_first_and_is_no_mistake_yet(book, as_user, htmx):
    answer = post(as_user(book.lan, htmx=htmx), book.alpha, 1)
    assert answer.status_code == 422
    assert 'name="note"' in answer.text and "aria-invalid" not in answer.text
    assert pressed(answer) == ["1"]
    assert not OwnRating.objects.exists()


def test_red_without_words_says_what_is_missing(book, as_user):
    answer = post(as_user(book.lan, htmx=True), book.alpha, 1, note="  ")
    assert answer.status_code == 422
    assert "Say in a few words why" in answer.text and 'aria-invalid="true"' in answer.text


def test_red_with_its_reason_is_saved_and_shown_as_text(book, as_user):
    answer = post(as_user(book.lan, htmx=True), book.alpha, 1, note="<b>They</b> want out & away")
    assert answer.status_code == 200
    assert "&lt;b&gt;They&lt;/b&gt; want out &amp; away" in answer.text
    assert values_of(book.alpha) == [1]


@pytest.mark.parametrize("fields", [{"note": "x" * 501}, {"note": "a\x00b"}, {"idempotency_key": "1"}])
def test_what_is_wrong_loses_nothing_typed(book, as_user, fields):
    answer = post(as_user(book.lan, htmx=True), book.alpha, 1, **fields)
    assert answer.status_code == 422
    assert not OwnRating.objects.exists()


@pytest.mark.parametrize("value", ["0", "6", "", "four", None])
def test_other_values_are_refused(book, as_user, value):
    assert post(as_user(book.lan, htmx=True), book.alpha, value).status_code == 422
    assert not OwnRating.objects.exists()


def test_key_of_another_rating_is_a_conflict(book, as_user):
    browser, key = as_user(book.lan, htmx=True), uuid.uuid4()
    assert post(browser, book.alpha, 4, idempotency_key=key).status_code == 200
    assert post(browser, book.alpha, 4, idempotency_key=key).status_code == 200
    answer = post(browser, book.alpha, 2, idempotency_key=key)
    assert answer.status_code == 409
    assert "rated before" in answer.text and str(key) not in answer.text
    assert values_of(book.alpha) == [4]


@pytest.mark.parametrize("person", ["senior", "manager", "admin"])
def test_others_read_it_and_may_not_rate(book, as_user, person):
    rated(book.alpha, book.lan, 4, days_ago=12, note="They call us first")
    browser = as_user(getattr(book, person), htmx=True)
    page = browser.get(url_of(book.alpha)).text
    assert "Good" in page and "rated 12 days ago by Lan Nguyễn" in page and "They call us first" in page
    assert "<button" not in page
    assert post(browser, book.alpha, 1, note="x").status_code == 403
    assert values_of(book.alpha) == [4]


def test_link_opens_the_reason_of_a_value(book, as_user):
    rated(book.alpha, book.lan, 4)
    browser = as_user(book.lan, htmx=True)
    assert 'name="note"' not in browser.get(url_of(book.alpha)).text
    answer = browser.get(url_of(book.alpha), {"value": 4})
    assert 'name="note"' in answer.text and pressed(answer) == ["4"]
    assert browser.get(url_of(book.alpha), {"value": 9}).status_code == 422
    assert 'name="note"' not in as_user(book.manager, htmx=True).get(url_of(book.alpha), {"value": 4}).text


@pytest.mark.parametrize(("days_ago", "asks"), [(90, False), (91, True)])
def test_older_than_ninety_days_it_asks_whether_it_is_still_right(book, as_user, days_ago, asks):
    rated(book.alpha, book.lan, 4, days_ago=days_ago)
    page = as_user(book.lan, htmx=True).get(url_of(book.alpha)).text
    assert ("still right?" in page and "Keep 4" in page) == asks


def test_one_click_renews_a_red_one_with_its_reason(book, as_user):
    rated(book.alpha, book.lan, 1, days_ago=100, note="They want out")
    browser = as_user(book.lan, htmx=True)
    page = browser.get(url_of(book.alpha)).text
    form = page[page.index("rate-", page.index("Keep 1") - 900) - 900 : page.index("Keep 1")]
    fields = dict(re.findall(r'name="(\w+)" value="([^"]*)"', form))
    assert (fields["value"], fields["note"]) == ("1", "They want out")
    assert browser.post(url_of(book.alpha), fields).status_code == 200
    assert values_of(book.alpha) == [1, 1]


def test_after_a_handover_the_new_lead_is_asked(book, as_user):
    rated(book.alpha, book.lan, 5, days_ago=3)
    hand_over_client(client=book.alpha, to=book.mai, by=book.admin, reason="Moved")
    page = as_user(book.mai, htmx=True).get(url_of(book.alpha)).text
    assert "set at the handover today" in page and "Keep 2" in page


@pytest.mark.parametrize(
    ("value", "score", "band", "said"),
    [
        (4, 40, "at_risk", "You rate it 4, the score says at risk: worth a look."),
        (5, 40, "at_risk", "You rate it 5, the score says at risk: worth a look."),
        (2, 80, "healthy", "You rate it 2, the score says healthy: worth a look."),
        (3, 40, "at_risk", ""),
        (3, 80, "healthy", ""),
        (4, 60, "watch", ""),
        (4, 80, "healthy", ""),
    ],
)
def test_person_and_score_that_disagree_are_told_so(book, as_user, value, score, band, said):
    health(book.alpha, score, band)
    rated(book.alpha, book.lan, value)
    page = as_user(book.lan, htmx=True).get(url_of(book.alpha)).text
    assert ("worth a look" in page) == bool(said)
    assert said in page
    theirs = as_user(book.manager, htmx=True).get(url_of(book.alpha)).text
    assert ("Lan Nguyễn rates it" in theirs) == bool(said)


def test_what_is_asked_anew_is_not_held_against_the_score(book, as_user):
    health(book.alpha, 80, "healthy")
    rated(book.alpha, book.lan, 2, source="handover")
    assert "worth a look" not in as_user(book.lan, htmx=True).get(url_of(book.alpha)).text


def test_client_page_has_it_in_its_strip(book, as_user):
    rated(book.alpha, book.lan, 4, days_ago=12)
    page = as_user(book.lan).get(f"/clients/{book.alpha.pk}/").text
    assert f'id="client-{book.alpha.pk}-rating"' in page
    assert "rated 12 days ago by you" in page and 'role="radiogroup"' in page


def test_client_without_lead_has_none(book, as_user):
    gamma = make.client("Gamma")
    page = as_user(book.admin).get(f"/clients/{gamma.pk}/").text
    assert re.search(rf'id="client-{gamma.pk}-rating"[^>]*hidden', page)
    assert "nobody rates" in as_user(book.admin).get(url_of(gamma)).text


# --- All of them -----------------------------------------------------------------------------------------------


@pytest.fixture
def clients(book):
    """Five clients of Lan's: never rated, handed over, stale (two), rated lately; and one of somebody else's."""
    lan = book.lan
    fresh, stale, older, handed, never = (
        make.client(name, lead=lan) for name in ["Fresh", "Stale", "Older", "Handed", "Never"]
    )
    rated(fresh, lan, 4, days_ago=10)
    rated(stale, lan, 4, days_ago=95)
    rated(older, lan, 3, days_ago=120)
    rated(handed, lan, 2, days_ago=1, source="handover")
    rated(never, book.olga, 5, days_ago=1)  # what a former lead thought does not count
    rated(book.alpha, lan, 5, days_ago=100), rated(book.alpha, lan, 3, days_ago=2)
    Client.objects.filter(pk=book.alpha.pk).update(revenue_12m=9_000)
    return book


def names(page):
    return re.findall(r'class="strong link-quiet cut"\s+href="[^"]+"\s+title="([^"]+)"', page)


def test_those_that_wait_come_first(clients, as_user):
    page = as_user(clients.lan).get("/ratings/").text
    assert names(page) == ["Never", "Handed", "Older", "Stale", "Alpha Thép Việt", "Fresh"]
    assert "4 clients wait for your view" in page


def test_row_is_rated_in_place_and_the_sentence_counts_down(clients, as_user):
    never = Client.objects.get(name="Never")
    answer = post(as_user(clients.lan, htmx=True), never, 5, shape="row")
    assert f'id="rating-row-{never.pk}"' in answer.text and "Saved" in answer.text
    assert 'hx-swap-oob="true"' in answer.text and "3 clients wait" in answer.text
    assert pressed(answer) == ["5"]


def test_red_in_a_row_asks_in_the_row(clients, as_user):
    never = Client.objects.get(name="Never")
    answer = post(as_user(clients.lan, htmx=True), never, 1, shape="row")
    assert answer.status_code == 422
    assert f'id="rating-row-{never.pk}"' in answer.text and 'name="note"' in answer.text


def test_who_leads_nobody_reads_so(book, as_user):
    page = as_user(book.manager).get("/ratings/").text
    assert "You lead no clients" in page and '<form class="rating-form"' not in page


def test_all_rated_is_said(book, as_user):
    rated(book.alpha, book.lan, 4)
    assert "Every client of yours is rated" in as_user(book.lan).get("/ratings/").text


def test_today_tells_how_many_wait_and_stays_quiet_otherwise(clients, as_user):
    browser = as_user(clients.lan)
    page = browser.get("/today/").text
    assert "4 clients wait for your view" in page and 'href="/ratings/"' in page
    for client in Client.objects.exclude(pk=clients.omega.pk):
        rated(client, clients.lan, 4)
    assert "your view of the relationship" not in browser.get("/today/").text


def test_lost_clients_and_those_of_others_are_not_asked_for(book, as_user):
    make.client("Gone", lead=book.lan, status="lost", lost_on="2026-11-01")
    assert names(as_user(book.lan).get("/ratings/").text) == ["Alpha Thép Việt"]


def queries_of(browser, url):
    with CaptureQueriesContext(connection) as captured:
        assert browser.get(url).status_code == 200
    return len(captured)


@pytest.mark.parametrize("url", ["/ratings/", "/today/"])
def test_two_clients_cost_what_twenty_do(book, as_user, url):
    browser = as_user(book.lan)
    rated(make.client(lead=book.lan), book.lan, 4)
    few = queries_of(browser, url)
    for number in range(18):
        rated(make.client(lead=book.lan), book.lan, 4, days_ago=number * 8)
    assert queries_of(browser, url) == few <= 12


def test_client_page_costs_the_same_with_many_ratings(book, as_user):
    browser, url = as_user(book.lan), f"/clients/{book.alpha.pk}/"
    rated(book.alpha, book.lan, 4)
    few = queries_of(browser, url)
    for number in range(20):
        rated(book.alpha, book.lan, 4, days_ago=number)
    assert queries_of(browser, url) == few
