"""The cadence in one line of the client page: how often, how long ago, and whether the rhythm is the client's own."""

import datetime

import pytest
from django.urls import reverse

from relationships.client_overview import rhythm_of
from relationships.health import refresh
from tests import factories as make

pytestmark = pytest.mark.django_db
TODAY = datetime.date(2026, 11, 23)


@pytest.fixture(autouse=True)
def monday(time_machine):
    time_machine.move_to("2026-11-23T09:00+07:00", tick=False)


def days_ago(days):
    return TODAY - datetime.timedelta(days=days)


def test_it_says_how_often_and_how_long_ago():
    for reached, due, said in (
        (9, -5, "Every 14 days, last reached 9 days ago"),
        (1, -29, "Every 30 days, last reached 1 day ago"),
        (0, -30, "Every 30 days, last reached today"),
        (40, 10, "Every 30 days, last reached 40 days ago"),
    ):
        client = make.client(last_reached_on=days_ago(reached), contact_due_on=days_ago(due))
        assert rhythm_of(client, TODAY) == said


def test_it_says_nothing_where_no_contact_is_expected():
    reached = {"last_reached_on": days_ago(9), "contact_due_on": days_ago(-5)}
    assert rhythm_of(make.client(**reached, status="lost", lost_on=TODAY), TODAY) == ""
    assert rhythm_of(make.client(), TODAY) == ""


def test_a_rhythm_of_their_own_is_called_so(book, as_user):
    for days in range(9, 200, 9):
        make.interaction(book.alpha, days_ago=days, author=book.lan)
    refresh.score_clients()
    book.alpha.refresh_from_db()
    every = (book.alpha.contact_due_on - book.alpha.last_reached_on).days
    page = reverse("relationships:client_page", args=[book.alpha.pk])
    body = " ".join(as_user(book.lan).get(page).content.decode().split())
    assert f"Their own rhythm: every {every} days, last reached 9 days ago" in body
