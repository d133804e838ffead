"""Renewing in one action, lost renewals, and contracts that renew by themselves."""

import datetime
import threading
import uuid
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from clients import tasks
from clients.models import CareEvent, Contract
from clients.services import renewals
from clients.services.contracts import WrongState, lines_of, sign_contract
from clients.services.renewals import AlreadyRenewed, lose_renewal, renew_automatically, renew_contract
from tests import factories as make

TODAY = timezone.localdate()
DAY = datetime.timedelta(days=1)


def renew(contract, by, key=None):
    return renew_contract(contract=contract, by=by, idempotency_key=key or uuid.uuid4())


def lose(contract, by, *, reason="price", note="Too dear", key=None):
    return lose_renewal(
        contract=contract, on=TODAY, reason=reason, note=note, by=by, idempotency_key=key or uuid.uuid4()
    )


def status(contract):
    return Contract.objects.with_status(TODAY).get(pk=contract.pk).status


def test_renewal_takes_over_terms_and_lines_for_the_next_term(book):
    product = make.product()
    old = make.contract(
        book.alpha,
        number="HD-7",
        lines=[(product, Decimal("2.00"), Decimal("60.00"))],
        value=Decimal(110),
        discount_percent=5,
        payment_days=45,
        notice_days=60,
        auto_renews=True,
    )
    renewal = renew(old, book.lan)
    assert (renewal.number, renewal.state, renewal.renews) == ("HD-7-R1", "draft", old)
    assert renewal.starts_on == old.ends_on + DAY
    assert renewal.ends_on - renewal.starts_on == old.ends_on - old.starts_on
    assert lines_of(renewal) == lines_of(old) == [(product.pk, 2, 60)]
    for name in (
        "title",
        "value",
        "currency",
        "discount_percent",
        "payment_days",
        "notice_days",
        "auto_renews",
    ):
        assert getattr(renewal, name) == getattr(old, name), name
    assert CareEvent.objects.get().facts["renews"] == "HD-7"
    assert status(old) != "renewed"
    sign_as_granted(renewal, book)
    assert status(old) == "renewed"


def sign_as_granted(contract, book):
    Contract.objects.filter(pk=contract.pk).update(discount_percent=0, payment_days=0, value=1000)
    sign_contract(contract=contract, signed_on=TODAY, by=book.lan)


def test_renewing_twice_makes_one_and_names_it(book):
    old, key = make.contract(book.alpha), uuid.uuid4()
    first = renew(old, book.lan, key)
    assert renew(old, book.lan, key) == first
    with pytest.raises(AlreadyRenewed) as refused:
        renew(old, book.mai)
    assert (refused.value.renewal, refused.value.renewal.created_by) == (first, book.lan)


@pytest.mark.parametrize(
    "fields", [{"state": "draft"}, {"ends_in": None}, {"state": "ended", "ended_on": TODAY}]
)
def test_what_is_not_running_towards_an_end_cannot_be_renewed(book, fields):
    with pytest.raises(WrongState):
        renew(make.contract(book.alpha, **fields), book.lan)


def test_lost_renewal_keeps_why_and_another_attempt_follows(book):
    old = make.contract(book.alpha, number="HD-7")
    lost = lose(renew(old, book.lan), book.lan)
    assert (lost.state, lost.lost_on, lost.lost_reason, lost.lost_note) == (
        "lost",
        TODAY,
        "price",
        "Too dear",
    )
    assert lose(lost, book.lan) == lost
    again = renew(old, book.lan)
    assert again.number == "HD-7-R2"
    sign_as_granted(again, book)
    with pytest.raises(AlreadyRenewed):
        lose(old, book.lan)
    assert CareEvent.objects.filter(kind="renewal_lost").count() == 1


def test_contract_without_a_prepared_renewal_can_be_lost_once(book):
    old, key = make.contract(book.alpha), uuid.uuid4()
    first = lose(old, book.lan, key=key)
    assert lose(old, book.lan, key=key) == first
    assert (first.renews, first.state) == (old, "lost")
    assert CareEvent.objects.get().facts["reason"] == "price"


def test_draft_that_renews_nothing_cannot_be_lost(book):
    with pytest.raises(WrongState):
        lose(make.contract(book.alpha, state="draft"), book.lan)


def test_database_keeps_a_second_live_renewal_out(book):
    old = make.contract(book.alpha)
    renew(old, book.lan)
    with pytest.raises(IntegrityError), transaction.atomic():
        make.contract(book.alpha, state="draft", renews=old)


