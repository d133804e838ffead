"""Planning, finishing, putting off, handing on and reopening follow-ups.

Each locks the client first and its follow-ups after, as the log and the generation do: one order, no deadlock. Not
their keys, so nobody waits for a planning of reminders, whose rows point at them.
"""

from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from accounts import working_time
from accounts.access import people_above
from clients.models import Assignment, CareEvent, CareEventKind, Client
from clients.services.changes import lock_client
from relationships.followups.catalog import setting_now
from relationships.followups.escalate import end_escalations
from relationships.models import (
    MOST_SNOOZES,
    Delivery,
    DeliveryStatus,
    FollowUp,
    FollowUpRule,
    FollowUpStatus,
    Snooze,
)

REFRESH_NEXT = """
UPDATE clients_client c SET next_follow_up_on = n.due_on
FROM (
    SELECT ids.id, min(f.due_on) AS due_on
    FROM unnest(%s::bigint[]) AS ids(id)
    LEFT JOIN relationships_followup f ON f.client_id = ids.id AND f.status = 'open'
    GROUP BY ids.id
) n
WHERE c.id = n.id AND c.next_follow_up_on IS DISTINCT FROM n.due_on
"""


class AlreadyPlanned(Exception):
    """The client has an open follow-up with the same words. `follow_up` is that one."""

    def __init__(self, follow_up):
        super().__init__(f"Follow-up {follow_up.pk} is open with the same reason")
        self.follow_up = follow_up


class SnoozedOften(Exception):
    """It was put off as often as its assignee may; who stands above them decides now. Nothing was written."""


class ReasonMissing(ValueError):
    """Putting off needs a reason; nothing was written."""


class CannotServe(ValueError):
    """Who is to do it may not work on the client; nothing was written."""


class NotReopened(Exception):
    """It stays closed; nothing was written. `why` is "cadence", "replaced" or "over" (see reopen_follow_up)."""

    def __init__(self, why):
        super().__init__(why)
        self.why = why


def refresh_next_follow_up(client_ids):
    """Sets `Client.next_follow_up_on` to the earliest open due day of each client. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(REFRESH_NEXT, [list(client_ids)])


@transaction.atomic
def plan_follow_up(*, client, assignee, due_on, kind, reason, by, due_time=None, rule=FollowUpRule.MANUAL):
    """Opens a follow-up and returns it; the same one sent twice (a double click) is returned again.

    `due_time` is the hour agreed, by the clock of who has it. Raises `AlreadyPlanned` where the client has an open one
    with the same reason but another day, hour, kind or person.
    """
    lock_client(client.pk)
    wanted = {"assignee_id": assignee.pk, "due_on": due_on, "due_time": due_time, "kind": str(kind)}
    try:
        with transaction.atomic():
            follow_up = FollowUp.objects.create(
                client=client, rule=rule, reason=reason, created_by=by, **wanted
            )
    except IntegrityError:
        follow_up = FollowUp.objects.open().get(client=client, rule=rule, reason=reason)
        if any(getattr(follow_up, name) != value for name, value in wanted.items()):
            raise AlreadyPlanned(follow_up) from None
    # The rule would see within the hour that a next step is planned; the queue should not wait for it.
    asking = FollowUp.objects.open().filter(client=client, rule=FollowUpRule.NO_NEXT_STEP)
    if asking.update(status=FollowUpStatus.CLOSED, closed_at=timezone.now()):
        end_escalations([client.pk])
    refresh_next_follow_up([client.pk])
    return follow_up


@transaction.atomic
def complete_follow_up(*, follow_up, by):
    """Marks it done and returns it; one that is closed already stays as it is.

    A cadence follow-up done without a logged contact comes back: only a contact that reached the client ends the
    silence. The new one is due some working days from now and stands where it is until then.
    """
    lock_client(follow_up.client_id)
    follow_up = _locked(follow_up)
    if follow_up.status != FollowUpStatus.OPEN:
        return follow_up
    close_follow_ups([follow_up], by=by)
    if follow_up.rule == FollowUpRule.CADENCE:
        _ask_again(follow_up)
    refresh_next_follow_up([follow_up.client_id])
    end_escalations([follow_up.client_id])
    return follow_up


def close_follow_ups(follow_ups, *, by, interaction=None):
    """Marks the open follow-ups done, by `interaction` where one did it. The caller holds the client's lock."""
    now = timezone.now()
    for follow_up in follow_ups:
        follow_up.status = FollowUpStatus.DONE
        follow_up.closed_at, follow_up.closed_by = now, by
        follow_up.closed_by_interaction = interaction
    FollowUp.objects.bulk_update(follow_ups, ["status", "closed_at", "closed_by", "closed_by_interaction"])


def _ask_again(follow_up):
    """The same silence goes on: whom it was handed to and how often it was put off stay with it."""
    today = timezone.localdate()
    days = setting_now(FollowUpRule.CADENCE).days["ask_again"]
    return FollowUp.objects.create(
        client_id=follow_up.client_id,
        assignee_id=follow_up.assignee_id,
        is_handed=follow_up.is_handed,
        snoozes=follow_up.snoozes,
        kind=follow_up.kind,
        rule=FollowUpRule.CADENCE,
        due_on=max(follow_up.due_on, working_time.add_working_days(today, days)),
        facts=follow_up.facts | {"moved_from": follow_up.due_on.isoformat()},
    )


