"""Internal requests: asking, the thread, how each one ends, the list, the panel and the form."""

import datetime
import json
import threading
import uuid

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from accounts.models import Department, Role
from clients.models import CareEvent, Client, InternalRequest, RequestAnswer
from clients.services import requests as service
from clients.services.changes import KeyUsedElsewhere
from tests import factories as make


def ask(book, **values):
    values = {
        "client": book.alpha,
        "department": Department.objects.get(code="production"),
        "what": "Trial run of 500 sheets",
        "details": "Before the audit",
        "due_on": timezone.localdate() + datetime.timedelta(days=3),
        "by": book.lan,
        "idempotency_key": uuid.uuid4(),
    } | values
    return service.ask_request(**values)


def answer(row, by, text="Ready on Friday", key=None):
    return service.answer_request(request=row, text=text, by=by, idempotency_key=key or uuid.uuid4())


def change(row, action, by, text=""):
    return service.change_request(request=row, action=action, by=by, text=text)


def kinds():
    return list(CareEvent.objects.order_by("id").values_list("kind", flat=True))


def stale(client):
    return Client.objects.get(pk=client.pk).health_stale_since is not None


def page(row):
    return reverse("clients:request_page", args=[row.pk])


def state_of(row):
    return InternalRequest.objects.get(pk=row.pk).state


# --- The service ----------------------------------------------------------------------------------------------


def test_asking_writes_the_timeline_and_marks_the_client(book):
    row = ask(book)
    event = CareEvent.objects.get()
    assert (event.client, event.kind, event.subject_id, event.by) == (
        book.alpha,
        "request_asked",
        row.pk,
        book.lan,
    )
    assert event.facts["title"] == row.what and event.facts["department"] == row.department.name
    assert event.facts["day"] == row.due_on.isoformat()
    assert stale(book.alpha) and row.state == "open"


def test_asked_twice_with_one_key_it_exists_once(book):
    key = uuid.uuid4()
    assert ask(book, idempotency_key=key) == ask(book, idempotency_key=key)
    assert InternalRequest.objects.count() == 1 and kinds() == ["request_asked"]
    with pytest.raises(KeyUsedElsewhere):
        ask(book, client=book.omega, idempotency_key=key)


@pytest.mark.parametrize("name", ["issue", "contract", "deal"])
def test_what_it_hangs_on_is_of_the_same_client(book, name):
    factory = {"issue": make.issue, "contract": make.contract, "deal": make.open_deal}[name]
    with pytest.raises(service.LinkedElsewhere):
        ask(book, **{name: factory(book.omega)})
    assert not InternalRequest.objects.exists()
    assert getattr(ask(book, **{name: factory(book.alpha)}), name) is not None


def test_both_sides_answer_in_one_thread_and_the_department_stands_in_the_timeline(book):
    row = ask(book)
    answer(row, book.dept, "Which paper?")
    answer(row, book.lan, "The coated one")
    assert list(row.answers.values_list("text", flat=True)) == ["Which paper?", "The coated one"]
    assert kinds() == ["request_asked", "request_answered"]


def test_an_answer_sent_twice_stands_there_once(book):
    row, other, key = ask(book), ask(book), uuid.uuid4()
    assert answer(row, book.dept, key=key) == answer(row, book.dept, key=key)
    assert RequestAnswer.objects.count() == 1
    with pytest.raises(KeyUsedElsewhere):
        answer(other, book.dept, key=key)
    change(row, service.DONE, book.dept)
    assert answer(row, book.dept, key=key).request == row, "a resend after the end still counts as sent"


def test_taken_then_done(book):
    row = ask(book)
    taken = change(row, service.TAKE, book.dept)
    assert (taken.state, taken.taken_by, taken.closed_at) == ("taken", book.dept, None)
    done = change(row, service.DONE, book.dept, "Delivered")
    assert done.state == "done" and done.closed_at is not None
    assert [a.text for a in row.answers.all()] == ["Delivered"]
    assert kinds() == ["request_asked", "request_closed"]
    facts = CareEvent.objects.latest("id").facts
    assert (facts["state"], facts["reason"], facts["who"]) == ("done", "Delivered", book.dept.name)


