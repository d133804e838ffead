"""What the lead's tier may grant, and asking those above for more."""

import threading
import uuid
from decimal import Decimal

import pytest
from django.db import connection
from django.utils import timezone

from accounts.models import Tier, User
from clients.models import Approval, Assignment, CareEvent, Client
from clients.services.authority import (
    AlreadyAsked,
    AlreadyDecided,
    BeyondAuthority,
    MayNotDecide,
    WithinAuthority,
    ask_approval,
    check_authority,
    decide_approval,
    deciders_of,
    may_decide,
    waiting_for,
    withdraw_approval,
)
from clients.services.changes import KeyUsedElsewhere
from tests import factories as make


@pytest.fixture(autouse=True)
def authority(book):
    """AM: 5 % and 30 days, Senior AM: 10 % and 45 days."""
    Tier.objects.filter(code="am").update(max_discount_percent=5, max_payment_days=30)
    Tier.objects.filter(code="senior").update(max_discount_percent=10, max_payment_days=45)


def check(client, discount, days, **about):
    check_authority(client=client, discount_percent=Decimal(discount), payment_days=days, **about)


def ask(contract, by, *, discount=8, days=30, key=None, **about):
    return ask_approval(
        contract=contract,
        discount_percent=Decimal(discount),
        payment_days=days,
        reason="They have an offer",
        by=by,
        idempotency_key=key or uuid.uuid4(),
        **about,
    )


def decide(approval, by, *, approve=True, answer="Fine"):
    return decide_approval(approval=approval, approve=approve, answer=answer, by=as_loaded(by))


def as_loaded(user):
    return User.objects.get(pk=user.pk)


@pytest.mark.parametrize("discount, days", [("5", 30), ("0", 0), ("5.00", 0)])
def test_terms_within_the_tier_need_nobody(book, discount, days):
    check(book.alpha, discount, days)


@pytest.mark.parametrize("discount, days", [("5.01", 30), ("5", 31), ("100", 365)])
def test_terms_beyond_the_tier_name_the_authority(book, discount, days):
    with pytest.raises(BeyondAuthority) as refused:
        check(book.alpha, discount, days)
    assert refused.value.authority.discount_percent == 5
    assert refused.value.authority.payment_days == 30
    assert refused.value.pending is None


def test_without_a_lead_nothing_is_granted(book):
    Assignment.objects.filter(client=book.alpha).update(ended_at=timezone.now())
    check(book.alpha, "0", 0)
    with pytest.raises(BeyondAuthority):
        check(book.alpha, "0", 1)


def test_approval_covers_up_to_what_it_names(book):
    contract = make.contract(book.alpha)
    decide(ask(contract, book.lan, discount=8, days=30), book.senior)
    check(book.alpha, "8", 30, contract=contract)
    check(book.alpha, "7.5", 10, contract=contract)
    for discount, days in [("8.01", 30), ("8", 31)]:
        with pytest.raises(BeyondAuthority):
            check(book.alpha, discount, days, contract=contract)
    with pytest.raises(BeyondAuthority):
        check(book.alpha, "8", 30, contract=make.contract(book.alpha))


def test_approval_need_not_name_what_the_tier_covers(book):
    contract = make.contract(book.alpha)
    decide(ask(contract, book.lan, discount=8, days=0), book.senior)
    check(book.alpha, "8", 30, contract=contract)


def test_approval_of_a_deal_covers_the_contract_made_of_it(book):
    deal = make.open_deal(book.alpha)
    decide(ask(None, book.lan, deal=deal), book.senior)
    check(book.alpha, "8", 30, deal=deal)
    check(book.alpha, "8", 30, contract=make.contract(book.alpha, deal=deal))
    with pytest.raises(BeyondAuthority):
        check(book.alpha, "8", 30, contract=make.contract(book.alpha))


@pytest.mark.parametrize("approve", [False, None])
def test_declined_and_waiting_questions_grant_nothing(book, approve):
    contract = make.contract(book.alpha)
    approval = ask(contract, book.lan)
    if approve is False:
        decide(approval, book.senior, approve=False)
    with pytest.raises(BeyondAuthority) as refused:
        check(book.alpha, "8", 30, contract=contract)
    assert refused.value.pending == (approval if approve is None else None)


def test_asking_again_is_refused_and_names_the_question(book):
    contract = make.contract(book.alpha)
    first = ask(contract, book.lan)
    with pytest.raises(AlreadyAsked) as refused:
        ask(contract, book.mai, discount=9)
    assert refused.value.pending == first


def test_asking_for_what_may_be_granted_is_refused(book):
    with pytest.raises(WithinAuthority):
        ask(make.contract(book.alpha), book.lan, discount=5, days=30)
    assert not Approval.objects.exists()


def test_the_same_question_sent_twice_is_put_once(book):
    contract, key = make.contract(book.alpha), uuid.uuid4()
    assert ask(contract, book.lan, key=key) == ask(contract, book.lan, key=key)
    assert CareEvent.objects.filter(kind="approval_asked").count() == 1
    with pytest.raises(KeyUsedElsewhere):
        ask(make.contract(book.alpha), book.lan, key=key)


