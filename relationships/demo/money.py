"""The demo's receivables: an invoice for each won deal, paid as the client pays; disputes, promises, exchange rates."""

import datetime
from decimal import Decimal

from django.utils import timezone

from clients.models import Contact, ContactRole, Deal, ExchangeRate, Invoice, Payment, PaymentPromise

from . import care_words as words
from .sales import VND_FOR_A_USD
from .stories import EN, VI

DAY = datetime.timedelta(days=1)
VAT = Decimal("0.1")
TERM_DAYS = 30
# (fewest, most) days from issue to payment, and the share of recent invoices that is still open past its day.
PAYS = {
    "healthy": (12, 33, 0),
    "growing": (10, 31, 0),
    "recovered": (20, 38, 0.05),
    "new": (15, 30, 0),
    "slipping": (25, 48, 0.15),
    "neglected": (28, 55, 0.2),
    "souring": (35, 80, 0.55),
    "lost": (35, 90, 0.4),
}
RECENT_DAYS = 120


def create_money(firms, users, rng, today):
    """Writes invoices, payments, disputes, promises and rates. Returns the number of invoices."""
    by_client = {firm.row.pk: firm for firm in firms}
    deals = Deal.objects.filter(stage="won", client__in=by_client).order_by("closed_on", "pk")
    invoices = [_invoice(deal, by_client[deal.client_id], place, today) for place, deal in enumerate(deals)]
    payments = []
    for invoice in invoices:
        payments += _payments(invoice, by_client[invoice.client_id], rng, today)
    Invoice.objects.bulk_create(invoices, batch_size=2_000)
    for payment in payments:
        payment.invoice_id = payment.invoice.pk
    Payment.objects.bulk_create(payments, batch_size=2_000)
    _create_promises(invoices, by_client, users, today)
    _create_rates(today)
    return len(invoices)


def _invoice(deal, firm, place, today):
    tax = (deal.amount * VAT).quantize(Decimal("0.01") if deal.currency != "VND" else Decimal(1))
    return Invoice(
        client_id=deal.client_id,
        number=f"INV-{deal.closed_on.year}-{place + 1:05}",
        issued_on=deal.closed_on,
        due_on=deal.closed_on + DAY * TERM_DAYS,
        amount=deal.amount + tax,
        tax=tax,
        currency=deal.currency,
        source="demo",
        source_ref=f"invoice {deal.source_ref}",
    )


def _payments(invoice, firm, rng, today):
    """What came in by today: usually all at once, now and then in two parts; nothing where it is stuck."""
    fewest, most, stuck = PAYS.get(firm.profile, (15, 35, 0))
    recent = (today - invoice.issued_on).days <= RECENT_DAYS
    if recent and rng.random() < stuck:
        if rng.random() < 0.25:
            invoice.disputed_on = min(today, invoice.due_on + DAY * 5)
            invoice.dispute_reason = words.DISPUTES[VI if firm.is_vietnamese else EN]
        return []
    paid_on = invoice.issued_on + DAY * rng.randint(fewest, most)
    parts = [(paid_on, invoice.amount)]
    if rng.random() < 0.06:
        first = (invoice.amount * Decimal("0.4")).quantize(Decimal(1))
        parts = [(paid_on, first), (paid_on + DAY * 15, invoice.amount - first)]
    rows = [
        Payment(client_id=invoice.client_id, invoice=invoice, received_on=on, amount=amount)
        for on, amount in parts
        if on <= today and amount > 0
    ]
    invoice.paid = sum((row.amount for row in rows), Decimal(0))
    return rows


def _create_promises(invoices, by_client, users, today):
    """Every third client with late money has promised: some for a day to come, some broke their word."""
    oldest = {}
    for invoice in invoices:
        open_amount = invoice.amount - invoice.paid
        if open_amount > 0 and invoice.due_on < today and not invoice.disputed_on:
            oldest.setdefault(invoice.client_id, (invoice, open_amount))
    rows = []
    late = [entry for entry in oldest.items() if by_client[entry[0]].lead]
    for place, (client_id, (invoice, amount)) in enumerate(late[::3]):
        firm = by_client[client_id]
        broken = place % 2 == 0
        promised_on = max(invoice.due_on, today - DAY * 10)
        promised_for = max(promised_on, today - DAY * 2) if broken else today + DAY * 4
        accountant = Contact.objects.filter(client_id=client_id, role=ContactRole.FINANCE).first()
        rows.append(
            PaymentPromise(
                client_id=client_id,
                invoice=invoice,
                amount=amount,
                currency=invoice.currency,
                promised_on=promised_on,
                promised_for=promised_for,
                contact=accountant,
                status="broken" if broken else "open",
                broken_on=promised_for + DAY if broken else None,
                note=words.PROMISE_NOTES[VI if firm.is_vietnamese else EN],
                recorded_by=users[firm.lead],
                created_at=timezone.now(),
            )
        )
    PaymentPromise.objects.bulk_create(rows)


def _create_rates(today):
    """The dollar in dong on the first of each of the last 36 months; made up like the rest of the demo."""
    first, rows = today.replace(day=1), []
    for back in range(36):
        rows.append(
            ExchangeRate(currency="USD", valid_from=first, rate=Decimal(VND_FOR_A_USD + 40 * (12 - back)))
        )
        first = (first - DAY).replace(day=1)
    ExchangeRate.objects.bulk_create(rows)
