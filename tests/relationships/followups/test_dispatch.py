"""Reminders: planned once, sent once, late rather than never, and to nobody but the people who work here."""

import datetime
import smtplib
import threading
import uuid

import pytest
from django.core import mail
from django.db import connections
from django.utils import timezone

from relationships.followups import digest, dispatch
from relationships.models import Delivery
from relationships.services.follow_ups import complete_follow_up, move_follow_up
from relationships.tasks import deliver_reminders
from tests import factories as make

pytestmark = pytest.mark.django_db
FRIDAY_EARLY = "2026-11-20T07:00+07:00"
FRIDAY_EIGHT = "2026-11-20T08:01+07:00"


@pytest.fixture(autouse=True)
def friday(time_machine):
    time_machine.move_to(FRIDAY_EARLY, tick=False)
    return time_machine


@pytest.fixture
def lan(db):
    return make.user("Lan Nguyễn", language="vi", email="lan@example.com")


@pytest.fixture
def alpha(lan):
    return make.client("Alpha Thép Việt", lead=lan)


class Refusing:
    """A mail backend that fails for the addresses in `refused`, or for everyone while `error` is set."""

    refused, error, attempts = frozenset(), None, 0

    def __init__(self, **kwargs):
        pass

    def open(self):
        pass

    def close(self):
        pass

    def send_messages(self, messages):
        type(self).attempts += 1
        if self.error:
            raise self.error
        for message in messages:
            if set(message.to) & self.refused:
                raise smtplib.SMTPRecipientsRefused(dict.fromkeys(message.to, (550, b"no such user")))
            mail.outbox.append(message)
        return len(messages)


@pytest.fixture
def server(settings, monkeypatch):
    settings.EMAIL_BACKEND = f"{__name__}.Refusing"
    for name, value in {"refused": frozenset(), "error": None, "attempts": 0}.items():
        monkeypatch.setattr(Refusing, name, value)
    return Refusing


def digests(**filters):
    return Delivery.objects.filter(channel="digest", **filters)


def test_due_follow_up_is_in_tend_at_once_and_in_the_mail_at_eight(alpha, lan, friday):
    follow_up = make.follow_up(alpha, lan)
    deliver_reminders()
    in_app = Delivery.objects.get(channel="in_app")
    assert (in_app.follow_up, in_app.user, in_app.status) == (follow_up, lan, "sent")
    assert digests().get().send_at.isoformat() == "2026-11-20T01:00:00+00:00"
    assert mail.outbox == []
    friday.move_to(FRIDAY_EIGHT)
    deliver_reminders()
    assert [message.to for message in mail.outbox] == [["lan@example.com"]]
    row = digests().get()
    assert (row.status, row.sent_at, row.attempts) == ("sent", timezone.now(), 1)


def test_running_again_plans_and_sends_nothing(alpha, lan, friday):
    make.follow_up(alpha, lan)
    deliver_reminders()
    deliver_reminders()
    assert Delivery.objects.count() == 2
    friday.move_to(FRIDAY_EIGHT)
    deliver_reminders()
    deliver_reminders()
    assert len(mail.outbox) == 1


def test_what_is_not_due_yet_waits(alpha, lan):
    make.follow_up(alpha, lan, due_in=1)
    assert dispatch.plan_deliveries() == 0


def test_due_is_a_matter_of_the_readers_zone(alpha, lan, friday):
    lan.time_zone = "America/Los_Angeles"
    lan.save()
    make.follow_up(alpha, lan)  # due on the 20th; it is still the 19th over there
    assert dispatch.plan_deliveries() == 0
    friday.move_to("2026-11-20T16:00+07:00")  # one in the morning of the 20th
    assert dispatch.plan_deliveries() == 2
    assert digests().get().send_at.isoformat() == "2026-11-20T16:00:00+00:00"


def test_one_mail_for_everything_that_is_due(alpha, lan, friday):
    for number in range(3):
        make.follow_up(alpha, lan, reason=f"Step {number}", due_in=-number)
    dispatch.plan_deliveries()
    friday.move_to(FRIDAY_EIGHT)
    deliver_reminders()
    (message,) = mail.outbox
    assert all(f"Step {number}" in message.body for number in range(3))
    assert message.extra_headers["Message-ID"] == f"<{digests().first().message_id}@localhost>"
    assert digests().values("message_id").distinct().count() == 1


