"""The 17 worked cases of the specification by the SQL, to 1e-9; `test_scoring` holds them in the pure functions.

Through rows of a client wherever rows can give the case, otherwise from its values (`total_by_sql`).
"""

import dataclasses

import pytest
from django.db import connection

from clients.models import Product
from relationships.health import signals
from relationships.health.spec import COMPONENTS
from tests import factories as make
from tests.relationships.health import books
from tests.relationships.health.books import AS_OF, FIRST, SPEC, Facts, Person, Touch
from tests.relationships.health.care_books import Bill, Deed, Paid, Run, Trouble
from tests.relationships.health.test_scoring import CASE_13, close

pytestmark = pytest.mark.django_db

HOUR = 60
MILLION = 10**6
# AS_OF is a Sunday: minutes from the end of Friday's work to the end of Sunday.
SINCE_FRIDAY = (24 * 2 + 7) * HOUR


def signals_of(*book, spec=SPEC):
    """The row of `signals` of each Facts, in order."""
    clients = books.create(book)
    rows = signals.read_signals([client.pk for client in clients], AS_OF, spec)
    return [rows[client.pk] for client in clients]


def values(name, *book):
    return [row[name] for row in signals_of(*book)]


def all_close(*expected):
    return [None if value is None else close(value) for value in expected]


def touches(*ages, **fields):
    return [Touch(age, **fields) for age in ages]


def worked(hours):
    """A running clock with so many working hours, at most 8: it began on Friday."""
    noon = HOUR if hours > 4 else 0
    return [Run(int(SINCE_FRIDAY + hours * HOUR + noon))]


def total_by_sql(values, *, segment, spec=SPEC, **caps):
    """(raw, coverage, score, band) of `scoring.total` by the SQL, of values that no rows could give."""
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


# --- Components ----------------------------------------------------------------------------------------------


def test_case_1_rhythm_of_a_standard_client():
    [row] = signals_of(Facts("standard", touches=touches(120, 200, 320)))
    assert (row["effective_days"], row["rhythm"]) == (close(90), close(83.33333333333334))


def test_case_2_rhythm_counts_days_once_and_no_future():
    [row] = signals_of(Facts("key", touches=touches(20, 20, 20, 27, 41, -3)))
    assert (row["effective_days"], row["rhythm"]) == (close(13.416666666666666), close(75.46583850931677))


def test_case_3_rhythm_of_a_client_never_touched():
    found = values(
        "rhythm",
        Facts("major", managed_days=30),
        Facts("major", managed_days=31),
        Facts("major", managed_days=31, touches=touches(-1)),
    )
    assert found == [None, 0, 0]


def test_case_4_sentiment_of_four_touches():
    rated = [Touch(0, False, 2), Touch(45, False, -1), Touch(3), Touch(130, False, 0)]
    assert values("sentiment", Facts(touches=rated)) == [close(75)]


def test_case_5_sentiment_before_and_after_a_very_bad_touch():
    good = Touch(30, False, 1)
    found = values(
        "sentiment",
        Facts(touches=[good]),
        Facts(touches=[good, Touch(0, True, -2)]),
        Facts(touches=[Touch(121, True, 2), Touch(-1, True, 2)]),
    )
    assert found == all_close(77.72976419128618, 48.174277158704314, None)


def test_case_6_issues():
    troubles = [Trouble(5, 8, worked(4)), Trouble(1, 1, worked(5))]
    assert values("issues", Facts(troubles=troubles), Facts()) == all_close(45.062523130541514, 100)
    [off] = signals_of(Facts(troubles=troubles), spec=FIRST)
    assert (off["issues"], off["caps"]) == (None, [])


