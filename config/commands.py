"""Second half of `run`, on .venv's Python: python -m config.commands COMMAND … (see config/launcher.py)."""

import os
import sys
import tempfile

import psycopg

from config import environment
from config.checks import run_checks
from config.chromium import ensure_chromium
from config.console import Stop
from config.demo import prepare, run_demo
from config.embedded import Engines, without_postgres_variables
from config.launcher import demo_options, guarded
from config.locking import DataLock
from config.paths import DATA, PYTHON, ROOT
from config.processes import run_visible
from config.servers import check_servers
from config.setup import ensure_lighthouse
from config.translations import compile_translations

TEST_PROCESSES = "2"
MANAGE = [PYTHON, ROOT / "manage.py"]
NO_LIMIT = {"TEND_STATEMENT_TIMEOUT_MS": "0"}  # a book of a million rows is one statement


def demo(arguments):
    return run_demo(demo_options(arguments))


def test(arguments):
    """The test suite; tests/engines.py starts the engines."""
    ensure_chromium()
    os.chdir(ROOT)
    return run_visible(
        [PYTHON, "-m", "pytest", "-n", TEST_PROCESSES, "--dist", "worksteal", *arguments], env={**os.environ}
    )


def check(_arguments):
    return run_checks()


def manage(arguments):
    """One of Django's commands; a database that has never been used gets its tables first."""

    def run(urls):
        if not has_tables(urls["DATABASE_URL"]):
            prepare(urls, "schema")
        return run_visible([*MANAGE, *arguments], env=environment.demo(urls, **NO_LIMIT))

    return on_the_data("manage", run)


def bench(arguments):
    """A benchmark, under the production settings."""
    if arguments[:1] == ["lighthouse"]:
        node, packages = ensure_lighthouse()
        arguments = [*arguments, "--node", node, "--packages", packages]

    def run(urls):
        prepare(urls, "static", "schema")
        return run_visible([*MANAGE, "bench", *arguments], env=environment.production(urls, **NO_LIMIT))

    return on_the_data("bench", run)


def faults(arguments):
    """Real faults on engines of their own, in a folder that is gone afterwards; see docs/reliability.md."""
    compile_translations()
    with tempfile.TemporaryDirectory(prefix="tend-faults-", ignore_cleanup_errors=True) as folder:
        own = without_postgres_variables() | {"TEND_DATA_DIR": folder}
        kept = {name: value for name, value in own.items() if name not in ("DATABASE_URL", "REDIS_URL")}
        return run_visible([PYTHON, "-m", "tests.faults", *arguments], env=kept, cwd=ROOT)


def on_the_data(purpose, run):
    """Call `run` with the addresses of the running demo's engines, or of engines that live as long as it takes."""
    with DataLock(purpose) as lock:
        urls = lock.take_or_join()
        if urls:
            return run(urls)
        check_servers()
        with Engines(DATA, keep_fds=(lock.fd,)) as engines:
            return run(engines.urls)


def has_tables(url):
    try:
        with psycopg.connect(url, connect_timeout=5) as connection:
            return connection.execute("SELECT to_regclass('django_migrations')").fetchone()[0] is not None
    except psycopg.OperationalError as error:
        raise Stop(f"The database does not answer: {error}") from error


COMMANDS = {"demo": demo, "test": test, "check": check, "manage": manage, "bench": bench, "faults": faults}


def main(arguments):
    command, *rest = arguments
    return COMMANDS[command](rest)


if __name__ == "__main__":
    sys.exit(guarded(main, sys.argv[1:]))
