"""The screens of contracts: the form with its lines, the steps, the panel and the page."""

import datetime
import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Tier
from clients.models import Approval, Contract, ContractLine
from clients.services.renewals import lose_renewal, renew_contract
from tests import factories as make

TODAY = timezone.localdate()
NEXT_YEAR = TODAY + datetime.timedelta(days=364)


@pytest.fixture(autouse=True)
def authority(book):
    Tier.objects.filter(code="am").update(max_discount_percent=5, max_payment_days=30)


def line_data(*lines, room=0):
    data = {"lines-TOTAL_FORMS": str(len(lines) + room), "lines-INITIAL_FORMS": "0"}
    for place, line in enumerate(lines):
        for name, value in zip(("product", "quantity", "unit_price"), line, strict=True):
            data[f"lines-{place}-{name}"] = str(value)
    return data


def form_data(*lines, room=0, **changes):
    data = {
        "number": "HD-1",
        "title": "Care",
        "starts_on": TODAY.isoformat(),
        "ends_on": NEXT_YEAR.isoformat(),
        "currency": "VND",
        "discount_percent": "0",
        "value": "",
        "payment_days": "30",
        "notice_days": "30",
        "note": "",
        "idempotency_key": str(uuid.uuid4()),
    }
    return data | line_data(*lines, room=room) | {name: str(value) for name, value in changes.items()}


def edit_data(contract, *lines, **changes):
    data = form_data(*lines, number=contract.number, title=contract.title)
    data |= {"starts_on": contract.starts_on.isoformat(), "ends_on": contract.ends_on.isoformat()}
    return data | {"version": str(contract.version)} | {name: str(value) for name, value in changes.items()}


def new_url(client):
    return f"/clients/{client.pk}/contracts/new/"


def url(contract, step=""):
    return f"/contracts/{contract.pk}/{step}"


# --- The form -------------------------------------------------------------------------------------------------


def test_new_contract_takes_its_value_from_the_lines(book, as_user):
    one, other = make.product(), make.product()
    data = form_data((one.pk, 2, 50), ("", "", ""), (other.pk, "", 100), discount_percent="10")
    answer = as_user(book.lan).post(new_url(book.alpha), data)
    contract = Contract.objects.get()
    assert answer.status_code == 302 and answer.headers["Location"] == url(contract)
    assert (contract.value, contract.state, contract.created_by) == (180, "draft", book.lan)
    lines = ContractLine.objects.values_list("product_id", "quantity", "unit_price")
    assert list(lines) == [(one.pk, 2, 50), (other.pk, 1, 100)]


def test_typed_value_stays_and_a_double_click_counts_once(book, as_user):
    data = form_data((make.product().pk, 1, 50), value="75")
    browser = as_user(book.lan)
    for _ in range(2):
        assert browser.post(new_url(book.alpha), data).status_code == 302
    assert Contract.objects.get().value == 75


@pytest.mark.parametrize(
    "changes, field",
    [
        ({"ends_on": (TODAY - datetime.timedelta(days=1)).isoformat()}, "ends_on"),
        ({"ends_on": "2020-02-31"}, "ends_on"),
        ({"starts_on": "0001-01-01"}, "starts_on"),
        ({"currency": "XXX"}, "currency"),
        ({"currency": "vnd"}, "currency"),
        ({"value": "-1"}, "value"),
        ({"value": "1e40"}, "value"),
        ({"value": "9999999999999999"}, "value"),
        ({"value": "NaN"}, "value"),
        ({"discount_percent": "101"}, "discount_percent"),
        ({"discount_percent": "-5"}, "discount_percent"),
        ({"payment_days": "9999"}, "payment_days"),
        ({"notice_days": "-1"}, "notice_days"),
        ({"number": "  "}, "number"),
        ({"number": "…"}, "number"),
        ({"title": "<script>alert(1)</script>"}, "title"),
        ({"ends_on": "", "auto_renews": "on"}, "ends_on"),
    ],
)
def test_senseless_contract_is_refused_with_what_was_typed(book, as_user, changes, field):
    answer = as_user(book.lan).post(new_url(book.alpha), form_data(title="Kept title") | changes)
    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    if field != "title":
        assert "Kept title" in answer.content.decode()
    assert not Contract.objects.exists()


