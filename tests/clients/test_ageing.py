"""What was owed on a past day: payments, credit notes, cancellations and reversals count from their own day."""

import datetime
from decimal import Decimal

import pytest

from clients.ageing import ageing_on, open_on
from clients.models import Invoice
from tests import factories as make

pytestmark = pytest.mark.django_db


def day(text):
    return datetime.date.fromisoformat(text)


@pytest.fixture
def bill(db):
    """100 issued on 1 March 2026, due on the 31st."""
    return make.invoice(make.client(), amount=100, issued_on=day("2026-03-01"), due_on=day("2026-03-31"))


def owed(on):
    """(amount, days late, bucket) of the only invoice on a day, or None."""
    rows = open_on(Invoice.objects.all(), day(on))
    return next(iter(rows.values_list("owed", "days_late", "bucket")), None)


@pytest.mark.parametrize(
    ("on", "late", "bucket"),
    [
        ("2026-03-01", -30, "not_due"),
        ("2026-03-31", 0, "not_due"),
        ("2026-04-01", 1, "d1_30"),
        ("2026-04-30", 30, "d1_30"),
        ("2026-05-01", 31, "d31_60"),
        ("2026-05-30", 60, "d31_60"),
        ("2026-05-31", 61, "d61_90"),
        ("2026-06-29", 90, "d61_90"),
        ("2026-06-30", 91, "d90_plus"),
    ],
)
def test_buckets_change_on_their_days(bill, on, late, bucket):
    assert owed(on) == (100, late, bucket)


def test_nothing_is_owed_before_the_invoice(bill):
    assert owed("2026-02-28") is None


def paid(invoice, amount, on, **fields):
    return invoice.payments.create(client=invoice.client, amount=amount, received_on=day(on), **fields)


def test_payments_count_from_the_day_they_came_in(bill):
    paid(bill, 30, "2026-04-10")
    paid(bill, 70, "2026-05-10")
    assert [owed(on) and owed(on)[0] for on in ("2026-04-09", "2026-04-10", "2026-05-09", "2026-05-10")] == [
        100,
        70,
        70,
        None,
    ]


def test_a_reversed_payment_counts_until_its_reversal(bill):
    paid(bill, 100, "2026-04-10", reversed_on=day("2026-04-20"), reverse_reason="Wrong client")
    assert owed("2026-04-19") is None
    assert owed("2026-04-20")[0] == 100


def test_credit_notes_and_cancellations_count_from_their_day(bill):
    make.invoice(
        bill.client, kind="credit_note", amount=-40, credits=bill, issued_on=day("2026-04-05"), due_on=None
    )
    assert [owed(on)[0] for on in ("2026-04-04", "2026-04-05")] == [100, 60]
    Invoice.objects.filter(pk=bill.pk).update(
        state="cancelled", cancelled_on=day("2026-04-12"), cancel_reason="Made twice"
    )
    assert owed("2026-04-11")[0] == 60
    assert owed("2026-04-12") is None


def test_unknown_payments_owe_nothing(bill):
    Invoice.objects.update(payments_known=False)
    assert owed("2026-06-30") is None


def test_ageing_names_every_bucket_of_each_currency(bill, django_assert_num_queries):
    make.invoice(bill.client, amount=Decimal("7.5"), currency="USD", issued_on=day("2026-03-01"), due_on=None)
    with django_assert_num_queries(1):
        found = ageing_on(Invoice.objects.all(), day("2026-05-01"))
    nothing = dict.fromkeys(("not_due", "d1_30", "d31_60", "d61_90", "d90_plus"), 0)
    assert found == {"VND": nothing | {"d31_60": 100}, "USD": nothing | {"not_due": Decimal("7.5")}}
