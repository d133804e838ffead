"""Overrides on screen: the sheet, the line in the health section, and the page that says how right they were."""

import datetime
import uuid

import pytest
from django.db import OperationalError, connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from psycopg.errors import LockNotAvailable

from relationships.models import HealthOverride, HealthScore
from relationships.services import overrides as service
from tests import factories as make
from tests.relationships.test_overrides import TODAY, alpha, days, made, monday, say, scored  # noqa: F401


def url_of(client):
    return f"/clients/{client.pk}/override/"


def post(browser, client, **fields):
    values = {
        "score": 40,
        "reason": "Their new owner buys elsewhere",
        "expires_on": "2026-11-30",
        "idempotency_key": uuid.uuid4(),
    } | fields
    return browser.post(url_of(client), {name: text for name, text in values.items() if text is not None})


# --- The sheet -------------------------------------------------------------------------------------------------


def test_sheet_shows_what_is_computed_and_two_weeks_ahead(book, alpha, as_user):  # noqa: F811
    HealthScore.objects.filter(client=alpha).update(score=78.9, band="healthy")
    page = as_user(book.lan, htmx=True).get(url_of(alpha)).text
    assert 'value="2026-11-30"' in page and 'max="2026-12-16"' in page and 'min="2026-11-17"' in page
    assert "Healthy · 87" in page and "Watch · 62" in page and "At risk · 25" in page
    assert "78" in page and "<html" not in page
    assert "<html" in as_user(book.lan).get(url_of(alpha)).text


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ({"score": "75"}, "Healthy"),
        ({"score": "74.9"}, "Watch"),
        ({"score": "49"}, "At risk"),
        ({"level": "62"}, "Watch"),
        ({"score": "101"}, "–"),
        ({"score": ""}, "–"),
    ],
)
def test_sheet_says_what_a_number_would_show(book, alpha, as_user, query, words):  # noqa: F811
    answer = as_user(book.lan, htmx=True).get(url_of(alpha), query)
    assert words in answer.text and "<form" not in answer.text


def test_what_is_said_is_written_and_told(book, alpha, as_user):  # noqa: F811
    answer = post(as_user(book.lan, htmx=True), alpha)
    assert answer.status_code == 204
    assert "care-changed" in answer.headers["HX-Trigger"]
    row = HealthOverride.objects.get(client=alpha)
    assert (row.score, row.made_by, row.expires_on) == (40, book.lan, datetime.date(2026, 11, 30))


def test_without_script_it_leads_back_to_the_client(book, alpha, as_user):  # noqa: F811
    assert post(as_user(book.lan), alpha).headers["Location"] == f"/clients/{alpha.pk}/"


def test_a_level_is_a_number_too_and_the_number_goes_first(book, alpha, as_user):  # noqa: F811
    browser = as_user(book.lan, htmx=True)
    post(browser, alpha, score="", level="25")
    assert HealthOverride.objects.running(TODAY).get().score == 25
    running = HealthOverride.objects.get()
    post(browser, alpha, score="33", level="25", seen=running.pk)
    assert HealthOverride.objects.running(TODAY).get().score == 33


def test_double_click_counts_once(book, alpha, as_user):  # noqa: F811
    browser, key = as_user(book.lan, htmx=True), uuid.uuid4()
    assert [post(browser, alpha, idempotency_key=key).status_code for _click in range(2)] == [204, 204]
    assert HealthOverride.objects.count() == 1


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"reason": "  "}, "This field is required"),
        ({"reason": "x" * 501}, "at most 500"),
        ({"score": ""}, "Choose a level or give a number"),
        ({"score": "101"}, "less than or equal to 100"),
        ({"score": "-1"}, "greater than or equal to 0"),
        ({"score": "nan"}, "Enter a number"),
        ({"score": "", "level": "50"}, "valid choice"),
        ({"expires_on": "2026-11-16"}, "30 days ahead at most"),
        ({"expires_on": "2026-12-17"}, "30 days ahead at most"),
        ({"expires_on": "soon"}, "valid date"),
        ({"idempotency_key": None}, ""),
    ],
)
def test_what_is_wrong_is_said_and_nothing_typed_is_lost(book, alpha, as_user, fields, words):  # noqa: F811
    answer = post(as_user(book.lan, htmx=True), alpha, **fields)
    assert answer.status_code == 422
    assert words in answer.text
    assert fields.get("reason", "Their new owner buys elsewhere").strip() in answer.text
    assert not HealthOverride.objects.exists()


