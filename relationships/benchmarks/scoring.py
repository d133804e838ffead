"""Scoring times: every client, beside one plain grouped aggregate over their touches, and a sweep of 100 changed ones.

Writes what a nightly run would write, so use it on a book that may be scored now.
"""

import statistics
import time

from django.db import connection

from clients.models import Client
from relationships.health import refresh
from relationships.models import Interaction

FLOOR = """SELECT count(*), max(touches), max(newest) FROM (
    SELECT client_id, count(*) AS touches, max(occurred_on) AS newest FROM relationships_interaction GROUP BY client_id
) clients"""
CHANGED = 100


def add_arguments(parser):
    parser.add_argument(
        "--repeat", type=int, default=2, help="full runs (2): the first may find nothing scored"
    )


def run(options, write):
    """Prints the table. Needs a book, see `load_book`."""
    clients = Client.objects.count()
    write(f"{clients:,} clients, {Interaction.objects.count():,} interactions; one process, one connection")
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
    write("")
    write(f"{'':<34}{'seconds':>9}{'clients/s':>11}{'floors':>8}{'written':>9}{'skipped':>9}")
    floor = min(_timed(_floor)[0] for _ in range(3))
    write(f"{'one grouped aggregate (the floor)':<34}{floor:>9.3f}{clients / floor:>11,.0f}{1:>8.1f}")
    for number in range(options["repeat"]):
        seconds, scored = _timed(refresh.score_clients)
        name = f"all clients, run {number + 1}"
        write(_row(name, seconds, scored, floor))
    write(_row(f"sweep of {CHANGED} changed (median of 5)", *_sweeps(), floor))


def _row(name, seconds, scored, floor):
    rate = scored.written / seconds
    return f"{name:<34}{seconds:>9.3f}{rate:>11,.0f}{seconds / floor:>8.1f}{scored.written:>9,}{scored.skipped:>9,}"


def _timed(work):
    started = time.perf_counter()
    result = work()
    return time.perf_counter() - started, result


def _floor():
    with connection.cursor() as cursor:
        cursor.execute(FLOOR)


def _sweeps():
    """The median time of five sweeps, each of other clients, and what the last of them did."""
    refresh.sweep()
    times = []
    for _ in range(5):
        changed = Client.objects.active().led().order_by("?").values_list("pk", flat=True)[:CHANGED]
        Client.objects.filter(pk__in=list(changed)).mark_health_stale()
        seconds, scored = _timed(refresh.sweep)
        times.append(seconds)
    return statistics.median(times), scored
