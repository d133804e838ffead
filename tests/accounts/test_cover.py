"""Whoever stands in sees and works what is another's, on these days and no others.

Lan (Asia/Ho_Chi_Minh unless said) is away from Monday 7 to Friday 11 December 2026, Mai stands in.
"""

import datetime

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts import access
from accounts.models import Absence, Role, User
from clients.models import AssignmentRole, Client
from relationships.followups import queue
from relationships.models import FollowUp, Interaction
from tests import factories as make

FIRST, LAST = datetime.date(2026, 12, 7), datetime.date(2026, 12, 11)
DURING = "2026-12-09T03:00:00Z"


def away(person, substitute, first_day=FIRST, last_day=LAST, **fields):
    return Absence.objects.create(
        person=person, substitute=substitute, first_day=first_day, last_day=last_day, **fields
    )


def fresh(user):
    """As the next request loads them."""
    return User.objects.with_reach().get(pk=user.pk)


def reach(user):
    """(names seen, names changed)."""
    user = fresh(user)
    return tuple(
        set(rows.values_list("name", flat=True))
        for rows in (Client.objects.visible_to(user), Client.objects.changeable_by(user))
    )


ALPHA = ({"Alpha Thép Việt"}, {"Alpha Thép Việt"})
NOTHING = (set(), set())


@pytest.mark.parametrize(
    "zone, moment, stands_in",
    [
        # Viet Nam is seven hours ahead: midnight there is 17:00 of the day before in UTC
        ("Asia/Ho_Chi_Minh", "2026-12-06T16:59:59Z", False),
        ("Asia/Ho_Chi_Minh", "2026-12-06T17:00:00Z", True),
        ("Asia/Ho_Chi_Minh", "2026-12-11T16:59:59Z", True),
        ("Asia/Ho_Chi_Minh", "2026-12-11T17:00:00Z", False),
        ("America/Los_Angeles", "2026-12-07T07:59:59Z", False),
        ("America/Los_Angeles", "2026-12-07T08:00:00Z", True),
        ("America/Los_Angeles", "2026-12-12T07:59:59Z", True),
        ("America/Los_Angeles", "2026-12-12T08:00:00Z", False),
    ],
)
def test_the_days_are_those_of_the_person_who_is_away(book, zone, moment, stands_in):
    User.objects.filter(pk=book.lan.pk).update(time_zone=zone)
    User.objects.filter(pk=book.mai.pk).update(time_zone="Pacific/Kiritimati")
    away(book.lan, book.mai)
    with time_machine.travel(moment, tick=False):
        assert reach(book.mai) == (ALPHA if stands_in else NOTHING)
        assert reach(book.lan) == ALPHA  # who is away loses nothing


@pytest.mark.parametrize(
    "moment, stands_in",
    [
        ("2026-10-24T21:59:59Z", False),  # Berlin: summer time, UTC+2, until 25 October at 01:00 UTC
        ("2026-10-24T22:00:00Z", True),
        ("2026-10-25T22:59:59Z", True),  # the same day ends in winter time: it has 25 hours
        ("2026-10-25T23:00:00Z", False),
    ],
)
def test_a_day_on_which_the_clock_changes_is_covered_from_midnight_to_midnight(book, moment, stands_in):
    User.objects.filter(pk=book.lan.pk).update(time_zone="Europe/Berlin")
    make.assignment(book.omega, book.lan, role=AssignmentRole.SUPPORT)
    day = datetime.date(2026, 10, 25)
    away(book.lan, book.mai, day, day)
    with time_machine.travel(moment, tick=False):
        # Lan serves on the account team of Omega, so whoever stands in works there too
        expected = {"Alpha Thép Việt", "Omega Logistics"} if stands_in else set()
        assert reach(book.mai) == (expected, expected)


def test_an_absence_that_was_called_off_gives_nothing(book):
    absence = away(book.lan, book.mai)
    with time_machine.travel(DURING, tick=False):
        assert reach(book.mai) == ALPHA
        Absence.objects.filter(pk=absence.pk).update(cancelled_at=timezone.now())
        assert reach(book.mai) == NOTHING


def test_standing_in_for_a_senior_or_a_manager_gives_their_own_clients_alone(book):
    make.client("Sigma", lead=book.senior)
    make.client("Mu", lead=book.manager)
    away(book.senior, book.mai)
    away(book.manager, book.olga)
    with time_machine.travel(DURING, tick=False):
        assert reach(book.mai)[1] == {"Sigma"}
        assert reach(book.olga)[1] == {"Omega Logistics", "Mu"}
        assert not access.may_see_portfolio(fresh(book.mai))
        assert set(access.people_whose_leave(fresh(book.mai))) == {book.mai}


def test_it_is_not_handed_on_to_whoever_stands_in_for_the_substitute(book):
    away(book.lan, book.mai)
    away(book.mai, book.olga)
    with time_machine.travel(DURING, tick=False):
        assert reach(book.olga)[0] == {"Omega Logistics"}


