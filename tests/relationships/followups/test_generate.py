"""Cadence follow-ups of a book: what they rest on, that they follow it, and that running twice changes nothing."""

import datetime
import threading

import pytest
from django.db import connections, transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clients.models import Client
from relationships.followups import ranges, rules
from relationships.followups.generate import Generated, generate_cadence_follow_ups
from relationships.models import FollowUp
from relationships.services.follow_ups import complete_follow_up, snooze_follow_up
from relationships.tasks import generate_follow_ups
from tests import factories as make

pytestmark = pytest.mark.django_db
date = datetime.date
MONDAY = "2026-11-23T09:00+07:00"


@pytest.fixture(autouse=True)
def monday(time_machine):
    time_machine.move_to(MONDAY, tick=False)


@pytest.fixture
def lan(db):
    return make.user("Lan Nguyễn")


def reached_client(lead, *, last, due, **fields):
    return make.client(lead=lead, last_reached_on=last, contact_due_on=due, **fields)


def cadence_of(client):
    return FollowUp.objects.open().get(client=client, rule="cadence")


def test_client_with_a_lead_gets_one_due_by_its_cadence(lan):
    client = reached_client(lan, last=date(2026, 11, 1), due=date(2026, 12, 1))
    assert generate_cadence_follow_ups() == Generated(opened=1)
    follow_up = cadence_of(client)
    client.refresh_from_db()
    assert (follow_up.due_on, follow_up.assignee, follow_up.reason) == (date(2026, 12, 1), lan, "")
    assert follow_up.facts["cadence_days"] == 30
    assert follow_up.facts["last_reached_on"] == "2026-11-01"
    assert client.next_follow_up_on == date(2026, 12, 1)


def test_due_day_on_a_weekend_moves_to_the_friday_before(lan):
    client = reached_client(lan, last=date(2026, 11, 1), due=date(2026, 11, 29))
    generate_cadence_follow_ups()
    assert cadence_of(client).due_on == date(2026, 11, 27)


def test_running_again_changes_nothing(lan):
    client = reached_client(lan, last=date(2026, 11, 1), due=date(2026, 12, 1))
    make.client(lead=lan)
    generate_follow_ups()
    before = list(FollowUp.objects.values())
    assert generate_cadence_follow_ups() == Generated()
    generate_follow_ups([client.pk])
    assert list(FollowUp.objects.values()) == before


def test_unchanged_book_costs_one_statement_a_range(lan, django_assert_num_queries):
    for _number in range(5):
        make.client(lead=lan)
    generate_cadence_follow_ups()
    with django_assert_num_queries(4):  # the setting, the model, the bounds, and one statement
        generate_cadence_follow_ups()


def test_shares_of_a_book_are_all_of_it_once(lan, monkeypatch):
    monkeypatch.setattr(ranges, "CLIENTS_A_RANGE", 2)
    clients = [make.client(lead=lan) for _number in range(7)]
    shares = ranges.shares(3)
    assert [generate_cadence_follow_ups(share=share).opened > 0 for share in shares] == [True] * 3
    assert FollowUp.objects.count() == len(clients)
    monkeypatch.undo()
    assert ranges.shares(3) == [ranges.WHOLE]


def test_it_moves_when_the_day_of_contact_moves(lan):
    client = reached_client(lan, last=date(2026, 11, 1), due=date(2026, 12, 1))
    generate_cadence_follow_ups()
    Client.objects.filter(pk=client.pk).update(contact_due_on=date(2026, 11, 15))
    assert generate_cadence_follow_ups() == Generated(changed=1)
    assert cadence_of(client).due_on == date(2026, 11, 13)
    assert FollowUp.objects.count() == 1


def test_one_moved_by_hand_stays_until_there_is_another_contact(lan):
    client = reached_client(lan, last=date(2026, 11, 1), due=date(2026, 12, 1))
    generate_cadence_follow_ups()
    snooze_follow_up(follow_up=cadence_of(client), due_on=date(2026, 12, 10), reason="Later", by=None)
    Client.objects.filter(pk=client.pk).update(contact_due_on=date(2026, 11, 30))
    assert generate_cadence_follow_ups() == Generated()
    assert cadence_of(client).due_on == date(2026, 12, 10)
    Client.objects.filter(pk=client.pk).update(
        last_reached_on=date(2026, 11, 20), contact_due_on=date(2026, 12, 18)
    )
    generate_cadence_follow_ups()
    assert cadence_of(client).due_on == date(2026, 12, 18)


