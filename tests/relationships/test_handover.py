"""A client changes hands: what was planned moves along, and the new lead sees it today."""

import datetime

import pytest
from django.utils import timezone

from clients.services.assignment import CapacityExceeded
from relationships import tasks
from relationships.models import Channel, Delivery, DeliveryStatus, FollowUp, FollowUpRule
from relationships.services.handover import hand_over_client
from tests import factories as make


@pytest.fixture(autouse=True)
def queued(monkeypatch):
    """The ids that were sent to the queue for scoring."""
    sent = []
    monkeypatch.setattr(tasks.score_clients, "apply_async", lambda args: sent.append(list(args)))
    return sent


def hand_over(book, to, **fields):
    return hand_over_client(client=book.alpha, to=to, by=book.admin, reason="Moved", **fields)


def open_of(client):
    return client.follow_ups.open().order_by("pk")


def introduction_of(client):
    return client.follow_ups.open().get(rule=FollowUpRule.HANDOVER)


def test_open_follow_ups_move_to_the_new_lead(book):
    planned = make.follow_up(book.alpha, book.lan, due_in=3)
    done = make.follow_up(book.alpha, book.lan, status="done", closed_at=timezone.now())
    hand_over(book, book.mai)
    planned.refresh_from_db(), done.refresh_from_db()
    assert (planned.assignee, done.assignee) == (book.mai, book.lan)


def test_follow_ups_of_those_who_stay_are_left_alone(book):
    technician = make.user()
    make.assignment(book.alpha, technician, role="technical")
    theirs = make.follow_up(book.alpha, technician)
    managers = make.follow_up(book.alpha, book.manager)
    hand_over(book, book.mai)
    theirs.refresh_from_db(), managers.refresh_from_db()
    assert (theirs.assignee, managers.assignee) == (technician, book.manager)


def test_former_lead_who_stays_on_the_team_keeps_their_follow_ups(book):
    make.assignment(book.alpha, book.lan, role="support")
    theirs = make.follow_up(book.alpha, book.lan)
    hand_over(book, book.mai)
    theirs.refresh_from_db()
    assert theirs.assignee == book.lan


def test_new_lead_is_asked_to_introduce_themselves_today(book):
    hand_over(book, book.mai)
    today = timezone.localdate(timezone=timezone.get_default_timezone())
    asked = introduction_of(book.alpha)
    assert (asked.assignee, asked.due_on, asked.created_by) == (book.mai, today, book.admin)
    assert asked.facts == {"from": "Lan Nguyễn", "since": today.isoformat()}
    book.alpha.refresh_from_db()
    assert book.alpha.next_follow_up_on == today


def test_new_lead_finds_the_client_in_today(book, as_user):
    hand_over(book, book.mai)
    assert "Alpha Thép Việt" in as_user(book.mai).get("/today/").text
    assert "Alpha Thép Việt" not in as_user(book.lan).get("/today/").text


def test_second_handover_leaves_one_introduction(book):
    hand_over(book, book.mai)
    hand_over(book, book.senior)
    asked = introduction_of(book.alpha)
    assert (asked.assignee, asked.facts["from"]) == (book.senior, "Mai Đỗ")


def test_first_lead_of_a_client_has_nobody_before(book):
    client = make.client("Gamma")
    hand_over_client(client=client, to=book.mai, by=book.admin, reason="New")
    assert introduction_of(client).facts["from"] == ""


def test_follow_ups_left_by_an_earlier_lead_move_too(book):
    client = make.client("Gamma")
    left = make.follow_up(client, book.lan)
    make.assignment(client, book.lan, ended_at=timezone.now() - datetime.timedelta(days=2))
    hand_over_client(client=client, to=book.mai, by=book.admin, reason="New")
    left.refresh_from_db()
    assert left.assignee == book.mai


def test_reminders_that_wait_for_the_former_lead_go(book):
    planned = make.follow_up(book.alpha, book.lan)
    row = {"follow_up": planned, "user": book.lan, "due_on": planned.due_on, "send_at": timezone.now()}
    waiting = Delivery.objects.create(**row, channel=Channel.DIGEST)
    sent = Delivery.objects.create(
        **row, channel=Channel.IN_APP, status=DeliveryStatus.SENT, sent_at=timezone.now()
    )
    hand_over(book, book.mai)
    assert set(Delivery.objects.values_list("pk", flat=True)) == {sent.pk}
    assert waiting.pk != sent.pk


def test_handover_asks_for_a_new_score_after_the_commit(book, queued, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        hand_over(book, book.mai)
        assert queued == []
    assert queued == [[[book.alpha.pk]]]


def test_handover_to_the_lead_changes_nothing(book, queued, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        assert hand_over(book, book.lan).user == book.lan
    assert queued == []
    assert not open_of(book.alpha).exists()


def test_refused_handover_moves_nothing(book):
    kam = make.user(tier_code="kam")
    for _number in range(5):
        make.client(lead=kam, segment="key")
    client = make.client(segment="key", lead=book.senior)
    planned = make.follow_up(client, book.senior)
    with pytest.raises(CapacityExceeded):
        hand_over_client(client=client, to=kam, by=book.admin, reason="Strategic")
    assert list(FollowUp.objects.filter(client=client).values_list("pk", "assignee")) == [
        (planned.pk, book.senior.pk)
    ]