@pytest.mark.parametrize(
    "discount, days, besides, expected",
    [
        (8, 30, None, {"Sơn Phạm", "Minh Trần", "Ada Admin"}),
        (8, 46, None, {"Minh Trần", "Ada Admin"}),
        (20, 30, None, {"Minh Trần", "Ada Admin"}),
        (20, 30, "manager", {"Ada Admin"}),
    ],
)
def test_deciders_are_above_the_lead_and_have_the_authority(book, discount, days, besides, expected):
    found = deciders_of(
        book.alpha,
        discount_percent=discount,
        payment_days=days,
        besides=getattr(book, besides) if besides else None,
    )
    assert {one.name for one in found} == expected


def test_without_a_lead_admins_decide(book):
    Assignment.objects.filter(client=book.alpha).update(ended_at=timezone.now())
    assert {one.name for one in deciders_of(book.alpha)} == {"Ada Admin"}


@pytest.mark.parametrize(
    "discount, allowed", [(8, {"senior", "manager", "admin"}), (20, {"manager", "admin"})]
)
def test_list_of_what_waits_agrees_with_who_may_decide(book, discount, allowed):
    approval = ask(make.contract(book.alpha), book.lan, discount=discount)
    personas_ = ["lan", "mai", "senior", "manager", "olga", "other_manager", "admin", "dept"]
    people = {name: as_loaded(getattr(book, name)) for name in personas_}
    assert {name for name, one in people.items() if may_decide(approval, one)} == allowed
    assert {name for name, one in people.items() if approval in waiting_for(one)} == allowed


def test_who_asked_never_decides(book):
    approval = ask(make.contract(book.alpha), book.manager)
    assert approval not in waiting_for(as_loaded(book.manager))
    with pytest.raises(MayNotDecide):
        decide(approval, book.manager)
    decide(approval, book.admin)
    approval.refresh_from_db()
    assert (approval.status, approval.decided_by) == ("approved", book.admin)


@pytest.mark.parametrize("persona", ["lan", "mai", "olga", "other_manager", "dept"])
def test_nobody_else_decides(book, persona):
    approval = ask(make.contract(book.alpha), book.senior)
    with pytest.raises(MayNotDecide):
        decide(approval, getattr(book, persona))
    approval.refresh_from_db()
    assert approval.status == "pending"


def test_first_decision_wins_and_the_other_is_told(book):
    approval = ask(make.contract(book.alpha), book.lan)
    first = decide(approval, book.senior)
    assert decide(approval, book.senior) == first
    for by, approve in [(book.manager, False), (book.senior, False), (book.manager, True)]:
        with pytest.raises(AlreadyDecided) as refused:
            decide(approval, by, approve=approve)
        assert refused.value.approval.decided_by == book.senior
    assert CareEvent.objects.filter(kind="approval_decided").count() == 1


def test_withdrawn_question_cannot_be_decided_and_another_may_be_asked(book):
    contract = make.contract(book.alpha)
    approval = ask(contract, book.lan)
    withdraw_approval(approval=approval, by=book.lan)
    withdraw_approval(approval=approval, by=book.lan)
    with pytest.raises(AlreadyDecided):
        decide(approval, book.senior)
    second = ask(contract, book.lan)
    decide(second, book.senior)
    with pytest.raises(AlreadyDecided):
        withdraw_approval(approval=second, by=book.lan)


def test_asking_and_deciding_stand_in_the_timeline(book):
    contract = make.contract(book.alpha, number="HD-7", title="Care")
    decide(ask(contract, book.lan), book.senior, answer="Once only")
    asked, decided = CareEvent.objects.order_by("id")
    assert asked.facts == {
        "number": "HD-7",
        "title": "Care",
        "discount": "8",
        "days": 30,
        "reason": "They have an offer",
        "who": "Lan Nguyễn",
    }
    assert (decided.by, decided.facts["decision"], decided.facts["answer"]) == (
        book.senior,
        "approved",
        "Once only",
    )
    assert Client.objects.get(pk=book.alpha.pk).health_stale_since is not None


@pytest.mark.django_db(transaction=True)
def test_two_decisions_at_once_leave_one(book):
    contract = make.contract(book.alpha)
    approval = ask(contract, book.lan)
    outcomes, start = [], threading.Barrier(2)

    def run(by, approve):
        start.wait()
        try:
            outcomes.append(decide(approval, by, approve=approve).status)
        except AlreadyDecided as refused:
            outcomes.append(refused.approval.decided_by.name)
        finally:
            connection.close()

    threads = [
        threading.Thread(target=run, args=(book.manager, True)),
        threading.Thread(target=run, args=(book.admin, False)),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    saved = Approval.objects.get()
    assert sorted(outcomes) == sorted([saved.status, saved.decided_by.name])
    assert CareEvent.objects.filter(kind="approval_decided").count() == 1
