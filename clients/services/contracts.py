"""Contracts from draft to end: adding, editing, signing, notice, ending early. Renewals: services.renewals."""

from django.db import transaction

from clients.models import CareEventKind, Contract, ContractLine, ContractState
from clients.terms import granted_discount

from .authority import check_authority
from .changes import create_once, lock_client, record_change, tell_changed
from .editing import EditConflict


class WrongState(Exception):
    """Somebody else was first: the contract is no longer in a state that allows this. `contract` is how it is now."""

    def __init__(self, contract):
        super().__init__(f"Contract {contract.pk} is {contract.state}")
        self.contract = contract


class NumberTaken(Exception):
    """Another contract of the client has this number."""


@transaction.atomic
def create_contract(*, client, values, lines, by, idempotency_key):
    """A draft with `values` ({field: value}) and `lines` ([(product, quantity, unit price)]), once for each key.

    Raises `NumberTaken`. Tells of the change: a draft is an open end that follow-ups look at.
    """
    lock_client(client.pk)
    if not Contract.objects.filter(idempotency_key=idempotency_key).exists():
        _require_free_number(client.pk, values["number"])
    contract, created = create_once(
        Contract, idempotency_key=idempotency_key, client=client, created_by=by, **values
    )
    if created:
        write_lines(contract, lines)
        tell_changed([client.pk])
    return contract


@transaction.atomic
def save_contract(*, contract, version, changes, lines):
    """Write `changes` and `lines` and return the contract; `version` is the one that the form showed.

    Raises `EditConflict` when it is at another version and something differs from it, `BeyondAuthority` where a
    signed contract would grant more than before and than allowed, `NumberTaken`. Locks the client.
    """
    lock_client(contract.client_id)
    saved = Contract.objects.get(pk=contract.pk)
    before = lines_of(saved)
    changed = {name for name, value in changes.items() if getattr(saved, name) != value}
    if not changed and before == lines:
        return saved
    if saved.version != version:
        raise EditConflict(saved)
    if "number" in changed:
        _require_free_number(saved.client_id, changes["number"])
    granted = wish_of(saved, before)
    for name in changed:
        setattr(saved, name, changes[name])
    if saved.state == ContractState.SIGNED:
        _check_growth(saved, granted, wish_of(saved, lines))
    saved.version += 1
    saved.save(update_fields=[*changed, "version", "updated_at"])
    if before != lines:
        write_lines(saved, lines)
    tell_changed([saved.client_id])
    return saved


def _require_free_number(client_id, number):
    if Contract.objects.filter(client=client_id, number=number).exists():
        raise NumberTaken(number)


def _check_growth(contract, before, after):
    """What was granted once stays granted, whatever the tier allows by now."""
    grown = {name: value if value > before[name] else 0 for name, value in after.items()}
    check_authority(client=contract.client_id, contract=contract, **grown)


@transaction.atomic
def sign_contract(*, contract, signed_on, by):
    """Makes a draft a signed contract and returns it; the same form sent twice signs once.

    Raises `BeyondAuthority` unless its terms may be granted, `WrongState` for what is no draft. Locks the client.
    """
    saved = _locked(contract)
    if saved.state == ContractState.SIGNED and saved.signed_on == signed_on:
        return saved
    _require(saved, ContractState.DRAFT)
    check_authority(client=saved.client_id, contract=saved, **wish_of(saved, lines_of(saved)))
    saved.state, saved.signed_on = ContractState.SIGNED, signed_on
    saved.save(update_fields=["state", "signed_on", "updated_at"])
    record_signed(saved, by=by)
    return saved


def record_signed(contract, *, by, automatic=False):
    """The timeline entry of a signature; `automatic` where a contract renewed by itself."""
    facts = facts_of(contract) | {"day": contract.starts_on.isoformat(), "automatic": automatic}
    if contract.renews_id:
        facts["renews"] = contract.renews.number
    record_change(contract.client_id, CareEventKind.CONTRACT_SIGNED, by=by, subject_id=contract.pk, **facts)


@transaction.atomic
def give_notice(*, contract, on, by):
    """Writes the day notice was given, or takes it back with None; returns the contract. Locks the client."""
    saved = _locked(contract)
    _require(saved, ContractState.SIGNED)
    if saved.notice_given_on == on:
        return saved
    saved.notice_given_on = on
    saved.save(update_fields=["notice_given_on", "updated_at"])
    if on is None:
        tell_changed([saved.client_id])
        return saved
    facts = facts_of(saved) | {"day": on.isoformat()}
    record_change(saved.client_id, CareEventKind.NOTICE_GIVEN, by=by, subject_id=saved.pk, **facts)
    return saved


@transaction.atomic
def end_contract(*, contract, on, reason, by):
    """Ends a signed contract before its term on the day `on` and returns it; twice counts once. Locks the client."""
    saved = _locked(contract)
    if saved.state == ContractState.ENDED and (saved.ended_on, saved.end_reason) == (on, reason):
        return saved
    _require(saved, ContractState.SIGNED)
    saved.state, saved.ended_on, saved.end_reason = ContractState.ENDED, on, reason
    saved.save(update_fields=["state", "ended_on", "end_reason", "updated_at"])
    facts = facts_of(saved) | {"day": on.isoformat(), "reason": reason}
    record_change(saved.client_id, CareEventKind.CONTRACT_ENDED, by=by, subject_id=saved.pk, **facts)
    return saved


# --- Shared with renewals -------------------------------------------------------------------------------------


def lines_of(contract):
    """[(product id, quantity, unit price)] in their order. One query."""
    return list(contract.lines.order_by("pk").values_list("product_id", "quantity", "unit_price"))


def write_lines(contract, lines):
    """Puts `lines` ([(product id, quantity, unit price)]) in the place of what the contract had. Two queries."""
    contract.lines.all().delete()
    ContractLine.objects.bulk_create(
        ContractLine(
            contract=contract,
            client_id=contract.client_id,
            product_id=product_id,
            quantity=quantity,
            unit_price=price,
        )
        for product_id, quantity, price in lines
    )


def wish_of(contract, lines):
    """The terms that authority is asked for: the discount in truth and the payment term."""
    discount = granted_discount(lines, contract.discount_percent, contract.value)
    return {"discount_percent": discount, "payment_days": contract.payment_days}


def facts_of(contract):
    """What timeline entries of a contract name."""
    return {
        "number": contract.number,
        "title": contract.title,
        "amount": str(contract.value),
        "currency": contract.currency,
    }


def _locked(contract):
    lock_client(contract.client_id)
    return Contract.objects.select_related("renews").get(pk=contract.pk)


def _require(contract, state):
    if contract.state != state:
        raise WrongState(contract)