def test_case_7_payment_late_against_a_quarter_of_revenue():
    revenue = {1: 1200 * MILLION}
    paid = Bill(100 * MILLION, 90, 60, payments=[Paid(100 * MILLION, 50)])
    late = [Bill(100 * MILLION, 61, 31), Bill(50 * MILLION, 31, 1), paid]
    disputed = [Bill(100 * MILLION, 200, 95, disputed_age=60)]
    no_longer = [dataclasses.replace(disputed[0], disputed_age=61)]
    found = values("payment", *(Facts(months=revenue, bills=bills) for bills in (late, disputed, no_longer)))
    assert found == all_close(79.16666666666666, 100, 100 * (1 - 100 / 300))


def test_case_8_payment_of_one_annual_invoice():
    facts = Facts(months={1: 120 * MILLION}, bills=[Bill(120 * MILLION, 31, 1)])
    assert values("payment", facts) == [close(75)]


def test_case_9_payment_overdue_without_any_revenue():
    assert values("payment", Facts(bills=[Bill(10 * MILLION, 400, 95)])) == [0]


def test_payment_is_not_known_without_invoices():
    unknown = Bill(100 * MILLION, 90, 60, known=False)
    old = Bill(5, 900, 800, payments=[Paid(5, 800)])
    found = values("payment", Facts(bills=[unknown]), Facts(bills=[old]), Facts())
    assert found == [None, None, None]


def test_case_10_contract():
    renewed = [Deed(300, end_age=-45), Deed(100, end_age=-30), Deed(1, state="draft", renews=1)]
    found = signals_of(
        Facts(deeds=renewed),
        Facts(deeds=[Deed(end_age=-10, auto_renews=True)]),
        Facts(deeds=[Deed(end_age=20)]),
        Facts(deeds=[Deed(end_age=200, start_age=300)]),
        Facts(deeds=[Deed()]),
    )
    assert [row["contract"] for row in found] == all_close(52.5, 100, 0, None, None)
    assert [row["caps"] for row in found] == [[], [], ["contract_expired"], [], []]


def test_case_11_stakeholders():
    people = [Person("champion"), Person("finance"), Person("user"), Person("user"), Person("user", 3)]
    met = [
        Touch(10, met=[0, 1]),
        Touch(50, met=[2, 3, 4]),
        Touch(5, reached=False, met=[1]),
        Touch(91, met=[0]),
    ]
    found = values(
        "stakeholders",
        Facts("key", people=people, touches=met),
        Facts("key", managed_days=14),
        Facts("key", managed_days=15),
    )
    assert found == all_close(66, None, 0)


def test_case_11_breadth():
    products = [make.product() for _ in range(7)]
    client, nothing = books.create([Facts(), Facts()])
    for product in products[:2]:
        make.won_deal(client, amount=1, on=AS_OF, product_row=product)
    rows = signals.read_signals([client.pk, nothing.pk], AS_OF, SPEC)
    assert rows[client.pk]["breadth"] == close(47.61904761904761)
    assert rows[nothing.pk]["breadth"] == 0
    Product.objects.update(is_active=False)
    assert signals.read_signals([client.pk], AS_OF, SPEC)[client.pk]["breadth"] is None


def test_case_12_revenue():
    ten, eight = dict.fromkeys(range(1, 19), 10), dict.fromkeys(range(1, 7), 8)
    uneven = {25 - month: amount for month, amount in ((3, 60), (9, 60), (15, 60), (21, 30))}
    found = values(
        "revenue",
        Facts(months=ten),
        Facts(months=ten | eight),
        Facts(months=uneven | {24: 0}),
        Facts(months=uneven),  # known since the month of the first row: 22 months
        Facts(months=dict.fromkeys(range(1, 13), 10)),
        Facts(months=ten | {0: 1000}),
    )
    assert found == all_close(83.33333333333334, 50, 41.66666666666667, None, None, 83.33333333333334)


# --- Totals --------------------------------------------------------------------------------------------------

# Sentiment 77.73, payment 91.67, revenue 50 and, with two deals of seven products, breadth 47.62.
AS_IN_13 = {
    "months": dict.fromkeys(range(1, 19), 10) | dict.fromkeys(range(1, 7), 8),
    "bills": [Bill(9, 31, 1)],
}
RATED = Touch(30, reached=False, sentiment=1)


