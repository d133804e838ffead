"""A client changes hands: the lead, what was planned, and what health rests on, in one transaction."""

from django.db import transaction
from django.utils import timezone

from clients.models import Assignment, Client
from clients.services.assignment import WHATEVER_LEAD, assign_lead, running_lead
from clients.services.changes import tell_changed
from relationships.models import Delivery, DeliveryStatus, FollowUp, FollowUpKind, FollowUpRule
from relationships.services.follow_ups import refresh_next_follow_up
from relationships.services.own_rating import reset_rating


@transaction.atomic
def hand_over_client(*, client, to, by, reason, override_reason="", read_until=None, seen_lead=WHATEVER_LEAD):
    """Make `to` the lead of `client` and return the assignment; see `assign_lead` for what it refuses.

    Open follow-ups of people who led the client and no longer serve it move to the new lead, who also gets one that
    asks to introduce themselves, due today: the client is in their Today at once. Reminders that still wait for the
    former lead go. The own rating is set to 2 for the new lead, who is asked for theirs; a client that gets its first
    lead has no relationship to set back. Where `to` leads the client already nothing is written. Scored anew soon
    after the commit.
    """
    client = Client.objects.select_for_update(no_key=True).get(pk=client.pk)
    former = running_lead(client)
    if former and former.user_id == to.pk:
        return former
    assignment = assign_lead(
        client=client,
        user=to,
        by=by,
        reason=reason,
        override_reason=override_reason,
        read_until=read_until,
        seen_lead=seen_lead,
    )
    _move_follow_ups(client, to)
    _ask_for_introduction(assignment, former)
    # Either tells that the client changed: who collects and who steps in goes by the lead, and so does its health.
    if reset_rating(assignment=assignment) is None:
        tell_changed([client.pk])
    refresh_next_follow_up([client.pk])
    return assignment


def _move_follow_ups(client, to):
    assignments = Assignment.objects.filter(client=client)
    gone = assignments.leads().filter(ended_at__isnull=False).values("user")
    serving = assignments.filter(ended_at__isnull=True).values("user")
    orphaned = FollowUp.objects.open().filter(client=client, assignee__in=gone).exclude(assignee__in=serving)
    moved = list(orphaned.select_for_update(no_key=True).order_by("pk").values_list("pk", flat=True))
    FollowUp.objects.filter(pk__in=moved).update(assignee=to, is_handed=False)
    waiting = Delivery.objects.filter(follow_up__in=moved, status=DeliveryStatus.PENDING)
    waiting.exclude(user=to).delete()


def _ask_for_introduction(assignment, former):
    """One open introduction for each client: a client that changes hands twice in a day has the newer one."""
    today = timezone.localdate(timezone=timezone.get_default_timezone())
    facts = {"from": former.user.name if former else "", "since": today.isoformat()}
    FollowUp.objects.open().update_or_create(
        client=assignment.client,
        rule=FollowUpRule.HANDOVER,
        reason="",
        defaults={"assignee": assignment.user, "due_on": today, "kind": FollowUpKind.CALL, "facts": facts},
        create_defaults={
            "assignee": assignment.user,
            "due_on": today,
            "kind": FollowUpKind.CALL,
            "facts": facts,
            "created_by": assignment.assigned_by,
        },
    )
