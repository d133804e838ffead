"""A real browser on a real server. The `worker` fixture beside it is tests.conftest's."""

import pytest
from django.db import connections
from playwright.sync_api import sync_playwright

from config.chromium import find_chromium

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
    """`open_page(user, path)` is a page of who has logged in; script errors fail the test at its end."""
    contexts, errors = [], []

    def open_as(user, path="/", *, viewport=DESK):
        context = chromium.new_context(base_url=live_server.url, viewport=viewport, locale=user.language)
        contexts.append(context)
        context.add_cookies(cookies_of(as_user(user), live_server.url))
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


def cookies_of(browser, url):
    """The cookies of a test browser as Playwright takes them."""
    return [{"name": name, "value": cookie.value, "url": url} for name, cookie in browser.cookies.items()]


def _note_policy_breach(message, errors):
    if message.type == "error" and "Content Security Policy" in message.text:
        errors.append(message.text)
