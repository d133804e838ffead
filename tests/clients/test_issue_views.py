"""The screens of issues: panel, opening, the page with its steps, editing, and what is said to whoever comes second."""

import datetime
import json
import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from clients.forms.issue import IssueEditForm
from clients.models import CareEvent, Issue, IssueEntry, SlaPolicy
from clients.services import issues as services
from tests import factories as make

MOST_QUERIES = 12


def address(noun, issue):
    return reverse(f"clients:issue_{noun}", args=[issue.pk])


def new_url(client):
    return reverse("clients:issue_new", args=[client.pk])


def panel_url(client):
    return reverse("clients:client_issues", args=[client.pk])


def typed(**changes):
    values = {"title": "Line 2 stops", "severity": "5", "category": "technical"}
    return values | {"idempotency_key": str(uuid.uuid4())} | changes


def filled(issue, **changes):
    form = IssueEditForm(instance=Issue.objects.get(pk=issue.pk))
    values = {name: form[name].value() for name in form.fields}
    return {name: "" if value is None else value for name, value in values.items()} | changes


def told(answer):
    return json.loads(answer.headers["HX-Trigger"])


def queries_of(browser, url):
    browser.get(url)  # the language and the like are settled
    with CaptureQueriesContext(connection) as captured:
        answer = browser.get(url)
    assert answer.status_code == 200
    return len(captured)


@pytest.fixture
def issue(book):
    """An issue whose clock has run for four days, of which some are worked."""
    return make.issue(book.alpha, title="Line 2 stops", opened_ago_days=4, category="technical")


# --- Opening --------------------------------------------------------------------------------------------------


def test_an_issue_is_opened_in_the_sheet_and_the_page_is_told(book, as_user):
    lan = as_user(book.lan, htmx=True)
    sheet = lan.get(new_url(book.alpha)).content.decode()
    assert "<html" not in sheet and "The client may read this in a report." in sheet
    answer = lan.post(new_url(book.alpha), typed())
    assert answer.status_code == 204
    assert told(answer)["issues-changed"] == told(answer)["care-changed"] == {"client": book.alpha.pk}
    issue = Issue.objects.get()
    assert (issue.client, issue.title, issue.severity) == (book.alpha, "Line 2 stops", 5)


def test_an_issue_is_opened_on_a_page_of_its_own(book, as_user):
    browser = as_user(book.lan)
    assert "<html" in browser.get(new_url(book.alpha)).content.decode()
    answer = browser.post(new_url(book.alpha), typed(description="Not for the client"))
    assert answer.status_code == 302 and answer.url == address("page", Issue.objects.get())


def test_a_double_click_opens_one(book, as_user):
    browser, values = as_user(book.lan, htmx=True), typed()
    assert [browser.post(new_url(book.alpha), values).status_code for _click in range(2)] == [204, 204]
    assert Issue.objects.count() == CareEvent.objects.count() == 1


def test_a_key_of_another_client_is_refused(book, as_user):
    values = typed()
    as_user(book.admin).post(new_url(book.alpha), values)
    answer = as_user(book.admin).post(new_url(book.omega), values)
    assert answer.status_code == 422 and Issue.objects.count() == 1


@pytest.mark.parametrize(
    "field, value",
    [
        ("title", ""),
        ("title", "…"),
        ("title", "x" * 201),
        ("title", "a\x07b"),
        ("severity", "2"),
        ("severity", ""),
        ("category", "weather"),
        ("description", "<script>x</script>"),
        ("description", "x" * 4001),
        ("contact", "9" * 40),
        ("department", "abc"),
        ("idempotency_key", "none"),
    ],
)
def test_what_makes_no_sense_is_refused_at_its_field(book, as_user, field, value):
    answer = as_user(book.lan).post(new_url(book.alpha), typed(**{field: value}))
    assert answer.status_code == 422 and field in answer.context["form"].errors
    assert not Issue.objects.exists()


def test_contact_and_contract_are_the_clients_own(book, as_user):
    stranger, foreign = make.contact(book.omega, "Somebody"), make.contract(book.omega)
    for field, row in {"contact": stranger, "contract": foreign}.items():
        answer = as_user(book.admin).post(new_url(book.alpha), typed(**{field: row.pk}))
        assert answer.status_code == 422 and field in answer.context["form"].errors


def test_a_missing_service_level_is_said_at_the_severity(book, as_user):
    SlaPolicy.objects.filter(severity=5).delete()
    answer = as_user(book.lan).post(new_url(book.alpha), typed())
    assert answer.status_code == 422 and "severity" in answer.context["form"].errors


# --- Panel and page -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("htmx", [False, True])
def test_the_panel_shows_what_is_open_and_what_was_resolved(book, issue, as_user, htmx):
    done = make.issue(book.alpha, title="Late lorry")
    services.resolve(issue=done, by=book.lan, resolution="Sent another")
    page = as_user(book.lan, htmx=htmx).get(panel_url(book.alpha)).content.decode()
    assert ("<html" in page) is not htmx
    assert page.index("Line 2 stops") < page.index("Late lorry")
    assert "New issue" in page and "late" in page
    assert "Nothing has troubled" in as_user(book.olga).get(panel_url(book.omega)).content.decode()


