"""The bell, the list under it, and marking what was read."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import trigger_client_event

from accounts.web import errors
from accounts.web.htmx import uncached, wants_fragment
from relationships import reminders as reads
from relationships.forms_reminders import BellForm, ReadForm, RemindersForm
from relationships.services.deliveries import mark_all_read, mark_read


@require_safe
def bell(request):
    """The count at the bell, asked for after the page and each minute; 204 while it is what the page shows.

    At most two queries beside session and reader.
    """
    form = BellForm(request.GET)
    shown = form.cleaned_data["shown"] if form.is_valid() else ""
    now = reads.bell_of(request.user)
    if shown == now.state and "shown" in request.GET:
        return uncached(HttpResponse(status=204))
    return uncached(render(request, "relationships/reminders/_bell_counts.html", {"bell": now}))


@require_safe
def reminders(request):
    """What the reader was told, newest first. Four queries at most beside session and reader."""
    form = RemindersForm(request.GET)
    cursor = form.cleaned_data["cursor"] if form.is_valid() else ""
    page = reads.reminders_page(request.user, cursor)
    days = reads.days_of(page, request.user)
    unread = [entry for _day, entries in days for entry in entries if entry.is_unread]
    context = {
        "page": page,
        "days": days,
        "bell": reads.bell_of(request.user),
        "held_up": reads.held_up_mail(request.user),
        "on_show": ",".join(str(entry.delivery.pk) for entry in unread),
        "newest": max((row.pk for row in page), default=None),
        "is_first": not cursor,
    }
    template = "_list" if wants_fragment(request) else "list"
    return uncached(render(request, f"relationships/reminders/{template}.html", context))


@require_POST
def reminders_read(request):
    """Marks the reader's own as read: those that were on show, or all of them. 422 where neither is said."""
    form = ReadForm(request.POST)
    if not form.is_valid():
        return errors.answer(request, 422)
    ids, up_to = form.cleaned_data["ids"], form.cleaned_data["up_to"]
    if ids:
        mark_read(user=request.user, ids=ids)
    else:
        mark_all_read(user=request.user, up_to=up_to)
    if not wants_fragment(request):
        return redirect("relationships:reminders")
    return trigger_client_event(HttpResponse(status=204), "reminders-read", {})
