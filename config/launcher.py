"""First half of `run`, on any Python 3.11: reads the command line, prepares the checkout, hands over to .venv.

Standard library only. The second half is config/commands.py.
"""

import argparse
import ipaddress
import os
import socket
import sys
import time

from config import setup
from config.console import Stop, explain_os_error, say
from config.locking import DataLock
from config.paths import PYTHON, ROOT
from config.processes import stop_on_signals

USAGE = """\
./run demo [--port N] [--host ADDRESS] [--reset]   set up what is missing and run Tend with a demo book
./run test [pytest arguments]                      set up what is missing and run the test suite
./run check                                        linters, migrations, deployment checks, import direction
./run manage COMMAND [arguments]                   one of Django's commands, on the demo's database
./run bench NAME [arguments]                       a benchmark, on the demo's database
./run faults [--short] [--only NAME …] [--scale N] kills and freezes everything reminders need; prints what was lost

DATABASE_URL and REDIS_URL, where set, replace the embedded PostgreSQL and Valkey."""
NEEDS_DEV = {"test": True, "check": True, "demo": False, "manage": False, "bench": False, "faults": True}


def demo_options(arguments):
    parser = argparse.ArgumentParser(prog="./run demo")
    parser.add_argument("--port", type=int, default=8000, help="the port of the web pages (8000)")
    parser.add_argument("--host", default="127.0.0.1", help="a loopback address (127.0.0.1)")
    parser.add_argument("--reset", action="store_true", help="drop the demo's data first")
    options = parser.parse_args(arguments)
    if options.host == "localhost":
        options.host = "127.0.0.1"  # the server takes numbers only
    return options


def check_demo_options(options):
    """Refuse, before anything slow, what cannot work. Raises Stop."""
    if not is_loopback(options.host):
        raise Stop(
            f"The demo's log-ins are known to everyone, so it only serves this computer; {options.host} is not a "
            "loopback address."
        )
    if options.reset and os.environ.get("DATABASE_URL"):
        raise Stop(
            "--reset only drops the demo's own data folder; the database of DATABASE_URL is left as it is."
        )
    if DataLock("demo").is_free():  # else the port may be that of a killed run, which is about to be free
        check_port(options.host, options.port)


def is_loopback(host):
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def check_port(host, port):
    """Raises Stop unless a server could listen there."""
    if not 1 <= port <= 65535:
        raise Stop(f"{port} is not a port: give one from 1 to 65535 with --port N.")
    family, kind, *_, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    with socket.socket(family, kind) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(address)
        except PermissionError:
            raise Stop(
                f"Port {port} needs more rights than you have: choose another with --port N."
            ) from None
        except OSError:
            raise Stop(f"Port {port} on {host} is in use: choose another with --port N.") from None


def launch(arguments):
    command, *rest = arguments or ["help"]
    if command not in NEEDS_DEV:
        say(USAGE)
        return 0 if command in ("help", "-h", "--help") else 2
    if command == "demo":
        check_demo_options(demo_options(rest))
    begun = time.monotonic()
    setup.prepare(dev=NEEDS_DEV[command])
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1", "TEND_BEGUN": str(begun)}
    return os.execve(PYTHON, [str(PYTHON), "-m", "config.commands", *arguments], environment)


def guarded(function, arguments):
    """Run one half of a command; what a user can mend becomes one sentence and exit code 1."""
    stop_on_signals()
    try:
        return function(arguments)
    except Stop as refusal:
        sentence = str(refusal)
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:  # whoever read what we say has gone, as in `./run demo | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except OSError as error:
        sentence = explain_os_error(error)
        if sentence is None:
            raise
    sys.stderr.write(f"{sentence}\n")
    return 1


def main(arguments):
    return guarded(launch, arguments)
