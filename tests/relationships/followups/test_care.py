"""Follow-ups of the care after the signature: what each rule opens, for when, and when it is over."""

import datetime

import pytest
from django.db.models import F

from clients.models import (
    Commitment,
    Contract,
    DunningStep,
    Intake,
    InternalRequest,
    Invoice,
    Issue,
    Milestone,
    PaymentPromise,
)
from relationships.followups.care import Refreshed, refresh_care_follow_ups
from relationships.models import FollowUp
from tests import factories as make
from tests.relationships.followups import care_scenes as scene
from tests.relationships.followups.care_scenes import TODAY, ago, date, one, open_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def monday(time_machine):
    time_machine.move_to(scene.MONDAY, tick=False)
    return time_machine


@pytest.fixture
def lan(db):
    return make.user("Lan Nguyễn")


@pytest.fixture
def alpha(lan):
    return make.client("Alpha", lead=lan)


def days(count):
    return datetime.timedelta(days=count)


# --- Delivery --------------------------------------------------------------------------------------------------------


def test_intake_asks_for_the_kick_off_until_it_was_held(alpha, lan):
    row = scene.intake(alpha, kick_off_by=date(2026, 11, 29))  # a Sunday
    assert refresh_care_follow_ups() == Refreshed(opened=1)
    follow_up = one(alpha, "kick_off")
    assert (follow_up.due_on, follow_up.kind, follow_up.assignee) == (date(2026, 11, 27), "meeting", lan)
    assert (follow_up.subject_id, follow_up.reason, follow_up.created_by) == (row.pk, "", None)
    alpha.refresh_from_db()
    assert alpha.next_follow_up_on == date(2026, 11, 27)
    Intake.objects.update(kicked_off_on=TODAY)
    assert refresh_care_follow_ups() == Refreshed(closed=1)
    alpha.refresh_from_db()
    assert alpha.next_follow_up_on is None
    follow_up.refresh_from_db()
    assert (follow_up.status, follow_up.closed_at is None) == ("closed", False)


def test_promise_with_a_day_is_asked_for_and_moves_with_it(alpha):
    scene.commitment(alpha)
    scene.commitment(alpha, text="Some day", due_on=None)
    scene.commitment(alpha, status="kept", decided_on=TODAY)
    refresh_care_follow_ups()
    assert one(alpha, "commitment").due_on == date(2026, 11, 27)
    Commitment.objects.filter(status="open", due_on__isnull=False).update(
        due_on=date(2026, 12, 5)
    )  # a Saturday
    assert refresh_care_follow_ups() == Refreshed(changed=1)
    assert one(alpha, "commitment").due_on == date(2026, 12, 4)


def test_milestone_is_asked_for_from_three_days_before_and_its_acceptance_a_week_after(alpha, monday):
    row = make.milestone(make.contract(alpha, ends_in=300), due_in=4)  # Friday
    assert refresh_care_follow_ups() == Refreshed()
    monday.move_to("2026-11-25T09:00+07:00", tick=False)
    refresh_care_follow_ups()
    first = one(alpha, "milestone")
    assert (first.due_on, first.facts["step"], first.kind) == (date(2026, 11, 27), "deliver", "task")
    Milestone.objects.update(done_on=date(2026, 11, 26))
    assert refresh_care_follow_ups() == Refreshed(closed=1)
    monday.move_to("2026-12-02T09:00+07:00", tick=False)
    assert refresh_care_follow_ups() == Refreshed()
    monday.move_to("2026-12-03T09:00+07:00", tick=False)
    refresh_care_follow_ups()
    second = one(alpha, "milestone")
    assert (second.due_on, second.facts["step"], second.subject_id) == (date(2026, 12, 3), "accept", row.pk)
    Milestone.objects.update(accepted_on=date(2026, 12, 3))
    assert refresh_care_follow_ups() == Refreshed(closed=1)


def test_milestone_of_a_draft_is_nobodys_business_yet(alpha):
    make.milestone(make.contract(alpha, state="draft", ends_in=300), due_in=-3)
    assert refresh_care_follow_ups() == Refreshed()


