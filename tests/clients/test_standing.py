"""The line that joins contract, money, issues and last contact, and what the client page's tabs count."""

import datetime

import pytest
from django.utils import timezone

from clients.filters import house_today
from clients.models import Client
from clients.standing import client_standing
from tests import factories as make


def line(client):
    """{area: (text, tone)} of a client as stored; the last of an area wins."""
    client = Client.objects.get(pk=client.pk)
    return {part.area: (part.text, part.tone) for part in client_standing(client).parts}


@pytest.fixture
def client(book):
    Client.objects.filter(pk=book.alpha.pk).update(
        last_reached_on=house_today() - datetime.timedelta(days=12), currency="VND"
    )
    book.alpha.refresh_from_db()
    return book.alpha


def test_the_line_joins_all_of_a_client(client):
    make.contract(client, ends_in=41)
    make.invoice(client, amount=100_000_000, days_late=35)
    make.invoice(client, amount=82_000_000, days_late=3)
    now = timezone.now()
    make.issue(
        client, severity=10, opened_ago_days=9, resolution_due_at=now - datetime.timedelta(days=2, hours=1)
    )
    parts = client_standing(client).parts
    assert [part.text for part in parts] == [
        "contract ends in 41 days",
        "₫182M 35 days late",
        "1 critical issue 2 days past SLA",
        "last contact 12 days ago",
    ]
    assert [part.tone for part in parts] == ["warn", "bad", "bad", ""]


def test_a_client_without_any_of_it_says_when_it_was_met(book):
    assert line(book.alpha) == {"timeline": ("never reached yet", "")}


@pytest.mark.parametrize(
    "days, text, tone",
    [
        (0, "contract ends today", "bad"),
        (1, "contract ends in 1 day", "warn"),
        (-20, "contract ended 20 days ago", "bad"),
    ],
)
def test_the_contract_counts_to_its_last_day(client, days, text, tone):
    make.contract(client, ends_in=days)
    assert line(client)["contracts"] == (text, tone)


def test_only_a_contract_that_still_has_to_be_renewed_is_told(client):
    renewed = make.contract(client, ends_in=10)
    make.contract(client, starts_in=11, ends_in=375, renews=renewed)
    make.contract(client, ends_in=20, auto_renews=True)
    make.contract(client, ends_in=-200)
    make.contract(client, ends_in=5, state="draft")
    text, tone = line(client)["contracts"]
    assert text.startswith("contract until") and tone == ""


def test_a_running_contract_comes_before_one_that_has_expired(client):
    make.contract(client, ends_in=-20)
    make.contract(client, ends_in=100)
    assert line(client)["contracts"] == ("contract ends in 100 days", "warn")


def test_disputed_paid_and_unknown_invoices_are_not_late(client):
    today = house_today()
    make.invoice(client, days_late=9, disputed_on=today, dispute_reason="Wrong quantity")
    make.invoice(client, days_late=9, payments_known=False)
    make.payment(make.invoice(client, amount=70, days_late=9), amount=70)
    make.invoice(client, days_late=0)
    assert "receivables" not in line(client)


def test_each_currency_is_told_by_itself(client):
    make.invoice(client, amount=500, days_late=3, currency="USD")
    make.invoice(client, amount=1_000_000, days_late=9)
    texts = [part.text for part in client_standing(client).parts if part.area == "receivables"]
    assert texts == ["₫1M 9 days late", "$500 3 days late"]


def test_issues_that_are_not_late_are_counted(client):
    make.issue(client)
    make.issue(client)
    assert line(client)["issues"] == ("2 open issues", "warn")


def test_a_late_delivery_is_told(client):
    make.milestone(make.contract(client, ends_in=400), due_in=-1)
    assert line(client)["delivery"] == ("1 delivery late", "bad")


def test_tabs_count_what_is_open(client, book, django_assert_num_queries):
    make.milestone(make.contract(client), due_in=5)
    make.contract(client, state="lost")
    make.invoice(client)
    make.issue(client)
    make.internal_request(client, book.lan)
    make.open_deal(client)
    make.open_deal(client, stage="lost")
    with django_assert_num_queries(1):
        counts = client_standing(client).counts
    assert counts == {
        "contracts": 1,
        "delivery": 1,
        "receivables": 1,
        "issues": 1,
        "requests": 1,
        "growth": 1,
    }


def test_nothing_of_other_clients_is_in_it(client, book):
    make.invoice(book.omega, days_late=9)
    make.issue(book.omega, severity=10)
    make.contract(book.omega, ends_in=3)
    assert set(line(client)) == {"timeline"}
