"""Screens of receivables: panel, invoice page, each sheet as page and under htmx, two editors at once."""

import datetime
import json
import uuid

import pytest
from django.db import OperationalError
from django.urls import reverse
from django.utils import timezone
from psycopg.errors import LockNotAvailable

from clients.models import DunningStep, Invoice, Payment, PaymentPromise
from clients.services import receivables as service
from tests import factories as make

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)


def today():
    return timezone.localdate()


def url(name, row):
    return reverse(f"clients:{name}", args=[row.pk])


def text_of(answer):
    return answer.content.decode()


def invoice_data(**changes):
    return {
        "idempotency_key": str(uuid.uuid4()),
        "number": "HD-1",
        "issued_on": today().isoformat(),
        "due_on": (today() + 30 * DAY).isoformat(),
        "amount": "110.00",
        "tax": "10",
        "currency": "VND",
    } | changes


def payment_data(**changes):
    return {
        "idempotency_key": str(uuid.uuid4()),
        "amount": "40",
        "received_on": today().isoformat(),
        "method": "transfer",
        "reference": "FT-1",
    } | changes


@pytest.fixture
def invoice(book):
    return make.invoice(book.alpha, amount=100, days_late=35, number="HD-35")


def events(answer):
    return json.loads(answer["HX-Trigger"])


# --- Panel ----------------------------------------------------------------------------------------------------


def test_panel_shows_open_invoices_ageing_and_the_dunning_step(book, as_user, invoice):
    make.invoice(book.alpha, amount=70, number="HD-PAID", issued_ago=40, days_late=10, paid=70)
    panel = text_of(as_user(book.lan, htmx=True).get(url("client_receivables", book.alpha)))
    assert "<html" not in panel and f'id="client-{book.alpha.pk}-receivables"' in panel
    assert "HD-35" in panel and "HD-PAID" not in panel
    assert "35 days late" in panel
    assert "dunning step: Senior or manager (from 30 days)" in panel
    settled = text_of(as_user(book.lan).get(url("client_receivables", book.alpha) + "?show=settled"))
    assert "<html" in settled and "HD-PAID" in settled and "HD-35" not in settled


def test_dunning_waits_for_a_disputed_invoice_and_says_what_comes(book, as_user, invoice):
    Invoice.objects.update(disputed_on=today(), dispute_reason="x")
    browser = as_user(book.lan, htmx=True)
    assert "dunning step" not in text_of(browser.get(url("client_receivables", book.alpha)))
    make.invoice(book.alpha, days_late=8)
    DunningStep.objects.filter(days_late=15).update(days_late=12)
    panel = text_of(browser.get(url("client_receivables", book.alpha)))
    assert "dunning step: Remind (from 7 days)" in panel
    assert "in 4 days: Call" in panel


def test_reader_who_may_not_write_is_offered_nothing(book, as_user, invoice):
    former = make.user("Phúc", team=book.south)
    ended = timezone.now() - 500 * DAY
    make.assignment(book.alpha, former, since_days=900, ended_at=ended, read_until=today() + DAY)
    panel = text_of(as_user(former).get(url("client_receivables", book.alpha)))
    page = text_of(as_user(former).get(url("invoice_page", invoice)))
    assert "HD-35" in panel and "New invoice" not in panel
    assert "HD-35" in page and "Record a payment" not in page


def test_panel_takes_the_same_queries_for_many_rows(book, as_user, django_assert_max_num_queries):
    browser = as_user(book.lan, htmx=True)
    address = url("client_receivables", book.alpha)
    browser.get(address)

    def queries():
        with django_assert_max_num_queries(12) as counted:
            browser.get(address)
        return len(counted)

    def fill():
        row = make.invoice(book.alpha, days_late=5)
        PaymentPromise.objects.create(
            client=book.alpha,
            invoice=row,
            contact=make.contact(book.alpha),
            amount=5,
            promised_on=today(),
            promised_for=today(),
        )

    fill()
    fill()
    few = queries()
    for _n in range(18):
        fill()
    assert queries() == few


