"""The SQL equals the pure functions: the worked cases, and generated books."""

import datetime

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clients.models import ContactRole
from relationships.health import scoring, signals
from relationships.health.spec import COMPONENTS
from tests.relationships.health import books
from tests.relationships.health.books import AS_OF, FIRST, SPEC, Facts, Person, Touch
from tests.relationships.health.test_scoring import CASE_13


def signals_of(*book, spec=FIRST):
    """The row of `signals` of each Facts, in order."""
    clients = books.create(book)
    rows = signals.read_signals([client.pk for client in clients], AS_OF, spec)
    return [rows[client.pk] for client in clients]


def touches(*ages, **fields):
    return [Touch(age, **fields) for age in ages]


def close(value):
    return None if value is None else pytest.approx(value, abs=1e-9)


@pytest.mark.django_db
def test_cases_1_to_3_rhythm():
    rows = signals_of(
        Facts("standard", touches=touches(120, 200, 320)),
        Facts("key", touches=touches(20, 20, 20, 27, 41, -3)),
        Facts("major", managed_days=30),
        Facts("major", managed_days=31),
    )
    assert [row["effective_days"] for row in rows[:2]] == [close(90), close(13.416666666666666)]
    expected = [83.33333333333334, 75.46583850931677, None, 0]
    assert [row["rhythm"] for row in rows] == [close(value) for value in expected]


@pytest.mark.django_db
def test_cases_4_and_5_sentiment():
    rated = [Touch(0, False, 2), Touch(45, False, -1), Touch(3), Touch(130, False, 0)]
    rows = signals_of(
        Facts(touches=rated),
        Facts(touches=[Touch(30, False, 1)]),
        Facts(touches=[Touch(30, False, 1), Touch(0, True, -2)]),
        Facts(touches=[Touch(121, True, 2), Touch(-1, True, 2)]),
    )
    expected = [75, 77.72976419128618, 48.174277158704314, None]
    assert [row["sentiment"] for row in rows] == [close(value) for value in expected]


@pytest.mark.django_db
def test_case_11_stakeholders():
    people = [
        Person("champion"),
        Person("finance"),
        Person("user"),
        Person("user"),
        Person("user", left_age=3),
    ]
    met = [
        Touch(10, met=[0, 1]),
        Touch(50, met=[2, 3, 4]),
        Touch(5, reached=False, met=[1]),
        Touch(91, met=[0]),
    ]
    rows = signals_of(
        Facts("key", people=people, touches=met),
        Facts("key", managed_days=14),
        Facts("key", managed_days=15),
    )
    assert [row["stakeholders"] for row in rows] == [close(66), None, 0]


@pytest.mark.django_db
def test_case_12_revenue():
    ten, eight = dict.fromkeys(range(1, 19), 10), dict.fromkeys(range(1, 7), 8)
    uneven = {25 - month: amount for month, amount in ((3, 60), (9, 60), (15, 60), (21, 30))}
    rows = signals_of(
        Facts(months=ten),
        Facts(months=ten | eight),
        Facts(months=uneven | {24: 0}),
        Facts(months=uneven),  # known since the month of the first row: 22 months
        Facts(months=dict.fromkeys(range(1, 13), 10)),
        Facts(months=ten | {0: 1000}),
    )
    expected = [83.33333333333334, 50, 41.66666666666667, None, None, 83.33333333333334]
    assert [row["revenue"] for row in rows] == [close(value) for value in expected]


@pytest.mark.django_db
def test_case_16_what_does_not_apply_leaves_coverage_alone():
    [row] = signals_of(Facts(people=[Person("champion")], touches=[Touch(0, met=[0])]))
    assert (row["rhythm"], row["sentiment"], row["stakeholders"], row["revenue"]) == (100, None, 100, None)
    assert (row["coverage"], row["score"]) == (close(71.42857142857143), close(100))


def total_by_sql(values, *, segment, spec, **caps):
    """`scoring.total` by the SQL, of values that no rows could give."""
    measured = ", ".join(f"{_number(values.get(name))} AS {name}" for name in COMPONENTS)
    weights = ", ".join(f"{float(spec.weight(name, segment))}::float8 AS w_{name}" for name in COMPONENTS)
    rest_on = {
        "champions_left": "NULL::bigint[]",
        "champion_here": "false",
        "recorded": "4",
        "active": "4",
        "critical_late": "0",
        "expired_ids": "NULL::bigint[]",
        "any_running": "true",
        "own_rating": "NULL::int",
        "rated_on": "NULL::date",
    }
    caps_rest_on = ", ".join(f"{value} AS {name}" for name, value in (rest_on | caps).items())
    with connection.cursor() as cursor:
        cursor.execute(
            f"WITH measured AS (SELECT '{segment}' AS segment, {measured}, {weights}, {caps_rest_on}),"
            f"{signals.total_ctes(spec)} SELECT raw, coverage, score, target_band FROM banded",
            {"as_of": AS_OF},
        )
        return cursor.fetchone()


def _number(value):
    return "NULL::float8" if value is None else f"{value!r}::float8"


