"""./run check: what can be said about the code without running the tests. Runs all of it, then fails if any did."""

import os
import tempfile
from pathlib import Path

from config import environment
from config.console import say, step
from config.embedded import Engines
from config.paths import PYTHON, ROOT
from config.processes import run_captured

MANAGE = [PYTHON, ROOT / "manage.py"]
ON_THE_SOURCE = {
    "ruff check": [PYTHON, "-m", "ruff", "check", "."],
    "ruff format": [PYTHON, "-m", "ruff", "format", "--check", "."],
    "djlint, rules": [PYTHON, "-m", "djlint", "templates", "--lint"],
    "djlint, format": [PYTHON, "-m", "djlint", "templates", "--check"],
    "import direction": [PYTHON, "-m", "tests.guards.imports"],
}
ON_THE_ENGINES = {
    "migrations": [*MANAGE, "makemigrations", "--check", "--dry-run"],
    "deployment": [*MANAGE, "check", "--deploy", "--fail-level", "WARNING"],
}


def run_checks():
    """Exit code 0 when every check passes."""
    failed = [name for name, command in ON_THE_SOURCE.items() if not passes(name, command, os.environ)]
    with (
        tempfile.TemporaryDirectory(prefix="tend-check-") as folder,
        Engines(Path(folder), durable=False) as engines,
    ):
        variables = environment.production(engines.urls)
        failed += [name for name, command in ON_THE_ENGINES.items() if not passes(name, command, variables)]
    say(f"\nFailed: {', '.join(failed)}." if failed else "\nEvery check passed.")
    return 1 if failed else 0


def passes(name, command, variables):
    """Run one check; its output is shown only when it fails."""
    with step(name) as tick:
        code, output = run_captured(command, tick=tick, cwd=ROOT, env={**variables})
    if code:
        say(output.rstrip())
    return code == 0
