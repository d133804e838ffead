"""What was known at a moment: nothing that came later is seen, and today's short way says the same as the long one."""

import datetime
import json

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from clients.models import Client
from relationships.health import signals
from tests.relationships.health import books, care_rows, strategies
from tests.relationships.health.books import AS_OF, SPEC, Facts, Lead, Person, Rating, Touch, day
from tests.relationships.health.care_books import Bill, Deed, Paid, Run, Seen, Trouble, end_of
from tests.relationships.health.hindsight import Hindsight

pytestmark = pytest.mark.django_db


def read(clients, today=AS_OF, known_at=None, **options):
    rows = signals.read_signals([client.pk for client in clients], today, SPEC, known_at=known_at, **options)
    return [rows[client.pk] | {"facts": _in_order(rows[client.pk]["facts"])} for client in clients]


def _in_order(facts):
    """Facts with sorted lists: ids behind a component come in the order in which the rows were met."""
    facts = json.loads(facts)
    for part in facts.values():
        if isinstance(part, dict):
            part.update(
                {name: sorted(value, key=str) for name, value in part.items() if isinstance(value, list)}
            )
    return facts


# Beside the generated ones: much depends on their open invoices.
IN_DEBT = [
    Facts(made_age=500, months={1: 100}, bills=[Bill(40, 300, 200), Bill(30, 250, 160, settled_age=-9)]),
    Facts(made_age=500, months={1: 100}, bills=[Bill(40, 300, 200, disputed_age=age) for age in (55, 110)]),
]


@settings(max_examples=10, **strategies.GENERATED)
@given(
    book=strategies.books_of(4, times=3),
    later=st.lists(strategies.cared_for(), min_size=1, max_size=4),
    known=st.sampled_from([0, 1, 20, 100]),
    hour=st.sampled_from([0, 0, 9]),
)
def test_nothing_that_came_later_is_seen(book, later, known, hour):
    """Neither rows recorded later, nor later days on old rows, change anything of what was known then."""
    known_at = end_of(day(known)) - datetime.timedelta(hours=hour)
    with transaction.atomic():
        care_rows.make_wares()
        book = [*IN_DEBT, *book]
        clients = books.create(book)
        before = read(clients, known_at=known_at)
        seen = Seen(AS_OF, known_at)
        Hindsight(clients, seen).add([later[i % len(later)] for i in range(len(clients))])
        after = read(clients, known_at=known_at)
        for facts, row, now in zip(book, before, after, strict=True):
            assert now == row, facts
        transaction.set_rollback(True)


# --- The rules one by one ------------------------------------------------------------------------------------


def component(name, *book, known=10, **options):
    """`name` of each client as known at the end of the day `known` days before AS_OF."""
    return [row[name] for row in read(books.create(book), known_at=end_of(day(known)), **options)]


def test_a_touch_told_of_later_counts_only_in_a_book_that_was_imported_later():
    told_later = [Touch(40), Touch(12, made_age=3)]
    found = component(
        "last_reached_on",
        Facts(touches=told_later, made_age=300),
        Facts(touches=told_later, made_age=9),  # the client's row is younger than the moment
        Facts(touches=told_later),
        Facts(touches=[Touch(40), Touch(9, made_age=9)]),  # happened after it
        Facts(touches=[Touch(40), Touch(9, made_age=300)], made_age=300),  # planned before it
    )
    assert found == [day(40), day(12), day(12), day(40), day(40)]


def test_the_end_of_a_day_knows_that_day_and_no_more():
    [client] = books.create([Facts(touches=[Touch(30), Touch(10), Touch(9)])])
    assert read([client], known_at=end_of(day(10)))[0]["last_reached_on"] == day(10)
    assert read([client], known_at=end_of(day(11)))[0]["last_reached_on"] == day(30)
    assert read([client], known_at=end_of(day(10)) + datetime.timedelta(hours=1))[0][
        "last_reached_on"
    ] == day(9)


def test_ages_run_on_after_the_moment():
    ratings, touches = [Rating(1, 40)], [Touch(40, sentiment=-2)]
    client = Facts(touches=touches, ratings=ratings, bills=[Bill(10, 100, 20)], deeds=[Deed(end_age=-50)])
    [then] = read(books.create([client]), today=day(30), known_at=end_of(day(30)))
    [now] = read(books.create([client]), known_at=end_of(day(30)))
    assert then["rhythm"] == 100 and now["rhythm"] == 100  # 40 of 90 days
    assert (then["contract"], now["contract"]) == (pytest.approx(100 * 80 / 90), pytest.approx(100 * 50 / 90))
    assert (then["payment"], now["payment"]) == (100, pytest.approx(75))  # not due yet, then 20 days late
    assert then["sentiment"] < now["sentiment"] < 70  # a bad word fades
    assert (then["caps"], now["caps"]) == (["own_rating"], ["own_rating"])
    [later] = read(books.create([client]), today=day(-51), known_at=end_of(day(30)))
    assert later["caps"] == []  # 91 days old


def test_revenue_is_that_of_the_months_that_were_over():
    facts = Facts(months=dict.fromkeys(range(2, 20), 10) | {1: 0})
    assert component("revenue", facts, known=20) == [pytest.approx(83.33333333333334)]  # 26 October
    assert component("revenue", facts, known=10) == [pytest.approx(100 * (50 / 60 - 1 + 0.5) / 0.6)]


