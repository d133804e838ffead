"""Monthly revenue from invoices or won deals, and the yearly figures that clients are ranked by."""

import datetime
from decimal import Decimal

import pytest

from clients import tasks
from clients.models import Client, MonthlyRevenue
from clients.services.revenue import recompute_revenue, revenue_left_out, roll_revenue_years
from tests import factories as make

TODAY = datetime.date(2026, 11, 22)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def frozen(time_machine):
    time_machine.move_to(datetime.datetime(2026, 11, 22, 5, tzinfo=datetime.UTC), tick=False)


def recompute(*clients):
    return recompute_revenue(clients=Client.objects.filter(pk__in=[client.pk for client in clients]))


def months(client):
    return [(row.month.isoformat()[:7], row.amount) for row in client.monthly_revenue.order_by("month")]


def years(client):
    client.refresh_from_db()
    return client.revenue_12m, client.revenue_12m_before


def test_won_deals_add_up_by_calendar_month():
    client = make.client()
    make.won_deal(client, amount=100, on=datetime.date(2026, 10, 1))
    make.won_deal(client, amount=Decimal("20.25"), on=datetime.date(2026, 10, 31))
    make.won_deal(client, amount=7, on=datetime.date(2026, 9, 30))
    make.won_deal(client, amount=999, on=datetime.date(2026, 10, 5), currency="USD")
    recompute(client)
    assert months(client) == [("2026-09", 7), ("2026-10", Decimal("120.25"))]


def test_years_are_complete_calendar_months():
    client = make.client()
    for amount, day in [(1, "2026-11-02"), (10, "2026-10-31"), (100, "2025-11-01"), (1_000, "2025-10-31")]:
        make.won_deal(client, amount=amount, on=datetime.date.fromisoformat(day))
    make.won_deal(client, amount=10_000, on=datetime.date(2024, 11, 1))
    make.won_deal(client, amount=100_000, on=datetime.date(2024, 10, 31))
    recompute(client)
    assert years(client) == (110, 11_000)


def test_a_deal_taken_back_takes_its_month_along():
    client = make.client()
    deal = make.won_deal(client, amount=100, on=datetime.date(2026, 10, 1))
    recompute(client)
    deal.delete()
    recompute(client)
    assert (months(client), years(client)) == ([], (0, 0))


def test_other_clients_keep_their_months():
    one, other = make.client(), make.client()
    MonthlyRevenue.objects.create(client=other, month=datetime.date(2026, 10, 1), amount=5)
    make.won_deal(one, amount=100, on=datetime.date(2026, 10, 1))
    recompute(one)
    assert months(other) == [("2026-10", 5)]


def test_changed_months_ask_for_scoring_and_a_second_run_for_nothing():
    client = make.client()
    make.won_deal(client, amount=100, on=datetime.date(2026, 10, 1))
    assert recompute(client) == 1
    client.refresh_from_db()
    assert client.health_stale_since is not None
    Client.objects.update(health_stale_since=None)
    assert recompute(client) == 0
    client.refresh_from_db()
    assert client.health_stale_since is None


def test_a_new_month_rolls_the_years_of_everyone(time_machine):
    client = make.client()
    make.won_deal(client, amount=100, on=datetime.date(2025, 11, 15))
    make.won_deal(client, amount=7, on=datetime.date(2026, 11, 15))
    recompute(client)
    assert years(client) == (100, 0)
    # 1 December in Ha Noi, still November in UTC
    time_machine.move_to(datetime.datetime(2026, 11, 30, 18, tzinfo=datetime.UTC), tick=False)
    tasks.roll_revenue_years()
    assert years(client) == (7, 100)
    assert roll_revenue_years() == 0


def test_rolling_writes_only_what_changes(django_assert_num_queries):
    for _ in range(3):
        client = make.client()
        make.won_deal(client, amount=100, on=datetime.date(2026, 10, 1))
        recompute(client)
    with django_assert_num_queries(3):  # the statement and its savepoint
        assert roll_revenue_years(today=TODAY) == 0
    assert roll_revenue_years(today=datetime.date(2028, 12, 1)) == 3


def day(text):
    return datetime.date.fromisoformat(text)


def billed(client, amount, on, **fields):
    return make.invoice(client, amount=amount, issued_on=day(on), due_on=None, **fields)


def test_invoices_of_a_client_replace_its_deals():
    client, other = make.client(), make.client()
    for one in (client, other):
        make.won_deal(one, amount=500, on=day("2026-09-05"))
    billed(client, 100, "2026-10-01")
    billed(client, 20, "2026-10-31")
    recompute(client, other)
    assert months(client) == [("2026-10", 120)]
    assert months(other) == [("2026-09", 500)]


def test_tax_is_no_revenue_and_a_credit_note_takes_away():
    client = make.client()
    billed(client, 110, "2026-09-30", tax=10)
    billed(client, Decimal("-44"), "2026-10-02", kind="credit_note", tax=Decimal("-4"))
    recompute(client)
    assert months(client) == [("2026-09", 100), ("2026-10", -40)]
    assert years(client) == (60, 0)


def test_cancelled_invoices_count_nowhere_and_leave_the_deals():
    client = make.client()
    make.won_deal(client, amount=500, on=day("2026-09-05"))
    gone = {"state": "cancelled", "cancelled_on": TODAY, "cancel_reason": "Made twice"}
    billed(client, 100, "2026-10-01", **gone)
    recompute(client)
    assert months(client) == [("2026-09", 500)]
    billed(client, 30, "2026-10-01")
    recompute(client)
    assert months(client) == [("2026-10", 30)]


def test_invoices_in_another_currency_are_left_out_and_told():
    client = make.client()
    billed(client, 100, "2026-10-01")
    billed(client, 33, "2026-10-01", currency="USD", tax=3)
    billed(client, -10, "2026-10-02", currency="USD", kind="credit_note")
    billed(client, 5, "2026-10-02", currency="EUR")
    billed(make.client(), 9, "2026-10-02", currency="JPY")
    recompute(client)
    assert months(client) == [("2026-10", 100)]
    assert revenue_left_out(client) == [("EUR", 1, 5), ("USD", 2, 20)]


def test_payments_do_not_change_revenue():
    client = make.client()
    make.payment(billed(client, 100, "2026-10-01"), amount=60)
    recompute(client)
    assert months(client) == [("2026-10", 100)]


def test_the_panel_tells_of_invoices_that_no_revenue_counts(book, as_user):
    billed(book.alpha, 33, "2026-10-01", currency="USD")
    browser = as_user(book.lan, htmx=True)
    text = " ".join(browser.get(f"/clients/{book.alpha.pk}/receivables/").text.split())
    assert "Not in the revenue, which counts VND only:" in text
    assert "$33.00 (1 invoice)" in text
    other = make.client(lead=book.lan)
    billed(other, 33, "2026-10-01")
    assert "Not in the revenue" not in browser.get(f"/clients/{other.pk}/receivables/").text
