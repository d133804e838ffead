"""Today beside its queue: what is agreed by the hour, what got done, who goes silent, how the portfolio stands."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import Absence
from relationships.followups import day
from relationships.models import FollowUp
from relationships.services.follow_ups import plan_follow_up
from tests import factories as make

pytestmark = pytest.mark.django_db
TODAY = datetime.date(2026, 11, 23)
LONG_AGO = datetime.datetime(2026, 1, 5, tzinfo=datetime.UTC)


@pytest.fixture(autouse=True)
def monday(time_machine):
    time_machine.move_to("2026-11-23T15:00+07:00", tick=False)
    return time_machine


@pytest.fixture
def url():
    return reverse("relationships:today")


def words(answer):
    return " ".join(answer.content.decode().split())


def at(hour, minute=0):
    return timezone.make_aware(datetime.datetime.combine(TODAY, datetime.time(hour, minute)))


# --- Agreed ----------------------------------------------------------------------------------------------------------


def test_meetings_of_the_day_stand_by_the_hour(book, as_user, url):
    for hour, reason in ((14, "later"), (9, "early"), (None, "no hour")):
        time = datetime.time(hour) if hour else None
        make.follow_up(book.alpha, book.lan, kind="meeting", due_time=time, reason=reason)
    make.follow_up(book.alpha, book.lan, kind="call", due_time=datetime.time(11), reason="call at eleven")
    make.follow_up(book.alpha, book.lan, kind="call", reason="no meeting")
    make.follow_up(book.alpha, book.lan, kind="meeting", due_in=1, reason="tomorrow")
    answer = as_user(book.lan).get(url)
    assert [item.what for item in answer.context["meetings"]] == [
        "early",
        "call at eleven",
        "later",
        "no hour",
    ]
    assert answer.context["meetings"][0].follow_up.total == 4
    assert "09:00" in words(answer)


def test_nobody_sees_the_meetings_of_another(book, as_user, url):
    make.follow_up(book.alpha, book.lan, kind="visit", reason="Lan's visit")
    for user in (book.mai, book.senior, book.olga, book.admin):
        assert as_user(user).get(url).context["meetings"] == []


def test_who_stands_in_sees_the_meetings_of_who_is_away(book, as_user, url):
    make.follow_up(book.alpha, book.lan, kind="meeting", due_time=datetime.time(16), reason="Handshake")
    Absence.objects.create(person=book.lan, substitute=book.mai, first_day=TODAY, last_day=TODAY)
    answer = as_user(book.mai).get(url)
    assert [item.what for item in answer.context["meetings"]] == ["Handshake"]
    assert "for Lan Nguyễn" in words(answer)


def test_meeting_leads_to_its_own_log(book, as_user, url):
    follow_up = make.follow_up(book.alpha, book.lan, kind="meeting", reason="Quarter")
    log = reverse("relationships:log_for_client", args=[book.alpha.pk])
    assert f'id="meeting-log-{follow_up.pk}" href="{log}?follow_up={follow_up.pk}"' in words(
        as_user(book.lan).get(url)
    )


def test_many_meetings_are_counted_and_the_first_shown(book):
    for number in range(20):
        make.follow_up(book.alpha, book.lan, kind="meeting", due_time=datetime.time(8, number))
        make.follow_up(book.alpha, book.lan, due_in=2)
    agreed, soon = day.agreed_and_soon(book.lan, TODAY)
    assert (len(agreed), agreed[0].total) == (day.MEETINGS_SHOWN, 20)
    assert (len(soon), soon[0].total) == (6, 20)


# --- Done ------------------------------------------------------------------------------------------------------------


def touch(client, author, kind="call", moment=None, **fields):
    row = make.interaction(client, author=author, kind=kind, **fields)
    if moment:
        type(row).objects.filter(pk=row.pk).update(occurred_at=moment)
    return row


def test_what_got_done_today_is_told(book, as_user, url):
    touch(book.alpha, book.lan, "meeting", at(10, 30))
    touch(book.alpha, book.lan, "call", at(11))
    touch(book.alpha, book.lan, "meeting", at(10) - datetime.timedelta(days=1))
    touch(book.alpha, book.senior, "meeting", at(9))
    for closed_by in (book.lan, book.senior):
        make.follow_up(book.alpha, book.lan, status="done", closed_at=at(12), closed_by=closed_by)
    done = as_user(book.lan).get(url).context["done"]
    assert (done.follow_ups, done.touches) == (1, 2)
    assert [(held.client, held.label, timezone.localtime(held.at).hour) for held in done.meetings] == [
        ("Alpha Thép Việt", "Meeting", 10)
    ]


def test_touches_with_clients_handed_over_are_not_told(book, as_user, url):
    touch(book.alpha, book.lan, "meeting", at(10))
    book.alpha.assignments.update(ended_at=LONG_AGO)
    assert not as_user(book.lan).get(url).context["done"]


def test_an_empty_day_is_a_reward_with_what_was_done_and_what_comes(book, as_user, url):
    touch(book.alpha, book.lan, "call", at(10))
    make.follow_up(book.alpha, book.lan, due_in=1, reason="Send the minutes")
    body = words(as_user(book.lan).get(url))
    assert "All done for today. Every client has been seen to." in body
    assert "1 contact logged" in body
    assert "Next is Alpha Thép Việt on Tue, Nov 24: Send the minutes." in body


# --- Left out --------------------------------------------------------------------------------------------------------


def test_clients_going_silent_are_named_the_longest_first(book, as_user, url):
    for name, days in (("A little", 1), ("Long", 30), ("Tomorrow", -1)):
        due = TODAY - datetime.timedelta(days=days)
        make.client(name, lead=book.lan, contact_due_on=due, last_reached_on=due - datetime.timedelta(30))
    make.client("Lost", lead=book.lan, contact_due_on=TODAY - 40 * day_, status="lost", lost_on=TODAY)
    make.client("Olga's", lead=book.olga, contact_due_on=TODAY - 40 * day_)
    answer = as_user(book.lan).get(url)
    left_out = answer.context["left_out"]
    assert [client.name for client in left_out.silent] == ["Long", "A little"]
    assert left_out.silent_total == 2
    assert "last reached 9 weeks ago" in words(answer) and "expected 4 weeks ago" in words(answer)


day_ = datetime.timedelta(days=1)


def test_client_may_be_silent_and_without_a_step(book):
    make.client("Both", lead=book.lan, contact_due_on=TODAY - 9 * day_, revenue_12m=9)
    silent = make.client("Planned", lead=book.lan, contact_due_on=TODAY - 3 * day_)
    make.follow_up(silent, book.lan, due_in=4)
    found = day.left_out(book.lan, TODAY)
    assert [client.name for client in found.silent] == ["Both", "Planned"]
    assert [client.name for client in found.stepless] == ["Both", "Alpha Thép Việt"]
    assert (found.silent_total, found.stepless_total) == (2, 2)


def test_of_many_only_the_first_are_shown_and_all_counted(book):
    for number in range(30):
        make.client(lead=book.lan, contact_due_on=TODAY - (number + 1) * day_, revenue_12m=number)
    found = day.left_out(book.lan, TODAY)
    assert [(TODAY - client.contact_due_on).days for client in found.silent] == [30, 29, 28, 27, 26, 25]
    assert [client.revenue_12m for client in found.stepless] == [29, 28, 27, 26, 25, 24]
    assert (found.silent_total, found.stepless_total) == (30, 31)


def test_who_leads_nobody_is_told_nothing_of_it(book, as_user, url):
    body = words(as_user(book.mai).get(url))
    assert "Going silent" not in body and "Every client has a next step" not in body


def test_nobody_silent_is_said_kindly(book, as_user, url):
    assert "Nobody waits longer than agreed." in words(as_user(book.lan).get(url))


# --- The strip -------------------------------------------------------------------------------------------------------


def test_strip_shows_load_against_capacity_and_the_change_of_revenue(book, as_user, url):
    make.client(lead=book.lan, revenue_12m=110, revenue_12m_before=100)
    answer = as_user(book.lan).get(url)
    body = words(answer)
    assert "of 20" in body and "room for 18" in body
    assert float(answer.context["portfolio"].change) == pytest.approx(0.1)
    assert "+10% on the year before" in body


def test_revenue_without_a_year_before_has_no_change(book, as_user, url):
    assert as_user(book.lan).get(url).context["portfolio"].change is None


# --- An hour ---------------------------------------------------------------------------------------------------------


def test_follow_up_is_planned_for_an_hour(book, as_user):
    url = reverse("relationships:follow_up_new", args=[book.alpha.pk])
    data = {"reason": "Quarter", "kind": "meeting", "other_day": "2026-11-24", "due_time": "14:30"}
    assert as_user(book.lan).post(url, data).status_code == 302
    assert FollowUp.objects.get(reason="Quarter").due_time == datetime.time(14, 30)


def test_wrong_hour_is_refused(book, as_user):
    url = reverse("relationships:follow_up_new", args=[book.alpha.pk])
    data = {"reason": "Quarter", "kind": "meeting", "other_day": "2026-11-24", "due_time": "25:99"}
    assert as_user(book.lan).post(url, data).status_code == 422


def test_same_follow_up_at_another_hour_is_another_plan(book):
    plan = {
        "client": book.alpha,
        "assignee": book.lan,
        "due_on": TODAY,
        "kind": "meeting",
        "reason": "Quarter",
        "by": book.lan,
    }
    first = plan_follow_up(due_time=datetime.time(9), **plan)
    assert plan_follow_up(due_time=datetime.time(9), **plan) == first
    with pytest.raises(Exception, match="is open with the same reason"):
        plan_follow_up(due_time=datetime.time(10), **plan)


# --- Cost ------------------------------------------------------------------------------------------------------------


def queries_of(browser, url):
    with CaptureQueriesContext(connection) as caught:
        assert browser.get(url).status_code == 200
    return len(caught)


def test_two_of_everything_cost_what_twenty_do(book, as_user, url):
    browser = as_user(book.lan)

    def fill(times):
        for number in range(times):
            client = make.client(lead=book.lan, contact_due_on=TODAY - day_)
            make.follow_up(client, book.lan, kind="meeting", due_time=datetime.time(8, number))
            make.follow_up(client, book.lan, due_in=2)
            touch(client, book.lan, "meeting", at(10, number))

    fill(2)
    few = queries_of(browser, url)
    fill(18)
    assert queries_of(browser, url) == few <= 12
