"""Logging a touchpoint, and everything that follows from it."""

import datetime
import math
from dataclasses import dataclass, field

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Greatest
from django.utils import timezone

from accounts.web.publishing import publish_on_commit
from clients.models import Assignment, Client, ClientStatus
from clients.services.changes import KeyUsedElsewhere, lock_client
from relationships.followups import care_rules, rules
from relationships.followups.catalog import setting_now
from relationships.followups.escalate import end_escalations
from relationships.health.refresh import effective_cadence_days
from relationships.models import (
    FollowUp,
    FollowUpKind,
    FollowUpRule,
    FollowUpStatus,
    Interaction,
    InteractionContact,
)
from relationships.models.interaction import Direction, reaches_by_default
from relationships.services.follow_ups import close_follow_ups, refresh_next_follow_up
from relationships.tasks import score_clients

# Follow-ups that are done by sending, whether or not an answer has come.
DONE_BY_SENDING = frozenset({FollowUpKind.EMAIL, FollowUpKind.MESSAGE, FollowUpKind.TASK})
# A new lead's first follow-up asks for a first contact of any kind.
DONE_BY_ANY_CONTACT = frozenset({FollowUpRule.HANDOVER})


@dataclass(frozen=True)
class LoggedInteraction:
    """What came of a log. `next_follow_up` is the earliest open one afterwards; `left_open` those that were named
    to be closed but need a contact that reached the client, `closed_before` those that somebody had closed already."""

    interaction: Interaction
    created: bool
    closed_follow_ups: list = field(default_factory=list)
    next_follow_up: FollowUp | None = None
    left_open: list = field(default_factory=list)
    closed_before: list = field(default_factory=list)


@transaction.atomic
def log_interaction(*, client, author, idempotency_key, kind, contacts=(), closes=(), keeps=(), **details):
    """Records one touch with a client, closes what it settles, plans what comes next. Returns a LoggedInteraction.

    `details` are other fields of Interaction: direction, reached, occurred_at, duration_minutes, sentiment, summary,
    outcome, next_step, next_step_on, source. `occurred_at` is aware (default: now) and counts for the day it has in
    the active time zone; `reached` None means as usual for this kind and direction.

    A second call with the same `idempotency_key` changes nothing and returns the first touch with `created` False.
    Only a touch that reached the client closes follow-ups and resets the cadence; a follow-up that is done by sending
    is closed when it is named in `closes`, one in `keeps` stays open. The client's row is locked until commit, so two
    logs of one client follow each other. Health is marked stale and scoring is hastened. Raises ValueError for
    contacts or follow-ups of another client, KeyUsedElsewhere for a key of another one.
    """
    _refuse_foreign(client, contacts, [*closes, *keeps])
    client = lock_client(client.pk)
    earlier = Interaction.objects.filter(idempotency_key=idempotency_key).first()
    if earlier:
        return _logged_before(earlier, client)
    interaction = _record(
        contacts, client=client, author=author, idempotency_key=idempotency_key, kind=kind, **details
    )
    closed, left_open = _close_settled(interaction, closes, keeps)
    if interaction.next_step_on:
        _plan_next_step(interaction)
    _touch_client(client, interaction)
    end_escalations([client.pk])
    publish_on_commit(score_clients, [client.pk])
    closed_before = [row for row in closes if row.status != FollowUpStatus.OPEN]
    return LoggedInteraction(interaction, True, closed, _earliest_open(client), left_open, closed_before)


def _record(contacts, *, kind, direction=Direction.OUT, reached=None, occurred_at=None, **fields):
    occurred_at = occurred_at or timezone.now()
    interaction = Interaction.objects.create(
        kind=kind,
        direction=direction,
        reached=reaches_by_default(kind, direction) if reached is None else reached,
        occurred_at=occurred_at,
        occurred_on=timezone.localdate(occurred_at),
        **fields,
    )
    InteractionContact.objects.bulk_create(
        InteractionContact(interaction=interaction, contact=contact) for contact in contacts
    )
    return interaction


def _refuse_foreign(client, contacts, follow_ups):
    if any(row.client_id != client.pk for row in [*contacts, *follow_ups]):
        raise ValueError("Contacts and follow-ups must be the client's own")


def _logged_before(interaction, client):
    if interaction.client_id != client.pk:
        raise KeyUsedElsewhere(str(interaction.idempotency_key))
    closed = list(interaction.closed_follow_ups.all())
    return LoggedInteraction(interaction, False, closed, _earliest_open(client))