def test_a_former_lead_reads_without_buttons(book, issue, as_user):
    until = timezone.localdate() + datetime.timedelta(days=3)
    ended = timezone.now() - datetime.timedelta(days=500)
    make.assignment(book.alpha, book.mai, since_days=600, ended_at=ended, read_until=until)
    mai = as_user(book.mai)
    assert "New issue" not in mai.get(panel_url(book.alpha)).content.decode()
    page = mai.get(address("page", issue)).content.decode()
    assert "Line 2 stops" in page and address("resolution", issue) not in page
    assert mai.post(address("response", issue)).status_code == 403


@pytest.mark.parametrize("htmx", [False, True])
@pytest.mark.parametrize("person", ["mai", "olga", "other_manager"])
def test_outsiders_find_nothing(book, issue, as_user, person, htmx):
    browser = as_user(getattr(book, person), htmx=htmx)
    nouns = ["page", "edit", "response", "wait", "resumption", "resolution", "reopening", "rating", "note"]
    for url in [panel_url(book.alpha), new_url(book.alpha), *[address(noun, issue) for noun in nouns]]:
        assert browser.get(url).status_code == 404
        assert browser.post(url, typed(text="x", resolution="x")).status_code == 404
    assert Issue.objects.get().status == "open" and not IssueEntry.objects.exists()


def test_the_page_shows_clocks_thread_and_requests(book, issue, as_user):
    services.wait_for_client(issue=issue, by=book.lan, text="Log files, please")
    make.internal_request(book.alpha, book.lan, issue=issue, what="Read the logs")
    page = as_user(book.lan).get(address("page", issue)).content.decode()
    for words in ("Log files, please", "Read the logs", "Waiting for the client", "The client has answered"):
        assert words in page
    assert f"{reverse('clients:request_new', args=[book.alpha.pk])}?issue={issue.pk}" in page


def test_after_a_change_the_page_asks_for_its_parts(book, issue, as_user):
    part = as_user(book.lan, htmx=True).get(address("page", issue)).content.decode()
    assert "<html" not in part
    for name in ("head", "facts", "requests"):
        assert f'id="issue-{issue.pk}-{name}"' in part
    assert part.count('hx-swap-oob="true"') == 3


def test_an_edit_is_part_of_what_happened(book, issue, as_user):
    as_user(book.lan).post(address("edit", issue), filled(issue, severity="10", title="Line 2 stands"))
    thread = as_user(book.manager).get(address("page", issue)).context["thread"]
    edited = next(item for item in thread if item.kind == "edited")
    assert edited.by == "Lan Nguyễn"
    assert edited.text.splitlines() == [
        "What is wrong: Line 2 stops → Line 2 stands",
        "Severity: Medium → Critical",
    ]


# --- Steps ----------------------------------------------------------------------------------------------------


def test_one_issue_is_taken_through_every_step(book, issue, as_user):
    lan = as_user(book.lan, htmx=True)
    steps = [
        ("response", {}, "open"),
        ("wait", {"text": "A photo"}, "waiting"),
        ("resumption", {}, "open"),
        ("note", {"text": "Technician on the way"}, "open"),
        ("resolution", {"resolution": "Pump replaced"}, "resolved"),
        ("rating", {"satisfaction": "2", "text": "Slow"}, "resolved"),
        ("reopening", {"reason": "Stops again"}, "open"),
        ("resolution", {"resolution": "New controller"}, "resolved"),
        ("rating", {"satisfaction": "5"}, "resolved"),
    ]
    for noun, values, status in steps:
        answer = lan.post(address(noun, issue), values)
        assert answer.status_code == 204, noun
        assert told(answer)["issues-changed"] == {"client": book.alpha.pk}
        assert Issue.objects.get().status == status
    row = Issue.objects.get()
    assert (row.resolution, row.satisfaction, row.reopened) == ("New controller", 5, 1)
    kinds = [item.kind for item in lan.get(address("page", issue)).context["thread"]]
    assert kinds == [
        "rated",
        "resolved",
        "reopened",
        "rated",
        "resolved",
        "note",
        "resumed",
        "waiting",
        "responded",
    ]


@pytest.mark.parametrize(
    "noun, words",
    [
        ("wait", "Internal: never shown to the client."),
        ("note", "Internal: never shown to the client."),
        ("reopening", "Internal: never shown to the client."),
        ("resolution", "The client may read this in a report."),
        ("rating", "Ask, do not guess."),
    ],
)
@pytest.mark.parametrize("htmx", [False, True])
def test_forms_of_steps_say_who_reads_what_is_typed(issue, book, as_user, noun, words, htmx):
    page = as_user(book.lan, htmx=htmx).get(address(noun, issue)).content.decode()
    assert words in page and ("<html" in page) is not htmx


