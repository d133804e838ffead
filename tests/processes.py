"""Celery processes on the test database, as production starts them."""

import contextlib
import os
import signal
import subprocess
import sys
import time

from django.conf import settings
from django.db import connection

from accounts import pulse


@contextlib.contextmanager
def running_worker():
    """A worker process that has given its first sign of life; killed with all its children at the end."""
    pulse.forget(pulse.WORKER)
    process = start("worker", "--concurrency=1", "--without-gossip", "--without-mingle")
    try:
        wait_for_pulse(pulse.WORKER)
        yield process
    finally:
        kill(process)


@contextlib.contextmanager
def running_beat(schedule):
    """A beat process that keeps its state in the file `schedule`."""
    process = start("beat", "--schedule", str(schedule), "--pidfile=")
    try:
        yield process
    finally:
        kill(process)


def start(*command):
    celery = [sys.executable, "-m", "celery", "-A", "config", *command, "--loglevel=WARNING"]
    return subprocess.Popen(celery, env=environment(), start_new_session=True)


def environment():
    """The environment of a process that works on this test's database and Redis number."""
    base, _, options = os.environ["DATABASE_URL"].partition("?")
    url = f"{base.rsplit('/', 1)[0]}/{connection.settings_dict['NAME']}"
    return os.environ | {
        "DATABASE_URL": f"{url}?{options}" if options else url,
        "REDIS_URL": settings.REDIS_URL,
    }


def kill(process):
    """kill -9 for the process and everything it started."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def wait_for_pulse(name, seconds=30):
    wait_until(lambda: pulse.ages()[name] is not None, f"{name} gave no sign of life", seconds)


def wait_until(condition, complaint, seconds=30):
    """Returns as soon as `condition()` is true; fails with `complaint` after `seconds`."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise AssertionError(f"{complaint} within {seconds} s.")
        time.sleep(0.05)
