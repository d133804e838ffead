"""Folders and helpers for tests that start real processes outside Django."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from config.paths import ROOT


@pytest.fixture
def on_own_engines(monkeypatch):
    """As if no server were configured: neither the suite's own engines nor external ones."""
    for name in list(os.environ):
        if name in ("DATABASE_URL", "REDIS_URL") or name.startswith("PG"):
            monkeypatch.delenv(name)


@pytest.fixture
def home(tmp_path):
    """A data folder whose path has a space."""
    folder = tmp_path / "my data"
    folder.mkdir()
    return folder


@pytest.fixture
def start_python(on_own_engines):
    """`start_python(code, *arguments)` starts a Python on the project; killed at the end of the test."""
    started = []

    def start(code, *arguments):
        variables = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}
        command = [sys.executable, "-c", code, *map(str, arguments)]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=variables)
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.wait()
        process.stdout.close()


def processes_about(text):
    """Pids of the processes whose command line holds `text`, dead ones that nobody has reaped left out."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            line = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            continue
        if text in line and int(folder.name) != os.getpid():
            found.append(int(folder.name))
    return found
