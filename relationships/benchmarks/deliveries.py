"""Reminders: 10,000 of as many readers planned and sent to a local SMTP server, beside as many minimal mails.

The worst case: nobody's mail holds more than one. The readers are made up for it and gone afterwards; the mail server
is aiosmtpd in a process of its own, so everything together has the cores of this machine. Refused on a real book.
"""

import contextlib
import os
import socket
import subprocess
import sys
import time
from datetime import time as clock
from datetime import timedelta

from django.core.management.base import CommandError
from django.db import connection
from django.utils import timezone

from accounts import working_time
from accounts.models import Role, Tier, User
from clients.models import Assignment, AssignmentRole, Client
from relationships.benchmarks.scoring import refuse_real_books
from relationships.bigbook.clients import SOURCE
from relationships.followups import planning
from relationships.models import Delivery, DeliveryStatus, FollowUp, ReminderSettings

ADDRESS = "bench-{}@tend.invalid"
MIDNIGHT = clock(0)
BATCH = 2_000


def add_arguments(parser):
    parser.add_argument("--readers", type=int, default=10_000, help="people with a mail each (10,000)")
    parser.add_argument("--workers", type=int, default=2, help="processes that send (2)")


def run(options, write):
    """Prints the table. The book is as before afterwards, apart from its audit of what was made and deleted."""
    refuse_real_books()
    readers, workers = options["readers"], options["workers"]
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
    write(f"{readers:,} readers with one follow-up each, {workers} workers, load {os.getloadavg()[0]:.1f}")
    write(f"{'':<44}{'seconds':>9}{'mails/s':>9}{'CPU s':>8}")
    try:
        _make(readers)
        with _mail_server() as port:
            seconds, cpu = _by_processes(1, port, (readers, "127.0.0.1", port))
            _line(write, "minimal mails, one connection (the floor)", seconds, readers, cpu)
            planned = _timed(planning.plan_deliveries)
            _line(write, "planning", planned, readers, 0)
            Delivery.objects.update(send_at=timezone.now())
            seconds, cpu = _by_processes(workers, port, ())
            _line(write, "sending", seconds, readers, cpu)
            _line(write, "planned and sent", planned + seconds, readers, cpu)
            write(f"planning again, nothing new: {_timed(planning.plan_deliveries):.2f} s")
        sent = Delivery.objects.filter(channel="digest", status=DeliveryStatus.SENT).count()
        if sent != readers:
            raise CommandError(f"{sent} of {readers} mails were sent.")
    finally:
        _remove()


def _line(write, name, seconds, count, cpu):
    write(f"{name:<44}{seconds:>9.1f}{count / seconds:>9,.0f}{cpu:>8.1f}")


def _timed(work):
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def _make(count):
    """Readers whose working day it is, who are never quiet, each with a client and a follow-up due yesterday."""
    today = timezone.localdate()
    countries = sorted(working_time.known_countries(), key=lambda code: code != working_time.COUNTRY)
    country = next(code for code in countries if working_time.is_working_day(today, code))
    tier, _made = Tier.objects.get_or_create(
        code="am", defaults={"name": "AM", "capacity_min": 0, "capacity_max": 20, "allowed_segments": []}
    )
    common = {"role": Role.ACCOUNT_MANAGER, "tier": tier, "calendar": country, "password": "!"}
    users = [
        User(email=ADDRESS.format(n), name=f"Reader {n}", language="vi" if n % 2 else "en", **common)
        for n in range(count)
    ]
    users = User.objects.bulk_create(users, BATCH)
    quiet = {"quiet_from": MIDNIGHT, "quiet_until": MIDNIGHT}
    ReminderSettings.objects.bulk_create((ReminderSettings(user=user, **quiet) for user in users), BATCH)
    clients = [Client(name=f"Công ty {n}", source=SOURCE, source_ref=f"bench-{n}") for n in range(count)]
    clients = Client.objects.bulk_create(clients, BATCH)
    pairs = list(zip(users, clients, strict=True))
    since = timezone.now() - timedelta(days=100)
    lead = {"role": AssignmentRole.LEAD, "started_at": since, "reason": "bench"}
    Assignment.objects.bulk_create(
        (Assignment(user=user, client=client, **lead) for user, client in pairs), BATCH
    )
    due = {"due_on": today - timedelta(days=1), "rule": "cadence"}
    due["facts"] = {"cadence_days": 30, "last_reached_on": (today - timedelta(days=31)).isoformat()}
    FollowUp.objects.bulk_create(
        (FollowUp(assignee=user, client=client, **due) for user, client in pairs), BATCH
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _remove():
    users = User.objects.filter(email__startswith="bench-", email__endswith="@tend.invalid")
    FollowUp.objects.filter(assignee__in=users).delete()
    Assignment.objects.filter(user__in=users).delete()
    Client.objects.filter(source=SOURCE, source_ref__startswith="bench-").delete()
    users.delete()


@contextlib.contextmanager
def _mail_server():
    """The port of aiosmtpd in a process of its own, which takes every mail and keeps none."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = ["-m", "aiosmtpd", "-n", "-c", "aiosmtpd.handlers.Sink", "-l", f"127.0.0.1:{port}"]
    server = subprocess.Popen([sys.executable, *command])
    try:
        for _attempt in range(100):
            with contextlib.suppress(ConnectionRefusedError), socket.create_connection(("127.0.0.1", port)):
                break
            time.sleep(0.1)
        yield port
    finally:
        server.kill()
        server.wait()


def _by_processes(count, port, arguments):
    """(seconds from a common start to the last one's end, processor seconds of all)."""
    code = f"from relationships.benchmarks import sender; sender.main(*{arguments!r})"
    command = [sys.executable, "-c", f"import django; django.setup(); {code}"]
    environment = os.environ | {
        "TEND_EMAIL_URL": f"smtp://127.0.0.1:{port}"
    }  # with DJANGO_SETTINGS_MODULE of manage.py
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    processes = [subprocess.Popen(command, env=environment, **pipes) for _number in range(count)]
    for process in processes:
        if process.stdout.readline() != "ready\n":
            raise CommandError("A process did not start.")
    started = time.perf_counter()
    for process in processes:
        process.stdin.write("go\n")
        process.stdin.flush()
    usages = [process.stdout.readline().split() for process in processes]
    seconds = time.perf_counter() - started
    if any(process.wait() for process in processes):
        raise CommandError("A process failed.")
    return seconds, sum(float(cpu) for _seconds, cpu in usages)
