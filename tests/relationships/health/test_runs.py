"""Runs of the scoring: shared, killed, doubled, overtaken; and what their rows tell of it."""

import datetime
import threading

import pytest
from django.core.management import CommandError, call_command
from django.db import DataError, connection, transaction
from django.utils import timezone

from clients.models import Client
from relationships import tasks
from relationships.health import refresh, runs, writing
from relationships.models import HealthScore, HealthSnapshot, ScoringModel, ScoringRun
from relationships.querysets import ScoringModelQuerySet
from tests import processes
from tests.relationships.health import books, run_process
from tests.relationships.health.books import AS_OF, Facts, Person, Touch
from tests.relationships.health.test_refresh import check_book, run_in_threads, scores

BOOK = [
    Facts("standard", touches=[Touch(30 * i, sentiment=1)], people=[Person("user")], months={1: 10})
    for i in range(12)
]
TOMORROW = AS_OF + datetime.timedelta(days=1)


@pytest.fixture(autouse=True)
def small_steps(monkeypatch):
    """Today is AS_OF; four chunks of three clients in two ranges of six; no task is sent to a broker."""
    monkeypatch.setattr(refresh, "as_of_today", lambda: AS_OF)
    monkeypatch.setattr(refresh, "CHUNK_CLIENTS", 3)
    monkeypatch.setattr(runs, "RANGE_CLIENTS", 6)


@pytest.fixture
def sent(monkeypatch, django_capture_on_commit_callbacks):
    """How many tasks each call of the task queues: `sent()` calls it."""

    def call():
        messages = []
        with monkeypatch.context() as patch:
            patch.setattr(tasks.score_all_clients, "apply_async", lambda args: messages.append(args))
            with django_capture_on_commit_callbacks(execute=True):
                tasks.score_all_clients()
        return len(messages)

    return call


def counts(run):
    run.refresh_from_db()
    return run.clients, run.written, run.skipped, run.failed


def nightly():
    return ScoringRun.objects.filter(kind="nightly").order_by("pk")


def sweeps():
    return ScoringRun.objects.filter(kind="sweep").order_by("pk")