# --- Contracts -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ends_in", "step", "due_on"),
    [
        (91, None, None),
        (90, "90", date(2026, 11, 23)),
        (61, "90", date(2026, 10, 26)),  # the 25th was a Sunday
        (60, "60", date(2026, 11, 23)),
        (30, "30", date(2026, 11, 23)),
        (0, "30", date(2026, 10, 26)),
        (-1, "expired", date(2026, 11, 23)),
        (-180, "expired", date(2026, 5, 28)),
        (-181, None, None),
    ],
)
def test_renewal_moves_through_its_steps(alpha, ends_in, step, due_on):
    make.contract(alpha, ends_in=ends_in)
    refresh_care_follow_ups()
    found = [(row.facts["step"], row.due_on) for row in open_of(alpha, "renewal")]
    assert found == ([(step, due_on)] if step else [])


def test_renewal_is_one_follow_up_that_moves(alpha):
    contract = make.contract(alpha, ends_in=70)
    refresh_care_follow_ups()
    before = one(alpha, "renewal")
    Contract.objects.update(ends_on=TODAY + days(55))
    assert refresh_care_follow_ups() == Refreshed(changed=1)
    after = one(alpha, "renewal")
    assert (after.pk, after.subject_id) == (before.pk, contract.pk)
    assert (before.facts["step"], after.facts["step"]) == ("90", "60")


def test_renewal_is_over_when_renewed_or_lost_for_good_and_not_while_prepared(alpha):
    contract = make.contract(alpha, ends_in=20)
    refresh_care_follow_ups()
    draft = make.contract(alpha, state="draft", renews=contract, ends_in=400, number="HD-2")
    refresh_care_follow_ups()
    assert one(alpha, "renewal").facts["draft"] == "HD-2"
    Contract.objects.filter(pk=draft.pk).update(state="lost", lost_on=TODAY, lost_reason="price")
    refresh_care_follow_ups()
    assert not open_of(alpha, "renewal")
    again = make.contract(alpha, state="draft", renews=contract, ends_in=400)
    refresh_care_follow_ups()
    assert one(alpha, "renewal").facts["draft"] == again.number
    Contract.objects.filter(pk=again.pk).update(state="signed", signed_on=TODAY)
    refresh_care_follow_ups()
    assert not open_of(alpha, "renewal")


def test_contract_that_renews_itself_is_checked_before_the_notice_window(alpha):
    row = make.contract(alpha, ends_in=44, notice_days=30, auto_renews=True)
    make.contract(alpha, ends_in=45, notice_days=30, auto_renews=True)
    refresh_care_follow_ups()
    follow_up = one(alpha, "renewal")
    assert (follow_up.subject_id, follow_up.due_on) == (row.pk, date(2026, 12, 7))
    assert follow_up.facts["step"] == "auto"
    Contract.objects.filter(pk=row.pk).update(notice_given_on=TODAY)
    refresh_care_follow_ups()
    assert one(alpha, "renewal").facts["step"] == "60"


@pytest.mark.parametrize(
    "fields", [{"state": "ended", "ended_on": TODAY}, {"state": "draft"}, {"ends_in": None}]
)
def test_contract_without_an_end_to_come_asks_for_nothing(alpha, fields):
    make.contract(alpha, **({"ends_in": 20} | fields))
    assert refresh_care_follow_ups() == Refreshed()


# --- Money -----------------------------------------------------------------------------------------------------------


def test_collection_is_one_for_the_client_and_its_step_rises(alpha, monday):
    make.invoice(alpha, amount=100, days_late=8, number="A-1")
    make.invoice(alpha, amount=50, days_late=1, number="A-2")
    make.invoice(alpha, amount=70, days_late=0)
    refresh_care_follow_ups()
    first = one(alpha, "collection")
    assert (first.subject_id, first.kind, first.due_on) == (0, "email", date(2026, 11, 23))
    assert first.facts["amounts"] == {"VND": "150.00"}
    assert (first.facts["count"], first.facts["number"], first.facts["key"]) == (2, "A-1", "7")
    monday.move_to("2026-11-30T09:00+07:00", tick=False)
    refresh_care_follow_ups()
    second = one(alpha, "collection")
    assert (second.pk, second.kind, second.facts["step"]) == (first.pk, "call", "call")
    assert (second.facts["count"], second.due_on) == (3, date(2026, 11, 30))
    Invoice.objects.update(paid=F("amount"))
    refresh_care_follow_ups()
    assert not open_of(alpha, "collection")


def test_collection_follows_the_steps_that_an_admin_sets(alpha):
    make.invoice(alpha, days_late=5)
    assert refresh_care_follow_ups() == Refreshed()
    DunningStep.objects.create(days_late=3, action="call")
    refresh_care_follow_ups()
    assert one(alpha, "collection").kind == "call"


