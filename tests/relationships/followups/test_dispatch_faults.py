"""Reminders that arrive through faults: refusals, outages, killed workers, two workers at once."""

import datetime
import smtplib
import threading

import pytest
from django.core import mail
from django.db import connection, connections
from django.utils import timezone

from relationships.followups import claiming, digest, dispatch
from relationships.followups.letters import read_letters
from relationships.followups.planning import plan_deliveries
from relationships.models import Delivery
from relationships.tasks import deliver_reminders
from tests import factories as make
from tests.relationships.followups.delivery_scenes import (
    FRIDAY_EIGHT,
    MONDAY_EIGHT,
    Refusing,
    digests,
    readers_of_mail,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("friday")]


@pytest.fixture
def server(settings, monkeypatch):
    settings.EMAIL_BACKEND = f"{Refusing.__module__}.Refusing"
    for name, value in {"refused": frozenset(), "error": None, "attempts": 0}.items():
        monkeypatch.setattr(Refusing, name, value)
    return Refusing


@pytest.fixture(autouse=True)
def old_server(monkeypatch):
    """PostgreSQL has been up for long: of one that has just begun, nothing that was left in `sending` is taken up."""
    monkeypatch.setattr(claiming, "server_is_fresh", lambda: False)


def test_one_refused_address_never_stops_the_rest(alpha, lan, friday, server):
    server.refused = frozenset({"person-gone@example.com"})
    others = [make.user(email=f"a{number}@example.com") for number in range(4)]
    gone = make.user(email="person-gone@example.com")
    for user in [gone, lan, *others]:
        make.follow_up(make.client(lead=user), user)
    plan_deliveries()
    friday.move_to(FRIDAY_EIGHT)
    deliver_reminders()
    assert len(mail.outbox) == 5
    row = digests(user=gone).get()
    assert row.status == "failed" and "no such user" in row.error
    assert row.send_at == timezone.now() + datetime.timedelta(minutes=1)


def test_one_mail_that_cannot_be_written_never_stops_the_rest(alpha, lan, friday, monkeypatch):
    broken, compose = make.user(email="broken@example.com"), digest.compose
    for user in (broken, lan):
        make.follow_up(make.client(lead=user), user)
    plan_deliveries()

    def fail_for_one(letter):
        if letter.user == broken:
            raise ValueError("a template gone wrong")
        return compose(letter)

    monkeypatch.setattr(digest, "compose", fail_for_one)
    friday.move_to(FRIDAY_EIGHT)
    deliver_reminders()
    assert [message.to for message in mail.outbox] == [["lan@example.com"]]
    assert digests(user=broken).get().error == "ValueError: a template gone wrong"


def test_refused_mail_is_tried_again_after_longer_and_longer_pauses(alpha, lan, friday, server):
    server.refused = frozenset({"lan@example.com"})
    make.follow_up(alpha, lan)
    plan_deliveries()
    pauses = []
    friday.move_to(FRIDAY_EIGHT)
    for _attempt in range(4):
        deliver_reminders()
        row = digests().get()
        pauses.append((row.send_at - timezone.now()).total_seconds() / 60)
        friday.move_to(row.send_at)
    assert pauses == [1, 5, 15, 60]
    server.refused = frozenset()
    deliver_reminders()
    row = digests().get()
    assert (row.status, row.error, row.attempts) == ("sent", "", 5)


def test_retry_of_the_same_day_is_the_same_mail(alpha, lan, friday, server):
    server.error = smtplib.SMTPServerDisconnected("dropped after DATA")
    make.follow_up(alpha, lan)
    plan_deliveries()
    friday.move_to(FRIDAY_EIGHT)
    deliver_reminders()
    first = digests().get().message_id
    server.error = None
    friday.move_to("2026-11-20T08:03+07:00")
    deliver_reminders()
    assert mail.outbox[0].extra_headers["Message-ID"] == f"<{first}@localhost>"


def test_mail_server_that_is_away_pauses_the_run_and_is_tried_each_minute(friday, server):
    server.error = ConnectionRefusedError("refused")
    for number in range(8):
        user = make.user(email=f"a{number}@example.com")
        make.follow_up(make.client(lead=user), user)
    plan_deliveries()
    friday.move_to(FRIDAY_EIGHT)
    deliver_reminders()
    assert server.attempts == dispatch.UNREACHED_BEFORE_PAUSE
    assert digests(status="pending").count() == 5  # nobody else's mail was touched
    for minute in range(2, 12):
        friday.move_to(f"2026-11-20T08:{minute:02}+07:00")
        deliver_reminders()
    server.error = None
    friday.move_to("2026-11-20T08:15+07:00")
    deliver_reminders()
    assert len(mail.outbox) == 8


