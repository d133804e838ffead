"""The bulk write: what it leaves in the rows, twice, at once, killed midway, and when a change comes in between."""

import datetime
import threading

import pytest
from django.db import DataError, OperationalError, connection, transaction
from django.db.models import F
from django.utils import timezone

from clients.models import Client
from relationships import tasks
from relationships.health import refresh, scoring, writing
from relationships.models import HealthScore, HealthSnapshot, OwnRating
from relationships.querysets import ScoringModelQuerySet
from tests import factories as make
from tests.relationships.health import books
from tests.relationships.health.books import AS_OF, SPEC, Facts, Person, Touch

BOOK = [
    Facts("standard", touches=[Touch(30 * i, sentiment=1)], people=[Person("user")], months={1: 10})
    for i in range(12)
]


@pytest.fixture(autouse=True)
def today(monkeypatch):
    monkeypatch.setattr(refresh, "as_of_today", lambda: AS_OF)


def scores():
    """Everything that scoring leaves, apart from the moment it ran."""
    rows = HealthScore.objects.order_by("client").values()
    history = HealthSnapshot.objects.order_by("client", "taken_on").values()
    columns = Client.objects.order_by("pk").values("pk", "health_score", "health_band", "contact_due_on")
    return [
        [{k: v for k, v in row.items() if k != "computed_at"} for row in rows],
        list(history),
        list(columns),
    ]


def check_book(clients, book):
    """Every client has the score of the pure functions, and no mark."""
    for client, facts in zip(clients, book, strict=True):
        values, caps = books.measure(facts)
        total = scoring.total(values, segment=facts.segment, spec=SPEC, caps=caps)
        row = Client.objects.get(pk=client.pk)
        assert row.health_score == pytest.approx(total.score, abs=1e-6)
        assert row.health_stale_since is None


@pytest.mark.django_db
def test_scoring_writes_the_columns_of_the_client(first_model):
    facts = Facts("key", 200, [Touch(20), Touch(27), Touch(41), Touch(5, reached=False)], [Person("user")])
    [client] = books.create([facts])
    Client.objects.filter(pk=client.pk).mark_health_stale()
    assert refresh.score_clients([client.pk]) == refresh.Scoring(written=1)
    client.refresh_from_db()
    assert client.last_reached_on == books.day(20)
    assert client.last_interaction_at == books.noon(5)
    assert client.contact_due_on == books.day(20 - 13)  # 13.4 days are accepted, 14 are too many
    assert client.health_band == "at_risk"
    assert client.health_stale_since is None
    assert (client.health.score, client.health.as_of) == (client.health_score, AS_OF)
    assert client.health_as_of == client.health.computed_at


@pytest.mark.django_db
def test_a_client_never_reached_is_due_a_cadence_after_its_first_lead():
    [client] = books.create([Facts("major", managed_days=12)])
    refresh.score_clients([client.pk])
    client.refresh_from_db()
    assert (client.health_band, client.health_score) == ("unknown", None)
    assert client.contact_due_on == books.day(12) + datetime.timedelta(days=30)


@pytest.mark.django_db
@pytest.mark.parametrize("change", ["no lead", "lost"])
def test_a_client_without_a_lead_or_lost_becomes_unknown(change):
    [client] = books.create([Facts(touches=[Touch(3)])])
    refresh.score_clients([client.pk])
    if change == "lost":
        Client.objects.filter(pk=client.pk).update(status="lost", lost_on=AS_OF)
    else:
        client.assignments.update(ended_at=books.noon(1))
    Client.objects.filter(pk=client.pk).mark_health_stale()
    refresh.sweep()
    client.refresh_from_db()
    assert (client.health_band, client.health_score, client.contact_due_on) == ("unknown", None, None)
    assert client.health_stale_since is None
    assert client.last_reached_on == books.day(3)
    assert not HealthScore.objects.filter(client=client).exists()
    assert client.health_history.count() == 1


@pytest.mark.django_db
def test_the_sweep_scores_what_is_marked_and_nothing_else():
    clients = books.create(BOOK)
    Client.objects.filter(pk__in=[clients[1].pk, clients[4].pk]).mark_health_stale()
    assert refresh.sweep().written == 2
    assert set(HealthScore.objects.values_list("client", flat=True)) == {clients[1].pk, clients[4].pk}
    assert refresh.sweep() == refresh.Scoring()


@pytest.mark.django_db
def test_the_nightly_run_scores_whoever_has_no_score_of_today():
    clients = books.create([*BOOK, Facts()])
    clients[-1].assignments.all().delete()
    refresh.score_clients([client.pk for client in clients[:5]])
    assert refresh.score_not_yet_today().written == len(BOOK) - 5
    assert refresh.score_not_yet_today().written == 0
    check_book(clients[:-1], BOOK)