def test_disputed_money_is_not_collected_until_it_is_settled(alpha):
    make.invoice(alpha, days_late=20, disputed_on=ago(9), dispute_reason="Wrong price")
    assert refresh_care_follow_ups() == Refreshed()
    Invoice.objects.update(dispute_settled_on=TODAY)
    assert refresh_care_follow_ups() == Refreshed(opened=1)


def test_an_open_promise_makes_the_collection_wait(alpha):
    late = make.invoice(alpha, amount=100, days_late=20)
    other = make.invoice(alpha, amount=60, days_late=9)
    scene.promise(alpha, invoice=late, promised_for=TODAY)
    refresh_care_follow_ups()
    assert one(alpha, "collection").facts["amounts"] == {"VND": "60.00"}
    scene.promise(alpha, promised_for=TODAY + days(2))
    assert refresh_care_follow_ups() == Refreshed(closed=1)
    PaymentPromise.objects.update(currency="USD", invoice=None)
    refresh_care_follow_ups()
    assert one(alpha, "collection").facts["amounts"] == {"VND": "160.00"}
    assert other.number != one(alpha, "collection").facts["number"]


def test_currencies_are_added_each_by_itself(alpha):
    make.invoice(alpha, amount=100, days_late=20)
    make.invoice(alpha, amount=7, days_late=10, currency="USD")
    refresh_care_follow_ups()
    assert one(alpha, "collection").facts["amounts"] == {"VND": "100.00", "USD": "7.00"}


def test_a_sum_that_shrinks_is_told_and_moves_nothing(alpha):
    make.invoice(alpha, amount=100, days_late=10)
    refresh_care_follow_ups()
    before = one(alpha, "collection")
    Invoice.objects.update(paid=30)
    assert refresh_care_follow_ups() == Refreshed(changed=1)
    after = one(alpha, "collection")
    assert after.facts["amounts"] == {"VND": "70.00"}
    assert (after.due_on, after.assignee_id) == (before.due_on, before.assignee_id)


def test_collection_done_for_a_step_is_asked_again_for_what_falls_late_afterwards(alpha, monday):
    make.invoice(alpha, days_late=8)
    refresh_care_follow_ups()
    close(one(alpha, "collection"))
    assert refresh_care_follow_ups() == Refreshed()
    Invoice.objects.update(paid=100)
    monday.move_to("2027-02-01T09:00+07:00", tick=False)
    make.invoice(alpha, days_late=8)
    assert refresh_care_follow_ups() == Refreshed(opened=1)


def test_broken_promise_is_back_at_once_until_it_is_settled(alpha):
    row = scene.broken(alpha, promised_for=ago(2), broken_on=ago(1))  # a Sunday
    refresh_care_follow_ups()
    follow_up = one(alpha, "promise")
    assert (follow_up.subject_id, follow_up.due_on, follow_up.kind) == (row.pk, date(2026, 11, 20), "call")
    PaymentPromise.objects.update(settled_on=TODAY)
    assert refresh_care_follow_ups() == Refreshed(closed=1)


# --- Issues and requests ---------------------------------------------------------------------------------------------


def sla(response, resolution):
    """Due moments of an issue, days from today."""
    return {"response_due_at": scene.moment(response), "resolution_due_at": scene.moment(resolution)}


@pytest.mark.parametrize(
    ("response", "resolution", "answered", "step", "due_on"),
    [
        (3, 4, False, None, None),
        (2, 4, False, "response", date(2026, 11, 25)),  # tomorrow is a holiday: that is the next working day
        (0, 4, False, "response", date(2026, 11, 23)),
        (0, 1, True, "resolution", date(2026, 11, 23)),
        (-3, 4, True, None, None),
        (-3, 4, False, "senior", date(2026, 11, 23)),
        (-5, -4, True, "senior", date(2026, 11, 20)),
        (-9, -5, True, "manager", date(2026, 11, 23)),
    ],
)
def test_issue_goes_up_as_its_service_level_passes(alpha, response, resolution, answered, step, due_on):
    fields = {"first_responded_at": scene.moment(-10)} if answered else {}
    make.issue(alpha, opened_ago_days=10, **sla(response, resolution), **fields)
    refresh_care_follow_ups()
    found = [(row.facts["step"], row.due_on) for row in open_of(alpha, "issue")]
    assert found == ([(step, due_on)] if step else [])


