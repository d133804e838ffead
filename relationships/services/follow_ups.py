"""Planning, finishing and moving follow-ups.

Each locks the client first and its follow-ups after, as the log and the generation do: one order, no deadlock.
"""

from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from accounts import working_time
from clients.services.changes import lock_client
from relationships.followups import rules
from relationships.models import FollowUp, FollowUpRule, FollowUpStatus

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


def refresh_next_follow_up(client_ids):
    """Sets `Client.next_follow_up_on` to the earliest open due day of each client. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(REFRESH_NEXT, [list(client_ids)])


@transaction.atomic
def plan_follow_up(*, client, assignee, due_on, kind, reason, by, rule=FollowUpRule.MANUAL):
    """Opens a follow-up and returns it; the same one sent twice (a double click) is returned again.

    Raises `AlreadyPlanned` where the client has an open one with the same reason but another day, kind or person.
    """
    lock_client(client.pk)
    wanted = {"assignee_id": assignee.pk, "due_on": due_on, "kind": str(kind)}
    try:
        with transaction.atomic():
            follow_up = FollowUp.objects.create(
                client=client, rule=rule, reason=reason, created_by=by, **wanted
            )
    except IntegrityError:
        follow_up = FollowUp.objects.open().get(client=client, rule=rule, reason=reason)
        if any(getattr(follow_up, name) != value for name, value in wanted.items()):
            raise AlreadyPlanned(follow_up) from None
    refresh_next_follow_up([client.pk])
    return follow_up


@transaction.atomic
def complete_follow_up(*, follow_up, by):
    """Marks it done and returns it; one that is closed already stays as it is.

    A cadence follow-up done without a logged contact comes back: only a contact that reached the client ends the
    silence. The new one is due some working days from now and stands where it is until then.
    """
    lock_client(follow_up.client_id)
    follow_up = FollowUp.objects.select_for_update().get(pk=follow_up.pk)
    if follow_up.status != FollowUpStatus.OPEN:
        return follow_up
    close_follow_ups([follow_up], by=by)
    if follow_up.rule == FollowUpRule.CADENCE:
        _ask_again(follow_up)
    refresh_next_follow_up([follow_up.client_id])
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
    today = timezone.localdate()
    due_on = max(follow_up.due_on, working_time.add_working_days(today, rules.ASK_AGAIN_AFTER_WORKING_DAYS))
    return FollowUp.objects.create(
        client_id=follow_up.client_id,
        assignee_id=follow_up.assignee_id,
        kind=follow_up.kind,
        rule=FollowUpRule.CADENCE,
        due_on=due_on,
        facts=follow_up.facts | {"moved_from": follow_up.due_on.isoformat()},
    )


@transaction.atomic
def move_follow_up(*, follow_up, due_on):
    """Gives an open follow-up another day and returns it. The generation leaves a moved one where it is put.

    Raises ValueError for a day before today.
    """
    if due_on < timezone.localdate():
        raise ValueError("A follow-up cannot be moved into the past")
    lock_client(follow_up.client_id)
    follow_up = FollowUp.objects.select_for_update().get(pk=follow_up.pk)
    if follow_up.status != FollowUpStatus.OPEN or follow_up.due_on == due_on:
        return follow_up
    follow_up.facts = follow_up.facts | {"moved_from": follow_up.due_on.isoformat()}
    follow_up.due_on = due_on
    follow_up.save(update_fields=["due_on", "facts"])
    refresh_next_follow_up([follow_up.client_id])
    return follow_up
