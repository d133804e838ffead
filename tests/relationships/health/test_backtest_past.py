"""Cases as known then: nothing recorded later changes them; and the edges of what followed."""

import datetime
from decimal import Decimal

import pytest
from django.conf import settings
from django.utils import timezone

from clients.models import Client, Contact, ExchangeRate, MonthlyRevenue
from relationships.health.backtest import days as calendar
from relationships.health.backtest import outcomes, past
from relationships.health.backtest.cases import Cases
from relationships.models import Interaction, OwnRating
from tests import factories as make
from tests.relationships.health.books import SPEC

pytestmark = pytest.mark.django_db
T = datetime.date(2026, 3, 10)
DAY = datetime.timedelta(days=1)
LONG_AGO = timezone.make_aware(datetime.datetime.combine(datetime.date(2024, 1, 1), datetime.time()))


def at(day, hour=12):
    return timezone.make_aware(datetime.datetime.combine(day, datetime.time(hour)))


def client(**fields):
    """A client since 2024, led by one person."""
    row = make.client(lead=make.user(), since_days=0, **fields)
    Client.objects.filter(pk=row.pk).update(created_at=LONG_AGO)
    row.assignments.update(started_at=LONG_AGO)
    return row


def touch(row, day, *, logged=None, **fields):
    touch = Interaction.objects.create(client=row, occurred_at=at(day), occurred_on=day, **fields)
    Interaction.objects.filter(pk=touch.pk).update(created_at=at(logged or day))
    return touch


def rating(row, value, day, by=None):
    by = by or row.assignments.get().user
    return OwnRating.objects.create(client=row, value=value, rated_by=by, rated_at=at(day), rated_on=day)


def months(row, amounts, *, first):
    """Revenue from the month `first` on, a month each; None leaves the month without a row."""
    for place, amount in enumerate(amounts):
        month = outcomes.months_before(first, -place)
        if amount is not None:
            MonthlyRevenue.objects.create(client=row, month=month, amount=Decimal(amount))


def then(row, day=T):
    return past.read_then([row.pk], day, SPEC)[row.pk]


def followed(row, day=T):
    return outcomes.read_outcomes([row.pk], [day])[row.pk, 0]


# --- As known then ----------------------------------------------------------------------------------------------


def a_life(row):
    """Something of every kind before the day."""
    product = make.product()
    Contact.objects.create(client=row, name="Chị Hương", role="champion")
    Contact.objects.update(created_at=LONG_AGO)
    touch(row, T - 40 * DAY, sentiment=1)
    touch(row, T - 20 * DAY, reached=False)
    rating(row, 3, T - 30 * DAY)
    invoice = make.invoice(row, amount=100, issued_on=T - 90 * DAY, due_on=T - 60 * DAY)
    months(row, [100] * 26, first=datetime.date(2024, 2, 1))
    make.issue(row, opened_at=at(T - 10 * DAY))
    make.contract(row, starts_on=T - 300 * DAY, ends_on=T + 60 * DAY, lines=[(product, 1, 10)])
    for table in (type(invoice), type(row.issues.get()), type(row.contracts.get())):
        table.objects.update(created_at=LONG_AGO)
    return invoice


def recorded_later(row, invoice):
    """What was typed after the day, some of it about days long before."""
    yield touch(row, T + DAY, sentiment=-2)
    yield touch(row, T - DAY, logged=T + DAY, sentiment=-2)
    yield rating(row, 1, T + DAY)
    payment = make.payment(invoice, amount=50, days_ago=0)
    yield payment
    early = make.payment(invoice, amount=50, days_ago=0)
    type(early).objects.filter(pk=early.pk).update(received_on=T - DAY, created_at=at(T + DAY))
    late = make.invoice(row, amount=900, issued_on=T - 80 * DAY, due_on=T - 79 * DAY)
    type(late).objects.filter(pk=late.pk).update(created_at=at(T + DAY))
    yield late
    yield make.issue(row, severity=10, opened_at=at(T + DAY))
    typed = make.issue(row, severity=10, opened_at=at(T - 5 * DAY))
    type(typed).objects.filter(pk=typed.pk).update(created_at=at(T + DAY))
    yield Contact.objects.create(client=row, name="Anh Dũng", role="finance")
    months(row, [0, 1], first=datetime.date(2026, 4, 1))
    yield row.contracts.update(state="ended", ended_on=T + 5 * DAY, end_reason="closed")
    yield make.contract(row, starts_on=T + 10 * DAY, ends_on=T + 400 * DAY)
    successor = make.user()
    row.assignments.update(ended_at=at(T + 30 * DAY))
    row.assignments.create(user=successor, started_at=at(T + 30 * DAY), reason="Handed over")
    yield rating(row, 2, T + 30 * DAY, by=successor)
    yield Client.objects.filter(pk=row.pk).update(status="lost", lost_on=T + DAY, lost_reason="price")


