"""The plan for a client: what we mean to do, who, and by when. A tab of the client page."""

from django.db import OperationalError
from django.http import HttpResponseNotAllowed
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts.db import is_lock_timeout
from accounts.web.answers import refused, written
from clients.filters import house_today
from clients.forms import take_theirs
from clients.models import Client
from clients.services.changes import KeyUsedElsewhere
from clients.services.editing import EditConflict
from clients.services.refusals import Refused
from clients.views.delivery import with_days
from clients.views.edit import posted, refuse_busy
from clients.views.panels import answer_form, answer_panel
from clients.views.scope import fetch_changeable, fetch_visible
from clients.views.sheets import answer_conflict_sheet, with_status
from relationships.forms_plan import ActionEditForm, ActionForm, ActionStateForm
from relationships.models import PlanAction, PlanActionState
from relationships.services import plan as service

FORM = "relationships/plan/_form.html"
EVENTS = ("plan-changed", "care-changed")
CLOSED_SHOWN = 20
LONGEST_TITLE = 80


def plan(request, client_id):
    """Open actions by their day, then what was done or dropped lately. Three queries."""
    client = fetch_visible(Client.objects.all(), request.user, client_id)
    actions = client.plan_actions.select_related("owner")
    closed = actions.exclude(state=PlanActionState.OPEN).order_by("-closed_on", "-id")
    context = {
        "actions": with_days(actions.filter(state=PlanActionState.OPEN), house_today()),
        "closed": list(closed[:CLOSED_SHOWN]),
    }
    return answer_panel(request, client, "relationships/plan/_panel.html", context, title=_title())


def plan_action_new(request, client_id):
    """422 with what was typed; the same form sent twice counts once."""
    client = fetch_changeable(Client.objects.all(), request.user, client_id)
    owners = service.possible_owners(client, also=[request.user.pk])
    action, initial = PlanAction(client=client), {"owner": request.user.pk}
    form, status = ActionForm(posted(request), instance=action, owners=owners, initial=initial), None
    if form.is_valid():
        key = form.cleaned_data["idempotency_key"]
        try:
            service.add_action(client=client, values=form.values(), by=request.user, idempotency_key=key)
        except KeyUsedElsewhere:
            form.add_error(None, _("This form is incomplete. Open it again and repeat it."))
        except OperationalError as error:
            refuse_busy(form, error)
            status = 409
        else:
            return _written(request, _("The plan has one more action."), client)
    action_url = reverse("relationships:plan_action_new", args=[client.pk])
    context = _context(client, _("New action"), action_url, client.name)
    return with_status(answer_form(request, form, FORM, context), status)


def plan_action_edit(request, action_id):
    """422 with what was typed, 409 with both versions when somebody else saved meanwhile, or when it is closed."""
    action = _fetch(request, action_id)
    context = _context(
        action.client,
        _("Edit action"),
        reverse("relationships:plan_action_edit", args=[action.pk]),
        action.client.name,
    )
    options = {
        "instance": action,
        "owners": service.possible_owners(action.client, also=[request.user.pk, action.owner_id]),
    }
    if request.method != "POST":
        return answer_form(request, ActionEditForm(**options), FORM, context)
    form = ActionEditForm(take_theirs(request.POST, ActionEditForm(**options)), **options)
    status = None
    if form.is_valid():
        try:
            version = form.cleaned_data["version"]
            service.save_action(action=action, version=version, changes=form.values())
        except EditConflict as conflict:
            context["title"] = _("Two versions of this action")
            return answer_conflict_sheet(request, form, conflict.saved, context)
        except Refused as refusal:
            form.add_error(None, refusal.text)
            status = 409
        except OperationalError as error:
            refuse_busy(form, error)
            status = 409
        else:
            return _written(request, _("The action is saved."), action.client)
    return with_status(answer_form(request, form, FORM, context), status)


def plan_action_state(request, action_id):
    """Done, dropped, or open again."""
    action = _fetch(request, action_id)
    if request.method != "POST":  # after the fetch: outside one's portfolio every method is a 404
        return HttpResponseNotAllowed(["POST"])
    form, back = ActionStateForm(request.POST), _page_of(action.client)
    if not form.is_valid():
        return refused(request, _("This form is incomplete. Open the page again."), back=back, status=422)
    try:
        saved = service.set_state(action=action, state=form.cleaned_data["state"])
    except OperationalError as error:
        if not is_lock_timeout(error):
            raise
        text = _("Somebody else is saving this right now. Nothing was written; try again.")
        return refused(request, text, back=back)
    return _written(request, _state_in_words(saved), action.client)


def _state_in_words(action):
    what = action.what if len(action.what) <= LONGEST_TITLE else f"{action.what[: LONGEST_TITLE - 1]}…"
    texts = {
        PlanActionState.OPEN: _("Open again: %(what)s"),
        PlanActionState.DONE: _("Done: %(what)s"),
        PlanActionState.DROPPED: _("Dropped: %(what)s"),
    }
    return texts[action.state] % {"what": what}


def _fetch(request, action_id):
    actions = PlanAction.objects.select_related("client", "owner")
    return fetch_changeable(actions, request.user, action_id)


def _title():
    return pgettext("for a client", "Plan")


def _page_of(client):
    return f"{client.get_absolute_url()}?tab=plan"


def _context(client, title, action_url, note):
    return {"client": client, "title": title, "action": action_url, "note": note, "back": _page_of(client)}


def _written(request, text, client):
    return written(request, text, events=EVENTS, client=client, back=_page_of(client))
