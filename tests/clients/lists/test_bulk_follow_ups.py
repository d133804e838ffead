"""A follow-up for many clients at once: whose it is, each row checked and told, sent twice with one effect."""

import datetime

import pytest
from django.db import OperationalError
from django.utils import timezone
from psycopg.errors import LockNotAvailable

from clients.models import Client
from relationships.models import FollowUp
from relationships.services.follow_ups import plan_follow_up
from tests import factories as make

URL = "/clients/bulk/follow-ups/"


@pytest.fixture
def two(book):
    return [book.alpha, make.client("Beta", lead=book.lan)]


def data(clients, **changes):
    day = timezone.localdate() + datetime.timedelta(days=7)
    asked = {"reason": "Chúc mừng năm mới", "kind": "call", "other_day": day.isoformat()}
    return asked | {"client": [client.pk for client in clients]} | changes


def told(answer):
    return {one.client.name: one.tone for one in answer.context["outcomes"]}


def test_each_client_gets_its_follow_up(book, as_user, two):
    browser = as_user(book.lan, htmx=True)
    form = browser.get(URL, {"client": [client.pk for client in two]})
    assert form.status_code == 200 and "2 clients" in form.text and "<html" not in form.text
    answer = browser.post(URL, data(two))
    assert answer.status_code == 200 and "follow-ups-changed" in answer["HX-Trigger"]
    assert told(answer) == {"Alpha Thép Việt": "good", "Beta": "good"}
    rows = FollowUp.objects.open()
    assert {(row.client_id, row.assignee) for row in rows} == {(client.pk, book.lan) for client in two}
    assert set(Client.objects.values_list("next_follow_up_on", flat=True)) == {rows[0].due_on, None}


def test_sent_twice_it_is_planned_once(book, as_user, two):
    browser = as_user(book.lan)
    for _twice in range(2):
        assert told(browser.post(URL, data(two))) == {"Alpha Thép Việt": "good", "Beta": "good"}
    assert FollowUp.objects.count() == 2


def test_what_is_planned_already_is_told_and_stays(book, as_user, two):
    make.follow_up(book.alpha, book.lan, due_in=1, reason="Chúc mừng năm mới")
    assert told(as_user(book.lan).post(URL, data(two))) == {"Alpha Thép Việt": "plain", "Beta": "good"}
    assert FollowUp.objects.filter(client=book.alpha).count() == 1


def test_who_does_not_serve_a_client_plans_for_its_lead(book, as_user, two):
    make.assignment(book.alpha, book.senior, role="support")
    orphan = make.client("Orphan")
    as_user(book.admin).post(URL, data([*two, orphan]))
    assert {row.client_id: row.assignee for row in FollowUp.objects.all()} == {
        book.alpha.pk: book.lan,
        two[1].pk: book.lan,
        orphan.pk: book.admin,
    }
    as_user(book.senior).post(URL, data(two, reason="Second"))
    second = FollowUp.objects.filter(reason="Second")
    assert {row.client_id: row.assignee for row in second} == {
        book.alpha.pk: book.senior,
        two[1].pk: book.lan,
    }


def test_each_row_is_checked(book, as_user, two):
    """Others' clients are left out unnamed; one that may only be read is named and gets nothing."""
    ended = timezone.now() - datetime.timedelta(days=500)
    make.assignment(book.omega, book.lan, since_days=900, ended_at=ended, read_until=timezone.localdate())
    stranger = make.client("Stranger", lead=book.other_manager)
    answer = as_user(book.lan).post(URL, data([*two, book.omega, stranger]))
    assert told(answer) == {"Alpha Thép Việt": "good", "Beta": "good", "Omega Logistics": "warn"}
    assert answer.context["unseen"] == 1 and "Stranger" not in answer.text
    assert not FollowUp.objects.filter(client__in=[book.omega, stranger]).exists()


def test_a_client_that_is_held_stops_none_of_the_others(book, as_user, two, monkeypatch):
    plan = "relationships.views.bulk_follow_ups.plan_follow_up"

    def held(*, client, **asked):
        if client == book.alpha:
            raise OperationalError from LockNotAvailable()
        return plan_follow_up(client=client, **asked)

    monkeypatch.setattr(plan, held)
    assert told(as_user(book.lan).post(URL, data(two))) == {"Alpha Thép Việt": "warn", "Beta": "good"}


@pytest.mark.parametrize(
    "changes", [{"reason": ""}, {"kind": "dance"}, {"other_day": "2020-01-01"}, {"other_day": ""}]
)
def test_a_wrong_form_keeps_what_was_typed(book, as_user, two, changes):
    answer = as_user(book.lan).post(URL, data(two, **changes))
    assert answer.status_code == 422
    assert "2 clients" in answer.text and not FollowUp.objects.exists()


@pytest.mark.parametrize("person", ["olga", "mai"])
def test_without_one_client_of_ones_own_nothing_is_planned(book, as_user, two, person):
    answer = as_user(getattr(book, person)).post(URL, data(two))
    assert answer.status_code == 422 and "Alpha" not in answer.text
    assert not FollowUp.objects.exists()


def test_the_form_takes_the_same_queries_for_2_and_for_20(book, as_user, django_assert_max_num_queries):
    browser, ids = as_user(book.lan), [book.alpha.pk, make.client(lead=book.lan).pk]
    with django_assert_max_num_queries(8) as few:
        browser.get(URL, {"client": ids})
    more = ids + [make.client(lead=book.lan).pk for _ in range(18)]
    with django_assert_max_num_queries(8) as many:
        assert len(browser.get(URL, {"client": more}).context["selection"].clients) == 20
    assert len(many) == len(few)
