"""Scoring times: a nightly run of all clients by several processes, beside one plain grouped aggregate over the same
rows, and sweeps of 100 changed clients.

Before each further night the last one is moved a week back, so that every client is due with its weekly snapshot. That
changes stored history, and is refused on any book but a made-up one (`load_book`).
"""

import os
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.core.management.base import CommandError
from django.db import connection, transaction
from django.db.models import F

from clients.models import Client, Invoice, Issue
from relationships.bigbook.clients import SOURCE
from relationships.health import refresh, runs, writing
from relationships.models import HealthScore, HealthSnapshot, Interaction, ScoringModel, ScoringRun
from relationships.models.scoring_run import RunKind

FLOOR = """SELECT count(*), max(rows), max(newest), max(amount) FROM (
    SELECT client_id, count(*) AS rows, max(day) AS newest, sum(amount) AS amount FROM (
        SELECT client_id, occurred_on AS day, 0::float8 AS amount FROM relationships_interaction
        UNION ALL SELECT client_id, issued_on, amount::float8 FROM clients_invoice
        UNION ALL SELECT client_id, opened_on, 0 FROM clients_issue
    ) everything GROUP BY client_id
) clients"""
CHANGED, SWEEPS = 100, 5
WEEK = timedelta(days=writing.SNAPSHOT_AT_LEAST_EVERY_DAYS)


@dataclass
class Night:
    """A run by processes of their own: `seconds` by its row, without the start of Python. `peak_mb`: memory of the
    largest of them; `cpu`: seconds of all, without the server's."""

    seconds: float
    cpu: float
    peak_mb: float
    run: ScoringRun
    snapshots: int


def add_arguments(parser):
    parser.add_argument("--workers", type=int, default=2, help="processes that share a run (2)")
    parser.add_argument("--nights", type=int, default=2, help="runs of all clients, a week apart (2)")


def run(options, write):
    """Prints the table. Needs a book, see `load_book`."""
    refuse_real_books()
    clients, workers = Client.objects.count(), options["workers"]
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
    sizes = ", ".join(
        f"{m.objects.count():,} {m._meta.verbose_name_plural}" for m in (Interaction, Invoice, Issue)
    )
    write(f"{clients:,} clients, {sizes}; {workers} workers, {_engine()}, load {os.getloadavg()[0]:.1f}")
    write("")
    write(
        f"{'':<38}{'seconds':>9}{'µs/client':>11}{'floors':>8}{'written':>11}{'snapshots':>11}{'MB':>6}{'CPU s':>7}"
    )
    floor = min(_timed(_floor)[0] for _ in range(3))
    write(f"{'one grouped aggregate (the floor)':<38}{_figures(floor, clients, floor)}")
    for _ in range(options["nights"]):
        name = (
            "a night, a week after the last"
            if HealthScore.objects.exists()
            else "a night, nothing scored before"
        )
        begin_a_week_later()
        night = run_a_night(workers)
        figures = _figures(night.seconds, clients, floor)
        memory = f"{night.peak_mb:>6.0f}{night.cpu:>7.1f}"
        write(f"{name:<38}{figures}{night.run.written:>11,}{night.snapshots:>11,}{memory}")
    times = _sweeps()
    for name, seconds in (("median", statistics.median(times)), ("worst", max(times))):
        name = f"sweep of {CHANGED} changed, {name} of {SWEEPS}"
        write(f"{name:<38}{_figures(seconds, CHANGED, floor)}")


def refuse_real_books():
    if Client.objects.exclude(source=SOURCE).exists():
        raise CommandError("This book is not (only) of load_book; measuring would change its history.")


def begin_a_week_later():
    """Move what is stored of the scoring a week back and clean up behind it."""
    today = refresh.as_of_today()
    ScoringRun.objects.filter(kind=RunKind.NIGHTLY, as_of=today).delete()
    if not HealthScore.objects.exists():
        return
    writing.make_partitions(today - WEEK)
    with transaction.atomic():
        HealthSnapshot.objects.filter(
            taken_on__lt=today
        ).delete()  # of earlier nights: they would be in the way
        HealthSnapshot.objects.update(taken_on=F("taken_on") - WEEK)
        HealthScore.objects.update(as_of=F("as_of") - WEEK, snapshot_on=F("snapshot_on") - WEEK)
    with connection.cursor() as cursor:
        for model in (HealthSnapshot, HealthScore, Client):
            cursor.execute(f"VACUUM (ANALYZE) {model._meta.db_table}")


def run_a_night(workers):
    """Today's run, by that many processes. Returns a Night."""
    command = [sys.executable, str(settings.BASE_DIR / "manage.py"), "score_all"]
    processes = [subprocess.Popen(command, stdout=subprocess.DEVNULL) for _ in range(workers)]
    usages = [_wait(process) for process in processes]
    today = refresh.as_of_today()
    done = ScoringRun.objects.get(kind=RunKind.NIGHTLY, as_of=today, model=ScoringModel.objects.current())
    return Night(
        seconds=(done.ended_at - done.started_at).total_seconds(),
        cpu=sum(usage.ru_utime + usage.ru_stime for usage in usages),
        peak_mb=max(usage.ru_maxrss for usage in usages) / 1024,
        run=done,
        snapshots=HealthSnapshot.objects.filter(taken_on=today).count(),
    )


def _wait(process):
    _pid, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise CommandError(f"score_all ended with {process.returncode}.")
    return usage


def _engine():
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('server_version'), current_setting('shared_buffers')")
        version, buffers = cursor.fetchone()
    return f"PostgreSQL {version.split()[0]} with shared_buffers {buffers}"


def _figures(seconds, clients, floor):
    return f"{seconds:>9.3f}{seconds / clients * 1e6:>11,.1f}{seconds / floor:>8.2f}"


def _timed(work):
    started = time.perf_counter()
    result = work()
    return time.perf_counter() - started, result


def _floor():
    with connection.cursor() as cursor:
        cursor.execute(FLOOR)


def _sweeps():
    """The seconds of five sweeps, each of other clients, after one that is not counted."""
    times = []
    runs.sweep()
    for _ in range(SWEEPS):
        changed = Client.objects.active().led().order_by("?").values_list("pk", flat=True)[:CHANGED]
        Client.objects.filter(pk__in=list(changed)).mark_health_stale()
        seconds, scoring = _timed(runs.sweep)
        assert scoring.written == CHANGED, scoring
        times.append(seconds)
    return times