def test_panel_pages_through_open_invoices(book, as_user):
    for n in range(25):
        make.invoice(book.alpha, days_late=n, number=f"HD-{n:03}")
    browser = as_user(book.lan, htmx=True)
    answer = browser.get(url("client_receivables", book.alpha))
    page = answer.context["page"]
    assert [row.number for row in page][0] == "HD-024"
    rest = browser.get(url("client_receivables", book.alpha), {"cursor": page.next_cursor}).context["page"]
    assert [row.number for row in rest] == [f"HD-{n:03}" for n in range(4, -1, -1)]


# --- Invoice --------------------------------------------------------------------------------------------------


def test_invoice_is_issued_as_page_and_in_the_sheet(book, as_user):
    browser = as_user(book.lan)
    assert "<html" in text_of(browser.get(url("invoice_new", book.alpha)))
    answer = browser.post(url("invoice_new", book.alpha), invoice_data())
    assert (answer.status_code, answer.url) == (302, f"/clients/{book.alpha.pk}/?tab=receivables")
    sheet = as_user(book.lan, htmx=True)
    assert "<html" not in text_of(sheet.get(url("invoice_new", book.alpha)))
    answer = sheet.post(url("invoice_new", book.alpha), invoice_data(number="HD-2"))
    assert answer.status_code == 204
    assert {"receivables-changed", "care-changed", "toast"} <= set(events(answer))
    assert set(Invoice.objects.values_list("number", "created_by")) == {
        ("HD-1", book.lan.pk),
        ("HD-2", book.lan.pk),
    }


@pytest.mark.parametrize(
    "field, changes",
    [
        ("currency", {"currency": "QQQ"}),
        ("currency", {"currency": ""}),
        ("amount", {"amount": "-5"}),
        ("amount", {"amount": "NaN"}),
        ("amount", {"amount": "1e30"}),
        ("tax", {"tax": "111"}),
        ("due_on", {"due_on": "2020-01-01"}),
        ("due_on", {"due_on": ""}),
        ("issued_on", {"issued_on": "2999-01-01", "due_on": "2999-02-01"}),
        ("number", {"number": "<script>"}),
    ],
)
def test_wrong_invoice_keeps_what_was_typed_and_writes_nothing(book, as_user, field, changes):
    answer = as_user(book.lan, htmx=True).post(url("invoice_new", book.alpha), invoice_data(**changes))
    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    assert not Invoice.objects.exists()


def test_contract_of_another_client_is_no_choice(book, as_user):
    foreign = make.contract(book.omega)
    answer = as_user(book.lan).post(url("invoice_new", book.alpha), invoice_data(contract=foreign.pk))
    assert answer.status_code == 422 and not Invoice.objects.exists()


def test_double_click_issues_once(book, as_user):
    data = invoice_data()
    for _again in range(2):
        assert as_user(book.lan).post(url("invoice_new", book.alpha), data).status_code == 302
    assert Invoice.objects.count() == 1


def test_key_of_another_clients_form_is_refused(book, as_user):
    data = invoice_data()
    browser = as_user(book.admin)
    browser.post(url("invoice_new", book.alpha), data)
    answer = browser.post(url("invoice_new", book.omega), data)
    assert answer.status_code == 422 and Invoice.objects.count() == 1


def test_invoice_page_shows_everything_of_it(book, as_user, invoice):
    make.payment(invoice, amount=40, recorded_by=book.lan, reference="FT-9")
    PaymentPromise.objects.create(
        client=book.alpha, invoice=invoice, amount=60, promised_on=today(), promised_for=today()
    )
    service.issue_credit_note(
        client=book.alpha,
        by=None,
        idempotency_key=uuid.uuid4(),
        invoice=invoice,
        values={
            "number": "CN-7",
            "issued_on": today(),
            "amount": 10,
            "tax": 0,
            "currency": "VND",
            "note": "Agreed",
        },
    )
    page = text_of(as_user(book.lan).get(url("invoice_page", invoice)))
    for words in ("HD-35", "₫50 / ₫100 outstanding", "35 days late", "FT-9", "CN-7", "Record a payment"):
        assert words in page
    fragment = text_of(as_user(book.lan, htmx=True).get(url("invoice_page", invoice)))
    assert "<html" not in fragment and "FT-9" in fragment


