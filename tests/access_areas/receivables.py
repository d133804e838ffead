"""Receivables: the board, a client's panel and statement, invoices, payments, promises to pay."""

from django.utils import timezone

from clients.models import PaymentPromise
from tests import factories as make

TABLE = """
clients:receivables                    GET     -     200   200   200   200   200   200   200   200   403
clients:receivables_export             GET     -     200   200   200   200   200   200   200   200   403
clients:client_receivables             GET     -     404   404   404   200   200   200   200   200   403
clients:statement                      GET     -     404   404   404   200   200   200   200   200   403
clients:invoice_new                    GET     -     404   404   404   403   200   200   200   200   403
clients:invoice_new                    POST    -     404   404   404   403   422   422   422   422   403
clients:credit_note_new                GET     -     404   404   404   403   200   200   200   200   403
clients:credit_note_new                POST    -     404   404   404   403   422   422   422   422   403
clients:promise_new                    GET     -     404   404   404   403   200   200   200   200   403
clients:promise_new                    POST    -     404   404   404   403   422   422   422   422   403
clients:invoice_page                   GET     -     404   404   404   200   200   200   200   200   403
clients:invoice_edit                   GET     -     404   404   404   403   200   200   200   200   403
clients:invoice_edit                   POST    -     404   404   404   403   422   422   422   422   403
clients:invoice_dispute                GET     -     404   404   404   403   200   200   200   200   403
clients:invoice_dispute                POST    -     404   404   404   403   422   422   422   422   403
clients:dispute_settlement             GET     -     404   404   404   403   200   200   200   200   403
clients:dispute_settlement             POST    -     404   404   404   403   422   422   422   422   403
clients:invoice_cancellation           GET     -     404   404   404   403   200   200   200   200   403
clients:invoice_cancellation           POST    -     404   404   404   403   422   422   422   422   403
clients:invoice_credit_note            GET     -     404   404   404   403   200   200   200   200   403
clients:invoice_credit_note            POST    -     404   404   404   403   422   422   422   422   403
clients:payment_new                    GET     -     404   404   404   403   200   200   200   200   403
clients:payment_new                    POST    -     404   404   404   403   422   422   422   422   403
clients:invoice_promise                GET     -     404   404   404   403   200   200   200   200   403
clients:invoice_promise                POST    -     404   404   404   403   422   422   422   422   403
clients:payment_reversal               GET     -     404   404   404   403   200   200   200   200   403
clients:payment_reversal               POST    -     404   404   404   403   422   422   422   422   403
clients:promise_withdrawal             GET     -     404   404   404   403   200   200   200   200   403
clients:promise_withdrawal             POST    -     404   404   404   403   422   422   422   422   403
"""
WATCHED = ["clients_invoice", "clients_payment", "clients_paymentpromise", "clients_careevent"]


def scene(book):
    """An invoice of Alpha, paid in part, with the rest promised."""
    invoice = make.invoice(book.alpha, amount=100, days_late=10)
    payment = make.payment(invoice, amount=40)
    today = timezone.localdate()
    promise = PaymentPromise.objects.create(
        client=book.alpha,
        invoice=invoice,
        amount=60,
        currency=invoice.currency,
        promised_on=today,
        promised_for=today,
    )
    return {"invoice_id": invoice.pk, "payment_id": payment.pk, "promise_id": promise.pk}
