"""Actions of the plan for a client: added, changed, done, dropped, taken back."""

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from accounts import access
from accounts.models import Role, User
from accounts.templatetags.tend import day
from clients.filters import house_today
from clients.models import Assignment
from clients.services.assignment import running_lead
from clients.services.changes import create_once, lock_client, tell_changed
from clients.services.refusals import Refused
from clients.services.versions import write_changes
from relationships.models import PlanAction, PlanActionState


def possible_owners(client, *, also=()):
    """Who may take an action of the plan: whoever serves the client, their senior and manager; without a lead the
    admins. `also` are ids of people to offer beside them. One query, and one when read."""
    lead = running_lead(client)
    above = access.people_above(lead.user if lead else None)
    if lead:
        above = above.exclude(role=Role.ADMIN)
    serving = Assignment.objects.running().filter(client=client.pk, user__is_active=True)
    wanted = Q(pk__in=serving.values("user")) | Q(pk__in=above.values("pk")) | Q(pk__in=list(also))
    return User.objects.filter(wanted).order_by("name_sort", "pk")


@transaction.atomic
def add_action(*, client, values, by, idempotency_key):
    """A new action with `values` ({field: value}); once for each key. Its follow-up comes in the same transaction.

    Raises KeyUsedElsewhere. Locks the client.
    """
    lock_client(client.pk)
    action, created = create_once(
        PlanAction, idempotency_key=idempotency_key, client=client, created_by=by, **values
    )
    if created:
        tell_changed([client.pk])
    return action


@transaction.atomic
def save_action(*, action, version, changes):
    """Write `changes` and return the action as saved; `version` is the one that the form showed.

    Raises EditConflict when somebody else saved meanwhile, and Refused for one that is closed. Locks the client.
    """
    saved = _locked(action)
    if saved.state != PlanActionState.OPEN:
        said = {"state": saved.get_state_display().lower(), "day": day(saved.closed_on)}
        raise Refused(_("This is %(state)s since %(day)s. Take it back first.") % said)
    if write_changes(saved, version, changes):
        tell_changed([saved.client_id])
    return saved


@transaction.atomic
def set_state(*, action, state):
    """Marks an action done or dropped today (the house's day), or open again, and returns it; it is so already: fine.

    Its follow-up is closed, or comes back, in the same transaction. Locks the client.
    """
    saved = _locked(action)
    if saved.state != state:
        saved.state = state
        saved.closed_on = None if state == PlanActionState.OPEN else house_today()
        saved.version += 1
        saved.save(update_fields=["state", "closed_on", "version"])
        tell_changed([saved.client_id])
    return saved


def _locked(action):
    """The action as it is now; whoever changes one holds its client first."""
    lock_client(action.client_id)
    return PlanAction.objects.select_related("client", "owner").get(pk=action.pk)
