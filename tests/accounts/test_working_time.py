"""Working hours of the house: nights, weekends, Tết, swapped Saturdays, the noon break, and other zones."""

import datetime
import zoneinfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.working_time import (
    SECONDS_A_DAY,
    add_working_seconds,
    is_working_day,
    working_seconds_between,
)

HOUSE = zoneinfo.ZoneInfo("Asia/Ho_Chi_Minh")
HOUR = 3600


def at(text, zone=HOUSE):
    return datetime.datetime.fromisoformat(text).replace(tzinfo=zone)


# (from, working hours, due): 2026-11-16 is a Monday.
SPANS = {
    "within a morning": ("2026-11-16 09:15", 2, "2026-11-16 11:15"),
    "over noon": ("2026-11-16 11:30", 1, "2026-11-16 13:30"),
    "ends with the morning": ("2026-11-16 10:00", 2, "2026-11-16 12:00"),
    "ends with the day": ("2026-11-16 15:00", 2, "2026-11-16 17:00"),
    "over a night": ("2026-11-16 16:00", 2, "2026-11-17 09:00"),
    "over a weekend": ("2026-11-20 16:30", 1, "2026-11-23 08:30"),
    "opened before hours": ("2026-11-16 05:00", 1, "2026-11-16 09:00"),
    "opened in the noon break": ("2026-11-16 12:20", 1, "2026-11-16 14:00"),
    "opened after hours": ("2026-11-16 21:00", 4, "2026-11-17 12:00"),
    "opened on a Sunday": ("2026-11-15 10:00", 8, "2026-11-16 17:00"),
    "opened when the day closes": ("2026-11-16 17:00", 1, "2026-11-17 09:00"),
    "over Tết 2026": ("2026-02-13 15:00", 4, "2026-02-23 10:00"),
    "opened on the first of Tết 2026": ("2026-02-17 09:00", 16, "2026-02-24 17:00"),
    "over Tết 2027": ("2027-02-03 16:00", 8, "2027-02-11 16:00"),
    "over New Year": ("2026-12-31 16:00", 8, "2027-01-04 16:00"),
    "into a swapped Saturday": ("2026-08-21 16:00", 3, "2026-08-22 10:00"),
    "over the day off of the swap": ("2026-08-28 16:00", 2, "2026-09-03 09:00"),
    "three weeks": ("2026-11-02 08:00", 120, "2026-11-20 17:00"),
}


@pytest.mark.parametrize("name", SPANS)
def test_working_hours_end_when_the_calendar_says(name):
    start, hours, due = SPANS[name]
    assert add_working_seconds(at(start), hours * HOUR) == at(due)
    assert working_seconds_between(at(start), at(due)) == hours * HOUR


def test_swapped_saturdays_are_worked_and_others_are_not():
    for day, worked in [
        ("2026-08-15", 0),
        ("2026-08-22", SECONDS_A_DAY),
        ("2026-08-29", 0),
        ("2026-08-31", 0),
    ]:
        assert working_seconds_between(at(f"{day} 00:00"), at(f"{day} 23:59")) == worked


@pytest.mark.parametrize(
    "first, last, days",
    [("2026-02-14", "2026-02-22", 0), ("2027-02-04", "2027-02-10", 0), ("2026-02-13", "2026-02-23", 2)],
)
def test_the_days_of_tet_have_no_working_time(first, last, days):
    assert working_seconds_between(at(f"{first} 00:00"), at(f"{last} 23:59")) == days * SECONDS_A_DAY


def test_a_moment_counts_wherever_it_was_told():
    start = at("2026-11-16 16:00")
    for name in ("UTC", "Europe/Berlin", "America/New_York", "Pacific/Auckland"):
        told = start.astimezone(zoneinfo.ZoneInfo(name))
        assert add_working_seconds(told, 2 * HOUR) == at("2026-11-17 09:00")
        assert working_seconds_between(told, at("2026-11-17 09:00")) == 2 * HOUR


def test_clocks_that_are_put_back_elsewhere_change_nothing():
    berlin = zoneinfo.ZoneInfo("Europe/Berlin")
    before, after = at("2026-10-23 09:00", berlin), at("2026-10-26 09:00", berlin)  # 14:00 and 15:00 here
    assert working_seconds_between(before, after) == (3 + 6) * HOUR
    assert add_working_seconds(before, 9 * HOUR) == after


@pytest.mark.parametrize("seconds", [0, -1, -HOUR])
def test_no_time_at_all_is_the_moment_itself(seconds):
    moment = at("2026-11-15 10:00")
    assert add_working_seconds(moment, seconds) == moment


def test_time_does_not_run_backwards():
    assert working_seconds_between(at("2026-11-17 10:00"), at("2026-11-16 10:00")) == 0


moments = st.datetimes(at("2024-01-01 00:00", None), at("2029-12-31 00:00", None), timezones=st.just(HOUSE))


@settings(max_examples=400, deadline=None)
@given(moments, st.integers(1, 600 * SECONDS_A_DAY))
def test_adding_and_measuring_are_inverse(moment, seconds):
    assert working_seconds_between(moment, add_working_seconds(moment, seconds)) == seconds


@settings(max_examples=200, deadline=None)
@given(moments, st.integers(1, 40 * HOUR), st.integers(1, 40 * HOUR))
def test_a_span_in_two_parts_is_the_whole_span(moment, one, other):
    whole = add_working_seconds(moment, one + other)
    assert add_working_seconds(add_working_seconds(moment, one), other) == whole


@settings(max_examples=200, deadline=None)
@given(moments, st.integers(0, 60 * 24 * HOUR))
def test_long_spans_equal_a_count_day_by_day(start, seconds):
    end = start + datetime.timedelta(seconds=seconds)
    assert working_seconds_between(start, end) == _counted_day_by_day(start, end)


def _counted_day_by_day(start, end):
    """The same without lists of days: every stretch of every day in between."""
    total, day = datetime.timedelta(), start.date()
    while day <= end.date():
        for opens, closes in ((8, 12), (13, 17)) if is_working_day(day) else ():
            opens, closes = (
                datetime.datetime.combine(day, datetime.time(hour), HOUSE) for hour in (opens, closes)
            )
            total += max(datetime.timedelta(), min(closes, end) - max(opens, start))
        day += datetime.timedelta(days=1)
    return int(total.total_seconds() // 1)


def test_years_are_counted_and_not_walked():
    start = at("2026-01-05 08:00")
    due = add_working_seconds(start, 1500 * SECONDS_A_DAY)
    assert due.year == 2032
    assert working_seconds_between(start, due) == 1500 * SECONDS_A_DAY