@pytest.mark.parametrize("action", [service.DONE, service.DECLINE, service.WITHDRAW])
def test_the_same_end_sent_twice_counts_once(book, action):
    row = ask(book)
    first = change(row, action, book.lan, "So be it")
    again = change(row, action, book.lan, "So be it")
    assert first.closed_at == again.closed_at
    assert RequestAnswer.objects.count() == 1 and kinds().count("request_closed") == 1


def test_what_ended_is_neither_changed_nor_answered(book):
    row = ask(book)
    change(row, service.WITHDRAW, book.lan)
    for action in (service.TAKE, service.DONE, service.DECLINE):
        with pytest.raises(service.RequestClosed) as told:
            change(row, action, book.dept, "Too late")
        assert told.value.request.state == "withdrawn"
    with pytest.raises(service.RequestClosed):
        answer(row, book.dept)
    assert not RequestAnswer.objects.exists() and state_of(row) == "withdrawn"


def test_a_colleague_does_not_take_what_is_taken(book):
    colleague = make.user("Hà", role=Role.DEPARTMENT, department=book.dept.department)
    row = ask(book)
    change(row, service.TAKE, book.dept)
    change(row, service.TAKE, book.dept)
    with pytest.raises(service.RequestClosed):
        change(row, service.TAKE, colleague)
    assert InternalRequest.objects.get().taken_by == book.dept


