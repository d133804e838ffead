"""Notes about a client: writing one, its page, changing, pinning and deleting it."""

from functools import partial

from django.core.exceptions import PermissionDenied
from django.db import OperationalError
from django.http import HttpResponseNotAllowed
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts import access
from accounts.db import is_lock_timeout
from accounts.web.answers import refused, written
from accounts.web.htmx import uncached, wants_fragment
from clients.forms import take_theirs
from clients.models import Client
from clients.services.changes import KeyUsedElsewhere
from clients.services.editing import EditConflict
from clients.views.attachments import answer_upload
from clients.views.edit import posted, refuse_busy
from clients.views.panels import answer_form
from clients.views.scope import fetch_changeable, fetch_visible
from clients.views.sheets import answer_conflict_sheet, with_status
from relationships.forms_notes import NoteDeleteForm, NoteEditForm, NoteForm, PinForm
from relationships.mentions import in_parts
from relationships.models import Note
from relationships.names import first_names
from relationships.services import notes as service

FORM = "relationships/notes/_form.html"
CHANGED = ("notes-changed",)
NAMES_SHOWN = 3


def note_new(request, client_id):
    """422 with what was typed; the same form sent twice counts once."""
    client = fetch_changeable(Client.objects.all(), request.user, client_id)
    form, status = NoteForm(posted(request), instance=Note(client=client)), None
    if form.is_valid():
        values = {name: form.cleaned_data[name] for name in ("text", "pinned", "idempotency_key")}
        try:
            _note, told = service.add_note(client=client, by=request.user, **values)
        except KeyUsedElsewhere:
            form.add_error(None, _("This form is incomplete. Open it again and repeat it."))
        else:
            return _written(request, client, _("The note is kept."), told)
    action = reverse("relationships:note_new", args=[client.pk])
    context = _context(client, request.user, _("New note"), action)
    return with_status(answer_form(request, form, FORM, context), status)


def note(request, note_id):
    """The note with what it said before: where the bell leads to. Four queries beside session and reader."""
    row = _fetch(request, note_id)
    people = list(row.mentioned.all())
    context = {
        "note": row,
        "client": row.client,
        "parts": in_parts(row.text, people),
        "mentioned": people,
        "documents": row.documents.all(),
        "earlier": _earlier(row),
        "may_change": row.may_change,
    }
    template = (
        "relationships/notes/_note.html" if wants_fragment(request) else "relationships/notes/page.html"
    )
    return uncached(render(request, template, context))


def note_edit(request, note_id):
    """Its author alone. 422 with what was typed, 409 with both versions when it was saved meanwhile."""
    row = _fetch(request, note_id)
    if not _may_edit(request.user, row):
        raise PermissionDenied
    context = _context(
        row.client, request.user, _("Edit note"), reverse("relationships:note_edit", args=[row.pk])
    )
    if request.method != "POST":
        return answer_form(request, NoteEditForm(instance=row), FORM, context)
    form = NoteEditForm(take_theirs(request.POST, NoteEditForm(instance=row)), instance=row)
    status = None
    if form.is_valid():
        try:
            _saved, told = service.save_note(note=row, version=form.cleaned_data["version"], **form.values())
        except EditConflict as conflict:
            context["title"] = _("Two versions of this note")
            return answer_conflict_sheet(request, form, conflict.saved, context)
        except OperationalError as error:
            refuse_busy(form, error)
            status = 409
        else:
            return _written(request, row.client, _("The note is saved."), told)
    return with_status(answer_form(request, form, FORM, context), status)


def note_pin(request, note_id):
    """At the top of the client's page, or no longer: for everyone who may change the client."""
    row = fetch_changeable(_rows(), request.user, note_id)
    if request.method != "POST":  # after the fetch: outside one's portfolio every method is a 404
        return HttpResponseNotAllowed(["POST"])
    form, back = PinForm(request.POST), row.client.get_absolute_url()
    if not form.is_valid():
        return refused(request, _("This form is incomplete. Open the page again."), back=back, status=422)
    pinned = form.cleaned_data["pinned"] == "yes"
    try:
        service.pin_note(note=row, pinned=pinned)
    except OperationalError as error:
        if not is_lock_timeout(error):
            raise
        text = _("Somebody else is saving this right now. Nothing was written; try again.")
        return refused(request, text, back=back)
    text = _("Pinned to the top of the page.") if pinned else _("No longer pinned.")
    return written(request, text, events=CHANGED, client=row.client, back=back)


def note_document_new(request, note_id):
    """A document beside the note: for everyone who may change the client."""
    row = fetch_changeable(_rows(), request.user, note_id)
    action, back = (
        reverse("relationships:note_document_new", args=[row.pk]),
        reverse("relationships:note", args=[row.pk]),
    )
    keep = partial(service.attach_document, note=row)
    return answer_upload(request, row.client, note=str(row), action=action, back=back, keep=keep)


def note_delete(request, note_id):
    """Asks first. For its author, and for admins where the author is gone."""
    row = _fetch(request, note_id)
    if not _may_delete(request.user, row):
        raise PermissionDenied
    form, status = NoteDeleteForm(posted(request), initial={"version": row.version}), None
    if form.is_valid():
        try:
            service.delete_note(note=row, version=form.cleaned_data["version"])
        except EditConflict:
            form.add_error(None, _("It was changed meanwhile. Close this, read it again, then delete it."))
            status = 409
        except OperationalError as error:
            refuse_busy(form, error)
            status = 409
        else:
            return _written(request, row.client, _("The note is deleted."), [])
    action = reverse("relationships:note_delete", args=[row.pk])
    context = _context(row.client, None, _("Delete this note?"), action) | {"row": row}
    return with_status(answer_form(request, form, "relationships/notes/_delete.html", context), status)


def _rows():
    return Note.objects.select_related("client", "author")


def _fetch(request, note_id):
    return fetch_visible(_rows(), request.user, note_id)


def _may_edit(user, row):
    """Nobody changes another's words."""
    return row.may_change and row.author_id == user.pk


def _may_delete(user, row):
    return _may_edit(user, row) or (row.may_change and access.may_set_up(user))


def _earlier(row):
    """[(until when, text)] of what the note said before, the newest first; pinning is no new text. One query."""
    found, after = [], row.text
    for event in row.events.filter(pgh_label="update").order_by("-pgh_id"):
        if event.text != after:
            found.append((event.pgh_created_at, event.text))
        after = event.text
    return found


def _context(client, user, title, action):
    """`people` are those whom the note may tell, but for its author."""
    people = service.colleagues_of(client).exclude(pk=user.pk) if user else []
    return {
        "client": client,
        "title": title,
        "note": client.name,
        "action": action,
        "back": client.get_absolute_url(),
        "people": people,
    }


def _written(request, client, text, told):
    """Says what was done and who is told of it."""
    if told:
        names = first_names([person.name for person in told], NAMES_SHOWN)
        told_text = ngettext("%(names)s is told of it.", "%(names)s are told of it.", len(told))
        text = f"{text} {told_text % {'names': names}}"
    return written(request, text, events=CHANGED, client=client, back=client.get_absolute_url())
