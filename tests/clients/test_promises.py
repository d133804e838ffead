"""Promises to pay: kept, broken, settled, withdrawn, as the money says; the hourly job."""

import datetime
import threading
import uuid
from decimal import Decimal

import pytest
import time_machine
from django.db import connection
from django.utils import timezone

from clients import tasks
from clients.models import CareEvent, PaymentPromise
from clients.services import promises, receivables
from clients.services.refusals import Refused
from tests import factories as make

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)


def today():
    return timezone.localdate()


def promise(client, *, made_ago=5, due_in=-1, amount=50, invoice=None, **fields):
    """A promise made some days ago, for a day that is over unless `due_in` says otherwise; not judged yet."""
    return PaymentPromise.objects.create(
        client=client,
        invoice=invoice,
        amount=amount,
        currency="VND",
        promised_on=today() - made_ago * DAY,
        promised_for=today() + due_in * DAY,
        **fields,
    )


def pay(invoice, amount, days_ago=0):
    return receivables.record_payment(
        invoice=invoice,
        by=None,
        idempotency_key=uuid.uuid4(),
        amount=Decimal(amount),
        received_on=today() - days_ago * DAY,
        method="cash",
    )[0]


def make_promise(client, invoice=None, **changes):
    values = {
        "amount": Decimal(50),
        "currency": "VND",
        "promised_on": today(),
        "promised_for": today() + 3 * DAY,
        "contact": None,
        "note": "",
    }
    return promises.make_promise(
        client=client, by=None, idempotency_key=uuid.uuid4(), values=values | changes, invoice=invoice
    )[0]


def kinds(client):
    found = CareEvent.objects.filter(client=client, kind__startswith="promise").order_by("pk")
    return list(found.values_list("kind", flat=True))


@pytest.fixture
def invoice():
    return make.invoice(make.client(), amount=100, days_late=10)


def test_promise_is_kept_as_soon_as_enough_came_in(invoice):
    made = make_promise(invoice.client, invoice)
    pay(invoice, 30)
    made.refresh_from_db()
    assert made.status == "open"
    pay(invoice, 20)
    made.refresh_from_db()
    assert made.status == "kept"
    assert kinds(invoice.client) == ["promise_made", "promise_kept"]


def test_promise_of_one_invoice_is_not_kept_by_another(invoice):
    other = make.invoice(invoice.client, amount=100)
    named, any_invoice = make_promise(invoice.client, invoice), make_promise(invoice.client)
    pay(other, 60)
    named.refresh_from_db()
    any_invoice.refresh_from_db()
    assert (named.status, any_invoice.status) == ("open", "kept")


def test_money_in_another_currency_keeps_nothing(invoice):
    made = make_promise(invoice.client)
    pay(make.invoice(invoice.client, amount=100, currency="USD"), 60)
    made.refresh_from_db()
    assert made.status == "open"


@pytest.mark.parametrize("day, status", [(0, "open"), (1, "broken")])
def test_promise_is_broken_the_day_after(invoice, day, status):
    made = promise(invoice.client, due_in=0)
    with time_machine.travel(timezone.now() + day * DAY, tick=False):
        promises.settle_promises()
    made.refresh_from_db()
    assert made.status == status
    assert made.broken_on == (made.promised_for + DAY if day else None)


def test_job_twice_writes_once(invoice):
    made = promise(invoice.client)
    tasks.settle_promises()
    tasks.settle_promises()
    made.refresh_from_db()
    assert (made.status, made.settled_on) == ("broken", None)
    assert kinds(invoice.client) == ["promise_broken"]
    assert promises.settle_promises() == 0


def test_payment_that_is_recorded_late_still_keeps_the_promise(invoice):
    made = promise(invoice.client, invoice=invoice, made_ago=5, due_in=-2)
    promises.settle_promises()
    pay(invoice, 50, days_ago=3)
    made.refresh_from_db()
    assert (made.status, made.broken_on) == ("kept", None)
    assert kinds(invoice.client) == ["promise_broken", "promise_kept"]