def test_client_without_lead_has_nothing_to_override(book, as_user):
    answer = post(as_user(book.admin, htmx=True), make.client("Gamma"))
    assert answer.status_code == 422
    assert "Only clients with a lead" in answer.text


def test_another_override_meanwhile_is_told_and_saving_again_replaces_it(book, alpha, as_user):  # noqa: F811
    theirs = say(alpha, book.senior, 60, reason="<i>They</i> will come round", at=None)
    browser = as_user(book.lan, htmx=True)
    answer = post(browser, alpha, seen="")
    assert answer.status_code == 409
    assert "Sơn Phạm said 60" in answer.text and "&lt;i&gt;They&lt;/i&gt;" in answer.text
    assert f'name="seen" value="{theirs.pk}"' in answer.text and "Their new owner" in answer.text
    assert list(HealthOverride.objects.running(TODAY)) == [theirs]
    assert post(browser, alpha, seen=theirs.pk).status_code == 204
    assert HealthOverride.objects.running(TODAY).get().score == 40


def test_one_that_was_ended_meanwhile_is_told(book, alpha, as_user):  # noqa: F811
    theirs = say(alpha, book.senior, 60)
    service.end_override(override=theirs, by=book.senior)
    answer = post(as_user(book.lan, htmx=True), alpha, seen=theirs.pk)
    assert answer.status_code == 409
    assert "was ended meanwhile" in answer.text


# --- On the client page ----------------------------------------------------------------------------------------


def test_health_says_who_said_what_and_what_is_computed(book, alpha, as_user):  # noqa: F811
    say(alpha, book.lan, 40, reason="Owner <new>", until=datetime.date(2026, 11, 30))
    health = scored(alpha)
    page = as_user(book.manager).get(f"/clients/{alpha.pk}/").text
    assert "Shown: 40 until Mon, Nov 30, said by Lan Nguyễn:" in page and "Owner &lt;new&gt;" in page
    line = page[page.index("Shown: 40") : page.index("Shown: 40") + 1200]
    assert f'num">{int(health.score)}<' in line and "End now" in page


def test_former_lead_reads_it_without_a_way_to_end_it(book, alpha, as_user):  # noqa: F811
    say(alpha, book.lan, 40)
    scored(alpha)
    former = make.user("Phúc", team=book.south)
    left_at = timezone.now() - days(500)
    make.assignment(alpha, former, since_days=900, ended_at=left_at, read_until=TODAY + days(30))
    page = as_user(former).get(f"/clients/{alpha.pk}/").text
    assert "Shown: 40" in page
    assert "End now" not in page and "override-open" not in page


def test_ended_by_a_click(book, alpha, as_user):  # noqa: F811
    row = say(alpha, book.lan, 40)
    browser = as_user(book.senior, htmx=True)
    answers = [browser.post(f"/overrides/{row.pk}/end/") for _click in range(2)]
    assert [answer.status_code for answer in answers] == [204, 204]
    assert "had ended already" in answers[1].headers["HX-Trigger"]
    row.refresh_from_db()
    assert row.ended_by == book.senior


def held_row(**_arguments):
    raise OperationalError("canceling statement due to lock timeout") from LockNotAvailable()


def test_ending_waits_for_nobody_and_says_so(book, alpha, as_user, monkeypatch):  # noqa: F811
    running = say(alpha, book.lan, 40)
    monkeypatch.setattr(service, "end_override", held_row)
    answer = as_user(book.lan, htmx=True).post(f"/overrides/{running.pk}/end/")
    assert answer.status_code == 409 and '"error"' in answer.headers["HX-Trigger"]
    answer = as_user(book.lan).post(f"/overrides/{running.pk}/end/", follow=True)
    assert "Somebody else is saving this right now" in answer.text
    running.refresh_from_db()
    assert running.ended_at is None


