"""Invoices, credit notes, payments and disputes: what is refused, what counts once, what the sums say."""

import datetime
import threading
import uuid
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from clients.models import CareEvent, Client, Invoice, Payment
from clients.services import receivables as service
from clients.services.changes import KeyUsedElsewhere
from clients.services.editing import EditConflict
from clients.services.refusals import Refused
from tests import factories as make

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate
DAY = datetime.timedelta(days=1)


def values(**changes):
    """What an invoice of 110 with 10 tax is made of."""
    return {
        "number": "HD-1",
        "issued_on": TODAY() - 10 * DAY,
        "due_on": TODAY() + 20 * DAY,
        "amount": Decimal(110),
        "tax": Decimal(10),
        "currency": "VND",
        "contract": None,
        "milestone": None,
        "note": "",
    } | changes


def issue(client, key=None, **changes):
    return service.issue_invoice(
        client=client, by=None, idempotency_key=key or uuid.uuid4(), values=values(**changes)
    )


def pay(invoice, amount, key=None, on=None):
    return service.record_payment(
        invoice=invoice,
        by=None,
        idempotency_key=key or uuid.uuid4(),
        amount=Decimal(amount),
        received_on=on or TODAY(),
        method="transfer",
    )


def credit(client, amount, invoice=None, **changes):
    given = {
        "number": "CN-1",
        "issued_on": TODAY(),
        "amount": Decimal(amount),
        "tax": Decimal(0),
        "currency": "VND",
        "note": "Discount agreed",
    }
    return service.issue_credit_note(
        client=client, by=None, idempotency_key=uuid.uuid4(), values=given | changes, invoice=invoice
    )


def kinds(client):
    return list(CareEvent.objects.filter(client=client).order_by("pk").values_list("kind", flat=True))


def refusal(call, *args, **kwargs):
    with pytest.raises(Refused) as caught:
        call(*args, **kwargs)
    return caught.value


def test_issued_invoice_is_outstanding_counts_as_revenue_and_is_in_the_timeline():
    client = make.client()
    invoice, created = issue(client, issued_on=TODAY().replace(day=1) - 40 * DAY)
    invoice.refresh_from_db()
    client.refresh_from_db()
    assert (created, invoice.outstanding, client.revenue_12m) == (True, 110, 100)
    event = CareEvent.objects.get(client=client, kind="invoice_issued")
    assert (event.subject_id, event.facts["number"], event.facts["amount"]) == (invoice.pk, "HD-1", "110")
    assert client.health_stale_since is not None


def test_invoice_sent_twice_counts_once():
    client, key = make.client(), uuid.uuid4()
    first, again = issue(client, key), issue(client, key)
    assert first[0] == again[0]
    assert (first[1], again[1]) == (True, False)
    assert kinds(client) == ["invoice_issued"]


@pytest.mark.parametrize(
    "field, changes",
    [
        ("amount", {"amount": Decimal(0)}),
        ("amount", {"amount": Decimal(-5)}),
        ("tax", {"tax": Decimal(111)}),
        ("tax", {"tax": Decimal(-1)}),
        ("currency", {"currency": "QQQ"}),
        ("currency", {"currency": "XXX"}),
        ("issued_on", {"issued_on": datetime.date(2999, 1, 1), "due_on": None}),
        ("due_on", {"due_on": datetime.date(2000, 1, 1)}),
    ],
)
def test_senseless_invoice_is_refused_at_its_field_and_nothing_is_written(field, changes):
    client = make.client()
    assert refusal(issue, client, **changes).field == field
    assert not Invoice.objects.exists()
    assert kinds(client) == []


def test_number_is_given_once():
    client = make.client()
    issue(client, number="HD-7")
    assert refusal(issue, client, number="hd-7").field == "number"
    assert Invoice.objects.count() == 1


def test_invoice_of_an_accepted_milestone_falls_due_after_the_acceptance():
    client = make.client()
    contract = make.contract(client)
    done = TODAY() - 3 * DAY
    accepted = make.milestone(contract, done_on=done, accepted_on=done, payment_days=15)
    waiting = make.milestone(contract, payment_days=15)
    due, _created = issue(client, due_on=None, milestone=accepted)
    hanging, _created = issue(client, number="HD-2", due_on=None, milestone=waiting)
    assert (due.due_on, due.contract) == (done + 15 * DAY, contract)
    assert (hanging.due_on, hanging.contract) == (None, contract)
    other = make.contract(client)
    assert refusal(issue, client, number="HD-3", contract=other, milestone=waiting).field == "milestone"


# --- Payments -------------------------------------------------------------------------------------------------


def test_payment_in_parts_lowers_what_is_outstanding():
    invoice, _created = issue(make.client())
    pay(invoice, 40)
    pay(invoice, 70, on=TODAY() - 10 * DAY)
    invoice.refresh_from_db()
    assert (invoice.paid, invoice.outstanding) == (110, 0)
    assert kinds(invoice.client) == ["invoice_issued", "payment", "payment"]


