"""Taking a touch back, and editing one later.

Either way the client's dates, its cadence and what the touch had closed are worked out anew from the touches that are
on record then, and the health follows. The client is locked first, as by the log: changes of one client follow each
other.
"""

import datetime
import math

import pghistory
from django.db import IntegrityError, transaction
from django.db.models import Max, Q
from django.utils import timezone

from accounts.web.publishing import publish_on_commit
from clients.models import Client
from clients.services.changes import lock_client
from clients.services.editing import EditConflict
from relationships.followups.escalate import end_escalations
from relationships.followups.generate import generate_cadence_follow_ups
from relationships.health.refresh import effective_cadence_days
from relationships.models import (
    FollowUp,
    FollowUpRule,
    FollowUpStatus,
    Interaction,
    InteractionContact,
)
from relationships.services.follow_ups import refresh_next_follow_up
from relationships.services.interactions import is_settled
from relationships.tasks import score_clients

# The page offers it for ten seconds, longer while the pointer rests on it. Later one edits.
UNDO_WITHIN = datetime.timedelta(minutes=2)
# A change of these can change what the touch settled and when the client is due.
COUNTED = {"kind", "reached", "occurred_at"}


class TooLate(Exception):
    """The touch has been on record for too long; nothing was written."""


class NotTheAuthor(ValueError):
    """Only who logged a touch takes it back; nothing was written."""


@transaction.atomic
def take_back_interaction(*, interaction, by, within=UNDO_WITHIN):
    """Removes a touch that was just logged, with all that came of it. True; False for one that is gone already.

    Follow-ups it closed are open again as they were, those it opened go unless somebody has changed them since, one it
    moved is back on its day. The deleted row stays in the history. Raises NotTheAuthor and TooLate.
    """
    client = lock_client(interaction.client_id)
    row = Interaction.objects.filter(pk=interaction.pk).first()
    if row is None:
        return False
    if row.author_id != by.pk:
        raise NotTheAuthor
    if timezone.now() - row.created_at > within:
        raise TooLate
    closed = list(row.closed_follow_ups.select_for_update(no_key=True))
    _take_back_opened(row, closed)
    _open_again(closed)
    row.delete()
    _count_anew(client, cadence=row.reached)
    return True


def _take_back_opened(interaction, closed):
    """What the touch planned goes. The cadence goes where the one it closed takes its place again; elsewhere it is
    worked out anew with the dates."""
    open_ones = FollowUp.objects.open().filter(client=interaction.client_id)
    steps = open_ones.filter(rule=FollowUpRule.NEXT_STEP, facts__touch=interaction.pk)
    for step in steps.select_for_update(no_key=True):
        if step.snoozes or step.is_handed or "moved_from" in step.facts:
            continue  # somebody works with it
        if before := step.facts.get("before"):
            step.assignee_id, step.facts = before["assignee_id"], before["facts"]
            step.due_on = datetime.date.fromisoformat(before["due_on"])
            step.save(update_fields=["assignee", "due_on", "facts"])
        else:
            step.delete()
    if any(follow_up.rule == FollowUpRule.CADENCE for follow_up in closed):
        open_ones.filter(rule=FollowUpRule.CADENCE).delete()


def _open_again(follow_ups):
    """Opens what a touch had closed. Where another one stands in its place by now, it stays closed."""
    for follow_up in follow_ups:
        follow_up.status = FollowUpStatus.OPEN
        follow_up.closed_at = follow_up.closed_by = follow_up.closed_by_interaction = None
        try:
            with transaction.atomic():
                follow_up.save(update_fields=["status", "closed_at", "closed_by", "closed_by_interaction"])
        except IntegrityError:
            follow_up.refresh_from_db()


@transaction.atomic
def edit_interaction(*, interaction, version, changes, contacts):
    """Writes `changes` ({field: value}) and whom it was with; returns the touch as saved.

    `version` is the one that the form showed. Raises EditConflict when the row is at another one and something differs;
    a form sent twice changes nothing. `occurred_at` is compared to the minute, as forms show it. The row as it was
    stays in the history, with the names of who was met in its context. What it had closed and no longer settles opens
    again. Raises ValueError for contacts of another client.
    """
    if any(contact.client_id != interaction.client_id for contact in contacts):
        raise ValueError("Contacts must be the client's own")
    client = lock_client(interaction.client_id)
    row = Interaction.objects.select_for_update(no_key=True).get(pk=interaction.pk)
    changed = {name for name, value in changes.items() if not _same(name, getattr(row, name), value)}
    met = {contact.pk: contact.name for contact in row.contacts.all()}
    meets_others = met.keys() != {contact.pk for contact in contacts}
    if not changed and not meets_others:
        return row
    if row.version != version:
        raise EditConflict(row)
    _write(row, {name: changes[name] for name in changed}, met, contacts if meets_others else None)
    _follow(client, row, changed, meets_others)
    return row


def _same(name, one, other):
    if name == "occurred_at":
        return one.replace(second=0, microsecond=0) == other.replace(second=0, microsecond=0)
    return one == other


def _write(row, values, met, contacts):
    for name, value in values.items():
        setattr(row, name, value)
    if "occurred_at" in values:
        row.occurred_on = timezone.localdate(row.occurred_at)
    row.version += 1
    if contacts is None:
        row.save()
        return
    now = {contact.pk: contact.name for contact in contacts}
    with pghistory.context(met_before=sorted(met.values()), met_after=sorted(now.values())):
        row.save()
    links = InteractionContact.objects.filter(interaction=row)
    links.exclude(contact__in=now).delete()
    InteractionContact.objects.bulk_create(
        InteractionContact(interaction=row, contact_id=pk) for pk in now.keys() - met.keys()
    )


def _follow(client, row, changed, meets_others):
    """What an edit changes elsewhere: follow-ups and dates, or the health alone, or nothing but words."""
    if changed & COUNTED:
        closed = row.closed_follow_ups.select_for_update(no_key=True)
        unsettled = [follow_up for follow_up in closed if not is_settled(follow_up, row, named=True)]
        if any(follow_up.rule == FollowUpRule.CADENCE for follow_up in unsettled):
            FollowUp.objects.open().filter(client=client, rule=FollowUpRule.CADENCE).delete()
        _open_again(unsettled)
        _count_anew(client, cadence=row.reached or "reached" in changed)
    elif meets_others or "sentiment" in changed:
        Client.objects.filter(pk=client.pk).mark_health_stale()
        publish_on_commit(score_clients, [client.pk])


def _count_anew(client, *, cadence):
    """The client's dates and what is next, from the touches on record; and where one that reached them has changed, the
    `cadence`. The caller holds the client."""
    touches = client.interactions.aggregate(
        newest=Max("occurred_at"), reached=Max("occurred_on", filter=Q(reached=True))
    )
    reached, due = touches["reached"], None
    if reached:
        due = reached + datetime.timedelta(days=math.floor(effective_cadence_days([client.pk])[client.pk]))
    row = Client.objects.filter(pk=client.pk)
    row.update(last_interaction_at=touches["newest"], last_reached_on=reached, contact_due_on=due)
    row.mark_health_stale()
    if cadence:
        generate_cadence_follow_ups([client.pk])
    refresh_next_follow_up([client.pk])
    end_escalations([client.pk])
    publish_on_commit(score_clients, [client.pk])
