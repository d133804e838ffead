"""Contracts from draft to end: what the services write, refuse and tell."""

import datetime
import uuid
from decimal import Decimal

import pytest
from django.utils import timezone

from accounts.models import Tier
from clients.models import Approval, CareEvent, Client, Contract, ContractLine
from clients.services.authority import BeyondAuthority
from clients.services.changes import KeyUsedElsewhere
from clients.services.contracts import (
    NumberTaken,
    WrongState,
    create_contract,
    end_contract,
    give_notice,
    lines_of,
    save_contract,
    sign_contract,
)
from clients.services.editing import EditConflict
from tests import factories as make

TODAY = timezone.localdate()


@pytest.fixture(autouse=True)
def authority(book):
    Tier.objects.filter(code="am").update(max_discount_percent=5, max_payment_days=30)


def create(client, by, *, number="HD-1", key=None, lines=(), **values):
    values = {
        "number": number,
        "title": "Care",
        "starts_on": TODAY,
        "ends_on": TODAY + datetime.timedelta(days=364),
        "value": Decimal(100),
    } | values
    return create_contract(
        client=client, values=values, lines=list(lines), by=by, idempotency_key=key or uuid.uuid4()
    )


def save(contract, *, lines=None, version=None, **changes):
    return save_contract(
        contract=contract,
        version=version or Contract.objects.get(pk=contract.pk).version,
        changes=changes,
        lines=lines_of(contract) if lines is None else lines,
    )


def event(kind):
    return CareEvent.objects.get(kind=kind)


def test_create_writes_a_draft_with_its_lines_once(book):
    product, key = make.product(), uuid.uuid4()
    lines = [(product.pk, Decimal(2), Decimal(50))]
    contract = create(book.alpha, book.lan, lines=lines, key=key)
    assert create(book.alpha, book.lan, lines=lines, key=key) == contract
    assert (contract.state, contract.created_by) == ("draft", book.lan)
    line = ContractLine.objects.get()
    assert (line.contract, line.client, line.product, line.amount) == (contract, book.alpha, product, 100)
    assert Client.objects.get(pk=book.alpha.pk).health_stale_since is not None


def test_create_with_the_key_of_another_client_is_refused(book):
    key = uuid.uuid4()
    create(book.alpha, book.lan, key=key)
    with pytest.raises(KeyUsedElsewhere):
        create(book.omega, book.olga, key=key)


def test_number_is_unique_for_a_client_only(book):
    first = create(book.alpha, book.lan)
    create(book.omega, book.olga)
    with pytest.raises(NumberTaken):
        create(book.alpha, book.lan)
    with pytest.raises(NumberTaken):
        save(create(book.alpha, book.lan, number="HD-2"), number=first.number)


def test_save_refuses_an_older_version_and_names_the_row_as_it_is(book):
    contract = create(book.alpha, book.lan)
    save(contract, title="Care and more", version=1)
    with pytest.raises(EditConflict) as refused:
        save(contract, title="Something else", version=1)
    assert refused.value.saved.title == "Care and more"
    assert save(contract, title="Care and more", version=1).version == 2


def test_lines_alone_make_a_conflict_as_well(book):
    one, other = make.product(), make.product()
    contract = create(book.alpha, book.lan, lines=[(one.pk, Decimal(1), Decimal(5))])
    save(contract, lines=[(other.pk, Decimal(1), Decimal(5))], version=1)
    with pytest.raises(EditConflict):
        save(contract, lines=[(one.pk, Decimal(9), Decimal(5))], version=1)
    assert lines_of(contract) == [(other.pk, 1, 5)]


def test_sign_writes_state_day_and_timeline_once(book):
    contract = create(book.alpha, book.lan)
    for _ in range(2):
        sign_contract(contract=contract, signed_on=TODAY, by=book.lan)
    contract.refresh_from_db()
    assert (contract.state, contract.signed_on) == ("signed", TODAY)
    facts = event("contract_signed").facts
    assert facts == {
        "number": "HD-1",
        "title": "Care",
        "amount": "100.00",
        "currency": "VND",
        "day": TODAY.isoformat(),
        "automatic": False,
    }
    with pytest.raises(WrongState):
        sign_contract(contract=contract, signed_on=TODAY - datetime.timedelta(days=1), by=book.lan)


