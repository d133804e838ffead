"""The sentences of `run`: what a user reads when something is missing, taken or full."""

import os
import socket
import subprocess
import sys

import pytest

from config import chromium, console, environment, launcher, prepare, setup, translations
from config.console import Stop
from config.locking import DataLock
from config.paths import PYTHON, ROOT
from config.servers import check_servers


@pytest.fixture
def run(tmp_path):
    """`run(*arguments)` calls ./run with a data folder of its own, so that a demo may run beside the tests."""

    def call(*arguments, **variables):
        command = [PYTHON, ROOT / "run", *arguments]
        environment = {**os.environ, "TEND_DATA_DIR": str(tmp_path), **variables}
        return subprocess.run(command, capture_output=True, text=True, env=environment)

    return call


@pytest.fixture
def refusal(run):
    """`refusal(*arguments)` is the one sentence on stderr of a `run` that refuses."""

    def call(*arguments, **variables):
        answer = run(*arguments, **variables)
        assert answer.returncode == 1
        assert answer.stderr.count("\n") == 1
        return answer.stderr

    return call


def test_help_lists_the_commands(run):
    answer = run("--help")
    assert answer.returncode == 0
    assert [line.split()[1] for line in answer.stdout.splitlines() if line.startswith("./run")] == [
        "demo",
        "test",
        "check",
        "manage",
        "bench",
        "faults",
    ]
    assert run("unknown").returncode == 2


def test_run_under_an_old_python_is_refused_in_one_sentence():
    code = "import runpy, sys; sys.version_info = (3, 9, 2); runpy.run_path(sys.argv[1], run_name='__main__')"
    answer = subprocess.run([sys.executable, "-c", code, ROOT / "run"], capture_output=True, text=True)
    assert answer.returncode == 1
    assert answer.stderr == "Tend needs Python 3.11 or newer; this is Python 3.9.\n"


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.1", "::", "tend.example"])
def test_demo_refuses_to_serve_other_computers(host, refusal):
    assert "not a loopback address" in refusal("demo", "--host", host)


def test_demo_refuses_a_busy_port(refusal):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert f"Port {port} on 127.0.0.1 is in use" in refusal("demo", "--port", str(port))


def test_demo_refuses_to_start_twice(refusal, tmp_path):
    with DataLock("demo", tmp_path).take():
        assert "Tend is already in use here by ./run demo" in refusal("demo", "--port", "1")


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.0.0.2", "::1"])
def test_demo_takes_each_spelling_of_this_computer(host):
    assert launcher.is_loopback(launcher.demo_options(["--host", host]).host)


@pytest.mark.parametrize("port", ["0", "65536", "-1"])
def test_demo_refuses_what_is_no_port(port, refusal):
    assert "is not a port" in refusal("demo", f"--port={port}")


def test_demo_does_not_reset_a_database_of_someone_else(refusal):
    assert "is left as it is" in refusal("demo", "--reset", DATABASE_URL="postgresql://db.example/tend")


@pytest.mark.parametrize(
    "output, sentence",
    [
        ("OSError: [Errno 28] No space left on device", console.FULL_DISK),
        ("npm error code ENOSPC", console.FULL_DISK),
        ("Temporary failure in name resolution", console.NO_NETWORK),
        ("error: Request failed: dns error: failed to lookup address information", console.NO_NETWORK),
        ("npm error code EAI_AGAIN", console.NO_NETWORK),
    ],
)
def test_failed_installation_is_explained_in_one_sentence(output, sentence):
    with pytest.raises(Stop) as stopped:
        setup.install("Installing", ["sh", "-c", 'echo "$0" >&2; exit 3', output])
    assert str(stopped.value) == sentence


def test_failed_installation_of_unknown_reason_shows_its_last_lines():
    with pytest.raises(Stop, match="Installing failed:\nsomething odd"):
        setup.install("Installing", ["sh", "-c", "echo something odd; exit 3"])


