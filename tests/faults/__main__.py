"""`python -m tests.faults [--short] [--only NAME …] [--scale N]`: does the faults and prints the table.

`./run faults` starts it, with TEND_DATA_DIR at a folder that nobody else uses. Exit code 0 when all were survived.
"""

import argparse
import os
import sys
import tempfile
import time
from importlib import import_module
from pathlib import Path

import django

from config import environment
from config.console import Stop, say, step
from config.embedded import Postgres, Valkey, without_postgres_variables
from config.launcher import guarded
from config.paths import DATA, PYTHON, ROOT
from config.processes import ignore_signals, run_captured

NAMES = ("workers", "redis", "postgres", "mail", "thrice", "clock")


def read(arguments):
    parser = argparse.ArgumentParser(prog="./run faults")
    parser.add_argument("--short", action="store_true", help="a few of each, in well under a minute")
    parser.add_argument(
        "--only", nargs="+", choices=NAMES, default=NAMES, metavar="NAME", help=", ".join(NAMES)
    )
    parser.add_argument("--scale", type=float, default=1.0, help="a share of the full run, such as 0.1")
    parser.add_argument(
        "--schema-from", metavar="URL", help="copy this database instead of migrating a new one"
    )
    return parser.parse_args(arguments)


def main(arguments):
    options = read(arguments)
    if not os.environ.get("TEND_DATA_DIR"):
        raise Stop("Start this with ./run faults: it must not touch the demo's data.")
    begun = time.monotonic()
    for name in ("DATABASE_URL", "REDIS_URL"):
        os.environ.pop(name, None)
    (DATA / "log").mkdir(parents=True, exist_ok=True)
    engines = Postgres(DATA, durable=False), Valkey(DATA, durable=True)
    try:
        start(engines, options)
        run = import_module(
            "tests.faults.running"
        )  # models can only be imported once Django knows its database
        outcomes = run.run(options, DATA, engines)
    finally:
        ignore_signals()
        for engine in reversed(engines):
            engine.stop()
    report = import_module("tests.faults.report")
    say(f"\n{report.table(outcomes)}\n")
    say(f"{time.strftime('%Y-%m-%d %H:%M')}, {time.monotonic() - begun:.0f} s.")
    return 1 if any(outcome.complaints for outcome in outcomes) else 0


def start(engines, options):
    """Starts the engines with the tables in place; PostgreSQL then syncs every commit as in production."""
    postgres, valkey = engines
    with step("Starting PostgreSQL and Valkey"):
        for engine in engines:
            engine.start()
    variables = environment.variables("test", {engine.variable: engine.url for engine in engines})
    os.environ.update(variables)
    with step("Making the tables"):
        make_tables(postgres, options.schema_from)
    with step("Starting PostgreSQL anew, every commit synced"):
        postgres.stop()
        postgres.durable = True
        postgres.start()
    django.setup()


def make_tables(postgres, source):
    manage = [PYTHON, ROOT / "manage.py"]
    commands = [[*manage, "migrate", "-v0"], [*manage, "createcachetable"]]
    if source:
        # The test suite has a migrated database already, and a copy is quicker than migrating another.
        dump = Path(tempfile.mkdtemp(dir=DATA)) / "schema.sql"
        commands = [
            [postgres.binary("pg_dump"), "--no-owner", "--file", dump, source],
            # Goes on after an error: an older server's dump may set options that this one does not know.
            [postgres.binary("psql"), "--quiet", "--file", dump, postgres.url],
        ]
    for command in commands:
        # os.environ has the variables by now, without those that would lead PostgreSQL's programs elsewhere.
        patient = without_postgres_variables() | {"TEND_STATEMENT_TIMEOUT_MS": "0"}
        code, output = run_captured(command, env=patient, cwd=ROOT)
        if code:
            raise Stop(f"The tables could not be made:\n{output[-2000:]}")


if __name__ == "__main__":
    sys.exit(guarded(main, sys.argv[1:]))
