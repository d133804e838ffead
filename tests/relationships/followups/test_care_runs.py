"""Follow-ups of care as a job and inside a change: twice and at once with one effect, at a fixed cost."""

import threading
import uuid

import pytest
from django.db import connections, transaction

from clients.models import CareEventKind, Client, Invoice
from clients.services.changes import lock_client, record_change
from relationships.followups.care import Refreshed, refresh_care_follow_ups
from relationships.models import FollowUp
from relationships.services.follow_ups import complete_follow_up, snooze_follow_up
from relationships.services.interactions import log_interaction
from relationships.tasks import generate_follow_ups
from tests import factories as make
from tests.relationships.followups import care_scenes as scene
from tests.relationships.followups.care_scenes import TODAY, ago, one
from tests.relationships.followups.test_care import everything

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def monday(time_machine):
    time_machine.move_to(scene.MONDAY, tick=False)


# --- Jobs ------------------------------------------------------------------------------------------------------------


def test_running_again_changes_nothing(book):
    everything(book.alpha, book.lan)
    generate_follow_ups()
    before = list(FollowUp.objects.order_by("pk").values())
    assert refresh_care_follow_ups() == refresh_care_follow_ups([book.alpha.pk]) == Refreshed()
    generate_follow_ups([book.alpha.pk])
    assert list(FollowUp.objects.order_by("pk").values()) == before


def test_nothing_to_change_costs_one_statement_a_range(book, django_assert_num_queries):
    everything(book.alpha, book.lan)
    refresh_care_follow_ups()
    with transaction.atomic(), django_assert_num_queries(3):  # the settings, the bounds, and one statement
        refresh_care_follow_ups()


@pytest.mark.parametrize("count", [1, 12])
def test_a_change_costs_four_statements(book, django_assert_num_queries, count):
    clients = [make.client(lead=book.lan) for _number in range(count)]
    for client in clients:
        everything(client, book.lan)
    with transaction.atomic():
        with django_assert_num_queries(4):
            assert refresh_care_follow_ups([row.pk for row in clients]) == Refreshed(opened=11 * count)
        with django_assert_num_queries(3):
            assert refresh_care_follow_ups([row.pk for row in clients]) == Refreshed()


def test_only_the_named_clients_are_looked_at(book):
    for client in (book.alpha, book.omega):
        make.invoice(client, days_late=9)
    refresh_care_follow_ups([book.omega.pk])
    assert list(FollowUp.objects.values_list("client", flat=True)) == [book.omega.pk]
    assert refresh_care_follow_ups([]) == Refreshed()


def at_once(work, count=4):
    start = threading.Barrier(count)

    def run():
        try:
            start.wait()
            work()
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run) for _number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


@pytest.mark.django_db(transaction=True)
def test_runs_at_once_make_one_of_each():
    lead = make.user()
    clients = [make.client(lead=lead) for _number in range(15)]
    for client in clients:
        make.invoice(client, days_late=9)
        scene.intake(client)
    at_once(refresh_care_follow_ups)
    refresh_care_follow_ups()  # whatever a run had to leave to another is there by the next
    assert FollowUp.objects.count() == FollowUp.objects.open().count() == 2 * len(clients)
    Invoice.objects.update(paid=100)
    at_once(refresh_care_follow_ups)
    refresh_care_follow_ups()
    assert FollowUp.objects.filter(status="closed").count() == len(clients)


@pytest.mark.django_db(transaction=True)
def test_client_that_somebody_holds_is_left_to_the_next_run():
    held, free = (make.client(lead=make.user()) for _number in range(2))
    for client in (held, free):
        scene.intake(client)
    with transaction.atomic():
        Client.objects.select_for_update().get(pk=held.pk)
        at_once(refresh_care_follow_ups, 1)
        at_once(lambda: generate_follow_ups([held.pk]), 1)
    assert list(FollowUp.objects.filter(rule="kick_off").values_list("client", flat=True)) == [free.pk]
    refresh_care_follow_ups()
    assert FollowUp.objects.filter(rule="kick_off").count() == 2


# --- Changes ---------------------------------------------------------------------------------------------------------