def test_broken_promise_is_settled_by_later_money(invoice):
    made = promise(invoice.client, invoice=invoice)
    promises.settle_promises()
    pay(invoice, 50)
    made.refresh_from_db()
    assert (made.status, made.settled_on) == ("broken", today())


def test_broken_promise_is_settled_by_a_new_one(invoice):
    broken = promise(invoice.client, invoice=invoice)
    promises.settle_promises()
    make_promise(invoice.client, invoice)
    broken.refresh_from_db()
    assert (broken.status, broken.settled_on) == ("broken", today())


def test_two_instalments_do_not_settle_each_other(invoice):
    first = promise(invoice.client, invoice=invoice)
    promise(invoice.client, invoice=invoice, due_in=7)
    promises.settle_promises()
    first.refresh_from_db()
    assert (first.status, first.settled_on) == ("broken", None)


def test_promise_opens_again_where_its_payment_is_reversed(invoice):
    made = make_promise(invoice.client, invoice)
    payment = pay(invoice, 50)
    receivables.reverse_payment(payment=payment, by=None, reason="Bounced")
    made.refresh_from_db()
    assert made.status == "open"


def test_promise_is_withdrawn_with_its_invoice(invoice):
    cancelled, credited = (make.invoice(invoice.client, amount=50) for _n in range(2))
    made = [make_promise(invoice.client, row) for row in (cancelled, credited)]
    receivables.cancel_invoice(invoice=cancelled, by=None, reason="Wrong")
    values = {"number": "CN", "issued_on": today(), "amount": Decimal(50), "tax": Decimal(0)}
    receivables.issue_credit_note(
        client=invoice.client,
        by=None,
        idempotency_key=uuid.uuid4(),
        values=values | {"currency": "VND", "note": "Taken back"},
        invoice=credited,
    )
    for row in made:
        row.refresh_from_db()
        assert row.status == "withdrawn"
    assert kinds(invoice.client).count("promise_withdrawn") == 2


def test_promise_is_withdrawn_by_hand(invoice):
    held, broken = make_promise(invoice.client, invoice), promise(invoice.client)
    promises.settle_promises()
    for row in (held, held, broken, broken):
        promises.withdraw_promise(promise=row, by=None, reason="They asked for more time")
    held.refresh_from_db()
    broken.refresh_from_db()
    assert held.status == "withdrawn"
    assert (broken.status, broken.settled_on) == ("broken", today())
    assert kinds(invoice.client).count("promise_withdrawn") == 2
    assert promises.settle_promises() == 0


def test_kept_promise_cannot_be_withdrawn(invoice):
    made = make_promise(invoice.client, invoice)
    pay(invoice, 50)
    with pytest.raises(Refused):
        promises.withdraw_promise(promise=made, by=None, reason="x")


@pytest.mark.parametrize(
    "field, changes",
    [
        ("amount", {"amount": Decimal(0)}),
        ("amount", {"amount": Decimal(101)}),
        ("currency", {"currency": "USD"}),
        ("currency", {"currency": "QQQ"}),
        ("promised_on", {"promised_on": datetime.date(2999, 1, 1)}),
        ("promised_for", {"promised_for": datetime.date(2020, 1, 1)}),
    ],
)
def test_senseless_promise_is_refused_at_its_field(invoice, field, changes):
    with pytest.raises(Refused) as caught:
        make_promise(invoice.client, invoice, **changes)
    assert caught.value.field == field
    assert not PaymentPromise.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_job_and_payment_at_once_agree(invoice):
    made = promise(invoice.client, invoice=invoice, due_in=-1)
    start, errors = threading.Barrier(3), []

    def work(call):
        try:
            start.wait()
            call()
        except Exception as error:
            errors.append(error)
        finally:
            connection.close()

    calls = [promises.settle_promises, promises.settle_promises, lambda: pay(invoice, 50, days_ago=2)]
    threads = [threading.Thread(target=work, args=[call]) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    made.refresh_from_db()
    assert errors == []
    assert made.status == "kept"
    assert kinds(invoice.client).count("promise_kept") == 1
    assert kinds(invoice.client).count("promise_broken") <= 1
