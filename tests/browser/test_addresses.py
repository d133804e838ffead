"""The address bar, the back button and a new tab do what one expects."""

import pytest
from playwright.sync_api import expect

from tests import factories as make
from tests import test_access_table as table
from tests.browser import axe

OPENS_BY_HTMX = "() => [...document.querySelectorAll('a[hx-get]')].map((link) => link.getAttribute('href'))"


@pytest.fixture
def many(book):
    """More clients than fit on a screen, one of them at risk."""
    for number in range(45):
        make.client(f"Client {number:02}", lead=book.lan)
    make.client("Wobbling", lead=book.lan, health_band="at_risk", health_score=20)
    return book


def test_every_link_that_htmx_opens_is_a_whole_page_in_a_new_tab(
    transactional_db, live_server, visit, as_user
):
    scene = table.build()
    opened, not_whole = set(), {}
    for route, who in axe.rows("GET", {"200"}):
        if who == "anon" or set(axe.keywords(route)) - {"client_id", "contract_id", "deal_id", "issue_id"}:
            continue
        user = scene["people"][who]
        page = visit(user)
        page.goto(table.address(route, scene))
        page.wait_for_function(axe.AT_REST)
        for link in {*page.evaluate(OPENS_BY_HTMX)} - opened:
            opened.add(link)
            address = link if link.startswith("/") else table.address(route, scene) + link
            answer = as_user(user).get(address, follow=True)
            text = answer.content.decode()
            if answer.status_code != 200 or "<h1" not in text or "<html" not in text:
                not_whole[link] = answer.status_code
    assert not_whole == {}
    assert len(opened) > 60


def test_back_gives_the_list_as_it_was(live_server, many, open_page):
    page = open_page(many.lan, "/clients/")
    page.locator("select[name=band]").select_option("at_risk")
    page.wait_for_url("**/clients/?*band=at_risk*")
    expect(page.locator("tbody tr")).to_have_count(1)
    page.go_back()
    expect(page.locator("select[name=band]")).to_have_value("")
    expect(page.locator("tbody tr").nth(20)).to_be_attached()
    page.go_forward()
    expect(page.locator("select[name=band]")).to_have_value("at_risk")
    expect(page.locator("tbody tr")).to_have_count(1)


def test_back_from_a_client_stands_where_the_list_was_left(live_server, many, open_page):
    page = open_page(many.lan, "/clients/")
    row = page.get_by_role("link", name="Client 30", exact=True)
    row.scroll_into_view_if_needed()
    left_at = page.evaluate("scrollY")
    assert left_at > 200
    row.click()
    page.wait_for_url("**/clients/*/")
    page.go_back()
    expect(row).to_be_in_viewport()
    page.wait_for_function(f"Math.abs(scrollY - {left_at}) < 60")


def test_tabs_have_addresses_and_back_goes_through_them(live_server, book, open_page):
    page = open_page(book.lan, f"/clients/{book.alpha.pk}/")
    current = page.locator(".client-tabs .tabs [aria-current]")
    page.locator("#client-tab-contracts").click()
    page.wait_for_url("**tab=contracts*")
    expect(page.locator(".client-tabs h2").first).to_have_text("Contracts")
    page.locator("#client-tab-issues").click()
    page.wait_for_url("**tab=issues*")
    page.go_back()
    expect(current).to_have_attribute("id", "client-tab-contracts")
    page.go_back()
    expect(current).to_have_attribute("id", "client-tab-timeline")


def test_a_sheet_changes_no_address_and_its_link_opens_in_a_tab_of_its_own(live_server, book, open_page):
    page = open_page(book.lan, f"/clients/{book.alpha.pk}/")
    page.keyboard.press("l")
    page.locator("#sheet[open]").wait_for()
    assert page.url.endswith(f"/clients/{book.alpha.pk}/")
    page.keyboard.press("Escape")
    expect(page.locator("#sheet[open]")).to_have_count(0)
    with page.context.expect_page() as opened:
        page.locator("#page-action").click(modifiers=["ControlOrMeta"])
    expect(opened.value.locator("h1")).to_be_attached()
    expect(opened.value.locator("form[data-log-form]")).to_be_visible()
