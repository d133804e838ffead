"""Issues, payment, contract and breadth in SQL: the worked cases, the calendar, and generated books."""

import dataclasses
import datetime

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts import working_time
from clients.models import Severity
from relationships.health import scoring, signals, signals_care
from tests import factories as make
from tests.relationships.health import books, care_books
from tests.relationships.health.books import AS_OF, SPEC, Facts
from tests.relationships.health.care_books import Bill, Credit, Deed, Paid, Run, Trouble
from tests.relationships.health.test_scoring import CASE_13, close
from tests.relationships.health.test_signals import client_facts, signals_of, total_by_sql

HOUR = 60
MILLION = 10**6
# AS_OF is a Sunday: minutes from the end of Friday's work to the end of Sunday.
SINCE_FRIDAY = (24 * 2 + 7) * HOUR


def worked(hours):
    """A running clock with so many working hours, at most 8: it began on Friday."""
    noon = HOUR if hours > 4 else 0
    return [Run(int(SINCE_FRIDAY + hours * HOUR + noon))]


def values(name, *book):
    return [row[name] for row in signals_of(*book, spec=SPEC)]


# --- Worked cases ---------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_case_6_issues():
    troubles = [Trouble(5, 8, worked(4)), Trouble(1, 1, worked(5))]
    assert values("issues", Facts(troubles=troubles), Facts()) == [close(45.062523130541514), 100]
    off = signals_of(Facts(troubles=troubles), spec=books.FIRST)[0]
    assert (off["issues"], off["caps"]) == (None, [])


@pytest.mark.django_db
def test_case_7_to_9_payment():
    revenue = {1: 1200 * MILLION}
    paid = Bill(100 * MILLION, 90, 60, payments=[Paid(100 * MILLION, 50)])
    late = [Bill(100 * MILLION, 61, 31), Bill(50 * MILLION, 31, 1), paid]
    disputed = [Bill(100 * MILLION, 200, 95, disputed_age=60)]
    found = values(
        "payment",
        Facts(months=revenue, bills=late),
        Facts(months=revenue, bills=disputed),
        Facts(months={1: 120 * MILLION}, bills=[Bill(120 * MILLION, 31, 1)]),
        Facts(bills=[Bill(10 * MILLION, 400, 95)]),
        Facts(bills=[dataclasses.replace(paid, known=False, payments=())]),
        Facts(bills=[Bill(5, 900, 800, payments=[Paid(5, 800)])]),
        Facts(),
    )
    assert found == [close(79.16666666666666), close(100), close(75), 0, None, None, None]


@pytest.mark.django_db
def test_case_10_contract():
    renewed = [Deed(300, end_age=-45), Deed(100, end_age=-30), Deed(1, state="draft", renews=1)]
    found = signals_of(
        Facts(deeds=renewed),
        Facts(deeds=[Deed(end_age=-10, auto_renews=True)]),
        Facts(deeds=[Deed(end_age=20)]),
        Facts(deeds=[Deed(end_age=200, start_age=300)]),
        Facts(deeds=[Deed()]),
        spec=SPEC,
    )
    assert [row["contract"] for row in found] == [close(52.5), 100, 0, None, None]
    assert [row["caps"] for row in found] == [[], [], ["contract_expired"], [], []]


@pytest.mark.django_db
def test_breadth_counts_eligible_products_owned_by_the_day():
    owned = Facts("key", industry="Steel", sold=[(0, 5), (0, 9), (5, 1), (1, -1)], deeds=[Deed(products=[3])])
    share = scoring.breadth(2, 4)  # wares 0, 1, 3 and 4 are for them
    assert values("breadth", owned, Facts("key", sold=[(6, 3)])) == [close(share), 0]


@pytest.mark.django_db
def test_case_11_breadth_of_seven_products():
    products = [make.product() for _ in range(7)]
    client, nothing = books.create([Facts(), Facts()])
    for product in products[:2]:
        make.won_deal(client, amount=1, on=AS_OF, product_row=product)
    rows = signals.read_signals([client.pk, nothing.pk], AS_OF, SPEC)
    assert rows[client.pk]["breadth"] == close(47.61904761904761)
    assert rows[nothing.pk]["breadth"] == 0
    type(products[0]).objects.update(is_active=False)
    assert signals.read_signals([client.pk], AS_OF, SPEC)[client.pk]["breadth"] is None


@pytest.mark.django_db
def test_case_13_to_15_totals_under_caps():
    raw, _coverage, score, band = total_by_sql(
        CASE_13 | {"contract": 0},
        segment="standard",
        spec=SPEC,
        expired_ids="ARRAY[1]::bigint[]",
        any_running="false",
    )
    assert (raw, score, band) == (close(67.95154784770006), 49, "at_risk")
    key = CASE_13 | {"rhythm": _case_14_rhythm(), "contract": 100, "stakeholders": 66}
    raw, _coverage, score, band = total_by_sql(key, segment="key", spec=SPEC)
    assert (raw, band) == (close(75.64362611937615), "healthy")
    raw, _coverage, score, band = total_by_sql(key, segment="key", spec=SPEC, active="1")
    assert (score, band) == (74, "watch")
    little = {"issues": 17.67766952966369, "stakeholders": 30}
    raw, coverage, score, band = total_by_sql(little, segment="standard", spec=SPEC, critical_late="1")
    assert (score, coverage, band) == (close(20.758252147247767), close(30.76923076923077), "at_risk")
    calm = total_by_sql(little | {"issues": 100}, segment="standard", spec=SPEC)
    assert (calm[0], calm[2:]) == (close(82.5), (None, "unknown"))