def _close_settled(interaction, named, kept):
    """Closes what this touch settles. Returns the closed follow-ups and the named ones that stay open."""
    named_ids = {follow_up.pk for follow_up in named}
    open_ones = FollowUp.objects.select_for_update(no_key=True).open().filter(client=interaction.client_id)
    closed, left_open = [], []
    for follow_up in open_ones.exclude(pk__in=[follow_up.pk for follow_up in kept]).order_by("due_on", "id"):
        if is_settled(follow_up, interaction, named=follow_up.pk in named_ids):
            closed.append(follow_up)
        elif follow_up.pk in named_ids:
            left_open.append(follow_up)
    close_follow_ups(closed, by=interaction.author, interaction=interaction)
    return closed, left_open


def is_settled(follow_up, interaction, *, named):
    """Whether the touch does what the follow-up asks for.

    A back-dated touch settles a cadence only where it is newer than the contact the cadence counts from, and
    another follow-up of its kind only where it happened since that was planned. What a care rule made is over when
    its own condition is; only where the talk is the deed does a touch settle it, and only when it is named.
    """
    if care_rules.needs_naming(follow_up) and not (named and care_rules.may_be_settled_by_touch(follow_up)):
        return False
    if not interaction.reached:
        return named and follow_up.kind in DONE_BY_SENDING and follow_up.rule != FollowUpRule.CADENCE
    if follow_up.rule == FollowUpRule.CADENCE:
        counted_from = follow_up.facts.get("last_reached_on")
        return counted_from is None or interaction.occurred_on.isoformat() > counted_from
    if named:
        return True
    planned_on = timezone.localdate(follow_up.created_at)
    fits = follow_up.kind == interaction.kind or follow_up.rule in DONE_BY_ANY_CONTACT
    return fits and follow_up.due_on <= timezone.localdate() and interaction.occurred_on >= planned_on


def _plan_next_step(interaction):
    """Opens the next step for who logged it; the same words once more move the open one to the new day.

    Its facts name the touch, and what a moved one was before, so that taking the touch back can undo it.
    """
    wanted = {
        "client_id": interaction.client_id,
        "rule": FollowUpRule.NEXT_STEP,
        "reason": interaction.next_step,
    }
    former = FollowUp.objects.open().filter(**wanted).first()
    values = {
        "assignee_id": interaction.author_id,
        "due_on": interaction.next_step_on,
        "facts": {"after": interaction.occurred_on.isoformat(), "touch": interaction.pk},
    }
    if former:
        values["facts"]["before"] = {
            "assignee_id": former.assignee_id,
            "due_on": former.due_on.isoformat(),
            "facts": {name: value for name, value in former.facts.items() if name != "before"},
        }
    made = {"kind": _follow_up_kind(interaction.kind), "created_by": interaction.author}
    _move_or_open(wanted, values, made)


def _move_or_open(wanted, values, made=None):
    """The one open follow-up that is `wanted` gets `values`; where there is none it is opened, with `made` too. The
    client's lock is held, so nobody opens it meanwhile; no lock on its key, see `services.follow_ups`."""
    if not FollowUp.objects.open().filter(**wanted).update(**values):
        FollowUp.objects.create(**wanted, **values, **(made or {}))


def _follow_up_kind(kind):
    return kind if kind in FollowUpKind.values else FollowUpKind.TASK


def _touch_client(client, interaction):
    """Moves the client's dates forward, never back, and says that its health is to be worked out anew."""
    row = Client.objects.filter(pk=client.pk)
    changes = {"last_interaction_at": Greatest(F("last_interaction_at"), interaction.occurred_at)}
    newest = client.last_reached_on is None or interaction.occurred_on >= client.last_reached_on
    if interaction.reached and newest:
        cadence = effective_cadence_days([client.pk])[client.pk]
        contact_due_on = interaction.occurred_on + datetime.timedelta(days=math.floor(cadence))
        changes |= {"last_reached_on": interaction.occurred_on, "contact_due_on": contact_due_on}
        _plan_cadence(client, interaction.occurred_on, contact_due_on)
    row.update(**changes)
    row.mark_health_stale()
    refresh_next_follow_up([client.pk])


def _plan_cadence(client, last_reached_on, contact_due_on):
    """The one open cadence follow-up of a client with a lead, due by the contact of `last_reached_on`; none where the
    rule is off or not for them."""
    leads = Assignment.objects.leads().running().filter(client=client)
    lead = leads.annotate(tier=F("user__tier__code")).first()
    if lead is None or client.status != ClientStatus.ACTIVE:
        return
    if not setting_now(FollowUpRule.CADENCE).is_for(client.segment, lead.tier):
        return
    values = {
        "assignee_id": lead.user_id,
        "due_on": rules.cadence_due_on(contact_due_on, last_reached_on),
        "facts": rules.cadence_facts(contact_due_on, last_reached_on),
    }
    _move_or_open({"client_id": client.pk, "rule": FollowUpRule.CADENCE, "reason": ""}, values)


def _earliest_open(client):
    return FollowUp.objects.open().filter(client=client).order_by("due_on", "id").first()