@pytest.mark.parametrize(
    "line, field",
    [
        (("", 1, 5), "product"),
        (("PRODUCT", 1, ""), "unit_price"),
        (("PRODUCT", 0, 5), "quantity"),
        (("PRODUCT", -1, 5), "quantity"),
        (("PRODUCT", 1, -5), "unit_price"),
        (("PRODUCT", 9999999999, 999999999999999), "unit_price"),
        ((987654321, 1, 5), "product"),
    ],
)
def test_senseless_line_is_refused(book, as_user, line, field):
    product = make.product()
    line = tuple(product.pk if value == "PRODUCT" else value for value in line)
    answer = as_user(book.lan).post(new_url(book.alpha), form_data(line))
    assert answer.status_code == 422
    assert field in answer.context["lines"].forms[0].errors
    assert not Contract.objects.exists()


@pytest.mark.parametrize("total", ["", "x", "100000", "-1"])
def test_tampered_number_of_lines_is_refused(book, as_user, total):
    data = form_data((make.product().pk, 1, 5)) | {"lines-TOTAL_FORMS": total}
    assert as_user(book.lan).post(new_url(book.alpha), data).status_code == 422
    assert not Contract.objects.exists()


def test_absurd_sum_of_lines_is_refused(book, as_user):
    product = make.product()
    lines = [(product.pk, 1, 900_000_000_000_000)] * 2
    answer = as_user(book.lan).post(new_url(book.alpha), form_data(*lines))
    assert answer.status_code == 422 and "value" in answer.context["form"].errors


@pytest.mark.parametrize("htmx", [False, True])
def test_adding_a_line_keeps_what_was_typed_and_writes_nothing(book, as_user, htmx):
    data = form_data((make.product().pk, 3, 5), title="Typed title") | {"add_line": "1"}
    answer = as_user(book.lan, htmx=htmx).post(new_url(book.alpha), data)
    text = answer.content.decode()
    assert answer.status_code == 200
    assert 'name="lines-1-product"' in text and 'value="3"' in text
    assert ("Typed title" in text) is not htmx
    assert not Contract.objects.exists()


def test_number_of_another_contract_of_the_client_is_refused(book, as_user):
    make.contract(book.alpha, number="HD-1")
    assert as_user(book.lan).post(new_url(book.alpha), form_data()).status_code == 422
    assert as_user(book.olga).post(new_url(book.omega), form_data()).status_code == 302


def test_contract_begins_with_its_deal(book, as_user):
    deal = make.won_deal(book.alpha, amount=250, on=TODAY, title="Big one", payment_days=45)
    browser = as_user(book.lan)
    answer = browser.get(f"{new_url(book.alpha)}?deal={deal.pk}")
    assert answer.context["form"].initial["title"] == "Big one"
    assert answer.context["lines"].initial[0]["unit_price"] == 250
    browser.post(f"{new_url(book.alpha)}?deal={deal.pk}", form_data())
    assert Contract.objects.get().deal == deal
    foreign = make.won_deal(book.omega, amount=1, on=TODAY)
    assert browser.get(f"{new_url(book.alpha)}?deal={foreign.pk}").context["deal"] is None


def test_edit_shows_a_value_made_of_lines_as_empty(book, as_user):
    product = make.product()
    made = make.contract(book.alpha, state="draft", lines=[(product, 1, 120)], value=120)
    typed = make.contract(book.alpha, state="draft", lines=[(product, 1, 120)], value=130)
    browser = as_user(book.lan)
    assert browser.get(url(made, "edit/")).context["form"]["value"].value() is None
    assert browser.get(url(typed, "edit/")).context["form"]["value"].value() == 130