def test_mail_is_in_the_readers_language_with_links_as_text_and_html(alpha, lan, friday, settings):
    settings.TEND_BASE_URL = "https://tend.example"
    make.follow_up(alpha, lan, reason="Gửi báo giá", due_in=-3)
    dispatch.plan_deliveries()
    friday.move_to(FRIDAY_EIGHT)
    deliver_reminders()
    (message,) = mail.outbox
    ((html, kind),) = message.alternatives
    assert kind == "text/html" and 'lang="vi"' in html
    for part in (message.body, html):
        assert "Alpha Thép Việt" in part and "Gửi báo giá" in part
        assert f"https://tend.example/clients/{alpha.pk}/" in part
        assert "https://tend.example/today/" in part


def test_markup_in_a_reason_stays_text(alpha, lan):
    follow_up = make.follow_up(alpha, lan, reason="<b>bold</b> & more")
    rows = [Delivery(follow_up=follow_up, user=lan, message_id=uuid.uuid4())]
    message = digest.compose(lan, rows)
    assert "<b>bold</b> & more" in message.body
    assert "&lt;b&gt;bold&lt;/b&gt; &amp; more" in message.alternatives[0].content


def test_weekend_and_night_wait_for_the_next_working_morning(alpha, lan, friday):
    friday.move_to("2026-11-21T10:00+07:00")
    make.follow_up(alpha, lan)
    deliver_reminders()
    assert digests().get().send_at.isoformat() == "2026-11-23T01:00:00+00:00"
    for moment in ("2026-11-22T08:30+07:00", "2026-11-23T07:59+07:00"):
        friday.move_to(moment)
        deliver_reminders()
    assert mail.outbox == []
    friday.move_to("2026-11-23T08:00+07:00")
    deliver_reminders()
    assert len(mail.outbox) == 1


def test_after_days_of_downtime_one_mail_comes(alpha, lan, friday):
    for day, reason in (("18", "Wednesday"), ("19", "Thursday"), ("20", "Friday")):
        friday.move_to(f"2026-11-{day}T07:00+07:00")
        make.follow_up(alpha, lan, reason=reason)
        dispatch.plan_deliveries()
    friday.move_to("2026-11-23T08:30+07:00")
    deliver_reminders()
    (message,) = mail.outbox
    assert all(reason in message.body for reason in ("Wednesday", "Thursday", "Friday"))


def test_downtime_ending_at_night_waits_for_the_morning(alpha, lan, friday):
    make.follow_up(alpha, lan)
    dispatch.plan_deliveries()
    friday.move_to("2026-11-20T21:00+07:00")
    deliver_reminders()
    assert mail.outbox == []
    friday.move_to("2026-11-23T08:00+07:00")
    deliver_reminders()
    assert len(mail.outbox) == 1


# --- What is no longer so -------------------------------------------------------------------------------------------


def test_done_before_eight_sends_nothing(alpha, lan, friday):
    follow_up = make.follow_up(alpha, lan)
    dispatch.plan_deliveries()
    complete_follow_up(follow_up=follow_up, by=lan)
    friday.move_to(FRIDAY_EIGHT)
    deliver_reminders()
    assert mail.outbox == [] and not digests().exists()


def test_moved_follow_up_is_reminded_of_on_its_new_day(alpha, lan, friday):
    follow_up = make.follow_up(alpha, lan)
    dispatch.plan_deliveries()
    move_follow_up(follow_up=follow_up, due_on=datetime.date(2026, 11, 23))
    friday.move_to(FRIDAY_EIGHT)
    deliver_reminders()
    assert mail.outbox == []
    friday.move_to("2026-11-23T08:00+07:00")
    deliver_reminders()
    assert len(mail.outbox) == 1


def test_handed_over_follow_up_goes_to_the_new_person_only(alpha, lan, friday):
    follow_up = make.follow_up(alpha, lan)
    dispatch.plan_deliveries()
    mai = make.user("Mai Đỗ", email="mai@example.com")
    alpha.assignments.update(ended_at=timezone.now())
    make.assignment(alpha, mai, since_days=0)
    follow_up.assignee = mai
    follow_up.save()
    friday.move_to(FRIDAY_EIGHT)
    deliver_reminders()
    friday.move_to("2026-11-23T08:00+07:00")
    deliver_reminders()
    assert [message.to for message in mail.outbox] == [["mai@example.com"]]


