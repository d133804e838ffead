"""Page times: queries, median and p95 server time, SQL time and compressed bytes of every main page.

Starts the web server with production settings and two workers on a free port, asks for each page as a user
whose page it is, and reads what the server says of itself (Server-Timing). An empty view on the same server,
with the same log-in and middleware, is the floor.
"""

import contextlib
import http.client
import os
import re
import socket
import statistics
import subprocess
import sys
import time

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.core.management.base import CommandError

from clients.models import Client, Contract, Invoice, Issue
from relationships.models import Interaction

from .targets import ready, targets

TIMING = re.compile(r"(\w+);dur=([\d.]+)")
WARM_UPS = 20


def add_arguments(parser):
    parser.add_argument("--requests", type=int, default=200, help="requests for each page (200)")
    parser.add_argument("--only", default="", help="pages whose name contains this")


def run(options, write):
    """Prints the table. Needs a book with leads, see `load_book`."""
    pages = [target for target in targets() if options["only"] in target.page]
    kinds = (Client, Interaction, Invoice, Contract, Issue)
    sizes = (f"{model.objects.count():,} {model._meta.verbose_name_plural}" for model in kinds)
    write(f"{', '.join(sizes)}; 2 web workers")
    write("")
    write(f"{'page':<34}{'as':<10}{'queries':>8}{'median ms':>11}{'p95 ms':>9}{'SQL ms':>9}{'sent kB':>9}")
    with web_server() as port:
        for target in pages:
            with ready(target):
                write(_row(target, _measure(port, target, options["requests"])))


@contextlib.contextmanager
def web_server():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [
        sys.executable,
        "-m",
        "granian",
        "--interface",
        "wsgi",
        "--host",
        "127.0.0.1",
        "--port",
        str(port),
    ]
    command += [
        "--workers",
        "2",
        "--blocking-threads",
        "4",
        "--no-ws",
        "--log-level",
        "error",
        "config.wsgi:application",
    ]
    environment = os.environ | {
        "TEND_ENV": "production",
        "TEND_SECRET_KEY": settings.SECRET_KEY,
        "TEND_ALLOWED_HOSTS": "127.0.0.1",
        "TEND_SSL_REDIRECT": "0",
        "TEND_TIMING": "1",
        "TEND_DB_POOL": "1",
    }
    process = subprocess.Popen(command, env=environment, cwd=settings.BASE_DIR)
    try:
        _wait_until_up(port, process)
        yield port
    finally:
        process.terminate()
        process.wait(20)


def _wait_until_up(port, process):
    for _ in range(200):
        if process.poll() is not None:
            raise CommandError("The web server did not start; its message stands above.")
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.1)
    raise CommandError("The web server did not answer within 20 s.")


def session_cookie(user):
    """A log-in without the form: the benchmark needs no passwords."""
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.set_expiry(3600)
    session.save()
    return f"{settings.SESSION_COOKIE_NAME}={session.session_key}"


def _measure(port, target, requests):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    headers = {"Cookie": session_cookie(target.user), "Accept-Language": "en", "Accept-Encoding": "gzip"}
    if target.fragment:
        headers |= {"HX-Request": "true", "HX-Request-Type": "partial"}
    samples = []
    for number in range(WARM_UPS + requests):
        connection.request("GET", target.path, headers=headers)
        response = connection.getresponse()
        body = response.read()
        if response.status != 200:
            raise CommandError(f"{target.path} answered {response.status} to {target.user.email}.")
        if number >= WARM_UPS:
            timing = {name: float(value) for name, value in TIMING.findall(response.headers["Server-Timing"])}
            samples.append((timing["app"], timing["db"], int(timing["queries"]), len(body)))
    connection.close()
    return samples


def _row(target, samples):
    app, db, queries, size = zip(*samples, strict=True)
    p95 = statistics.quantiles(app, n=20)[-1]
    return (
        f"{target.page:<34}{target.user.tier.name if target.user.tier else target.user.role:<10}{max(queries):>8}"
        f"{statistics.median(app):>11.1f}{p95:>9.1f}{statistics.median(db):>9.1f}{max(size) / 1000:>9.1f}"
    )