@pytest.mark.parametrize("terms", [{"discount_percent": Decimal(6)}, {"payment_days": 31}])
def test_sign_beyond_authority_writes_nothing(book, terms):
    contract = create(book.alpha, book.lan, **terms)
    with pytest.raises(BeyondAuthority):
        sign_contract(contract=contract, signed_on=TODAY, by=book.lan)
    contract.refresh_from_db()
    assert contract.state == "draft"
    assert not CareEvent.objects.exists()


def test_value_typed_below_the_lines_needs_authority_too(book):
    lines = [(make.product().pk, Decimal(1), Decimal(100))]
    contract = create(book.alpha, book.lan, lines=lines, value=Decimal(90))
    with pytest.raises(BeyondAuthority) as refused:
        sign_contract(contract=contract, signed_on=TODAY, by=book.lan)
    assert refused.value.wish["discount_percent"] == 10


def test_approved_terms_are_signed(book):
    contract = create(book.alpha, book.lan, discount_percent=Decimal(8))
    Approval.objects.create(
        client=book.alpha,
        contract=contract,
        discount_percent=8,
        payment_days=30,
        reason="Why",
        status="approved",
        decided_at=timezone.now(),
    )
    assert sign_contract(contract=contract, signed_on=TODAY, by=book.lan).state == "signed"


def test_signed_contract_cannot_be_edited_beyond_authority(book):
    contract = make.contract(book.alpha, discount_percent=20, payment_days=30)
    with pytest.raises(BeyondAuthority):
        save(contract, discount_percent=Decimal(21))
    with pytest.raises(BeyondAuthority):
        save(contract, payment_days=60)
    saved = save(contract, payment_days=20, discount_percent=Decimal(20), title="New title")
    assert (saved.payment_days, saved.title, saved.version) == (20, "New title", 2)


def test_notice_is_noted_once_and_can_be_taken_back(book):
    contract = make.contract(book.alpha)
    for _ in range(2):
        give_notice(contract=contract, on=TODAY, by=book.lan)
    assert event("notice_given").facts["day"] == TODAY.isoformat()
    status = Contract.objects.with_status(TODAY).get(pk=contract.pk).status
    assert status == "in_notice"
    assert give_notice(contract=contract, on=None, by=book.lan).notice_given_on is None
    with pytest.raises(WrongState):
        give_notice(contract=make.contract(book.alpha, state="draft"), on=TODAY, by=book.lan)


def test_end_keeps_day_and_reason_and_counts_once(book):
    contract = make.contract(book.alpha)
    for _ in range(2):
        end_contract(contract=contract, on=TODAY, reason="They closed the plant", by=book.lan)
    contract.refresh_from_db()
    assert (contract.state, contract.ended_on) == ("ended", TODAY)
    assert event("contract_ended").facts["reason"] == "They closed the plant"
    with pytest.raises(WrongState):
        end_contract(contract=contract, on=TODAY, reason="Another reason", by=book.mai)


@pytest.mark.parametrize(
    "fields, expected",
    [
        ({"state": "draft"}, "draft"),
        ({"ends_in": 300}, "active"),
        ({"ends_in": None}, "active"),
        ({"ends_in": 20}, "in_notice"),
        ({"ends_in": 20, "auto_renews": True}, "active"),
        ({"ends_in": 300, "notice_given_on": TODAY}, "in_notice"),
        ({"ends_in": -1}, "expired"),
        ({"ends_in": -1, "auto_renews": True}, "active"),
        ({"ends_in": 20, "state": "ended", "ended_on": TODAY}, "ended"),
    ],
)
def test_status_is_worked_out_from_state_and_days(book, fields, expected):
    contract = make.contract(book.alpha, **fields)
    assert Contract.objects.with_status(TODAY).get(pk=contract.pk).status == expected
