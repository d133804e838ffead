"""What a browser fetches: requests and compressed bytes of a first visit and of later pages, and what moved meanwhile.

Production settings, two web workers, Chromium with an empty cache for each person, at a desk's and a phone's width.
"""

import os

from django.urls import reverse

from .logging import ARGUMENTS, browser_of_this_machine
from .pages import session_cookie, web_server
from .targets import clients_to_open, typical_lead

WIDTHS = {"desk": {"width": 1440, "height": 900}, "phone": {"width": 390, "height": 844}}
SETTLED_MS = 1_000  # panels that load by themselves have come by then
# The sum of Chromium's layout shifts that followed no input.
SHIFTS = """() => new Promise((done) => {
  let sum = 0;
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) sum += entry.hadRecentInput ? 0 : entry.value;
  }).observe({ type: "layout-shift", buffered: true });
  setTimeout(() => done(sum), 200);
})"""


def add_arguments(parser):
    del parser  # none


def run(options, write):
    """Prints the table. Needs a book with leads, see `load_book`, and Chromium with Playwright."""
    del options
    playwright, chromium = browser_of_this_machine()
    person = typical_lead()
    cookie, visits = session_cookie(person), list(_visits(person))  # Django asks nothing in Playwright's loop
    write(f"{'page':<34}{'at':<7}{'requests':>9}{'HTML kB':>9}{'all kB':>8}{'shift':>8}")
    with web_server() as port, playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        for width, viewport in WIDTHS.items():
            context = browser.new_context(
                base_url=f"http://127.0.0.1:{port}",
                viewport=viewport,
                locale="en",
                service_workers="block",  # what passes through one is not counted
            )
            name, _, value = cookie.partition("=")
            context.add_cookies([{"name": name, "value": value, "url": f"http://127.0.0.1:{port}"}])
            page = context.new_page()
            fetched = _watch(context.new_cdp_session(page))
            for title, path in visits:
                fetched.clear()
                page.goto(path)
                page.wait_for_load_state("load")
                page.wait_for_timeout(SETTLED_MS)
                write(_row(title, width, fetched, page.evaluate(SHIFTS)))
            context.close()
        browser.close()
    write(f"load {os.getloadavg()[0]:.1f}")


def _visits(person):
    _busy, own = clients_to_open(person)
    today, clients = reverse("relationships:today"), reverse("clients:list")
    yield "/today/, first visit", today
    yield "/today/ again", today
    yield "/clients/", clients
    yield "/clients/<id>/", reverse("relationships:client_page", args=[own])
    yield "/calendar/", reverse("relationships:calendar")
    yield "/portfolio/", reverse("relationships:portfolio")


def _watch(devtools):
    """{request: [type, bytes that came over the wire]} of the page, filled as it loads; the cache sends none."""
    fetched = {}

    def begun(event):
        if event["request"]["url"].startswith("http"):
            fetched[event["requestId"]] = [event.get("type"), 0]

    def ended(event):
        if event["requestId"] in fetched:
            fetched[event["requestId"]][1] = event["encodedDataLength"]

    devtools.on("Network.requestWillBeSent", begun)
    devtools.on("Network.loadingFinished", ended)
    devtools.send("Network.enable")
    return fetched


def _row(title, width, fetched, shift):
    sent = [row for row in fetched.values() if row[1]]
    html = sum(size for kind, size in sent if kind == "Document")
    return (
        f"{title:<34}{width:<7}{len(sent):>9}{html / 1000:>9.1f}{sum(size for _kind, size in sent) / 1000:>8.1f}"
        f"{shift:>8.3f}"
    )
