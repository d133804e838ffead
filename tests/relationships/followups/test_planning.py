"""What is told to whom by which way: sources, substitutes, wishes, and a clock that moves."""

import datetime

import pytest
from django.core import mail
from django.utils import timezone

from accounts.models import Absence, Department, Role
from relationships.followups.planning import plan_deliveries
from relationships.models import Delivery, Escalation, FollowUpRule, ReminderSettings
from relationships.tasks import deliver_reminders
from tests import factories as make
from tests.relationships.followups.delivery_scenes import (
    FRIDAY_EARLY,
    FRIDAY_EIGHT,
    MONDAY_EIGHT,
    digests,
    in_app,
    readers_of_mail,
    told_by,
)

pytestmark = pytest.mark.django_db
date = datetime.date
UTC_OF_MONDAY_EIGHT = "2026-11-23T01:00:00+00:00"


@pytest.fixture(autouse=True)
def friday(time_machine):
    time_machine.move_to(FRIDAY_EARLY, tick=False)
    return time_machine


@pytest.fixture
def lan(db):
    return make.user("Lan Nguyễn", email="lan@example.com")


@pytest.fixture
def mai(db):
    return make.user("Mai Đỗ", email="mai@example.com")


@pytest.fixture
def alpha(lan):
    return make.client("Alpha", lead=lan, segment="key")


def red(client, user, **fields):
    facts = {"band": "at_risk", "from": "healthy", "since": "2026-11-19"}
    return make.follow_up(client, user, rule=FollowUpRule.BAND_DROPPED, reason="", facts=facts, **fields)


def away(person, substitute, first="2026-11-20", last="2026-11-27"):
    return Absence.objects.create(
        person=person,
        substitute=substitute,
        first_day=date.fromisoformat(first),
        last_day=date.fromisoformat(last),
    )


def escalate(follow_up, to, **fields):
    return Escalation.objects.create(
        follow_up=follow_up,
        client=follow_up.client,
        step="senior",
        to=to,
        counted_from=follow_up.due_on,
        at=timezone.now(),
        **fields,
    )


# --- A key client at risk -------------------------------------------------------------------------------------------


def test_key_client_at_risk_is_mailed_at_once_and_told_once(alpha, lan, friday):
    red(alpha, lan)
    friday.move_to("2026-11-20T10:00+07:00")
    deliver_reminders()
    assert told_by("in_app", lan) == ["key_red"]
    assert told_by("instant", lan) == ["key_red"]
    assert told_by("digest", lan) == []
    [message] = mail.outbox
    assert "Alpha" in message.subject and "Healthy → At risk" in message.body
    deliver_reminders()
    assert len(mail.outbox) == 1


def test_mail_at_once_waits_for_the_end_of_the_quiet_hours(alpha, lan, friday):
    red(alpha, lan)
    friday.move_to("2026-11-20T21:00+07:00")
    deliver_reminders()
    assert mail.outbox == []
    assert Delivery.objects.get(channel="instant").send_at.isoformat() == UTC_OF_MONDAY_EIGHT
    friday.move_to(MONDAY_EIGHT)
    deliver_reminders()
    assert len(mail.outbox) == 1


def test_other_segments_and_bands_are_told_in_the_daily_mail(lan):
    red(make.client("Major", lead=lan, segment="major"), lan)
    watch = red(make.client("Watched", lead=lan, segment="key"), lan)
    watch.facts = watch.facts | {"band": "watch"}
    watch.save()
    plan_deliveries()
    assert told_by("digest", lan) == ["follow_up", "follow_up"]
    assert not Delivery.objects.filter(channel="instant").exists()


def test_without_mail_at_once_the_daily_mail_tells_of_it(alpha, lan):
    ReminderSettings.objects.create(user=lan, muted=["instant"])
    red(alpha, lan)
    plan_deliveries()
    assert told_by("digest", lan) == ["key_red"] and told_by("instant", lan) == []


def test_client_that_becomes_key_while_it_waits_is_told_once(alpha, lan):
    alpha.segment = "major"
    alpha.save()
    red(alpha, lan)
    plan_deliveries()
    alpha.segment = "key"
    alpha.save()
    plan_deliveries()
    assert told_by("digest", lan) == [] and told_by("instant", lan) == ["key_red"]
    assert [row.kind for row in in_app(read_at__isnull=True)] == ["key_red"]


# --- Escalation, leave, the week ------------------------------------------------------------------------------------


def test_escalation_goes_to_whom_it_went_up_to_until_it_ends(alpha, lan, mai, friday):
    follow_up = make.follow_up(alpha, lan, due_in=-4)
    escalation = escalate(follow_up, mai)
    plan_deliveries()
    assert told_by("in_app", mai) == told_by("digest", mai) == ["escalation"]
    assert in_app(user=mai).get().facts["person"] == "Lan Nguyễn"
    escalation.ended_at, escalation.end = timezone.now(), "touched"
    escalation.save()
    plan_deliveries()
    assert told_by("digest", mai) == []
    assert in_app(user=mai).get().read_at is not None


