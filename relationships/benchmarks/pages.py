"""Page times: queries, median and p95 server time, SQL time and HTML bytes of every main page.

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
from dataclasses import dataclass

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.core.management.base import CommandError
from django.db.models import Count, Q
from django.urls import reverse

from accounts.models import Role, User
from clients.models import Client
from relationships.models import Interaction

TIMING = re.compile(r"(\w+);dur=([\d.]+)")
WARM_UPS = 20


@dataclass
class Target:
    page: str
    path: str
    user: User


def add_arguments(parser):
    parser.add_argument("--requests", type=int, default=200, help="requests for each page (200)")


def run(options, write):
    """Prints the table. Needs a book with leads, see `load_book`."""
    targets = list(_targets())
    write(f"{Client.objects.count():,} clients, {Interaction.objects.count():,} interactions; 2 web workers")
    write("")
    write(f"{'page':<34}{'as':<10}{'queries':>8}{'median ms':>11}{'p95 ms':>9}{'SQL ms':>9}{'HTML kB':>9}")
    with _server() as port:
        for target in targets:
            write(_row(target, _measure(port, target, options["requests"])))


def _targets():
    person = _typical_lead()
    senior = User.objects.filter(teams_led__isnull=False).first() or person
    manager = User.objects.filter(role=Role.MANAGER).first()
    admin = User.objects.filter(role=Role.ADMIN).first()
    if not (manager and admin):
        raise CommandError("The book has no manager or no admin; make one with `./run manage load_book`.")
    busy, quiet = _clients_to_open(person)
    yield Target("empty view (the floor)", "/bench/empty/", person)
    yield Target("/today/", reverse("relationships:today"), person)
    yield Target("/clients/ (own book)", reverse("clients:list"), person)
    yield Target("/clients/ (every client)", reverse("clients:list"), admin)
    yield Target("/clients/?q= (search)", reverse("clients:list") + "?q=cong", admin)
    yield Target("/clients/<id>/ (typical)", reverse("relationships:client_page", args=[quiet]), person)
    yield Target("/clients/<id>/ (most touches)", reverse("relationships:client_page", args=[busy]), admin)
    yield Target("/portfolio/ (team)", reverse("relationships:portfolio"), senior)
    yield Target("/portfolio/ (region)", reverse("relationships:portfolio"), manager)
    yield Target("/portfolio/ (all)", reverse("relationships:portfolio"), admin)
    yield Target("/assignments/", reverse("relationships:assignments"), admin)


def _typical_lead():
    leads = User.objects.account_managers().annotate(
        load=Count("assignments", filter=Q(assignments__ended_at=None, assignments__role="lead"))
    )
    person = (
        leads.filter(load__gte=1, tier__code="am").order_by("-load", "id").first()
        or leads.order_by("-load").first()
    )
    if person is None:
        raise CommandError(
            "The book has no account manager with clients; make one with `./run manage load_book`."
        )
    return person


def _clients_to_open(person):
    """The client with the most touches of all, and the middle one of this person's book."""
    busy = (
        Interaction.objects.values("client")
        .annotate(n=Count("id"))
        .order_by("-n")
        .values_list("client", flat=True)
        .first()
    )
    own = list(
        Client.objects.changeable_by(person)
        .order_by("-last_interaction_at", "id")
        .values_list("pk", flat=True)
    )
    return busy or own[0], own[len(own) // 2]


@contextlib.contextmanager
def _server():
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


def _session_cookie(user):
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
    headers = {"Cookie": _session_cookie(target.user), "Accept-Language": "en"}
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
