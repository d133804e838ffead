"""What a touch or a click closed can be opened again; and which touches close what."""

import datetime
import json
import uuid

import pytest
from django.urls import reverse
from django.utils import timezone

from relationships import timeline
from relationships.models import FollowUp
from relationships.services.follow_ups import NotReopened, complete_follow_up, reopen_follow_up
from relationships.services.interactions import log_interaction
from tests import factories as make

pytestmark = pytest.mark.django_db
LONG_AGO = datetime.datetime(2026, 1, 5, tzinfo=datetime.UTC)


@pytest.fixture(autouse=True)
def monday(time_machine):
    time_machine.move_to("2026-11-23T09:00+07:00", tick=False)
    return time_machine


@pytest.fixture
def follow_up(book):
    return make.follow_up(book.alpha, book.lan, reason="Call back", kind="call", due_in=-1)


def log(book, kind="call", **details):
    return log_interaction(
        client=book.alpha, author=book.lan, idempotency_key=uuid.uuid4(), kind=kind, **details
    )


def url_of(follow_up):
    return reverse("relationships:follow_up_reopen", args=[follow_up.pk])


def toast(answer):
    return json.loads(answer.headers["HX-Trigger"])["toast"]


def log_by_form(browser, book, **sent):
    values = {"kind": "call", "direction": "out", "reached": "yes", "occurred_at": "2026-11-23T08:30"}
    values |= {"idempotency_key": str(uuid.uuid4()), "sentiment": "", "next_step_on": ""}
    return browser.post(reverse("relationships:log_for_client", args=[book.alpha.pk]), values | sent)


# --- Which touches close --------------------------------------------------------------------------------------------


def test_a_touch_that_reached_them_closes_what_it_settles_and_is_linked(book, follow_up):
    logged = log(book)
    follow_up.refresh_from_db()
    assert (follow_up.status, follow_up.closed_by_interaction) == ("done", logged.interaction)


@pytest.mark.parametrize("kind, details", [("call", {"reached": False}), ("email", {}), ("message", {})])
def test_what_did_not_reach_them_closes_and_resets_nothing(book, follow_up, kind, details):
    silence = make.follow_up(book.alpha, book.lan, rule="cadence", reason="", due_in=-1)
    log(book, kind, **details)
    book.alpha.refresh_from_db()
    assert set(FollowUp.objects.open()) == {follow_up, silence}
    assert book.alpha.last_reached_on is None and book.alpha.last_interaction_at is not None


def test_a_touch_from_before_it_was_planned_does_not_close_it(book, follow_up, monday):
    FollowUp.objects.update(created_at=timezone.now())
    log(book, occurred_at=timezone.now() - datetime.timedelta(days=3))
    assert FollowUp.objects.open().filter(pk=follow_up.pk).exists()


# --- Undone ---------------------------------------------------------------------------------------------------------


def test_what_a_log_closed_is_opened_again_and_the_touch_stays(book, as_user, follow_up):
    browser = as_user(book.lan, htmx=True)
    log_by_form(browser, book)
    assert toast(browser.post(url_of(follow_up)))["text"] == "Open again: Call back"
    follow_up.refresh_from_db()
    assert (follow_up.status, follow_up.closed_at, follow_up.closed_by_interaction) == ("open", None, None)
    assert follow_up.facts["unsettled_by"] == book.alpha.interactions.get().pk
    entry = next(entry for entry in timeline.entries(book.alpha)[0] if entry.source == "care")
    assert entry.sentence == "Opened again: Call back" and entry.facts["by"] == "Lan Nguyễn"
    book.alpha.refresh_from_db()
    assert book.alpha.next_follow_up_on == follow_up.due_on


def test_the_toast_of_a_log_takes_it_back_whole(book, as_user, follow_up):
    browser = as_user(book.lan, htmx=True)
    said = toast(log_by_form(browser, book))
    assert said["action"] == "Undo"
    browser.post(said["url"])
    assert not book.alpha.interactions.exists()
    assert FollowUp.objects.open().filter(pk=follow_up.pk, closed_by_interaction=None).exists()


