import json
import os
import signal
import sys

import pytest

from config.console import Stop
from config.supervisor import Service, Supervisor
from tests.processes import wait_until
from tests.runtime.conftest import processes_about

# A service that has a child of its own, and writes down when it is asked to stop.
SERVICE = """
import os, signal, subprocess, sys, time
name, folder = sys.argv[1:]
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)", folder])
def leave(*_):
    with open(folder + "/stopped", "a") as out:
        out.write(name + " ")
    child.kill()
    sys.exit(0)
signal.signal(signal.SIGTERM, leave)
signal.signal(signal.SIGQUIT, leave)
open(folder + "/up-" + name, "w").close()
time.sleep(60)
"""
SUPERVISE = """
import json, sys
from pathlib import Path
from config.processes import stop_on_signals
from config.supervisor import Service, Supervisor

class NoEngines:
    def fallen(self):
        return []

stop_on_signals()
folder, services = sys.argv[1], json.loads(sys.argv[2])
supervisor = Supervisor([Service(n, c, {}) for n, c in services], NoEngines(), logs=Path(folder), cwd=folder)
try:
    supervisor.start_all()
    print("ready", flush=True)
    supervisor.watch()
finally:
    supervisor.stop()
"""


class NoEngines:
    def fallen(self):
        return []


def service(name, folder):
    return [name, [sys.executable, "-c", SERVICE, name, str(folder)]]


@pytest.fixture
def supervised(home, start_python):
    """A supervisor process with the three services, all up."""
    services = [service(name, home) for name in ("beat", "web", "worker")]
    process = start_python(SUPERVISE, home, json.dumps(services))
    assert process.stdout.readline() == "ready\n"
    wait_until(lambda: len(list(home.glob("up-*"))) == 3, "the services did not start")
    return process


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_services_stop_in_order_and_leave_nothing(number, home, supervised):
    os.kill(supervised.pid, number)
    wait_until(lambda: supervised.poll() is not None, "the supervisor did not stop")
    assert (home / "stopped").read_text() == "beat web worker "
    assert processes_about(str(home)) == []


def test_services_stop_when_the_supervisor_is_killed(home, supervised):
    os.kill(supervised.pid, signal.SIGKILL)
    wait_until(lambda: processes_about(str(home)) == [], "something was left behind")
    assert sorted((home / "stopped").read_text().split()) == ["beat", "web", "worker"]


def test_service_that_ignores_its_signal_is_killed_with_its_children(home):
    stubborn = SERVICE.replace("signal.SIGTERM, leave", "signal.SIGTERM, signal.SIG_IGN")
    supervisor = Supervisor(
        [Service("web", [sys.executable, "-c", stubborn, "web", str(home)], {}, stop_seconds=0.2)],
        NoEngines(),
        logs=home,
        cwd=home,
    )
    supervisor.start_all()
    wait_until((home / "up-web").exists, "the service did not start")
    supervisor.stop()
    wait_until(lambda: processes_about(str(home)) == [], "its child was left behind")


def test_dead_service_is_started_again_until_it_keeps_dying(home):
    dying = Service("worker", [sys.executable, "-c", "print('last words')"], {})
    supervisor = Supervisor([dying], NoEngines(), logs=home, cwd=home)
    supervisor.start_all()

    def look():
        supervisor.look()
        return False

    with pytest.raises(Stop, match=r"The worker keeps stopping; its last words:\n(last words\n?){3}"):
        wait_until(look, "the supervisor went on")
    supervisor.stop()


def test_fallen_engine_ends_the_run_with_its_reason(home):
    class Fallen:
        title, log = "PostgreSQL", home / "postgres.log"

    class Engines:
        def fallen(self):
            return [Fallen]

    Fallen.log.write_text("PANIC: could not write: No space left on device")
    with pytest.raises(Stop, match="The disk is full"):
        Supervisor([], Engines(), logs=home, cwd=home).look()
