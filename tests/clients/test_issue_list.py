"""The list of issues: whose, in which order, filters, pages, the sentence above, and what it costs."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from clients.models import Issue
from clients.services import issues as services
from tests import factories as make

URL = "/issues/"
MOST_QUERIES = 12


def titles(answer):
    return [issue.title for issue in answer.context["page"]]


def due_in(client, hours, title, **fields):
    """Answered, with a resolution due in `hours` (below zero: late)."""
    now = timezone.now()
    due = now + datetime.timedelta(hours=hours)
    return make.issue(
        client, title=title, opened_ago_days=3, resolution_due_at=due, first_responded_at=now, **fields
    )


@pytest.fixture
def some(book):
    """One of each kind at Alpha, and a late one at Omega."""
    due_in(book.alpha, 30, "later", severity=5, category="billing")
    due_in(book.alpha, -5, "late", severity=10)
    due_in(book.alpha, 4, "soon")
    services.wait_for_client(issue=due_in(book.alpha, 4, "waiting"), by=book.lan)
    first, last = (due_in(book.alpha, 4, name) for name in ("resolved first", "resolved last"))
    for row in (first, last):
        services.resolve(issue=row, by=book.lan, resolution="Done")
    due_in(book.omega, -9, "elsewhere")
    return book


OPEN_IN_ORDER = ["late", "soon", "later", "waiting"]
IN_ORDER = [*OPEN_IN_ORDER, "resolved last", "resolved first"]


@pytest.mark.parametrize("htmx", [False, True])
def test_what_is_open_comes_first_by_its_due_moment(some, as_user, htmx):
    lan = as_user(some.lan, htmx=htmx)
    assert titles(lan.get(URL)) == OPEN_IN_ORDER
    answer = lan.get(f"{URL}?status=all")
    assert titles(answer) == IN_ORDER
    page = answer.content.decode()
    assert ("<html" in page) is not htmx
    assert 'id="issue-standing"' in page
    standing = answer.context["standing"]
    assert standing == {"issues": 6, "open": 4, "waiting": 1, "late": 1}


def test_everyone_sees_the_issues_of_their_clients(some, as_user):
    seen = {
        name: titles(as_user(getattr(some, name)).get(URL)) for name in ("olga", "mai", "manager", "admin")
    }
    assert seen == {
        "olga": ["elsewhere"],
        "mai": [],
        "manager": OPEN_IN_ORDER,
        "admin": ["elsewhere", *OPEN_IN_ORDER],
    }


@pytest.mark.parametrize(
    "query, found",
    [
        ("severity=10", ["late"]),
        ("category=billing", ["later"]),
        ("status=waiting", ["waiting"]),
        ("status=open", ["elsewhere", "late", "soon", "later"]),
        ("status=resolved", ["resolved last", "resolved first"]),
        ("late=1", ["elsewhere", "late"]),
        ("late=1&region=North", ["late"]),
        ("region=South", ["elsewhere"]),
        ("segment=key", []),
        ("segment=standard&late=1", ["elsewhere", "late"]),
    ],
)
def test_filters_narrow_list_and_sentence(some, as_user, query, found):
    answer = as_user(some.admin).get(f"{URL}?{query}")
    assert titles(answer) == found
    assert answer.context["standing"]["issues"] == len(found)


def test_the_issues_of_one_account_manager_or_client(some, as_user):
    admin = as_user(some.admin)
    assert titles(admin.get(f"{URL}?lead={some.olga.pk}")) == ["elsewhere"]
    answer = admin.get(f"{URL}?client={some.omega.pk}")
    assert titles(answer) == ["elsewhere"] and "Omega Logistics" in answer.content.decode()
    hidden = as_user(some.lan).get(f"{URL}?client={some.omega.pk}")
    assert titles(hidden) == [] and "Omega Logistics" not in hidden.content.decode()


def test_an_unanswered_one_past_its_response_is_late(book, as_user):
    make.issue(book.alpha, title="unanswered", opened_ago_days=1, resolution_hours=2000)
    answer = as_user(book.lan).get(f"{URL}?late=1")
    assert titles(answer) == ["unanswered"] and answer.context["standing"]["late"] == 1
    assert "1 past its SLA" in answer.content.decode()


@pytest.mark.parametrize("htmx", [False, True])
@pytest.mark.parametrize(
    "query",
    ["severity=2", "category=x", "status=closed", "late=2", "client=0", "client=" + "9" * 30, "segment=x"],
)
def test_filters_that_make_no_sense_are_said(some, as_user, query, htmx):
    answer = as_user(some.lan, htmx=htmx).get(f"{URL}?{query}")
    assert answer.status_code == 422 and "Clear the filters" in answer.content.decode()


def test_nobody_filters_by_people_they_do_not_answer_for(some, as_user):
    assert as_user(some.lan).get(f"{URL}?lead={some.olga.pk}").status_code == 422
    assert as_user(some.manager).get(f"{URL}?region=South").status_code == 422


@pytest.mark.parametrize("status", ["", "resolved", "all"])
def test_pages_follow_each_other_without_gap_or_repeat(book, as_user, monkeypatch, status):
    monkeypatch.setattr("clients.views.issue_list.ROWS_PER_PAGE", 3)
    for number in range(4):
        due_in(book.alpha, number - 2, f"open {number}")
        services.wait_for_client(issue=due_in(book.alpha, 4, f"waiting {number}"), by=book.lan)
        services.resolve(issue=due_in(book.alpha, 4, f"resolved {number}"), by=book.lan, resolution="Done")
    lan, seen, cursor, back = as_user(book.lan), [], "", []
    while True:
        page = lan.get(URL, {"cursor": cursor, "status": status}).context["page"]
        seen += [issue.title for issue in page]
        back.append(page.previous_cursor)
        cursor = page.next_cursor
        if not cursor:
            break
    opened = [f"open {number}" for number in range(4)]
    waiting = [f"waiting {number}" for number in range(4)]
    resolved = [f"resolved {number}" for number in (3, 2, 1, 0)]
    assert (
        seen == {"": [*opened, *waiting], "resolved": resolved, "all": [*opened, *waiting, *resolved]}[status]
    )
    before_last = seen[: (len(seen) - 1) // 3 * 3][-3:]
    assert titles(lan.get(URL, {"cursor": back[-1], "status": status})) == before_last


def test_an_empty_list_says_where_issues_come_from(book, as_user):
    assert "New ones are opened on a client" in as_user(book.mai).get(URL).content.decode()
    assert "No issue fits these filters." in as_user(book.mai).get(f"{URL}?late=1").content.decode()


@pytest.mark.parametrize("person", ["lan", "senior", "manager", "admin"])
def test_the_list_costs_the_same_for_many_as_for_few(book, as_user, person):
    browser, counts = as_user(getattr(book, person)), []
    for number in (2, 18):
        for _row in range(number):
            due_in(make.client(lead=book.lan), -2, "one more")
        browser.get(URL)
        with CaptureQueriesContext(connection) as captured:
            answer = browser.get(f"{URL}?segment=standard&late=1")
        counts.append(len(captured))
    assert len(titles(answer)) == Issue.objects.count() == 20
    assert counts[0] == counts[1] <= MOST_QUERIES