def test_overpaid_invoice_is_refused_with_what_is_outstanding():
    invoice, _created = issue(make.client(), currency="USD", amount=Decimal("110.50"))
    pay(invoice, 40)
    refused = refusal(pay, invoice, "70.51")
    assert refused.field == "amount"
    assert "$70.50" in refused.text
    assert Payment.objects.count() == 1


def test_payment_before_the_invoice_or_to_come_is_refused():
    invoice, _created = issue(make.client())
    assert refusal(pay, invoice, 10, on=TODAY() - 11 * DAY).field == "received_on"
    assert refusal(pay, invoice, 10, on=TODAY() + DAY).field == "received_on"
    assert refusal(pay, invoice, 0).field == "amount"
    assert not Payment.objects.exists()


def test_double_click_counts_once_even_where_the_first_paid_everything():
    (invoice, _created), key = issue(make.client()), uuid.uuid4()
    first, again = pay(invoice, 110, key), pay(invoice, 110, key)
    assert first[0] == again[0]
    assert (first[1], again[1]) == (True, False)
    assert kinds(invoice.client).count("payment") == 1


def test_key_of_another_invoice_is_not_taken_for_this_one():
    (one, _c), (two, _c2), key = issue(make.client()), issue(make.client(), number="HD-2"), uuid.uuid4()
    same_client, _c3 = issue(one.client, number="HD-3")
    pay(one, 10, key)
    for other in (two, same_client):
        with pytest.raises(KeyUsedElsewhere):
            pay(other, 10, key)
    assert Payment.objects.count() == 1


def test_what_takes_no_payment_says_so():
    client = make.client()
    cancelled = service.cancel_invoice(invoice=issue(client)[0], by=None, reason="Wrong client")
    note, _created = credit(client, 20)
    unknown = make.invoice(client, payments_known=False)
    for row in (cancelled, note, unknown):
        assert refusal(pay, row, 1).field is None


def test_reversed_payment_counts_no_more_and_stays():
    invoice, _created = issue(make.client())
    payment, _created = pay(invoice, 60)
    for _again in range(2):
        service.reverse_payment(payment=payment, by=None, reason="Paid by another client")
    invoice.refresh_from_db()
    payment.refresh_from_db()
    assert (invoice.paid, invoice.outstanding) == (0, 110)
    assert (payment.reversed_on, payment.reverse_reason) == (TODAY(), "Paid by another client")
    assert kinds(invoice.client) == ["invoice_issued", "payment", "payment_reversed"]


def test_the_constraint_has_the_last_word_about_overpaying():
    invoice, _created = issue(make.client())
    Payment.objects.create(client=invoice.client, invoice=invoice, amount=111, received_on=TODAY())
    with pytest.raises(IntegrityError, match="invoice_not_overpaid"), transaction.atomic():
        service.refresh_sums([invoice.pk])
    invoice.refresh_from_db()
    assert invoice.paid == 0


def test_refresh_sums_sets_many_invoices_at_once(django_assert_num_queries):
    client = make.client()
    rows = [make.invoice(client, amount=100) for _n in range(5)]
    for row in rows:
        Payment.objects.create(client=client, invoice=row, amount=30, received_on=TODAY())
        Payment.objects.create(
            client=client, invoice=row, amount=9, received_on=TODAY(), reversed_on=TODAY(), reverse_reason="x"
        )
        make.invoice(client, kind="credit_note", amount=-20, credits=row, due_on=None)
        make.invoice(
            client,
            kind="credit_note",
            amount=-7,
            credits=row,
            due_on=None,
            state="cancelled",
            cancelled_on=TODAY(),
            cancel_reason="x",
        )
    with django_assert_num_queries(2):
        assert service.refresh_sums([row.pk for row in rows]) == 5
    assert set(Invoice.objects.filter(kind="invoice").values_list("paid", "credited", "outstanding")) == {
        (30, 20, 50)
    }
    assert service.refresh_sums([row.pk for row in rows]) == 0


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("same_key", [False, True])
def test_two_payments_at_once_cannot_overpay_and_a_double_click_counts_once(same_key):
    invoice, _created = issue(make.client())
    keys = [uuid.uuid4()] * 2 if same_key else [uuid.uuid4(), uuid.uuid4()]
    outcomes, start = [], threading.Barrier(2)

    def work(key):
        try:
            start.wait()
            outcomes.append(pay(Invoice.objects.get(pk=invoice.pk), 80, key)[1])
        except Refused as refused:
            outcomes.append(refused.field)
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=[key]) for key in keys]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    invoice.refresh_from_db()
    assert (invoice.paid, Payment.objects.count()) == (80, 1)
    assert sorted(map(str, outcomes)) == (["False", "True"] if same_key else ["True", "amount"])


