"""Deals: the rules of the services."""

import datetime
import threading
import uuid
from decimal import Decimal

import pytest
from django.db import connection
from django.utils import timezone

from accounts.models import Tier
from clients.models import (
    Approval,
    ApprovalStatus,
    CareEvent,
    CareEventKind,
    Client,
    Deal,
    DealKind,
    DealStage,
    MonthlyRevenue,
)
from clients.services.authority import BeyondAuthority
from clients.services.changes import KeyUsedElsewhere
from clients.services.deals import (
    DealClosed,
    DealInContract,
    lose_deal,
    move_deal,
    open_deal,
    reopen_deal,
    save_deal,
    win_deal,
)
from clients.services.editing import EditConflict
from tests import factories as make

TODAY = datetime.date(2026, 11, 20)


def values(**changes):
    return {"product": make.product(), "kind": DealKind.CROSS_SELL, "amount": Decimal(500)} | changes


def opened(book, **changes):
    return open_deal(
        client=book.alpha, values=values(**changes), by=book.lan, day=TODAY, idempotency_key=uuid.uuid4()
    )


def win(deal, by, **changes):
    terms = {"version": deal.version, "amount": Decimal(500), "day": TODAY} | changes
    return win_deal(deal=deal, by=by, **terms)


def kinds():
    return list(CareEvent.objects.order_by("id").values_list("kind", flat=True))


def stale(client):
    return Client.objects.get(pk=client.pk).health_stale_since is not None


# --- Opening and editing --------------------------------------------------------------------------------------


def test_a_deal_is_opened_once_in_the_clients_currency(book):
    book.alpha.currency = "USD"
    book.alpha.save()
    key, given = uuid.uuid4(), values(title="Two docks")
    first = open_deal(client=book.alpha, values=given, by=book.lan, day=TODAY, idempotency_key=key)
    again = open_deal(client=book.alpha, values=given, by=book.lan, day=TODAY, idempotency_key=key)
    assert first == again and Deal.objects.count() == 1
    assert (first.currency, first.owner, first.opened_on, first.stage) == ("USD", book.lan, TODAY, "open")
    event = CareEvent.objects.get()
    assert (event.kind, event.subject_id, event.by) == (CareEventKind.DEAL_OPENED, first.pk, book.lan)
    assert event.facts["title"] == "Two docks" and event.facts["amount"] == "500"
    assert event.facts["currency"] == "USD" and stale(book.alpha)


def test_a_key_of_another_client_is_refused(book):
    key = uuid.uuid4()
    open_deal(client=book.alpha, values=values(), by=book.lan, day=TODAY, idempotency_key=key)
    with pytest.raises(KeyUsedElsewhere):
        open_deal(client=book.omega, values=values(), by=book.olga, day=TODAY, idempotency_key=key)


def test_an_edit_of_an_old_version_is_a_conflict_unless_it_says_the_same(book):
    deal = opened(book)
    saved = save_deal(deal=deal, version=1, changes={"amount": Decimal(700)})
    assert (saved.version, saved.amount) == (2, Decimal(700))
    assert save_deal(deal=deal, version=1, changes={"amount": Decimal(700)}).version == 2
    with pytest.raises(EditConflict) as conflict:
        save_deal(deal=deal, version=1, changes={"amount": Decimal(800)})
    assert conflict.value.saved.amount == Decimal(700)
    assert Deal.objects.get().amount == Decimal(700)


def test_a_deal_moves_through_the_open_stages_only(book):
    deal = opened(book)
    assert move_deal(deal=deal, version=1, stage=DealStage.NEGOTIATION).stage == DealStage.NEGOTIATION
    with pytest.raises(ValueError, match="no open stage"):
        move_deal(deal=deal, version=2, stage=DealStage.WON)
    assert Deal.objects.get().stage == DealStage.NEGOTIATION


# --- Won and lost ---------------------------------------------------------------------------------------------


def test_a_won_deal_counts_as_revenue_and_in_the_timeline_once(book):
    deal = opened(book)
    won = win(deal, book.lan)
    assert (won.stage, won.closed_on, won.version) == (DealStage.WON, TODAY, 2)
    assert win(deal, book.lan).version == 2
    month = MonthlyRevenue.objects.get(client=book.alpha)
    assert (month.month, month.amount) == (TODAY.replace(day=1), Decimal(500))
    assert kinds() == [CareEventKind.DEAL_OPENED, CareEventKind.DEAL_WON]