def test_edit_by_two_people_offers_the_choice(book, as_user):
    product, other = make.product(name="Pump"), make.product(name="Valve")
    contract = make.contract(book.alpha, state="draft", lines=[(product, 1, 120)])
    opened = edit_data(contract, (product.pk, 1, 120), title="Mine")
    theirs = edit_data(contract, (other.pk, 2, 60), title="Theirs")
    assert as_user(book.senior).post(url(contract, "edit/"), theirs).status_code == 302
    browser = as_user(book.lan)
    answer = browser.post(url(contract, "edit/"), opened)
    text = answer.content.decode()
    assert answer.status_code == 409
    assert all(words in text for words in ("Mine", "Theirs", "1 × Pump", "2.00 × Valve", "Sơn Phạm"))
    choice = opened | {"version": "2", "keep-title": "mine", "keep-lines": "theirs"}
    assert browser.post(url(contract, "edit/"), choice).status_code == 302
    contract.refresh_from_db()
    assert (contract.title, contract.version) == ("Mine", 3)
    assert contract.lines.get().product == other


def test_edit_of_a_signed_contract_beyond_authority_offers_to_ask(book, as_user):
    contract = make.contract(book.alpha, lines=[(make.product(), 1, 120)])
    line = contract.lines.get()
    data = edit_data(contract, (line.product_id, 1, 120), discount_percent="12", title="Typed title")
    answer = as_user(book.lan).post(url(contract, "edit/"), data)
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "Typed title" in text
    assert f"/contracts/{contract.pk}/approval/?discount_percent=12" in text
    contract.refresh_from_db()
    assert contract.discount_percent == 0


def test_product_no_longer_on_sale_stays_where_it_is(book, as_user):
    old = make.product(is_active=False)
    contract = make.contract(book.alpha, state="draft", lines=[(old, 1, 120)])
    browser = as_user(book.lan)
    data = edit_data(contract, (old.pk, 5, 120))
    assert browser.post(url(contract, "edit/"), data).status_code == 302
    assert contract.lines.get().quantity == 5
    assert browser.post(new_url(book.alpha), form_data((old.pk, 1, 5), number="HD-2")).status_code == 422


def test_what_is_over_is_not_edited(book, as_user):
    contract = make.contract(book.alpha, state="ended", ended_on=TODAY)
    assert as_user(book.lan).get(url(contract, "edit/")).status_code == 403


# --- Steps ----------------------------------------------------------------------------------------------------


def test_sign_from_the_sheet_tells_the_page(book, as_user):
    contract = make.contract(book.alpha, state="draft")
    answer = as_user(book.lan, htmx=True).post(url(contract, "signature/"), {"signed_on": TODAY})
    assert answer.status_code == 204
    assert "contracts-changed" in answer.headers["HX-Trigger"]
    contract.refresh_from_db()
    assert contract.state == "signed"


def test_sign_beyond_authority_offers_to_ask(book, as_user):
    contract = make.contract(book.alpha, state="draft", discount_percent=20)
    browser = as_user(book.lan, htmx=True)
    answer = browser.post(url(contract, "signature/"), {"signed_on": TODAY})
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "20%" in text and "5%" in text and f'value="{TODAY}"' in text
    assert f"/contracts/{contract.pk}/approval/?discount_percent=20" in text
    assert "may grant" in browser.get(url(contract)).content.decode()


def test_sign_names_who_asked_already(book, as_user):
    contract = make.contract(book.alpha, state="draft", discount_percent=20)
    Approval.objects.create(
        client=book.alpha,
        contract=contract,
        discount_percent=20,
        payment_days=30,
        reason="Why",
        asked_by=book.mai,
    )
    answer = as_user(book.lan, htmx=True).post(url(contract, "signature/"), {"signed_on": TODAY})
    assert answer.status_code == 422
    assert "Mai Đỗ asked on" in answer.content.decode()


