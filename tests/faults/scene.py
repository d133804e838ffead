"""The engines and processes that faults are done to, all of them below one folder, all gone when the harness is."""

import contextlib
import json
import os
import signal
import socket
import time
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace

import redis
from celery import current_app

from config import demo
from config.console import Stop
from config.embedded import Postgres, Valkey
from config.paths import PYTHON, ROOT
from config.processes import kill_group, spawn
from config.servers import connect_redis

START_SECONDS = 90
HOST = "127.0.0.1"
POOL = 2  # processes of a worker, as the demo starts it


def free_port():
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return probe.getsockname()[1]


def children_of(pid):
    """Pids of the processes that `pid` started itself."""
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            fields = path.read_text().rpartition(")")[2].split()
            if int(fields[1]) == pid and fields[0] != "Z":
                found.append(int(path.parent.name))
    return found


def wait_until(condition, complaint, seconds=START_SECONDS):
    """Returns as soon as `condition()` is true; raises Stop with `complaint` after `seconds`."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise Stop(f"{complaint} within {seconds} s.")
        time.sleep(0.05)


@dataclass
class Program:
    """One process of Tend, started with the demo's command. It dies with us, even by kill -9."""

    name: str
    command: list
    environment: dict
    log: Path
    death_signal: signal.Signals = signal.SIGKILL  # what it gets when we are killed
    process: object = None

    def start(self):
        with self.log.open("ab") as log:
            self.process = spawn(
                self.command,
                death_signal=self.death_signal,
                cwd=ROOT,
                env=self.environment,
                stdout=log,
                stderr=log,
            )

    def kill(self):
        """kill -9 for it and everything it started."""
        if self.process is not None:
            kill_group(self.process)
            self.process = None

    def children(self):
        return children_of(self.process.pid) if self.process else []

    def has_children(self):
        if self.process.poll() is not None:
            raise Stop(f"{self.name} ended by itself:\n{self.log.read_text(errors='replace')[-2000:]}")
        return len(self.children()) >= POOL


class Scene:
    """Engines, web, workers, beats and a mail server. A context: `with Scene(home, …) as scene`."""

    def __init__(self, home, engines, *, sweep_seconds, workers=1):
        self.home, self.sweep_seconds = home, sweep_seconds
        self.postgres, self.valkey = engines
        self.clock_file = home / "clock"
        self.mail_folder = home / "mail"
        self.mail_folder.mkdir()
        self.mail_port, self.web_port = free_port(), free_port()
        self.options = SimpleNamespace(host=HOST, port=self.web_port)
        self.environment = {"TEND_ENV": "test", "TEND_SWEEP_SECONDS": str(sweep_seconds)}
        self.environment |= {"TEND_EMAIL_URL": f"smtp://{HOST}:{self.mail_port}"}
        beat, web, worker = demo.services(self.options, {engine.variable: engine.url for engine in engines})
        self.web = self.program("web", web)
        self.workers = [self.program(f"worker{n}", worker) for n in range(1, workers + 1)]
        self.beats = [self.program(f"beat{n}", beat) for n in (1, 2)]
        for number, program in enumerate(self.beats):
            schedule = program.command.index("--schedule") + 1
            program.command[schedule] = home / f"schedule{number}"
        mail = [PYTHON, "-m", "tests.faults.mailserver", self.mail_port, self.mail_folder]
        self.mail = Program("mail", mail, {**os.environ}, home / "log" / "mail.log")

    def program(self, name, service):
        """The demo's service as a Program; its Celery is started through tests.faults.jobs, which hides nothing."""
        command = list(service.command)
        if "celery" in command:
            place = command.index("celery")
            command[place] = "tests.faults.jobs"
        environment, log = service.environment | self.environment, self.home / "log" / f"{name}.log"
        return Program(name, command, environment, log, service.death_signal)

    def programs(self):
        return [*self.beats, self.web, *self.workers, self.mail]

    def prepare(self, *, copies=1, moved_clock=False):
        """Has workers and beats publish every task `copies` times, and follow the clock of `set_clock`.

        Those that run are started anew where that is not how they run already.
        """
        wanted = {"TEND_FAULTS_COPIES": str(copies)} if copies > 1 else {}
        wanted |= {"TEND_FAULTS_CLOCK": str(self.clock_file)} if moved_clock else {}
        for program in (*self.beats, *self.workers):
            if wanted.items() <= program.environment.items():
                continue
            program.environment = program.environment | wanted
            if program.process is not None:
                program.kill()
                program.start()
        if self.web.process is not None:
            self.wait_for_workers()

    def start(self):
        self.set_clock(0)
        for program in (self.mail, *self.workers, self.web, *self.beats):
            program.start()
        wait_until(lambda: demo.answers(HOST, self.web_port), "The web did not answer")
        self.wait_for_workers()

    def wait_for_workers(self):
        """Returns when every worker has its children. Raises Stop with the last words of one that ended."""
        for worker in self.workers:
            wait_until(worker.has_children, f"{worker.name} did not start")

    def stop(self):
        for program in self.programs():
            if program.process is not None:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(program.process.pid, signal.SIGCONT)
            program.kill()
        for engine in (self.valkey, self.postgres):
            if engine.process is not None:
                with contextlib.suppress(ProcessLookupError):
                    engine.process.send_signal(signal.SIGCONT)
            engine.stop()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()

    # --- What is done to it --------------------------------------------------------------------------------------

    def set_clock(self, seconds):
        """Moves the clock of workers and beats, where they were started with one, `seconds` away from ours."""
        fresh = self.clock_file.with_suffix(".new")
        fresh.write_text(str(seconds))
        fresh.rename(self.clock_file)

    def set_mail(self, **mode):
        (self.mail_folder / "mode").write_text(json.dumps(mode))

    def publish(self, *names, times=1):
        """Puts tasks on the queue `times` over; a broker that is away takes none, as in production."""
        for name in names * times:
            with contextlib.suppress(
                OSError, redis.RedisError, current_app.connection().transport.connection_errors
            ):
                current_app.send_task(f"relationships.tasks.{name}", retry=False)

    def mail_listens(self):
        with contextlib.suppress(OSError), socket.create_connection((HOST, self.mail_port), timeout=1):
            return True
        return False

    def empty_queue(self):
        """Forgets what waits, with the messages of killed workers that would come back after ten minutes."""
        connect_redis(self.valkey.url).flushall()

    def is_idle(self):
        """Whether no task waits and none is being worked on: messages are acknowledged after the work."""
        broker = connect_redis(self.valkey.url)
        prefix = "tend:"
        return broker.llen(f"{prefix}celery") == 0 and broker.hlen(f"{prefix}unacked") == 0

    def kill_postgres(self):
        """kill -9 for the server and all its backends at once."""
        process = self.postgres.process
        for pid in [process.pid, *children_of(process.pid)]:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        process.wait()

    def start_again(self, engine):
        """Starts an engine as a supervisor would: again and again until it comes up."""
        deadline = time.monotonic() + START_SECONDS
        while True:
            try:
                return engine.start()
            except Stop:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.1)


def engines(home, *, durable):
    return Postgres(home, durable=durable), Valkey(home, durable=durable)
