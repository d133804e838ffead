"""The job of a backtest: asked for once, doubled, killed, taken up again; and whole books whose truth is known."""

import datetime
import uuid

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from clients.models import Assignment, Client
from relationships import tasks
from relationships.health.backtest import days as calendar
from relationships.health.backtest import judging, run
from relationships.health.refresh import as_of_today
from relationships.models import Backtest, HealthScore, Interaction
from tests import factories as make
from tests import processes
from tests.relationships.health import backtest_books as books

DAYS = [datetime.date(2026, 3, 1), datetime.date(2026, 3, 31)]


def ask(days=DAYS, key=None):
    return run.request_backtest(
        by=make.user(), days=days, idempotency_key=key or uuid.uuid4(), task=tasks.run_backtests
    )


def test_asked_twice_it_is_one(db):
    key = uuid.uuid4()
    assert ask(key=key) == ask(key=key)
    assert Backtest.objects.count() == 1


def test_one_at_a_time(db):
    first = ask()
    with pytest.raises(run.AlreadyRunning):
        ask()
    Backtest.objects.filter(pk=first.pk).update(ended_at=timezone.now())
    assert ask() != first
    with pytest.raises(IntegrityError), transaction.atomic():
        Backtest.objects.update(ended_at=None)


def test_an_empty_book_ends_with_too_little(db):
    row = ask()
    assert run.run_waiting() == row
    row.refresh_from_db()
    assert (row.error, row.result["verdict"], row.total) == ("", judging.TOO_FEW, 0)
    assert row.ended_at is not None
    assert run.run_waiting() is None


@pytest.mark.parametrize(("tell", "verdict"), [(True, judging.BETTER), (False, judging.NO_BETTER)])
def test_a_book_whose_truth_is_known(db, tell, verdict):
    """With the moods of those who left in it the score is found to tell; without them nothing is."""
    today = as_of_today()
    rows = books.book(today, tell=tell)
    ask(calendar.tested_days(today, 3, 14))
    result = Backtest.objects.get(pk=run.run_waiting().pk).result
    assert result["verdict"] == verdict
    value, low, high = result["signals"]["score"]["auc"]
    assert low <= 0.5 <= high if not tell else low > 0.8
    _value, low, high = result["signals"]["silence"]["auc"]
    assert low <= 0.5 <= high
    assert result["bad_clients"] <= Client.objects.filter(status="lost").count() < len(rows)


def test_a_backtest_changes_nothing_else(db):
    books.book(as_of_today(), clients=30, tell=True)
    stale = Client.objects.filter(health_stale_since__isnull=False).count()
    ask(calendar.tested_days(as_of_today(), 2, 30))
    run.run_waiting()
    assert HealthScore.objects.count() == 0
    assert Client.objects.filter(health_stale_since__isnull=False).count() == stale


def test_progress_and_a_sign_of_life_at_every_chunk(db, monkeypatch):
    books.book(as_of_today(), clients=25, tell=False)
    monkeypatch.setattr(run, "CHUNK_CLIENTS", 10)
    row, seen = ask(), []
    beat = run._beat

    def watched(row, **progress):
        beat(row, **progress)
        seen.append(Backtest.objects.values_list("done", "total", "alive_at").get(pk=row.pk))

    monkeypatch.setattr(run, "_beat", watched)
    run.run_waiting()
    assert [done for done, _total, _alive in seen[:4]] == [0, 10, 20, 25]
    assert {total for _done, total, _alive in seen} == {25}
    assert sorted(alive for *_rest, alive in seen) == [alive for *_rest, alive in seen]
    assert len({alive for *_rest, alive in seen}) == len(seen)
    row.refresh_from_db()
    assert row.started_at < row.alive_at <= row.ended_at


def test_a_living_workers_backtest_is_left_alone(db):
    row = ask()
    Backtest.objects.filter(pk=row.pk).update(started_at=timezone.now(), alive_at=timezone.now())
    assert run.run_waiting() is None
    row.refresh_from_db()
    assert row.ended_at is None


def dead(row, tries):
    """As a killed worker leaves it."""
    long_ago = timezone.now() - run.STUCK_AFTER - datetime.timedelta(seconds=1)
    Backtest.objects.filter(pk=row.pk).update(
        started_at=long_ago, alive_at=long_ago, done=5, total=9, result={"tries": tries}
    )