@pytest.mark.parametrize(
    "step, data",
    [
        ("signature/", {"signed_on": TODAY}),
        ("notice/", {"notice_given_on": TODAY}),
        ("end/", {"ended_on": TODAY, "reason": "Closed"}),
    ],
)
def test_step_that_came_too_late_is_told(book, as_user, step, data):
    contract = make.contract(book.alpha, state="ended", ended_on=TODAY - datetime.timedelta(days=3))
    answer = as_user(book.lan, htmx=True).post(url(contract, step), data)
    assert answer.status_code == 409
    assert "Ended" in answer.content.decode()


@pytest.mark.parametrize(
    "step, name, extra",
    [
        ("signature/", "signed_on", {}),
        ("notice/", "notice_given_on", {}),
        ("end/", "ended_on", {"reason": "Closed"}),
    ],
)
def test_steps_take_no_day_to_come(book, as_user, step, name, extra):
    contract = make.contract(book.alpha, state="draft" if "sign" in step else "signed")
    tomorrow = TODAY + datetime.timedelta(days=1)
    answer = as_user(book.lan, htmx=True).post(url(contract, step), {name: tomorrow} | extra)
    assert answer.status_code == 422 and name in answer.context["form"].errors


def test_end_needs_a_reason_and_a_day_of_the_term(book, as_user):
    contract, browser = make.contract(book.alpha), as_user(book.lan)
    too_early = contract.starts_on - datetime.timedelta(days=1)
    answer = browser.post(url(contract, "end/"), {"ended_on": too_early})
    assert set(answer.context["form"].errors) == {"ended_on", "reason"}
    assert browser.post(url(contract, "end/"), {"ended_on": TODAY, "reason": "Closed"}).status_code == 302
    contract.refresh_from_db()
    assert (contract.state, contract.end_reason) == ("ended", "Closed")


def test_notice_is_given_and_taken_back(book, as_user):
    contract, browser = make.contract(book.alpha), as_user(book.lan)
    assert browser.post(url(contract, "notice/"), {}).status_code == 422
    for day, expected in [(TODAY.isoformat(), TODAY), ("", None)]:
        assert browser.post(url(contract, "notice/"), {"notice_given_on": day}).status_code == 302
        contract.refresh_from_db()
        assert contract.notice_given_on == expected


# --- Renewing -------------------------------------------------------------------------------------------------


def test_renew_opens_the_follow_up_contract_for_editing(book, as_user):
    contract, key = make.contract(book.alpha), str(uuid.uuid4())
    browser = as_user(book.lan)
    for _ in range(2):
        answer = browser.post(url(contract, "renewal/"), {"idempotency_key": key})
        renewal = contract.renewals.get()
        assert answer.status_code == 302 and answer.headers["Location"] == url(renewal, "edit/")
    assert browser.get(url(renewal, "edit/")).status_code == 200


def test_second_renewal_is_told_who_was_first(book, as_user):
    contract = make.contract(book.alpha)
    renewal = renew_contract(contract=contract, by=book.lan, idempotency_key=uuid.uuid4())
    answer = as_user(book.senior).post(url(contract, "renewal/"), {"idempotency_key": uuid.uuid4()})
    text = answer.content.decode()
    assert answer.status_code == 409
    assert "Lan Nguyễn" in text and url(renewal) in text
    assert contract.renewals.count() == 1


def test_what_cannot_be_renewed_says_so(book, as_user):
    contract = make.contract(book.alpha, ends_in=None)
    answer = as_user(book.lan).post(url(contract, "renewal/"), {"idempotency_key": uuid.uuid4()})
    assert answer.status_code == 409
    assert not contract.renewals.exists()


def test_lost_renewal_is_kept_with_its_reason(book, as_user):
    contract, browser = make.contract(book.alpha), as_user(book.lan, htmx=True)
    data = {"lost_reason": "competitor", "lost_note": "Cheaper", "idempotency_key": str(uuid.uuid4())}
    assert browser.post(url(contract, "loss/"), data | {"lost_reason": "nonsense"}).status_code == 422
    for _ in range(2):
        assert browser.post(url(contract, "loss/"), data).status_code == 204
    lost = contract.renewals.get()
    assert (lost.state, lost.lost_reason) == ("lost", "competitor")
    page = browser.get(url(contract)).content.decode()
    assert "Cheaper" in page and url(lost) in page