def test_a_change_is_answered_in_its_transaction(book):
    make.invoice(book.alpha, days_late=9)
    with transaction.atomic():
        lock_client(book.alpha.pk)
        record_change(book.alpha.pk, CareEventKind.INVOICE_ISSUED, by=book.lan)
        assert one(book.alpha, "collection").assignee == book.lan
    book.alpha.refresh_from_db()
    assert book.alpha.next_follow_up_on == one(book.alpha, "collection").due_on


def test_done_and_moved_by_hand_work_as_with_any_other(book):
    everything(book.alpha, book.lan)
    refresh_care_follow_ups()
    chosen = TODAY.replace(day=30)
    done, *rest = FollowUp.objects.open()
    complete_follow_up(follow_up=done, by=book.lan)
    for follow_up in rest:
        snooze_follow_up(follow_up=follow_up, due_on=chosen, reason="Later", by=None)
    assert refresh_care_follow_ups() == Refreshed()
    assert set(FollowUp.objects.open().values_list("due_on", flat=True)) == {chosen}
    assert FollowUp.objects.open().count() == 10


# --- Touches ---------------------------------------------------------------------------------------------------------


def log(book, kind, closes=(), **details):
    key = uuid.uuid4()
    return log_interaction(
        client=book.alpha, author=book.lan, idempotency_key=key, kind=kind, closes=closes, **details
    )


def test_a_call_about_something_closes_no_care_that_it_does_not_name(book):
    everything(book.alpha, book.lan)
    make.invoice(book.alpha, days_late=16)
    refresh_care_follow_ups()
    for kind in ("call", "meeting"):
        assert log(book, kind).closed_follow_ups == []
    assert FollowUp.objects.open().exclude(rule="cadence").count() == 11


def test_where_the_talk_is_the_deed_a_touch_that_names_it_settles_this_step(book):
    make.contract(book.alpha, ends_in=20)
    make.invoice(book.alpha, days_late=16)
    make.internal_request(book.alpha, book.lan, state="done", closed_at=scene.moment(0))
    refresh_care_follow_ups()
    named = list(FollowUp.objects.open())
    assert len(log(book, "call", named).closed_follow_ups) == 3
    assert refresh_care_follow_ups() == Refreshed()
    make.invoice(book.alpha, days_late=31)
    assert refresh_care_follow_ups() == Refreshed(opened=1)


def test_a_reminder_of_money_is_done_by_sending_it(book):
    make.invoice(book.alpha, days_late=9)
    refresh_care_follow_ups()
    logged = log(book, "email", [one(book.alpha, "collection")])
    assert not logged.interaction.reached and len(logged.closed_follow_ups) == 1


def test_a_call_that_reached_nobody_is_no_collection(book):
    make.invoice(book.alpha, days_late=16)
    refresh_care_follow_ups()
    collection = one(book.alpha, "collection")
    logged = log(book, "call", [collection], reached=False)
    assert (logged.closed_follow_ups, logged.left_open) == ([], [collection])


def test_what_is_recorded_elsewhere_no_touch_settles(book):
    scene.intake(book.alpha)
    scene.commitment(book.alpha)
    scene.broken(book.alpha)
    make.issue(book.alpha)
    make.internal_request(book.alpha, book.lan, due_in=-1)
    make.open_deal(book.alpha, expected_on=ago(1))
    refresh_care_follow_ups()
    named = list(FollowUp.objects.open())
    logged = log(book, "meeting", named)
    assert logged.closed_follow_ups == [] and len(logged.left_open) == 6


def test_the_log_sheet_offers_only_what_a_touch_can_close(book, as_user):
    make.invoice(book.alpha, days_late=16)
    scene.broken(book.alpha)
    planned = make.follow_up(book.alpha, book.lan)
    refresh_care_follow_ups()
    collection, promise = one(book.alpha, "collection"), one(book.alpha, "promise")
    browser, address = as_user(book.lan, htmx=True), f"/clients/{book.alpha.pk}/log/"
    form = browser.get(address, {"follow_up": promise.pk}).context["form"]
    offered = {option.data["value"].value for option in form.offered}
    assert offered == {collection.pk, planned.pk}
    assert form.initial["closes"] == [planned.pk]  # a call that is due, and no other
    form = browser.get(address, {"follow_up": collection.pk}).context["form"]
    assert set(form.initial["closes"]) == {collection.pk, planned.pk}
