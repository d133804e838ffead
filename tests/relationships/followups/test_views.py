"""Planning, finishing and moving follow-ups: who may, what is refused, and what the page is told."""

import datetime
import json

import pytest
from django.urls import reverse

from relationships.models import FollowUp
from tests import factories as make

pytestmark = pytest.mark.django_db
LONG_AGO = datetime.datetime(2026, 1, 5, tzinfo=datetime.UTC)
date = datetime.date


@pytest.fixture(autouse=True)
def monday(time_machine):
    time_machine.move_to("2026-11-23T09:00+07:00", tick=False)


@pytest.fixture
def follow_up(book):
    return make.follow_up(book.alpha, book.lan, reason="Send the offer", due_in=-3)


def addresses(book, follow_up):
    return {
        "done": reverse("relationships:follow_up_done", args=[follow_up.pk]),
        "snooze": reverse("relationships:follow_up_snooze", args=[follow_up.pk]),
        "new": reverse("relationships:follow_up_new", args=[book.alpha.pk]),
    }


SENT = {
    "done": {},
    "snooze": {"due_on": "2026-11-25", "why": "answer"},
    "new": {"reason": "Call back", "kind": "call", "due_on": "2026-11-25"},
}


def events(answer):
    return json.loads(answer.headers["HX-Trigger"])


@pytest.mark.parametrize("what", SENT)
@pytest.mark.parametrize("who", ["lan", "senior", "manager", "admin"])
def test_those_who_may_change_the_client_may(book, as_user, follow_up, what, who):
    answer = as_user(getattr(book, who), htmx=True).post(addresses(book, follow_up)[what], SENT[what])
    assert (answer.status_code, answer.content) == (204, b"")
    assert events(answer)["follow-ups-changed"] == {"client": book.alpha.pk}
    assert events(answer)["toast"]["text"]


@pytest.mark.parametrize("what", SENT)
@pytest.mark.parametrize("htmx", [False, True])
@pytest.mark.parametrize("who", ["mai", "olga", "other_manager", None])
def test_others_change_nothing(book, as_user, follow_up, what, htmx, who):
    before = list(FollowUp.objects.values())
    browser = as_user(getattr(book, who) if who else None, htmx=htmx)
    answer = browser.post(addresses(book, follow_up)[what], SENT[what])
    assert answer.status_code == (404 if who else 401 if htmx else 302)
    assert list(FollowUp.objects.values()) == before


@pytest.mark.parametrize("what", SENT)
def test_former_lead_who_may_still_read_is_forbidden(book, as_user, follow_up, what):
    book.alpha.assignments.update(ended_at=LONG_AGO, read_until=date(2026, 12, 31))
    before = list(FollowUp.objects.values())
    assert as_user(book.lan).post(addresses(book, follow_up)[what], SENT[what]).status_code == 403
    assert list(FollowUp.objects.values()) == before


def test_done_needs_a_post(book, as_user, follow_up):
    assert as_user(book.lan).get(addresses(book, follow_up)["done"]).status_code == 405


# --- Done ------------------------------------------------------------------------------------------------------------


def test_done_closes_and_says_who(book, as_user, follow_up):
    as_user(book.senior, htmx=True).post(addresses(book, follow_up)["done"])
    follow_up.refresh_from_db()
    book.alpha.refresh_from_db()
    assert (follow_up.status, follow_up.closed_by) == ("done", book.senior)
    assert book.alpha.next_follow_up_on is None


def test_done_twice_is_done_once(book, as_user, follow_up):
    browser, url = as_user(book.lan, htmx=True), addresses(book, follow_up)["done"]
    browser.post(url)
    first = FollowUp.objects.get().closed_at
    assert browser.post(url).status_code == 204
    assert FollowUp.objects.get().closed_at == first


def test_cadence_ticked_off_without_a_contact_says_when_it_comes_back(book, as_user):
    cadence = make.follow_up(book.alpha, book.lan, rule="cadence", reason="", due_in=-3)
    answer = as_user(book.lan, htmx=True).post(reverse("relationships:follow_up_done", args=[cadence.pk]))
    assert "Tend asks again on Tue, Dec 1." in events(answer)["toast"]["text"]
    again = FollowUp.objects.open().get()
    assert (again.rule, again.due_on, again.assignee) == ("cadence", date(2026, 12, 1), book.lan)


def test_without_script_done_goes_back_to_the_page_it_came_from(book, as_user, follow_up):
    browser, url = as_user(book.lan), addresses(book, follow_up)["done"]
    assert browser.post(url, {"next": "/today/"}).headers["Location"] == "/today/"
    page = reverse("relationships:client_page", args=[book.alpha.pk])
    assert browser.post(url, {"next": "https://evil.example/"}).headers["Location"] == page


# --- Another day -----------------------------------------------------------------------------------------------------


def test_moving_sets_the_day_and_keeps_the_first(book, as_user, follow_up):
    answer = as_user(book.lan, htmx=True).post(addresses(book, follow_up)["snooze"], SENT["snooze"])
    follow_up.refresh_from_db()
    book.alpha.refresh_from_db()
    assert follow_up.due_on == book.alpha.next_follow_up_on == date(2026, 11, 25)
    assert follow_up.facts["moved_from"] == "2026-11-20"
    assert events(answer)["toast"]["text"] == "Moved to Wed, Nov 25: Send the offer"


