"""Keeps the processes of the demo running, and stops them in order: beat, web, worker; the engines come after.

A process that dies is started again; one that keeps dying ends the run with its last words. Nothing survives us:
see config/processes.py for kill -9.
"""

import signal
import time
from collections import deque
from dataclasses import dataclass, field

from config.console import Stop, explain, say
from config.processes import spawn, stop

TOO_MANY_DEATHS, DEATHS_WITHIN_SECONDS = 3, 60
POLL_SECONDS = 0.2


@dataclass
class Service:
    """One program to keep running. Services stop in the order in which the supervisor was given them."""

    name: str
    command: list
    environment: dict
    stop_signal: signal.Signals = signal.SIGTERM
    stop_seconds: float = 10
    death_signal: signal.Signals = signal.SIGTERM  # what it gets when we are killed and cannot stop it
    process: object = None
    deaths: deque = field(default_factory=lambda: deque(maxlen=TOO_MANY_DEATHS))


class Supervisor:
    def __init__(self, services, engines, *, logs, cwd, keep_fds=()):
        self.services, self.engines = services, engines
        self.logs, self.cwd, self.keep_fds = logs, cwd, keep_fds

    def start_all(self):
        for service in reversed(self.services):
            self.start(service)

    def log(self, service):
        return self.logs / f"{service.name}.log"

    def start(self, service):
        mode = "ab" if service.deaths else "wb"
        with self.log(service).open(mode) as log:
            service.process = spawn(
                service.command,
                death_signal=service.death_signal,
                cwd=self.cwd,
                env=service.environment,
                stdout=log,
                stderr=log,
                pass_fds=self.keep_fds,
            )

    def stop(self):
        for service in self.services:
            if service.process is not None:
                stop(service.process, stop_signal=service.stop_signal, seconds=service.stop_seconds)
                service.process = None

    def watch(self):
        """Look after everything until a signal unwinds us. Raises Stop when it cannot be kept running."""
        while True:
            self.look()
            time.sleep(POLL_SECONDS)

    def look(self):
        """Start again what has died. Raises Stop for an engine, and for a service that keeps dying."""
        for engine in self.engines.fallen():
            raise Stop(
                explain(tail(engine.log))
                or f"{engine.title} has stopped; its last words:\n{tail(engine.log)}"
            )
        for service in self.services:
            if service.process.poll() is not None:
                self.restart(service)

    def restart(self, service):
        stop(service.process)  # its own children, if it left any
        service.deaths.append(time.monotonic())
        lately = len(service.deaths) == TOO_MANY_DEATHS
        if lately and service.deaths[-1] - service.deaths[0] < DEATHS_WITHIN_SECONDS:
            words = tail(self.log(service))
            raise Stop(explain(words) or f"The {service.name} keeps stopping; its last words:\n{words}")
        say(f"  The {service.name} stopped and is started again (see {self.log(service)}).")
        self.start(service)


def tail(path, lines=12):
    return "\n".join(path.read_text(errors="replace").strip().splitlines()[-lines:])