def test_missing_venv_module_is_explained(monkeypatch):
    monkeypatch.setattr(setup, "runs", lambda *command: False)
    monkeypatch.setattr(setup.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(Stop, match=r"venv module is missing: install it .*python3-venv"):
        setup.ensure_environment()


@pytest.mark.parametrize(
    "name, url, sentence",
    [
        (
            "DATABASE_URL",
            "postgresql://tend@127.0.0.1:1/tend",
            "The PostgreSQL of DATABASE_URL does not answer",
        ),
        ("REDIS_URL", "redis://127.0.0.1:1/0", "The Redis of REDIS_URL does not answer"),
        (
            "REDIS_URL",
            "redis+socket:///nowhere/valkey.sock?virtual_host=0",
            "The Redis of REDIS_URL does not answer",
        ),
    ],
)
def test_server_that_does_not_answer_is_named(monkeypatch, name, url, sentence):
    monkeypatch.setenv(name, url)
    with pytest.raises(Stop, match=sentence) as stopped:
        check_servers(database_exists=False)
    assert "\n" not in str(stopped.value)


def test_chromium_is_installed_or_refused_on_ci_only(monkeypatch, capsys):
    monkeypatch.setattr(chromium, "find_chromium", lambda: None)
    monkeypatch.setattr(chromium.shutil, "which", lambda name: None)
    monkeypatch.setenv("CI", "")
    chromium.ensure_chromium()
    assert "browser tests are left out" in capsys.readouterr().out
    monkeypatch.setenv("CI", "true")
    with pytest.raises(Stop, match="CI needs a Chromium"):
        chromium.ensure_chromium()


def test_full_disk_while_writing_is_explained(capsys):
    def fail(_arguments):
        raise OSError(28, "No space left on device")

    assert launcher.guarded(fail, []) == 1
    assert capsys.readouterr().err == console.FULL_DISK + "\n"


def test_packages_are_synced_once_and_never_taken_away_again(monkeypatch, tmp_path):
    installed = []
    monkeypatch.setattr(setup, "PACKAGES_STAMP", tmp_path / "stamp")
    monkeypatch.setattr(setup, "install", lambda title, command: installed.append(command[-1].name))
    for dev in (False, False, True, False, True):
        setup.ensure_packages(dev=dev)
    assert installed == ["requirements.lock", "requirements-dev.lock"]


def test_front_end_comes_with_a_wheel_where_the_machine_has_no_node(monkeypatch, tmp_path):
    installed = []
    monkeypatch.setattr(setup, "FRONT_END_STAMP", tmp_path / "stamp")
    monkeypatch.setattr(setup, "npm_is_usable", lambda: False)
    monkeypatch.setattr(setup, "install", lambda title, command: installed.append(title))
    setup.ensure_front_end()
    setup.ensure_front_end()
    assert installed == ["Installing Node.js", "Installing front-end packages"]


def test_data_folder_serves_one_command_at_a_time(tmp_path):
    first, second = DataLock("demo", tmp_path), DataLock("manage", tmp_path)
    with first.take():
        with pytest.raises(Stop, match=rf"already in use here by ./run demo \(process {os.getpid()}\)"):
            second.take()
        first.publish({"DATABASE_URL": "postgresql://here/tend"})
        assert second.take_or_join() == {"DATABASE_URL": "postgresql://here/tend"}
    assert second.take_or_join() is None
    second.release()


def test_demo_environment_has_a_lasting_secret_and_no_stray_postgres_settings(monkeypatch, tmp_path):
    monkeypatch.setattr(environment, "DATA", tmp_path / "data")
    monkeypatch.setenv("PGPORT", "5433")
    monkeypatch.setenv("TEND_CURRENCY", "EUR")
    monkeypatch.delenv("DATABASE_URL")
    monkeypatch.delenv("TEND_ENV")
    urls = {"DATABASE_URL": "postgresql://tend@/tend", "REDIS_URL": "unix://somewhere"}
    first, second = environment.demo(urls), environment.demo(urls)
    assert first["TEND_SECRET_KEY"] == second["TEND_SECRET_KEY"]
    assert len(first["TEND_SECRET_KEY"]) >= 50
    assert (tmp_path / "data" / "secret_key").stat().st_mode & 0o777 == 0o600
    assert "PGPORT" not in first
    assert (first["TEND_ENV"], first["TEND_CURRENCY"]) == ("demo", "EUR")


def test_translations_are_compiled_when_they_changed(monkeypatch, tmp_path):
    source = tmp_path / "locale" / "vi" / "LC_MESSAGES" / "django.po"
    source.parent.mkdir(parents=True)
    source.write_text(
        'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\nmsgid "Save"\nmsgstr "Lưu"\n'
    )
    monkeypatch.setattr(translations, "ROOT", tmp_path)
    translations.compile_translations()
    target = source.with_suffix(".mo")
    assert "Lưu".encode() in target.read_bytes()
    os.utime(target, ns=(1, 1))
    translations.compile_translations()
    compiled = target.stat().st_mtime_ns
    assert compiled > 1
    translations.compile_translations()
    assert target.stat().st_mtime_ns == compiled
    assert [path.name for path in source.parent.iterdir() if path.suffix not in (".po", ".mo")] == []


def test_static_files_are_collected_when_they_changed(monkeypatch, settings, tmp_path):
    calls = []
    settings.STATIC_ROOT = tmp_path
    monkeypatch.setattr(prepare, "call_command", lambda name, **options: calls.append(name))
    prepare.collect_static()
    prepare.collect_static()
    assert calls == ["collectstatic"]
    monkeypatch.setattr(prepare, "static_fingerprint", lambda: "another")
    prepare.collect_static()
    assert calls == ["collectstatic", "collectstatic"]
