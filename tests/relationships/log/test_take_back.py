"""Undo of a log: the touch goes, what it closed opens, what it opened goes, and the dates follow what remains."""

import datetime
import json
import threading
import uuid

import pytest
from django.db import connections
from django.urls import reverse
from django.utils import timezone

from clients.models import Client
from relationships.models import FollowUp, Interaction
from relationships.services.follow_ups import snooze_follow_up
from relationships.services.interactions import log_interaction
from relationships.services.touch_changes import NotTheAuthor, TooLate, take_back_interaction
from tests import factories as make

date = datetime.date
MINUTE = datetime.timedelta(minutes=1)
DATES = ("last_interaction_at", "last_reached_on", "contact_due_on", "next_follow_up_on")


@pytest.fixture(autouse=True)
def clock(time_machine):
    time_machine.move_to("2026-11-23T09:00+07:00", tick=False)
    return time_machine


@pytest.fixture
def lan(db):
    return make.user("Lan Nguyễn")


@pytest.fixture
def alpha(lan):
    return make.client("Alpha Thép Việt", lead=lan, segment="major")


@pytest.fixture
def log(lan, alpha):
    def log(kind="call", days_ago=0, **fields):
        moment = timezone.now() - datetime.timedelta(days=days_ago)
        fields = {
            "client": alpha,
            "author": lan,
            "idempotency_key": uuid.uuid4(),
            "occurred_at": moment,
        } | fields
        return log_interaction(kind=kind, **fields)

    return log


def take_back(logged, by=None):
    touch = logged.interaction
    return take_back_interaction(interaction=touch, by=by or touch.author)


def state(client):
    """Everything that a log may change: the client's dates, and every follow-up."""
    row = Client.objects.values(*DATES).get(pk=client.pk)
    follow_ups = client.follow_ups.order_by("id").values(
        "id",
        "rule",
        "reason",
        "kind",
        "status",
        "due_on",
        "assignee",
        "facts",
        "snoozes",
        "is_handed",
        "closed_at",
    )
    return row, list(follow_ups)


def test_a_log_is_taken_back_whole(log, alpha, lan):
    log(days_ago=40)
    make.follow_up(alpha, lan, kind="call", reason="Call back", due_in=-1)
    make.follow_up(alpha, lan, kind="meeting", reason="Present the plan", due_in=5)
    before = state(alpha)
    logged = log(
        closes=list(alpha.follow_ups.filter(kind="meeting")),
        next_step="Send the offer",
        next_step_on=date(2026, 11, 25),
    )
    assert len(logged.closed_follow_ups) == 3
    assert state(alpha) != before
    assert take_back(logged) is True
    assert state(alpha) == before
    assert Interaction.objects.count() == 1


def test_the_first_touch_taken_back_leaves_a_client_never_reached(log, alpha):
    logged = log()
    take_back(logged)
    alpha.refresh_from_db()
    assert (alpha.last_interaction_at, alpha.last_reached_on, alpha.contact_due_on) == (None, None, None)
    cadence = alpha.follow_ups.open().get()
    assert (cadence.rule, cadence.facts["last_reached_on"]) == ("cadence", None)
    assert alpha.next_follow_up_on == cadence.due_on


def test_a_snoozed_cadence_is_back_on_its_own_day(log, alpha, lan):
    log(days_ago=40)
    cadence = alpha.follow_ups.open().get()
    snooze_follow_up(follow_up=cadence, due_on=date(2026, 12, 1), reason="They asked", by=lan)
    before = state(alpha)
    take_back(log())
    assert state(alpha) == before


def test_a_next_step_that_was_moved_is_back_on_its_day(log, alpha):
    log("email", next_step="Send the offer", next_step_on=date(2026, 11, 25))
    before = state(alpha)
    take_back(log("email", next_step="Send the offer", next_step_on=date(2026, 11, 30)))
    assert state(alpha) == before


def test_a_next_step_that_somebody_works_with_stays(log, alpha, lan):
    logged = log("email", next_step="Send the offer", next_step_on=date(2026, 11, 25))
    step = alpha.follow_ups.open().get(rule="next_step")
    snooze_follow_up(follow_up=step, due_on=date(2026, 11, 27), reason="They asked", by=lan)
    take_back(logged)
    assert alpha.follow_ups.open().get(rule="next_step").due_on == date(2026, 11, 27)


def test_other_touches_still_count(log, alpha):
    first = log(days_ago=2)
    second = log()
    take_back(second)
    alpha.refresh_from_db()
    assert alpha.last_interaction_at == first.interaction.occurred_at
    assert alpha.last_reached_on == date(2026, 11, 21)


def test_an_earlier_of_two_goes_and_the_later_counts_on(log, alpha):
    log(days_ago=40)
    earlier, later = log(days_ago=1), log()
    take_back(earlier)
    alpha.refresh_from_db()
    assert alpha.last_reached_on == later.interaction.occurred_on
    assert alpha.follow_ups.open().get(rule="cadence").facts["last_reached_on"] == "2026-11-23"


