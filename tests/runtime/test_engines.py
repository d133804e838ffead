import os
import shutil
import signal

import psycopg
import pytest

from config.console import Stop
from config.embedded import Account, Engines, Postgres, Valkey, socket_folder
from config.locking import DataLock
from config.servers import connect_redis
from tests.processes import wait_until
from tests.runtime.conftest import processes_about

START_AND_WAIT = """
import sys, time
from pathlib import Path
from config.embedded import Engines
from config.locking import DataLock
from config.servers import connect_redis

home = Path(sys.argv[1])
with DataLock("demo", home).take() as lock, Engines(home, durable=False, keep_fds=(lock.fd,)) as engines:
    print("ready", flush=True)
    time.sleep(60)
"""


@pytest.mark.usefixtures("on_own_engines")
def test_engines_keep_their_data_and_open_no_port(home):
    with Engines(home) as engines:
        with psycopg.connect(engines.urls["DATABASE_URL"]) as connection:
            connection.execute("CREATE TABLE kept AS SELECT 'đã giữ' AS words")
            assert connection.execute("SHOW listen_addresses").fetchone() == ("",)
            assert connection.execute("SHOW fsync").fetchone() == ("on",)
        broker = connect_redis(engines.urls["REDIS_URL"])
        broker.set("kept", "yes")
        assert broker.config_get("port") == {"port": "0"}
        assert broker.config_get("maxmemory-policy") == {"maxmemory-policy": "noeviction"}
    assert processes_about(str(home)) == []
    with Engines(home) as engines:
        with psycopg.connect(engines.urls["DATABASE_URL"]) as connection:
            assert connection.execute("SELECT words FROM kept").fetchone() == ("đã giữ",)
        assert connect_redis(engines.urls["REDIS_URL"]).get("kept") == b"yes"


def test_engines_go_with_a_killed_starter_and_free_the_lock(home, start_python):
    starter = start_python(START_AND_WAIT, home)
    assert starter.stdout.readline() == "ready\n"
    assert len(processes_about(str(home))) >= 3
    os.kill(starter.pid, signal.SIGKILL)
    # Dead, but not reaped: the next run must wait for its engines, not believe that it still runs.
    os.waitid(os.P_PID, starter.pid, os.WEXITED | os.WNOWAIT)
    with DataLock("demo", home).take():
        assert [pid for pid in processes_about(str(home)) if pid != starter.pid] == []


def test_engines_stop_when_the_starter_is_asked_to(home, start_python):
    starter = start_python(
        "from config.processes import stop_on_signals\nstop_on_signals()\n" + START_AND_WAIT, home
    )
    assert starter.stdout.readline() == "ready\n"
    starter.terminate()
    wait_until(lambda: starter.poll() is not None, "the starter did not stop")
    assert processes_about(str(home)) == []


@pytest.mark.usefixtures("on_own_engines")
def test_postgres_of_another_version_is_named_in_one_sentence(home):
    engine = Postgres(home, durable=False)
    engine.start()
    engine.stop()
    (home / "postgres" / "PG_VERSION").write_text("14\n")
    with pytest.raises(Stop, match=r"made by PostgreSQL 14, another version.*--reset"):
        engine.start()


@pytest.mark.usefixtures("on_own_engines")
def test_engine_that_cannot_start_says_its_last_words(home):
    engine = Postgres(home, durable=False)
    engine.start()
    engine.stop()
    shutil.rmtree(home / "postgres" / "global")
    with pytest.raises(Stop, match=r"(?s)PostgreSQL did not start:\n.*global"):
        engine.start()
    assert processes_about(str(home)) == []


def test_only_the_engines_without_an_address_are_started(home, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql://tend@db.example/tend")
    monkeypatch.delenv("REDIS_URL", raising=False)
    engines = Engines(home)
    assert [type(engine) for engine in engines.engines] == [Valkey]
    assert engines.urls["DATABASE_URL"] == "postgresql://tend@db.example/tend"


def test_sockets_move_to_a_short_private_folder_where_the_path_is_long(tmp_path):
    assert socket_folder(tmp_path / "a") == tmp_path / "a" / "run"
    long = tmp_path / ("a" * 100)
    short = socket_folder(long)
    assert len(str(short / ".s.PGSQL.5432")) <= 100
    assert short == socket_folder(long) != socket_folder(tmp_path / ("b" * 100))


def test_socket_folder_laid_by_a_stranger_is_refused(tmp_path):
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "run").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(Stop, match="belongs to another user"):
        Account(tmp_path).folder(tmp_path / "run")
