"""The clocks of a service level: used, left, due and in words."""

import datetime
import zoneinfo
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.templatetags.tend import NBSP
from accounts.working_time import add_working_seconds
from clients.sla import (
    Clock,
    due_at,
    duration,
    left_until,
    read_clock,
    sla_ratio,
    used_seconds,
)

HOUSE = zoneinfo.ZoneInfo("Asia/Ho_Chi_Minh")
HOUR = 3600


def at(text):
    return datetime.datetime.fromisoformat(f"2026-11-{text}").replace(tzinfo=HOUSE)


def plain(words):
    """With the spaces that keep a figure and its unit together made ordinary ones."""
    return words.replace(NBSP, " ")


# Monday 9 to 11, paused, then from Tuesday 10 on.
PAUSED_ONCE = [(at("16 09:00"), at("16 11:00")), (at("17 10:00"), None)]
STANDING = PAUSED_ONCE[:1]


@pytest.mark.parametrize(
    "moment, hours",
    [("16 09:00", 0), ("16 10:00", 1), ("16 16:00", 2), ("17 10:00", 2), ("17 14:00", 5), ("18 08:30", 8.5)],
)
def test_used_time_leaves_pauses_and_nights_out(moment, hours):
    assert used_seconds(PAUSED_ONCE, at(moment)) == hours * HOUR


def test_the_ratio_is_used_time_over_the_service_level():
    assert sla_ratio(PAUSED_ONCE, at("17 14:00"), Decimal("2.50")) == 2.0
    assert sla_ratio([], at("17 14:00"), Decimal(4)) == 0


@pytest.mark.parametrize(
    "runs, hours, due",
    [
        (PAUSED_ONCE, 1, "16 10:00"),
        (PAUSED_ONCE, 2, "16 11:00"),
        (PAUSED_ONCE, 4, "17 12:00"),
        (STANDING, 4, "16 14:00"),
    ],
)
def test_due_is_where_the_clock_has_run_that_long(runs, hours, due):
    assert due_at(runs, Decimal(hours)) == at(due)


@given(st.lists(st.tuples(st.integers(1, 90_000), st.integers(1, 200_000)), max_size=5), st.integers(1, 300))
def test_at_its_due_moment_a_clock_has_used_just_its_service_level(pauses, quarters):
    moment, runs, hours = at("02 08:00"), [], Decimal(quarters) / 4
    for running, standing in pauses:
        stopped = add_working_seconds(moment, running)
        runs.append((moment, stopped))
        moment = stopped + datetime.timedelta(seconds=standing)
    runs.append((moment, None))
    assert used_seconds(runs, due_at(runs, hours)) == hours * HOUR


def test_left_until_counts_working_time_in_both_directions():
    assert left_until(at("17 09:00"), at("16 16:00")) == 2 * HOUR
    assert left_until(at("16 16:00"), at("17 09:00")) == -2 * HOUR


@pytest.mark.parametrize(
    "runs, hours, moment, done, words",
    [
        (PAUSED_ONCE, 8, "17 11:00", None, "5 h left"),
        (PAUSED_ONCE, 2, "17 11:30", None, "1 h 30 min late"),
        (STANDING, 8, "18 11:00", None, "paused with 6 h left"),
        (STANDING, 1, "18 11:00", None, "paused, 1 h late"),
        (PAUSED_ONCE, 8, "20 11:00", "17 11:00", "done in 3 h"),
        (PAUSED_ONCE, 1, "20 11:00", "17 11:00", "done 2 h late"),
    ],
)
def test_how_a_clock_stands_in_words(runs, hours, moment, done, words):
    clock = read_clock(runs, hours=Decimal(hours), at=at(moment), done_at=at(done) if done else None)
    assert plain(clock.words) == words
    assert clock.is_late == ("late" in words)
    assert (clock.due_at is None) == (clock.state != "running")


def test_a_clock_on_its_last_second_is_not_late():
    assert not Clock("running", 0, HOUR).is_late


@pytest.mark.parametrize(
    "seconds, words",
    [
        (0, "0 min"),
        (59, "0 min"),
        (2700, "45 min"),
        (3 * HOUR, "3 h"),
        (3 * HOUR + 1200, "3 h 20 min"),
        (8 * HOUR, "1 d"),
        (20 * HOUR + 60, "2 d 4 h"),
    ],
)
def test_working_time_in_words(seconds, words):
    assert plain(duration(seconds)) == words
