"""Money that came in, and money that was promised."""

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.templatetags.tend import day, money
from clients.forms.receivable import PaymentForm, PromiseForm, ReasonForm
from clients.models import Client, Invoice, Payment, PaymentPromise
from clients.services import promises, receivables

from .edit import posted
from .receivable_sheets import Sheet, answer_sheet, invoice_url, receivables_url
from .scope import fetch_changeable


def payment_new(request, invoice_id):
    """Money for one invoice, offered in full; 422 naming what is outstanding when it is too much."""
    invoice = fetch_changeable(Invoice.objects.select_related("client"), request.user, invoice_id)
    form = PaymentForm(posted(request), initial={"amount": invoice.outstanding or None})
    left = money(invoice.outstanding, invoice.currency)
    sheet = Sheet(
        title=_("Payment for %(number)s") % {"number": invoice.number},
        note=_("%(amount)s outstanding") % {"amount": left},
        action=reverse("clients:payment_new", args=[invoice.pk]),
        submit=_("Record"),
        back=invoice_url(invoice),
    )

    def write(form):
        values = dict(form.cleaned_data)
        key = values.pop("idempotency_key")
        payment, _created = receivables.record_payment(
            invoice=invoice, by=request.user, idempotency_key=key, **values
        )
        return _("%(amount)s is recorded.") % {"amount": money(payment.amount, invoice.currency)}

    return answer_sheet(request, invoice.client, form, sheet, write)


def payment_reversal(request, payment_id):
    """Takes back a payment that was a mistake or did not arrive; it stays in sight with the reason."""
    rows = Payment.objects.select_related("client", "invoice")
    payment = fetch_changeable(rows, request.user, payment_id)
    amount = money(payment.amount, payment.invoice.currency)
    sheet = Sheet(
        title=_("Reverse the payment of %(amount)s") % {"amount": amount},
        note=f"{payment.invoice.number} · {day(payment.received_on)}",
        action=reverse("clients:payment_reversal", args=[payment.pk]),
        submit=_("Reverse"),
        back=invoice_url(payment.invoice),
    )

    def write(form):
        receivables.reverse_payment(payment=payment, by=request.user, reason=form.cleaned_data["reason"])
        return _("The payment of %(amount)s is reversed.") % {"amount": amount}

    return answer_sheet(request, payment.client, ReasonForm(posted(request)), sheet, write)


def promise_new(request, client_id):
    """A promise of the client that names no invoice."""
    client = fetch_changeable(Client.objects.all(), request.user, client_id)
    action = reverse("clients:promise_new", args=[client.pk])
    return _promise(request, client, None, action, receivables_url(client))


def invoice_promise(request, invoice_id):
    invoice = fetch_changeable(Invoice.objects.select_related("client"), request.user, invoice_id)
    action = reverse("clients:invoice_promise", args=[invoice.pk])
    return _promise(request, invoice.client, invoice, action, invoice_url(invoice))


def _promise(request, client, invoice, action, back):
    initial = {"amount": invoice.outstanding or None} if invoice else {}
    form = PromiseForm(posted(request), client=client, invoice=invoice, initial=initial)
    note = (
        client.name
        if invoice is None
        else f"{invoice.number} · {money(invoice.outstanding, invoice.currency)}"
    )
    sheet = Sheet(title=_("Promise to pay"), note=note, action=action, submit=_("Save"), back=back)

    def write(form):
        values = dict(form.cleaned_data)
        key = values.pop("idempotency_key")
        row, _created = promises.make_promise(
            client=client, by=request.user, idempotency_key=key, values=values, invoice=invoice
        )
        facts = {"amount": money(row.amount, row.currency), "day": day(row.promised_for)}
        return _("%(amount)s promised for %(day)s.") % facts

    return answer_sheet(request, client, form, sheet, write)


def promise_withdrawal(request, promise_id):
    """The promise stands no more, with the reason; a broken one then comes back to Today no longer."""
    rows = PaymentPromise.objects.select_related("client", "invoice")
    promise = fetch_changeable(rows, request.user, promise_id)
    facts = {"amount": money(promise.amount, promise.currency), "day": day(promise.promised_for)}
    sheet = Sheet(
        title=_("Withdraw the promise"),
        note=_("%(amount)s by %(day)s") % facts,
        action=reverse("clients:promise_withdrawal", args=[promise.pk]),
        submit=_("Withdraw"),
        back=invoice_url(promise.invoice) if promise.invoice else receivables_url(promise.client),
    )

    def write(form):
        promises.withdraw_promise(promise=promise, by=request.user, reason=form.cleaned_data["reason"])
        return _("The promise is withdrawn.")

    return answer_sheet(request, promise.client, ReasonForm(posted(request)), sheet, write)