@pytest.mark.django_db(transaction=True)
def test_two_runs_at_once_send_one_mail(friday):
    users = [make.user(email=f"a{number}@example.com") for number in range(6)]
    for user in users:
        for _number in range(3):
            make.follow_up(make.client(lead=user), user)
    plan_deliveries()
    friday.move_to(FRIDAY_EIGHT)
    make.follow_up(make.client(lead=users[0]), users[0])  # planned by whichever run comes first, for Monday
    start = threading.Barrier(3)

    def run():
        try:
            start.wait()
            deliver_reminders()
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run) for _number in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    deliver_reminders()
    everyone = sorted(address for message in mail.outbox for address in message.to)
    assert everyone == sorted(user.email for user in users)
    assert digests(status="sent").count() == 18
    assert Delivery.objects.count() == 2 * 19


# --- Workers that die ---------------------------------------------------------------------------------------------


def claim_and_die(user):
    """What a worker killed in the middle of a mail leaves: its rows in `sending`, its lock gone. Returns the letter."""
    [letter] = read_letters([user.pk])
    assert claiming.claim([letter]) == [letter]
    return letter


def test_rows_of_a_killed_worker_go_out_with_the_next_run_as_the_same_mail(alpha, lan, friday):
    make.follow_up(alpha, lan)
    plan_deliveries()
    friday.move_to(FRIDAY_EIGHT)
    letter = claim_and_die(lan)
    deliver_reminders()
    assert mail.outbox == []  # it may be a living one that has only lost its connection
    friday.move_to("2026-11-20T08:02+07:00")
    deliver_reminders()
    [message] = mail.outbox
    assert message.extra_headers["Message-ID"] == f"<{letter.message_id}@localhost>"
    assert digests().get().status == "sent"


def test_mail_that_may_have_arrived_stays_itself_when_more_falls_due(alpha, lan, friday):
    make.follow_up(alpha, lan, reason="Friday")
    plan_deliveries()
    friday.move_to(FRIDAY_EIGHT)
    letter = claim_and_die(lan)
    friday.move_to("2026-11-23T07:00+07:00")
    make.follow_up(alpha, lan, reason="Monday")
    plan_deliveries()
    friday.move_to(MONDAY_EIGHT)
    deliver_reminders()
    again, new = sorted(mail.outbox, key=lambda message: "Monday" in message.body)
    assert again.extra_headers["Message-ID"] == f"<{letter.message_id}@localhost>"
    assert "Friday" in again.body and "Monday" not in again.body
    assert new.extra_headers["Message-ID"] != again.extra_headers["Message-ID"]


def test_mail_that_was_surely_refused_goes_out_with_the_next_days(alpha, lan, friday, server):
    server.refused = frozenset({"lan@example.com"})
    make.follow_up(alpha, lan, reason="Friday")
    plan_deliveries()
    friday.move_to("2026-11-20T18:50+07:00")
    deliver_reminders()
    server.refused = frozenset()
    friday.move_to("2026-11-23T07:00+07:00")
    make.follow_up(alpha, lan, reason="Monday")
    plan_deliveries()
    friday.move_to(MONDAY_EIGHT)
    deliver_reminders()
    [message] = mail.outbox
    assert "Friday" in message.body and "Monday" in message.body


def test_claim_of_a_clock_that_was_ahead_is_taken_up(alpha, lan, friday):
    make.follow_up(alpha, lan)
    plan_deliveries()
    friday.move_to("2026-11-20T09:01+07:00")
    claim_and_die(lan)
    friday.move_to("2026-11-20T08:02+07:00")
    deliver_reminders()
    assert digests().get().status == "sent" and len(mail.outbox) == 1


def test_dead_workers_row_of_something_done_since_is_dropped(alpha, lan, friday):
    follow_up = make.follow_up(alpha, lan)
    plan_deliveries()
    friday.move_to(FRIDAY_EIGHT)
    claim_and_die(lan)
    follow_up.status, follow_up.closed_at = "done", timezone.now()
    follow_up.save()
    friday.move_to("2026-11-20T08:03+07:00")
    deliver_reminders()
    assert mail.outbox == [] and not digests().exists()


