"""A real browser on a real server, with a real Celery worker on the test database."""

import os
import signal
import subprocess
import sys
import time

import pytest
from django.conf import settings
from django.db import connection
from playwright.sync_api import sync_playwright

from accounts import pulse
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


@pytest.fixture
def worker(transactional_db):
    """A Celery worker process on the test database; ready when its first sign of life is there."""
    process = subprocess.Popen(worker_command(), env=worker_environment(), start_new_session=True)
    try:
        wait_for_pulse()
        yield process
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def worker_command(*extra):
    celery = [sys.executable, "-m", "celery", "-A", "config", "worker"]
    return [*celery, "--concurrency=1", "--loglevel=WARNING", "--without-gossip", "--without-mingle", *extra]


def worker_environment():
    """The environment of a process that works on this test's database and Redis number."""
    base, _, options = os.environ["DATABASE_URL"].partition("?")
    url = base.rsplit("/", 1)[0] + "/" + connection.settings_dict["NAME"]
    return os.environ | {
        "DATABASE_URL": f"{url}?{options}" if options else url,
        "REDIS_URL": settings.REDIS_URL,
    }


def wait_for_pulse(seconds=30):
    """Returns when a worker has left a sign of life since this call."""
    pulse.forget(pulse.WORKER)
    deadline = time.monotonic() + seconds
    while pulse.ages()[pulse.WORKER] is None:
        if time.monotonic() > deadline:
            raise AssertionError("The worker gave no sign of life.")
        time.sleep(0.1)