@pytest.mark.django_db(transaction=True)
def test_of_two_who_take_it_at_once_one_is_told(book):
    row = ask(book)
    colleague = make.user("Hà", role=Role.DEPARTMENT, department=book.dept.department)
    start, outcomes = threading.Barrier(2), []

    def take(user):
        try:
            start.wait(10)
            change(row, service.TAKE, user)
            outcomes.append(user.pk)
        except service.RequestClosed:
            outcomes.append("told")
        finally:
            connection.close()

    threads = [threading.Thread(target=take, args=[user]) for user in (book.dept, colleague)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    winner = next(outcome for outcome in outcomes if outcome != "told")
    assert sorted(map(str, outcomes)) == sorted([str(winner), "told"])
    assert InternalRequest.objects.get().taken_by_id == winner


# --- The form and the panel -----------------------------------------------------------------------------------


def typed(**changes):
    return {
        "department": Department.objects.get(code="production").pk,
        "what": "Trial run",
        "due_on": timezone.localdate().isoformat(),
        "details": "",
        "idempotency_key": uuid.uuid4(),
    } | changes


def test_asked_in_the_sheet_and_the_panel_is_told(book, as_user):
    url = reverse("clients:request_new", args=[book.alpha.pk])
    browser = as_user(book.lan, htmx=True)
    assert "<html" not in browser.get(url).content.decode()
    answer = browser.post(url, typed())
    events = json.loads(answer.headers["HX-Trigger"])
    assert answer.status_code == 204 and {"requests-changed", "care-changed", "toast"} <= set(events)
    row = InternalRequest.objects.get()
    assert (row.asked_by, row.client, row.department.code) == (book.lan, book.alpha, "production")


def test_asked_on_a_page_of_its_own_leads_to_the_request(book, as_user):
    issue = make.issue(book.alpha, title="Colours fade")
    url = reverse("clients:request_new", args=[book.alpha.pk])
    shown = as_user(book.lan).get(f"{url}?issue={issue.pk}").content.decode()
    assert f'<option value="{issue.pk}" selected>' in shown and "<html" in shown
    answer = as_user(book.lan).post(url, typed(issue=issue.pk))
    row = InternalRequest.objects.get()
    assert answer.status_code == 302 and answer.url == page(row) and row.issue == issue


@pytest.mark.parametrize(
    "field, value",
    [
        ("department", ""),
        ("department", "99999"),
        ("what", ""),
        ("what", "x" * 201),
        ("what", "<script>alert(1)</script>"),
        ("details", "x" * 4001),
        ("due_on", ""),
        ("due_on", "2020-01-01"),
        ("due_on", "9999-12-31"),
        ("issue", "99999"),
        ("idempotency_key", "no"),
    ],
)
def test_what_makes_no_sense_is_refused_at_its_field(book, as_user, field, value):
    url = reverse("clients:request_new", args=[book.alpha.pk])
    answer = as_user(book.lan, htmx=True).post(url, typed(**{field: value}))
    assert answer.status_code == 422 and field in answer.context["form"].errors
    assert not InternalRequest.objects.exists()


def test_an_issue_of_another_client_is_no_choice(book, as_user):
    stranger = make.issue(book.omega, title="Not yours")
    url = reverse("clients:request_new", args=[book.alpha.pk])
    assert "Not yours" not in as_user(book.admin).get(url).content.decode()
    answer = as_user(book.admin).post(url, typed(issue=stranger.pk))
    assert answer.status_code == 422 and "issue" in answer.context["form"].errors


def test_a_closed_department_is_no_choice(book, as_user):
    Department.objects.filter(code="legal").update(is_active=False)
    form = as_user(book.lan).get(reverse("clients:request_new", args=[book.alpha.pk])).context["form"]
    assert "legal" not in set(form.fields["department"].queryset.values_list("code", flat=True))


def test_the_panel_shows_open_ones_first_and_its_own_page_works(book, as_user):
    late = make.internal_request(book.alpha, book.lan, due_in=-2, what="Late one")
    make.internal_request(book.alpha, book.lan, due_in=5, what="Later one")
    change(make.internal_request(book.alpha, book.lan, what="Over"), service.DONE, book.dept)
    make.internal_request(book.omega, book.olga, what="Stranger's")
    url = reverse("clients:client_requests", args=[book.alpha.pk])
    shown = as_user(book.lan, htmx=True).get(url).content.decode()
    assert shown.index("Late one") < shown.index("Later one") < shown.index("Over")
    assert "Stranger" not in shown and "2 days late" in shown and page(late) in shown
    assert "<html" not in shown and "<html" in as_user(book.lan).get(url).content.decode()


def test_a_former_lead_reads_and_asks_nothing(book, as_user):
    until = timezone.localdate() + datetime.timedelta(days=3)
    ended = timezone.now() - datetime.timedelta(days=500)
    make.assignment(book.alpha, book.mai, since_days=600, ended_at=ended, read_until=until)
    row = ask(book)
    browser = as_user(book.mai)
    assert browser.get(reverse("clients:client_requests", args=[book.alpha.pk])).status_code == 200
    shown = browser.get(page(row)).content.decode()
    assert "request-answer" not in shown and "request-withdraw" not in shown
    sent = browser.post(
        reverse("clients:request_answer", args=[row.pk]), {"text": "x", "idempotency_key": uuid.uuid4()}
    )
    assert sent.status_code == 403 and not RequestAnswer.objects.exists()


# --- The page of a request ------------------------------------------------------------------------------------


@pytest.mark.parametrize("htmx", [False, True])
def test_whoever_asked_answers_and_withdraws(book, as_user, htmx):
    row = ask(book)
    browser = as_user(book.lan, htmx=htmx)
    sent = browser.post(
        reverse("clients:request_answer", args=[row.pk]),
        {"text": "Any news?", "idempotency_key": uuid.uuid4()},
    )
    assert sent.status_code == (204 if htmx else 302)
    assert "Any news?" in browser.get(page(row)).content.decode()
    url = reverse("clients:request_state", args=[row.pk])
    assert "<form" in browser.get(f"{url}?action=withdraw").content.decode()
    sent = browser.post(url, {"action": "withdraw", "text": "Solved elsewhere"})
    assert sent.status_code == (204 if htmx else 302) and state_of(row) == "withdrawn"
    assert "Solved elsewhere" in browser.get(page(row)).content.decode()


@pytest.mark.parametrize("action", ["take", "decline"])
def test_whoever_asked_neither_takes_nor_declines(book, as_user, action):
    row = ask(book)
    url = reverse("clients:request_state", args=[row.pk])
    assert as_user(book.lan).post(url, {"action": action, "text": "No"}).status_code == 403
    assert as_user(book.admin).get(f"{url}?action={action}").status_code == 403
    assert state_of(row) == "open"


def test_an_empty_answer_is_refused_and_a_late_one_says_what_happened(book, as_user):
    row = ask(book)
    browser, url = as_user(book.dept, htmx=True), reverse("clients:request_answer", args=[row.pk])
    assert browser.post(url, {"text": " ", "idempotency_key": uuid.uuid4()}).status_code == 422
    change(row, service.WITHDRAW, book.lan)
    late = browser.post(url, {"text": "Here it is", "idempotency_key": uuid.uuid4()})
    assert late.status_code == 409 and "Withdrawn" in late.content.decode()
    assert "Here it is" in late.content.decode() and not RequestAnswer.objects.exists()
    refused = browser.post(reverse("clients:request_state", args=[row.pk]), {"action": "take"})
    assert refused.status_code == 409 and "Withdrawn" in refused.content.decode()


def test_an_unknown_action_is_refused(book, as_user):
    url = reverse("clients:request_state", args=[ask(book).pk])
    assert as_user(book.lan).post(url, {"action": "explode"}).status_code == 422


# --- The list -------------------------------------------------------------------------------------------------


def listed(browser, query=""):
    answer = browser.get(reverse("clients:requests") + query)
    return answer, [row.what for row in answer.context["page"]]


def test_the_list_shows_the_requests_of_ones_clients(book, as_user):
    make.internal_request(book.alpha, book.lan, what="Ours", due_in=4)
    make.internal_request(book.alpha, book.senior, what="Sooner", due_in=1, department="finance")
    make.internal_request(book.omega, book.olga, what="Theirs")
    assert listed(as_user(book.lan))[1] == ["Sooner", "Ours"]
    assert listed(as_user(book.olga))[1] == ["Theirs"]
    assert listed(as_user(book.mai))[1] == []
    assert set(listed(as_user(book.admin))[1]) == {"Ours", "Sooner", "Theirs"}
    assert listed(as_user(book.lan), "?mine=1")[1] == ["Ours"]
    assert listed(as_user(book.lan), "?department=finance")[1] == ["Sooner"]


def test_the_list_by_state(book, as_user):
    rows = {
        state: make.internal_request(book.alpha, book.lan, what=state)
        for state in ("open", "take", "done", "decline", "withdraw")
    }
    for action in ("take", "done", "decline", "withdraw"):
        change(rows[action], action, book.dept)
    browser = as_user(book.lan)
    assert listed(browser)[1] == ["open", "take"]
    assert listed(browser, "?state=taken")[1] == ["take"]
    assert listed(browser, "?state=closed")[1] == ["withdraw", "decline", "done"]
    assert listed(browser, "?state=declined")[1] == ["decline"]


@pytest.mark.parametrize("query", ["?state=lost", "?department=nowhere", "?cursor=" + "x" * 2001])
def test_a_filter_that_makes_no_sense_is_refused(book, as_user, query):
    assert as_user(book.lan).get(reverse("clients:requests") + query).status_code == 422


def test_the_sentence_counts_late_and_untaken(book, as_user):
    make.internal_request(book.alpha, book.lan, due_in=-1)
    change(make.internal_request(book.alpha, book.lan, due_in=2), service.TAKE, book.dept)
    standing = listed(as_user(book.lan))[0].context["standing"]
    assert standing == {"open": 2, "late": 1, "untaken": 1}


def test_pages_follow_each_other(book, as_user, monkeypatch):
    monkeypatch.setattr("clients.views.requests.ROWS_PER_PAGE", 2)
    for number in range(5):
        make.internal_request(book.alpha, book.lan, what=f"N{number}", due_in=number)
    browser, seen, query = as_user(book.lan, htmx=True), [], ""
    while True:
        answer, rows = listed(browser, query)
        seen += rows
        if not answer.context["page"].next_cursor:
            break
        query = f"?cursor={answer.context['page'].next_cursor}"
    assert seen == ["N0", "N1", "N2", "N3", "N4"] and "<html" not in answer.content.decode()


@pytest.mark.parametrize("persona", ["lan", "manager", "admin", "dept"])
def test_list_and_panel_cost_the_same_at_2_and_at_20_rows(
    book, as_user, persona, django_assert_max_num_queries
):
    browser = as_user(getattr(book, persona))

    def count(url):
        with django_assert_max_num_queries(12) as counted:
            assert browser.get(url).status_code == 200
        return len(counted)

    urls = [reverse("clients:requests"), reverse("clients:requests") + "?state=closed"]
    if persona != "dept":
        urls.append(reverse("clients:client_requests", args=[book.alpha.pk]))
    counts = []
    for rows in (2, 18):
        for _ in range(rows):
            change(make.internal_request(book.alpha, book.lan), service.DONE, book.dept)
            make.internal_request(book.alpha, book.lan)
        counts.append([count(url) for url in urls])
    assert counts[0] == counts[1]
