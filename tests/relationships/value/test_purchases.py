"""What counts as a purchase of a client without a contract, as of a day."""

import datetime

import numpy as np
import pytest
from django.utils import timezone

from clients.models import Contract
from relationships.value.purchases import in_weeks, read_histories, read_sales
from tests import factories as make

pytestmark = pytest.mark.django_db


def days_ago(days):
    return timezone.localdate() - datetime.timedelta(days=days)


def history(client, ago=0):
    rows = read_histories(days_ago(ago))
    return {row["client"]: row for row in rows}.get(client.pk)


def credit(invoice, amount, ago=0):
    return make.invoice(
        invoice.client, amount=-amount, issued_ago=ago, kind="credit_note", credits=invoice, due_on=None
    )


def test_days_are_counted_once_and_valued_net_of_tax():
    client = make.client()
    make.invoice(client, amount=110, tax=10, issued_ago=30)
    make.invoice(client, amount=55, tax=5, issued_ago=30)
    make.invoice(client, amount=330, tax=30, issued_ago=10)
    row = history(client)
    assert (row["purchases"], row["valued"], row["value"]) == (2, 2, (150 + 300) / 2)
    assert (row["first_on"], row["last_on"]) == (np.datetime64(days_ago(30)), np.datetime64(days_ago(10)))
    assert row["active"] and row["currency"] == "VND"


def test_times_are_weeks():
    client = make.client()
    for ago in (70, 35, 14):
        make.invoice(client, issued_ago=ago)
    repeats, recency, age = in_weeks(read_histories(timezone.localdate()), timezone.localdate())
    assert (repeats[0], recency[0], age[0]) == (2, 8, 10)


def test_what_was_taken_back_is_no_purchase():
    client = make.client()
    gone = make.invoice(client, amount=100, issued_ago=40)
    credit(gone, 100, ago=5)
    half = make.invoice(client, amount=100, issued_ago=20)
    credit(half, 40, ago=5)
    make.invoice(client, amount=500, issued_ago=3)
    make.invoice(client, amount=-500, issued_ago=3, kind="credit_note", due_on=None)  # names no invoice
    make.invoice(
        client, amount=70, issued_ago=2, state="cancelled", cancelled_on=days_ago(1), cancel_reason="Twice"
    )
    make.invoice(client, amount=0, issued_ago=1)
    row = history(client)
    assert (row["purchases"], row["value"]) == (1, 60)
    assert row["last_on"] == np.datetime64(days_ago(20))


def test_a_past_day_knows_only_its_past():
    client = make.client()
    gone = make.invoice(client, amount=100, issued_ago=40)
    credit(gone, 100, ago=5)
    make.invoice(
        client, amount=70, issued_ago=30, state="cancelled", cancelled_on=days_ago(1), cancel_reason="Twice"
    )
    make.invoice(client, amount=50, issued_ago=2)
    assert history(client, ago=6)["purchases"] == 2
    assert history(client, ago=5)["purchases"] == 1
    assert history(client)["first_on"] == np.datetime64(days_ago(2))
    assert history(client, ago=41) is None


def test_won_deals_count_where_there_is_no_invoice():
    client, billed = make.client(), make.client()
    for each in (client, billed):
        make.won_deal(each, amount=40, on=days_ago(50))
        make.won_deal(each, amount=60, on=days_ago(8))
    make.invoice(billed, amount=11, tax=1, issued_ago=3)
    assert (history(client)["purchases"], history(client)["value"]) == (2, 50)
    assert (history(billed)["purchases"], history(billed)["value"]) == (1, 10)


def test_what_came_of_a_contract_is_no_purchase():
    client, dealt = make.client(), make.client()
    expired = make.contract(client, starts_in=-400, ends_in=-30)
    make.invoice(client, amount=10, issued_ago=100, contract=expired)
    make.invoice(client, amount=20, issued_ago=10)
    deal = make.won_deal(dealt, amount=40, on=days_ago(400))
    make.contract(dealt, starts_in=-400, ends_in=-30, deal=deal)
    make.won_deal(dealt, amount=60, on=days_ago(8))
    assert (history(client)["purchases"], history(client)["value"]) == (1, 20)
    assert (history(dealt)["purchases"], history(dealt)["value"]) == (1, 60)


@pytest.mark.parametrize(
    "terms",
    [
        {},
        {"ends_in": None},
        {"ends_in": 0},
        {"ends_in": -1},
        {"ends_in": -1, "auto_renews": True},
        {"ends_in": -1, "auto_renews": True, "notice_given_on": datetime.date(2020, 1, 1)},
        {"starts_in": 1},
        {"starts_in": 0},
        {"state": "draft"},
        {"state": "lost"},
        {"state": "ended", "ended_on": datetime.date(2020, 1, 1)},
    ],
)
def test_without_a_contract_means_that_none_is_running(terms):
    client = make.client()
    make.invoice(client, issued_ago=10)
    make.contract(client, **terms)
    runs = Contract.objects.running(timezone.localdate()).exists()
    assert (history(client) is None) is runs


def test_other_currencies_are_purchases_without_a_value():
    client = make.client(currency="USD")
    make.invoice(client, amount=100, issued_ago=30)
    make.invoice(client, amount=900_000, currency="VND", issued_ago=20)
    row = history(client)
    assert (row["purchases"], row["valued"], row["value"], row["currency"]) == (2, 1, 100, "USD")


def test_lost_clients_tell_how_clients_stop_and_a_source_can_be_looked_at_alone():
    lost = make.client(status="lost", lost_on=days_ago(1), source="erp", source_ref="1")
    make.invoice(lost, issued_ago=10)
    make.invoice(make.client(), issued_ago=10)
    make.client()
    assert not history(lost)["active"]
    assert read_histories(timezone.localdate(), source="erp")["client"].tolist() == [lost.pk]
    assert len(read_histories(timezone.localdate())) == 2


def test_sales_are_those_after_one_day_and_by_another():
    client, later_signed = make.client(), make.client()
    for each in (client, later_signed):
        for ago in (40, 30, 30, 20, 10):
            make.invoice(each, amount=ago, issued_ago=ago)
    make.contract(later_signed, starts_in=-15)
    sales = read_sales(days_ago(40), days_ago(20), free_on=days_ago(40))
    assert sales == {client.pk: (2, 80), later_signed.pk: (2, 80)}
    assert set(read_sales(days_ago(40), days_ago(5), free_on=days_ago(5))) == {client.pk}


def test_pages_of_clients_add_up(monkeypatch, django_assert_num_queries):
    for amount in range(1, 8):
        make.invoice(make.client(), amount=amount, issued_ago=3)
    whole = read_histories(timezone.localdate())
    monkeypatch.setattr("relationships.value.purchases.PAGE_CLIENTS", 3)
    with django_assert_num_queries(2 * 3 + 1):
        in_pages = read_histories(timezone.localdate())
    assert (in_pages == whole).all() and len(whole) == 7
    assert whole["value"].tolist() == [1, 2, 3, 4, 5, 6, 7]


def test_an_empty_book_has_no_histories():
    assert len(read_histories(timezone.localdate())) == 0
    assert read_sales(days_ago(9), days_ago(1), free_on=days_ago(9)) == {}
