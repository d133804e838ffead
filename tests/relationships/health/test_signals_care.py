"""Issues, payment and breadth in SQL: as of a day and a moment, and the working calendar."""

import datetime

import pytest
from django.db import connection, transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts import working_time
from relationships.health import scoring, signals, signals_care
from tests.relationships.health import books, care_books, care_rows, strategies
from tests.relationships.health.books import AS_OF, SPEC, Facts
from tests.relationships.health.care_books import Bill, Credit, Deed, Paid, Run, Trouble
from tests.relationships.health.test_scoring import close
from tests.relationships.health.test_worked_cases import HOUR, SINCE_FRIDAY, signals_of, values, worked

# --- As of the day and the moment -----------------------------------------------------------------------------


@pytest.mark.django_db
def test_breadth_counts_eligible_products_owned_by_the_day():
    owned = Facts("key", industry="Steel", sold=[(0, 5), (0, 9), (5, 1), (1, -1)], deeds=[Deed(products=[3])])
    share = scoring.breadth(2, 4)  # wares 0, 1, 3 and 4 are for them
    assert values("breadth", owned, Facts("key", sold=[(6, 3)])) == [close(share), 0]


@pytest.mark.django_db
def test_an_issue_counts_as_its_clock_stood_at_the_moment():
    friday = SINCE_FRIDAY + 9 * HOUR  # eight in the morning
    waited = [Run(friday, friday - 2 * HOUR, "waiting"), Run(friday - 3 * HOUR)]
    reopened = [Run(friday, friday - HOUR, "resolved"), Run(-HOUR)]
    solved_later = [Run(friday, -HOUR, "resolved")]
    found = signals_of(
        Facts(troubles=[Trouble(10, 7, waited)]),
        Facts(troubles=[Trouble(10, 1, reopened)]),
        Facts(troubles=[Trouble(10, 8, solved_later)]),
        Facts(troubles=[Trouble(10, 8, [Run(-1)])]),
        spec=SPEC,
    )
    expected = [scoring.issues([(10, 1)]), 100, scoring.issues([(10, 1)]), 100]
    assert [row["issues"] for row in found] == [close(value) for value in expected]
    assert [row["caps"] for row in found] == [[], [], [], []]


@pytest.mark.django_db
def test_a_moment_of_the_day_reads_the_clocks_then():
    [client] = books.create([Facts(troubles=[Trouble(5, 8, worked(8))])])
    moment = datetime.datetime(2026, 11, 13, 10, tzinfo=care_books.ZONE)
    row = signals.read_signals([client.pk], moment.date(), SPEC, moment=moment)[client.pk]
    assert row["issues"] == close(scoring.issues([(5, 2 / 8)]))


def test_the_moment_of_today_is_now_and_of_another_day_its_end():
    today = datetime.datetime.now(care_books.ZONE).date()
    assert signals.moment_of(today) < signals.end_of_day(today)
    before = today - datetime.timedelta(days=3)
    midnight = datetime.datetime.combine(before + working_time.DAY, datetime.time(), care_books.ZONE)
    assert signals.moment_of(before) == midnight


@pytest.mark.django_db
def test_is_now_say_the_same_as_adding_up():
    bills = [
        Bill(100, 61, 31, payments=[Paid(30, 5), Paid(70, 20, reversed_age=6)]),
        Bill(50, 100, 70, credits=[Credit(20, 9), Credit(10, 30, cancelled_age=8)]),
        Bill(80, 40, 10, payments=[Paid(80, 1)]),
        Bill(80, 40, 10, cancelled_age=3),
        Bill(80, 40, known=False),
    ]
    [client] = books.create([Facts(months={1: 400}, bills=bills)])
    kept, added_up = (
        signals.read_signals([client.pk], AS_OF, SPEC, is_now=is_now)[client.pk] for is_now in (True, False)
    )
    assert kept == added_up
    assert kept["payment"] == close(100 * (1 - (70 * 0.5 + 30 * 0.75) / 100))


# --- The calendar ---------------------------------------------------------------------------------------------

START = datetime.datetime(2026, 1, 1, tzinfo=care_books.ZONE)
moments = st.integers(0, 500 * 86_400).map(lambda seconds: START + datetime.timedelta(seconds=seconds))


def seconds_by_sql(pairs, moment):
    """Working seconds of clocks that ran from each start to each end, read at `moment`."""
    clients = books.create([Facts()] * len(pairs))
    for client, (start, end) in zip(clients, pairs, strict=True):
        trouble = Trouble(1, 1000, [Run(0)])
        care_rows.create_rows([(client, Facts(troubles=[trouble]))])
        stops = {"stopped_at": end, "stopped_for": "waiting"} if end else {}
        client.issues.get().clock_runs.update(started_at=start, **stops)
    with connection.cursor() as cursor:
        statement = f"WITH {signals.signals_ctes(SPEC)} SELECT client_id, ratio * 3600000 FROM open_issues"
        cursor.execute(
            statement, signals.signals_params([c.pk for c in clients], moment.date(), SPEC, moment)
        )
        found = dict(cursor.fetchall())
    return [found.get(client.pk) for client in clients]


@pytest.mark.django_db
@settings(max_examples=15, **strategies.GENERATED)
@given(pairs=st.lists(st.tuples(moments, moments).map(sorted), min_size=1, max_size=12), now=moments)
def test_the_clock_equals_the_working_calendar(pairs, now):
    with transaction.atomic():
        for (start, end), seconds in zip(pairs, seconds_by_sql(pairs, now), strict=True):
            if start > now:
                assert seconds is None
            else:
                expected = working_time.working_seconds_between(start, min(end, now))
                assert seconds == pytest.approx(expected, abs=1e-6), (start, end, now)
        transaction.set_rollback(True)


@pytest.mark.django_db
def test_the_clock_stands_over_tet_and_runs_on_a_swapped_saturday():
    eve = datetime.datetime(2026, 2, 13, 16, 30, 0, 250_000, tzinfo=care_books.ZONE)
    after = datetime.datetime(2026, 2, 23, 9, tzinfo=care_books.ZONE)
    swapped = datetime.datetime(2026, 8, 22, 11, tzinfo=care_books.ZONE)
    until = datetime.datetime(2026, 8, 22, 14, tzinfo=care_books.ZONE)
    pairs = [(eve, after), (swapped, until)]
    found = seconds_by_sql(pairs, until)
    assert found == [close(working_time.working_seconds_between(*pair)) for pair in pairs]
    assert found == [close(5399), close(7200)]  # begun seconds do not count


def test_the_calendar_reaches_back_twelve_years():
    params = signals_care.params(signals.end_of_day(AS_OF))
    assert params["calendar_from"].year == 2014
    days = (AS_OF + working_time.DAY - params["calendar_from"]).days
    assert len(params["working_days"]) > days + 1


@pytest.mark.django_db
def test_a_clock_from_before_the_calendar_is_counted_from_its_start():
    long_ago = datetime.datetime(1999, 1, 1, tzinfo=care_books.ZONE)
    params = signals_care.params(signals.end_of_day(AS_OF))
    [seconds] = seconds_by_sql([(long_ago, None)], signals.end_of_day(AS_OF))
    start = datetime.datetime.combine(params["calendar_from"], datetime.time(), care_books.ZONE)
    expected = working_time.working_seconds_between(start, signals.end_of_day(AS_OF))
    assert seconds == close(expected)
