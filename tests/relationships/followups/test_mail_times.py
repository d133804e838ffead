"""When mail may reach somebody: by the wall clock of their zone, through changes of the clock, holidays and wishes."""

import datetime

import pytest

from relationships.followups.mail_times import MailTimes

HA_NOI = "Asia/Ho_Chi_Minh"
BERLIN, NEW_YORK, LORD_HOWE = "Europe/Berlin", "America/New_York", "Australia/Lord_Howe"
at = datetime.datetime.fromisoformat
HOUR, DAY = datetime.timedelta(hours=1), datetime.timedelta(days=1)


def local(moment, times):
    return moment.astimezone(times.zone).isoformat()


@pytest.mark.parametrize(
    "zone, calendar, before, expected",
    [
        # the working day before the clock changes, after its daily mail: the next comes at eight of the new time
        (BERLIN, "DE", "2026-03-27T12:00+01:00", "2026-03-30T08:00:00+02:00"),
        (BERLIN, "DE", "2026-10-23T12:00+02:00", "2026-10-26T08:00:00+01:00"),
        (NEW_YORK, "US", "2026-03-06T12:00-05:00", "2026-03-09T08:00:00-04:00"),
        (NEW_YORK, "US", "2026-10-30T12:00-04:00", "2026-11-02T08:00:00-05:00"),
        # by half an hour
        (LORD_HOWE, "AU", "2026-10-02T12:00+10:30", "2026-10-05T08:00:00+11:00"),
        (LORD_HOWE, "AU", "2026-04-02T12:00+11:00", "2026-04-07T08:00:00+10:30"),  # behind Easter
        (HA_NOI, "VN", "2026-02-13T12:00+07:00", "2026-02-23T08:00:00+07:00"),  # Tết
        (
            HA_NOI,
            "DE",
            "2026-02-13T12:00+07:00",
            "2026-02-16T08:00:00+07:00",
        ),  # whoever keeps another calendar
        (
            HA_NOI,
            "VN",
            "2026-08-21T12:00+07:00",
            "2026-08-22T08:00:00+07:00",
        ),  # a Saturday worked for a Monday
    ],
)
def test_daily_mail_comes_at_eight_of_the_readers_clock(zone, calendar, before, expected):
    times = MailTimes(zone, calendar)
    assert local(times.next_digest_at(at(before)), times) == expected


def test_daily_mail_of_this_very_moment_is_the_next():
    times = MailTimes(HA_NOI)
    eight = at("2026-11-20T08:00+07:00")
    assert times.next_digest_at(eight) == eight
    assert times.next_digest_at(eight + datetime.timedelta(microseconds=1)) == at("2026-11-23T08:00+07:00")


@pytest.mark.parametrize(
    "zone, calendar, day, time, expected",
    [
        # a time that the clock leaps over, on a Sunday, which is a working day in Israel
        (BERLIN, "IL", "2026-03-29T00:00+01:00", "02:30", "2026-03-29T03:30:00+02:00"),
        (NEW_YORK, "IL", "2026-03-08T00:00-05:00", "02:30", "2026-03-08T03:30:00-04:00"),
        (LORD_HOWE, "IL", "2026-10-04T00:00+10:30", "02:15", "2026-10-04T02:45:00+11:00"),
        # a time that comes twice: the first
        (BERLIN, "IL", "2026-10-25T00:00+02:00", "02:30", "2026-10-25T02:30:00+02:00"),
        (NEW_YORK, "IL", "2026-11-01T00:00-04:00", "01:30", "2026-11-01T01:30:00-04:00"),
        (LORD_HOWE, "IL", "2026-04-05T00:00+11:00", "01:45", "2026-04-05T01:45:00+11:00"),
    ],
)
def test_time_of_the_night_of_the_change_comes_once(zone, calendar, day, time, expected):
    midnight = datetime.time(0)
    times = MailTimes(zone, calendar, datetime.time.fromisoformat(time), midnight, midnight)
    first = times.next_digest_at(at(day))
    assert local(first, times) == expected
    following = times.next_digest_at(first + datetime.timedelta(seconds=1))
    assert times.day(following) == times.day(first) + DAY, "not the second time of the same night"


@pytest.mark.parametrize("zone", [BERLIN, NEW_YORK, LORD_HOWE, HA_NOI])
def test_every_day_of_two_years_has_one_moment_that_is_never_past(zone):
    times = MailTimes(zone, "VN")
    now, last, seen = at("2026-01-01T00:00+00:00"), None, []
    while now < at("2027-12-31T00:00+00:00"):
        moment = times.next_digest_at(now)
        assert moment >= now and times.may_mail_at(moment)
        if moment != last:
            seen.append(times.day(moment))
        last, now = moment, now + 7 * HOUR
    assert len(seen) == len(set(seen)) > 480


@pytest.mark.parametrize(
    "moment, allowed",
    [
        ("2026-11-20T07:59:59", False),
        ("2026-11-20T08:00", True),
        ("2026-11-20T18:59:59", True),
        ("2026-11-20T19:00", False),
        ("2026-11-21T10:00", False),  # Saturday
        ("2026-02-18T10:00", False),  # Tết
    ],
)
def test_quiet_hours_and_days_off(moment, allowed):
    assert MailTimes(HA_NOI).may_mail_at(at(f"{moment}+07:00")) is allowed


def test_quiet_hours_of_ones_own_within_a_day():
    noon = MailTimes(HA_NOI, quiet_from=datetime.time(11), quiet_until=datetime.time(14))
    assert noon.may_mail_at(at("2026-11-20T03:00+07:00"))
    assert not noon.may_mail_at(at("2026-11-20T12:00+07:00"))
    assert noon.next_mail_at(at("2026-11-20T12:00+07:00")) == at("2026-11-20T14:00+07:00")
    assert noon.next_mail_at(at("2026-11-21T12:00+07:00")) == at("2026-11-23T00:00+07:00")


@pytest.mark.parametrize(
    "now, expected",
    [
        ("2026-11-20T10:00", "2026-11-20T10:00"),
        ("2026-11-20T05:00", "2026-11-20T08:00"),
        ("2026-11-19T23:00", "2026-11-20T08:00"),
        ("2026-11-20T20:00", "2026-11-23T08:00"),
        ("2026-02-13T19:30", "2026-02-23T08:00"),
    ],
)
def test_mail_at_once_waits_for_the_end_of_the_quiet_time(now, expected):
    assert MailTimes(HA_NOI).next_mail_at(at(f"{now}+07:00")) == at(f"{expected}+07:00")


def test_quiet_time_ends_by_the_new_clock():
    times = MailTimes(BERLIN, "IL")
    assert local(times.next_mail_at(at("2026-03-29T01:59+01:00")), times) == "2026-03-29T08:00:00+02:00"


@pytest.mark.parametrize(
    "day, expected",
    [
        ("2026-11-26", "2026-11-23"),
        ("2026-09-02", "2026-09-03"),  # Monday to Wednesday are off for the National Day
        ("2026-02-18", None),  # all of Tết
    ],
)
def test_first_working_day_of_a_week(day, expected):
    found = MailTimes(HA_NOI).first_working_day(datetime.date.fromisoformat(day))
    assert (found and found.isoformat()) == expected