def held_ranges():
    """How many ranges anybody holds in this database."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objsubid = 2"  # of two numbers
            " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
        )
        return cursor.fetchone()[0]


def in_chunk(monkeypatch, number, act):
    """Calls `act()` after the chunk of that number is written, within its transaction."""
    write, chunks = writing.write, []

    def write_and_act(ids, work):
        written = write(ids, work)
        chunks.append(ids)
        if len(chunks) == number:
            act()
        return written

    monkeypatch.setattr(writing, "write", write_and_act)


# --- A run and its row ----------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_run_scores_everyone_and_its_row_says_so():
    clients = books.create([*BOOK, Facts()])
    clients[-1].assignments.all().delete()
    run, is_new = runs.start_nightly()
    assert is_new and run.ended_at is None
    assert [(r.first_id, r.last_id) for r in run.ranges.all()] == [
        (clients[0].pk, clients[5].pk),
        (clients[6].pk, clients[11].pk),
    ]
    turn = runs.work_on(run)
    assert (turn.written, turn.skipped, turn.failed, turn.more) == (12, 0, 0, False)
    assert counts(run) == (12, 12, 0, 0)
    assert run.model == ScoringModel.objects.current() and run.as_of == AS_OF
    assert run.started_at <= run.ranges.last().started_at <= run.ranges.last().ended_at == run.ended_at
    assert [r.written for r in run.ranges.all()] == [6, 6]
    check_book(clients[:-1], BOOK)
    assert held_ranges() == 0


@pytest.mark.django_db
def test_ranges_follow_the_ids_that_are_due_not_the_gaps_between():
    clients = books.create(BOOK)
    for client in clients[1:5]:
        client.assignments.all().delete()
    refresh.score_clients([clients[6].pk])
    run, _ = runs.start_nightly()
    spans = list(run.ranges.values_list("first_id", "last_id"))
    assert run.clients == 7
    assert spans == [(clients[0].pk, clients[10].pk), (clients[11].pk, clients[11].pk)]
    assert runs.work_on(run).written == 7
    assert HealthScore.objects.count() == 8


@pytest.mark.django_db
def test_the_task_sent_again_and_again_makes_one_run(sent, settings):
    settings.SCORING_HELPERS = 2
    clients = books.create(BOOK)
    assert sent() == 2  # the helpers
    once, row = scores(), nightly().values().get()
    assert sent() == sent() == 0
    assert (scores(), nightly().values().get(), sweeps().count()) == (once, row, 0)
    check_book(clients, BOOK)


@pytest.mark.django_db
def test_a_turn_that_is_up_hands_on(sent, settings, monkeypatch):
    settings.SCORING_HELPERS = 0
    books.create(BOOK)
    with monkeypatch.context() as hasty:
        hasty.setattr(runs, "TURN_SECONDS", 0)
        assert sent() == 1
    assert HealthScore.objects.count() == 0 and nightly().get().ended_at is None
    assert sent() == 0
    assert counts(nightly().get()) == (12, 12, 0, 0)


@pytest.mark.django_db
def test_an_empty_house_has_a_run_that_is_done():
    run, _ = runs.start_nightly()
    runs.work_on(run)
    assert counts(run) == (0, 0, 0, 0) and run.ended_at is not None


@pytest.mark.django_db
def test_who_comes_later_is_scored_within_the_hour_and_noted_as_a_sweep(sent):
    books.create(BOOK[:6])
    sent()
    run = nightly().values().get()
    late = books.create(BOOK[6:])
    assert sent() == 0
    check_book(late, BOOK[6:])
    assert nightly().values().get() == run
    assert counts(sweeps().get()) == (6, 6, 0, 0)


@pytest.mark.django_db
def test_a_client_that_cannot_be_scored_is_counted_once(monkeypatch, sent):
    clients = books.create(BOOK)
    bad, write = clients[1].pk, writing.write

    def choke(ids, work):
        if bad in ids:
            raise DataError("out of range")
        return write(ids, work)

    monkeypatch.setattr(writing, "write", choke)
    run, _ = runs.start_nightly()
    with monkeypatch.context() as interrupted:
        in_chunk(interrupted, 3, lambda: interrupted.setattr(refresh, "as_of_today", lambda: TOMORROW))
        assert runs.work_on(run).more
    assert runs.work_on(run).failed == 1
    assert counts(run) == (12, 11, 0, 1)
    for _ in range(3):  # each hour tries again, and one row says so
        sent()
    assert counts(sweeps().get()) == (1, 0, 0, 1)
    monkeypatch.setattr(writing, "write", write)
    sent()
    check_book(clients, BOOK)


@pytest.mark.django_db
def test_old_rows_are_pruned_when_a_run_starts(sent):
    model, now = ScoringModel.objects.current(), timezone.now()
    for kind, days in (("sweep", 13), ("sweep", 15), ("nightly", 399), ("nightly", 401)):
        moment = now - datetime.timedelta(days=days)
        run = ScoringRun.objects.create(
            kind=kind, as_of=moment, model=model, started_at=moment, ended_at=moment
        )
        run.ranges.create(first_id=1, last_id=2)
    sent()
    assert [(now - run.started_at).days for run in sweeps()] == [13]
    assert [(timezone.now() - run.started_at).days for run in nightly()] == [399, 0]


@pytest.mark.django_db
def test_counting_who_is_due_agrees_with_naming_them():
    clients = books.create([*BOOK, *[Facts()] * 3])
    clients[12].assignments.all().delete()
    refresh.score_clients([client.pk for client in clients[:8]])
    refresh.score_clients([client.pk for client in clients[8:10]], as_of=AS_OF - datetime.timedelta(days=1))
    HealthScore.objects.filter(client__in=clients[4:6]).update(model=ScoringModel.objects.get(version=2))
    refresh.score_clients([clients[3].pk], as_of=TOMORROW)
    for client in (clients[0], clients[5], clients[9], clients[13]):  # lost, and nobody has looked since
        Client.objects.filter(pk=client.pk).update(status="lost", lost_on=AS_OF, lost_reason="price")
    model = ScoringModel.objects.current().pk
    named = [clients[n].pk for n in (4, 8, 10, 11, 14)]
    assert list(refresh.due_ids(AS_OF, model)) == named
    assert refresh.count_due(AS_OF, model) == 5
    assert refresh.count_due(AS_OF, model, limit=2) == 3


# --- Overtaken ------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_run_of_yesterday_ends_unfinished_and_today_scores_all(monkeypatch, sent, settings):
    settings.SCORING_HELPERS = 0
    clients = books.create(BOOK)
    in_chunk(monkeypatch, 3, lambda: monkeypatch.setattr(refresh, "as_of_today", lambda: TOMORROW))
    assert sent() == 1  # stopped at midnight, and handed on
    yesterday = nightly().get()
    assert counts(yesterday) == (12, 9, 0, 0) and yesterday.ended_at is None
    assert sent() == 0
    today = nightly().get(as_of=TOMORROW)
    assert counts(today) == (12, 12, 0, 0) and today.ended_at
    assert counts(yesterday) == (12, 9, 0, 0) and yesterday.ended_at
    assert yesterday.ranges.filter(ended_at__isnull=True).count() == 1
    assert set(HealthScore.objects.values_list("as_of", flat=True)) == {TOMORROW}
    assert HealthScore.objects.count() == len(clients)


@pytest.mark.django_db
def test_a_model_published_in_the_middle_gets_a_run_of_its_own(monkeypatch, sent, settings):
    settings.SCORING_HELPERS = 0
    clients = books.create(BOOK)
    current = ScoringModelQuerySet.current
    monkeypatch.setattr(ScoringModelQuerySet, "current", lambda models: models.get(version=2))
    publish = lambda: monkeypatch.setattr(ScoringModelQuerySet, "current", current)  # noqa: E731
    in_chunk(monkeypatch, 2, publish)
    assert sent() == 1
    assert sent() == 0
    runs_of_today = nightly().values_list("model__version", "clients", "written")
    assert list(runs_of_today) == [(2, 12, 6), (3, 12, 12)]
    assert not nightly().filter(ended_at__isnull=True).exists()
    check_book(clients, BOOK)


@pytest.mark.django_db
def test_a_run_whose_end_was_never_written_ends_when_its_last_range_did():
    books.create(BOOK)
    run, _ = runs.start_nightly()
    runs.work_on(run)
    ScoringRun.objects.filter(pk=run.pk).update(ended_at=None)
    again, is_new = runs.start_nightly()
    assert (again, is_new, again.ended_at) == (run, False, None)
    runs.work_on(again)
    assert again.ended_at == run.ended_at


# --- Sweeps ---------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_sweep_has_a_row_only_when_it_scored():
    clients = books.create(BOOK)
    tasks.sweep_changed_clients()
    tasks.score_clients([clients[0].pk])
    assert not ScoringRun.objects.exists()
    Client.objects.filter(pk__in=[c.pk for c in clients[:7]]).mark_health_stale()
    tasks.sweep_changed_clients()
    tasks.sweep_changed_clients()
    run = ScoringRun.objects.get()
    assert (run.kind, run.as_of, counts(run)) == ("sweep", AS_OF, (7, 7, 0, 0))
    assert run.started_at < run.ended_at


# --- The command ----------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_the_command_prints_the_counts(capsys):
    books.create(BOOK)
    with pytest.raises(CommandError, match="No run of today was started yet"):
        call_command("score_all", "--join")
    call_command("score_all")
    assert "Started the run" in (first := capsys.readouterr().out)
    assert "12 clients. Here: 12 scored, 0 left to others, 0 failed" in first
    call_command("score_all", "--join")
    assert "Here: 0 scored" in (second := capsys.readouterr().out)
    assert "Joined the run" in second and "The run: 12 scored" in second and "done after" in second


# --- Killed, doubled and raced, for real ----------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_a_run_killed_twice_is_taken_up_and_ends_as_if_undisturbed():
    clients = books.create(BOOK * 2)
    for kill_in in (2, 3):  # 3 and then 6 more are committed, in the first range and in the second
        process = run_process.start("task", as_of=AS_OF, span=12, kill_in=kill_in)
        process.communicate(timeout=60)
        assert process.returncode == -9
    processes.wait_until(lambda: held_ranges() == 0, "The locks of the dead were not given back")
    run = nightly().get()
    assert counts(run) == (24, 9, 0, 0)
    assert HealthScore.objects.count() == HealthSnapshot.objects.count() == 9
    written_before = dict(HealthScore.objects.values_list("client", "computed_at"))
    again, is_new = runs.start_nightly()
    assert (again, is_new, runs.work_on(again).written) == (run, False, 15)
    assert counts(run) == (24, 24, 0, 0) and run.ended_at
    assert [r.written for r in run.ranges.all()] == [12, 12]
    assert written_before.items() <= dict(HealthScore.objects.values_list("client", "computed_at")).items()
    check_book(clients, BOOK * 2)
    by_the_run = scores()
    refresh.score_clients()
    assert scores() == by_the_run


@pytest.mark.django_db(transaction=True)
def test_two_processes_share_a_run():
    clients = books.create(BOOK * 4)
    both = [run_process.start("command", as_of=AS_OF) for _ in range(2)]
    printed = [process.communicate(timeout=60)[0] for process in both]
    assert [process.returncode for process in both] == [0, 0]
    assert sum("Started the run" in text for text in printed) == 1
    assert counts(nightly().get()) == (48, 48, 0, 0) and nightly().get().ended_at
    assert HealthSnapshot.objects.count() == 48 and not sweeps().exists()
    check_book(clients, BOOK * 4)


@pytest.mark.django_db(transaction=True)
def test_processes_at_once_start_one_run_and_take_different_ranges(monkeypatch):
    clients = books.create(BOOK)
    write, both_work, started, turns, mine = writing.write, threading.Barrier(2), [], [], threading.local()

    def meet(ids, work):
        if not hasattr(mine, "met"):  # each is within its first range while the other is in another
            mine.met = True
            both_work.wait(10)
        return write(ids, work)

    def work():
        run, is_new = runs.start_nightly()
        started.append(is_new)
        turns.append(runs.work_on(run))

    monkeypatch.setattr(writing, "write", meet)
    run_in_threads(work, work)
    assert sorted(started) == [False, True]
    assert [turn.written for turn in turns] == [6, 6]
    assert counts(nightly().get()) == (12, 12, 0, 0) and nightly().get().ended_at
    check_book(clients, BOOK)


@pytest.mark.django_db(transaction=True)
def test_a_killed_sweep_tells_what_it_did_and_the_next_does_the_rest():
    clients = books.create(BOOK)
    Client.objects.mark_health_stale()
    process = run_process.start("sweep", as_of=AS_OF, kill_in=3)
    process.communicate(timeout=60)
    assert process.returncode == -9
    killed = ScoringRun.objects.get()
    assert counts(killed) == (6, 6, 0, 0) and killed.ended_at
    tasks.sweep_changed_clients()
    assert [run.written for run in sweeps()] == [6, 6]
    check_book(clients, BOOK)
    assert HealthSnapshot.objects.count() == 12


@pytest.mark.django_db(transaction=True)
def test_a_run_a_sweep_and_an_edit_at_once(monkeypatch):
    """Somebody holds a client while both pass: it is left, counted so, and scored by the next hour with the edit."""
    writing.make_partitions(AS_OF)  # which would wait for the edit
    clients = books.create(BOOK)
    Client.objects.filter(pk__in=[c.pk for c in clients[::2]]).mark_health_stale()
    held, over = threading.Event(), threading.Event()

    def edit():
        with transaction.atomic():
            Client.objects.filter(pk=clients[4].pk).mark_health_stale()
            books.add_touches([(clients[4], Touch(0, sentiment=1))])
            held.set()
            over.wait(20)
        connection.close()

    def score():
        run, _ = runs.start_nightly()
        runs.work_on(run)

    editor = threading.Thread(target=edit)
    editor.start()
    held.wait(10)
    run_in_threads(score, runs.sweep, runs.sweep)
    run = nightly().get()
    assert run.ended_at and run.skipped >= 1 and run.failed == 0  # more, where a sweep was at it
    assert HealthScore.objects.count() == 11
    over.set()
    editor.join(10)
    tasks.score_all_clients()
    tasks.sweep_changed_clients()
    facts = list(BOOK)
    facts[4] = Facts(
        "standard", touches=[*BOOK[4].touches, Touch(0, sentiment=1)], people=[Person("user")], months={1: 10}
    )
    check_book(clients, facts)
    assert HealthSnapshot.objects.count() == 12
    assert not Client.objects.filter(health_stale_since__isnull=False).exists()