def row_with_two_products_of_seven(facts):
    products = [make.product() for _ in range(7)]
    [client] = books.create([facts])
    for product in products[:2]:
        make.won_deal(client, amount=1, on=AS_OF, product_row=product)
    return signals.read_signals([client.pk], AS_OF, SPEC)[client.pk]


def case_13(end_age):
    met = [RATED, Touch(120, met=[0]), *touches(200, 320)]
    return Facts(touches=met, people=[Person("user")], deeds=[Deed(end_age=end_age)], **AS_IN_13)


def test_case_13_total():
    row = row_with_two_products_of_seven(case_13(end_age=-45))
    assert {name: row[name] for name in COMPONENTS} == {name: close(v) for name, v in CASE_13.items()}
    assert (row["score"], row["coverage"]) == (close(75.45154784770006), close(100))
    assert (row["raw"], row["target_band"], row["caps"]) == (row["score"], "healthy", [])


def test_case_13_with_the_contract_expired():
    row = row_with_two_products_of_seven(case_13(end_age=20))
    assert (row["raw"], row["score"]) == (close(67.95154784770006), 49)
    assert (row["target_band"], row["caps"]) == ("at_risk", ["contract_expired"])


def test_case_14_total_of_a_key_client():
    people = [Person("decision_maker"), Person("finance"), Person("user"), Person("user")]
    met = [RATED, Touch(20, met=[0, 1]), Touch(27, met=[2]), Touch(41)]
    deed = Deed(end_age=-10, auto_renews=True)
    row = row_with_two_products_of_seven(Facts("key", touches=met, people=people, deeds=[deed], **AS_IN_13))
    assert (row["stakeholders"], row["contract"]) == (close(66), 100)
    assert (row["raw"], row["target_band"]) == (close(75.64362611937615), "healthy")
    # With one contact the stakeholders would not be 66: the case takes the values.
    row = {name: row[name] for name in COMPONENTS}
    assert total_by_sql(row, segment="key", active="1")[2:] == (74, "watch")


def test_case_15_little_data():
    there = {"managed_days": 40, "people": [Person("user")]}
    late, calm = signals_of(Facts(troubles=[Trouble(10, 4, worked(6))], **there), Facts(**there))
    assert (late["issues"], late["stakeholders"]) == (close(17.67766952966369), close(30))
    assert [name for name in COMPONENTS if late[name] is not None] == ["issues", "stakeholders"]
    assert (late["score"], late["coverage"]) == (close(20.758252147247767), close(30.76923076923077))
    assert (late["target_band"], late["caps"]) == ("at_risk", ["critical_issue"])
    assert (calm["raw"], calm["score"], calm["target_band"]) == (close(82.5), None, "unknown")


def test_case_16_what_does_not_apply_leaves_coverage_alone():
    [row] = signals_of(Facts(people=[Person("champion")], touches=[Touch(0, met=[0])]), spec=FIRST)
    assert (row["rhythm"], row["sentiment"], row["stakeholders"], row["revenue"]) == (100, None, 100, None)
    assert (row["coverage"], row["score"]) == (close(71.42857142857143), close(100))


def test_case_17_bands_go_by_the_unrounded_score():
    raw, _coverage, score, band = total_by_sql(dict.fromkeys(COMPONENTS, 74.6), segment="standard")
    assert (raw, score, band) == (close(74.6), close(74.6), "watch")
    # From rows: 74.6 of a hundred as the payment of a client who is not touched yet.
    spec = dataclasses.replace(SPEC, switched_on=("payment",))
    [row] = signals_of(Facts(months={1: 4000}, bills=[Bill(254, 200, 95)]), spec=spec)
    assert (row["score"], row["target_band"], row["coverage"]) == (close(74.6), "watch", 100)