# --- Credit notes, cancelling, disputes -----------------------------------------------------------------------


def test_credit_note_takes_off_what_is_left_and_no_more():
    client = make.client()
    invoice, _created = issue(client)
    pay(invoice, 60)
    refused = refusal(credit, client, 51, invoice)
    assert refused.field == "amount"
    note, _created = credit(client, 50, invoice)
    invoice.refresh_from_db()
    note.refresh_from_db()
    assert (invoice.credited, invoice.outstanding) == (50, 0)
    assert (note.amount, note.outstanding, note.credits) == (-50, 0, invoice)
    assert kinds(client)[-1] == "credit_note"


def test_credit_note_without_an_invoice_stands_alone_and_lowers_the_revenue():
    client = make.client()
    month = TODAY().replace(day=1) - 40 * DAY
    issue(client, issued_on=month)
    note, _created = credit(client, 30, issued_on=month)
    client.refresh_from_db()
    assert note.credits is None
    assert client.revenue_12m == 70


def test_credit_note_agrees_with_its_invoice():
    client = make.client()
    invoice, _created = issue(client)
    assert refusal(credit, client, 5, invoice, currency="USD").field == "currency"
    assert refusal(credit, client, 5, invoice, issued_on=TODAY() - 11 * DAY).field == "issued_on"


def test_cancelled_invoice_owes_nothing_and_needs_to_be_free_of_money():
    client = make.client()
    paid, _created = issue(client)
    payment, _created = pay(paid, 10)
    refusal(service.cancel_invoice, invoice=paid, by=None, reason="x")
    service.reverse_payment(payment=payment, by=None, reason="Wrong")
    service.cancel_invoice(invoice=paid, by=None, reason="Issued twice")
    service.cancel_invoice(invoice=paid, by=None, reason="Again")
    paid.refresh_from_db()
    assert (paid.state, paid.cancel_reason, paid.outstanding) == ("cancelled", "Issued twice", 0)
    assert kinds(client).count("invoice_cancelled") == 1


def test_cancelled_credit_note_gives_the_amount_back():
    client = make.client()
    invoice, _created = issue(client)
    note, _created = credit(client, 50, invoice)
    refusal(service.cancel_invoice, invoice=invoice, by=None, reason="x")
    service.cancel_invoice(invoice=note, by=None, reason="Not agreed after all")
    invoice.refresh_from_db()
    assert (invoice.credited, invoice.outstanding) == (0, 110)


def test_dispute_is_settled_and_may_come_again():
    client = make.client()
    invoice, _created = issue(client)
    service.dispute_invoice(invoice=invoice, by=None, reason="Two pieces were missing")
    assert list(Invoice.objects.disputed()) == [invoice]
    refusal(service.dispute_invoice, invoice=invoice, by=None, reason="Again")
    for _again in range(2):
        service.settle_dispute(invoice=invoice, by=None, outcome="Delivered since")
    assert not Invoice.objects.disputed().exists()
    service.dispute_invoice(invoice=invoice, by=None, reason="The price")
    assert Invoice.objects.disputed().get().dispute_reason == "The price"
    assert kinds(client) == ["invoice_issued", "disputed", "dispute_settled", "disputed"]


# --- Edits ----------------------------------------------------------------------------------------------------


def edit(invoice, version=1, **changes):
    return service.edit_invoice(invoice=invoice, version=version, changes=values(**changes), by=None)


def test_edit_needs_the_version_that_was_shown():
    invoice, _created = issue(make.client())
    saved = edit(invoice, note="Sent by courier")
    assert (saved.version, saved.note) == (2, "Sent by courier")
    assert edit(invoice, note="Sent by courier").version == 2  # sent twice
    with pytest.raises(EditConflict):
        edit(invoice, note="Sent by mail")
    invoice.refresh_from_db()
    assert invoice.note == "Sent by courier"


def test_edit_agrees_with_what_was_paid():
    invoice, _created = issue(make.client())
    pay(invoice, 60, on=TODAY() - 5 * DAY)
    assert refusal(edit, invoice, amount=Decimal(59)).field == "amount"
    assert refusal(edit, invoice, currency="USD").field == "currency"
    assert refusal(edit, invoice, issued_on=TODAY() - 4 * DAY).field == "issued_on"
    assert edit(invoice, amount=Decimal(60), issued_on=TODAY() - 5 * DAY).amount == 60
    invoice.refresh_from_db()
    assert invoice.outstanding == 0
    assert Client.objects.get().health_stale_since is not None


def test_cancelled_invoice_is_not_edited():
    invoice, _created = issue(make.client())
    service.cancel_invoice(invoice=invoice, by=None, reason="x")
    assert refusal(edit, invoice, note="y").field is None