def test_issue_is_one_follow_up_through_all_steps(alpha, lan):
    issue = make.issue(alpha, **sla(0, 0))
    refresh_care_follow_ups()
    first = one(alpha, "issue")
    Issue.objects.update(first_responded_at=scene.moment(0))
    refresh_care_follow_ups()
    second = one(alpha, "issue")
    assert (first.pk, first.facts["step"], second.facts["step"]) == (second.pk, "response", "resolution")
    Issue.objects.update(status="waiting", resolution_due_at=None)
    assert refresh_care_follow_ups() == Refreshed(closed=1)
    Issue.objects.update(status="resolved", resolved_at=scene.moment(-1))
    refresh_care_follow_ups()
    asking = one(alpha, "issue")
    assert (asking.facts["step"], asking.subject_id) == ("satisfaction", issue.pk)
    assert (asking.due_on, asking.kind) == (date(2026, 11, 25), "call")
    Issue.objects.update(satisfaction=4)
    assert refresh_care_follow_ups() == Refreshed(closed=1)


def test_satisfaction_is_not_asked_after_a_month(alpha):
    scene.resolved_issue(alpha, days_ago=31)
    asked = scene.resolved_issue(alpha, days_ago=30)
    refresh_care_follow_ups()
    assert one(alpha, "issue").subject_id == asked.pk


def test_late_request_is_chased_and_its_answer_told(alpha, lan, book):
    row = make.internal_request(alpha, lan, due_in=-1)
    make.internal_request(alpha, lan, due_in=0)
    refresh_care_follow_ups()
    late = one(alpha, "request")
    assert (late.subject_id, late.due_on, late.facts["step"]) == (row.pk, date(2026, 11, 23), "late")
    scene.answer(row, lan, "And?")
    scene.answer(row, book.dept, "Ships on Friday")
    scene.answer(row, lan, "Thank you")
    InternalRequest.objects.filter(pk=row.pk).update(state="done", closed_at=scene.moment(0))
    refresh_care_follow_ups()
    told = one(alpha, "request")
    assert (told.pk, told.facts["step"], told.facts["answer"]) == (late.pk, "answered", "Ships on Friday")
    InternalRequest.objects.filter(pk=row.pk).update(closed_at=scene.moment(-15))
    assert refresh_care_follow_ups() == Refreshed(closed=1)


def test_withdrawn_request_is_over(alpha, lan):
    make.internal_request(alpha, lan, due_in=-1, state="withdrawn", closed_at=scene.moment(0))
    assert refresh_care_follow_ups() == Refreshed()


# --- Growth ----------------------------------------------------------------------------------------------------------


def test_deal_past_its_day_is_asked_about(alpha, lan):
    row = make.open_deal(alpha, expected_on=ago(1), title="Second line", owner=lan)
    make.open_deal(alpha, expected_on=TODAY)
    make.open_deal(alpha)
    refresh_care_follow_ups()
    follow_up = one(alpha, "deal")
    assert (follow_up.subject_id, follow_up.due_on) == (row.pk, date(2026, 11, 23))
    row.stage, row.closed_on = "lost", TODAY
    row.save()
    assert refresh_care_follow_ups() == Refreshed(closed=1)


def test_advice_without_an_answer_is_asked_after_two_weeks(alpha, lan):
    row = scene.advice(alpha, lan)
    scene.advice(alpha, lan, given_on=ago(13))
    refresh_care_follow_ups()
    assert one(alpha, "advice").subject_id == row.pk
    row.answer, row.answered_on = "declined", TODAY
    row.save()
    assert refresh_care_follow_ups() == Refreshed(closed=1)


def test_terms_beyond_authority_are_put_to_a_decider_and_the_answer_comes_back(book):
    deal = make.open_deal(book.alpha)
    row = scene.approval(book.lan, deal)
    refresh_care_follow_ups()
    asked = one(book.alpha, "approval")
    assert (asked.assignee, asked.due_on, asked.facts["name"]) == (book.manager, TODAY, "Lan Nguyễn")
    row.status, row.decided_by, row.decided_at, row.answer = (
        "declined",
        book.manager,
        scene.moment(0),
        "Too much",
    )
    row.save()
    refresh_care_follow_ups()
    decided = one(book.alpha, "approval")
    assert (decided.pk, decided.assignee, decided.facts["step"]) == (asked.pk, book.lan, "declined")
    row.decided_at = scene.moment(-15)
    row.save()
    assert refresh_care_follow_ups() == Refreshed(closed=1)


