"""A process that scores, for tests that kill one."""

import datetime
import os
import signal
import subprocess
import sys

from django.core.management import call_command

from relationships import tasks
from relationships.health import refresh, runs, writing
from tests import processes

MAIN = "import django; django.setup(); from tests.relationships.health import run_process; run_process.main({plan})"


def start(work, *, as_of, chunk=3, span=6, kill_in=None):
    """A process on the database of the test that does the work ("task", "sweep" or "command") as of the day.

    `chunk` and `span` are the clients of a chunk and of a range; in the chunk `kill_in` it dies by kill -9, after its
    rows are written and before they are committed.
    """
    plan = {"work": work, "as_of": as_of.isoformat(), "chunk": chunk, "span": span, "kill_in": kill_in}
    return subprocess.Popen(
        [sys.executable, "-c", MAIN.format(plan=plan)],
        env=processes.environment() | {"DJANGO_SETTINGS_MODULE": "config.settings"},
        stdout=subprocess.PIPE,
        text=True,
    )


def main(plan):
    refresh.as_of_today = lambda: datetime.date.fromisoformat(plan["as_of"])
    refresh.CHUNK_CLIENTS, runs.RANGE_CLIENTS = plan["chunk"], plan["span"]
    write, chunks = writing.write, []

    def write_and_die(ids, work):
        chunks.append(ids)
        written = write(ids, work)
        if len(chunks) == plan["kill_in"]:
            os.kill(os.getpid(), signal.SIGKILL)
        return written

    writing.write = write_and_die
    jobs = {
        "task": tasks.score_all_clients,
        "sweep": tasks.sweep_changed_clients,
        "command": lambda: call_command("score_all"),
    }
    jobs[plan["work"]]()
