"""What one client owes: the panel of its page, and the statement of account."""

from django.core.exceptions import BadRequest
from django.db.models import DateField, F, Q, Value
from django.db.models.functions import Coalesce
from django.http import HttpResponse
from django.utils.http import content_disposition_header
from django.utils.text import slugify
from django.utils.translation import gettext as _

from accounts.web.pagination import keyset_page
from clients.dunning import dunning_of
from clients.filters import house_today
from clients.forms.receivable import InvoicesForm, StatementForm
from clients.models import Client, InvoiceKind, InvoiceState, PromiseStatus
from clients.receivable_board import NO_DUE_DAY, receivables_board
from clients.services.revenue import revenue_left_out
from clients.statements import render_statement

from .panels import answer_panel
from .scope import fetch_visible

INVOICES_SHOWN = 20


def client_receivables(request, client_id):
    """What is open with its ageing, the oldest first, or what is settled; promises and credits. Seven queries more."""
    client, today = fetch_visible(Client.objects.all(), request.user, client_id), house_today()
    form = InvoicesForm(request.GET)
    asked = form.cleaned_data if form.is_valid() else {}
    show = asked.get("show", InvoicesForm.OPEN)
    board = receivables_board(Client.objects.filter(pk=client.pk), today=today)
    context = {
        "totals": board.totals,
        "open_count": board.invoices,
        "show": show,
        "page": _invoices(client, show, asked.get("cursor", ""), today),
        "dunning": dunning_of(client, today),
        "promises": _standing_promises(client),
        "credits": _credits_not_applied(client),
        "left_out": revenue_left_out(client),
        "today": today,
    }
    return answer_panel(request, client, "clients/receivables/_panel.html", context, title=_("Receivables"))


def statement(request, client_id):
    """The statement of account as a download, in the language asked for, else the reader's. Nothing is mailed."""
    client = fetch_visible(Client.objects.all(), request.user, client_id)
    form = StatementForm(request.GET)
    if not form.is_valid():
        raise BadRequest("No such language or day")
    day, language = form.cleaned_data["on"], form.cleaned_data["language"] or request.user.language
    name = f"{slugify(client.name) or client.pk}-{day.isoformat()}.pdf"
    headers = {
        "Content-Disposition": content_disposition_header(True, name),
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
    }
    pdf = render_statement(client, day, language=language)
    return HttpResponse(pdf, content_type="application/pdf", headers=headers)


def _invoices(client, show, cursor, today):
    rows = client.invoices.with_age(today)
    if show == InvoicesForm.SETTLED:
        rows, keys = rows.exclude(outstanding__gt=0), ["-issued_on", "-id"]
    else:
        last = Coalesce(F("due_on"), Value(NO_DUE_DAY), output_field=DateField())
        rows, keys = rows.open().annotate(falls_due=last), ["falls_due", "id"]
    return keyset_page(rows, keys=keys, cursor=cursor, size=INVOICES_SHOWN)


def _standing_promises(client):
    standing = Q(status=PromiseStatus.OPEN) | Q(status=PromiseStatus.BROKEN, settled_on__isnull=True)
    rows = client.payment_promises.filter(standing).select_related("invoice", "contact")
    return rows.order_by("promised_for", "pk")


def _credits_not_applied(client):
    rows = client.invoices.filter(kind=InvoiceKind.CREDIT_NOTE, credits__isnull=True)
    return rows.filter(state=InvoiceState.ISSUED).order_by("-issued_on", "-pk")