@pytest.mark.django_db(transaction=True)
def test_two_people_renewing_at_once_make_one(book):
    old = make.contract(book.alpha)
    outcomes, start = [], threading.Barrier(2)

    def run(by):
        start.wait()
        try:
            outcomes.append(("won", renew(old, by).created_by))
        except AlreadyRenewed as refused:
            outcomes.append(("told", refused.renewal.created_by))
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(by,)) for by in (book.lan, book.mai)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    made = old.renewals.get()
    assert sorted(outcomes, key=str) == sorted([("won", made.created_by), ("told", made.created_by)], key=str)


# --- By themselves --------------------------------------------------------------------------------------------


def past_end(client, **fields):
    starts = TODAY - datetime.timedelta(days=372)
    ends = TODAY - datetime.timedelta(days=8)
    return make.contract(client, starts_on=starts, ends_on=ends, **({"auto_renews": True} | fields))


def test_what_renews_by_itself_gets_its_signed_successor_once(book):
    product = make.product()
    old = past_end(book.alpha, lines=[(product, 1, 120)])
    assert renew_automatically(TODAY) == 1
    assert renew_automatically(TODAY) == 0
    tasks.renew_automatically()
    successor = old.renewals.get()
    assert (successor.state, successor.signed_on) == ("signed", old.ends_on + DAY)
    assert (successor.auto_renews, successor.created_by, lines_of(successor)) == (True, None, lines_of(old))
    event = CareEvent.objects.get()
    assert (event.kind, event.facts["automatic"], event.facts["renews"]) == (
        "contract_signed",
        True,
        old.number,
    )
    assert status(old) == "renewed"


@pytest.mark.parametrize(
    "fields",
    [
        {"auto_renews": False},
        {"notice_given_on": TODAY},
        {"state": "draft"},
        {"state": "ended", "ended_on": TODAY},
        {"ends_on": TODAY},
    ],
)
def test_other_contracts_do_not_renew_by_themselves(book, fields):
    old = {"starts_on": TODAY - 372 * DAY, "ends_on": TODAY - 8 * DAY, "auto_renews": True} | fields
    make.contract(book.alpha, **old)
    assert renew_automatically(TODAY) == 0
    assert Contract.objects.count() == 1


def test_prepared_renewal_is_left_to_those_who_prepare_it(book):
    old = past_end(book.alpha)
    draft = renew(old, book.lan)
    assert renew_automatically(TODAY) == 0
    draft.refresh_from_db()
    assert draft.state == "draft"


def test_lost_renewal_stops_a_contract_from_renewing_by_itself(book):
    old = past_end(book.alpha)
    lose(old, book.lan)
    old.refresh_from_db()
    assert old.notice_given_on == TODAY
    assert renew_automatically(TODAY) == 0


def test_forgotten_contract_catches_up_to_the_term_of_today(book):
    ends = TODAY - datetime.timedelta(days=100)
    make.contract(book.alpha, starts_on=ends - 29 * DAY, ends_on=ends, auto_renews=True)
    made = renew_automatically(TODAY)
    terms = list(Contract.objects.order_by("starts_on"))
    assert made == len(terms) - 1 >= 3
    assert terms[-1].starts_on <= TODAY <= terms[-1].ends_on
    for before, after in zip(terms, terms[1:], strict=False):
        assert (after.renews, after.starts_on) == (before, before.ends_on + DAY)


def test_one_that_fails_stops_none_of_the_others(book, monkeypatch, caplog):
    bad, good = past_end(book.alpha), past_end(book.omega)
    renew_one = renewals._renew_by_itself

    def fails_for_one(pk, today):
        if pk == bad.pk:
            raise RuntimeError("broken row")
        return renew_one(pk, today)

    monkeypatch.setattr(renewals, "_renew_by_itself", fails_for_one)
    assert renew_automatically(TODAY) == 1
    assert good.renewals.count() == 1 and not bad.renewals.exists()
    assert f"Contract {bad.pk} did not renew" in caplog.text


@pytest.mark.django_db(transaction=True)
def test_two_runs_at_once_renew_once(book):
    old = past_end(book.alpha)
    start, made = threading.Barrier(2), []

    def run():
        start.wait()
        made.append(renew_automatically(TODAY))
        connection.close()

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(made) == 1
    assert old.renewals.count() == 1
