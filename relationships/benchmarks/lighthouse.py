"""Lighthouse's scores of four pages, as a phone on a slow network and as a desk: performance, access, best practices.

Production settings, two web workers. Each page is its reader's, logged in by a cookie: headers that Lighthouse adds are
not those of a service worker. Each run begins with an empty cache; the phone is slowed down to a quarter. The median of
some runs stands in the table. Its packages
are locked in lighthouse_packages/ and installed by `./run bench lighthouse`, not with the others.
"""

import contextlib
import json
import os
import socket
import statistics
import subprocess
import tempfile
from pathlib import Path

from django.conf import settings
from django.core.management.base import CommandError
from django.urls import reverse

from accounts.models import Role, User

from .logging import ARGUMENTS, browser_of_this_machine
from .pages import session_cookie, web_server
from .targets import clients_to_open, typical_lead

CATEGORIES = {"performance": "performance", "accessibility": "access", "best-practices": "practices"}
TIMINGS = {
    "first-contentful-paint": "FCP s",
    "largest-contentful-paint": "LCP s",
    "total-blocking-time": "TBT ms",
    "cumulative-layout-shift": "CLS",
    "total-byte-weight": "kB",
}
DEVICES = {"phone": [], "desk": ["--preset=desktop"]}
PROGRAM = Path("node_modules/lighthouse/cli/index.js")


def add_arguments(parser):
    parser.add_argument("--runs", type=int, default=3, help="runs of each page on each device (3)")
    parser.add_argument("--node", default="node", help="the Node.js that runs it")
    parser.add_argument("--packages", default="", help="the folder with Lighthouse's node_modules")
    parser.add_argument("--only", default="", help="pages whose name contains this")


def run(options, write):
    """Prints the table, and below it each audit of access or best practices that was not passed."""
    program = Path(options["packages"]) / PROGRAM
    if not program.exists():
        raise CommandError("Lighthouse is not installed; `./run bench lighthouse` installs it.")
    playwright, chromium = browser_of_this_machine()
    heads = "".join(f"{head:>13}" for head in CATEGORIES.values())
    write(f"{'page':<22}{'as':<7}{heads}{''.join(f'{head:>9}' for head in TIMINGS.values())}")
    pages, failed = _pages(options["only"]), {}
    with web_server() as port, playwright.sync_playwright() as driver:
        home = f"http://127.0.0.1:{port}"
        for page, path, cookie in pages:
            with _browser_of(cookie, home, driver.chromium, chromium) as flags:
                for device, own_flags in DEVICES.items():
                    command = [options["node"], program, home + path, *flags, *own_flags]
                    reports = [_report(command) for _number in range(options["runs"])]
                    write(_row(page, device, reports))
                    failed[f"{page}, {device}"] = _failed(reports[-1])
    for where, audits in failed.items():
        if audits:
            write(f"{where}: {'; '.join(audits)}")
    write(f"load {os.getloadavg()[0]:.1f}")


def _pages(only):
    """[(its name, its path, the cookie of who looks)]; asked before Playwright's loop, in which Django asks nothing."""
    person = typical_lead()
    manager = User.objects.filter(role=Role.MANAGER).first()
    admin = User.objects.filter(role=Role.ADMIN).first()
    _busy, own = clients_to_open(person)
    pages = [
        ("/today/", reverse("relationships:today"), person),
        ("/clients/<id>/", reverse("relationships:client_page", args=[own]), person),
        ("/portfolio/", reverse("relationships:portfolio"), manager),
        ("/assignments/", reverse("relationships:assignments"), admin),
    ]
    return [(page, path, session_cookie(user)) for page, path, user in pages if only in page]


@contextlib.contextmanager
def _browser_of(cookie, home, engine, chromium):
    """A Chromium with this session's cookie, as flags for Lighthouse."""
    name, _, value = cookie.partition("=")
    with socket.socket() as probe, tempfile.TemporaryDirectory() as profile:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
        probe.close()
        arguments = [*ARGUMENTS, f"--remote-debugging-port={port}"]
        context = engine.launch_persistent_context(
            profile, executable_path=chromium, args=arguments, locale="en"
        )
        context.add_cookies([{"name": name, "value": value, "url": home}])
        yield [f"--port={port}", f"--only-categories={','.join(CATEGORIES)}", "--output=json", "--quiet"]
        context.close()


def _report(command):
    done = subprocess.run(command, capture_output=True, text=True, cwd=settings.BASE_DIR)
    if done.returncode:
        raise CommandError(f"Lighthouse failed:\n{done.stderr[-2000:]}")
    report = json.loads(done.stdout)
    if report.get("runtimeError"):
        raise CommandError(f"Lighthouse: {report['runtimeError']['message']}")
    return report


def _row(page, device, reports):
    median = statistics.median
    scores = [median(report["categories"][name]["score"] * 100 for report in reports) for name in CATEGORIES]
    timings = [median(report["audits"][name]["numericValue"] for report in reports) for name in TIMINGS]
    fcp, lcp, blocking, shift, weight = timings
    return (
        f"{page:<22}{device:<7}{''.join(f'{score:>13.0f}' for score in scores)}"
        f"{fcp / 1000:>9.1f}{lcp / 1000:>9.1f}{blocking:>9.0f}{shift:>9.3f}{weight / 1000:>9.0f}"
    )


def _failed(report):
    """Titles of audits with a weight in access or best practices that were not passed."""
    weighed = [
        entry["id"]
        for name in ("accessibility", "best-practices")
        for entry in report["categories"][name]["auditRefs"]
        if entry["weight"]
    ]
    audits = (report["audits"][name] for name in weighed)
    return [audit["title"] for audit in audits if audit["score"] is not None and audit["score"] < 1]
