"""`./run faults --short`: a few of each fault on real processes, as docs/reliability.md tells of the full run."""

import os

import pytest

from config.embedded import without_postgres_variables
from config.paths import PYTHON, ROOT
from config.processes import run_captured
from tests import processes

FAULTS = (
    "Workers killed",
    "Redis away",
    "PostgreSQL killed",
    "Mail server refusing",
    "Mail server dropping",
    "Mail server rejecting",
)
PARTS = (
    "workers",
    "redis",
    "postgres",
    "mail",
)  # clocks and doubled tasks have tests of their own, without a worker


@pytest.mark.django_db
def test_reminders_survive_a_few_of_each_fault(tmp_path):
    source = processes.environment()["DATABASE_URL"]
    command = [PYTHON, "-m", "tests.faults", "--short", "--schema-from", source, "--only", *PARTS]
    own = without_postgres_variables() | {"TEND_DATA_DIR": str(tmp_path / "data")}
    variables = {name: value for name, value in own.items() if name not in ("DATABASE_URL", "REDIS_URL")}
    code, output = run_captured(command, env=variables, cwd=ROOT)
    assert code == 0, output
    verdicts = {line.split(" | ")[0].removeprefix("| "): line for line in output.splitlines() if "| " in line}
    assert {name for name in FAULTS if verdicts[name].endswith("| survived |")} == set(FAULTS)
    assert os.listdir(tmp_path / "data" / "mail")  # mails went to a real server
