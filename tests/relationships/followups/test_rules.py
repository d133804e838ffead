import datetime

import pytest

from accounts import working_time
from relationships.followups import rules

date = datetime.date


@pytest.mark.parametrize(
    "day, works",
    [
        (date(2026, 11, 20), True),
        (date(2026, 11, 21), False),  # Saturday
        (date(2026, 8, 22), True),  # the Saturday worked for Monday the 31st
        (date(2026, 8, 31), False),
        (date(2024, 5, 4), True),  # the Saturday worked for Monday 29 April
        (date(2024, 4, 29), False),
        (date(2026, 2, 18), False),  # Tết
        (date(2026, 9, 2), False),
        (date(2027, 2, 10), False),  # the Tết holiday that reaches into the middle of a week
        (date(2027, 2, 11), True),
    ],
)
def test_working_days_follow_the_vietnamese_calendar(day, works):
    assert working_time.is_working_day(day) is works


def test_working_days_can_be_told_far_from_now():
    assert working_time.is_working_day(date(1901, 5, 3))
    assert working_time.is_working_day(date(2150, 1, 5))


def test_nearest_working_days_around_tet():
    assert working_time.working_day_on_or_after(date(2026, 2, 14)) == date(2026, 2, 23)
    assert working_time.working_day_on_or_before(date(2026, 2, 22)) == date(2026, 2, 13)
    assert working_time.working_day_on_or_after(date(2026, 2, 13)) == date(2026, 2, 13)


def test_adding_working_days_counts_a_swapped_saturday():
    assert working_time.add_working_days(date(2026, 8, 21), 1) == date(2026, 8, 22)
    assert working_time.add_working_days(date(2026, 8, 21), 2) == date(2026, 8, 24)
    assert working_time.add_working_days(date(2026, 11, 20), 0) == date(2026, 11, 20)


def test_cadence_falls_due_before_a_holiday_not_after_it():
    assert rules.cadence_due_on(date(2026, 2, 18), date(2026, 2, 4)) == date(2026, 2, 13)
    assert rules.cadence_due_on(date(2026, 11, 22), date(2026, 10, 23)) == date(2026, 11, 20)
    assert rules.cadence_due_on(date(2026, 11, 19), date(2026, 10, 20)) == date(2026, 11, 19)


def test_cadence_shorter_than_a_holiday_falls_due_after_it():
    assert rules.cadence_due_on(date(2026, 2, 20), date(2026, 2, 13)) == date(2026, 2, 23)


def test_first_contacts_of_a_book_going_live_are_spread_over_the_cadence():
    today = date(2026, 11, 23)
    due = [rules.first_contact_due_on(number, 30, today, today) for number in range(300)]
    busiest = max(due.count(day) for day in due)
    assert min(due) > today and max(due) <= date(2026, 12, 23)
    assert all(map(working_time.is_working_day, due))
    assert busiest <= 30  # a Monday takes its weekend's
    assert due == [rules.first_contact_due_on(number, 30, today, today) for number in range(300)]


def test_first_contact_of_a_client_managed_for_long_is_counted_from_today():
    today = date(2026, 11, 23)
    assert rules.first_contact_due_on(3, 30, date(2024, 1, 1), today) == date(2026, 11, 27)


@pytest.mark.parametrize(
    "day, expected",
    [
        (date(2026, 1, 31), date(2026, 2, 28)),
        (date(2024, 1, 31), date(2024, 2, 29)),
        (date(2026, 12, 15), date(2027, 1, 15)),
        (date(2026, 11, 30), date(2026, 12, 30)),
    ],
)
def test_next_month_ends_with_the_month(day, expected):
    assert rules.next_month(day) == expected


def test_near_days_are_working_days_in_order():
    days = list(rules.near_days(date(2026, 11, 20)).values())
    assert days == [
        date(2026, 11, 23),
        date(2026, 11, 23),
        date(2026, 11, 27),
        date(2026, 12, 4),
        date(2026, 12, 21),
    ]


def test_retries_wait_longer_each_time_up_to_four_hours():
    minutes = [rules.retry_after(attempts).total_seconds() / 60 for attempts in (1, 2, 3, 4, 5, 20)]
    assert minutes == [1, 5, 15, 60, 240, 240]
