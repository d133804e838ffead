"""What a department member sees: the requests put to their department, and nothing else of any client."""

import uuid

import pytest
from django.urls import get_resolver, reverse

from accounts import access
from accounts.models import Department, Role
from clients.models import InternalRequest, RequestAnswer
from tests import factories as make
from tests.test_access_table import AREAS, address, contents, names

METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "HEAD"]


@pytest.fixture
def row(book):
    """A request that hangs on everything, of a client whose every word would show."""
    book.alpha.note, book.alpha.city, book.alpha.phone = "Secret note", "Secret city", "028 1234 5678"
    book.alpha.save()
    make.contact(book.alpha, "Secret Contact")
    return make.internal_request(
        book.alpha,
        book.lan,
        what="Trial run",
        details="500 sheets",
        issue=make.issue(book.alpha, title="Secret issue"),
        contract=make.contract(book.alpha, number="SECRET-1", title="Secret contract"),
        deal=make.open_deal(book.alpha, title="Secret deal", product_row=make.product("SECRETP")),
    )


@pytest.fixture
def strange(book):
    """A request to another department."""
    return make.internal_request(book.alpha, book.lan, department="finance", what="Strange request")


def test_their_day_starts_at_the_requests(book, as_user):
    answer = as_user(book.dept).get(reverse("home"))
    assert answer.url == reverse("clients:requests")


def test_every_other_page_about_clients_is_refused_by_every_method(book, as_user):
    keys = {}
    for area in AREAS:
        keys |= area.scene(book)
    browser = as_user(book.dept)
    before = contents()
    routes = {
        route
        for route in names(get_resolver())
        if route.startswith(("clients:", "relationships:")) and route not in access.DEPARTMENT_PAGES
    }
    assert {"clients:list", "relationships:client_page", "clients:client_requests"} <= routes
    for route in sorted(routes):
        for method in METHODS:
            answer = browser.generic(method, address(route, {"names": keys}))
            assert answer.status_code == 403, f"{method} {route} gave {answer.status_code}"
    assert contents() == before


def test_they_see_the_request_the_name_of_the_client_and_who_asked(book, row, as_user):
    shown = as_user(book.dept).get(reverse("clients:request_page", args=[row.pk])).content.decode()
    for words in ("Trial run", "500 sheets", "Alpha Thép Việt", "Lan Nguyễn"):
        assert words in shown


@pytest.mark.parametrize("htmx", [False, True])
def test_nothing_else_of_the_client_is_on_their_pages(book, row, as_user, htmx):
    """No word of what the request hangs on, and no address that leads to the client."""
    browser = as_user(book.dept, htmx=htmx)
    urls = [reverse("clients:requests"), reverse("clients:request_page", args=[row.pk])]
    urls += [
        f"{reverse('clients:request_state', args=[row.pk])}?action={name}" for name in ("done", "decline")
    ]
    for url in urls:
        shown = browser.get(url).content.decode()
        assert "ecret" not in shown and "SECRET" not in shown and "028 1234" not in shown, url
        for path in ("/clients/", "/contracts/", "/issues/", "/deals/", "/documents/"):
            assert f"{path}{book.alpha.pk}/" not in shown and f'{path}{row.contract_id}/"' not in shown, url
    assert book.alpha.get_absolute_url() not in shown


def test_whoever_keeps_the_client_sees_what_it_hangs_on(book, row, as_user):
    shown = as_user(book.lan).get(reverse("clients:request_page", args=[row.pk])).content.decode()
    assert "Secret issue" in shown and "SECRET-1" in shown and book.alpha.get_absolute_url() in shown


def test_requests_of_other_departments_do_not_exist_for_them(book, strange, as_user):
    browser, before = as_user(book.dept), contents()
    for name in ("request_page", "request_answer", "request_state"):
        for method in METHODS:
            answer = browser.generic(method, reverse(f"clients:{name}", args=[strange.pk]))
            assert answer.status_code == 404, f"{method} {name} gave {answer.status_code}"
    typed = {"text": "I was here", "action": "done", "idempotency_key": uuid.uuid4()}
    for name in ("request_answer", "request_state"):
        assert browser.post(reverse(f"clients:{name}", args=[strange.pk]), typed).status_code == 404
    assert contents() == before


def test_the_list_has_their_department_only_open_ones_first_and_closed_ones_too(book, row, strange, as_user):
    make.internal_request(book.omega, book.olga, what="Of another region", due_in=-1)
    browser, url = as_user(book.dept), reverse("clients:requests")
    assert [r.what for r in browser.get(url).context["page"]] == ["Of another region", "Trial run"]
    browser.post(reverse("clients:request_state", args=[row.pk]), {"action": "done"})
    assert [r.what for r in browser.get(url).context["page"]] == ["Of another region"]
    assert [r.what for r in browser.get(url + "?state=closed").context["page"]] == ["Trial run"]
    shown = browser.get(url + "?department=finance")
    assert "Strange request" not in shown.content.decode() and len(shown.context["page"]) == 0


def test_a_member_of_another_department_sees_theirs(book, row, strange, as_user):
    finance = Department.objects.get(code="finance")
    someone = make.user("Finance", role=Role.DEPARTMENT, department=finance)
    assert [r.what for r in as_user(someone).get(reverse("clients:requests")).context["page"]] == [
        "Strange request"
    ]
    assert as_user(someone).get(reverse("clients:request_page", args=[row.pk])).status_code == 404


@pytest.mark.parametrize("htmx", [False, True])
def test_they_take_answer_and_finish(book, row, as_user, htmx):
    browser, good = as_user(book.dept, htmx=htmx), 204 if htmx else 302
    state_url = reverse("clients:request_state", args=[row.pk])
    assert browser.post(state_url, {"action": "take"}).status_code == good
    answer_url = reverse("clients:request_answer", args=[row.pk])
    typed = {"text": "On Friday", "idempotency_key": uuid.uuid4()}
    assert browser.post(answer_url, typed).status_code == good
    assert browser.post(state_url, {"action": "done", "text": ""}).status_code == good
    saved = InternalRequest.objects.get(pk=row.pk)
    assert (saved.state, saved.taken_by) == ("done", book.dept)
    assert RequestAnswer.objects.get().author == book.dept


def test_declining_needs_a_reason_and_withdrawing_is_not_theirs(book, row, as_user):
    browser, url = as_user(book.dept), reverse("clients:request_state", args=[row.pk])
    assert browser.post(url, {"action": "withdraw"}).status_code == 403
    refused = browser.post(url, {"action": "decline", "text": " "})
    assert refused.status_code == 422 and "text" in refused.context["form"].errors
    assert browser.post(url, {"action": "decline", "text": "No machine free"}).status_code == 302
    assert InternalRequest.objects.get(pk=row.pk).state == "declined"


def test_a_member_who_left_sees_nothing(book, row, as_user):
    browser = as_user(book.dept)
    book.dept.is_active = False
    book.dept.save()
    assert "/accounts/login/" in browser.get(reverse("clients:request_page", args=[row.pk])).url
    assert not InternalRequest.objects.visible_to(book.dept).exists()