def test_credit_note_has_a_page_of_its_own(book, as_user):
    as_user(book.lan).post(
        url("credit_note_new", book.alpha),
        invoice_data(number="CN-1", note="Bonus of the year"),
    )
    note = Invoice.objects.get()
    page = text_of(as_user(book.lan).get(url("invoice_page", note)))
    assert (note.amount, note.kind) == (-110, "credit_note")
    assert "Bonus of the year" in page and "Record a payment" not in page


def edit_data(invoice, **changes):
    return {
        "version": invoice.version,
        "number": invoice.number,
        "issued_on": invoice.issued_on.isoformat(),
        "due_on": invoice.due_on.isoformat(),
        "amount": "100",
        "tax": "0",
        "currency": "VND",
        "note": "",
    } | changes


def test_edit_is_saved_and_the_second_editor_chooses(book, as_user, invoice):
    first, second = as_user(book.lan), as_user(book.senior, htmx=True)
    assert first.post(url("invoice_edit", invoice), edit_data(invoice, amount="120")).status_code == 302
    answer = second.post(url("invoice_edit", invoice), edit_data(invoice, note="Call Ms Hoa"))
    assert answer.status_code == 409
    assert "Two versions of this invoice" in text_of(answer)
    invoice.refresh_from_db()
    assert (invoice.amount, invoice.note, invoice.version) == (120, "", 2)
    chosen = edit_data(invoice, note="Call Ms Hoa") | {"keep-amount": "theirs", "keep-note": "mine"}
    assert second.post(url("invoice_edit", invoice), chosen).status_code == 204
    invoice.refresh_from_db()
    assert (invoice.amount, invoice.note, invoice.version) == (120, "Call Ms Hoa", 3)
    page = as_user(book.senior).post(url("invoice_edit", invoice), edit_data(invoice, version=1))
    assert page.status_code == 409 and "<html" in text_of(page)


def test_edit_below_what_was_paid_is_refused_at_the_amount(book, as_user, invoice):
    make.payment(invoice, amount=40)
    answer = as_user(book.lan).post(url("invoice_edit", invoice), edit_data(invoice, amount="39"))
    assert answer.status_code == 422
    assert "₫40 of it is paid" in answer.context["form"].errors["amount"][0]


# --- Payments, promises, reasons ------------------------------------------------------------------------------


def test_payment_is_recorded_in_part_and_overpaid_is_refused_with_what_is_outstanding(book, as_user, invoice):
    browser = as_user(book.lan, htmx=True)
    shown = browser.get(url("payment_new", invoice))
    assert shown.context["form"]["amount"].value() == 100
    assert browser.post(url("payment_new", invoice), payment_data()).status_code == 204
    answer = browser.post(url("payment_new", invoice), payment_data(amount="60.01"))
    assert answer.status_code == 422
    assert answer.context["form"].errors["amount"] == ["Only ₫60 of this invoice is outstanding."]
    assert 'value="60.01"' in text_of(answer)
    assert Payment.objects.count() == 1


def test_payment_before_the_invoice_or_to_come_is_refused_at_the_day(book, as_user, invoice):
    browser = as_user(book.lan)
    for day in (invoice.issued_on - DAY, today() + DAY):
        answer = browser.post(url("payment_new", invoice), payment_data(received_on=day.isoformat()))
        assert answer.status_code == 422
        assert "received_on" in answer.context["form"].errors
    assert not Payment.objects.exists()


