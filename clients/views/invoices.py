"""One invoice: its page, issuing, editing, disputing and cancelling it, and credit notes."""

from django.db import OperationalError
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts.templatetags.tend import money
from accounts.web.answers import written
from accounts.web.htmx import uncached, wants_fragment
from clients.filters import house_today
from clients.forms.conflict import take_theirs
from clients.forms.receivable import CreditNoteForm, InvoiceEditForm, InvoiceForm, ReasonForm
from clients.models import Client, Invoice
from clients.services import receivables
from clients.services.editing import EditConflict
from clients.services.refusals import Refused

from .edit import posted, refuse_busy
from .panels import answer_form
from .receivable_sheets import CHANGED, Sheet, answer_sheet, invoice_url, receivables_url
from .scope import fetch_changeable, fetch_visible
from .sheets import answer_conflict_sheet

FIELDS_TEMPLATE = "clients/receivables/_invoice_fields.html"


def invoice_page(request, invoice_id):
    """An invoice or a credit note with its payments, credit notes and promises. Four queries more."""
    today = house_today()
    rows = Invoice.objects.with_age(today).select_related("client", "contract", "milestone", "credits")
    invoice = fetch_visible(rows, request.user, invoice_id)
    payments = invoice.payments.select_related("recorded_by")
    context = {
        "invoice": invoice,
        "client": invoice.client,
        "may_change": invoice.may_change,
        "payments": payments,
        "credit_notes": invoice.credit_notes.all(),
        "promises": invoice.promises.select_related("contact"),
        "today": today,
    }
    template = "_invoice.html" if wants_fragment(request) else "invoice_page.html"
    return uncached(render(request, f"clients/receivables/{template}", context))


def invoice_new(request, client_id):
    client = fetch_changeable(Client.objects.all(), request.user, client_id)
    form = InvoiceForm(posted(request), instance=Invoice(client=client))
    sheet = Sheet(
        title=_("New invoice"),
        note=client.name,
        action=reverse("clients:invoice_new", args=[client.pk]),
        submit=pgettext("invoice", "Issue"),
        back=receivables_url(client),
        fields_template=FIELDS_TEMPLATE,
    )

    def write(form):
        key = form.cleaned_data["idempotency_key"]
        invoice, _created = receivables.issue_invoice(
            client=client, by=request.user, idempotency_key=key, values=form.values()
        )
        return _("Invoice %(number)s is issued.") % {"number": invoice.number}

    return answer_sheet(request, client, form, sheet, write)


def invoice_edit(request, invoice_id):
    """An edit; the second of two editors chooses between both versions (409)."""
    invoice = fetch_changeable(Invoice.objects.select_related("client"), request.user, invoice_id)
    number = invoice.number
    if request.method != "POST":
        return _show_edit(request, invoice, InvoiceEditForm(instance=invoice), number)
    data = take_theirs(request.POST, InvoiceEditForm(instance=invoice))
    form = InvoiceEditForm(data, instance=invoice)
    if not form.is_valid():
        return _show_edit(request, invoice, form, number)
    version, changes = form.cleaned_data["version"], form.values()
    try:
        receivables.edit_invoice(invoice=invoice, version=version, changes=changes, by=request.user)
    except EditConflict as conflict:
        return _show_conflict(request, form, conflict.saved)
    except Refused as refused:
        form.add_error(refused.field, refused.text)
        return _show_edit(request, invoice, form, number)
    except OperationalError as error:
        refuse_busy(form, error)
        return _show_edit(request, invoice, form, number)
    text = _("Invoice %(number)s is saved.") % {"number": changes["number"]}
    return written(request, text, events=CHANGED, client=invoice.client, back=invoice_url(invoice))


def _show_edit(request, invoice, form, number):
    context = {
        "title": _("Edit invoice"),
        "note": number,
        "action": reverse("clients:invoice_edit", args=[invoice.pk]),
        "submit": _("Save"),
        "back": invoice_url(invoice),
        "fields_template": FIELDS_TEMPLATE,
    }
    return answer_form(request, form, "components/_sheet_form.html", context)


def _show_conflict(request, form, saved):
    context = {
        "title": _("Two versions of this invoice"),
        "note": saved.number,
        "action": reverse("clients:invoice_edit", args=[saved.pk]),
    }
    return answer_conflict_sheet(request, form, saved, context)


def invoice_cancellation(request, invoice_id):
    sheet = {
        "title": _("Cancel %(number)s"),
        "submit": _("Cancel it"),
        "said": _("%(number)s is cancelled."),
        "route": "clients:invoice_cancellation",
    }
    return _with_reason(request, invoice_id, receivables.cancel_invoice, **sheet)


def invoice_dispute(request, invoice_id):
    sheet = {
        "title": _("%(number)s is disputed"),
        "submit": _("Save"),
        "said": _("%(number)s is marked as disputed: nobody is chased for it."),
        "route": "clients:invoice_dispute",
        "label": _("What the client does not accept"),
    }
    return _with_reason(request, invoice_id, receivables.dispute_invoice, **sheet)


def dispute_settlement(request, invoice_id):
    sheet = {
        "title": _("Settle the dispute about %(number)s"),
        "submit": _("Settle"),
        "said": _("The dispute about %(number)s is settled."),
        "route": "clients:dispute_settlement",
        "label": _("Outcome"),
        "named": "outcome",
    }
    return _with_reason(request, invoice_id, receivables.settle_dispute, **sheet)


def _with_reason(request, invoice_id, service, *, title, submit, said, route, label=None, named="reason"):
    """A sheet with one text, which the service takes as `named`."""
    invoice = fetch_changeable(Invoice.objects.select_related("client"), request.user, invoice_id)
    number = {"number": invoice.number}
    sheet = Sheet(
        title=title % number,
        note=invoice.client.name,
        action=reverse(route, args=[invoice.pk]),
        submit=submit,
        back=invoice_url(invoice),
    )

    def write(form):
        service(invoice=invoice, by=request.user, **{named: form.cleaned_data["reason"]})
        return said % number

    return answer_sheet(request, invoice.client, ReasonForm(posted(request), label=label), sheet, write)


def credit_note_new(request, client_id):
    """A credit note without an invoice: it stands as a credit not applied."""
    client = fetch_changeable(Client.objects.all(), request.user, client_id)
    action = reverse("clients:credit_note_new", args=[client.pk])
    return _credit(request, client, None, action, receivables_url(client))


def invoice_credit_note(request, invoice_id):
    invoice = fetch_changeable(Invoice.objects.select_related("client"), request.user, invoice_id)
    action = reverse("clients:invoice_credit_note", args=[invoice.pk])
    return _credit(request, invoice.client, invoice, action, invoice_url(invoice))


def _credit(request, client, invoice, action, back):
    form = CreditNoteForm(posted(request), client=client, invoice=invoice)
    note = client.name
    if invoice is not None:
        left = money(invoice.amount - invoice.paid - invoice.credited, invoice.currency)
        note = _("For %(number)s, of which %(amount)s is left") % {"number": invoice.number, "amount": left}
    sheet = Sheet(
        title=_("Credit note"), note=note, action=action, submit=pgettext("invoice", "Issue"), back=back
    )

    def write(form):
        values = dict(form.cleaned_data)
        key = values.pop("idempotency_key")
        row, _created = receivables.issue_credit_note(
            client=client, by=request.user, idempotency_key=key, values=values, invoice=invoice
        )
        return _("Credit note %(number)s is issued.") % {"number": row.number}

    return answer_sheet(request, client, form, sheet, write)
