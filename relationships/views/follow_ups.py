"""Follow-ups of one client: the panel on its page, planning one, and done."""

from django.http import HttpResponseNotAllowed
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.templatetags.tend import short_day
from accounts.web.answers import written
from accounts.web.htmx import uncached, wants_fragment
from clients.models import Assignment, Client
from clients.views.scope import fetch_changeable, fetch_visible
from relationships.followups import queue, wording
from relationships.forms import FollowUpForm
from relationships.models import FollowUp, FollowUpRule
from relationships.services.follow_ups import (
    AlreadyPlanned,
    complete_follow_up,
    plan_follow_up,
)

CHANGED = ("follow-ups-changed",)


def follow_up_panel(client):
    """The open follow-ups of a client as the panel shows them. One query."""
    follow_ups = client.follow_ups.open().select_related("assignee").order_by("due_on", "id")
    return queue.items_of(follow_ups, timezone.localdate())


def client_follow_ups(request, client_id):
    """The panel alone, which the client page asks for after each change; a reload leads to the page."""
    client = fetch_visible(Client.objects, request.user, client_id)
    if not wants_fragment(request):
        return redirect("relationships:client_page", client_id)
    context = {"client": client, "panel": follow_up_panel(client), "may_change": client.may_change}
    return uncached(render(request, "relationships/_follow_up_panel.html", context))


def follow_up_new(request, client_id):
    """Plans a follow-up for the client: for oneself, or for the lead when one does not serve the client."""
    client = fetch_changeable(Client.objects, request.user, client_id)
    form = FollowUpForm(request.POST if request.method == "POST" else None, today=timezone.localdate())
    assignee = _assignee(client, request.user)
    if request.method == "POST" and form.is_valid():
        try:
            follow_up = plan_follow_up(
                client=client,
                assignee=assignee,
                due_on=form.chosen_day,
                due_time=form.cleaned_data["due_time"],
                kind=form.cleaned_data["kind"],
                reason=form.cleaned_data["reason"],
                by=request.user,
            )
        except AlreadyPlanned as planned:
            day = short_day(planned.follow_up.due_on)
            form.add_error("reason", _("This is planned already, for %(day)s. Move that one.") % {"day": day})
        else:
            text = _("Planned for %(day)s: %(what)s") % {
                "day": short_day(follow_up.due_on),
                "what": short_words(follow_up),
            }
            return written(request, text, events=CHANGED, client=client, back=page_of(client))
    return form_page(request, "follow_up_new", form, {"client": client, "assignee": assignee})


def _assignee(client, user):
    """Who serves the client plans for themselves; a senior, manager or admin for the lead, where there is one."""
    serving = Assignment.objects.running().filter(client=client).select_related("user")
    people = {assignment.user_id: assignment for assignment in serving}
    lead = next((assignment.user for assignment in serving if assignment.role == "lead"), None)
    return user if user.pk in people or lead is None else lead


def form_page(request, name, form, context):
    """The form as a fragment for the sheet or as a page; 422 with what was typed when it is bound and wrong."""
    part = "_" if wants_fragment(request) else ""
    template = f"relationships/{part}{name}.html"
    status = 422 if form.is_bound else 200
    return uncached(render(request, template, context | {"form": form}, status=status))


def follow_up_done(request, follow_up_id):
    """Marks it done; the toast can undo it. A cadence ticked off without a contact comes back, and it says when."""
    follow_up = fetch_follow_up(request, follow_up_id)
    if request.method != "POST":  # after the fetch: outside one's portfolio every method is a 404
        return HttpResponseNotAllowed(["POST"])
    complete_follow_up(follow_up=follow_up, by=request.user)
    text, undo = _("Done: %(what)s") % {"what": short_words(follow_up)}, undo_of(follow_up)
    if follow_up.rule == FollowUpRule.CADENCE:
        again = follow_up.client.follow_ups.open().filter(rule=FollowUpRule.CADENCE).first()
        if again:
            text = _("Done. Without a logged contact Tend asks again on %(day)s.") % {
                "day": short_day(again.due_on)
            }
    client = follow_up.client
    return written(request, text, events=CHANGED, client=client, back=page_of(client), undo=undo)


def undo_of(follow_up):
    """The button that opens it again, see `accounts.web.answers.written`; None for a cadence, which comes by itself."""
    if follow_up.rule == FollowUpRule.CADENCE:
        return None
    return _("Open again"), reverse("relationships:follow_up_reopen", args=[follow_up.pk])


def fetch_follow_up(request, follow_up_id):
    """The follow-up with its client, for somebody who may change it; 404 or 403 else."""
    return fetch_changeable(FollowUp.objects.select_related("client"), request.user, follow_up_id)


def short_words(follow_up):
    """Its words, cut: they travel in a header."""
    words = wording.what(follow_up)
    return words if len(words) <= 80 else f"{words[:79]}…"


def page_of(client):
    return reverse("relationships:client_page", args=[client.pk])