@pytest.mark.django_db
def test_a_new_version_of_the_model_scores_everyone_anew_the_same_day(monkeypatch):
    clients = books.create([*BOOK, Facts()])
    with monkeypatch.context() as earlier:
        earlier.setattr(ScoringModelQuerySet, "current", lambda models: models.get(version=1))
        assert refresh.score_not_yet_today().written == len(BOOK) + 1
    assert set(HealthScore.objects.values_list("model__version", flat=True)) == {1}
    assert refresh.score_not_yet_today().written == len(BOOK) + 1
    assert set(HealthScore.objects.values_list("model__version", flat=True)) == {3}
    assert refresh.score_not_yet_today() == refresh.Scoring()
    check_book(clients[:-1], BOOK)


@pytest.mark.django_db
def test_older_snapshots_keep_their_model(first_model, monkeypatch):
    [client] = books.create([Facts(touches=[Touch(3)])])
    refresh.score_clients([client.pk], as_of=AS_OF - datetime.timedelta(days=1))
    monkeypatch.undo()
    refresh.score_clients([client.pk], as_of=AS_OF)
    history = client.health_history.order_by("taken_on").values_list("model__version", "issues")
    assert list(history) == [(1, None), (3, 100)]


@pytest.mark.django_db
def test_what_came_after_the_run_began_counts():
    """The lock is taken before the moment is read: the mark of such a change is cleared, so it has to be seen."""
    today = timezone.localdate(timezone=timezone.get_default_timezone())
    work, before = refresh._work(today), refresh._work(today - datetime.timedelta(days=1))
    assert work.is_now and not before.is_now
    lead = make.user()
    client = make.client(lead=lead)
    OwnRating.objects.create(client=client, value=1, rated_by=lead, rated_at=timezone.now(), rated_on=today)
    writing.make_partitions(today)
    writing.write([client.pk], work)
    health = HealthScore.objects.get(client=client)
    assert health.caps == ["own_rating"]
    [taken] = HealthSnapshot.objects.filter(client=client)
    assert abs(taken.computed_at - timezone.now()) < datetime.timedelta(minutes=1)


@pytest.mark.django_db
def test_tasks_do_the_same_twice():
    clients = books.create(BOOK)
    Client.objects.mark_health_stale()
    for task in (tasks.sweep_changed_clients, tasks.score_all_clients):
        task()
        once = scores()
        task()
        assert scores() == once
    tasks.score_clients([client.pk for client in clients] + [0, 10**15])
    assert scores() == once
    check_book(clients, BOOK)


@pytest.mark.django_db
def test_queries_are_as_many_for_three_clients_as_for_thirty(django_assert_num_queries):
    few, many = books.create(BOOK[:3]), books.create(BOOK * 3)
    refresh.score_clients([few[0].pk])  # makes the partitions
    for clients in (few, many):
        # the model, the partitions, and in a savepoint the lock and the write
        with django_assert_num_queries(6):
            refresh.score_clients([client.pk for client in clients])


@pytest.mark.django_db
def test_one_bad_row_never_stops_the_rest(monkeypatch, caplog):
    clients = books.create(BOOK)
    bad, write = clients[7].pk, writing.write

    def choke(ids, work):
        if bad in ids:
            raise DataError("out of range")
        return write(ids, work)

    monkeypatch.setattr(writing, "write", choke)
    assert refresh.score_clients() == refresh.Scoring(written=len(BOOK) - 1, failed=1)
    assert f"Client {bad} could not be scored" in caplog.text


@pytest.mark.django_db
def test_partitions_are_made_for_the_month_and_the_next():
    [client] = books.create([Facts(touches=[Touch(0)])])
    december = datetime.date(2031, 12, 5)
    refresh.score_clients([client.pk], as_of=december)
    assert client.health_history.get().taken_on == december
    with connection.cursor() as cursor:
        for name in ("2031_12", "2032_01"):
            cursor.execute("SELECT to_regclass(%s) IS NOT NULL", [f"relationships_healthsnapshot_{name}"])
            assert cursor.fetchone() == (True,)


def run_in_threads(*jobs):
    """Run the jobs at once, each on a connection of its own; raises what one of them raised."""
    barrier, errors = threading.Barrier(len(jobs)), []

    def run(job):
        try:
            barrier.wait(10)
            job()
        except Exception as error:  # handed to the test below
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[job]) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    if errors:
        raise errors[0]


@pytest.mark.django_db(transaction=True)
def test_scorings_at_once_have_one_effect(monkeypatch):
    monkeypatch.setattr(refresh, "CHUNK_CLIENTS", 3)
    clients = books.create(BOOK)
    Client.objects.mark_health_stale()
    run_in_threads(refresh.score_clients, refresh.sweep, refresh.score_not_yet_today, refresh.sweep)
    check_book(clients, BOOK)
    assert HealthSnapshot.objects.count() == len(BOOK)
    once = scores()
    refresh.score_clients()
    assert scores() == once