@pytest.mark.parametrize(
    "noun, values",
    [
        ("resolution", {"resolution": ""}),
        ("resolution", {"resolution": "x" * 2001}),
        ("resolution", {"resolution": "a\u202eb"}),
        ("rating", {"satisfaction": "6"}),
        ("rating", {"satisfaction": ""}),
        ("note", {"text": "<script>x</script>"}),
        ("wait", {"text": "x" * 2001}),
        ("reopening", {"reason": ""}),
    ],
)
def test_steps_refuse_what_makes_no_sense(book, issue, as_user, noun, values):
    if noun in ("rating", "reopening"):
        services.resolve(issue=issue, by=book.lan, resolution="Done")
    before = list(Issue.objects.values()), IssueEntry.objects.count()
    answer = as_user(book.lan, htmx=True).post(address(noun, issue), values)
    assert answer.status_code == 422 and answer.context["form"].errors
    assert before == (list(Issue.objects.values()), IssueEntry.objects.count())


@pytest.mark.parametrize("htmx", [False, True])
def test_whoever_resolves_second_is_told_and_keeps_what_they_typed(book, issue, as_user, htmx):
    services.resolve(issue=issue, by=book.senior, resolution="Pump replaced")
    browser = as_user(book.lan, htmx=htmx)
    answer = browser.post(address("resolution", issue), {"resolution": "Hose replaced"})
    page = answer.content.decode()
    assert answer.status_code == 409 and ("<html" in page) is not htmx
    assert "Hose replaced" in page and "Sơn Phạm" in page and "Nothing was written" in page
    assert Issue.objects.get().resolution == "Pump replaced"


@pytest.mark.parametrize("noun", ["response", "resumption"])
def test_a_click_that_comes_second_is_told(book, issue, as_user, noun):
    services.record_response(issue=issue, by=book.senior)
    before = list(Issue.objects.values()), IssueEntry.objects.count()
    answer = as_user(book.lan, htmx=True).post(address(noun, issue))
    assert answer.status_code == 204 and "Sơn Phạm" in told(answer)["toast"]["text"]
    assert before == (list(Issue.objects.values()), IssueEntry.objects.count())


def test_a_rating_given_meanwhile_is_not_overwritten_unseen(book, issue, as_user):
    services.resolve(issue=issue, by=book.lan, resolution="Done")
    services.rate(issue=issue, by=book.senior, satisfaction=5)
    lan = as_user(book.lan, htmx=True)
    assert lan.post(address("rating", issue), {"satisfaction": "1", "seen": ""}).status_code == 409
    assert 'value="5"' in lan.get(address("rating", issue)).content.decode()
    assert lan.post(address("rating", issue), {"satisfaction": "4", "seen": "5"}).status_code == 204
    assert Issue.objects.get().satisfaction == 4


# --- Editing --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("htmx", [False, True])
def test_the_second_editor_gets_both_versions(book, issue, as_user, htmx):
    mine = filled(issue, title="Typed second")
    as_user(book.manager).post(address("edit", issue), filled(issue, title="Saved first", severity="10"))
    lan = as_user(book.lan, htmx=htmx)
    answer = lan.post(address("edit", issue), mine)
    page = answer.content.decode()
    assert answer.status_code == 409 and ("<html" in page) is not htmx
    assert "Typed second" in page and "Saved first" in page and "Minh Trần" in page
    kept = {f"keep-{d.name}": d.keep for d in answer.context["conflict"].differences}
    assert kept == {"keep-title": "mine", "keep-severity": "theirs"}
    again = mine | kept | {"version": Issue.objects.get().version}
    assert lan.post(address("edit", issue), again).status_code == (204 if htmx else 302)
    saved = Issue.objects.get()
    assert (saved.title, saved.severity, saved.resolution_hours) == ("Typed second", 10, 16)


def test_a_contact_who_left_stays_with_the_issue(book, issue, as_user):
    gone = make.contact(book.alpha, "Hương", left_on=timezone.localdate())
    Issue.objects.update(contact=gone)
    other = make.contact(book.alpha, "Gone as well", left_on=timezone.localdate())
    answer = as_user(book.lan).post(address("edit", issue), filled(issue, title="Renamed"))
    assert answer.status_code == 302 and Issue.objects.get().contact == gone
    answer = as_user(book.lan).post(address("edit", issue), filled(issue, contact=other.pk))
    assert answer.status_code == 422 and "contact" in answer.context["form"].errors


# --- Cost -----------------------------------------------------------------------------------------------------


def test_panel_and_page_cost_the_same_for_much_as_for_little(book, issue, as_user):
    browser, counts = as_user(book.lan, htmx=True), []
    for number in (2, 18):
        for place in range(number):
            make.issue(book.alpha)
            services.add_note(issue=issue, by=book.lan, text=f"{number}-{place}")
            make.internal_request(book.alpha, book.lan, issue=issue)
        counts.append([queries_of(browser, url) for url in (panel_url(book.alpha), address("page", issue))])
    assert counts[0] == counts[1]
    assert max(counts[0]) <= MOST_QUERIES
