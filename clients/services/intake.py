"""The hand-over from sales: the intake itself, its kick-off, and the promises that came with it."""

import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.working_time import add_working_days
from clients.filters import house_today
from clients.models import CareEventKind, Commitment, CommitmentStatus, Intake

from .changes import create_once, lock_client, record_change, tell_changed
from .editing import EditConflict
from .refusals import Refused
from .versions import write_changes

KICK_OFF_WITHIN_DAYS = 5
# The same promise typed again by the same person within this time is a double click.
SAME_PROMISE_WITHIN = datetime.timedelta(minutes=5)


class AlreadyDecided(Exception):
    """Somebody else has said kept or withdrawn, or has held the kick-off. `row` is it as it is now."""

    def __init__(self, row):
        super().__init__(f"{row._meta.label} {row.pk} is decided")
        self.row = row


def kick_off_by(day):
    """The day by which a client handed over on `day` is kicked off: five working days later."""
    return add_working_days(day, KICK_OFF_WITHIN_DAYS)


@transaction.atomic
def take_over(*, client, values, people, promises, by, idempotency_key):
    """The intake of `client` with `values` ({field: value}), the contacts `people` and `promises` ([(text, day)]).

    Once for each key. Locks the client; writes a timeline entry.
    """
    lock_client(client.pk)
    intake, created = create_once(
        Intake, idempotency_key=idempotency_key, client=client, created_by=by, **values
    )
    if not created:
        return intake
    intake.people.set(people)
    Commitment.objects.bulk_create(
        Commitment(client=client, intake=intake, text=text, due_on=due_on, created_by=by)
        for text, due_on in promises
    )
    facts = {
        "title": intake.sold_by,
        "note": intake.what_was_sold[:400],
        "day": intake.kick_off_by.isoformat(),
    }
    record_change(client.pk, CareEventKind.INTAKE, by=by, subject_id=intake.pk, **facts)
    return intake


@transaction.atomic
def save_intake(*, intake, version, changes, people):
    """Write `changes` and the contacts `people`; returns the intake. Raises EditConflict. Locks the client."""
    lock_client(intake.client_id)
    saved = Intake.objects.get(pk=intake.pk)
    met = {person.pk for person in people}
    moved = met != set(saved.people.values_list("pk", flat=True))
    if moved and saved.version != version:
        raise EditConflict(saved)
    changed = write_changes(saved, version, changes)
    if moved:
        saved.people.set(met)
    if moved and not changed:
        saved.version += 1
        saved.save(update_fields=["version", "updated_at"])
    if moved or changed:
        tell_changed([saved.client_id])
    return saved


@transaction.atomic
def hold_kick_off(*, intake, held_on, by):
    """Say that the kick-off was held and return the intake; the same day twice counts once, another: AlreadyDecided.

    Raises Refused for a day before the hand-over. Locks the client; writes a timeline entry.
    """
    lock_client(intake.client_id)
    saved = Intake.objects.get(pk=intake.pk)
    if saved.kicked_off_on == held_on:
        return saved
    if saved.kicked_off_on is not None:
        raise AlreadyDecided(saved)
    if held_on < saved.handed_over_on:
        raise Refused(_("That was before the client was handed over."), "held_on")
    saved.kicked_off_on = held_on
    saved.version += 1
    saved.save(update_fields=["kicked_off_on", "version", "updated_at"])
    day = held_on.isoformat()
    record_change(saved.client_id, CareEventKind.KICK_OFF, by=by, subject_id=saved.pk, day=day)
    return saved


@transaction.atomic
def add_promise(*, client, text, due_on, by, intake=None):
    """A promise to the client, open until somebody says kept or withdrawn. Locks the client.

    The same words for the same day from the same person within minutes are one promise: a double click.
    """
    lock_client(client.pk)
    values = {"text": text, "due_on": due_on, "created_by": by, "intake": intake}
    lately = timezone.now() - SAME_PROMISE_WITHIN
    same = Commitment.objects.filter(
        client=client, created_at__gte=lately, status=CommitmentStatus.OPEN, **values
    )
    promise = same.first()
    if promise is None:
        promise = Commitment.objects.create(client=client, **values)
        tell_changed([client.pk])
    return promise


@transaction.atomic
def decide_promise(*, promise, status, by, note=""):
    """Say that a promise was kept or is withdrawn (`status`) and return it; the same twice counts once.

    Raises AlreadyDecided where somebody said otherwise, Refused for one withdrawn without a note. Locks the client;
    writes a timeline entry.
    """
    lock_client(promise.client_id)
    saved = Commitment.objects.get(pk=promise.pk)
    if saved.status == status:
        return saved
    if saved.status != CommitmentStatus.OPEN:
        raise AlreadyDecided(saved)
    if status == CommitmentStatus.WITHDRAWN and not note:
        raise Refused(_("Say why it is withdrawn."), "note")
    saved.status, saved.decided_on, saved.decided_by, saved.note = status, house_today(), by, note
    saved.save(update_fields=["status", "decided_on", "decided_by", "note"])
    kept = status == CommitmentStatus.KEPT
    kind = CareEventKind.COMMITMENT_KEPT if kept else CareEventKind.COMMITMENT_WITHDRAWN
    record_change(saved.client_id, kind, by=by, subject_id=saved.pk, text=saved.text, note=note)
    return saved
