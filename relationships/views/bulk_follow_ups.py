"""The same follow-up planned for many clients at once, each checked and told by itself."""

from django.db import OperationalError
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.db import is_lock_timeout
from accounts.templatetags.tend import short_day
from clients.models import Assignment, AssignmentRole
from clients.selection import Outcome, may_only_be_read
from clients.views.bulk import answer_bulk, nothing_chosen, read_selection, report
from relationships.forms import FollowUpForm
from relationships.services.follow_ups import AlreadyPlanned, plan_follow_up


def bulk_follow_ups(request):
    """Plans one follow-up for each chosen client: one's own, or the lead's where one does not serve the client.

    A client that cannot be planned for stops none of the others. 422 keeps what was typed.
    """
    title = _("Plan a follow-up for many clients")
    chosen, selection = read_selection(request)
    if selection is None:
        return nothing_chosen(request, chosen, title)
    form = FollowUpForm(request.POST if request.method == "POST" else None, today=timezone.localdate())
    if request.method == "POST" and form.is_valid():
        outcomes = _plan(form, selection.changeable, request.user) + may_only_be_read(selection)
        return report(request, title, outcomes, selection, events=("follow-ups-changed",))
    context = {
        "title": title,
        "form": form,
        "selection": selection,
        "action": reverse("relationships:bulk_follow_ups"),
        "back": reverse("clients:list"),
    }
    status = 422 if form.is_bound else 200
    return answer_bulk(request, "relationships/lists/_bulk_follow_ups.html", context, status=status)


def _plan(form, clients, user):
    """The outcomes, a transaction for each client; a form sent twice plans nothing twice."""
    assignees = assignees_of(clients, user)
    return [_plan_one(form, client, assignees[client.pk], user) for client in clients]


def _plan_one(form, client, assignee, user):
    asked = {
        "due_on": form.chosen_day,
        "kind": form.cleaned_data["kind"],
        "reason": form.cleaned_data["reason"],
    }
    try:
        follow_up = plan_follow_up(client=client, assignee=assignee, by=user, **asked)
    except AlreadyPlanned as planned:
        day = short_day(planned.follow_up.due_on)
        return Outcome(client, "plain", _("Planned already, for %(day)s.") % {"day": day})
    except OperationalError as error:
        if not is_lock_timeout(error):
            raise
        return Outcome(client, "warn", _("Somebody else is saving this client. Try again."))
    words = {"day": short_day(follow_up.due_on), "name": assignee.name}
    return Outcome(client, "good", _("Planned for %(day)s, %(name)s") % words)


def assignees_of(clients, user):
    """{client id: who is to do it}: `user` where they serve the client, else its lead, else `user`. One query."""
    serving = Assignment.objects.running().filter(client__in=clients).select_related("user")
    leads, own = {}, set()
    for assignment in serving:
        if assignment.role == AssignmentRole.LEAD:
            leads[assignment.client_id] = assignment.user
        if assignment.user_id == user.pk:
            own.add(assignment.client_id)
    return {client.pk: user if client.pk in own else leads.get(client.pk, user) for client in clients}
