"""Milestones of a contract: planned, changed, done, and accepted by the client (nghiệm thu)."""

import datetime

from django.db import transaction
from django.db.models import F, Value
from django.db.models.functions import Greatest
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.templatetags.tend import day
from clients.models import Attachment, CareEventKind, Contract, Invoice, InvoiceState, Milestone

from .attachments import add_document
from .changes import create_once, lock_client, record_change, tell_changed
from .refusals import Refused
from .versions import write_changes


class AlreadyAccepted(Exception):
    """The client has accepted it, so it stays as it is. `milestone` is the row as it is now."""

    def __init__(self, milestone):
        super().__init__(f"Milestone {milestone.pk} was accepted on {milestone.accepted_on}")
        self.milestone = milestone


@transaction.atomic
def add_milestone(*, contract, values, idempotency_key):
    """A milestone of `contract` with `values` ({field: value}); once for each key. Locks the client.

    Raises Refused for a payment term longer than the contract's, which is as long as somebody was allowed to grant.
    """
    lock_client(contract.client_id)
    _refuse_long_term(contract.pk, values.get("payment_days"))
    milestone, created = create_once(
        Milestone, idempotency_key=idempotency_key, client=contract.client, contract=contract, **values
    )
    if created:
        tell_changed([contract.client_id])
    return milestone


@transaction.atomic
def save_milestone(*, milestone, version, changes):
    """Write `changes` and return the milestone as saved; `version` is the one that the form showed.

    Raises EditConflict when somebody else saved meanwhile, AlreadyAccepted, and Refused as `add_milestone` does.
    Locks the client.
    """
    saved = _locked(milestone)
    _refuse_accepted(saved)
    if changes.get("payment_days", saved.payment_days) != saved.payment_days:
        _refuse_long_term(saved.contract_id, changes["payment_days"])
    if write_changes(saved, version, changes):
        tell_changed([saved.client_id])
    return saved


@transaction.atomic
def mark_done(*, milestone, done_on, by):
    """Say that it was delivered on `done_on` and return it; another day corrects the first. Raises AlreadyAccepted.

    The first time is written to the timeline. Locks the client.
    """
    saved = _locked(milestone)
    _refuse_accepted(saved)
    first, unchanged = saved.done_on is None, saved.done_on == done_on
    if unchanged:
        return saved
    saved.done_on = done_on
    _save(saved, "done_on")
    if first:
        _record(saved, CareEventKind.MILESTONE_DONE, by, day=done_on.isoformat())
    else:
        tell_changed([saved.client_id])
    return saved


@transaction.atomic
def accept_milestone(
    *, milestone, accepted_on, by, accepted_by=None, note="", done_on=None, upload=None, document=None
):
    """Record the client's acceptance and return (milestone, invoices that now have a due day).

    One that nobody had marked as done was done on `done_on`, else on that day. Invoices that hang on it fall due in the
    same transaction, see `due_after`. Accepting twice on the same day counts once; otherwise AlreadyAccepted. Raises
    Refused for an acceptance before it was done. Locks the client; the document (`upload`, see `add_document`) is kept
    with it or not at all.
    """
    saved = _locked(milestone)
    if saved.accepted_on == accepted_on:
        return saved, []
    _refuse_accepted(saved)
    saved.done_on = saved.done_on or done_on or accepted_on
    if saved.done_on > accepted_on:
        said = _("It was done on %(day)s; the client accepts it then or later.") % {"day": day(saved.done_on)}
        raise Refused(said, "accepted_on")
    saved.accepted_on, saved.accepted_by, saved.acceptance_note = accepted_on, accepted_by, note
    _save(saved, "done_on", "accepted_on", "accepted_by", "acceptance_note")
    due = _let_fall_due(saved)
    facts = {"day": accepted_on.isoformat(), "who": accepted_by.name if accepted_by else "", "note": note}
    _record(saved, CareEventKind.MILESTONE_ACCEPTED, by, **facts)
    if upload is not None:
        add_document(client=saved.client, upload=upload, document=document, by=by, milestone=saved)
    return saved, due


@transaction.atomic
def remove_milestone(*, milestone):
    """Take a milestone out of the plan. Raises AlreadyAccepted, and Refused while invoices or documents hang on it."""
    saved = _locked(milestone)
    _refuse_accepted(saved)
    if Invoice.objects.filter(milestone=saved).exists():
        raise Refused(_("An invoice falls due after this milestone. Take it off the invoice first."))
    if Attachment.objects.filter(milestone=saved).exists():
        raise Refused(_("This milestone has documents. Delete them first."))
    saved.delete()
    tell_changed([saved.client_id])


def due_after(milestone):
    """The day on which an invoice that hangs on the milestone falls due, None before the client has accepted it.

    Its own payment term counts, else the contract's; no later than an invoice is issued (the caller sees to that).
    """
    if milestone.accepted_on is None:
        return None
    days = milestone.payment_days
    if days is None:
        days = milestone.contract.payment_days
    return milestone.accepted_on + datetime.timedelta(days=days)


def _let_fall_due(milestone):
    """Give the waiting invoices their due day, never before they were issued; returns their numbers."""
    waiting = Invoice.objects.filter(milestone=milestone, due_on__isnull=True, state=InvoiceState.ISSUED)
    numbers = list(waiting.order_by("id").values_list("number", flat=True))
    due_on = Greatest(
        F("issued_on"), Value(due_after(milestone), output_field=Invoice._meta.get_field("due_on"))
    )
    waiting.update(due_on=due_on, version=F("version") + 1, updated_at=timezone.now())
    return numbers


def _locked(milestone):
    """The milestone as it is now; whoever changes one holds its client first."""
    lock_client(milestone.client_id)
    return Milestone.objects.select_related("contract", "client").get(pk=milestone.pk)


def _save(milestone, *fields):
    milestone.version += 1
    milestone.save(update_fields=[*fields, "version", "updated_at"])


def _refuse_accepted(milestone):
    if milestone.accepted_on is not None:
        raise AlreadyAccepted(milestone)


def _refuse_long_term(contract_id, days):
    longest = Contract.objects.values_list("payment_days", flat=True).get(pk=contract_id)
    if days is not None and days > longest:
        said = _("The contract grants %(days)s days at most.") % {"days": longest}
        raise Refused(said, "payment_days")


def _record(milestone, kind, by, **facts):
    facts |= {"title": milestone.title, "number": milestone.contract.number}
    record_change(milestone.client_id, kind, by=by, subject_id=milestone.pk, **facts)
