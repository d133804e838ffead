"""Follow-ups by rule: a pass over all clients, by several processes, when nothing changes and into an empty table.

Beside it one plain read of the same tables. The table is emptied of what rules made, which is refused on any book but a
made-up one (`load_book`); it is full again afterwards.
"""

import multiprocessing
import os
import time

from django.core.management.base import CommandError
from django.db import connection, connections

from clients.models import Client
from relationships.benchmarks.scoring import refuse_real_books
from relationships.followups import care, catalog, generate
from relationships.followups.care_rules import PLANNED_BY_HAND
from relationships.models import FollowUp

# Each table once, from its first row to its last, with a column that every rule looks at.
READ = """SELECT (SELECT count(last_reached_on) FROM clients_client), (SELECT count(ended_at) FROM clients_assignment),
    (SELECT count(ends_on) FROM clients_contract), (SELECT count(done_on) FROM clients_milestone),
    (SELECT count(due_on) FROM clients_invoice WHERE outstanding > 0), (SELECT count(resolved_at) FROM clients_issue),
    (SELECT count(birthday) FROM clients_contact), (SELECT count(expected_on) FROM clients_deal),
    (SELECT count(closed_at) FROM clients_internalrequest), (SELECT max(band_since) FROM relationships_healthscore),
    (SELECT count(due_on) FROM relationships_followup)"""
PREVIEWED = 20_000


def add_arguments(parser):
    parser.add_argument("--processes", type=int, default=2, help="processes that share a pass (2)")
    parser.add_argument("--passes", type=int, default=3, help="passes that find nothing to change (3)")
    parser.add_argument("--empty", action="store_true", help="also into an empty table first")


def run(options, write):
    """Prints the table. Needs a book, see `load_book`."""
    refuse_real_books()
    processes = options["processes"]
    _patient()
    write(f"{Client.objects.count():,} clients, {processes} processes, load {os.getloadavg()[0]:.1f}")
    write(f"{'':<44}{'seconds':>9}{'opened':>12}{'changed':>10}{'closed':>9}")
    _line(write, "one read of the same tables (the floor)", *_timed(_read))
    if options["empty"]:
        _empty()
        _line(write, "a pass into an empty table", *_timed(lambda: _pass(processes)))
        _analyze()
    else:
        _line(write, "a pass, whatever there was to do", *_timed(lambda: _pass(processes)))
    for _number in range(options["passes"]):
        _line(write, "a pass that finds nothing to change", *_timed(lambda: _pass(processes)))
    today = care.limits_of(catalog.settings_now())["today"]
    seconds, _preview = _timed(lambda: care.preview(catalog.settings_now(), today, most_clients=PREVIEWED))
    _line(write, f"preview of {PREVIEWED:,} clients", seconds, None)


def _pass(processes):
    """(opened, changed, closed) of one pass, by that many processes, each with a connection of its own."""
    context = multiprocessing.get_context("fork")
    connections.close_all()
    with context.Pool(processes) as pool:
        done = pool.map(_share, [(number, processes) for number in range(processes)], chunksize=1)
    return tuple(map(sum, zip(*done, strict=True)))


def _share(share):
    _patient()
    made = generate.generate_cadence_follow_ups(share=share), care.refresh_care_follow_ups(share=share)
    connections.close_all()
    return tuple(sum(getattr(one, name) for one in made) for name in ("opened", "changed", "closed"))


def _patient():
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")


def _read():
    with connection.cursor() as cursor:
        cursor.execute(READ)


def _empty():
    """Keeps what people planned; the follow-ups of rules go with their reminders and what else hangs on them."""
    table = FollowUp._meta.db_table
    by_hand = ", ".join(f"'{rule}'" for rule in PLANNED_BY_HAND)
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TEMP TABLE kept AS SELECT * FROM {table} WHERE rule IN ({by_hand})")
        cursor.execute(f"TRUNCATE {table} CASCADE")
        cursor.execute(f"INSERT INTO {table} OVERRIDING SYSTEM VALUE SELECT * FROM kept")
        cursor.execute("DROP TABLE kept")
    _analyze()


def _analyze():
    with connection.cursor() as cursor:
        for model in (FollowUp, Client):
            cursor.execute(f"VACUUM (ANALYZE) {model._meta.db_table}")


def _timed(work):
    started = time.perf_counter()
    result = work()
    return time.perf_counter() - started, result


def _line(write, name, seconds, done):
    if done is not None and len(done) != 3:
        raise CommandError("A pass ended early.")
    counts = "".join(f"{count:>{width},}" for count, width in zip(done or (), (12, 10, 9), strict=False))
    write(f"{name:<44}{seconds:>9.2f}{counts}")