@pytest.mark.parametrize("change", [{"is_active": False}, {"role": Role.DEPARTMENT}])
def test_nobody_without_clients_of_their_own_role_stands_in(book, change):
    if change.get("role"):
        change = change | {"department": book.dept.department}
    User.objects.filter(pk=book.mai.pk).update(**change)
    away(book.lan, book.mai)
    with time_machine.travel(DURING, tick=False):
        assert reach(book.mai) == NOTHING
        assert access.covered_by(fresh(book.mai)) == ()


def test_a_client_handed_over_meanwhile_leaves_the_substitute_too(book):
    today = timezone.localdate()
    away(book.lan, book.mai, today, today)
    assert reach(book.mai) == ALPHA
    book.alpha.assignments.update(ended_at=timezone.now(), read_until=today)
    assert reach(book.mai) == NOTHING  # a former lead's reading is their own
    assert reach(book.lan) == ({"Alpha Thép Việt"}, set())


def test_the_queue_holds_both_works_and_others_keep_theirs(book):
    away(book.lan, book.mai)
    with time_machine.travel(DURING, tick=False):
        theirs = make.follow_up(book.alpha, book.lan)
        make.follow_up(book.omega, book.olga)
        assert list(queue.own(fresh(book.mai))) == [theirs]
        assert list(queue.own(fresh(book.lan))) == [theirs]
        assert theirs not in queue.own(fresh(book.senior))
    with time_machine.travel("2026-12-14T03:00:00Z", tick=False):
        assert not queue.own(fresh(book.mai)).exists()


def test_the_substitute_works_on_every_page_and_what_they_log_is_theirs(book, as_user):
    away(book.lan, book.mai)
    with time_machine.travel(DURING, tick=False):
        follow_up = make.follow_up(book.alpha, book.lan)
        browser = as_user(book.mai)
        page = reverse("relationships:client_page", args=[book.alpha.pk])
        assert browser.get(page).status_code == 200
        for listing in ("clients:list", "clients:names", "relationships:today"):
            assert (
                "Alpha" in browser.get(reverse(listing), {"q": "alpha", "parent": "alpha"}).content.decode()
            ), listing
        assert browser.get(reverse("clients:edit", args=[book.alpha.pk])).status_code == 200
        done = browser.post(reverse("relationships:follow_up_done", args=[follow_up.pk]))
        assert done.status_code == 302
        form = {
            "kind": "call",
            "direction": "out",
            "reached": "yes",
            "occurred_at": "2026-12-09T09:00",
            "idempotency_key": "0d6f1a52-8f3e-4f6b-9d41-2d1e9c6b6a11",
        }
        browser.post(reverse("relationships:log_for_client", args=[book.alpha.pk]), form)
    follow_up.refresh_from_db()
    assert (follow_up.assignee, follow_up.closed_by) == (book.lan, book.mai)
    assert Interaction.objects.get(client=book.alpha).author == book.mai
    with time_machine.travel("2026-12-12T03:00:00Z", tick=False):
        browser = as_user(book.mai)
        assert browser.get(page).status_code == 404
        assert "Alpha" not in browser.get(reverse("clients:list")).content.decode()
        assert browser.post(reverse("relationships:follow_up_done", args=[follow_up.pk])).status_code == 404


def test_standing_in_costs_no_query_more(book):
    counts = {}
    with time_machine.travel(DURING, tick=False):
        for stands_in in (False, True):
            if stands_in:
                away(book.lan, book.mai)
            user = fresh(book.mai)
            with CaptureQueriesContext(connection) as queries:
                list(Client.objects.visible_to(user))
                list(FollowUp.objects.changeable_by(user))
            counts[stands_in] = len(queries)
    assert counts[True] == counts[False] == 2


def test_whoever_answers_for_somebody_and_stands_in_for_them_keeps_both(book):
    away(book.lan, book.senior)
    with time_machine.travel(DURING, tick=False):
        senior = fresh(book.senior)
        assert set(access.people_whose_leave(senior)) == {book.senior, book.lan, book.mai}
        assert reach(book.senior) == ALPHA
        assert list(queue.own(senior).values_list("assignee", flat=True)) == []
        make.follow_up(book.alpha, book.lan)
        assert queue.own(fresh(book.senior)).count() == 1


@pytest.mark.parametrize(
    "persona, expected",
    [
        ("lan", {"lan"}),
        ("senior", {"senior", "lan", "mai"}),
        ("manager", {"manager", "senior", "lan", "mai"}),
        ("admin", {"admin", "manager", "other_manager", "senior", "lan", "mai", "olga"}),
        ("dept", set()),
    ],
)
def test_whose_leave_each_persona_enters(book, persona, expected):
    people = access.people_whose_leave(fresh(getattr(book, persona)))
    assert set(people) == {getattr(book, name) for name in expected}


def test_who_may_stand_in(book):
    inactive = make.user("Gone", is_active=False)
    names = {"lan", "mai", "senior", "manager", "olga", "other_manager"}
    assert set(access.stand_ins()) == {getattr(book, name) for name in names}
    assert inactive not in access.stand_ins()
