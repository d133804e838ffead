"""What follow-ups of care say: they name the row, count to the reader's day, and follow the reader's language."""

import pytest
from django.urls import reverse
from django.utils import timezone, translation

from relationships.followups import day, wording, wording_client
from relationships.followups.care import refresh_care_follow_ups
from relationships.followups.care_rules import CARE_RULES
from relationships.followups.digest import compose
from relationships.followups.letters import read_letters
from relationships.followups.planning import plan_deliveries
from relationships.models import Channel, Delivery, FollowUp
from tests import factories as make
from tests.relationships.followups import care_scenes as scene
from tests.relationships.followups.care_scenes import TODAY, ago, one
from tests.relationships.followups.test_care import everything

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def monday(time_machine):
    time_machine.move_to(scene.MONDAY, tick=False)
    return time_machine


def said(client, rule):
    refresh_care_follow_ups()
    follow_up = one(client, rule)
    return wording.what(follow_up), wording.why(follow_up, TODAY)


def test_kick_off(book):
    scene.intake(book.alpha)
    assert said(book.alpha, "kick_off") == (
        "Hold the kick-off",
        "Sold by Hùng. To be held by Mon, Nov 30.",
    )


def test_promise_to_the_client(book):
    scene.commitment(book.alpha, due_on=ago(4))
    assert said(book.alpha, "commitment") == (
        "Keep the promise: Two spare pumps",
        "Promised for Thu, Nov 19. 4 days late.",
    )


def test_milestone(book):
    contract = make.contract(book.alpha, number="HD-1", ends_in=300)
    row = make.milestone(contract, title="Line 2", due_in=-1)
    assert said(book.alpha, "milestone") == (
        "Deliver “Line 2”",
        "To be there by Sun, Nov 22. 1 day late. Contract HD-1.",
    )
    row.done_on = ago(10)
    row.save()
    assert said(book.alpha, "milestone") == (
        "Ask for the acceptance of “Line 2”",
        "Delivered on Fri, Nov 13 and not accepted yet. Contract HD-1.",
    )


@pytest.mark.parametrize(
    ("ends_in", "what", "why"),
    [
        (90, "Talk about renewing contract HD-1", "Ends in 90 days, on Feb 21, 2027. Care, ₫1,200,000"),
        (41, "Prepare the renewal of contract HD-1", "Ends in 41 days, on Jan 3, 2027. Care, ₫1,200,000"),
        (1, "Prepare the renewal of contract HD-1", "Ends in 1 day, on Nov 24, 2026. Care, ₫1,200,000"),
        (
            -2,
            "Contract HD-1 has ended: renew it or say why not",
            "Ended 2 days ago and was not renewed. Care, ₫1,200,000",
        ),
    ],
)
def test_renewal(book, ends_in, what, why):
    make.contract(book.alpha, number="HD-1", ends_in=ends_in, value=1_200_000)
    assert said(book.alpha, "renewal") == (what, why)


def test_renewal_that_is_prepared_or_comes_by_itself(book):
    contract = make.contract(book.alpha, number="HD-1", ends_in=20, value=0)
    draft = make.contract(book.alpha, state="draft", number="HD-1/2", renews=contract, ends_in=400)
    assert said(book.alpha, "renewal")[0] == "Get renewal HD-1/2 signed"
    draft.delete()
    contract.auto_renews, contract.notice_days = True, 15
    contract.save()
    assert said(book.alpha, "renewal") == (
        "Check contract HD-1 before it renews itself",
        "Notice can be given until Sat, Nov 28; it ends on Dec 13, 2026. Care, ₫0",
    )


@pytest.mark.parametrize(
    ("days_late", "what"),
    [
        (7, "Remind them of ₫40,000,000 overdue"),
        (15, "Call about ₫40,000,000 overdue"),
        (31, "Step in: ₫40,000,000 overdue"),
    ],
)
def test_collection(book, days_late, what):
    make.invoice(book.alpha, amount=40_000_000, days_late=days_late, number="INV-7")
    found = said(book.alpha, "collection")
    assert found == (what, f"1 invoice is overdue, INV-7 for {days_late} days.")


def test_collection_of_several_in_two_currencies(book):
    make.invoice(book.alpha, amount=40_000_000, days_late=20, number="INV-7")
    make.invoice(book.alpha, amount=900, days_late=1, currency="USD")
    assert said(book.alpha, "collection") == (
        "Call about $900.00 + ₫40,000,000 overdue",
        "2 invoices are overdue, the oldest INV-7 for 20 days.",
    )


def test_broken_promise(book):
    invoice = make.invoice(book.alpha, number="INV-7", amount=50_000)
    contact = make.contact(book.alpha, "Chị Hoa")
    scene.broken(book.alpha, invoice=invoice, contact=contact, amount=40_000)
    assert said(book.alpha, "promise") == (
        "Ask about ₫40,000 that was promised and has not come",
        "Chị Hoa promised it for Thu, Nov 19. Invoice INV-7.",
    )


