"""Renewals: the follow-up contract made from the old one, lost ones, and contracts that renew by themselves."""

import logging
import uuid

from django.db import transaction
from django.db.models import Exists, OuterRef

from clients.models import CareEventKind, Contract, ContractState
from clients.terms import base_number, next_term, renewal_number

from .changes import KeyUsedElsewhere, create_once, lock_client, record_change
from .contracts import WrongState, facts_of, lines_of, record_signed, write_lines

logger = logging.getLogger(__name__)
# What one run of the job renews at most; the next hour goes on.
BATCH = 500
# A contract that nobody looked at for years catches up term by term, and not without an end.
TERMS_AT_ONCE = 60


class AlreadyRenewed(Exception):
    """A renewal exists that is not lost: `renewal`."""

    def __init__(self, renewal):
        super().__init__(f"Contract {renewal.renews_id} is renewed by {renewal.pk}")
        self.renewal = renewal


@transaction.atomic
def renew_contract(*, contract, by, idempotency_key):
    """The follow-up contract of a signed one, as a draft: next term, same lines and terms, number with a suffix.

    Of two people at once the first wins and the other gets `AlreadyRenewed`; the same form sent twice makes one.
    Raises `WrongState` for what is not signed or has no end. Locks the client.
    """
    lock_client(contract.client_id)
    old = Contract.objects.get(pk=contract.pk)
    renewal = renewal_of(old)
    if renewal:
        if renewal.idempotency_key == idempotency_key:
            return renewal
        raise AlreadyRenewed(renewal)
    renewal = _make_successor(old, by=by, idempotency_key=idempotency_key)
    facts = facts_of(renewal) | {"renews": old.number, "day": renewal.starts_on.isoformat()}
    record_change(old.client_id, CareEventKind.RENEWAL_OPENED, by=by, subject_id=renewal.pk, **facts)
    return renewal


def renewal_of(contract):
    """The renewal that is not lost, with who made it, or None. One query."""
    live = contract.renewals.exclude(state=ContractState.LOST)
    return live.select_related("created_by", "renews").first()


def _make_successor(old, *, by, idempotency_key, **values):
    if old.state != ContractState.SIGNED or old.ends_on is None:
        raise WrongState(old)
    starts_on, ends_on = next_term(old.starts_on, old.ends_on)
    same = ("title", "value", "currency", "notice_days", "auto_renews", "discount_percent", "payment_days")
    values = {name: getattr(old, name) for name in same} | values
    alike = Contract.objects.filter(
        client=old.client_id, number__startswith=f"{base_number(old.number)[:50]}"
    )
    successor, created = create_once(
        Contract,
        idempotency_key=idempotency_key,
        client_id=old.client_id,
        number=renewal_number(old.number, alike.values_list("number", flat=True)),
        starts_on=starts_on,
        ends_on=ends_on,
        renews=old,
        created_by=by,
        **values,
    )
    if not created:
        raise KeyUsedElsewhere(str(idempotency_key))
    write_lines(successor, lines_of(old))
    return successor


@transaction.atomic
def lose_renewal(*, contract, on, reason, note, by, idempotency_key):
    """Keeps that a contract was not renewed, and why; returns the lost renewal. Another attempt may follow.

    `contract` is the one that ends or its open renewal; without one, a lost renewal is made. A contract that would
    renew by itself no longer does: notice counts as given. The same form sent twice counts once. Raises
    `AlreadyRenewed` when the renewal is signed, `WrongState` where there is nothing to renew. Locks the client.
    """
    lock_client(contract.client_id)
    contract = Contract.objects.select_related("renews").get(pk=contract.pk)
    old = contract.renews if contract.state in (ContractState.DRAFT, ContractState.LOST) else contract
    if old is None:
        raise WrongState(contract)
    lost = {"state": ContractState.LOST, "lost_on": on, "lost_reason": reason, "lost_note": note}
    if contract.state == ContractState.LOST:
        if (contract.lost_reason, contract.lost_note) == (reason, note):
            return contract
        raise WrongState(contract)
    sent_before = old.renewals.filter(idempotency_key=idempotency_key, state=ContractState.LOST).first()
    if sent_before:
        return sent_before
    renewal = _mark_lost(old, lost, by, idempotency_key)
    if old.auto_renews and old.notice_given_on is None:
        old.notice_given_on = on
        old.save(update_fields=["notice_given_on", "updated_at"])
    facts = facts_of(renewal) | {"renews": old.number, "reason": reason, "note": note}
    record_change(old.client_id, CareEventKind.RENEWAL_LOST, by=by, subject_id=renewal.pk, **facts)
    return renewal


def _mark_lost(old, lost, by, idempotency_key):
    renewal = renewal_of(old)
    if renewal is None:
        return _make_successor(old, by=by, idempotency_key=idempotency_key, **lost)
    if renewal.state != ContractState.DRAFT:
        raise AlreadyRenewed(renewal)
    for name, value in lost.items():
        setattr(renewal, name, value)
    renewal.save(update_fields=[*lost, "updated_at"])
    return renewal


# --- Those that renew by themselves ---------------------------------------------------------------------------


def due_by_themselves(today):
    """Contracts past their end that renew by themselves: no notice given, and nobody prepares another renewal."""
    live = Contract.objects.filter(renews=OuterRef("pk")).exclude(state=ContractState.LOST)
    due = Contract.objects.signed().filter(auto_renews=True, notice_given_on=None, ends_on__lt=today)
    return due.filter(~Exists(live)).order_by("ends_on", "pk")


def renew_automatically(today):
    """Signs the successor of every contract that is due; returns how many it made. Idempotent, each by itself:
    one that fails is logged and stops none of the others."""
    made = 0
    for pk in list(due_by_themselves(today).values_list("pk", flat=True)[:BATCH]):
        try:
            made += _catch_up(pk, today)
        except Exception:
            logger.exception("Contract %s did not renew by itself", pk)
    return made


def _catch_up(pk, today):
    """The successors of one contract up to the term that runs today."""
    for made in range(TERMS_AT_ONCE):
        successor = _renew_by_itself(pk, today)
        if successor is None:
            return made
        pk = successor.pk
    return TERMS_AT_ONCE


@transaction.atomic
def _renew_by_itself(pk, today):
    """Locks the client, so that notice given or a renewal prepared meanwhile counts."""
    client_id = Contract.objects.filter(pk=pk).values_list("client_id", flat=True).first()
    if client_id is None:
        return None
    lock_client(client_id)
    old = due_by_themselves(today).filter(pk=pk).first()
    if old is None:
        return None
    first_day = next_term(old.starts_on, old.ends_on)[0]
    signed = {"state": ContractState.SIGNED, "signed_on": first_day}
    successor = _make_successor(old, by=None, idempotency_key=uuid.uuid4(), **signed)
    record_signed(successor, by=None, automatic=True)
    return successor
