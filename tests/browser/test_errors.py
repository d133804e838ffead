"""A session that ends and a page that breaks, while somebody has something typed."""

import re

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import expect

from relationships.models import Interaction
from tests import factories as make
from tests.browser.test_log_keys import press_log

FORM = "#sheet form[data-log-form]"
WORDS = "Kế toán trưởng hẹn trả trước ngày 30"


@pytest.fixture
def sheet(book, open_page):
    """Lan's log sheet with something typed."""
    page = open_page(book.lan, book.alpha.get_absolute_url())
    press_log(page)
    page.locator(f"{FORM} textarea[name=summary]").fill(WORDS)
    return page


def save(page):
    page.locator(f"{FORM} button[type=submit]").last.click()


def still_there(page):
    expect(page.locator(f"{FORM} textarea[name=summary]")).to_have_value(WORDS)


def log_in(page, person):
    page.fill("input[name=login]", person.email)
    page.fill("input[name=password]", make.PASSWORD)
    page.click("main button[type=submit]")
    page.wait_for_url(lambda url: "/accounts/login/" not in url)


def test_log_is_saved_after_logging_in_again_in_another_tab(live_server, book, sheet):
    Session.objects.all().delete()
    save(sheet)
    notice = sheet.locator("#notice")
    expect(notice.get_by_role("heading")).to_have_text("Your session has ended")
    still_there(sheet)
    with sheet.context.expect_page() as opened:
        notice.get_by_role("link", name="Log in").click()
    log_in(opened.value, book.lan)
    notice.get_by_role("button", name="Save again").click()
    expect(sheet.locator(".toast").get_by_text("logged")).to_be_visible()
    expect(sheet.locator("#sheet")).not_to_be_visible()
    logged = Interaction.objects.get()
    assert (logged.summary, logged.author) == (WORDS, book.lan)


def test_what_one_typed_is_not_saved_in_the_name_of_another(live_server, book, sheet):
    Session.objects.all().delete()
    other = sheet.context.new_page()
    other.goto("/accounts/login/")
    log_in(other, book.mai)
    save(sheet)
    expect(sheet.locator("#notice")).to_contain_text("Somebody else is logged in")
    still_there(sheet)
    assert not Interaction.objects.exists()


def test_form_without_htmx_is_saved_after_logging_in_again(live_server, book, open_page):
    page = open_page(book.lan, f"{book.alpha.get_absolute_url()}log/")
    form = page.locator("main form[data-log-form]")
    form.locator("textarea[name=summary]").fill(WORDS)
    form.evaluate("form => { form.removeAttribute('hx-post'); form.setAttribute('method', 'post') }")
    Session.objects.all().delete()
    form.evaluate("form => HTMLFormElement.prototype.submit.call(form)")
    expect(page.get_by_role("heading", level=1)).to_have_text("Your session has ended")
    expect(page.locator("textarea[name=summary]")).to_have_value(WORDS)
    with page.context.expect_page() as opened:
        page.get_by_role("link", name="Log in").click()
    log_in(opened.value, book.lan)
    page.get_by_role("button", name="Save again").click()
    page.wait_for_url(f"**{book.alpha.get_absolute_url()}")
    assert Interaction.objects.get().summary == WORDS


def test_500_in_a_sheet_opens_over_it_and_leaves_the_form_as_it_was(live_server, book, sheet, monkeypatch):
    with monkeypatch.context() as broken:
        broken.setattr("relationships.views.log.log_interaction", lambda *args, **kwargs: 1 / 0)
        save(sheet)
        notice = sheet.locator("#notice")
        expect(notice).to_contain_text("Something broke on our side")
        expect(notice.locator("strong.num")).to_have_text(re.compile("^[0-9A-F]{8}$"))
    notice.get_by_role("button", name="Close").click()
    expect(notice).not_to_be_visible()
    expect(sheet.locator(f"{FORM} button[type=submit]").last).to_be_focused()
    still_there(sheet)
    save(sheet)
    expect(sheet.locator("#sheet")).not_to_be_visible()
    assert Interaction.objects.get().summary == WORDS