def test_whoever_led_then_counts():
    leads = [Lead(0, 200, 50), Lead(1, 50, 5), Lead(2, 4)]
    ratings = [Rating(1, 60, who=0), Rating(1, 30, who=1), Rating(3, 3, who=2)]
    clients = books.create([Facts(leads=leads, ratings=ratings)])
    found = {known: read(clients, known_at=end_of(day(known)))[0] for known in (300, 55, 45, 20, 5, 4, 0)}
    assert {known: row["scored"] for known, row in found.items()} == {
        **dict.fromkeys((300, 5), False),
        **dict.fromkeys((55, 45, 20, 4, 0), True),
    }
    capped = [known for known, row in found.items() if "own_rating" in row["caps"]]
    assert capped == [55, 20]  # at 45 the new lead had not rated, at 4 the third had not either
    assert found[300]["managed_since"] is None
    assert {found[known]["managed_since"] for known in (55, 20, 0)} == {day(200)}


def test_a_client_lost_later_was_active_then():
    lost, led_later = Facts(lost_age=10), Facts(managed_days=5)
    assert component("scored", lost, led_later, known=11) == [True, False]
    assert component("scored", lost, led_later, known=10) == [False, False]
    assert component("scored", lost, led_later, known=0) == [False, True]


def test_a_contact_recorded_later_was_not_met():
    facts = Facts(people=[Person("user"), Person("finance", made_age=2)], touches=[Touch(20)], made_age=300)
    [client] = books.create([facts])
    client.interactions.get().contacts.set(client.people)
    [row] = read([client], known_at=end_of(day(10)))
    assert row["facts"]["stakeholders"]["recorded"] == 1
    assert row["facts"]["stakeholders"]["contacts"] == [client.people[0].pk]


def test_a_renewal_signed_later_or_recorded_later_secures_nothing():
    ends = Deed(end_age=-45)
    found = component(
        "contract",
        *(
            Facts(deeds=[ends, renewal], made_age=500)
            for renewal in (
                Deed(renews=0, start_age=-45, decided_age=20, made_age=25),
                Deed(renews=0, start_age=-45, decided_age=20, made_age=5),  # told of later
                Deed(renews=0, start_age=-45, decided_age=5, made_age=25),  # a draft then
                Deed(renews=0, start_age=-45, decided_age=5, made_age=25, state="lost"),  # not lost yet
            )
        ),
    )
    assert found == [100, 50, 70, 70]


def test_money_recorded_later_was_owed_then():
    def bill(*payments):
        return Facts(bills=[Bill(100, 60, 30, payments=payments)], months={1: 400}, made_age=500)

    found = component(
        "payment",
        bill(),
        bill(Paid(100, 20)),
        bill(Paid(100, 20, made_age=5)),
        bill(Paid(100, 5)),
        bill(Paid(100, 20, reversed_age=15)),
        bill(Paid(100, 20, reversed_age=5)),
    )
    assert found == [75, 100, 75, 75, 75, 100]


def test_an_issue_solved_later_was_open_then():
    two_weeks = 14 * 24 * 60
    solved = Trouble(10, 8, [Run(3 * two_weeks, 60, "resolved")], made_age=50)
    told_later = Trouble(10, 8, [Run(3 * two_weeks)], made_age=5)
    assert component("caps", *(Facts(troubles=[t], made_age=500) for t in (solved, told_later))) == [
        ["critical_issue"],
        [],
    ]


def test_a_moment_later_than_the_day_is_the_end_of_the_day():
    clients = books.create([Facts(touches=[Touch(30), Touch(9)], troubles=[Trouble(5, 8, [Run(-60)])])])
    assert read(clients, day(10), known_at=timezone.now()) == read(clients, day(10))


def test_as_if_of_another_segment():
    care_rows.make_wares()
    facts = Facts(people=[Person("user", 3), Person("user")], touches=[Touch(60, met=[1])], industry="Food")
    [client] = books.create([facts])
    [own], [key] = read([client]), read([client], segment="key")
    assert (own["segment"], own["cadence"], own["rhythm"], own["caps"]) == ("standard", 90, 100, [])
    assert (key["segment"], key["cadence"], key["rhythm"]) == ("key", 14, 0)
    assert key["caps"] == ["single_contact"]
    assert (own["facts"]["breadth"]["eligible"], key["facts"]["breadth"]["eligible"]) == (4, 4)
    assert key["stakeholders"] == 70 / 5 + 30 / 5
    Client.objects.update(segment="key")
    assert read([client]) == [key]


@settings(max_examples=8, **strategies.GENERATED)
@given(book=strategies.books_of(6, times=4), hour=st.sampled_from([1, 11, 16]))
def test_the_short_way_of_today_says_the_same(book, hour):
    """`is_now` reads sums that are kept up, and asks nothing about when a row was recorded."""
    moment = end_of(AS_OF) - datetime.timedelta(hours=hour)
    with transaction.atomic():
        care_rows.make_wares()
        clients = books.create([strategies.until_today(facts) for facts in book])
        short, long = (read(clients, moment=moment, is_now=is_now) for is_now in (True, False))
        for facts, one, other in zip(book, short, long, strict=True):
            assert one == other, facts
        transaction.set_rollback(True)
