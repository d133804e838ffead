"""The screens of authority: asking, deciding, the two lists."""

import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Tier
from clients.models import Approval
from clients.services.authority import decide_approval
from tests import factories as make


@pytest.fixture(autouse=True)
def authority(book):
    Tier.objects.filter(code="am").update(max_discount_percent=5, max_payment_days=30)
    Tier.objects.filter(code="senior").update(max_discount_percent=10, max_payment_days=45)


@pytest.fixture
def contract(book):
    return make.contract(book.alpha, state="draft", discount_percent=8, number="HD-7")


def wish(**changes):
    data = {
        "discount_percent": "8",
        "payment_days": "30",
        "reason": "They have an offer",
        "idempotency_key": str(uuid.uuid4()),
    }
    return data | changes


def asked(book, contract=None, *, by=None, discount=8, **fields):
    contract = contract or make.contract(book.alpha, state="draft")
    return Approval.objects.create(
        client=contract.client,
        contract=contract,
        discount_percent=discount,
        payment_days=30,
        reason="They have an offer",
        asked_by=by or book.lan,
        **fields,
    )


def ask_url(contract):
    return f"/contracts/{contract.pk}/approval/"


def url(approval):
    return f"/approvals/{approval.pk}/"


def test_question_begins_with_the_terms_of_the_contract_or_the_address(book, as_user, contract):
    browser = as_user(book.lan)
    assert browser.get(ask_url(contract)).context["form"].initial["discount_percent"] == 8
    initial = browser.get(f"{ask_url(contract)}?discount_percent=9.5&payment_days=x").context["form"].initial
    assert (initial["discount_percent"], initial["payment_days"]) == (9.5, 30)


def test_question_is_put_once_and_names_who_decides(book, as_user, contract):
    browser, data = as_user(book.lan, htmx=True), wish()
    for _ in range(2):
        answer = browser.post(ask_url(contract), data)
        assert answer.status_code == 204
        assert "approvals-changed" in answer.headers["HX-Trigger"]
    approval = Approval.objects.get()
    assert (approval.asked_by, approval.status, approval.contract) == (book.lan, "pending", contract)


def test_second_question_is_refused_and_names_the_first(book, as_user, contract):
    first = asked(book, contract, by=book.mai)
    answer = as_user(book.lan, htmx=True).post(ask_url(contract), wish())
    text = answer.content.decode()
    assert answer.status_code == 409
    assert "Mai Đỗ" in text and url(first) in text and "They have an offer" in text
    assert Approval.objects.count() == 1


@pytest.mark.parametrize(
    "changes, field",
    [
        ({"discount_percent": "5"}, "__all__"),
        ({"discount_percent": "101"}, "discount_percent"),
        ({"payment_days": "-1"}, "payment_days"),
        ({"reason": ""}, "reason"),
        ({"idempotency_key": "x"}, "idempotency_key"),
    ],
)
def test_senseless_question_is_refused(book, as_user, contract, changes, field):
    answer = as_user(book.lan).post(ask_url(contract), wish(**changes))
    assert answer.status_code == 422 and field in answer.context["form"].errors
    assert not Approval.objects.exists()


def test_deal_can_be_asked_about(book, as_user):
    deal = make.open_deal(book.alpha, discount_percent=8)
    browser = as_user(book.lan)
    assert browser.get(f"/deals/{deal.pk}/approval/").context["form"].initial["discount_percent"] == 8
    assert browser.post(f"/deals/{deal.pk}/approval/", wish()).status_code == 302
    assert Approval.objects.get().deal == deal


@pytest.mark.parametrize("decision, status", [("approve", "approved"), ("decline", "declined")])
def test_decision_is_written_with_its_answer(book, as_user, decision, status):
    approval = asked(book)
    data = {"decision": decision, "answer": "Once only"}
    answer = as_user(book.senior, htmx=True).post(url(approval), data)
    assert answer.status_code == 204
    approval.refresh_from_db()
    assert (approval.status, approval.decided_by, approval.answer) == (status, book.senior, "Once only")


def test_decline_needs_an_answer(book, as_user):
    approval = asked(book)
    answer = as_user(book.senior).post(url(approval), {"decision": "decline", "answer": " "})
    assert answer.status_code == 422 and "answer" in answer.context["form"].errors


def test_second_decision_is_told_who_was_first(book, as_user):
    approval = asked(book)
    page = as_user(book.manager, htmx=True)
    assert 'name="decision"' in page.get(url(approval)).content.decode()
    decide_approval(approval=approval, approve=True, answer="", by=book.senior)
    answer = page.post(url(approval), {"decision": "decline", "answer": "Too much"})
    assert answer.status_code == 409
    assert "Sơn Phạm approved this meanwhile" in answer.content.decode()
    approval.refresh_from_db()
    assert approval.status == "approved"


@pytest.mark.parametrize("discount, persona", [(8, "lan"), (20, "senior")])
def test_others_read_and_do_not_decide(book, as_user, discount, persona):
    approval, browser = asked(book, discount=discount), as_user(getattr(book, persona), htmx=True)
    text = browser.get(url(approval)).content.decode()
    assert "They have an offer" in text and 'name="decision"' not in text
    assert browser.post(url(approval), {"decision": "approve"}).status_code == 403


def test_withdrawing(book, as_user):
    approval, browser = asked(book), as_user(book.lan, htmx=True)
    assert f"{url(approval)}withdrawal/" in browser.get(url(approval)).content.decode()
    assert browser.post(f"{url(approval)}withdrawal/").status_code == 204
    approval.refresh_from_db()
    assert approval.status == "withdrawn"


def test_withdrawing_too_late_is_told(book, as_user):
    approval = asked(book)
    decide_approval(approval=approval, approve=True, answer="", by=book.senior)
    answer = as_user(book.lan, htmx=True).post(f"{url(approval)}withdrawal/")
    assert answer.status_code == 409
    assert "approved this meanwhile" in answer.content.decode()


@pytest.mark.parametrize(
    "persona, waiting, tab", [("senior", 1, "waiting"), ("manager", 2, "waiting"), ("lan", 0, "asked")]
)
def test_list_opens_with_what_waits_for_the_reader(book, as_user, persona, waiting, tab):
    asked(book, discount=8), asked(book, discount=20)
    asked(book, make.contract(book.omega, state="draft"), by=book.olga)
    answer = as_user(getattr(book, persona)).get("/approvals/")
    assert (answer.context["waiting"], answer.context["tab"]) == (waiting, tab)
    assert len(answer.context["page"]) == (waiting or 2)


def test_list_of_ones_own_questions_leaves_out_what_one_no_longer_sees(book, as_user):
    asked(book, make.contract(book.omega, state="draft"), by=book.lan)
    mine = asked(book)
    page = as_user(book.lan, htmx=True).get("/approvals/?tab=asked").context["page"]
    assert [row.pk for row in page] == [mine.pk]


def test_list_pages_and_its_queries_do_not_grow(book, as_user):
    browser = as_user(book.manager)

    def count():
        with CaptureQueriesContext(connection) as queries:
            page = browser.get("/approvals/").context["page"]
        return len(queries), page

    asked(book), asked(book)
    count()
    few, _ = count()
    for _ in range(35):
        asked(book)
    many, page = count()
    assert many == few <= 12
    following = browser.get(f"/approvals/?tab=waiting&cursor={page.next_cursor}").context["page"]
    assert (len(page), len(following)) == (30, 7)


def test_senseless_filter_is_told(book, as_user):
    assert as_user(book.lan).get("/approvals/?tab=nonsense").status_code == 422
