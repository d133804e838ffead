"""A real browser on a real server. The `worker` fixture beside it is tests.conftest's."""

import pytest
from django.db import connections
from playwright.sync_api import sync_playwright

from accounts.models import User
from config.chromium import find_chromium
from tests import factories as make
from tests.browser.cable import Cable
from tests.browser.offline import has_kept

CHROMIUM_ARGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
# A page whose htmx has begun: a key pressed a moment earlier opens as a page what else opens over it.
WORKING = "html:has([data-htmx-powered]), html:not(:has([hx-get]))"
PHONE, DESK = {"width": 390, "height": 844}, {"width": 1440, "height": 900}


@pytest.fixture(scope="session")
def chromium():
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=CHROMIUM_ARGS)
        yield browser
        connections.close_all()  # the ones that Django opened beside the browser's event loop
        browser.close()


@pytest.fixture
def open_page(chromium, live_server, as_user):
    """`open_page(user, path)` is a page of who has logged in; script errors fail the test at its end. `through` is
    another address of the server, such as a Cable's; only with it the service worker works."""
    contexts, errors = [], []

    def open_as(user, path="/", *, viewport=DESK, through=None):
        url, workers = (through, "allow") if through else (live_server.url, "block")
        context = chromium.new_context(
            base_url=url, viewport=viewport, locale=user.language, service_workers=workers
        )
        contexts.append(context)
        context.add_cookies(cookies_of(as_user(user), url))
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("console", lambda message: _note_policy_breach(message, errors))
        page.goto(path)
        page.locator(WORKING).first.wait_for(state="attached")
        return page

    yield open_as
    for context in contexts:
        context.close()
    assert errors == []


@pytest.fixture
def visit(chromium, live_server, as_user):
    """`visit(user, language)`: one page for each, to go wherever it is looked at; nothing in it moves."""
    pages = {}

    def page_of(user, language="en", *, viewport=DESK):
        key = (user and user.pk, language)
        if user:
            User.objects.filter(pk=user.pk).update(language=language)
        if key not in pages:
            context = chromium.new_context(
                base_url=live_server.url,
                viewport=viewport,
                locale=language,
                reduced_motion="reduce",
                service_workers="block",
            )
            context.add_cookies(cookies_of(as_user(user), live_server.url))
            pages[key] = context.new_page()
        return pages[key]

    yield page_of
    for page in pages.values():
        page.context.close()


@pytest.fixture
def cable(live_server):
    cable = Cable(live_server.url)
    yield cable
    cable.cut()


@pytest.fixture
def due(book):
    """Something to do for Alpha, whom Lan has met."""
    trâm = make.contact(book.alpha, "Đặng Thuỳ Trâm", role="decision_maker")
    make.interaction(book.alpha, days_ago=9, author=book.lan, contacts=[trâm])
    make.follow_up(book.alpha, book.lan, kind="call", reason="Call back", due_in=-1)
    return book


@pytest.fixture
def open_kept(open_page, cable):
    """`open_kept(user, *paths)` is a page of theirs whose device has kept Today, these pages and Alpha's log."""

    def open_as(user, *paths, **options):
        page = open_page(user, "/today/", through=cable.url, **options)
        has_kept(page, "pages", "/today/")
        for path in paths:
            page.goto(path)
            has_kept(page, "pages", path)
        return page

    return open_as


def cookies_of(browser, url):
    """The cookies of a test browser as Playwright takes them."""
    return [{"name": name, "value": cookie.value, "url": url} for name, cookie in browser.cookies.items()]


def _note_policy_breach(message, errors):
    if message.type == "error" and "Content Security Policy" in message.text:
        errors.append(message.text)
