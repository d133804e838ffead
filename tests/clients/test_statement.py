"""The statement of account: what is in it, in which language, and what can never be."""

import datetime
import io
import re
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from clients.models import Client, Invoice, PaymentPromise
from clients.statements import render_statement, statement_data
from tests import factories as make

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)
SECRET = "KHÔNG ĐƯỢC LỘ"


def today():
    return timezone.localdate()


def text_of(content):
    reader = PdfReader(io.BytesIO(content))
    return re.sub(r"\s+", " ", " ".join(page.extract_text() for page in reader.pages))


@pytest.fixture
def client():
    """Owes in two currencies, with everything internal filled in."""
    row = make.client("Công ty Thép Việt – Đặng & Ngọc", tax_code="0301234567", note=SECRET)
    late = make.invoice(row, number="HĐ-001", amount=Decimal("1250000"), days_late=35, note=SECRET)
    make.payment(late, amount=Decimal("250000"), days_ago=2, reference=SECRET)
    make.invoice(
        row,
        number="HĐ-002",
        amount=500,
        days_late=-10,
        issued_ago=5,
        disputed_on=today(),
        dispute_reason=SECRET,
    )
    make.invoice(row, number="INV-9", amount=Decimal("18250.75"), currency="USD", days_late=100)
    make.invoice(row, number="HĐ-PAID", amount=70, paid=70, days_late=20)
    make.invoice(
        row, number="HĐ-GONE", amount=70, state="cancelled", cancelled_on=today(), cancel_reason=SECRET
    )
    make.invoice(row, number="CN-5", kind="credit_note", amount=-300, due_on=None, issued_ago=1, note=SECRET)
    PaymentPromise.objects.create(
        client=row,
        invoice=late,
        amount=100_000,
        promised_on=today() - DAY,
        promised_for=today() + 9 * DAY,
        note=SECRET,
    )
    return row


def test_statement_holds_open_invoices_ageing_credits_and_promises(client):
    text = text_of(render_statement(client, today(), language="en"))
    for words in (
        "Công ty Thép Việt – Đặng & Ngọc",
        "HĐ-001",
        "1,000,000",
        "35",
        "18,250.75",
        "CN-5",
        "0301234567",
    ):
        assert words in text, words
    assert "HĐ-PAID" not in text and "HĐ-GONE" not in text
    assert "disputed" in text
    assert "100,000 VND" in text
    assert "Balance: 1,000,200 VND" in text and "Balance: 18,250.75 USD" in text


def test_statement_never_holds_what_is_internal(client):
    for language in ("vi", "en"):
        assert SECRET not in text_of(render_statement(client, today(), language=language))


def test_statement_puts_the_oldest_first_and_its_ageing_adds_up(client):
    make.invoice(client, number="HĐ-000", amount=7, days_late=200)
    group = next(group for group in statement_data(client, today())["groups"] if group["currency"] == "VND")
    assert [row["cells"][0] for row in group["invoices"]] == ["HĐ-000", "HĐ-001", "HĐ-002"]
    assert group["ageing"] == ["500", "0", "1,000,000", "0", "7", "1,000,507"]


def test_statement_writes_numbers_and_days_as_the_language_does(client):
    text = text_of(render_statement(client, today(), language="vi"))
    assert "1.000.000" in text and "18.250,75" in text
    assert f"{today():%d/%m/%Y}" in text


def test_statement_of_a_past_day_counts_the_payments_up_to_it(client):
    late = Invoice.objects.get(number="HĐ-001")
    text = text_of(render_statement(client, today() - 3 * DAY, language="en"))
    assert "1,250,000" in text and "1,000,000" not in text
    assert late.outstanding == 1_000_000


def test_statement_of_nothing_says_so():
    text = text_of(render_statement(make.client("Nobody Ltd"), today(), language="en"))
    assert "Nobody Ltd" in text and "No invoice is open on this day." in text


def test_statement_takes_names_that_look_like_markup():
    row = make.client('#read("/etc/passwd") $x$ *bold*')
    make.invoice(row, number="#HD_1*", amount=5)
    text = text_of(render_statement(row, today(), language="en"))
    assert '#read("/etc/passwd") $x$ *bold*' in text and "root:" not in text


def test_statement_is_a_scoped_download(book, as_user):
    Client.objects.filter(pk=book.alpha.pk).update(name="Thép Việt")
    address = reverse("clients:statement", args=[book.alpha.pk])
    answer = as_user(book.lan).get(address, {"language": "vi"})
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    assert answer["Content-Disposition"] == f'attachment; filename="thep-viet-{today().isoformat()}.pdf"'
    assert answer["Cache-Control"] == "no-store"
    assert as_user(book.olga).get(address).status_code == 404


@pytest.mark.parametrize("query", ["language=fr", "on=2999-01-01", "on=yesterday"])
def test_senseless_statement_is_refused(book, as_user, query):
    address = reverse("clients:statement", args=[book.alpha.pk])
    assert as_user(book.lan).get(f"{address}?{query}").status_code == 400


def test_statement_of_many_invoices_has_many_pages_with_heads(client):
    for n in range(120):
        make.invoice(client, number=f"MANY-{n:03}", amount=5, days_late=n)
    content = render_statement(client, today(), language="en")
    assert len(PdfReader(io.BytesIO(content)).pages) > 2
    text = text_of(content)
    assert all(f"MANY-{n:03}" in text for n in range(120))
