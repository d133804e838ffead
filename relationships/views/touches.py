"""One touch after it was logged: taken back, edited, its history, and what it gave back."""

from django.core.exceptions import PermissionDenied
from django.db import OperationalError
from django.http import Http404, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.web.answers import refused, written
from accounts.web.htmx import uncached, wants_fragment
from clients.models import Client
from clients.services.editing import EditConflict
from clients.views.edit import Conflict, posted, refuse_busy
from clients.views.scope import fetch_changeable, fetch_visible
from relationships.forms_touch import PaybackForm, TouchForm, differences, take_chosen
from relationships.models import Interaction
from relationships.payback import health_line, others_who_know
from relationships.services.touch_changes import TooLate, edit_interaction, take_back_interaction
from relationships.touch_history import changes_of

EVENTS = ("interaction-logged", "follow-ups-changed")
TAKEN_BACK = (*EVENTS, "log-taken-back")


def _fetch(request, interaction_id, fetch):
    touches = Interaction.objects.select_related("client", "author")
    return fetch(touches, request.user, interaction_id)


# --- Taking it back ---------------------------------------------------------------------------------------------------


def touch_undo(request, interaction_id):
    """Takes a touch back that was just logged: 403 for others than its author, 409 when it is too late. A second click
    finds it gone and says so."""
    client = _taken_back(request.user, interaction_id)
    if client is None:
        touch = _fetch(request, interaction_id, fetch_changeable)
        client = touch.client
        if request.method != "POST":  # after the fetch: outside one's portfolio every method is a 404
            return HttpResponseNotAllowed(["POST"])
        if touch.author_id != request.user.pk:
            raise PermissionDenied
        try:
            take_back_interaction(interaction=touch, by=request.user)
        except TooLate:
            text = _("It is on record by now. Edit it in the timeline instead.")
            return refused(request, text, back=client.get_absolute_url())
    elif request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    text = _("Taken back. Nothing of it counts any more.")
    return written(request, text, events=TAKEN_BACK, client=client, back=client.get_absolute_url())


def _taken_back(user, interaction_id):
    """The client of a touch that its author has taken back already, or None. One query where it is still there."""
    if Interaction.objects.filter(pk=interaction_id).exists():
        return None
    gone = Interaction.pgh_event_model.objects.filter(pgh_label="delete", author_id=user.pk)
    row = gone.filter(pgh_obj_id=interaction_id).values("client_id").first()
    if row is None:
        raise Http404
    return fetch_changeable(Client.objects, user, row["client_id"])


# --- Editing it -------------------------------------------------------------------------------------------------------


def touch_edit(request, interaction_id):
    """The touch in the sheet, or saved: 422 with what was typed, 409 with both versions after somebody else's edit."""
    touch = _fetch(request, interaction_id, fetch_changeable)
    if request.method not in ("GET", "HEAD", "POST"):
        return HttpResponseNotAllowed(["GET", "HEAD", "POST"])
    data = posted(request)
    form = TouchForm(data if data is None else take_chosen(data, touch), touch=touch)
    if not form.is_valid():
        return _sheet(request, touch, form, 422 if form.is_bound else 200)
    try:
        saved = edit_interaction(
            interaction=touch,
            version=form.cleaned_data["version"],
            changes=form.values(),
            contacts=list(form.cleaned_data["contacts"]),
        )
    except EditConflict as conflict:
        return _conflict(request, touch, form, conflict.saved)
    except OperationalError as error:
        refuse_busy(form, error)
        return _sheet(request, touch, form, 409)
    client = touch.client
    text = _("%(kind)s of %(client)s is saved.") % {"kind": saved.get_kind_display(), "client": client.name}
    return written(request, text, events=EVENTS, client=client, back=client.get_absolute_url())


def _sheet(request, touch, form, status):
    context = {"touch": touch, "client": touch.client, "form": form, "title": _("Edit the contact")}
    return _answer(request, "relationships/touches/_edit_sheet.html", context, status)


def _conflict(request, touch, form, saved):
    """Both versions side by side; what was typed travels along, hidden, and saving again saves the choice."""
    form.data = form.data.copy()
    form.data["version"] = saved.version
    events = saved.events.order_by("-pgh_id")
    opened = events.filter(version=form.cleaned_data["version"]).first()
    last = events.select_related("pgh_context").first()
    metadata = last.pgh_context.metadata if last and last.pgh_context else {}
    by = User.objects.filter(pk=metadata.get("user")).values_list("name", flat=True).first()
    context = {
        "title": _("Two versions of this contact"),
        "note": touch.client.name,
        "action": reverse("relationships:touch_edit", args=[touch.pk]),
        "form": form,
        "conflict": Conflict(
            differences(form, saved, opened), by or "", last.pgh_created_at if last else None
        ),
        "hidden": [field.as_hidden() for field in form if not field.is_hidden],
    }
    return _answer(request, "clients/_conflict_sheet.html", context, 409)


def touch_history(request, interaction_id):
    """Every edit of a touch: who, when, and what it said before."""
    touch = _fetch(request, interaction_id, fetch_visible)
    if request.method not in ("GET", "HEAD"):
        return HttpResponseNotAllowed(["GET", "HEAD"])
    context = {
        "touch": touch,
        "client": touch.client,
        "changes": changes_of(touch),
        "title": _("History of the contact"),
    }
    return _answer(request, "relationships/touches/_history.html", context)


def _answer(request, template, context, status=200):
    """The template in the sheet, or as a page of its own."""
    if not wants_fragment(request):
        context = context | {"sheet_template": template, "own_page": True}
        template = "clients/sheet_page.html"
    return uncached(render(request, template, context, status=status))


# --- What it gave back ------------------------------------------------------------------------------------------------


def touch_payback(request, interaction_id):
    """What the toast of a log shows below its words. The line of the health asks again until the touch is scored: 204
    while it waits."""
    touches = Interaction.objects.select_related("client__health__model")
    touch = fetch_visible(touches, request.user, interaction_id)
    if request.method not in ("GET", "HEAD"):
        return HttpResponseNotAllowed(["GET", "HEAD"])
    client = touch.client
    if not wants_fragment(request):
        return redirect(client)
    form = PaybackForm(request.GET)
    asked = form.cleaned_data if form.is_valid() else {}
    health = health_line(client, asked.get("was"))
    context = {"touch": touch, "client": client, "health": health, "was": asked.get("was")}
    if asked.get("health"):
        if health and health.is_waiting:
            return uncached(HttpResponse(status=204))
        return uncached(render(request, "relationships/touches/_payback_health.html", context))
    context["knows"] = others_who_know(client, request.user)
    return uncached(render(request, "relationships/touches/_payback.html", context))
