"""Logging a call in Chromium: clicks, keys and seconds from a page to saved, by each way there is.

Production settings, two web workers, an account manager's own clients. A run begins on a page that has loaded and ends
when the toast says what was saved. No hand is measured: each click and key follows as soon as the page shows what it is
for. Afterwards everything that was logged is taken back and what was planned for it is deleted, but for their audit.
"""

import datetime
import importlib
import os
import shutil
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from django.core.management.base import CommandError
from django.urls import reverse
from django.utils import timezone

from clients.models import Client
from relationships.models import FollowUp, FollowUpKind, Interaction
from relationships.services.touch_changes import take_back_interaction

from .pages import session_cookie, web_server
from .targets import clients_to_open, typical_lead

RUNS = 20
WARM_UPS = 2
REASON = "Benchmark of logging"
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-sync",
]
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
SHEET = "#sheet form[data-log-form]"
SAVE = f"{SHEET} .sheet-foot button[type=submit]"
LATEST = "#sheet .log-choices > li"


@dataclass
class Hand:
    """What a person does on the page, counted."""

    page: object
    clicks: int = 0
    keys: int = 0

    def click(self, selector):
        self.page.locator(selector).first.click()
        self.clicks += 1

    def press(self, key):
        self.page.keyboard.press(key)
        self.keys += 1

    def type(self, letters):
        for letter in letters:
            self.press(letter)

    def see(self, selector):
        self.page.locator(selector).first.wait_for()


@dataclass
class Way:
    """One way to log: from the page `path`, by what `work` does with a Hand."""

    name: str
    path: str
    work: Callable
    seconds: list = field(default_factory=list)
    clicks: int = 0
    keys: int = 0


def add_arguments(parser):
    parser.add_argument("--runs", type=int, default=RUNS, help=f"runs of each way ({RUNS})")


def run(options, write):
    """Prints the table. Needs a book with leads, see `load_book`, and Chromium with Playwright."""
    playwright, chromium = browser_of_this_machine()
    person, began = typical_lead(), timezone.now()
    ways, cookie = _ways(person), session_cookie(person)
    write(f"{options['runs']} runs of each, Chromium, 2 web workers, load {os.getloadavg()[0]:.1f}")
    write("")
    write(f"{'from … to saved':<44}{'clicks':>8}{'keys':>6}{'median s':>10}{'slowest s':>11}")
    try:
        _fill_today(person, (options["runs"] + WARM_UPS) * len(ways))
        with web_server() as port, playwright.sync_playwright() as driver:
            browser = driver.chromium.launch(executable_path=chromium, args=ARGUMENTS)
            for way in ways:
                _measure(browser, f"http://127.0.0.1:{port}", cookie, way, options["runs"])
                write(_row(way))
            browser.close()
    finally:
        _take_all_back(person, began)


def browser_of_this_machine():
    """(Playwright's module, the path of Chromium); both are for development, so neither may be there."""
    try:
        playwright = importlib.import_module("playwright.sync_api")
    except ImportError:
        raise CommandError("This needs Playwright: ./run test installs what development needs.") from None
    chromium = os.environ.get("TEND_CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
    if not chromium:
        raise CommandError("No Chromium was found; TEND_CHROMIUM may name one.")
    return playwright, chromium


def _ways(person):
    _busy, quiet = clients_to_open(person)
    client = Client.objects.get(pk=quiet)
    letters = next(word for word in client.name_fold.split() if len(word) >= 3)[:3]
    page, today, anywhere = client.get_absolute_url(), reverse("relationships:today"), reverse("clients:list")

    def three_letters(hand):
        hand.press("l")
        hand.see("#sheet [data-log-search]:focus")
        hand.type(letters)
        hand.press("Enter")
        hand.see(SHEET)
        hand.press("Enter")

    return [
        Way("client page, keys: L, Enter", page, _by_keys),
        Way("client page, mouse: Log, Save", page, lambda hand: _by_mouse(hand, "#page-action")),
        Way("Today, keys: L, Enter", today, _by_keys),
        Way("Today, mouse: Log, Save", today, lambda hand: _by_mouse(hand, "[data-queue] [data-do=l]")),
        Way("anywhere, keys: L, Ctrl+Enter (latest)", anywhere, _at_once_by_keys),
        Way("anywhere, mouse: Log, at once (latest)", anywhere, _at_once_by_mouse),
        Way("anywhere, keys: L, three letters, Enter ×2", anywhere, three_letters),
    ]


def _by_keys(hand):
    hand.press("l")
    hand.see(f"{SHEET} input:focus")
    hand.press("Enter")


def _by_mouse(hand, opener):
    hand.click(opener)
    hand.click(SAVE)


def _at_once_by_keys(hand):
    hand.press("l")
    hand.see(LATEST)
    hand.see("#sheet [data-log-search]:focus")
    hand.press("Control+Enter")


def _at_once_by_mouse(hand):
    hand.click("#rail-log")
    hand.click(f"{LATEST} .at-once button")


def _measure(browser, base, cookie, way, runs):
    name, _, value = cookie.partition("=")
    context = browser.new_context(base_url=base, viewport={"width": 1440, "height": 900})
    context.add_cookies([{"name": name, "value": value, "url": base}])
    page = context.new_page()
    for number in range(WARM_UPS + runs):
        page.goto(way.path)
        page.locator("#rail-log[data-htmx-powered]").wait_for()
        hand, began = Hand(page), time.perf_counter()
        way.work(hand)
        page.locator("#toasts .toast-success").wait_for()
        if number >= WARM_UPS:
            way.seconds.append(time.perf_counter() - began)
            way.clicks, way.keys = hand.clicks, hand.keys
    context.close()


def _row(way):
    median, slowest = statistics.median(way.seconds), max(way.seconds)
    return f"{way.name:<44}{way.clicks:>8}{way.keys:>6}{median:>10.2f}{slowest:>11.2f}"


def _fill_today(person, count):
    """Tasks that are due, so that Today has one left for every run: a log closes the one it was opened from."""
    today = timezone.localdate()
    ids = list(Client.objects.active().led_by(person.pk).values_list("pk", flat=True))
    FollowUp.objects.bulk_create(
        FollowUp(
            client_id=ids[number % len(ids)],
            assignee=person,
            kind=FollowUpKind.TASK,
            reason=f"{REASON} {number}",
            due_on=today - datetime.timedelta(days=1),
        )
        for number in range(count)
    )


def _take_all_back(person, began):
    """The newest first, so that each is taken back from where it stood."""
    logged = Interaction.objects.filter(author=person, created_at__gte=began).order_by("-pk")
    for interaction in logged:
        take_back_interaction(interaction=interaction, by=person, within=timezone.now() - began)
    FollowUp.objects.filter(assignee=person, reason__startswith=REASON).delete()
