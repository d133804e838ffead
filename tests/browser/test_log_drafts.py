"""Drafts of the log in a real browser: Escape, another way in, and a browser that is killed."""

import os
import signal
from pathlib import Path

import pytest
from playwright.sync_api import expect

from config.chromium import find_chromium
from relationships.models import Interaction
from tests import factories as make
from tests.browser.conftest import CHROMIUM_ARGS, DESK
from tests.browser.test_log_keys import press_log

SHEET = "#sheet form[data-log-form]"
SUMMARY = f"{SHEET} textarea[name=summary]"
WORDS = "Kế toán trưởng muốn thêm hai tuần"


@pytest.fixture
def known(book):
    make.contact(book.alpha, "Phạm Đức")
    make.interaction(book.alpha, days_ago=9, author=book.lan)
    return book


def type_and_leave(page):
    press_log(page)
    page.locator(SUMMARY).fill(WORDS)
    page.locator(f"{SHEET} label:has-text('Very good')").click()
    page.locator(f"{SHEET} label:has-text('Phạm Đức')").click()
    page.keyboard.press("Escape")
    page.locator("#sheet[open]").wait_for(state="detached")


def expect_as_it_was_left(page):
    sheet = page.locator(SHEET)
    sheet.get_by_text("Your draft is back.").wait_for()
    expect(page.locator(SUMMARY)).to_have_value(WORDS)
    expect(sheet.get_by_label("Very good")).to_be_checked()
    expect(sheet.get_by_label("Phạm Đức")).to_be_checked()


def test_escape_keeps_a_draft_that_is_found_from_elsewhere_and_gone_once_saved(live_server, known, open_page):
    page = open_page(known.lan, known.alpha.get_absolute_url())
    type_and_leave(page)
    page.locator(".toast").get_by_text("Kept as a draft").wait_for()
    page.goto("/clients/")
    press_log(page)
    page.locator("#sheet .log-choices [data-draft-of]").get_by_text("Draft").wait_for()
    page.keyboard.press("Enter")
    expect_as_it_was_left(page)
    page.keyboard.press("Control+Enter")
    page.locator(".toast").get_by_text("logged").wait_for()
    assert Interaction.objects.latest("id").summary == WORDS
    page.goto(known.alpha.get_absolute_url())
    press_log(page)
    page.locator(f"{SHEET} input:focus").wait_for()
    expect(page.locator(SUMMARY)).to_have_value("")


def test_a_draft_begun_in_the_sheet_is_found_on_the_page_and_gone_once_that_is_saved(
    live_server, known, open_page
):
    page = open_page(known.lan, known.alpha.get_absolute_url())
    type_and_leave(page)
    page.goto(f"{known.alpha.get_absolute_url()}log/")
    form = page.locator("main form[data-log-form]")
    form.get_by_text("Your draft is back.").wait_for()
    form.locator("button[type=submit]").last.click()
    page.wait_for_url(f"**{known.alpha.get_absolute_url()}")
    assert Interaction.objects.latest("id").summary == WORDS
    press_log(page)
    page.locator(f"{SHEET} input:focus").wait_for()
    expect(page.locator(SUMMARY)).to_have_value("")


def test_start_anew_throws_the_draft_away(live_server, known, open_page):
    page = open_page(known.lan, known.alpha.get_absolute_url())
    type_and_leave(page)
    press_log(page)
    page.locator(SHEET).get_by_role("button", name="Start anew").click()
    expect(page.locator(SUMMARY)).to_have_value("")
    page.keyboard.press("Escape")
    page.reload()
    press_log(page)
    page.locator(f"{SHEET} input:focus").wait_for()
    expect(page.locator(SUMMARY)).to_have_value("")


def test_a_follow_up_opens_the_draft_and_is_closed_by_it(live_server, known, open_page):
    due = make.follow_up(known.alpha, known.lan, kind="meeting", reason="Present the plan", due_in=-1)
    page = open_page(known.lan, known.alpha.get_absolute_url())
    type_and_leave(page)
    page.goto("/today/")
    press_log(page)
    expect_as_it_was_left(page)
    expect(page.locator(SHEET).get_by_label("Present the plan")).to_be_checked()
    page.keyboard.press("Control+Enter")
    page.locator(".toast").get_by_text("logged").wait_for()
    due.refresh_from_db()
    assert due.status == "done"


def test_a_draft_outlives_a_browser_that_is_killed(live_server, known, chromium, tmp_path):
    def start():
        return chromium.browser_type.launch_persistent_context(
            tmp_path, executable_path=find_chromium(), args=CHROMIUM_ARGS,
            base_url=live_server.url, viewport=DESK, locale="en",
        )  # fmt: skip

    context = start()
    page = context.pages[0]
    page.goto("/accounts/login/")
    page.fill("input[name=login]", known.lan.email)
    page.fill("input[name=password]", make.PASSWORD)
    page.click("main button[type=submit]")
    page.wait_for_url(lambda url: "/accounts/login/" not in url)
    page.goto(known.alpha.get_absolute_url())
    press_log(page)
    page.locator(SUMMARY).fill(WORDS)
    page.locator(f"{SHEET} label:has-text('Very good')").click()
    page.locator(f"{SHEET} label:has-text('Phạm Đức')").click()
    page.wait_for_timeout(200)  # what is on its way to the disk within the browser; its own delay is seconds
    cookies = (
        context.cookies()
    )  # written within the half-minute before; who logged in earlier has them on disk
    assert kill(tmp_path)

    context = start()
    context.add_cookies(cookies)
    page = context.pages[0]
    page.goto(known.alpha.get_absolute_url())
    press_log(page)
    expect_as_it_was_left(page)
    context.close()


def kill(profile):
    """Ends the browser that runs on this profile, without a word to it; returns how many processes that were."""
    own = [
        int(process.name)
        for process in Path("/proc").iterdir()
        if process.name.isdigit() and f"--user-data-dir={profile}".encode() in _command(process)
    ]
    for pid in own:
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            continue
    return len(own)


def _command(process):
    try:
        return (process / "cmdline").read_bytes()
    except OSError:
        return b""
