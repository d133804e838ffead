"""Assigning a lead: the rules, the history, and two admins at once."""

import datetime
import threading

import pytest
from django.db import IntegrityError, connections, transaction
from django.utils import timezone

from accounts.models import Role
from clients.models import Assignment, Client
from clients.services.assignment import (
    AssignmentRefused,
    CapacityExceeded,
    ClientIsLost,
    LeadChanged,
    SegmentNotAllowed,
    assign_lead,
    end_assignment,
    running_lead,
)
from tests import factories as make

MEETING_SECONDS = 10


def filled(user, clients, **fields):
    """`user` leads that many clients."""
    for _number in range(clients):
        make.client(lead=user, **fields)
    return user


def leads_of(client):
    return list(client.assignments.leads().order_by("started_at").values_list("user", "ended_at"))


def test_assign_lead_ends_the_former_one_at_the_same_moment(book):
    taken = assign_lead(client=book.alpha, user=book.mai, by=book.admin, reason="Closer to the plant")
    former = Assignment.objects.get(client=book.alpha, user=book.lan)
    assert former.ended_at == taken.started_at
    assert (taken.assigned_by, taken.reason, taken.override_reason) == (
        book.admin,
        "Closer to the plant",
        "",
    )
    assert running_lead(book.alpha).user == book.mai


def test_former_lead_loses_the_client_at_once(book):
    assign_lead(client=book.alpha, user=book.mai, by=book.admin, reason="Moved")
    assert not Client.objects.visible_to(book.lan).exists()
    assert not Client.objects.changeable_by(book.lan).exists()
    assert list(Client.objects.changeable_by(book.mai)) == [book.alpha]


def test_former_lead_reads_until_the_day_that_was_named(book):
    day = timezone.localdate() + datetime.timedelta(days=7)
    assign_lead(client=book.alpha, user=book.mai, by=book.admin, reason="Moved", read_until=day)
    assert list(Client.objects.visible_to(book.lan)) == [book.alpha]
    assert not Client.objects.changeable_by(book.lan).exists()


def test_first_lead_needs_no_former_one(book):
    client = make.client("Gamma")
    taken = assign_lead(client=client, user=book.mai, by=book.admin, reason="New here", seen_lead=None)
    assert leads_of(client) == [(book.mai.pk, None)]
    assert taken.client == client


def test_assign_lead_twice_counts_once(book):
    seen = running_lead(book.alpha).pk
    first = assign_lead(client=book.alpha, user=book.mai, by=book.admin, reason="Moved", seen_lead=seen)
    again = assign_lead(client=book.alpha, user=book.mai, by=book.admin, reason="Moved", seen_lead=seen)
    assert again.pk == first.pk
    assert len(leads_of(book.alpha)) == 2


def test_assign_lead_refuses_what_rests_on_another_lead(book):
    seen = running_lead(book.alpha).pk
    assign_lead(client=book.alpha, user=book.mai, by=book.admin, reason="Moved")
    with pytest.raises(LeadChanged) as refused:
        assign_lead(client=book.alpha, user=book.senior, by=book.admin, reason="Mine", seen_lead=seen)
    assert refused.value.lead.user == book.mai
    assert running_lead(book.alpha).user == book.mai


def test_assign_lead_marks_the_health_stale(book):
    assign_lead(client=book.alpha, user=book.mai, by=book.admin, reason="Moved")
    book.alpha.refresh_from_db()
    assert book.alpha.health_stale_since is not None


def test_hard_maximum_needs_a_written_reason(book):
    kam = filled(make.user("Kim KAM", tier_code="kam"), 5, segment="key")
    client = make.client("Sixth", segment="key", lead=book.lan)
    with pytest.raises(CapacityExceeded) as refused:
        assign_lead(client=client, user=kam, by=book.admin, reason="Strategic", override_reason="  ")
    assert (refused.value.load, refused.value.maximum) == (5, 5)
    assert running_lead(client).user == book.lan
    taken = assign_lead(
        client=client, user=kam, by=book.admin, reason="Strategic", override_reason="Only until June"
    )
    assert taken.override_reason == "Only until June"


def test_soft_maximum_is_passed_without_a_reason(book):
    filled(book.mai, 20)
    assign_lead(client=book.alpha, user=book.mai, by=book.admin, reason="Moved")
    assert Assignment.objects.current_leads().filter(user=book.mai).count() == 21


