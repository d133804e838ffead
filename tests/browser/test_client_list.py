"""The client list in a browser: by keyboard, ticked rows and what is done with them, columns, views, at both widths."""

import re

import pytest
from playwright.sync_api import expect

from clients.models import ClientTag, SavedView
from relationships.models import FollowUp
from tests import factories as make
from tests.browser.conftest import DESK, PHONE


@pytest.fixture
def four(book):
    """Alpha, Beta, Gamma, Delta, all Lan's."""
    return [book.alpha, *(make.client(name, lead=book.lan) for name in ("Beta", "Gamma", "Delta"))]


def test_rows_are_walked_ticked_and_opened_by_single_keys(live_server, four, book, open_page):
    page = open_page(book.lan, "/clients/")
    bar, ticks = page.locator(".pick-bar"), page.locator("[data-pick]")
    page.keyboard.press("j")
    expect(page.get_by_role("link", name="Alpha Thép Việt")).to_be_focused()
    expect(bar).to_be_hidden()
    page.keyboard.press("x")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("x")
    expect(bar).to_be_visible()
    expect(bar.locator("[data-pick-count]")).to_have_text("2 chosen")
    assert ticks.evaluate_all("boxes => boxes.map((box) => box.checked)") == [True, True, False, False]
    page.keyboard.press("x")
    expect(bar.locator("[data-pick-count]")).to_have_text("1 chosen")
    page.keyboard.press("Escape")
    expect(bar).to_be_hidden()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("o")
    page.wait_for_url(f"**/clients/{book.alpha.pk}/")


def test_ticked_clients_are_tagged_and_stay_ticked(live_server, four, book, open_page):
    page = open_page(book.lan, "/clients/?cols=tags")
    page.locator("[data-pick]").nth(0).click()
    page.locator("[data-pick]").nth(2).click(modifiers=["Shift"])
    page.keyboard.press("t")
    sheet = page.locator("#sheet form")
    sheet.wait_for()
    expect(sheet).to_contain_text("3 clients")
    sheet.locator("input[name=names]").fill("Ưu tiên")
    page.keyboard.press("Control+Enter")
    page.locator("#sheet").get_by_text("3 of 3 clients changed").wait_for()
    page.locator("#sheet .sheet-foot").get_by_text("Close").click()
    expect(page.locator("td .tag-link")).to_have_count(3)
    expect(page.locator("[data-pick]:checked")).to_have_count(3)
    assert ClientTag.objects.count() == 3
    page.locator("td .tag-link").first.click()
    page.wait_for_url(re.compile(r"\?tag=\d+$"))
    expect(page.locator("tbody tr")).to_have_count(3)


@pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["phone", "desk"])
def test_a_follow_up_is_planned_for_the_whole_page(live_server, four, book, open_page, viewport):
    page = open_page(book.lan, "/clients/", viewport=viewport)
    page.locator("[data-pick-all]").check()
    expect(page.locator("[data-pick]:checked")).to_have_count(4)
    page.locator("#bulk-plan").click()
    sheet = page.locator("#sheet form")
    sheet.wait_for()
    sheet.locator("input[name=reason]").fill("New year")
    sheet.locator("label:has-text('+1 week')").click()
    sheet.get_by_role("button", name="Plan").click()
    page.locator("#sheet").get_by_text("4 of 4 clients changed").wait_for()
    assert FollowUp.objects.open().filter(reason="New year").count() == 4
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_the_list_is_downloaded(live_server, four, book, open_page):
    page = open_page(book.lan, "/clients/?q=beta")
    page.locator("[data-pick]").first.check()
    page.locator("#bulk-export").click()
    page.locator("#sheet form").wait_for()
    with page.expect_download() as download:
        page.locator("#sheet").get_by_role("button", name="CSV").click()
    assert download.value.suggested_filename.endswith(".csv")
    assert "Beta" in download.value.path().read_text(encoding="utf-8-sig")


def test_columns_are_chosen_and_kept(live_server, four, book, open_page):
    page = open_page(book.lan, "/clients/")
    page.locator(".columns-menu summary").click()
    page.locator(".columns-menu").get_by_text("Town").click()
    page.wait_for_url(re.compile("cols=health.segment.lead.city.last.next.revenue"))
    expect(page.locator("thead")).to_contain_text("Town")
    page.get_by_role("button", name="Keep as my columns").click()
    page.get_by_text("These are your columns.").wait_for()
    assert SavedView.objects.get().name == ""
    page.goto("/clients/")
    expect(page.locator("thead")).to_contain_text("Town")
    page.locator("select[name=segment]").select_option("standard")
    page.wait_for_url(re.compile(r"\?segment=standard$"))
    page.locator(".columns-menu summary").click()
    page.get_by_role("button", name="Back to the usual ones").click()
    expect(page.locator("thead")).not_to_contain_text("Town")
    assert not SavedView.objects.exists()


def test_what_is_on_screen_is_saved_as_a_tab(live_server, four, book, open_page):
    page = open_page(book.lan, "/clients/")
    page.locator("select[name=band]").select_option("unknown")
    page.locator("#view-new").click()
    sheet = page.locator("#sheet form").first
    sheet.wait_for()
    sheet.locator("input[name=name]").fill("No health yet")
    page.keyboard.press("Control+Enter")
    tab = page.locator("#client-views .tabs a[aria-current]")
    expect(tab).to_have_text("No health yet")
    page.get_by_role("link", name="All clients").click()
    page.wait_for_url("**/clients/")
    page.locator("#client-views .tabs").get_by_text("No health yet").click()
    page.wait_for_url(re.compile(r"\?band=unknown$"))
    expect(page.locator("select[name=band]")).to_have_value("unknown")