def test_worker_that_comes_back_late_does_not_undo_what_another_did(alpha, lan, friday):
    make.follow_up(alpha, lan)
    plan_deliveries()
    friday.move_to(FRIDAY_EIGHT)
    slow = claim_and_die(lan)
    friday.move_to("2026-11-20T08:20+07:00")
    other = claim_and_die(lan)
    claiming.mark_failed(slow, OSError("too late"))
    assert digests().get().status == "sending"
    claiming.mark_sent(other)
    claiming.mark_failed(slow, OSError("too late"))
    assert digests().get().status == "sent"


def test_what_was_closed_after_it_was_read_is_not_claimed(alpha, lan, friday):
    follow_up = make.follow_up(alpha, lan)
    make.follow_up(alpha, lan)
    plan_deliveries()
    friday.move_to(FRIDAY_EIGHT)
    [letter] = read_letters([lan.pk])
    follow_up.status, follow_up.closed_at = "done", timezone.now()
    follow_up.save()
    assert claiming.claim([letter]) == []
    assert set(digests().values_list("status", flat=True)) == {"pending"}


@pytest.mark.django_db(transaction=True)
def test_person_in_other_hands_is_left_to_them(friday):
    lan, mai = make.user(email="lan@example.com"), make.user(email="mai@example.com")
    for user in (lan, mai):
        make.follow_up(make.client(lead=user), user)
    plan_deliveries()
    friday.move_to(FRIDAY_EIGHT)
    other = connection.copy()
    try:
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s, %s)", [claiming.PERSON_LOCK, lan.pk])
        deliver_reminders()
        assert readers_of_mail() == ["mai@example.com"]
    finally:
        other.close()  # as the server does when the worker is killed
    deliver_reminders()
    assert readers_of_mail() == ["lan@example.com", "mai@example.com"]


@pytest.mark.django_db(transaction=True)
def test_mail_is_marked_through_a_connection_that_was_lost(friday, monkeypatch, settings):
    monkeypatch.setattr(claiming, "PAUSE_SECONDS", 0)
    lan = make.user(email="lan@example.com")
    make.follow_up(make.client(lead=lan), lan)
    plan_deliveries()
    friday.move_to(FRIDAY_EIGHT)
    settings.EMAIL_BACKEND = f"{__name__}.CuttingOff"
    deliver_reminders()
    with connection.cursor() as cursor:  # a new one: emptying every table may take longer than a page may
        cursor.execute("SET statement_timeout = 0")
    assert len(mail.outbox) == 1
    assert digests().get().status == "sent"


class CuttingOff(Refusing):
    """Takes the mail, and the server of the database ends this worker's connection."""

    def send_messages(self, messages):
        count = super().send_messages(messages)
        other = connection.copy()
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [claiming.session()])
        other.close()
        return count


# --- Asked again ----------------------------------------------------------------------------------------------------


def test_failed_mail_asked_again_is_the_same_mail(alpha, lan, friday, server):
    server.refused = frozenset({"lan@example.com"})
    make.follow_up(alpha, lan)
    plan_deliveries()
    friday.move_to(FRIDAY_EIGHT)
    deliver_reminders()
    failed, server.refused = digests().get(), frozenset()
    assert dispatch.ask_again(failed)
    deliver_reminders()
    [message] = mail.outbox
    assert message.extra_headers["Message-ID"] == f"<{failed.message_id}@localhost>"


def test_sent_mail_asked_again_is_a_new_mail(alpha, lan, friday):
    make.follow_up(alpha, lan)
    plan_deliveries()
    friday.move_to(FRIDAY_EIGHT)
    deliver_reminders()
    assert dispatch.ask_again(digests().get())
    deliver_reminders()
    first, second = [message.extra_headers["Message-ID"] for message in mail.outbox]
    assert first != second


def test_only_mail_that_still_tells_something_is_asked_for_again(alpha, lan, friday):
    follow_up = make.follow_up(alpha, lan)
    plan_deliveries()
    assert not dispatch.ask_again(Delivery.objects.get(channel="in_app"))
    assert not dispatch.ask_again(digests().get())  # on its way
    friday.move_to(FRIDAY_EIGHT)
    deliver_reminders()
    follow_up.status, follow_up.closed_at = "done", timezone.now()
    follow_up.save()
    assert not dispatch.ask_again(digests().get())
    assert digests().get().status == "sent"