def test_override_is_kept_only_where_it_was_needed(book):
    taken = assign_lead(
        client=book.alpha, user=book.mai, by=book.admin, reason="Moved", override_reason="Just in case"
    )
    assert taken.override_reason == ""


def test_lost_clients_leave_room(book):
    kam = filled(make.user(tier_code="kam"), 4, segment="key")
    make.client(lead=kam, segment="key", status="lost", lost_on=timezone.localdate(), lost_reason="price")
    client = make.client("Fifth", segment="key")
    assert assign_lead(client=client, user=kam, by=book.admin, reason="Strategic").user == kam


@pytest.mark.parametrize(
    "person",
    [
        {"tier_code": "kam"},
        {"is_active": False},
        {"role": Role.MANAGER},
        {"role": Role.ADMIN},
    ],
    ids=["tier without the segment", "gone", "manager", "admin"],
)
def test_lead_must_be_an_account_manager_for_the_segment(book, person):
    with pytest.raises(SegmentNotAllowed):
        assign_lead(client=book.alpha, user=make.user(**person), by=book.admin, reason="Moved")
    assert running_lead(book.alpha).user == book.lan


def test_lost_client_gets_no_lead(book):
    client = make.client(status="lost", lost_on=timezone.localdate(), lost_reason="price")
    with pytest.raises(ClientIsLost):
        assign_lead(client=client, user=book.mai, by=book.admin, reason="Win back")


def test_lead_that_ends_in_future_is_told_as_a_change(book):
    """The lock cannot see it; the exclusion constraint does."""
    running = running_lead(book.alpha)
    Assignment.objects.filter(pk=running.pk).update(ended_at=timezone.now() + datetime.timedelta(days=3))
    with pytest.raises(LeadChanged):
        assign_lead(client=book.alpha, user=book.mai, by=book.admin, reason="Moved")
    assert Assignment.objects.filter(client=book.alpha).count() == 1


def test_database_holds_one_lead_at_a_time(book):
    with pytest.raises(IntegrityError, match="assignment_one_lead_at_a_time"), transaction.atomic():
        make.assignment(book.alpha, book.mai, since_days=10)


def test_end_assignment_counts_once(book):
    running = running_lead(book.alpha)
    first = end_assignment(assignment=running).ended_at
    again = end_assignment(assignment=running, read_until=timezone.localdate())
    assert (again.ended_at, again.read_until) == (first, None)


# --- Two connections ------------------------------------------------------------------------------------------


def at_once(*works):
    """Runs the works in threads that start together, each on a connection of its own; returns their outcomes."""
    outcomes, start = [None] * len(works), threading.Barrier(len(works))

    def run(place, work):
        try:
            start.wait(MEETING_SECONDS)
            outcomes[place] = work()
        except AssignmentRefused as refused:
            outcomes[place] = refused
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(MEETING_SECONDS)
    return outcomes


@pytest.mark.django_db(transaction=True)
def test_two_admins_at_once_have_one_winner(book):
    seen = running_lead(book.alpha).pk

    def give(to):
        return lambda: assign_lead(client=book.alpha, user=to, by=book.admin, reason="Moved", seen_lead=seen)

    outcomes = at_once(give(book.mai), give(book.senior))
    won = [found for found in outcomes if isinstance(found, Assignment)]
    told = [found for found in outcomes if isinstance(found, LeadChanged)]
    assert len(won) == len(told) == 1
    assert told[0].lead.pk == won[0].pk
    assert running_lead(book.alpha).pk == won[0].pk


@pytest.mark.django_db(transaction=True)
def test_two_assignments_at_once_do_not_pass_a_hard_maximum(book):
    kam = filled(make.user(tier_code="kam"), 4, segment="key")
    wanted = [make.client(segment="key") for _number in range(2)]
    outcomes = at_once(
        *(
            lambda client=client: assign_lead(client=client, user=kam, by=book.admin, reason="Strategic")
            for client in wanted
        )
    )
    assert sorted(type(found).__name__ for found in outcomes) == ["Assignment", "CapacityExceeded"]
    assert Assignment.objects.current_leads().filter(user=kam).count() == 5


@pytest.mark.django_db(transaction=True)
def test_same_assignment_twice_at_once_is_one(book):
    def give():
        return assign_lead(client=book.alpha, user=book.mai, by=book.admin, reason="Moved")

    first, second = at_once(give, give)
    assert first.pk == second.pk
    assert len(leads_of(book.alpha)) == 2
