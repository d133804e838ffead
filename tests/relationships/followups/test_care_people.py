"""Whose the follow-ups of care are: people who are here, may change the client, and are meant to do it."""

import pytest
from django.utils import timezone

from accounts.models import Absence, Role
from clients.models import Client
from relationships.followups.care import Refreshed, refresh_care_follow_ups
from relationships.models import FollowUp
from relationships.services.handover import hand_over_client
from tests import factories as make
from tests.relationships.followups import care_scenes as scene
from tests.relationships.followups.care_scenes import ago, one, open_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def monday(time_machine):
    time_machine.move_to(scene.MONDAY, tick=False)


def late_money(client, days_late=10):
    make.invoice(client, days_late=days_late)
    scene.broken(client)


def assignees(client):
    return {row.rule: row.assignee for row in FollowUp.objects.open().filter(client=client)}


# --- Money -----------------------------------------------------------------------------------------------------------


def test_the_lead_collects_and_the_senior_steps_in(book):
    late_money(book.alpha)
    refresh_care_follow_ups()
    assert assignees(book.alpha) == {"collection": book.lan, "promise": book.lan}
    make.invoice(book.alpha, days_late=30)
    refresh_care_follow_ups()
    collection = one(book.alpha, "collection")
    assert (collection.assignee, collection.facts["step"]) == (book.senior, "escalate")


def test_without_a_senior_the_regions_manager_steps_in(book):
    late_money(book.omega, days_late=40)
    refresh_care_follow_ups()
    assert one(book.omega, "collection").assignee == book.other_manager
    book.other_manager.is_active = False
    book.other_manager.save()
    refresh_care_follow_ups()
    assert one(book.omega, "collection").assignee == book.olga


@pytest.fixture
def advised(book):
    """A client of a relationship manager in the northern team."""
    rm = make.user("Rosa", tier_code="rm", team=book.north)
    return make.client("Advised", lead=rm)


def test_money_of_a_relationship_managers_client_is_collected_by_others(book, advised):
    late_money(advised)
    refresh_care_follow_ups()
    assert set(assignees(advised).values()) == {book.senior}
    other_rm, mate, money = (make.user(name, tier_code=tier) for name, tier in _HELPERS)
    make.assignment(advised, other_rm, role="support")
    refresh_care_follow_ups()
    assert set(assignees(advised).values()) == {book.senior}
    make.assignment(advised, mate, role="support")
    refresh_care_follow_ups()
    assert set(assignees(advised).values()) == {mate}
    finance = make.assignment(advised, money, role="finance")
    refresh_care_follow_ups()
    assert set(assignees(advised).values()) == {money}
    finance.ended_at = scene.moment(-1)
    finance.save()
    refresh_care_follow_ups()
    assert set(assignees(advised).values()) == {mate}


_HELPERS = [("Other RM", "rm"), ("Mate", "am"), ("Money", "am")]


def test_a_relationship_manager_is_never_asked_for_money(db):
    advised = make.client(lead=make.user(tier_code="rm"))
    late_money(advised)
    make.issue(advised)
    assert refresh_care_follow_ups() == Refreshed(opened=1)
    assert not open_of(advised, "collection") and not open_of(advised, "promise")
    admin = make.user(role=Role.ADMIN)
    refresh_care_follow_ups()
    assert one(advised, "collection").assignee == admin


# --- Going up --------------------------------------------------------------------------------------------------------


def missed(client, days):
    due = {"response_due_at": scene.moment(-days), "resolution_due_at": scene.moment(9)}
    return make.issue(client, opened_ago_days=9, **due)


def test_an_issue_past_its_service_level_goes_to_senior_then_manager(book):
    missed(book.alpha, 3)
    missed(book.omega, 5)
    refresh_care_follow_ups()
    assert one(book.alpha, "issue").assignee == book.senior
    assert one(book.omega, "issue").assignee == book.other_manager


def test_the_seniors_own_issue_goes_to_the_manager(book):
    client = make.client(lead=book.senior)
    missed(client, 3)
    refresh_care_follow_ups()
    assert one(client, "issue").assignee == book.manager