# --- Panel and page -------------------------------------------------------------------------------------------


def test_panel_offers_to_renew_what_ends_soon(book, as_user):
    soon = make.contract(book.alpha, ends_in=60)
    later = make.contract(book.alpha, ends_in=300)
    prepared = make.contract(book.alpha, ends_in=50)
    renew_contract(contract=prepared, by=book.lan, idempotency_key=uuid.uuid4())
    text = as_user(book.lan, htmx=True).get(f"/clients/{book.alpha.pk}/contracts/").content.decode()
    assert text.lstrip().startswith("<section")
    assert url(soon, "renewal/") in text
    assert url(later, "renewal/") not in text and url(prepared, "renewal/") not in text


def test_panel_pages_through_many_contracts(book, as_user):
    for n in range(25):
        make.contract(book.alpha, starts_in=-n * 10)
    browser = as_user(book.lan)
    first = browser.get(f"/clients/{book.alpha.pk}/contracts/").context["page"]
    second = browser.get(f"/clients/{book.alpha.pk}/contracts/?cursor={first.next_cursor}").context["page"]
    assert (len(first), len(second)) == (20, 5)
    assert not {row.pk for row in first} & {row.pk for row in second}


@pytest.mark.parametrize("path", ["/clients/{client}/contracts/", "/contracts/{contract}/"])
def test_queries_do_not_grow_with_the_rows(book, as_user, path):
    first = make.contract(book.alpha, lines=[(make.product(), 1, 10)])
    path = path.format(client=book.alpha.pk, contract=first.pk)
    browser = as_user(book.lan)

    def count():
        with CaptureQueriesContext(connection) as queries:
            assert browser.get(path).status_code == 200
        return len(queries)

    count()
    few = count()
    term = first
    for _ in range(9):
        term = renew_contract(contract=term, by=book.lan, idempotency_key=uuid.uuid4())
        Contract.objects.filter(pk=term.pk).update(state="signed", signed_on=TODAY)
        term.refresh_from_db()
    for _ in range(9):
        ContractLine.objects.create(
            contract=first, client=book.alpha, product=make.product(), quantity=1, unit_price=1
        )
    assert count() == few <= 12


def test_page_shows_the_chain_with_lost_attempts(book, as_user):
    first = make.contract(book.alpha, number="HD-7")
    lost = renew_contract(contract=first, by=book.lan, idempotency_key=uuid.uuid4())
    lose_renewal(
        contract=lost, on=TODAY, reason="price", note="Too dear", by=book.lan, idempotency_key=uuid.uuid4()
    )
    again = renew_contract(contract=first, by=book.lan, idempotency_key=uuid.uuid4())
    unrelated = make.contract(book.alpha)
    answer = as_user(book.lan).get(url(again))
    assert [term.pk for term in answer.context["chain"]] == [first.pk, lost.pk, again.pk]
    assert "Too dear" in answer.content.decode()
    assert as_user(book.lan).get(url(unrelated)).context["chain"] == []


def test_page_refreshes_its_parts(book, as_user):
    contract = make.contract(book.alpha)
    text = as_user(book.lan, htmx=True).get(url(contract)).content.decode()
    assert "<html" not in text and text.count('hx-swap-oob="true"') == 2


def test_former_lead_reads_without_buttons(book, as_user):
    make.assignment(
        book.alpha,
        book.olga,
        since_days=900,
        ended_at=timezone.now() - datetime.timedelta(days=500),
        read_until=TODAY,
    )
    contract = make.contract(book.alpha)
    text = as_user(book.olga).get(url(contract)).content.decode()
    assert contract.number in text
    assert "/renewal/" not in text and "/edit/" not in text and "/end/" not in text