def test_nothing_recorded_later_changes_a_case():
    row = client()
    invoice = a_life(row)
    before = then(row)
    assert before.score is not None
    assert (before.silent_days, before.rating) == (40, 3)
    seen = 0
    for _change in recorded_later(row, invoice):
        assert then(row) == before
        seen += 1
    assert seen == 11


def test_the_same_rows_recorded_in_time_do_change_it():
    """The test above would see nothing if these rows never counted."""
    row = client()
    a_life(row)
    before = then(row)
    touch(row, T - DAY, sentiment=-2)
    rating(row, 1, T)
    after = then(row)
    assert (after.silent_days, after.rating) == (1, 1)
    assert after.score <= 49 < before.score
    assert after.at_risk


def test_a_client_without_a_lead_or_lost_by_then_is_no_case():
    unled, lost = make.client(), client(status="lost", lost_on=T, lost_reason="price")
    led_later = client()
    led_later.assignments.update(started_at=at(T + DAY))
    assert past.read_then([unled.pk, lost.pk, led_later.pk], T, SPEC) == {}


def test_silence_without_a_reached_touch_runs_from_the_first_lead():
    row = client()
    row.assignments.update(started_at=at(T - 25 * DAY))
    touch(row, T - 5 * DAY, reached=False)
    assert then(row).silent_days == 25


def test_the_rating_is_that_of_the_lead_of_the_day():
    row = client()
    rating(row, 5, T - 10 * DAY)
    rating(row, 1, T - 2 * DAY, by=make.user())
    assert then(row).rating == 5


def test_too_little_known_is_no_score():
    row = client()
    row.assignments.update(started_at=at(T - 5 * DAY))
    assert then(row).score is None


def test_leads_and_led_clients_of_a_day():
    first, second = client(), client()
    second.assignments.update(ended_at=at(T - DAY))
    later = client()
    later.assignments.update(started_at=at(T + DAY))
    assert past.leads_on(T) == 1
    assert past.led_clients(T) == [first.pk, second.pk]
    assert past.leads_on(T - 2 * DAY) == 2


# --- What followed ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("after", "is_lost"), [(1, True), (180, True), (181, False)])
def test_lost_within_180_days(after, is_lost):
    row = client(status="lost", lost_on=T + after * DAY, lost_reason="price")
    assert followed(row).lost is is_lost


def test_not_lost_is_not_lost():
    assert followed(client()).lost is False


# The 6 months before March 2026 begin in September; the 6 after it in April.
BEFORE, MARCH, APRIL = datetime.date(2025, 9, 1), datetime.date(2026, 3, 1), datetime.date(2026, 4, 1)


@pytest.mark.parametrize(
    ("after", "halved"), [("300.00", True), ("300.01", False), ("0", True), ("600", False)]
)
def test_revenue_exactly_half_is_halved(after, halved):
    row = client()
    months(row, [100] * 6, first=BEFORE)
    months(row, ["5000"], first=MARCH)  # the month of the day itself is in neither
    months(row, [after], first=APRIL)
    found = followed(row)
    assert (found.halved, found.had_revenue) == (halved, True)


def test_months_outside_the_two_half_years_do_not_count():
    row = client()
    months(row, [999], first=datetime.date(2025, 8, 1))
    months(row, [100] * 6, first=BEFORE)
    months(row, [None] * 5 + [301], first=APRIL)
    assert not followed(row).halved
    MonthlyRevenue.objects.filter(client=row, month=datetime.date(2026, 9, 1)).update(amount=300)
    months(row, [999], first=datetime.date(2026, 10, 1))
    found = followed(row)
    assert found.halved
    assert found.year == 999 + 600  # the 12 months before March
    assert found.newest_month == datetime.date(2026, 9, 1)


@pytest.mark.parametrize("amounts", [[], [100, -100], [-50]])
def test_without_revenue_before_nothing_can_halve(amounts):
    row = client()
    months(row, amounts, first=BEFORE)
    found = followed(row)
    assert (found.halved, found.had_revenue) == (False, False)