@pytest.mark.django_db
@pytest.mark.parametrize(
    "values, segment",
    [
        (CASE_13, "standard"),
        (CASE_13 | {"contract": 0}, "standard"),
        (CASE_13 | {"rhythm": 78.57142857142857, "contract": 100, "stakeholders": 66}, "key"),
        ({"issues": 100, "stakeholders": 30}, "standard"),
        ({"rhythm": 100, "stakeholders": 100}, "standard"),
        (dict.fromkeys(COMPONENTS, 74.6), "standard"),
        ({}, "major"),
    ],
)
@pytest.mark.parametrize("spec", [SPEC, FIRST], ids=["all on", "four on"])
def test_cases_13_to_17_total(values, segment, spec):
    total = scoring.total(values, segment=segment, spec=spec)
    raw, coverage, score, band = total_by_sql(values, segment=segment, spec=spec)
    assert (raw, score) == (close(total.raw), close(total.score))
    assert (coverage, band) == (close(total.coverage), total.band)


@pytest.mark.django_db
def test_only_active_clients_with_a_running_lead_are_scored():
    clients = books.create([Facts(), Facts(), Facts()])
    clients[0].assignments.update(ended_at=books.noon(1))
    type(clients[1]).objects.filter(pk=clients[1].pk).update(status="lost", lost_on=AS_OF)
    rows = signals.read_signals([client.pk for client in clients], AS_OF, SPEC)
    assert [rows[client.pk]["scored"] for client in clients] == [False, False, True]


ages = st.integers(-10, 130) | st.integers(-400, 1200)
touch = st.builds(
    Touch,
    age=ages,
    reached=st.booleans(),
    sentiment=st.none() | st.integers(-2, 2),
    met=st.lists(st.integers(0, 5), max_size=3),
)
person = st.builds(
    Person, role=st.sampled_from(["", *ContactRole.values]), left_age=st.none() | st.integers(-5, 300)
)
amounts = st.integers(-50, 500) | st.just(0)


@st.composite
def client_facts(draw):
    people = draw(st.lists(person, max_size=6))
    history = draw(st.lists(touch, max_size=6)) * draw(st.sampled_from([1, 1, 1, 1, 1, 40]))
    spread = draw(st.integers(0, 9))
    history = [
        Touch(t.age + spread * i, t.reached, t.sentiment, [m for m in t.met if m < len(people)])
        for i, t in enumerate(history)
    ]
    known = draw(st.integers(0, 30))
    months = draw(st.lists(amounts, min_size=known, max_size=known))
    return Facts(
        segment=draw(st.sampled_from(["key", "major", "standard"])),
        managed_days=draw(st.integers(0, 120) | st.integers(0, 2000)),
        touches=history,
        people=people,
        months=dict(enumerate(months)),
    )


@pytest.mark.django_db
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(book=st.lists(client_facts(), min_size=1, max_size=30))
def test_sql_equals_the_pure_functions_on_generated_books(book):
    with transaction.atomic():
        for facts, row in zip(book, signals_of(*book), strict=True):
            values, caps = books.measure(facts, spec=FIRST)
            total = scoring.total(values, segment=facts.segment, spec=FIRST, caps=caps)
            for name, value in values.items():
                assert row[name] == (None if value is None else pytest.approx(value, abs=1e-6)), (name, facts)
            assert tuple(row["caps"]) == total.caps
            assert row["coverage"] == pytest.approx(total.coverage, abs=1e-6)
            for name, value in (("raw", total.raw), ("score", total.score)):
                assert row[name] == (None if value is None else pytest.approx(value, abs=1e-6)), (name, facts)
            assert row["target_band"] == total.band or _at_a_line(total.score)
            reached = [t.age for t in facts.touches if t.reached]
            effective = scoring.effective_cadence(reached, SPEC.cadence_days[facts.segment])
            assert row["effective_days"] == pytest.approx(effective, abs=1e-6)
            last = min((age for age in reached if age >= 0), default=None)
            assert row["last_reached_on"] == (None if last is None else books.day(last))
        transaction.set_rollback(True)


def _at_a_line(score):
    return min(abs(score - 75), abs(score - 50)) < 1e-6


@pytest.mark.django_db
def test_effective_cadence_of_many_clients_in_one_query(django_assert_num_queries):
    clients = books.create([Facts(touches=touches(120, 200, 320)), Facts("key", touches=touches(20, 27, 41))])
    ids = [client.pk for client in clients]
    with django_assert_num_queries(1):
        days = signals.effective_cadence_days(ids, AS_OF, SPEC)
    assert days == {ids[0]: close(90), ids[1]: close(13.416666666666666)}
    assert signals.effective_cadence_days([], AS_OF, SPEC) == {}


@pytest.mark.django_db
def test_days_count_in_the_house_zone():
    [client] = books.create([Facts("major", managed_days=0)])
    late = datetime.datetime(2026, 10, 15, 17, 30, tzinfo=datetime.UTC)  # 00:30 on the 16th in Ha Noi
    client.assignments.update(started_at=late)
    row = signals.read_signals([client.pk], AS_OF, SPEC)[client.pk]
    assert row["managed_since"] == datetime.date(2026, 10, 16)
    assert row["rhythm"] is None  # managed 30 days; 31 in UTC