def test_terms_beyond_the_leads_tier_are_not_won_without_an_approval(book):
    Tier.objects.filter(pk=book.lan.tier_id).update(max_discount_percent=10, max_payment_days=30)
    deal = opened(book, discount_percent=Decimal(15), payment_days=30)
    with pytest.raises(BeyondAuthority):
        win(deal, book.lan)
    with pytest.raises(BeyondAuthority):
        win(deal, book.senior)  # what counts is the lead's tier, whoever presses the button
    assert Deal.objects.get().stage == DealStage.OPEN and not MonthlyRevenue.objects.exists()
    approval = Approval.objects.create(
        client=book.alpha, deal=deal, discount_percent=12, payment_days=0, reason="Rival", asked_by=book.lan
    )
    decided = {"status": ApprovalStatus.APPROVED, "decided_at": timezone.now(), "decided_by": book.senior}
    Approval.objects.filter(pk=approval.pk).update(**decided)
    with pytest.raises(BeyondAuthority):
        win(deal, book.lan)
    Approval.objects.filter(pk=approval.pk).update(discount_percent=15)
    assert win(deal, book.lan).stage == DealStage.WON


def test_a_lost_deal_keeps_its_reason(book):
    deal = opened(book)
    lost = lose_deal(deal=deal, version=1, reason="Too dear", day=TODAY, by=book.lan)
    assert (lost.stage, lost.lost_reason, lost.closed_on) == (DealStage.LOST, "Too dear", TODAY)
    assert lose_deal(deal=deal, version=1, reason="Too dear", day=TODAY, by=book.lan).version == 2
    assert kinds() == [CareEventKind.DEAL_OPENED, CareEventKind.DEAL_LOST]
    assert not MonthlyRevenue.objects.exists()


def test_what_is_closed_is_not_edited_moved_or_closed_otherwise(book):
    deal = win(opened(book), book.lan)
    with pytest.raises(DealClosed):
        save_deal(deal=deal, version=2, changes={"discount_percent": Decimal(90)})
    with pytest.raises(DealClosed):
        move_deal(deal=deal, version=2, stage=DealStage.PROPOSAL)
    with pytest.raises(DealClosed):
        lose_deal(deal=deal, version=2, reason="No", day=TODAY, by=book.lan)
    with pytest.raises(DealClosed):
        win(deal, book.lan, amount=Decimal(1))
    assert Deal.objects.get().discount_percent == 0


def test_a_stale_page_wins_and_loses_nothing(book):
    deal = opened(book)
    save_deal(deal=deal, version=1, changes={"discount_percent": Decimal(5)})
    with pytest.raises(EditConflict):
        win_deal(deal=deal, version=1, amount=Decimal(500), day=TODAY, by=book.lan)
    with pytest.raises(EditConflict):
        lose_deal(deal=deal, version=1, reason="No", day=TODAY, by=book.lan)
    assert Deal.objects.get().stage == DealStage.OPEN


def test_opening_again_takes_the_amount_out_of_the_revenue(book):
    deal = win(opened(book), book.lan)
    again = reopen_deal(deal=deal, version=2)
    assert (again.stage, again.closed_on, again.lost_reason) == (DealStage.NEGOTIATION, None, "")
    assert not MonthlyRevenue.objects.exists()
    assert reopen_deal(deal=deal, version=2).version == 3


def test_a_deal_with_a_contract_stays_won(book):
    deal = win(opened(book), book.lan)
    make.contract(book.alpha, deal=deal)
    with pytest.raises(DealInContract):
        reopen_deal(deal=deal, version=2)
    assert Deal.objects.get().stage == DealStage.WON


def test_two_people_close_one_deal_at_once_and_one_is_told(transactional_db):
    lan = make.user("Lan")
    client = make.client("Alpha", lead=lan)
    deal = make.open_deal(client, amount=500)
    start, outcomes = threading.Barrier(2), []

    def close(write):
        try:
            start.wait(timeout=10)
            outcomes.append(write().stage)
        except (DealClosed, EditConflict) as refusal:
            outcomes.append(type(refusal).__name__)
        finally:
            connection.close()

    writes = [
        lambda: win_deal(deal=deal, version=1, amount=Decimal(500), day=TODAY, by=lan),
        lambda: lose_deal(deal=deal, version=1, reason="Rival", day=TODAY, by=lan),
    ]
    threads = [threading.Thread(target=close, args=(write,)) for write in writes]
    [thread.start() for thread in threads]
    [thread.join(timeout=30) for thread in threads]
    assert sorted(outcomes) in (["DealClosed", "lost"], ["DealClosed", "won"])
    assert CareEvent.objects.count() == 1
