"""The timeline: every entry once, newest first, by kind, and nothing that an address can break."""

import datetime
import uuid

import pytest
from django.db import connection
from django.utils import timezone

from clients.models import KeyStatus
from relationships import timeline
from relationships.models import FollowUpRule, FollowUpStatus, InteractionKind
from relationships.services.interactions import log_interaction
from relationships.timeline_sql import statement
from tests import factories as make


def url(client):
    return f"/clients/{client.pk}/timeline/"


@pytest.fixture
def busy(book):
    """Alpha with touches, some of one moment, and a change of every kind; returns how many entries that makes."""
    now = timezone.now()
    touches = [make.interaction(book.alpha, days_ago=n // 3, author=book.lan) for n in range(17)]
    ago = [now - datetime.timedelta(days=n) for n in (500, 300, 90, 2)]
    KeyStatus.objects.create(
        client=book.alpha,
        reason="Big",
        started_at=ago[2],
        ended_at=ago[3],
        end_reason="Small",
        approved_by=book.admin,
    )
    make.assignment(book.alpha, book.mai, since_days=600, ended_at=ago[0])
    make.assignment(book.alpha, book.olga, role="technical", since_days=350, ended_at=ago[1])
    for status in (FollowUpStatus.DONE, FollowUpStatus.CLOSED, FollowUpStatus.CANCELLED):
        make.follow_up(
            book.alpha, book.lan, status=status, closed_at=touches[4].occurred_at, rule=FollowUpRule.MANUAL
        )
    make.follow_up(book.alpha, book.lan)
    # 17 touches; key given and ended; Lan, Mai and Olga joined; Mai and Olga left; three follow-ups settled
    return book, 17 + 2 + 3 + 2 + 3


@pytest.mark.parametrize("size", [1, 2, 5, 100])
def test_pages_hold_every_entry_once_newest_first(busy, size):
    book, total = busy
    found, after = [], None
    while True:
        page, more = timeline.entries(book.alpha, after=after, size=size)
        assert len(page) == size or not more
        found += page
        if not more:
            break
        after = timeline.read_cursor(page[-1].cursor)
    assert len(found) == total
    assert len({entry.dom_id for entry in found}) == total
    moments = [entry.at for entry in found]
    assert moments == sorted(moments, reverse=True)


def test_one_statement_whatever_there_is(busy, django_assert_num_queries):
    book, _total = busy
    with django_assert_num_queries(1):
        page, _more = timeline.entries(book.alpha, size=100)
        assert [(entry.labels, entry.cursor) for entry in page]


def test_the_browser_walks_the_pages(busy, as_user, monkeypatch):
    book, total = busy
    monkeypatch.setattr("relationships.views.client_timeline.ENTRIES_PER_PAGE", 6)
    for htmx in (False, True):
        browser, cursor, seen = as_user(book.lan, htmx=htmx), "", []
        while True:
            answer = browser.get(url(book.alpha), {"cursor": cursor} if cursor else {})
            assert answer.status_code == 200
            seen += [entry.dom_id for _month, entry in answer.context["rows"]]
            cursor = answer.context["next_cursor"]
            if not cursor:
                break
        assert len(seen) == len(set(seen)) == total


def test_a_month_is_named_once_across_pages(busy, as_user, monkeypatch):
    book, _total = busy
    monkeypatch.setattr("relationships.views.client_timeline.ENTRIES_PER_PAGE", 2)
    browser, cursor, months = as_user(book.lan, htmx=True), "", []
    while True:
        answer = browser.get(url(book.alpha), {"cursor": cursor} if cursor else {})
        months += [month for month, _entry in answer.context["rows"] if month]
        cursor = answer.context["next_cursor"]
        if not cursor:
            break
    assert months == sorted(set(months), reverse=True)


@pytest.mark.parametrize("kind", [*InteractionKind.values, "changes"])
def test_a_kind_shows_only_itself(busy, as_user, kind):
    book, _total = busy
    make.interaction(book.alpha, kind=InteractionKind.GIFT)
    rows = as_user(book.lan).get(url(book.alpha), {"kind": kind}).context["rows"]
    kinds = {entry.facts["kind"] if entry.source == timeline.TOUCH else "changes" for _month, entry in rows}
    assert kinds <= {kind}
    assert kinds or kind not in ("call", "gift", "changes")


def test_every_change_is_told_in_words(busy, as_user):
    book, _total = busy
    page = as_user(book.lan).get(url(book.alpha), {"kind": "changes"}).content.decode()
    for words in (
        "Lan Nguyễn leads this client",
        "Mai Đỗ leads this client",
        "Mai Đỗ no longer leads this client",
        "Olga Berg joined the team: Technical",
        "Olga Berg left the team: Technical",
        "Key client from here on",
        "No longer a key client",
        "Done: Reason",
        "Closed by itself: Reason",
        "Cancelled: Reason",
    ):
        assert words in page


def test_a_handover_is_one_entry(book):
    former = book.alpha.assignments.get()
    moment = timezone.now() - datetime.timedelta(days=1)
    former.ended_at = moment
    former.save()
    make.assignment(book.alpha, book.mai, since_days=0)
    book.alpha.assignments.filter(user=book.mai).update(started_at=moment)
    sources = [entry.source for entry in timeline.entries(book.alpha)[0]]
    assert sources == ["joined", "joined"]


def test_a_touch_names_the_follow_ups_it_closed_and_they_are_not_told_twice(book, as_user):
    follow_up = make.follow_up(book.alpha, book.lan, reason="Call about the renewal")
    logged = log_interaction(
        client=book.alpha,
        author=book.lan,
        idempotency_key=uuid.uuid4(),
        kind="call",
        contacts=[make.contact(book.alpha, name) for name in ("An", "Bình", "Chi", "Dung")],
        closes=[follow_up],
    )
    assert logged.closed_follow_ups
    entry, *rest = timeline.entries(book.alpha)[0]
    assert [closed["what"] for closed in entry.closed] == ["Call about the renewal"]
    assert entry.people == "An, Bình and 2 more"
    assert "settled" not in {other.source for other in rest}
    assert entry.is_fresh and entry.is_recent
    assert "event-new" in as_user(book.lan, htmx=True).get(url(book.alpha)).content.decode()


@pytest.mark.parametrize(
    "query",
    [
        "kind=nonsense",
        "kind=%00",
        "cursor=nonsense",
        "cursor=2026-01-01~touch~1",
        "cursor=2026-01-01T00:00:00Z~other~1",
        "cursor=2026-13-45T00:00:00Z~touch~1",
        "cursor=2026-01-01T00:00:00Z~touch~x",
        "cursor=0001-01-01T00:00:00%2B14:00~touch~1",
        "cursor=9999-12-31T23:59:59Z~touch~1",
        "cursor=" + "x" * 200,
        "cursor=a%00b",
        "cursor=%3Cscript%3E",
    ],
)
@pytest.mark.parametrize("htmx", [False, True])
def test_an_address_that_makes_no_sense_is_answered_with_a_message(busy, as_user, query, htmx):
    book, _total = busy
    answer = as_user(book.lan, htmx=htmx).get(f"{url(book.alpha)}?{query}")
    assert answer.status_code == 422
    assert 'role="alert"' in answer.content.decode() and "<script>~" not in answer.content.decode()


def test_a_page_deep_in_a_long_timeline_starts_at_its_cursor(book):
    touch = make.interaction(book.alpha, days_ago=4)
    sql = statement([timeline.TOUCH], after_source=timeline.TOUCH)
    params = {"client": book.alpha.pk, "limit": 21, "at": touch.occurred_at, "row_id": touch.pk}
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL enable_sort = off")
        cursor.execute(f"EXPLAIN {sql}", params)
        plan = "\n".join(line for (line,) in cursor.fetchall())
    condition = plan.split("interaction_timeline")[1].split("Filter")[0]
    assert "Index Cond" in condition and "occurred_at <=" in condition
