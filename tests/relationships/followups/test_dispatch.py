"""Reminders: planned once, sent once, late rather than never, and to nobody but the people who work here."""

import datetime

import pytest
from django.core import mail
from django.utils import timezone

from relationships.followups.planning import plan_deliveries
from relationships.models import Delivery
from relationships.services.follow_ups import complete_follow_up, snooze_follow_up
from relationships.tasks import deliver_reminders
from tests import factories as make
from tests.relationships.followups.delivery_scenes import FRIDAY_EARLY, FRIDAY_EIGHT, digests

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("friday")]


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
    assert plan_deliveries() == 0


def test_due_is_a_matter_of_the_readers_zone(alpha, lan, friday):
    lan.time_zone = "America/Los_Angeles"
    lan.save()
    make.follow_up(alpha, lan)  # due on the 20th; it is still the 19th over there
    assert plan_deliveries() == 0
    friday.move_to("2026-11-20T16:00+07:00")  # one in the morning of the 20th
    assert plan_deliveries() == 2
    assert digests().get().send_at.isoformat() == "2026-11-20T16:00:00+00:00"


def test_one_mail_for_everything_that_is_due(alpha, lan, friday):
    for number in range(3):
        make.follow_up(alpha, lan, reason=f"Step {number}", due_in=-number)
    plan_deliveries()
    friday.move_to(FRIDAY_EIGHT)
    deliver_reminders()
    (message,) = mail.outbox
    assert all(f"Step {number}" in message.body for number in range(3))
    assert message.extra_headers["Message-ID"] == f"<{digests().first().message_id}@localhost>"
    assert digests().values("message_id").distinct().count() == 1


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
        plan_deliveries()
    friday.move_to("2026-11-23T08:30+07:00")
    deliver_reminders()
    (message,) = mail.outbox
    assert all(reason in message.body for reason in ("Wednesday", "Thursday", "Friday"))


def test_what_a_rule_asked_before_eight_and_nobody_saw_until_the_mail_was_out_waits_for_the_next(
    alpha, lan, friday
):
    make.follow_up(alpha, lan, reason="In the mail")
    plan_deliveries()
    friday.move_to(FRIDAY_EIGHT)
    deliver_reminders()
    friday.move_to(FRIDAY_EARLY)
    late = make.follow_up(
        alpha, lan, reason="Too late for it"
    )  # its transaction began before eight, and took long
    friday.move_to("2026-11-20T08:01+07:00")
    deliver_reminders()
    assert Delivery.objects.filter(follow_up=late, channel="in_app").exists()
    assert len(mail.outbox) == 1
    friday.move_to("2026-11-23T08:00+07:00")
    deliver_reminders()
    assert "Too late for it" in mail.outbox[1].body


def test_what_was_planned_for_the_mail_while_that_went_out_waits_for_the_next(alpha, lan, friday):
    make.follow_up(alpha, lan, reason="In the mail")
    plan_deliveries()
    friday.move_to(FRIDAY_EIGHT)
    deliver_reminders()
    late = make.follow_up(alpha, lan, reason="A moment too late")
    plan_deliveries()
    # A planning that began before that mail was out takes it for missed, and writes its rows only now.
    digests(follow_up=late).update(send_at="2026-11-20T08:00+07:00")
    deliver_reminders()
    assert len(mail.outbox) == 1
    friday.move_to("2026-11-23T08:00+07:00")
    deliver_reminders()
    assert "A moment too late" in mail.outbox[1].body


def test_downtime_ending_at_night_waits_for_the_morning(alpha, lan, friday):
    make.follow_up(alpha, lan)
    plan_deliveries()
    friday.move_to("2026-11-20T21:00+07:00")
    deliver_reminders()
    assert mail.outbox == []
    friday.move_to("2026-11-23T08:00+07:00")
    deliver_reminders()
    assert len(mail.outbox) == 1


# --- What is no longer so -------------------------------------------------------------------------------------------


def test_done_before_eight_sends_nothing(alpha, lan, friday):
    follow_up = make.follow_up(alpha, lan)
    plan_deliveries()
    complete_follow_up(follow_up=follow_up, by=lan)
    friday.move_to(FRIDAY_EIGHT)
    deliver_reminders()
    assert mail.outbox == [] and not digests().exists()


def test_moved_follow_up_is_reminded_of_on_its_new_day(alpha, lan, friday):
    follow_up = make.follow_up(alpha, lan)
    plan_deliveries()
    snooze_follow_up(follow_up=follow_up, due_on=datetime.date(2026, 11, 23), reason="Later", by=None)
    friday.move_to(FRIDAY_EIGHT)
    deliver_reminders()
    assert mail.outbox == []
    friday.move_to("2026-11-23T08:00+07:00")
    deliver_reminders()
    assert len(mail.outbox) == 1


def test_handed_over_follow_up_goes_to_the_new_person_only(alpha, lan, friday):
    follow_up = make.follow_up(alpha, lan)
    plan_deliveries()
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
    plan_deliveries()
    alpha.assignments.update(ended_at=timezone.now())
    friday.move_to(FRIDAY_EIGHT)
    deliver_reminders()
    assert mail.outbox == []


def test_person_who_left_gets_nothing(alpha, lan, friday):
    make.follow_up(alpha, lan)
    plan_deliveries()
    lan.is_active = False
    lan.save()
    friday.move_to(FRIDAY_EIGHT)
    deliver_reminders()
    assert mail.outbox == [] and not digests().exists()


def test_nothing_is_ever_addressed_to_a_client(alpha, lan, friday):
    make.contact(alpha, "Trâm", email="tram@client.example")
    make.follow_up(alpha, lan, reason="Write to tram@client.example")
    plan_deliveries()
    friday.move_to(FRIDAY_EIGHT)
    deliver_reminders()
    (message,) = mail.outbox
    assert message.recipients() == ["lan@example.com"]