def test_a_dead_workers_backtest_is_taken_up_again(db):
    row = ask()
    dead(row, tries=1)
    assert run.run_waiting() == row
    row.refresh_from_db()
    assert row.result["verdict"] == judging.TOO_FEW
    assert row.ended_at is not None


def test_what_kills_every_worker_is_given_up(db):
    row = ask()
    dead(row, tries=run.MOST_TRIES)
    assert run.run_waiting() is None
    row.refresh_from_db()
    assert row.error == run.INTERRUPTED
    assert row.ended_at is not None


def test_a_worker_that_was_thought_dead_writes_nothing(db, monkeypatch):
    """It was slow for minutes; another one took the row over. The slow one stops at its next sign of life."""
    row = ask()
    taken_at = timezone.now() + datetime.timedelta(minutes=5)

    def taken_over(day):
        Backtest.objects.filter(pk=row.pk).update(alive_at=taken_at)
        return 3

    monkeypatch.setattr(run.past, "leads_on", taken_over)
    books.book(as_of_today(), clients=30, tell=True)
    run.run_waiting()
    row.refresh_from_db()
    assert (row.alive_at, row.ended_at, row.error) == (taken_at, None, "")
    assert "verdict" not in row.result


def test_what_fails_says_so_and_is_not_tried_for_ever(db, monkeypatch):
    def broken(ids, at_most):
        raise ValueError("no such day" + "!" * 900)

    monkeypatch.setattr(run, "draw", broken)
    row = ask()
    run.run_waiting()
    row.refresh_from_db()
    assert row.error.startswith("ValueError: no such day!")
    assert len(row.error) == run.ERROR_LENGTH
    assert run.run_waiting() is None


def test_a_large_book_is_drawn_from_alike_each_time():
    ids = list(range(1000, 3000))
    assert run.draw(ids, 2000) == ids
    drawn = run.draw(ids, 100)
    assert drawn == run.draw(ids, 100) == sorted(set(drawn) & set(ids))
    assert len(drawn) == 100


def test_a_drawn_book_says_so(db, monkeypatch):
    books.book(as_of_today(), clients=60, tell=True)
    monkeypatch.setattr(run, "MOST_CASES", 80)
    row = ask()
    run.run_waiting()
    row.refresh_from_db()
    assert (row.total, row.result["drawn_from"]) == (40, 60)
    assert row.result["clients"] <= 40


def many_led(count):
    lead, started = make.user(), timezone.now() - datetime.timedelta(days=900)
    rows = Client.objects.bulk_create(Client(name=f"Client {n}") for n in range(count))
    Assignment.objects.bulk_create(
        Assignment(client=row, user=lead, started_at=started, reason="Test") for row in rows
    )
    day = DAYS[0] - datetime.timedelta(days=20)
    moment = timezone.make_aware(datetime.datetime.combine(day, datetime.time(12)))
    Interaction.objects.bulk_create(
        Interaction(client=row, occurred_at=moment, occurred_on=day, sentiment=1) for row in rows
    )


@pytest.mark.django_db(transaction=True)
def test_a_killed_workers_backtest_ends_once_in_another():
    count = 4_000
    many_led(count)
    row = ask([datetime.date(2026, 1, 1) + datetime.timedelta(days=20 * n) for n in range(5)])
    with processes.running_worker() as worker:
        tasks.run_backtests.delay()
        processes.wait_until(lambda: Backtest.objects.get().done > 0, "the backtest did not begin", 60)
        processes.kill(worker)
    row.refresh_from_db()
    assert row.ended_at is None
    assert 0 < row.done < count
    Backtest.objects.update(alive_at=timezone.now() - run.STUCK_AFTER)
    with processes.running_worker():
        for _ in range(3):  # what beat sends, and its copies
            tasks.run_backtests.delay()
        assert run.run_waiting() is None or Backtest.objects.get().ended_at
        processes.wait_until(lambda: Backtest.objects.get().ended_at, "it was not made up for", 120)
    row.refresh_from_db()
    assert (row.error, row.done, row.total) == ("", count, count)
    assert row.result["all_cases"] == 5 * count
