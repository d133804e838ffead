"""Second half of `run`, on .venv's Python: python -m config.commands COMMAND … (see config/launcher.py)."""

import os
import sys

import psycopg

from config import environment
from config.checks import run_checks
from config.chromium import ensure_chromium
from config.console import Stop
from config.demo import prepare, run_demo
from config.embedded import Engines
from config.launcher import demo_options, guarded
from config.locking import DataLock
from config.paths import DATA, PYTHON, ROOT
from config.processes import run_visible

TEST_PROCESSES = "2"


def demo(arguments):
    return run_demo(demo_options(arguments))


def test(arguments):
    """The test suite; tests/engines.py starts the engines."""
    ensure_chromium()
    os.chdir(ROOT)
    return run_visible([PYTHON, "-m", "pytest", "-n", TEST_PROCESSES, *arguments], env={**os.environ})


def check(_arguments):
    return run_checks()


def manage(arguments):
    """One of Django's commands, with the engines of the running demo or with engines of its own."""
    return on_the_data("manage", environment.demo, arguments)


def bench(arguments):
    """A benchmark, under the production settings."""
    return on_the_data("bench", environment.production, ["bench", *arguments])


def on_the_data(purpose, settings, arguments):
    command = [PYTHON, ROOT / "manage.py", *arguments]
    with DataLock(purpose) as lock:
        urls = lock.take_or_join()
        if urls:
            return run_with(urls, settings, command)
        with Engines(DATA, keep_fds=(lock.fd,)) as engines:
            return run_with(engines.urls, settings, command)


def run_with(urls, settings, command):
    """Run the command; a database that has never been used gets its tables first."""
    if not has_tables(urls["DATABASE_URL"]):
        prepare(urls, "--schema-only")
    return run_visible(command, env=settings(urls, TEND_STATEMENT_TIMEOUT_MS="0"))


def has_tables(url):
    try:
        with psycopg.connect(url, connect_timeout=5) as connection:
            return connection.execute("SELECT to_regclass('django_migrations')").fetchone()[0] is not None
    except psycopg.OperationalError as error:
        raise Stop(f"The database does not answer: {error}") from error


COMMANDS = {"demo": demo, "test": test, "check": check, "manage": manage, "bench": bench}


def main(arguments):
    command, *rest = arguments
    return COMMANDS[command](rest)


if __name__ == "__main__":
    sys.exit(guarded(main, sys.argv[1:]))