@transaction.atomic
def snooze_follow_up(*, follow_up, due_on, reason, by):
    """Gives an open follow-up another day and returns it. The generation leaves a moved one where it is put.

    A later day is a snooze: it needs a `reason`, is counted, kept as a Snooze and told on the timeline. An earlier one
    is none. The day it has already changes nothing, so a double click counts once. After MOST_SNOOZES only somebody
    who stands above the assignee may put it off. Raises ValueError for a day before today, ReasonMissing and
    SnoozedOften.
    """
    if due_on < timezone.localdate():
        raise ValueError("A follow-up cannot be moved into the past")
    lock_client(follow_up.client_id)
    follow_up = _locked(follow_up)
    if follow_up.status != FollowUpStatus.OPEN or follow_up.due_on == due_on:
        return follow_up
    former = follow_up.due_on
    if due_on > former:
        _put_off(follow_up, due_on, reason.strip(), by)
    follow_up.facts = follow_up.facts | {"moved_from": former.isoformat()}
    follow_up.due_on = due_on
    follow_up.save(update_fields=["due_on", "facts", "snoozes"])
    refresh_next_follow_up([follow_up.client_id])
    end_escalations([follow_up.client_id])
    return follow_up


def may_snooze(follow_up, by):
    """Whether `by` may put it off once more: whoever works on the client twice, then who stands above the assignee."""
    return follow_up.snoozes < MOST_SNOOZES or people_above(follow_up.assignee).filter(pk=by.pk).exists()


def _put_off(follow_up, due_on, reason, by):
    if not may_snooze(follow_up, by):
        raise SnoozedOften
    if not reason:
        raise ReasonMissing
    days = {"from_day": follow_up.due_on, "to_day": due_on}
    Snooze.objects.create(follow_up=follow_up, reason=reason, by=by, **days)
    follow_up.snoozes += 1
    told = {name: day.isoformat() for name, day in days.items()}
    tell(follow_up, CareEventKind.SNOOZED, by, reason=reason, times=follow_up.snoozes, **told)


@transaction.atomic
def reassign_follow_up(*, follow_up, to, by, reason=""):
    """Hands an open follow-up on and returns it; the one who has it already changes nothing.

    Rules leave it with `to` while they may work on the client. Reminders that still wait for others go. Raises
    CannotServe where `to` may not change the client.
    """
    client = lock_client(follow_up.client_id)
    follow_up = _locked(follow_up)
    if follow_up.status != FollowUpStatus.OPEN or follow_up.assignee_id == to.pk:
        return follow_up
    if not _may_work_on(to, client.pk):
        raise CannotServe
    former, follow_up.assignee, follow_up.is_handed = follow_up.assignee, to, True
    follow_up.save(update_fields=["assignee", "is_handed"])
    waiting = Delivery.objects.filter(follow_up=follow_up, status=DeliveryStatus.PENDING)
    waiting.exclude(user=to).delete()
    names = {"from": former.name, "to": to.name}
    tell(follow_up, CareEventKind.REASSIGNED, by, reason=reason.strip(), **names)
    end_escalations([follow_up.client_id])
    return follow_up


def _locked(follow_up):
    rows = FollowUp.objects.select_for_update(no_key=True, of=("self",)).select_related("assignee")
    return rows.get(pk=follow_up.pk)


def _may_work_on(person, client_id):
    return person.is_active and Client.objects.changeable_by(person).filter(pk=client_id).exists()


@transaction.atomic
def reopen_follow_up(*, follow_up, by):
    """Opens a follow-up again that was marked done, by hand or by a touch, and returns it; an open one stays as it is.

    The touch that closed it settles it no more: `facts["unsettled_by"]` names it. Whose assignee may no longer work on
    the client goes to its lead, else to `by`. Raises NotReopened: "cadence" (it asks again by itself), "replaced" (an
    open one stands in its place) or "over" (its condition is over, or it was cancelled).
    """
    client = lock_client(follow_up.client_id)
    follow_up = _locked(follow_up)
    if follow_up.status == FollowUpStatus.OPEN:
        return follow_up
    if follow_up.status != FollowUpStatus.DONE or follow_up.rule == FollowUpRule.CADENCE:
        raise NotReopened("cadence" if follow_up.rule == FollowUpRule.CADENCE else "over")
    touch = follow_up.closed_by_interaction_id
    if touch:
        follow_up.facts = follow_up.facts | {"unsettled_by": touch}
    if not _may_work_on(follow_up.assignee, client.pk):
        lead = Assignment.objects.leads().running().filter(client=client).select_related("user").first()
        follow_up.assignee = lead.user if lead else by
    follow_up.status = FollowUpStatus.OPEN
    follow_up.closed_at = follow_up.closed_by = follow_up.closed_by_interaction = None
    try:
        with transaction.atomic():
            follow_up.save()
    except IntegrityError:
        raise NotReopened("replaced") from None
    tell(follow_up, CareEventKind.REOPENED, by, touch=touch)
    refresh_next_follow_up([client.pk])
    return follow_up


def tell(follow_up, kind, by, **facts):
    """A timeline entry about a follow-up. Health does not rest on it, so that nothing else is told."""
    asked = {name: getattr(follow_up, name) for name in ("kind", "rule", "reason", "facts")}
    CareEvent.objects.create(
        client_id=follow_up.client_id,
        kind=kind,
        at=timezone.now(),
        by=by,
        subject_id=follow_up.pk,
        facts={"follow_up": asked} | facts,
    )