# --- Whose -----------------------------------------------------------------------------------------------------------


def everything(client, user):
    """A row for each rule, eleven follow-ups."""
    scene.intake(client)
    scene.commitment(client)
    contract = make.contract(client, ends_in=20)
    make.milestone(contract, due_in=1)
    make.invoice(client, days_late=9)
    scene.broken(client)
    make.issue(client)
    make.internal_request(client, user, due_in=-2)
    deal = make.open_deal(client, expected_on=ago(1), owner=user)
    scene.approval(user, deal)
    scene.advice(client, user)


def test_lost_clients_and_those_without_a_lead_are_left_in_peace(book):
    everything(book.alpha, book.lan)
    everything(book.omega, book.olga)
    assert refresh_care_follow_ups() == Refreshed(opened=22)
    book.alpha.status, book.alpha.lost_on = "lost", TODAY
    book.alpha.save()
    book.omega.assignments.update(ended_at=scene.moment(-1))
    assert refresh_care_follow_ups() == Refreshed(closed=22)


def test_a_new_lead_takes_over_on_the_same_day(book):
    everything(book.alpha, book.lan)
    refresh_care_follow_ups()
    before = dict(FollowUp.objects.values_list("pk", "due_on"))
    book.alpha.assignments.update(ended_at=scene.moment(-1))
    make.assignment(book.alpha, book.mai, since_days=0)
    refresh_care_follow_ups()
    assert dict(FollowUp.objects.values_list("pk", "due_on")) == before
    assert set(FollowUp.objects.exclude(rule="approval").values_list("assignee", flat=True)) == {book.mai.pk}


# --- What people did -------------------------------------------------------------------------------------------------


def close(follow_up, status="done"):
    FollowUp.objects.filter(pk=follow_up.pk).update(status=status, closed_at=scene.moment(0))


@pytest.mark.parametrize("status", ["done", "cancelled"])
def test_what_a_person_closed_does_not_come_back(book, status):
    everything(book.alpha, book.lan)
    refresh_care_follow_ups()
    for follow_up in FollowUp.objects.open():
        close(follow_up, status)
    assert refresh_care_follow_ups() == Refreshed()


def test_the_next_situation_asks_again(alpha):
    make.contract(alpha, ends_in=70)
    scene.commitment(alpha)
    refresh_care_follow_ups()
    for follow_up in FollowUp.objects.open():
        close(follow_up)
    Contract.objects.update(ends_on=TODAY + days(59))
    Commitment.objects.update(due_on=date(2026, 12, 1))
    assert refresh_care_follow_ups() == Refreshed(opened=2)


def test_one_that_closed_by_itself_comes_back_with_its_cause(alpha):
    make.invoice(alpha, days_late=9)
    refresh_care_follow_ups()
    Invoice.objects.update(paid=100)
    refresh_care_follow_ups()
    Invoice.objects.update(paid=0)  # the payment was reversed
    assert refresh_care_follow_ups() == Refreshed(opened=1)


def test_a_day_that_a_person_chose_stays_until_the_situation_is_another(alpha):
    contract = make.contract(alpha, ends_in=70)
    make.invoice(alpha, days_late=9)
    refresh_care_follow_ups()
    chosen = {"due_on": date(2026, 12, 8)}
    for follow_up in FollowUp.objects.open():
        facts = follow_up.facts | {"moved_from": follow_up.due_on.isoformat()}
        FollowUp.objects.filter(pk=follow_up.pk).update(facts=facts, **chosen)
    assert refresh_care_follow_ups() == Refreshed()
    Invoice.objects.update(paid=10)
    assert refresh_care_follow_ups() == Refreshed(changed=1)
    assert one(alpha, "collection").due_on == date(2026, 12, 8)
    assert one(alpha, "collection").facts["amounts"] == {"VND": "90.00"}
    Contract.objects.filter(pk=contract.pk).update(ends_on=TODAY + days(60))
    refresh_care_follow_ups()
    renewal = one(alpha, "renewal")
    assert (renewal.due_on, "moved_from" in renewal.facts) == (TODAY, False)


def test_follow_ups_of_other_rules_are_left_alone(alpha, lan):
    planned = make.follow_up(alpha, lan)
    make.follow_up(alpha, lan, rule="cadence", reason="")
    refresh_care_follow_ups()
    planned.refresh_from_db()
    assert planned.status == "open" and FollowUp.objects.open().count() == 2