def _case_14_rhythm():
    return scoring.rhythm([20, 27, 41], cadence_days=14, managed_days=400)


@pytest.mark.django_db
def test_case_15_from_rows():
    late = Facts(managed_days=40, troubles=[Trouble(10, 4, worked(6))], people=[books.Person("user")])
    [row] = signals_of(late, spec=SPEC)
    assert row["issues"] == close(17.67766952966369)
    assert (row["caps"], row["target_band"]) == (["critical_issue"], "at_risk")


# --- As of the day and the moment -----------------------------------------------------------------------------


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
        care_books.create_rows([(client, Facts(troubles=[trouble]))])
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
@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
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


# --- Generated books ------------------------------------------------------------------------------------------

ages = st.integers(-5, 130) | st.integers(0, 800)
maybe_age = st.none() | st.integers(-5, 100)


@st.composite
def bill(draw):
    issued = draw(ages)
    amount = draw(st.integers(0, 500))
    known = draw(st.sampled_from([True, True, True, False]))
    kept = amount
    payments, credits = [], []
    for _ in range(draw(st.integers(0, 2)) if known else 0):
        part = draw(st.integers(1, 200))
        gone = draw(st.sampled_from([None, None, draw(ages)]))
        if gone is None and part > kept:
            continue
        kept -= 0 if gone is not None else part
        if draw(st.booleans()):
            payments.append(Paid(part, draw(ages), gone))
        else:
            credits.append(Credit(part, draw(ages), gone))
    return Bill(
        amount,
        issued,
        due_age=draw(st.none() | st.integers(-40, 120).map(lambda days: issued - abs(days))),
        currency=draw(st.sampled_from(["VND", "VND", "VND", "USD"])),
        known=known,
        disputed_age=draw(st.sampled_from([None, None, draw(ages)])),
        settled_age=draw(maybe_age),
        cancelled_age=draw(st.sampled_from([None, None, None, draw(ages)])),
        payments=payments,
        credits=credits,
    )


@st.composite
def trouble(draw):
    edges = sorted(
        draw(st.lists(st.integers(-3000, 60_000), min_size=2, max_size=6, unique=True)), reverse=True
    )
    pairs = list(zip(edges[::2], edges[1::2], strict=False))
    runs = [Run(at, until, draw(st.sampled_from(["waiting", "resolved"]))) for at, until in pairs]
    if len(edges) % 2:
        runs.append(Run(edges[-1]))
    return Trouble(draw(st.sampled_from(Severity.values)), draw(st.sampled_from([0.5, 4, 24, 160])), runs)


@st.composite
def deed(draw, places, open_places):
    start = draw(st.integers(-30, 500))
    end = draw(st.none() | st.integers(0, 500).map(lambda days: start - days))
    renews = draw(st.none() | st.sampled_from(open_places)) if open_places else None
    state = draw(st.sampled_from(["signed", "signed", "signed", "ended", "draft", "lost"]))
    return Deed(
        value=draw(st.integers(0, 5)),
        start_age=start,
        end_age=end,
        state=state,
        decided_age=draw(st.integers(-10, 400)),
        ended_age=draw(st.integers(-10, 100)),
        auto_renews=draw(st.sampled_from([False, False, True])),
        notice_age=draw(maybe_age),
        made_age=draw(st.integers(-5, 300)),
        renews=renews,
        currency=draw(st.sampled_from(["VND", "VND", "VND", "USD"])),
        products=draw(places),
    )


@st.composite
def deeds(draw):
    found = []
    places = st.lists(st.integers(0, len(care_books.WARES) - 1), max_size=2)
    for _ in range(draw(st.integers(0, 4))):
        renewed = {other.renews for other in found if other.state != "lost"}
        found.append(draw(deed(places, [place for place in range(len(found)) if place not in renewed])))
    return found


@st.composite
def cared_for(draw):
    return dataclasses.replace(
        draw(client_facts()),
        bills=draw(st.lists(bill(), max_size=4)),
        troubles=draw(st.lists(trouble(), max_size=3)),
        deeds=draw(deeds()),
        sold=draw(st.lists(st.tuples(st.integers(0, len(care_books.WARES) - 1), ages), max_size=2)),
        industry=draw(st.sampled_from(["", "Steel", "Food"])),
    )


@pytest.mark.django_db
@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(book=st.lists(cared_for(), min_size=1, max_size=12), days=st.sampled_from([0, 0, 3, 40]))
def test_sql_equals_the_pure_functions_on_generated_books(book, days):
    today = AS_OF - datetime.timedelta(days=days)
    with transaction.atomic():
        care_books.make_wares()
        clients = books.create(book)
        rows = signals.read_signals([client.pk for client in clients], today, SPEC)
        for client, facts in zip(clients, book, strict=True):
            check(rows[client.pk], facts, today)
        transaction.set_rollback(True)


def check(row, facts, today):
    found, caps = books.measure(facts, today=today)
    total = scoring.total(found, segment=facts.segment, spec=SPEC, caps=caps)
    for name, value in found.items():
        assert row[name] == (None if value is None else pytest.approx(value, abs=1e-6)), (name, facts)
    assert tuple(row["caps"]) == total.caps, facts
    assert row["coverage"] == pytest.approx(total.coverage, abs=1e-6)
    for name, value in (("raw", total.raw), ("score", total.score)):
        assert row[name] == (None if value is None else pytest.approx(value, abs=1e-6)), (name, facts)
