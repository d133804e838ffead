"""Who leads a client: giving it a lead, and ending an assignment.

Locks are taken in one order, the client before the person, so that assignments never wait for each other in a circle.
"""

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import User
from clients.models import Assignment, AssignmentRole, Client, ClientStatus

WHATEVER_LEAD = object()
ONE_LEAD_CONSTRAINT = "assignment_one_lead_at_a_time"


class AssignmentRefused(Exception):
    """A rule forbids this assignment; nothing was written."""


class CapacityExceeded(AssignmentRefused):
    """The person's tier has a hard maximum, it is reached, and no reason for going over it was given."""

    def __init__(self, *, user, load, maximum):
        super().__init__(f"{user.pk} leads {load} of at most {maximum} clients")
        self.user, self.load, self.maximum = user, load, maximum


class SegmentNotAllowed(AssignmentRefused):
    """The person may not lead a client of this segment, or is no active account manager."""


class ClientIsLost(AssignmentRefused):
    """A lost client has no lead to give."""


class LeadChanged(AssignmentRefused):
    """Somebody else assigned a lead meanwhile. `lead` is the running assignment, or None."""

    def __init__(self, lead):
        super().__init__("The client's lead has changed")
        self.lead = lead


@transaction.atomic
def assign_lead(*, client, user, by, reason, override_reason="", read_until=None, seen_lead=WHATEVER_LEAD):
    """Make `user` the lead of `client`, end the running lead at the same moment, and return the assignment.

    `seen_lead` is the id of the running lead that the decision rested on (None: there was none); another one raises
    `LeadChanged`. The former lead may read until `read_until` (a date), or not at all. Where `user` leads the client
    already, that assignment is returned and nothing is written, so a form sent twice counts once.

    Raises an `AssignmentRefused`. Locks the client, then the person whose capacity is counted: two assignments at
    once cannot pass a maximum unseen. Marks the health stale. About ten queries.
    """
    client = Client.objects.select_for_update(no_key=True).get(pk=client.pk)
    former = running_lead(client)
    if former and former.user_id == user.pk:
        return former
    if seen_lead is not WHATEVER_LEAD and seen_lead != (former.pk if former else None):
        raise LeadChanged(former)
    over_capacity = _check_may_lead(client=client, user=user, override_reason=override_reason)
    moment = max(timezone.now(), former.started_at) if former else timezone.now()
    if former:
        end_assignment(assignment=former, at=moment, read_until=read_until)
    assignment = Assignment(
        client=client,
        user=user,
        role=AssignmentRole.LEAD,
        started_at=moment,
        reason=reason,
        override_reason=override_reason if over_capacity else "",
        assigned_by=by,
    )
    _save_only_lead(assignment)
    Client.objects.filter(pk=client.pk).mark_health_stale()
    return assignment


def running_lead(client):
    """The assignment of the client's lead with its person, or None. One query."""
    leads = Assignment.objects.leads().filter(client=client, ended_at__isnull=True)
    return leads.select_related("user__tier", "user__team", "assigned_by").first()


def end_assignment(*, assignment, at=None, read_until=None):
    """End a running assignment at a moment (now) and return it; one that has ended stays as it is.

    Write access ends at once; `read_until` (a date) lets a former lead read on. Two edits never overwrite each
    other: only the row that still runs is changed.
    """
    at = at or timezone.now()
    running = Assignment.objects.filter(pk=assignment.pk, ended_at__isnull=True)
    running.update(ended_at=at, read_until=read_until)
    assignment.refresh_from_db(fields=["ended_at", "read_until"])
    return assignment


def _check_may_lead(*, client, user, override_reason):
    """Whether `user`, locked here, is at or over their tier's maximum. Raises what forbids the assignment."""
    if client.status != ClientStatus.ACTIVE:
        raise ClientIsLost
    people = User.objects.account_managers().select_related("tier")
    person = people.select_for_update(no_key=True, of=("self",)).filter(pk=user.pk).first()
    if person is None or client.segment not in person.tier.allowed_segments:
        raise SegmentNotAllowed
    load = Assignment.objects.current_leads().filter(user=person).count()
    full = load >= person.tier.capacity_max
    if full and person.tier.capacity_is_hard and not override_reason.strip():
        raise CapacityExceeded(user=person, load=load, maximum=person.tier.capacity_max)
    return full


def _save_only_lead(assignment):
    """The exclusion constraint has the last word; what the lock did not see (a lead ended in future) lands there."""
    try:
        with transaction.atomic():
            assignment.save(force_insert=True)
    except IntegrityError as error:
        if ONE_LEAD_CONSTRAINT not in str(error):
            raise
        raise LeadChanged(None) from error