# --- Cases --------------------------------------------------------------------------------------------------------


def gathered(rows, days=(T,)):
    cases = Cases(days, SPEC)
    cases.gather([row.pk for row in rows])
    return cases.facts()


def test_a_case_is_undecided_while_the_books_revenue_ends_before_its_half_year():
    row, lost = client(), client(status="lost", lost_on=T + DAY, lost_reason="price")
    without = client()
    for one in (row, lost):
        months(one, [100] * 6, first=BEFORE)
    months(row, [10] * 5, first=APRIL)
    facts = gathered([row, lost, without])
    assert sorted(facts["client"]) == [0, 1, 2]
    kinds = zip(facts["lost"], facts["had_revenue"], facts["decided"], strict=True)
    assert sorted(kinds) == [(False, False, True), (False, True, False), (True, True, True)]
    assert facts["bad"].sum() == 1
    months(without, [1], first=datetime.date(2026, 9, 1))
    facts = gathered([row, lost, without])
    assert facts["decided"].all()
    assert facts["bad"].sum() == 2


def test_the_event_is_the_loss_or_the_end_of_the_six_months():
    lost, stays = client(status="lost", lost_on=T + 90 * DAY, lost_reason="price"), client()
    facts = gathered([lost, stays])
    assert sorted(facts["event_on"]) == sorted(
        [(T + 90 * DAY).toordinal(), datetime.date(2026, 9, 30).toordinal()]
    )


def test_revenue_of_several_currencies_is_in_the_house_currency_of_the_day():
    assert settings.HOUSE_CURRENCY == "VND"
    ExchangeRate.objects.create(currency="USD", rate=25_000, valid_from=T - DAY)
    ExchangeRate.objects.create(currency="USD", rate=30_000, valid_from=T + DAY)
    home, dollars, unknown = client(), client(currency="USD"), client(currency="EUR")
    for row in (home, dollars, unknown):
        months(row, [10], first=BEFORE)
    revenue = gathered([home, dollars, unknown])["revenue"]
    assert sorted(revenue[revenue == revenue]) == [10, 250_000]
    assert (revenue != revenue).sum() == 1  # no rate: not a number


@pytest.mark.parametrize("count", [2, 20])
def test_a_chunk_costs_the_same_queries_however_many_clients(count, django_assert_num_queries):
    rows = [client() for _ in range(count)]
    cases = Cases([T, T + 30 * DAY], SPEC)
    with django_assert_num_queries(3):  # what followed, and one a day
        cases.gather([row.pk for row in rows])
    assert len(cases.facts()["day"]) == 2 * count


# --- Which days -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("today", "newest"),
    [
        ("2026-11-22", "2026-04-30"),  # the 6 months after April are over; those after May are not
        ("2026-12-01", "2026-05-31"),
        ("2026-10-31", "2026-03-31"),
        ("2026-08-01", "2026-01-31"),
    ],
)
def test_the_newest_day_has_all_of_its_half_year_behind_it(today, newest):
    today, newest = datetime.date.fromisoformat(today), datetime.date.fromisoformat(newest)
    assert calendar.newest_day(today) == newest
    assert newest + 180 * DAY <= today
    assert outcomes.months_end(newest) < today


def test_tested_days_lie_apart_and_end_with_the_newest():
    found = calendar.tested_days(datetime.date(2026, 11, 22), 3, 30)
    assert found == [datetime.date(2026, 3, 1), datetime.date(2026, 3, 31), datetime.date(2026, 4, 30)]


@pytest.mark.parametrize("first", ["2026-04-30", "2026-01-01", "2024-02-29", "2026-03-31"])
def test_the_first_possible_day_is_the_first_on_which_it_is_possible(first):
    first = datetime.date.fromisoformat(first)
    possible = calendar.first_possible(first)
    assert calendar.days_with_history(possible, first, 30) >= 1
    assert calendar.days_with_history(possible - DAY, first, 30) == 0


def test_history_decides_how_many_days_fit():
    today = datetime.date(2026, 11, 22)
    assert calendar.days_with_history(today, None, 30) == 0
    assert calendar.days_with_history(today, datetime.date(2026, 4, 30), 30) == 1
    assert calendar.days_with_history(today, datetime.date(2026, 3, 31), 30) == 2
    assert calendar.days_with_history(today, datetime.date(2020, 1, 1), 30) == 6
    assert calendar.first_led_on() is None