def test_a_day_that_ends_between_form_and_service_is_told(book, alpha, as_user, monkeypatch):  # noqa: F811
    def too_late(**_arguments):
        raise service.DayOutOfReach

    monkeypatch.setattr(service, "override_health", too_late)
    answer = post(as_user(book.lan, htmx=True), alpha)
    assert answer.status_code == 422
    assert "The day has changed meanwhile" in answer.text and "Their new owner buys elsewhere" in answer.text


def test_client_page_costs_the_same_with_an_override(book, alpha, as_user):  # noqa: F811
    browser, url = as_user(book.lan), f"/clients/{alpha.pk}/"
    plain = queries_of(browser, url)
    say(alpha, book.lan, 40)
    scored(alpha)
    assert queries_of(browser, url) == plain


# --- All of them -----------------------------------------------------------------------------------------------


def ended(client, by, right, *, days_ago=30, **fields):
    fields |= {"computed": 80.4, "computed_at_end": 44.6, "was_right": right}
    fields["ended_at"] = timezone.now() - days(days_ago - 7)
    return made(client, by, days_ago=days_ago, until=7, **fields)


def test_page_counts_how_many_were_right_in_all_and_by_person(book, as_user):
    for right in (True, True, False, None):
        ended(book.alpha, book.lan, right)
    ended(book.alpha, book.senior, True)
    made(book.alpha, book.senior)
    ended(book.omega, book.olga, False)  # out of sight
    page = as_user(book.manager).get("/overrides/").text
    assert "Of 4 ended overrides that can be judged, 3 were right (75%)." in page
    assert "1 is running." in page
    assert "2 of 3 (67%)" in page and "1 of 1 (100%)" in page
    assert [name in page for name in ("Lan Nguyễn</span></th>", "Sơn Phạm</span></th>")] == [True, True]
    assert "Olga" not in page and "Omega" not in page
    assert "Of 5 ended" in as_user(book.admin).get("/overrides/").text


def test_page_is_filtered_by_state(book, as_user):
    made(book.alpha, book.lan, reason="It runs")
    ended(book.alpha, book.lan, True, reason="It has ended")
    browser = as_user(book.senior)
    seen = {state: browser.get("/overrides/", {"state": state}).text for state in ("", "running", "ended")}
    assert ["It runs" in seen[s] for s in ("", "running", "ended")] == [True, True, False]
    assert ["It has ended" in seen[s] for s in ("", "running", "ended")] == [True, False, True]
    assert browser.get("/overrides/", {"state": "x"}).status_code == 422


def test_one_whose_last_day_is_over_is_past_before_the_job_has_seen_it(book, as_user):
    made(book.alpha, book.lan, days_ago=20, until=14, reason="Run out")
    browser = as_user(book.senior)
    assert "Run out" not in browser.get("/overrides/", {"state": "running"}).text
    assert "Run out" in browser.get("/overrides/", {"state": "ended"}).text


def test_nobody_has_said_anything(book, as_user):
    browser = as_user(book.manager)
    page = browser.get("/overrides/").text
    assert "No ended override can be judged yet." in page and "Nobody has said otherwise yet" in page
    assert "No override is running" in browser.get("/overrides/", {"state": "running"}).text


def test_long_list_comes_in_pages(book, as_user):
    for number in range(35):
        ended(book.alpha, book.lan, True, days_ago=30 + number)
    browser = as_user(book.manager, htmx=True)
    first = browser.get("/overrides/", {"state": "ended"})
    assert first.text.count('class="row-link') == 30 and "<html" not in first.text
    cursor = first.context["page"].next_cursor
    second = browser.get("/overrides/", {"state": "ended", "cursor": cursor})
    assert second.text.count('class="row-link') == 5
    assert browser.get("/overrides/", {"cursor": "nonsense"}).status_code == 200


def queries_of(browser, url):
    with CaptureQueriesContext(connection) as captured:
        assert browser.get(url).status_code == 200
    return len(captured)


def test_page_takes_the_same_queries_at_2_rows_and_at_20(book, as_user):
    browser = as_user(book.manager)
    for client in (book.alpha, make.client(lead=book.lan)):
        ended(client, book.lan, True)
    few = queries_of(browser, "/overrides/")
    for _number in range(18):
        client = make.client(lead=book.lan)
        ended(client, book.lan, True), made(client, book.mai)
    assert queries_of(browser, "/overrides/") == few <= 10
