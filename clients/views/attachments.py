"""Documents: put to a client or something of theirs, and handed out as downloads, never shown inside a page."""

from functools import partial

from django.core.files.storage import default_storage
from django.db import OperationalError
from django.db.models import Value
from django.http import FileResponse, Http404
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.db import Fold
from accounts.web.answers import written
from accounts.web.forms import PlainForm
from clients.documents import TEXT
from clients.forms.document import DocumentForm, DocumentSearch
from clients.models import Attachment, Client, Contract, Issue, Milestone
from clients.services.attachments import add_document, remove_document

from .edit import posted, refuse_busy
from .intake import back_to
from .panels import answer_form, answer_panel
from .scope import fetch_changeable, fetch_visible
from .sheets import with_status

CHANGED = ("documents-changed",)
SHOWN = 100
# A document is a download: nothing in it may run, load or be framed, whatever a browser makes of it.
SEALED = {
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "private, no-store",
}


def client_documents(request, client_id):
    """All documents of a client, whatever they were put to, the newest first; `q` narrows them by name."""
    client = fetch_visible(Client.objects.all(), request.user, client_id)
    search = DocumentSearch(request.GET)
    asked = search.cleaned_data["q"] if search.is_valid() else ""
    found = client.attachments.all()
    if asked:
        found = found.annotate(folded=Fold("name")).filter(folded__contains=Fold(Value(asked)))
    related = ("uploaded_by", "contract", "milestone__contract", "issue")
    documents = list(found.select_related(*related)[: SHOWN + 1])
    context = {
        "documents": documents[:SHOWN],
        "shown": SHOWN,
        "asked": asked,
        "total": found.count() if len(documents) > SHOWN else len(documents),
        "has_search": asked or len(documents) > SHOWN,
        "search": search,
    }
    template = "clients/delivery/_client_documents.html"
    return answer_panel(request, client, template, context, title=_("Documents"))


def client_document_new(request, client_id):
    client = fetch_changeable(Client.objects.all(), request.user, client_id)
    action = reverse("clients:client_document_new", args=[client.pk])
    return answer_upload(
        request, client, note=client.name, action=action, back=_back_to_all(client), keep=add_document
    )


def contract_document_new(request, contract_id):
    contract = fetch_changeable(Contract.objects.select_related("client"), request.user, contract_id)
    return _put(request, contract, "contract", contract.number)


def milestone_document_new(request, milestone_id):
    milestone = fetch_changeable(Milestone.objects.select_related("client"), request.user, milestone_id)
    return _put(request, milestone, "milestone", milestone.title)


def issue_document_new(request, issue_id):
    issue = fetch_changeable(Issue.objects.select_related("client"), request.user, issue_id)
    return _put(request, issue, "issue", issue.title)


def _put(request, row, place, note):
    """The upload form of one place ("contract", "milestone" or "issue")."""
    action, keep = (
        reverse(f"clients:{place}_document_new", args=[row.pk]),
        partial(add_document, **{place: row}),
    )
    return answer_upload(request, row.client, note=note, action=action, back=_back(place, row), keep=keep)


def answer_upload(request, client, *, note, action, back, keep):
    """The upload form. What passes goes to `keep(client=, upload=, document=, by=)`, which returns the Attachment."""
    form = DocumentForm(posted(request), request.FILES if request.method == "POST" else None)
    status = None
    if form.is_valid():
        upload = form.cleaned_data["file"]
        try:
            kept = keep(client=client, upload=upload, document=upload.document, by=request.user)
        except OperationalError as error:
            refuse_busy(form, error)
            status = 409
        else:
            text = _said(_("Kept: %(name)s"), kept)
            return written(request, text, events=CHANGED, client=client, back=back)
    context = {"client": client, "title": _("New document"), "note": note, "action": action, "back": back}
    return with_status(answer_form(request, form, "clients/delivery/_form.html", context), status)


def _back_to_all(client):
    return f"{client.get_absolute_url()}?tab=documents"


def _back(place, row):
    if place == "issue":
        return reverse("clients:issue_documents", args=[row.pk])
    if place == "contract":
        return reverse("clients:contract_delivery", args=[row.pk])
    return back_to(row.client)


def _said(text, document):
    """With its name, cut: it travels in a header."""
    name = document.name
    return text % {"name": name if len(name) <= 80 else f"{name[:79]}…"}


def issue_documents(request, issue_id):
    """The documents of an issue, for its page."""
    issue = fetch_visible(Issue.objects.select_related("client"), request.user, issue_id)
    issue.client.may_change = issue.may_change
    context = {"issue": issue, "documents": issue.attachments.select_related("uploaded_by")}
    template = "clients/delivery/_issue_documents.html"
    return answer_panel(request, issue.client, template, context, title=_("Documents"))


def attachment(request, attachment_id):
    """The document as a download under its own name."""
    row = fetch_visible(Attachment.objects.all(), request.user, attachment_id)
    try:
        content = default_storage.open(row.file.name)
    except FileNotFoundError:
        raise Http404 from None
    content_type = f"{TEXT}; charset=utf-8" if row.content_type == TEXT else row.content_type
    answer = FileResponse(content, as_attachment=True, filename=row.name, content_type=content_type)
    for header, value in SEALED.items():
        answer[header] = value
    return answer


def attachment_delete(request, attachment_id):
    """Asks first; then the row goes, and the file with it once that is certain."""
    related = ("client", "contract", "milestone", "issue")
    row = fetch_changeable(Attachment.objects.select_related(*related), request.user, attachment_id)
    place = next((name for name in related[1:] if getattr(row, name) is not None), None)
    back = _back(place, getattr(row, place)) if place else _back_to_all(row.client)
    form, status = PlainForm(posted(request)), None
    if form.is_valid():
        try:
            remove_document(attachment=row)
        except OperationalError as error:
            refuse_busy(form, error)
            status = 409
        else:
            text = _said(_("Deleted: %(name)s"), row)
            return written(request, text, events=CHANGED, client=row.client, back=back)
    context = {
        "client": row.client,
        "title": _("Delete this document?"),
        "note": row.name,
        "action": reverse("clients:attachment_delete", args=[row.pk]),
        "back": back,
    }
    return with_status(answer_form(request, form, "clients/delivery/_confirm.html", context), status)
