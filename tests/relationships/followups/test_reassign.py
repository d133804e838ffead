"""Handing a follow-up on: to whom, and what becomes of its reminders."""

import datetime
import json

import pytest
from django.urls import reverse

from accounts.models import Absence
from clients.models import CareEvent
from relationships import timeline
from relationships.followups.care import refresh_care_follow_ups
from relationships.models import Delivery, FollowUp
from relationships.services.follow_ups import CannotServe, reassign_follow_up
from tests import factories as make

pytestmark = pytest.mark.django_db
TODAY = datetime.date(2026, 11, 23)


@pytest.fixture(autouse=True)
def monday(time_machine):
    time_machine.move_to("2026-11-23T09:00+07:00", tick=False)


@pytest.fixture
def follow_up(book):
    return make.follow_up(book.alpha, book.lan, reason="Send the offer")


def url_of(follow_up):
    return reverse("relationships:follow_up_reassign", args=[follow_up.pk])


def offered(browser, follow_up):
    return {person.name for person in browser.get(url_of(follow_up)).context["form"].fields["to"].queryset}


def test_handing_on_moves_it_and_tells_the_timeline(book, as_user, follow_up):
    make.assignment(book.alpha, book.mai, role="support")
    sent = {"to": book.mai.pk, "reason": "She knows the buyer"}
    answer = as_user(book.lan, htmx=True).post(url_of(follow_up), sent)
    assert json.loads(answer.headers["HX-Trigger"])["toast"]["text"] == "Handed to Mai Đỗ: Send the offer"
    follow_up.refresh_from_db()
    assert (follow_up.assignee, follow_up.is_handed) == (book.mai, True)
    entry = timeline.entries(book.alpha)[0][0]
    assert entry.sentence == "Handed to a colleague: Send the offer · Lan Nguyễn → Mai Đỗ"
    assert entry.note == "She knows the buyer"
    assert "Send the offer" in as_user(book.mai).get(reverse("relationships:today")).content.decode()


def test_offered_are_those_who_may_work_on_the_client(book, as_user, follow_up):
    assert offered(as_user(book.lan), follow_up) == {"Sơn Phạm", "Minh Trần"}
    make.assignment(book.alpha, book.mai, role="support")
    Absence.objects.create(person=book.lan, substitute=book.olga, first_day=TODAY, last_day=TODAY)
    assert offered(as_user(book.lan), follow_up) == {"Sơn Phạm", "Minh Trần", "Mai Đỗ", "Olga Berg"}
    assert offered(as_user(book.admin), follow_up) >= {"Ada Admin"}


@pytest.mark.parametrize("who", ["mai", "olga", "dept"])
def test_nobody_else_gets_it(book, as_user, follow_up, who):
    person = getattr(book, who)
    answer = as_user(book.lan, htmx=True).post(url_of(follow_up), {"to": person.pk, "reason": "Kept words"})
    assert answer.status_code == 422 and "Kept words" in answer.content.decode()
    with pytest.raises(CannotServe):
        reassign_follow_up(follow_up=follow_up, to=person, by=book.lan)
    follow_up.refresh_from_db()
    assert follow_up.assignee == book.lan and not CareEvent.objects.exists()


def test_who_left_does_not_get_it(book, follow_up):
    book.senior.is_active = False
    book.senior.save()
    with pytest.raises(CannotServe):
        reassign_follow_up(follow_up=follow_up, to=book.senior, by=book.lan)


def test_reminders_that_wait_for_others_go(book, follow_up):
    for user, status in ((book.lan, "pending"), (book.lan, "sent"), (book.senior, "pending")):
        Delivery.objects.create(
            follow_up=follow_up,
            user=user,
            status=status,
            channel="digest" if status == "pending" else "in_app",
            key=f"{follow_up.pk}",
            due_on=TODAY,
            send_at=datetime.datetime(2026, 11, 23, 1, tzinfo=datetime.UTC),
        )
    reassign_follow_up(follow_up=follow_up, to=book.senior, by=book.lan)
    left = set(Delivery.objects.values_list("user__name", "status"))
    assert left == {("Lan Nguyễn", "sent"), ("Sơn Phạm", "pending")}


def test_twice_the_same_is_once(book, follow_up):
    for _click in range(2):
        reassign_follow_up(follow_up=follow_up, to=book.senior, by=book.lan)
    assert CareEvent.objects.count() == 1


def test_a_rule_leaves_it_where_it_was_put(book):
    make.contract(book.alpha, ends_in=85)
    refresh_care_follow_ups([book.alpha.pk])
    renewal = FollowUp.objects.get(rule="renewal")
    reassign_follow_up(follow_up=renewal, to=book.senior, by=book.lan)
    refresh_care_follow_ups([book.alpha.pk])
    renewal.refresh_from_db()
    assert renewal.assignee == book.senior


def test_what_was_closed_meanwhile_says_so(book, as_user, follow_up):
    FollowUp.objects.update(status="done", closed_at=datetime.datetime.now(datetime.UTC))
    answer = as_user(book.lan, htmx=True).post(url_of(follow_up), {"to": book.senior.pk})
    assert "closed meanwhile" in json.loads(answer.headers["HX-Trigger"])["toast"]["text"]
    assert FollowUp.objects.get().assignee == book.lan