def test_a_date_given_wins_over_a_chip(book, as_user, follow_up):
    as_user(book.lan).post(addresses(book, follow_up)["snooze"], SENT["snooze"] | {"other_day": "2026-12-05"})
    follow_up.refresh_from_db()
    assert follow_up.due_on == date(2026, 12, 5)


def test_chips_are_working_days_each_once(book, as_user, follow_up):
    body = as_user(book.lan, htmx=True).get(addresses(book, follow_up)["snooze"]).content.decode()
    assert "Next working day · Wed, Nov 25" in body  # the 24th is a public holiday
    assert body.count('value="2026-11-25"') == 1


def test_what_was_closed_meanwhile_is_not_moved(book, as_user, follow_up):
    browser = as_user(book.lan, htmx=True)
    browser.post(addresses(book, follow_up)["done"])
    answer = browser.post(addresses(book, follow_up)["snooze"], SENT["snooze"])
    assert "closed meanwhile" in events(answer)["toast"]["text"]
    follow_up.refresh_from_db()
    assert follow_up.due_on == date(2026, 11, 20)


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"due_on": "2026-11-22"},
        {"due_on": "soon"},
        {"due_on": "9999-12-31"},
        {"due_on": "0001-01-01"},
        {"other_day": "2026-02-30"},
        {"other_day": "2026-11-25\x00"},
        {"other_day": "<script>"},
    ],
)
def test_impossible_days_are_refused(book, as_user, follow_up, sent):
    answer = as_user(book.lan, htmx=True).post(addresses(book, follow_up)["snooze"], sent)
    follow_up.refresh_from_db()
    assert answer.status_code == 422 and follow_up.due_on == date(2026, 11, 20)
    field = "other_day" if "other_day" in sent else "due_on"
    assert f'id="id_{field}_error"' in answer.content.decode()


# --- A new one -------------------------------------------------------------------------------------------------------


def test_planning_is_for_oneself_or_for_the_lead(book, as_user):
    url = reverse("relationships:follow_up_new", args=[book.alpha.pk])
    make.assignment(book.alpha, book.mai, role="support")
    for who in ("lan", "mai", "manager", "admin"):
        as_user(getattr(book, who)).post(url, SENT["new"] | {"reason": f"By {who}"})
    assert dict(FollowUp.objects.values_list("reason", "assignee__email")) == {
        "By lan": "lan@example.com",
        "By mai": "mai@example.com",
        "By manager": "lan@example.com",
        "By admin": "lan@example.com",
    }


def test_planning_twice_the_same_is_one(book, as_user):
    url = reverse("relationships:follow_up_new", args=[book.alpha.pk])
    browser = as_user(book.lan, htmx=True)
    assert [browser.post(url, SENT["new"]).status_code for _click in range(2)] == [204, 204]
    assert FollowUp.objects.count() == 1


def test_planning_the_same_for_another_day_says_where_it_stands(book, as_user):
    url = reverse("relationships:follow_up_new", args=[book.alpha.pk])
    browser = as_user(book.lan, htmx=True)
    browser.post(url, SENT["new"])
    answer = browser.post(url, SENT["new"] | {"due_on": "2026-12-01"})
    assert answer.status_code == 422
    assert "planned already, for Wed, Nov 25" in answer.content.decode()


@pytest.mark.parametrize(
    "field, value",
    [
        ("reason", ""),
        ("reason", "x" * 301),
        ("reason", "a\x00b"),
        ("reason", "<script>alert(1)</script>"),
        ("reason", "\u202eabc"),
        ("kind", "dance"),
        ("kind", ""),
        ("due_on", ""),
        ("due_on", "2026-11-22"),
        ("due_on", "10000-01-01"),
    ],
)
def test_wrong_plans_are_refused_at_the_field(book, as_user, field, value):
    url = reverse("relationships:follow_up_new", args=[book.alpha.pk])
    answer = as_user(book.lan, htmx=True).post(url, SENT["new"] | {"reason": "Kept words", field: value})
    body = answer.content.decode()
    assert answer.status_code == 422 and not FollowUp.objects.exists()
    assert f'id="id_{field}_error"' in body and "<script>alert" not in body
    assert "Kept words" in body or field == "reason"


# --- The panel -------------------------------------------------------------------------------------------------------


def test_panel_shows_what_is_open_and_refreshes_itself(book, as_user, follow_up):
    url = reverse("relationships:client_follow_ups", args=[book.alpha.pk])
    make.follow_up(book.alpha, book.lan, reason="Was done", status="done", closed_at=LONG_AGO)
    body = as_user(book.lan, htmx=True).get(url).content.decode()
    assert "Send the offer" in body and "Was done" not in body
    assert "follow-ups-changed from:body" in body
    assert f'id="client-{book.alpha.pk}-follow-ups"' in body


def test_panel_offers_a_reader_no_actions(book, as_user, follow_up):
    book.alpha.assignments.update(ended_at=LONG_AGO, read_until=date(2026, 12, 31))
    url = reverse("relationships:client_follow_ups", args=[book.alpha.pk])
    body = as_user(book.lan, htmx=True).get(url).content.decode()
    assert "Send the offer" in body
    assert "<form" not in body and reverse("relationships:follow_up_new", args=[book.alpha.pk]) not in body


def test_panel_is_for_those_who_see_the_client(book, as_user, follow_up):
    url = reverse("relationships:client_follow_ups", args=[book.alpha.pk])
    assert as_user(book.olga, htmx=True).get(url).status_code == 404
    assert as_user(None, htmx=True).get(url).status_code == 401
    assert as_user(book.lan).get(url).status_code == 302  # a reload leads to the page
