"""The search dialog, the keys and the calendar as they are worked, by keyboard and by thumb."""

import datetime
import re

import pytest
from playwright.sync_api import expect

from tests import factories as make
from tests.browser.conftest import DESK, PHONE


@pytest.fixture
def filled(book):
    """Alpha with a contact and a meeting of today; Hoa Sen beside it."""
    make.contact(book.alpha, "Đặng Thùy Trâm", role="decision_maker")
    make.client("Hoa Sen", lead=book.lan, revenue_12m=5)
    make.follow_up(
        book.alpha, book.lan, kind="meeting", due_time=datetime.time(14, 30), reason="Quarter review"
    )
    return book


def option(page, words):
    return page.locator("#palette [role=option]", has_text=words)


def test_search_by_keyboard_alone(live_server, filled, open_page):
    page = open_page(filled.lan, "/today/")
    page.locator("#page-action").focus()
    page.keyboard.press("/")
    palette = page.locator("#palette[open]")
    palette.wait_for()
    option(page, "Calendar").wait_for()  # what one may do, before a letter is typed
    page.keyboard.type("tram")
    option(page, "Đặng Thùy Trâm").wait_for()
    field = palette.get_by_role("combobox")
    expect(field).to_have_attribute("aria-expanded", "true")
    active = field.get_attribute("aria-activedescendant")
    expect(page.locator(f"#{active}")).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Escape")
    palette.wait_for(state="hidden")
    expect(page.locator("#page-action")).to_be_focused()

    page.keyboard.press("Control+k")
    palette.wait_for()
    page.keyboard.type("hoa sem")  # a slip
    option(page, "Hoa Sen").first.wait_for()
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/clients/{filled.lan.assignments.latest('pk').client_id}/")

    # The page just left is not offered, the one before is, and what can be begun for this client stands first.
    page.goto(f"/clients/{filled.alpha.pk}/")
    page.keyboard.press("Control+k")
    option(page, "Hoa Sen").wait_for()
    expect(option(page, "Log a contact").first).to_be_visible()


def test_enter_waits_for_the_list_of_what_was_typed(live_server, filled, open_page):
    page = open_page(filled.lan, "/today/")
    page.keyboard.press("/")
    option(page, "Calendar").wait_for()
    page.keyboard.type("hoa sen")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/clients/{filled.lan.assignments.latest('pk').client_id}/")


def test_log_for_a_client_from_anywhere_by_its_command(live_server, filled, open_page):
    page = open_page(filled.lan, "/calendar/")
    page.keyboard.press("Control+k")
    option(page, "Today").first.wait_for()
    page.keyboard.type("log alpha")
    option(page, "Log a contact").first.wait_for()
    page.keyboard.press("Enter")
    sheet = page.locator("#sheet[open] form[data-log-form]")
    sheet.wait_for()
    expect(sheet).to_have_attribute("action", re.compile(re.escape(f"/clients/{filled.alpha.pk}/log/")))
    expect(page.locator("#palette[open]")).to_have_count(0)
    page.keyboard.press("Escape")
    page.locator("#sheet[open]").wait_for(state="detached")


def test_new_issue_fills_the_search_until_a_client_is_named(live_server, filled, open_page):
    page = open_page(filled.lan, "/today/")
    page.keyboard.press("/")
    option(page, "Today").first.wait_for()
    page.keyboard.type("new iss")
    option(page, "New issue for").wait_for()
    page.keyboard.press("Enter")
    page.wait_for_function("document.querySelector('#palette [name=q]').value === 'New issue '")
    page.keyboard.type("alpha")
    option(page, "Alpha Thép Việt").first.wait_for()
    page.keyboard.press("Enter")
    page.locator("#sheet[open] form").wait_for()
    expect(page.locator("#sheet form")).to_have_attribute("action", re.compile(re.escape("/issues/new/")))


def test_search_by_thumb(live_server, filled, open_page):
    page = open_page(filled.lan, "/today/", viewport=PHONE)
    page.locator(".bottom-bar a", has_text="Search").click()
    page.locator("#palette[open]").wait_for()
    page.locator("#palette [name=q]").fill("thep viet")
    option(page, "Alpha Thép Việt").first.wait_for()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    boxes = page.locator("#palette .hit").evaluate_all(
        "hits => hits.map(hit => hit.getBoundingClientRect().height)"
    )
    assert min(boxes) >= 44
    option(page, "Alpha Thép Việt").first.click()
    page.wait_for_url(f"**/clients/{filled.alpha.pk}/")


def test_others_who_log_in_here_see_nothing_of_what_was_open(live_server, filled, open_page):
    page = open_page(filled.lan, f"/clients/{filled.alpha.pk}/")
    kept = "Object.keys(localStorage).filter(key => key.startsWith('tend-recent:'))"
    assert page.evaluate(kept) == [f"tend-recent:{filled.lan.pk}"]
    assert "Alpha" not in page.evaluate("JSON.stringify(localStorage)")
    page.context.clear_cookies()
    page.goto("/accounts/login/")
    assert page.evaluate(kept) == []


def test_keys_are_listed_with_those_of_the_page(live_server, filled, open_page):
    page = open_page(filled.lan, "/calendar/")
    page.keyboard.press("?")
    keys = page.locator("#dialog[open]")
    keys.wait_for()
    own = keys.locator("[data-page-keys]")
    expect(own).to_contain_text("On this page")
    expect(own).to_contain_text("Week")
    page.keyboard.press("Escape")
    page.keyboard.press("w")
    page.wait_for_url("**/calendar/?view=week*")


def test_calendar_by_keyboard(live_server, filled, open_page):
    page = open_page(filled.lan, "/calendar/")
    page.keyboard.press("ArrowRight")
    focused = page.locator(":focus")
    expect(focused).to_have_attribute("aria-current", "date")
    page.keyboard.press("ArrowRight")
    expect(focused).not_to_have_attribute("aria-current", "date")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("j")
    expect(focused).to_contain_text("Alpha Thép Việt")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/clients/{filled.alpha.pk}/*")


@pytest.mark.parametrize("viewport", [DESK, PHONE], ids=["desk", "phone"])
def test_calendar_fits_its_screen_and_shows_the_meeting(live_server, filled, open_page, viewport):
    page = open_page(filled.lan, "/calendar/", viewport=viewport)
    entry = page.locator(".cal-today .cal-meeting")
    expect(entry).to_contain_text("14:30")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.get_by_role("link", name="Ahead").click()
    page.wait_for_url("**/calendar/?day=*")


@pytest.mark.parametrize("viewport", [DESK, PHONE], ids=["desk", "phone"])
def test_today_shows_what_is_agreed_and_logs_for_it(live_server, filled, open_page, viewport):
    page = open_page(filled.lan, "/today/", viewport=viewport)
    agreed = page.locator(".meetings")
    expect(agreed).to_contain_text("14:30")
    expect(agreed).to_contain_text("Quarter review")
    agreed.locator("a.btn").first.click()
    page.locator("#sheet form[data-log-form]").wait_for()
    page.keyboard.press("Control+Enter")
    page.locator(".meeting-held").wait_for()
    expect(page.locator(".day-clear")).to_be_visible()
    expect(page.locator("#today-work")).to_contain_text("1 contact logged")
