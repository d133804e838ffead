"""The log in a real browser: two keys or clicks from anywhere, one key each for the rest, taken back at once."""

import datetime

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from relationships.health import refresh
from relationships.models import FollowUp, Interaction
from tests import factories as make
from tests.browser.conftest import DESK, PHONE

SHEET = "#sheet form[data-log-form]"
HEALTH_WITHIN_MS = 5_000


@pytest.fixture
def known(book):
    """Alpha with three contacts, a touch of Lan's, and a meeting to prepare."""
    for name in ("Đặng Thuỳ Trâm", "Phạm Đức", "Lê Minh"):
        make.contact(book.alpha, name, role="decision_maker")
    make.interaction(book.alpha, days_ago=90, author=book.lan, contacts=[book.alpha.contacts.first()])
    make.follow_up(book.alpha, book.lan, kind="meeting", reason="Present the plan", due_in=4)
    return book


def press_log(page):
    """The key, once the page listens: earlier it leads to the log as a page of its own."""
    page.locator("#rail-log[data-htmx-powered]").wait_for(state="attached")
    page.keyboard.press("l")


def open_sheet(page):
    press_log(page)
    page.locator(f"{SHEET} input:focus").wait_for()
    return page.locator(SHEET)


def toast(page):
    return page.locator("#toasts .toast").last


def newest():
    return Interaction.objects.latest("id")


@pytest.mark.parametrize("path", ["client", "/today/"])
def test_two_keys_save_from_the_client_page_and_from_today(live_server, known, open_page, path):
    make.follow_up(known.alpha, known.lan, kind="call", reason="Call back", due_in=-1)
    page = open_page(known.lan, known.alpha.get_absolute_url() if path == "client" else path)
    open_sheet(page)
    page.keyboard.press("Enter")
    toast(page).get_by_text("Call with Alpha Thép Việt logged.").wait_for()
    assert newest().author == known.lan
    assert FollowUp.objects.get(reason="Call back").closed_by_interaction == newest()


def test_two_keys_and_two_clicks_save_from_anywhere(live_server, known, open_page):
    page = open_page(known.lan, "/clients/")
    press_log(page)
    page.locator("#sheet .log-choices > li").first.wait_for()
    page.locator("#sheet [data-log-search]:focus").wait_for()
    page.keyboard.press("Control+Enter")
    toast(page).get_by_text("Call with Alpha Thép Việt logged.").wait_for()
    assert newest().contacts.get().name == known.alpha.contacts.first().name
    page.reload()
    page.locator("#rail-log[data-htmx-powered]").wait_for()
    page.click("#rail-log")
    page.locator("#sheet .log-choices .at-once button").first.click()
    toast(page).get_by_text("Call with Alpha Thép Việt logged.").wait_for()
    assert Interaction.objects.count() == 3


def test_two_taps_save_on_a_phone(live_server, known, open_page):
    page = open_page(known.lan, "/clients/", viewport=PHONE)
    page.locator("#bar-log[data-htmx-powered]").wait_for()
    page.click("#bar-log")
    page.locator("#sheet .log-choices .at-once button").first.click()
    toast(page).get_by_text("Call with Alpha Thép Việt logged.").wait_for()


def test_three_letters_of_a_contact_open_their_client_with_them_met(live_server, known, open_page):
    page = open_page(known.lan, "/clients/")
    press_log(page)
    page.locator("#sheet [data-log-search]:focus").wait_for()
    page.keyboard.type("duc", delay=5)  # faster than the answer
    page.keyboard.press("Enter")
    sheet = page.locator(SHEET)
    sheet.wait_for()
    expect(sheet.get_by_label("Phạm Đức")).to_be_checked()
    expect(sheet.get_by_label("Đặng Thuỳ Trâm")).not_to_be_checked()
    page.keyboard.press("Enter")
    toast(page).get_by_text("logged").wait_for()
    assert newest().contacts.get().name == "Phạm Đức"


def test_arrow_keys_walk_through_what_is_found(live_server, known, open_page):
    for name in ("Alphabet", "Alpine"):
        make.client(name, lead=known.lan)
    page = open_page(known.lan, "/clients/")
    press_log(page)
    page.locator("#sheet [data-log-search]:focus").wait_for()
    page.keyboard.type("alp")
    page.locator("#log-choices[data-words='alp'] li").nth(2).wait_for()
    for _number in range(3):
        page.keyboard.press("ArrowDown")
    expect(page.locator(".row-link:focus")).to_have_text("Alpine")
    page.keyboard.press("Enter")
    page.locator(SHEET).wait_for()
    expect(page.locator("#sheet .sheet-head")).to_contain_text("Alpine")


