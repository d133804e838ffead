"""Receivables: what clients owe, their invoices, payments and promises."""

from django.urls import path

from clients.views import client_receivables, invoices, payments, receivables

urlpatterns = [
    path("receivables/", receivables.receivables, name="receivables"),
    path("receivables/export/", receivables.receivables_export, name="receivables_export"),
    path(
        "clients/<int:client_id>/receivables/",
        client_receivables.client_receivables,
        name="client_receivables",
    ),
    path("clients/<int:client_id>/statement/", client_receivables.statement, name="statement"),
    path("clients/<int:client_id>/invoices/new/", invoices.invoice_new, name="invoice_new"),
    path("clients/<int:client_id>/credit-notes/new/", invoices.credit_note_new, name="credit_note_new"),
    path("clients/<int:client_id>/promises/new/", payments.promise_new, name="promise_new"),
    path("invoices/<int:invoice_id>/", invoices.invoice_page, name="invoice_page"),
    path("invoices/<int:invoice_id>/edit/", invoices.invoice_edit, name="invoice_edit"),
    path("invoices/<int:invoice_id>/dispute/", invoices.invoice_dispute, name="invoice_dispute"),
    path(
        "invoices/<int:invoice_id>/dispute/settlement/",
        invoices.dispute_settlement,
        name="dispute_settlement",
    ),
    path(
        "invoices/<int:invoice_id>/cancellation/", invoices.invoice_cancellation, name="invoice_cancellation"
    ),
    path(
        "invoices/<int:invoice_id>/credit-notes/new/",
        invoices.invoice_credit_note,
        name="invoice_credit_note",
    ),
    path("invoices/<int:invoice_id>/payments/new/", payments.payment_new, name="payment_new"),
    path("invoices/<int:invoice_id>/promises/new/", payments.invoice_promise, name="invoice_promise"),
    path("payments/<int:payment_id>/reversal/", payments.payment_reversal, name="payment_reversal"),
    path(
        "payment-promises/<int:promise_id>/withdrawal/",
        payments.promise_withdrawal,
        name="promise_withdrawal",
    ),
]
