"""The set-based SQL equals the pure functions on generated books, component by component, to 1e-6.

Every test compares whole rows: see `check`. What the books hold is in `strategies`.
"""

import dataclasses
import datetime
import random

import pytest
from django.db import connection, transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from relationships.health import scoring, signals
from relationships.health.spec import CAPS, COMPONENTS
from tests.relationships.health import books, care_books, care_rows, dice_books, strategies
from tests.relationships.health.books import AS_OF, SPEC, Facts, Lead, Person, Rating, Touch
from tests.relationships.health.care_books import Bill, Credit, Deed, Paid, Run, Seen, Trouble

pytestmark = pytest.mark.django_db


def close(value):
    return None if value is None else pytest.approx(value, rel=0, abs=1e-6)


def check(row, facts, *, spec=SPEC, today=AS_OF, known_at=None, segment=None):
    """Every column of `signals` that scoring rests on is what the pure functions say."""
    when = {"today": today, "known_at": known_at}
    seen = Seen(today, known_at)
    values, total = books.total_of(facts, spec=spec, segment=segment, **when)
    assert row["scored"] == books.is_scored(facts, seen), facts
    assert row["managed_since"] == books.managed_since(facts, seen), facts
    for name, value in values.items():
        assert row[name] == close(value), (name, facts)
    assert tuple(row["caps"]) == total.caps, facts
    assert row["coverage"] == close(total.coverage), facts
    assert row["raw"] == close(total.raw), facts
    assert row["score"] == close(total.score), facts
    assert row["target_band"] == total.band or _is_at_a_line(total.score, spec), facts
    reached = books.reached_ages(facts, seen)
    cadence = spec.cadence_days[segment or facts.segment]
    assert row["effective_days"] == close(scoring.effective_cadence(reached, cadence)), facts
    last = min(reached, default=None)
    assert row["last_reached_on"] == (None if last is None else books.day(last + seen.past)), facts


def _is_at_a_line(score, spec):
    return score is not None and min(abs(score - spec.healthy), abs(score - spec.watch)) < 1e-6


def compare(book, *, today=AS_OF, known_at=None, spec=SPEC, segment=None):
    """Make the book, read it, check every row, and give the rows back to the database. Returns what was read."""
    with transaction.atomic():
        care_rows.make_wares()
        clients = books.create(book)
        ids = [client.pk for client in clients]
        rows = signals.read_signals(ids, today, spec, known_at=known_at, segment=segment)
        for pk, facts in zip(ids, book, strict=True):
            check(rows[pk], facts, today=today, known_at=known_at, spec=spec, segment=segment)
        transaction.set_rollback(True)
    return [rows[pk] for pk in ids]


@settings(max_examples=25, **strategies.GENERATED)
@given(
    book=strategies.books_of(8, times=5),
    today=st.sampled_from(strategies.DAYS),
    known=st.sampled_from([0, 0, 0, 1, 20, 45, 200]),
    hour=st.sampled_from([0, 0, 6, 12, 13]),
    spec=strategies.SOME_SPECS,
    segment=st.sampled_from([None, None, *books.SPEC.cadence_days]),
)
def test_sql_equals_the_pure_functions(book, today, known, hour, spec, segment):
    """Everything at once: any day, what was known by any moment until its end, any model, as if of any segment."""
    known_on = today - datetime.timedelta(days=known)
    known_at = care_books.end_of(known_on) - datetime.timedelta(hours=hour)
    book = [strategies.moved(facts, (AS_OF - today).days) for facts in book]
    compare(book, today=today, known_at=known_at, spec=spec, segment=segment)