def test_payment_twice_counts_once(book, as_user, invoice):
    data = payment_data(amount="100")
    for _again in range(2):
        assert as_user(book.lan).post(url("payment_new", invoice), data).status_code == 302
    invoice.refresh_from_db()
    assert (Payment.objects.count(), invoice.outstanding) == (1, 0)


def test_every_reason_is_asked_for_and_kept(book, as_user, invoice):
    payment = make.payment(invoice, amount=40)
    promise = PaymentPromise.objects.create(
        client=book.alpha, invoice=invoice, amount=60, promised_on=today(), promised_for=today()
    )
    browser = as_user(book.lan, htmx=True)
    steps = [
        (url("invoice_dispute", invoice), "Two boxes were missing"),
        (url("dispute_settlement", invoice), "Delivered since"),
        (url("promise_withdrawal", promise), "They asked for time"),
        (url("payment_reversal", payment), "Bounced"),
        (url("invoice_cancellation", invoice), "Issued twice"),
    ]
    for address, reason in steps:
        assert browser.post(address, {"reason": " "}).status_code == 422
        assert browser.post(address, {"reason": reason}).status_code == 204, address
    for row in (invoice, promise, payment):
        row.refresh_from_db()
    assert (invoice.dispute_reason, invoice.cancel_reason) == ("Two boxes were missing", "Issued twice")
    assert (promise.status, payment.reverse_reason) == ("withdrawn", "Bounced")
    reasons = {event.kind: event.facts["reason"] for event in book.alpha.care_events.all()}
    assert reasons["dispute_settled"] == "Delivered since"
    assert reasons["promise_withdrawn"] == "They asked for time"


def test_cancelling_a_paid_invoice_says_why_not(book, as_user, invoice):
    make.payment(invoice, amount=40)
    service.refresh_sums([invoice.pk])
    answer = as_user(book.lan, htmx=True).post(url("invoice_cancellation", invoice), {"reason": "Wrong"})
    assert answer.status_code == 422
    assert "There are payments on this invoice" in text_of(answer)


def test_promise_is_made_for_an_invoice_and_for_none(book, as_user, invoice):
    contact = make.contact(book.alpha, "Bà Hoa")
    data = {
        "amount": "60",
        "currency": "VND",
        "promised_on": today().isoformat(),
        "promised_for": (today() + 3 * DAY).isoformat(),
        "contact": contact.pk,
    }
    browser = as_user(book.lan)
    for address in (url("invoice_promise", invoice), url("promise_new", book.alpha)):
        key = {"idempotency_key": str(uuid.uuid4())}
        assert browser.post(address, data | key).status_code == 302
        assert browser.post(address, data | key).status_code == 302  # a double click
    assert set(PaymentPromise.objects.values_list("invoice", "contact")) == {
        (invoice.pk, contact.pk),
        (None, contact.pk),
    }
    assert PaymentPromise.objects.count() == 2
    too_much = data | {"amount": "101", "idempotency_key": str(uuid.uuid4())}
    answer = browser.post(url("invoice_promise", invoice), too_much)
    assert answer.status_code == 422 and "amount" in answer.context["form"].errors


def test_unknown_currency_of_a_promise_is_refused(book, as_user):
    data = {"amount": "60", "currency": "QQQ", "promised_on": today().isoformat()}
    data |= {"promised_for": today().isoformat(), "idempotency_key": str(uuid.uuid4())}
    answer = as_user(book.lan).post(url("promise_new", book.alpha), data)
    assert answer.status_code == 422 and "currency" in answer.context["form"].errors


def test_busy_client_is_said_and_nothing_is_written(book, as_user, invoice, monkeypatch):
    def busy(**_values):
        raise OperationalError("lock timeout") from LockNotAvailable()

    monkeypatch.setattr(service, "record_payment", busy)
    answer = as_user(book.lan, htmx=True).post(url("payment_new", invoice), payment_data())
    assert answer.status_code == 409
    assert "Somebody else is saving this right now" in text_of(answer)
