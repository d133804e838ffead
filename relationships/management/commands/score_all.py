"""Scores all clients: works on today's run in this process until none of its ranges is free."""

import time

from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from relationships.health import runs


class Command(BaseCommand):
    """Starts today's run by the current model or joins it; start it twice to share the work. Prints the counts."""

    help = __doc__

    def add_arguments(self, parser):
        parser.add_argument("--join", action="store_true", help="do not start a run, only join today's")

    def handle(self, *args, join, **options):
        with connection.cursor() as cursor:
            cursor.execute("SET statement_timeout = 0")  # nobody waits for this answer
        run, is_new = (runs.todays(), False) if join else runs.start_nightly()
        if run is None:
            raise CommandError("No run of today was started yet.")
        started = time.perf_counter()
        turn = runs.work_on(run)
        seconds = time.perf_counter() - started
        run.refresh_from_db()
        self.stdout.write(
            f"{'Started' if is_new else 'Joined'} the run of {run.as_of}, model {run.model.version}, "
            f"{run.clients:,} clients. Here: {turn.written:,} scored, {turn.skipped:,} left to others, "
            f"{turn.failed:,} failed, in {seconds:.1f} s. The run: {run.written:,} scored, {run.skipped:,} left to "
            f"others, {run.failed:,} failed; {_state(run)}."
        )


def _state(run):
    if run.ended_at is None:
        return "others go on with it"
    return f"done after {(run.ended_at - run.started_at).total_seconds():.1f} s"