def test_substitute_is_told_and_who_is_away_gets_no_mail(alpha, lan, mai, friday):
    away(lan, mai)
    make.follow_up(alpha, lan, reason="Send the offer")
    friday.move_to(FRIDAY_EARLY)
    plan_deliveries()
    assert told_by("in_app", mai) == told_by("digest", mai) == ["cover", "follow_up"]
    assert not Delivery.objects.filter(user=lan).exists()
    cover = in_app(kind="cover").get()
    assert cover.facts == {"person": "Lan Nguyễn", "last_day": "2026-11-27", "clients": 1, "due": 1}
    friday.move_to(FRIDAY_EIGHT)
    deliver_reminders()
    [message] = mail.outbox
    assert message.to == ["mai@example.com"]
    assert "For Lan Nguyễn, who is away" in message.body and "Send the offer" in message.body


def test_mail_that_waits_for_somebody_who_goes_away_goes_to_their_substitute(alpha, lan, mai, friday):
    friday.move_to("2026-11-19T10:00+07:00")
    make.follow_up(alpha, lan)
    plan_deliveries()
    away(lan, mai)
    friday.move_to(FRIDAY_EIGHT)
    deliver_reminders()
    assert readers_of_mail() == ["mai@example.com"] and told_by("digest", lan) == []
    assert told_by("digest", mai) == ["cover", "follow_up"]


def test_back_from_leave_what_is_still_open_and_what_happened_is_told(alpha, lan, mai, friday):
    absence = away(lan, mai)
    make.follow_up(alpha, lan)
    friday.move_to(FRIDAY_EIGHT)
    deliver_reminders()
    friday.move_to("2026-11-28T10:00+07:00")  # Saturday: back
    deliver_reminders()
    assert told_by("in_app", lan) == told_by("digest", lan) == ["follow_up", "returned"]
    friday.move_to("2026-11-30T08:00+07:00")
    mail.outbox.clear()
    deliver_reminders()
    [message] = mail.outbox
    assert message.to == ["lan@example.com"]
    assert f"/leave/{absence.pk}/back/" in message.body
    assert in_app(user=mai, read_at__isnull=True).count() == 0  # her part is over


def test_leave_of_long_ago_and_leave_called_off_are_not_told(lan, mai):
    away(lan, mai, "2026-11-01", "2026-11-12")
    away(mai, lan).cancelled_at = timezone.now()
    Absence.objects.filter(person=mai).update(cancelled_at=timezone.now())
    assert plan_deliveries() == 0


def test_senior_gets_the_teams_overdue_once_a_week(friday):
    senior = make.user("Hoa Senior", tier_code="senior", email="hoa@example.com")
    team = make.team(lead=senior)
    lan = make.user("Lan Nguyễn", team=team)
    follow_up = make.follow_up(make.client("Alpha", lead=lan), lan, due_in=-9)
    friday.move_to("2026-11-22T10:00+07:00")
    plan_deliveries()  # a Sunday of the week before: told in its own week
    Delivery.objects.all().delete()
    friday.move_to("2026-11-23T07:00+07:00")
    plan_deliveries()
    plan_deliveries()
    assert told_by("in_app", senior) == told_by("digest", senior) == ["weekly"]
    friday.move_to("2026-11-23T08:05+07:00")
    deliver_reminders()
    [message] = [message for message in mail.outbox if message.to == ["hoa@example.com"]]
    assert "Lan Nguyễn: Alpha" in message.body and follow_up.reason in message.body
    friday.move_to("2026-11-25T08:05+07:00")
    assert plan_deliveries() == 0


def test_weekly_list_comes_on_the_first_working_day_of_the_week(friday):
    senior = make.user(tier_code="senior")
    lan = make.user(team=make.team(lead=senior))
    friday.move_to("2026-08-28T10:00+07:00")
    make.follow_up(make.client(lead=lan), lan, due_in=-3)
    for moment, told in (
        ("2026-08-31T10:00+07:00", 0),
        ("2026-09-02T10:00+07:00", 0),
        ("2026-09-03T10:00+07:00", 1),
    ):
        friday.move_to(moment)
        Delivery.objects.filter(kind="weekly", due_on__lt=date(2026, 8, 31)).delete()
        plan_deliveries()
        assert in_app(kind="weekly", user=senior, due_on=date(2026, 8, 31)).count() == told, moment


# --- Wishes ----------------------------------------------------------------------------------------------------------