def test_done_by_hand_can_be_undone(book, as_user, follow_up):
    browser = as_user(book.lan, htmx=True)
    said = toast(browser.post(reverse("relationships:follow_up_done", args=[follow_up.pk])))
    browser.post(said["url"])
    assert FollowUp.objects.open().get() == follow_up


def test_the_timeline_offers_it_to_those_who_may_change_the_client(book, as_user, follow_up):
    other = make.follow_up(book.alpha, book.lan, reason="Done by hand", kind="task")
    complete_follow_up(follow_up=other, by=book.lan)
    log(book)
    page = reverse("relationships:client_timeline", args=[book.alpha.pk])
    body = as_user(book.lan, htmx=True).get(page).content.decode()
    assert url_of(follow_up) in body and url_of(other) in body
    book.alpha.assignments.update(ended_at=LONG_AGO, read_until=datetime.date(2026, 12, 31))
    assert url_of(follow_up) not in as_user(book.lan, htmx=True).get(page).content.decode()


def test_a_later_touch_that_matches_still_closes_it(book, follow_up, monday):
    log(book)
    reopen_follow_up(follow_up=follow_up, by=book.lan)
    assert FollowUp.objects.open().filter(pk=follow_up.pk).exists()
    monday.move_to("2026-11-24T09:00+07:00")
    second = log(book).interaction
    follow_up.refresh_from_db()
    assert (follow_up.status, follow_up.closed_by_interaction) == ("done", second)


def test_twice_is_once(book, follow_up):
    complete_follow_up(follow_up=follow_up, by=book.lan)
    for _click in range(2):
        reopen_follow_up(follow_up=follow_up, by=book.lan)
    assert book.alpha.care_events.count() == 1


def test_where_another_stands_in_its_place_it_stays_closed_and_says_so(book, as_user, follow_up):
    complete_follow_up(follow_up=follow_up, by=book.lan)
    make.follow_up(book.alpha, book.lan, reason="Call back")
    answer = as_user(book.lan, htmx=True).post(url_of(follow_up))
    assert answer.status_code == 409 and "is open in its place" in toast(answer)["text"]
    follow_up.refresh_from_db()
    assert follow_up.status == "done" and not book.alpha.care_events.exists()


@pytest.mark.parametrize(
    "fields, why",
    [
        ({"rule": "cadence", "status": "done"}, "cadence"),
        ({"status": "closed"}, "over"),
        ({"status": "cancelled"}, "over"),
    ],
)
def test_what_makes_no_sense_to_open_stays_closed(book, fields, why):
    closed = make.follow_up(book.alpha, book.lan, closed_at=timezone.now(), **fields)
    with pytest.raises(NotReopened) as refused:
        reopen_follow_up(follow_up=closed, by=book.lan)
    assert refused.value.why == why


def test_one_whose_assignee_is_gone_goes_to_the_lead(book, follow_up):
    complete_follow_up(follow_up=follow_up, by=book.lan)
    book.alpha.assignments.update(ended_at=LONG_AGO)
    make.assignment(book.alpha, book.mai, since_days=30)
    assert reopen_follow_up(follow_up=follow_up, by=book.senior).assignee == book.mai


# --- What closed by itself -------------------------------------------------------------------------------------------


def test_the_timeline_says_why_something_closed_by_itself(book):
    shown = {"closed_at": timezone.now(), "status": "closed", "reason": ""}
    make.follow_up(book.alpha, book.lan, rule="deal", facts={"title": "Fibre"}, **shown)
    make.follow_up(book.alpha, book.lan, rule="advice", due_in=3, **shown)  # nobody was asked yet
    make.follow_up(book.alpha, book.lan, rule="birthday", **shown)
    told = [entry.sentence for entry in timeline.entries(book.alpha)[0] if entry.source == "settled"]
    assert told == [
        "Closed by itself: Ask for the decision on “Fibre”: "
        "the deal was decided, or is expected on another day"
    ]
