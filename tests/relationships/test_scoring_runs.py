"""The page of the scoring runs: how each stands, and whether everyone has a score of today."""

import datetime

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from relationships import run_states
from relationships.health import runs
from relationships.models import ScoringModel, ScoringRun
from tests import factories as make

pytestmark = pytest.mark.django_db
URL = reverse("relationships:scoring_runs")


@pytest.fixture(autouse=True)
def nothing_kept():
    cache.clear()


def a_run(kind="nightly", *, ago, ended=True, touched=None, open_ranges=0, days_back=0, **figures):
    """A run that began `ago` minutes ago and took 90 seconds, with two ranges of which some are still open."""
    now = timezone.now()
    began = now - datetime.timedelta(minutes=ago)
    run = ScoringRun.objects.create(
        kind=kind,
        as_of=now.date() - datetime.timedelta(days=days_back),
        model=ScoringModel.objects.current(),
        started_at=began,
        ended_at=began + datetime.timedelta(seconds=90) if ended else None,
        **figures,
    )
    touch = now - datetime.timedelta(minutes=ago if touched is None else touched)
    for number in range(2 if kind == "nightly" else 0):
        is_open = number >= 2 - open_ranges
        run.ranges.create(
            first_id=number, last_id=number, started_at=touch, ended_at=None if is_open else touch
        )
    return run


def text(answer):
    return " ".join(answer.content.decode().split())


def test_without_a_run_it_says_when_one_comes_and_who_waits(book, as_user):
    answer = as_user(book.admin).get(URL)
    assert "No run yet." in text(answer)
    assert "had no score of today" in text(answer)
    assert answer.context["due"].clients == 2  # the clients of the book
    runs.work_on(runs.start_nightly()[0])
    assert as_user(book.admin).get(URL).context["due"].clients == 2  # kept for a minute
    cache.clear()
    answer = as_user(book.admin).get(URL)
    assert "Every client with an account manager has a score of today" in text(answer)
    assert "scored 2 clients in" in text(answer)
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("state", "words", "facts"),
    [
        ("done", "Done", {"ago": 5, "written": 9, "failed": 1}),
        ("running", "4 of 10", {"ago": 30, "written": 4, "open_ranges": 1, "ended": False, "touched": 9}),
        ("running", "0 of 10", {"ago": 5, "open_ranges": 1, "ended": False}),
        ("stuck", "The next hour takes it up.", {"ago": 30, "open_ranges": 1, "ended": False, "touched": 11}),
        ("unfinished", "A newer run took over.", {"ago": 30, "written": 4, "open_ranges": 2}),
        ("done", "Changed clients", {"kind": "sweep", "ago": 30, "written": 10}),
    ],
)
def test_a_run_says_how_it_stands(book, as_user, state, words, facts):
    a_run(clients=10, **facts)
    for htmx in (False, True):
        answer = as_user(book.admin, htmx=htmx).get(URL)
        [row] = answer.context["page"]
        assert row.state.name == state
        assert words in text(answer)
        assert ("every 3s" in text(answer)) == (state == "running")
        assert ("<html" in text(answer)) != htmx


def test_the_sentence_tells_of_the_last_run_that_was_finished(book, as_user):
    a_run(ago=3000, days_back=2, clients=7, written=7)
    a_run(ago=1600, days_back=1, clients=8, written=3, open_ranges=1)
    a_run("sweep", ago=4, clients=1, written=1)
    answer = as_user(book.admin).get(URL)
    assert answer.context["last"].written == 7 and "in 1 min 30 s" in text(answer)
    a_run(ago=1, clients=8, written=2, ended=False, open_ranges=1)
    answer = as_user(book.admin).get(URL)
    assert "2 of 8 are done" in text(answer) and answer.context["due"] is None


def test_one_kind_in_pages(book, as_user):
    for ago in range(60):
        a_run("sweep", ago=ago, clients=ago, written=ago)
    a_run(ago=70, clients=1, written=1)
    admin = as_user(book.admin)
    first = admin.get(URL).context["page"]
    assert [run.clients for run in first] == list(range(50))
    rest = admin.get(URL, {"cursor": first.next_cursor}).context["page"]
    assert [run.kind for run in rest] == ["sweep"] * 10 + ["nightly"]
    assert [run.clients for run in admin.get(URL, {"kind": "nightly"}).context["page"]] == [1]
    assert len(admin.get(URL, {"kind": "sweep", "cursor": "made by hand"}).context["page"]) == 50
    wrong = admin.get(URL, {"kind": "other"})
    assert wrong.status_code == 422 and "not here" in text(wrong) and len(wrong.context["page"]) == 50


def test_as_many_queries_for_twenty_runs_as_for_two(book, as_user):
    as_user(book.admin).get(URL)  # keeps who is due
    counted = []
    for more in (2, 18):
        for number in range(more):
            a_run(ago=more * 100 + number, days_back=more * 100 + number, clients=1, written=1)
        browser = as_user(book.admin)
        with CaptureQueriesContext(connection) as queries:
            assert len(browser.get(URL).context["page"]) == more + (2 if more == 18 else 0)
        counted.append(len(queries))
    assert counted[0] == counted[1] < 15


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "0 s"),
        (0.44, "0.4 s"),
        (9.96, "10 s"),
        (59.6, "1 min 0 s"),
        (84.7, "1 min 25 s"),
        (7322, "2 h 2 min"),
    ],
)
def test_how_long_a_run_took_in_words(seconds, words):
    assert run_states.State(name="done", handled=1, percent=100, seconds=seconds).took == words


def test_more_than_a_thousand_are_not_counted_one_by_one(book, as_user, monkeypatch):
    monkeypatch.setattr(run_states, "DUE_COUNTED", 1)
    assert "more than 1 clients had no score of today" in text(as_user(book.admin).get(URL))


def test_who_is_due_leaves_out_whom_nobody_scores(book):
    make.client("Lost", lead=book.lan, status="lost", lost_on=datetime.date(2026, 1, 1), lost_reason="price")
    make.client("Nobody's")
    assert run_states.due().clients == 2