def test_done_without_a_contact_comes_back_after_five_working_days(lan):
    client = reached_client(lan, last=date(2026, 10, 1), due=date(2026, 10, 31))
    generate_cadence_follow_ups()
    complete_follow_up(follow_up=cadence_of(client), by=lan)
    generate_cadence_follow_ups()
    assert cadence_of(client).due_on == date(2026, 12, 1)  # 24 November is a public holiday
    assert FollowUp.objects.filter(client=client, status="done").count() == 1


def test_lost_client_closes_it(lan):
    client = reached_client(lan, last=date(2026, 11, 1), due=date(2026, 12, 1))
    generate_cadence_follow_ups()
    Client.objects.filter(pk=client.pk).update(status="lost", lost_on=date(2026, 11, 23))
    assert generate_cadence_follow_ups() == Generated(closed=1)
    client.refresh_from_db()
    assert FollowUp.objects.get().status == "closed"
    assert client.next_follow_up_on is None


def test_client_without_a_lead_has_none(lan):
    client = reached_client(lan, last=date(2026, 11, 1), due=date(2026, 12, 1))
    make.client()
    generate_cadence_follow_ups()
    client.assignments.update(ended_at=timezone.now())
    assert generate_cadence_follow_ups() == Generated(closed=1)
    assert not FollowUp.objects.open().exists()


def test_new_lead_takes_it_over_on_the_same_day(lan):
    client = reached_client(lan, last=date(2026, 11, 1), due=date(2026, 12, 1))
    generate_cadence_follow_ups()
    snooze_follow_up(follow_up=cadence_of(client), due_on=date(2026, 12, 4), reason="Later", by=None)
    client.assignments.update(ended_at=timezone.now())
    mai = make.user("Mai Đỗ")
    make.assignment(client, mai, since_days=0)
    assert generate_cadence_follow_ups() == Generated(changed=1)
    follow_up = cadence_of(client)
    assert (follow_up.assignee, follow_up.due_on) == (mai, date(2026, 12, 4))


def test_other_follow_ups_are_left_alone(lan):
    client = make.client(lead=lan, status="lost", lost_on=date(2026, 11, 20))
    planned = make.follow_up(client, lan)
    generate_cadence_follow_ups()
    planned.refresh_from_db()
    assert planned.status == "open"


def test_never_touched_clients_fall_due_spread_over_the_cadence(lan):
    clients = [make.client(lead=lan, segment="major") for _number in range(30)]
    generate_cadence_follow_ups()
    due = [cadence_of(client).due_on for client in clients]
    assert len(set(due)) > 15
    assert min(due) > date(2026, 11, 23) and max(due) <= date(2026, 12, 23)
    # and they stay: the next days do not push them on
    generate_cadence_follow_ups()
    assert [cadence_of(client).due_on for client in clients] == due


@pytest.mark.django_db(transaction=True)
def test_two_runs_at_once_make_one_each():
    lead = make.user()
    clients = [make.client(lead=lead) for _number in range(40)]
    start = threading.Barrier(4)

    def run():
        try:
            start.wait()
            generate_follow_ups()
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run) for _number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    generate_follow_ups()  # whatever a run had to leave to another is there by the next
    assert FollowUp.objects.open().filter(rule="cadence").count() == len(clients)


@pytest.mark.django_db(transaction=True)
def test_client_that_somebody_holds_is_left_to_the_next_run():
    held, free = (make.client(lead=make.user()) for _number in range(2))

    def run():
        try:
            generate_follow_ups()
        finally:
            connections.close_all()

    with transaction.atomic():
        Client.objects.select_for_update().get(pk=held.pk)
        other = threading.Thread(target=run)
        other.start()
        other.join()
    assert list(FollowUp.objects.values_list("client", flat=True)) == [free.pk]
    generate_follow_ups()
    assert FollowUp.objects.count() == 2


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=st.lists(
        st.tuples(st.none() | st.dates(date(2025, 6, 1), date(2026, 11, 23)), st.integers(1, 120)),
        min_size=1,
        max_size=20,
    ),
    since_days=st.integers(0, 500),
)
def test_sql_equals_the_rules(rows, since_days):
    Client.objects.all().delete()
    lead = make.user()
    expected = {}
    today = date(2026, 11, 23)
    for last, cadence in rows:
        client = make.client(lead=lead, since_days=since_days)
        since = today - datetime.timedelta(days=since_days)
        due = (last or since) + datetime.timedelta(days=cadence)
        Client.objects.filter(pk=client.pk).update(last_reached_on=last, contact_due_on=due)
        expected[client.pk] = (
            rules.cadence_due_on(due, last)
            if last
            else rules.first_contact_due_on(client.pk, cadence, since, today)
        )
    generate_cadence_follow_ups()
    assert dict(FollowUp.objects.open().values_list("client", "due_on")) == expected