def test_issue(book, monday):
    row = make.issue(
        book.alpha,
        title="Pump leaks",
        severity=10,
        response_due_at=scene.moment(0, 11),
        resolution_due_at=scene.moment(3),
    )
    assert said(book.alpha, "issue") == (
        "Answer “Pump leaks”",
        "The first response is due Mon, Nov 23, 11:00. Severity: Critical.",
    )
    monday.move_to("2026-11-23T15:00+07:00", tick=False)
    assert (
        said(book.alpha, "issue")[1] == "The first response was due Mon, Nov 23, 11:00. Severity: Critical."
    )
    row.first_responded_at, row.resolution_due_at = scene.moment(-5), scene.moment(-3)
    row.save()
    assert said(book.alpha, "issue") == (
        "Step in: “Pump leaks”",
        "The solution was due Fri, Nov 20, 09:00. Severity: Critical.",
    )
    row.status, row.resolved_at = "resolved", scene.moment(-2)
    row.save()
    assert said(book.alpha, "issue") == (
        "Ask how satisfied they are: “Pump leaks”",
        "Solved on Sat, Nov 21; nobody has asked yet.",
    )


def test_internal_request(book):
    row = make.internal_request(book.alpha, book.lan, what="A second pump", due_in=-3)
    assert said(book.alpha, "request") == (
        "Chase Production: A second pump",
        "Needed by Fri, Nov 20. 3 days late.",
    )
    scene.answer(row, book.dept, "Leaves on Friday")
    row.state, row.closed_at = "done", scene.moment(0)
    row.save()
    assert said(book.alpha, "request") == (
        "Tell the client what Production answered: A second pump",
        "Done on Mon, Nov 23. Leaves on Friday",
    )
    with translation.override("vi"):
        assert "Sản xuất" in wording.what(one(book.alpha, "request"))


def test_approval(book):
    deal = make.open_deal(book.alpha, title="Line 3")
    row = scene.approval(book.lan, deal, discount_percent="12.50", payment_days=60)
    assert said(book.alpha, "approval") == (
        "Decide on 12.5% discount, 60 days to pay for Line 3",
        "Lan Nguyễn asks: They order twice as much",
    )
    row.status, row.decided_at, row.decided_by, row.answer = "approved", scene.moment(0), book.manager, "Fine"
    row.save()
    assert said(book.alpha, "approval") == (
        "Granted: 12.5% discount, 60 days to pay for Line 3",
        "Decided on Mon, Nov 23. Minh Trần: Fine",
    )


def test_deal_and_advice(book):
    make.open_deal(book.alpha, title="Line 3", amount=90_000, expected_on=ago(3), next_step="Send the plan")
    assert said(book.alpha, "deal") == (
        "Ask for the decision on “Line 3”",
        "Expected to close by Fri, Nov 20. ₫90,000. Next step: Send the plan.",
    )
    scene.advice(book.alpha, book.lan)
    assert said(book.alpha, "advice") == (
        "Ask what came of the advice: Keep the old line",
        "Given 14 days ago, no answer yet.",
    )


@pytest.mark.parametrize("rule", CARE_RULES)
@pytest.mark.parametrize(
    "step", ["", "late", "accept", "auto", "expired", "satisfaction", "senior", "pending"]
)
def test_missing_facts_leave_words_out(rule, step):
    follow_up = FollowUp(rule=rule, facts={"step": step})
    assert wording.what(follow_up)
    assert "None" not in wording.what(follow_up) + wording.why(follow_up, TODAY)
    assert "%" not in wording.what(follow_up) + wording.why(follow_up, TODAY)


# --- Where they are shown --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["en", "vi"])
def test_today_shows_them_with_a_way_to_their_subject(book, as_user, language):
    book.lan.language = language
    book.lan.save()
    everything(book.alpha, book.lan)
    make.contract(book.alpha, ends_in=-3)
    refresh_care_follow_ups()
    FollowUp.objects.update(due_on=TODAY, assignee=book.lan)
    answer = as_user(book.lan).get(reverse("relationships:today"))
    rows = [item for group in answer.context["groups"] for item in group.items]
    assert {item.follow_up.rule for item in rows} == set(CARE_RULES) - set(wording_client.WHAT)
    page = answer.content.decode()
    for item in rows:
        assert item.icon == item.follow_up.rule
        assert item.subject_url and f'href="{item.subject_url}"' in page


def test_they_are_a_next_step_but_for_the_money(book):
    make.invoice(book.alpha, days_late=9)
    refresh_care_follow_ups()
    assert day.left_out(book.lan, TODAY).stepless == [book.alpha]
    make.issue(book.alpha)
    refresh_care_follow_ups()
    assert day.left_out(book.lan, TODAY).stepless == []


def test_the_daily_mail_names_the_row(book, monday):
    make.invoice(book.alpha, amount=40_000_000, days_late=16, number="INV-7")
    refresh_care_follow_ups()
    plan_deliveries()
    Delivery.objects.filter(channel=Channel.DIGEST).update(send_at=timezone.now())
    [letter] = read_letters([book.lan.pk])
    mail = compose(letter)
    assert "Call about ₫40,000,000 overdue" in mail.body and "INV-7 for 16 days" in mail.body