def test_terms_go_to_the_senior_whose_tier_covers_them_and_never_to_who_asked(book):
    tier = book.senior.tier
    tier.max_discount_percent, tier.max_payment_days = 10, 30
    tier.save()
    wishes = [
        (book.lan, {"discount_percent": 10, "payment_days": 30}, book.senior),
        (book.lan, {"discount_percent": 11}, book.manager),
        (book.lan, {"discount_percent": 5, "payment_days": 31}, book.manager),
        (book.senior, {"discount_percent": 5}, book.manager),
        (book.manager, {"discount_percent": 50}, book.admin),
    ]
    for asker, terms, decider in wishes:
        row = scene.approval(asker, make.open_deal(book.alpha), **terms)
        refresh_care_follow_ups()
        assert FollowUp.objects.open().get(rule="approval", subject_id=row.pk).assignee == decider


# --- Askers, owners, authors -----------------------------------------------------------------------------------------


def asked_by(client, person):
    """A row of each kind that belongs to a person."""
    make.internal_request(client, person, due_in=-1)
    make.open_deal(client, owner=person, expected_on=ago(1))
    scene.advice(client, person)
    make.milestone(make.contract(client, ends_in=300), owner=person, due_in=1)


@pytest.mark.parametrize("who", ["senior", "manager", "admin"])
def test_who_asked_is_told_where_they_may_change_the_client(book, who):
    person = getattr(book, who)
    asked_by(book.alpha, person)
    refresh_care_follow_ups()
    assert set(assignees(book.alpha).values()) == {person}


def test_a_team_member_may_too_until_they_leave_the_team(book):
    serving = make.assignment(book.alpha, book.olga, role="technical")
    asked_by(book.alpha, book.olga)
    refresh_care_follow_ups()
    assert set(assignees(book.alpha).values()) == {book.olga}
    serving.ended_at = scene.moment(-1)
    serving.save()
    assert refresh_care_follow_ups() == Refreshed(changed=4)
    assert set(assignees(book.alpha).values()) == {book.lan}


@pytest.mark.parametrize("who", ["mai", "olga", "other_manager", "dept"])
def test_for_others_it_is_the_leads(book, who):
    asked_by(book.alpha, getattr(book, who))
    refresh_care_follow_ups()
    assert set(assignees(book.alpha).values()) == {book.lan}


def test_who_has_left_tend_is_asked_for_nothing(book):
    asked_by(book.alpha, book.senior)
    late_money(book.alpha, days_late=40)
    book.senior.is_active = False
    book.senior.save()
    refresh_care_follow_ups()
    expected = {"request": book.lan, "deal": book.lan, "advice": book.lan, "milestone": book.lan}
    assert assignees(book.alpha) == expected | {"collection": book.manager, "promise": book.lan}
    book.lan.is_active = False
    book.lan.save()
    refresh_care_follow_ups()
    assert set(assignees(book.alpha).values()) == {book.manager}


def test_everyone_who_is_asked_may_change_the_client(book, advised):
    for client, person in ((book.alpha, book.olga), (book.omega, book.mai), (advised, book.manager)):
        asked_by(client, person)
        late_money(client, days_late=31)
        missed(client, 9)
        scene.approval(person, make.open_deal(client))
    refresh_care_follow_ups()
    rows = FollowUp.objects.open().select_related("assignee", "client")
    assert rows.count() == 24
    for row in rows:
        assert Client.objects.changeable_by(row.assignee).filter(pk=row.client_id).exists(), row.rule


def test_a_handover_hands_on_what_goes_by_the_lead_at_once(book):
    rm = make.user("Rosa", tier_code="rm", team=book.north)
    scene.intake(book.alpha)
    late_money(book.alpha)
    refresh_care_follow_ups()
    hand_over_client(client=book.alpha, to=rm, by=book.admin, reason="Wants advice")
    found = assignees(book.alpha)
    assert (found["kick_off"], found["collection"], found["promise"]) == (rm, book.senior, book.senior)


def test_what_goes_up_goes_past_a_senior_who_is_away(book):
    today = timezone.localdate()
    Absence.objects.create(person=book.senior, substitute=book.mai, first_day=today, last_day=today)
    missed(book.alpha, 3)
    refresh_care_follow_ups()
    assert one(book.alpha, "issue").assignee == book.manager
