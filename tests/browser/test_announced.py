"""What htmx changes is also said: one region that screen readers listen to hears of each action."""

import re

import pytest
from playwright.sync_api import expect

from tests import factories as make


@pytest.fixture
def lists(book):
    """More clients than a page holds, one of them at risk."""
    for number in range(60):
        make.client(f"Client {number:02}", lead=book.lan)
    make.client("Wobbling", lead=book.lan, health_band="at_risk", health_score=20)
    return book


def test_filters_sorting_and_pages_are_announced(live_server, lists, open_page):
    page = open_page(lists.lan, "/clients/")
    heard = page.locator("#announcer")
    page.locator("select[name=band]").select_option("at_risk")
    expect(heard).to_have_text(re.compile("^1 client"))
    page.locator("select[name=band]").select_option("")
    expect(heard).to_have_text(re.compile("62 clients"))
    page.locator("th a.sort", has_text="Health").click()
    expect(heard).to_have_text(re.compile(r"^Health. 62 clients"))
    page.locator(".pager a[rel=next]").click()
    expect(heard).to_have_text(re.compile(r"^Next. 62 clients"))
    page.locator(".filters input[type=search]").fill("Wobb")
    expect(heard).to_have_text(re.compile("^1 client"))


def test_tabs_that_load_are_announced_by_their_heading(live_server, book, open_page):
    page = open_page(book.lan, f"/clients/{book.alpha.pk}/")
    page.locator("#client-tab-contracts").click()
    expect(page.locator("#announcer")).to_have_text(re.compile("^Contracts"))
    page.locator("#client-tab-timeline").click()
    expect(page.locator("#announcer")).to_have_text(re.compile("^Timeline"))


def test_what_was_saved_is_announced_and_what_is_wrong_gets_the_focus(live_server, book, open_page):
    make.follow_up(book.alpha, book.lan, reason="Call them")
    page = open_page(book.lan, "/today/")
    page.locator("[data-do='s']").first.click()
    page.locator("#sheet button[type=submit]").click()
    wrong = page.locator("#sheet [aria-invalid=true]:focus, #sheet [role=alert]")
    expect(wrong.first).to_be_attached()
    page.keyboard.press("Escape")
    page.locator("[data-do='d']").first.click()
    expect(page.locator("#toasts[role=status] .toast")).to_contain_text("Done")


def test_an_answer_that_never_comes_is_announced(live_server, book, open_page):
    page = open_page(book.lan, "/clients/")
    page.route("**/clients/?*", lambda route: route.abort())
    page.locator("select[name=band]").select_option("at_risk")
    expect(page.locator("#toasts .toast-error")).to_contain_text("No answer")
