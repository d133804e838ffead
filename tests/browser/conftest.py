"""A real browser on a real server. The `worker` fixture beside it is tests.conftest's."""

import pytest
from django.db import connections
from playwright.sync_api import sync_playwright

from config.chromium import find_chromium
from tests import factories

CHROMIUM_ARGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PHONE, DESK = {"width": 390, "height": 844}, {"width": 1440, "height": 900}


@pytest.fixture(scope="session")
def chromium():
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=CHROMIUM_ARGS)
        yield browser
        connections.close_all()  # the ones that Django opened beside the browser's event loop
        browser.close()


@pytest.fixture
def open_page(chromium, live_server):
    """`open_page(user, path)` is a page logged in through the form; script errors fail the test at its end."""
    contexts, errors = [], []

    def open_as(user, path="/", *, viewport=DESK):
        context = chromium.new_context(base_url=live_server.url, viewport=viewport, locale=user.language)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("console", lambda message: _note_policy_breach(message, errors))
        page.goto("/accounts/login/")
        page.fill("input[name=login]", user.email)
        page.fill("input[name=password]", factories.PASSWORD)
        page.click("main button[type=submit]")
        page.wait_for_url(lambda url: "/accounts/login/" not in url)
        page.goto(path)
        return page

    yield open_as
    for context in contexts:
        context.close()
    assert errors == []


def _note_policy_breach(message, errors):
    if message.type == "error" and "Content Security Policy" in message.text:
        errors.append(message.text)
