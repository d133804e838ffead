"""./run demo from an empty data folder to the last process."""

import http.client
import os
import signal
import socket
import subprocess

import pytest

from config.demo import LOG_INS
from config.locking import DataLock
from config.paths import PYTHON, ROOT
from tests.processes import wait_until


@pytest.fixture
def port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def demo(home, port, on_own_engines, monkeypatch):
    """A demo that has said that it is ready, and what it said."""
    monkeypatch.delenv("TEND_STATIC_ROOT")
    variables = {**os.environ, "TEND_DATA_DIR": str(home)}
    command = [PYTHON, ROOT / "run", "demo", "--port", str(port)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=variables) as process:
        said = []
        for line in process.stdout:
            said.append(line)
            if "Ctrl-C" in line:
                break
        yield process, "".join(said)
        if process.poll() is None:
            process.kill()


def status(port, path):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request("GET", path)
    answer = connection.getresponse()
    connection.close()
    return answer.status


def test_demo_serves_a_healthy_tend_and_leaves_nothing_behind(demo, home, port):
    process, said = demo
    assert f"http://127.0.0.1:{port}/" in said
    assert "tend-demo" in said
    assert said.count("@tend.example") == len(LOG_INS)
    assert status(port, "/accounts/login/") == 200
    wait_until(lambda: status(port, "/healthz") == 200, "worker and beat gave no sign of life")
    process.send_signal(signal.SIGTERM)
    assert process.wait(60) == 0
    # Every process of the demo holds this lock.
    lock = DataLock("test", home)
    assert lock.try_to_take()
    lock.release()
    with pytest.raises(ConnectionRefusedError):
        status(port, "/")