def test_one_key_each_and_once_more_takes_it_back(live_server, known, open_page):
    page = open_page(known.lan, known.alpha.get_absolute_url())
    sheet = open_sheet(page)
    for key in ("v", "5", "b", "7", "i", "p"):
        page.keyboard.press(key)
    expect(sheet.get_by_label("Visit")).to_be_checked()
    expect(sheet.get_by_label("Very good")).to_be_checked()
    expect(sheet.get_by_label("From them")).to_be_checked()
    expect(sheet.get_by_label("Present the plan")).to_be_checked()
    day = sheet.locator("input[name=next_step_on]:checked").get_attribute("value")
    assert day >= (timezone.localdate() + datetime.timedelta(days=3)).isoformat()
    for key in ("5", "7", "i", "p"):
        page.keyboard.press(key)
    expect(sheet.get_by_label("Not rated")).to_be_checked()
    expect(sheet.locator("input[name=next_step_on]:checked")).to_have_attribute("value", "")
    expect(sheet.get_by_label("From us")).to_be_checked()
    expect(sheet.get_by_label("Present the plan")).not_to_be_checked()
    page.keyboard.press("4")
    page.keyboard.press("d")
    page.keyboard.type("25")
    page.keyboard.press("Tab")
    sheet.locator("[name=outcome]").fill("Đồng ý gia hạn")
    page.keyboard.press("Control+Enter")
    toast(page).get_by_text("Visit with Alpha Thép Việt logged.").wait_for()
    touch = newest()
    assert (touch.kind, touch.sentiment, touch.duration_minutes, touch.outcome) == (
        "visit",
        1,
        25,
        "Đồng ý gia hạn",
    )
    assert touch.contacts.count() == 2  # the one met last, and the one whose key was pressed


def test_undo_takes_the_log_back_and_keeps_what_was_typed(live_server, known, open_page):
    due = make.follow_up(known.alpha, known.lan, kind="call", reason="Call back", due_in=-1)
    page = open_page(known.lan, known.alpha.get_absolute_url())
    sheet = open_sheet(page)
    sheet.locator("textarea[name=summary]").fill("Nói quá nhanh")
    page.keyboard.press("Control+Enter")
    timeline = page.locator(f"#client-{known.alpha.pk}-timeline")
    timeline.get_by_text("Nói quá nhanh").wait_for()
    page.keyboard.press("z")
    toast(page).get_by_text("Taken back.").wait_for()
    timeline.get_by_text("Nói quá nhanh").wait_for(state="detached")
    due.refresh_from_db()
    assert (due.status, Interaction.objects.count()) == ("open", 1)
    sheet = open_sheet(page)
    expect(sheet.locator("textarea[name=summary]")).to_have_value("Nói quá nhanh")


def test_undo_is_offered_for_ten_seconds(live_server, known, open_page):
    page = open_page(known.lan, known.alpha.get_absolute_url())
    page.clock.install()
    open_sheet(page)
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Undo").wait_for()
    page.clock.fast_forward(5_000)  # and what passes by itself
    expect(page.get_by_role("button", name="Undo")).to_be_visible()
    page.clock.fast_forward(5_500)
    page.get_by_role("button", name="Undo").wait_for(state="detached")


@pytest.mark.parametrize("viewport", [DESK, PHONE], ids=["desk", "phone"])
def test_payback_shows_health_moving_and_who_else_knows_them(live_server, known, worker, open_page, viewport):
    make.interaction(known.alpha, days_ago=30, author=known.mai, reached=True, kind="meeting")
    Interaction.objects.filter(author=known.mai).update(reached=True)
    refresh.score_clients()
    before = int(type(known.alpha).objects.get(pk=known.alpha.pk).health_score)
    page = open_page(known.lan, f"{known.alpha.get_absolute_url()}", viewport=viewport)
    page.click("#page-action" if viewport == DESK else "#bar-log")
    page.locator(f"{SHEET} .sheet-foot button[type=submit]").click()
    toast(page).get_by_text("Who else knows them: Mai Đỗ").wait_for()
    toast(page).get_by_text(f"Health {before} → ").or_(toast(page).get_by_text("Health stays")).wait_for(
        timeout=HEALTH_WITHIN_MS
    )


def test_a_touch_is_edited_on_the_timeline(live_server, known, open_page):
    touch = newest()
    page = open_page(known.lan, known.alpha.get_absolute_url())
    page.click(f"#touch-{touch.pk}-edit")
    sheet = page.locator(SHEET)
    sheet.wait_for()
    page.keyboard.press("m")
    sheet.locator("textarea[name=summary]").fill("Họp về gia hạn")
    page.keyboard.press("Control+Enter")
    row = page.locator(f"#touch-{touch.pk}")
    row.get_by_text("Họp về gia hạn").wait_for()
    row.get_by_text("edited").click()
    page.locator("#sheet").get_by_text("History of the contact").wait_for()
    expect(page.locator("#sheet .touch-lines")).to_contain_text("Meeting")


@pytest.mark.parametrize("viewport", [DESK, PHONE], ids=["desk", "phone"])
def test_the_sheets_fit_their_screen(live_server, known, open_page, viewport):
    page = open_page(known.lan, "/clients/", viewport=viewport)
    client = known.alpha
    for path in (f"/clients/{client.pk}/log/", "/log/", f"/touches/{newest().pk}/edit/"):
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
        if viewport == PHONE:
            low = page.evaluate(
                """() => [...document.querySelectorAll('main .chip > span, main .btn')].filter(
                    (element) => element.checkVisibility() && element.getBoundingClientRect().height < 43.5
                ).map((element) => element.textContent.trim())"""
            )
            assert low == [], path