def test_mail_that_is_not_wanted_is_not_planned_and_what_waits_is_dropped(alpha, lan):
    make.follow_up(alpha, lan)
    plan_deliveries()
    wishes = ReminderSettings.objects.create(user=lan, muted=["digest"])
    plan_deliveries()
    assert told_by("digest", lan) == [] and told_by("in_app", lan) == ["follow_up"]
    wishes.muted = []
    wishes.save()
    plan_deliveries()
    assert told_by("digest", lan) == ["follow_up"]


def test_daily_mail_at_a_time_of_ones_own(alpha, lan, friday):
    make.follow_up(alpha, lan)
    plan_deliveries()
    ReminderSettings.objects.create(user=lan, digest_at=datetime.time(16, 30))
    friday.move_to("2026-11-20T07:30+07:00")
    plan_deliveries()
    assert digests().get().send_at.isoformat() == "2026-11-20T09:30:00+00:00"
    lan.time_zone, lan.calendar = "Europe/Berlin", "DE"
    lan.save()
    plan_deliveries()
    assert digests().get().send_at.isoformat() == "2026-11-20T15:30:00+00:00"


def test_department_members_are_told_nothing(alpha, lan):
    make.follow_up(alpha, lan)
    lan.role, lan.tier, lan.department = Role.DEPARTMENT, None, Department.objects.first()
    lan.save()
    assert plan_deliveries() == 0


# --- A clock that moves ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("ahead", ["2026-11-20T08:30+07:00", "2026-11-23T09:00+07:00"])
def test_what_a_clock_that_was_ahead_put_off_comes_at_its_time(alpha, lan, friday, ahead):
    friday.move_to(ahead)
    make.follow_up(alpha, lan, due_in=-10)
    plan_deliveries()
    friday.move_to(FRIDAY_EARLY)
    plan_deliveries()
    assert digests().get().send_at.isoformat() == "2026-11-20T01:00:00+00:00"
    friday.move_to(FRIDAY_EIGHT)
    deliver_reminders()
    assert len(mail.outbox) == 1


def test_what_a_clock_that_was_ahead_told_early_is_mailed_on_its_day(alpha, lan, friday):
    make.follow_up(alpha, lan, due_in=3)
    friday.move_to("2026-11-23T09:00+07:00")
    plan_deliveries()
    friday.move_to(FRIDAY_EIGHT)
    deliver_reminders()
    assert mail.outbox == []
    friday.move_to(MONDAY_EIGHT)
    deliver_reminders()
    deliver_reminders()
    assert len(mail.outbox) == 1 and in_app().count() == 1
    assert in_app().get().read_at is None


def test_clock_that_falls_behind_sends_nothing_twice(alpha, lan, friday):
    make.follow_up(alpha, lan)
    friday.move_to(FRIDAY_EIGHT)
    plan_deliveries()
    for moment in (
        "2026-11-23T08:00+07:00",
        "2026-11-23T07:00+07:00",
        "2026-11-22T08:00+07:00",
        MONDAY_EIGHT,
    ):
        friday.move_to(moment)
        deliver_reminders()
    assert len(mail.outbox) == 1 and Delivery.objects.count() == 2


def test_pause_after_a_failure_ends_no_later_than_one_that_begins_now(alpha, lan, friday):
    make.follow_up(alpha, lan)
    plan_deliveries()
    digests().update(status="failed", attempts=3, send_at="2026-11-25T08:00+07:00")
    friday.move_to("2026-11-20T10:00+07:00")
    plan_deliveries()
    assert digests().get().send_at == timezone.now() + datetime.timedelta(minutes=15)


# --- Downtime --------------------------------------------------------------------------------------------------------


def test_a_morning_that_nobody_planned_is_made_up_for_at_once(alpha, lan, friday):
    for due_in in (0, 1, 3):  # Friday, Saturday and Monday
        make.follow_up(alpha, lan, due_in=due_in)
    friday.move_to("2026-11-23T10:30+07:00")  # the workers were away from Thursday night to Monday
    deliver_reminders()
    [message] = mail.outbox
    assert message.subject.startswith("Tend: 3 follow-ups are due")
    friday.move_to("2026-11-24T08:01+07:00")
    deliver_reminders()
    assert len(mail.outbox) == 1


def test_what_comes_up_during_the_day_waits_for_the_next_morning(alpha, lan, mai, friday):
    told = make.follow_up(alpha, lan)
    friday.move_to(FRIDAY_EIGHT)
    deliver_reminders()
    friday.move_to("2026-11-20T14:00+07:00")
    make.follow_up(alpha, lan)  # planned at two for today
    told.assignee, told.is_handed = mai, True  # handed on
    told.save()
    deliver_reminders()
    assert [message.to for message in mail.outbox] == [["lan@example.com"]]
    assert {row.send_at.isoformat() for row in digests(status="pending")} == {UTC_OF_MONDAY_EIGHT}