def test_former_lead_is_never_told_of_the_client_again(alpha, lan, friday):
    make.follow_up(alpha, lan)
    dispatch.plan_deliveries()
    alpha.assignments.update(ended_at=timezone.now())
    friday.move_to(FRIDAY_EIGHT)
    deliver_reminders()
    assert mail.outbox == []


def test_person_who_left_gets_nothing(alpha, lan, friday):
    make.follow_up(alpha, lan)
    dispatch.plan_deliveries()
    lan.is_active = False
    lan.save()
    friday.move_to(FRIDAY_EIGHT)
    deliver_reminders()
    assert mail.outbox == [] and not digests().exists()


def test_nothing_is_ever_addressed_to_a_client(alpha, lan, friday):
    make.contact(alpha, "Trâm", email="tram@client.example")
    make.follow_up(alpha, lan, reason="Write to tram@client.example")
    dispatch.plan_deliveries()
    friday.move_to(FRIDAY_EIGHT)
    deliver_reminders()
    (message,) = mail.outbox
    assert message.recipients() == ["lan@example.com"]


# --- Faults -----------------------------------------------------------------------------------------------------------


def test_one_refused_address_never_stops_the_rest(alpha, lan, friday, server):
    server.refused = frozenset({"person-gone@example.com"})
    others = [make.user(email=f"a{number}@example.com") for number in range(4)]
    gone = make.user(email="person-gone@example.com")
    for user in [gone, lan, *others]:
        make.follow_up(make.client(lead=user), user)
    dispatch.plan_deliveries()
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
    dispatch.plan_deliveries()

    def fail_for_one(user, rows):
        if user == broken:
            raise ValueError("a template gone wrong")
        return compose(user, rows)

    monkeypatch.setattr(digest, "compose", fail_for_one)
    friday.move_to(FRIDAY_EIGHT)
    deliver_reminders()
    assert [message.to for message in mail.outbox] == [["lan@example.com"]]
    assert digests(user=broken).get().error == "ValueError: a template gone wrong"


def test_refused_mail_is_tried_again_after_longer_and_longer_pauses(alpha, lan, friday, server):
    server.refused = frozenset({"lan@example.com"})
    make.follow_up(alpha, lan)
    dispatch.plan_deliveries()
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
    dispatch.plan_deliveries()
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
    dispatch.plan_deliveries()
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


def test_row_left_by_a_killed_worker_is_taken_up_after_ten_minutes(alpha, lan, friday):
    make.follow_up(alpha, lan)
    dispatch.plan_deliveries()
    friday.move_to(FRIDAY_EIGHT)
    claimed = dispatch.claim(lan)  # and the worker dies here
    assert digests().get().status == "sending"
    friday.move_to("2026-11-20T08:10+07:00")
    deliver_reminders()
    assert mail.outbox == []
    friday.move_to("2026-11-20T08:11:01+07:00")
    deliver_reminders()
    assert mail.outbox[0].extra_headers["Message-ID"] == f"<{claimed[0].message_id}@localhost>"
    assert digests().get().status == "sent"


def test_worker_that_comes_back_late_does_not_undo_what_another_did(alpha, lan, friday):
    make.follow_up(alpha, lan)
    dispatch.plan_deliveries()
    friday.move_to(FRIDAY_EIGHT)
    slow = dispatch.claim(lan)
    friday.move_to("2026-11-20T08:20+07:00")
    deliver_reminders()
    dispatch.mark_failed(slow, OSError("too late"))
    assert digests().get().status == "sent"


@pytest.mark.django_db(transaction=True)
def test_two_runs_at_once_send_one_mail(friday):
    users = [make.user(email=f"a{number}@example.com") for number in range(6)]
    for user in users:
        for _number in range(3):
            make.follow_up(make.client(lead=user), user)
    dispatch.plan_deliveries()
    make.follow_up(make.client(lead=users[0]), users[0])  # planned by whichever run comes first
    friday.move_to(FRIDAY_EIGHT)
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