def test_what_stands_in_its_place_by_now_stays(log, alpha, lan):
    due = make.follow_up(alpha, lan, kind="call", reason="Call back", due_in=-1)
    logged = log()
    twin = make.follow_up(alpha, lan, kind="call", reason="Call back", due_in=3)
    take_back(logged)
    due.refresh_from_db()
    assert (due.status, due.closed_by_interaction) == ("done", None)
    assert alpha.follow_ups.open().get(reason="Call back") == twin


def test_the_deleted_touch_stays_in_the_history(log, lan, django_user_model):
    logged = log(summary="Said too much")
    take_back(logged)
    event = Interaction.pgh_event_model.objects.get(pgh_label="delete")
    assert (event.pgh_obj_id, event.summary, event.author_id) == (
        logged.interaction.pk,
        "Said too much",
        lan.pk,
    )


def test_a_second_time_changes_nothing(log, alpha):
    log(days_ago=40)
    logged = log()
    assert take_back(logged) is True
    before = state(alpha)
    assert take_back(logged) is False
    assert state(alpha) == before


def test_only_its_author_takes_it_back_and_only_at_once(log, alpha, clock):
    logged = log()
    before = state(alpha)
    with pytest.raises(NotTheAuthor):
        take_back(logged, by=make.user())
    clock.shift(3 * MINUTE)
    with pytest.raises(TooLate):
        take_back(logged)
    assert state(alpha) == before


def test_health_is_scored_anew(log, alpha, monkeypatch, django_capture_on_commit_callbacks):
    logged = log()
    Client.objects.filter(pk=alpha.pk).update(health_stale_since=None)
    sent = []
    monkeypatch.setattr(
        "relationships.services.touch_changes.score_clients.apply_async", lambda args: sent.append(args)
    )
    with django_capture_on_commit_callbacks(execute=True):
        take_back(logged)
    alpha.refresh_from_db()
    assert alpha.health_stale_since is not None
    assert sent == [([alpha.pk],)]


@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_the_same_moment_take_it_back_once(monkeypatch):
    for module in ("interactions", "touch_changes"):
        monkeypatch.setattr(f"relationships.services.{module}.score_clients.apply_async", lambda args: None)
    lan = make.user()
    client = make.client(lead=lan)
    due = make.follow_up(client, lan, kind="call", due_in=-1)
    logged = log_interaction(client=client, author=lan, idempotency_key=uuid.uuid4(), kind="call")
    start, results = threading.Barrier(4), []

    def click():
        try:
            start.wait()
            results.append(take_back(logged))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=click) for _number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results) == [False, False, False, True]
    due.refresh_from_db()
    assert due.status == "open"
    assert FollowUp.objects.open().filter(rule="cadence").count() == 1


# --- The button ------------------------------------------------------------------------------------------------------


@pytest.fixture
def touch(book):
    """Lan's log of a moment ago, which closed a call."""
    make.follow_up(book.alpha, book.lan, kind="call", reason="Call back", due_in=-1)
    return log_interaction(
        client=book.alpha, author=book.lan, idempotency_key=uuid.uuid4(), kind="call"
    ).interaction


def url_of(touch):
    return reverse("relationships:touch_undo", args=[touch.pk])


def test_the_button_takes_it_back_and_says_so(book, as_user, touch):
    browser = as_user(book.lan, htmx=True)
    answer = browser.post(url_of(touch))
    said = json.loads(answer.headers["HX-Trigger"])
    assert answer.status_code == 204
    assert {"interaction-logged", "follow-ups-changed", "log-taken-back"} <= said.keys()
    assert said["toast"]["text"] == "Taken back. Nothing of it counts any more."
    assert not Interaction.objects.exists()
    assert book.alpha.follow_ups.open().filter(reason="Call back").exists()
    assert browser.post(url_of(touch)).status_code == 204


def test_without_script_the_button_leads_to_the_client(book, as_user, touch):
    answer = as_user(book.lan).post(url_of(touch), follow=True)
    assert answer.redirect_chain[0][0] == reverse("relationships:client_page", args=[book.alpha.pk])


@pytest.mark.parametrize(
    "who, status", [("mai", 404), ("olga", 404), ("senior", 403), ("manager", 403), ("admin", 403)]
)
def test_others_take_nothing_back(book, as_user, touch, who, status):
    browser = as_user(getattr(book, who), htmx=True)
    assert browser.post(url_of(touch)).status_code == status
    assert Interaction.objects.filter(pk=touch.pk).exists()
    take_back_interaction(interaction=touch, by=book.lan)
    assert browser.post(url_of(touch)).status_code == 404


def test_too_late_is_said(book, as_user, touch, clock):
    clock.shift(3 * MINUTE)
    answer = as_user(book.lan, htmx=True).post(url_of(touch))
    assert answer.status_code == 409
    assert "Edit it in the timeline" in json.loads(answer.headers["HX-Trigger"])["toast"]["text"]
    assert Interaction.objects.filter(pk=touch.pk).exists()