@pytest.mark.django_db(transaction=True)
def test_partitions_made_at_once_are_made_once():
    day = datetime.date(2032, 6, 1)
    run_in_threads(*[lambda: writing.make_partitions(day)] * 3)
    writing.make_partitions(day)
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('relationships_healthsnapshot_2032_07') IS NOT NULL")
        assert cursor.fetchone() == (True,)


@pytest.mark.django_db(transaction=True)
def test_an_edit_keeps_only_the_partition_of_next_month_waiting(monkeypatch):
    """While somebody holds a client, scoring goes on; a later one makes the partition."""
    monkeypatch.setattr(refresh, "as_of_today", lambda: datetime.date(2033, 4, 5))
    held, other = books.create([Facts(touches=[Touch(0)])] * 2)
    writing._make_partition(datetime.date(2033, 4, 1))
    editing, over = threading.Event(), threading.Event()

    def edit():
        with transaction.atomic():
            Client.objects.filter(pk=held.pk).update(name="Renamed")
            editing.set()
            over.wait(20)
        connection.close()

    editor = threading.Thread(target=edit)
    editor.start()
    try:
        assert editing.wait(10)
        assert refresh.score_clients([other.pk]).written == 1
        assert not has_table("relationships_healthsnapshot_2033_05")
        with pytest.raises(
            OperationalError, match="lock timeout"
        ):  # where scores of today would have no place
            writing.make_partitions(datetime.date(2033, 6, 5))
    finally:
        over.set()
        editor.join(10)
    assert refresh.score_clients([held.pk]).written == 1
    assert has_table("relationships_healthsnapshot_2033_05")


def has_table(name):
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass(%s) IS NOT NULL", [name])
        return cursor.fetchone()[0]


@pytest.mark.django_db(transaction=True)
def test_a_change_during_scoring_keeps_its_mark(monkeypatch):
    [client] = books.create([Facts(touches=[Touch(100)], people=[Person()])])
    Client.objects.mark_health_stale()
    write, changes = writing.write, []

    def log_meanwhile():
        books.add_touches([(client, Touch(0))])
        Client.objects.filter(pk=client.pk).mark_health_stale()
        connection.close()

    def slow_write(ids, work):
        written = write(ids, work)
        if not changes:  # the client is scored and not yet committed: now someone logs a call
            changes.append(threading.Thread(target=log_meanwhile))
            changes[0].start()
            changes[0].join(0.3)
        return written

    monkeypatch.setattr(writing, "write", slow_write)
    refresh.sweep()
    changes[0].join(10)
    client.refresh_from_db()
    assert client.health_stale_since is not None
    assert client.last_reached_on == books.day(100)
    refresh.sweep()
    client.refresh_from_db()
    assert (client.health_stale_since, client.last_reached_on) == (None, AS_OF)


@pytest.mark.django_db(transaction=True)
def test_a_client_that_someone_is_changing_is_left_to_the_next_sweep():
    clients = books.create(BOOK[:3])
    Client.objects.mark_health_stale()
    held, done = threading.Event(), threading.Event()

    def edit_slowly():
        with connection.cursor() as cursor:
            cursor.execute("BEGIN")
            Client.objects.filter(pk=clients[1].pk).update(version=F("version") + 1)
            held.set()
            done.wait(10)
            cursor.execute("COMMIT")
        connection.close()

    editor = threading.Thread(target=edit_slowly)
    editor.start()
    held.wait(10)
    run = refresh.sweep()
    done.set()
    editor.join(10)
    assert (run.written, run.skipped) == (2, 1)
    assert refresh.sweep().written == 1
    check_book(clients, BOOK[:3])


@pytest.mark.django_db(transaction=True)
def test_a_run_killed_midway_is_made_up_for(monkeypatch):
    monkeypatch.setattr(refresh, "CHUNK_CLIENTS", 3)
    clients = books.create(BOOK)
    Client.objects.filter(pk__in=[clients[0].pk, clients[-1].pk]).mark_health_stale()
    write, chunks = writing.write, []

    def die_in_the_third(ids, work):
        chunks.append(ids)
        written = write(ids, work)
        if len(chunks) == 3:
            connection.connection.close()  # what PostgreSQL sees of a killed process
            raise SystemExit
        return written

    monkeypatch.setattr(writing, "write", die_in_the_third)
    with pytest.raises(SystemExit):
        refresh.score_clients()
    monkeypatch.setattr(writing, "write", write)
    connection.close()
    assert HealthScore.objects.count() == HealthSnapshot.objects.count() == 6
    assert refresh.sweep().written == 1
    refresh.score_not_yet_today()
    check_book(clients, BOOK)
    assert HealthSnapshot.objects.count() == len(BOOK)