@pytest.mark.parametrize("seed", range(6))
def test_sql_equals_the_pure_functions_on_a_wide_book(seed):
    """150 clients at once; every component, cap and band must come up, or the comparison says little."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = '60s'")  # a worker's, whose statement this is
    dice = random.Random(seed)
    today, known = dice.choice(strategies.DAYS), dice.choice([0, 0, 15])
    known_at = care_books.end_of(today - datetime.timedelta(days=known))
    book = [strategies.moved(facts, (AS_OF - today).days) for facts in dice_books.wide_book(dice, 150)]
    rows = compare(book, today=today, known_at=known_at)
    for name in COMPONENTS:
        found = {row[name] for row in rows}
        assert len(found) > 4, name
        assert None in found or name in ("issues", "breadth"), name  # known here, whoever the client is
    assert {cap for row in rows for cap in row["caps"]} == set(CAPS)
    assert {row["target_band"] for row in rows} == {"healthy", "watch", "at_risk", "unknown"}


# --- Edges that dice seldom find ------------------------------------------------------------------------------


def test_a_client_of_nothing_and_one_of_every_empty_column():
    """Every column that may be null is, beside one where each is filled."""
    empty = Facts(
        touches=[Touch(3), Touch(3, reached=False)],
        people=[Person()],
        months={},
        bills=[Bill(10, 20)],
        troubles=[Trouble(1, 8, [Run(30)])],
        deeds=[Deed(), Deed(state="draft", renews=0)],
        ratings=[],
    )
    filled = Facts(
        touches=[Touch(3, sentiment=1, met=[0])],
        people=[Person("champion", 2)],
        months={0: 1, 30: 1},
        bills=[Bill(10, 20, 10, disputed_age=9, settled_age=3, cancelled_age=1)],
        troubles=[Trouble(10, 8, [Run(9000, 8000, "waiting"), Run(7000, 50, "resolved")])],
        deeds=[Deed(end_age=-3, notice_age=2, auto_renews=True), Deed(state="lost", decided_age=2, renews=0)],
        ratings=[Rating(1, 4)],
        lost_age=-2,
    )
    nobody = Facts(leads=[Lead(0, 90, 30)])
    compare([Facts(), empty, filled, nobody])


@pytest.mark.parametrize("today", strategies.DAYS, ids=str)
def test_everything_lies_in_the_future(today):
    soon = Facts(
        managed_days=-1,
        touches=[Touch(-1, sentiment=-2, met=[0]), Touch(-400)],
        people=[Person("champion", -1)],
        months={0: 10},
        bills=[Bill(10, -1, -2, payments=[Paid(3, -5)], credits=[Credit(3, -5)], disputed_age=-3)],
        troubles=[Trouble(10, 1, [Run(-5)])],
        deeds=[Deed(start_age=-5, end_age=-90, decided_age=-2, made_age=-1, products=[0])],
        sold=[(0, -1)],
        ratings=[Rating(1, -1)],
    )
    led = dataclasses.replace(soon, segment="key", managed_days=14)
    moved = [strategies.moved(facts, (AS_OF - today).days) for facts in (soon, led)]
    rows = compare(moved, today=today)
    assert [row["scored"] for row in rows] == [False, True]
    assert [rows[1][name] for name in ("rhythm", "sentiment", "payment", "contract", "revenue")] == [None] * 5
    assert (rows[1]["issues"], rows[1]["breadth"], rows[1]["caps"]) == (100, 0, ["single_contact"])


def test_thousands_of_touches_of_one_client():
    many = [Touch(i % 900 - 20, i % 3 > 0, i % 7 - 3 if i % 7 > 0 else None, [i % 4]) for i in range(6000)]
    many = [dataclasses.replace(t, sentiment=t.sentiment and max(-2, min(2, t.sentiment))) for t in many]
    people = [Person("champion", -3), Person("user", 5), Person("finance"), Person()]
    rated = [Rating(i % 5 + 1, 400 - i) for i in range(400)]
    [row] = compare([Facts("key", touches=many, people=people, ratings=rated)])
    assert row["effective_days"] == 7


def test_amounts_huge_tiny_and_none():
    huge, cent = strategies.HUGE, strategies.CENT
    months = dict.fromkeys(range(1, 25), huge)
    found = compare(
        [
            Facts(months=months, bills=[Bill(huge, 100, 91), Bill(cent, 100, 1)]),
            Facts(months=dict.fromkeys(range(1, 25), cent), bills=[Bill(cent, 100, 91)]),
            Facts(months=months | dict.fromkeys(range(1, 7), cent), bills=[Bill(0, 100, 91)]),
            Facts(months=dict.fromkeys(range(1, 25), 0), bills=[Bill(huge, 900, 800)]),
            Facts(months=dict.fromkeys(range(1, 25), -huge), bills=[Bill(cent, 100, 1)]),
            Facts(deeds=[Deed(0, end_age=-45), Deed(0, end_age=-90), Deed(0, end_age=3)]),
            Facts(deeds=[Deed(huge, end_age=-45), Deed(cent, end_age=-90), Deed(0, end_age=3)]),
            Facts(deeds=[Deed(huge, end_age=-45), Deed(cent, end_age=-90, currency="USD")]),
        ]
    )
    assert [row["payment"] for row in found[:5]] == [close(v) for v in (200 / 3, 200 / 3, 100, 0, 75)]
    assert [row["revenue"] for row in found[:5]] == [close(v) for v in (250 / 3, 250 / 3, 0, None, None)]
    assert [row["contract"] for row in found[5:]] == [close(v) for v in (50, 50, 75)]


def test_credit_notes_and_currencies():
    revenue = {1: 400}
    found = compare(
        [
            Facts(months=revenue, bills=[Bill(90, 60, 31, credits=[Credit(40, 5), Credit(50, -1)])]),
            Facts(months=revenue, bills=[Bill(90, 60, 31, credits=[Credit(90, 5, 2)])]),
            Facts(months=revenue, bills=[Bill(90, 60, 31, credits=[Credit(90, 5)])]),
            Facts(months=revenue, bills=[Bill(90, 60, 31), Bill(500, 60, 31, currency="USD")]),
            Facts(months=revenue, currency="USD", bills=[Bill(90, 60, 31), Bill(50, 60, 31, currency="USD")]),
        ]
    )
    assert [row["payment"] for row in found] == [close(value) for value in (75, 55, 100, 55, 75)]


def test_what_cancels_out_is_no_base_to_grow_from():
    """0.10 + 0.20 − 0.30 is nothing, though not in binary."""
    months = {16: "0.10", 15: "0.20", 14: "-0.30"} | dict.fromkeys(range(1, 13), "5.00") | {24: 0}
    clients = books.create([Facts(months=months)])
    [row] = signals.read_signals([clients[0].pk], AS_OF, SPEC).values()
    assert row["revenue"] is None
    amounts = [float(months.get(back, 0)) for back in range(24, 0, -1)]
    assert sum(amounts[:12]) > 0
    assert scoring.revenue(amounts) is None


@pytest.mark.parametrize("age, capped", [(-1, False), (0, True), (90, True), (91, False)])
def test_a_red_rating_of_the_lead_caps_for_90_days(age, capped):
    [row] = compare([Facts(touches=[Touch(0, sentiment=2)], ratings=[Rating(1, age)])])
    assert row["caps"] == (["own_rating"] if capped else [])


def test_the_newest_rating_of_whoever_leads_counts():
    leads = [Lead(0, 300, 20), Lead(1, 20)]
    book = [
        Facts(leads=leads, ratings=[Rating(1, 25, who=0)]),  # the lead before
        Facts(leads=leads, ratings=[Rating(1, 19, who=1), Rating(2, 3, who=1)]),
        Facts(leads=leads, ratings=[Rating(2, 19, who=1), Rating(1, 3, who=1), Rating(3, 2, who=0)]),
        Facts(leads=leads, ratings=[Rating(1, 3, who=1), Rating(2, 3, who=1)]),  # twice a day
        Facts(leads=leads, ratings=[Rating(1, 30, who=1)]),  # rated while still in the team
        Facts(leads=[*leads[:1]], ratings=[Rating(1, 25, who=0)]),  # nobody leads
    ]
    capped = [row["caps"] == ["own_rating"] for row in compare(book)]
    assert capped == [False, False, True, False, True, False]


def test_a_service_level_of_no_hours_does_not_stop_the_scoring():
    [row] = compare([Facts(troubles=[Trouble(10, 0, [Run(24 * 60 * 9)])])])
    assert (row["caps"], row["issues"]) == (["critical_issue"], close(100 * 2**-4))


@pytest.mark.parametrize("today", strategies.DAYS, ids=str)
def test_months_begin_and_end_with_the_calendar(today):
    """Revenue of the running month never counts, on the last day of it neither."""
    newest = care_books.months_back(today)
    months = {back + newest: 10 for back in range(1, 19)} | {newest: 1000}
    [row] = compare([Facts(months=months, managed_days=3000)], today=today)
    assert row["revenue"] == close(83.33333333333334)


def test_no_client_no_row():
    assert signals.read_signals([], AS_OF, SPEC) == {}
    assert signals.read_signals([-1], AS_OF, SPEC) == {}


def test_every_window_ends_on_the_same_day():
    """A client for each day around the ends of the windows: money, contracts, touches, meetings, ratings."""
    around = {days + step for days in (0, 14, 15, 28, 30, 60, 90, 120, 180, 365, 730) for step in (-1, 0, 1)}
    person = [Person("champion")]
    book = []
    for age in sorted(around):
        book += [
            Facts(
                "key", touches=[Touch(age, sentiment=-1, met=[0]), Touch(2)], people=person, managed_days=age
            ),
            Facts("major", people=[Person("champion", age)], ratings=[Rating(1, age)], managed_days=age),
            Facts(months={1: 4}, bills=[Bill(9, 800, age), Bill(50, age)]),
            Facts(
                months={1: 4},
                bills=[Bill(9, 800, 91, disputed_age=age), Bill(90, 800, payments=[Paid(90, age)])],
            ),
            Facts(bills=[Bill(9, age, payments=[Paid(9, age)])]),
            Facts(deeds=[Deed(start_age=age + 400, end_age=age, decided_age=age + 1)]),
            Facts(deeds=[Deed(start_age=age + 400, end_age=-age), Deed(state="draft", renews=0)]),
        ]
    compare(book)
