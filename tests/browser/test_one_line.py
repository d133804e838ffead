"""One typed line in the log sheet: it fills the fields, shows what it understood, and loses nothing."""

import datetime

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from relationships.models import FollowUp, Interaction
from tests import factories as make
from tests.browser.conftest import DESK, PHONE

LINE = "gọi kế toán trưởng hôm qua về gia hạn, tích cực, hẹn lại 2 tuần nữa"


@pytest.fixture
def chief(book):
    return make.contact(book.alpha, "Lê Thị Hoa", given_name="Hoa", title="Kế toán trưởng", role="finance")


def opened(open_page, book, viewport=DESK):
    page = open_page(book.lan, f"/clients/{book.alpha.pk}/", viewport=viewport)
    page.keyboard.press("l")
    sheet = page.locator("#sheet form[data-log-form]")
    sheet.wait_for()
    return page, sheet


@pytest.mark.parametrize("viewport", [DESK, PHONE], ids=["desk", "phone"])
def test_a_line_fills_the_sheet_and_is_saved_as_shown(live_server, book, chief, open_page, viewport):
    page, sheet = opened(open_page, book, viewport)
    page.keyboard.press("/")
    page.keyboard.type(LINE)
    expect(sheet.locator(".understood [data-line-field=contacts]")).to_contain_text("Lê Thị Hoa")
    expect(sheet.locator(f"input[name=contacts][value='{chief.pk}']")).to_be_checked()
    expect(sheet.locator("input[name=sentiment][value='1']")).to_be_checked()
    expect(sheet.locator("textarea[name=summary]")).to_have_value("gia hạn")
    page.keyboard.press("Control+Enter")
    page.locator(f"#client-{book.alpha.pk}-timeline").get_by_text("gia hạn").wait_for()
    touch, today = Interaction.objects.get(), timezone.localdate()
    assert (touch.kind, touch.sentiment, list(touch.contacts.all())) == ("call", 1, [chief])
    assert touch.occurred_on == today - datetime.timedelta(days=1)
    assert FollowUp.objects.open().get(rule="next_step").due_on >= today + datetime.timedelta(days=14)


def test_what_was_chosen_by_hand_stays_and_what_the_line_no_longer_says_goes_back(
    live_server, book, chief, open_page
):
    page, sheet = opened(open_page, book)
    sheet.locator("label:has(input[name=kind][value=visit])").click()
    line = sheet.locator("input[name=line]")
    line.press_sequentially("gọi chị Hoa, tích cực")
    expect(sheet.locator("input[name=sentiment][value='1']")).to_be_checked()
    expect(sheet.locator("input[name=kind][value=visit]")).to_be_checked()
    line.fill("gọi chị Hoa")
    expect(sheet.locator("input[name=sentiment][value='']")).to_be_checked()
    expect(sheet.locator(f"input[name=contacts][value='{chief.pk}']")).to_be_checked()


def test_a_line_that_could_not_be_read_in_time_is_saved_as_a_note(live_server, book, chief, open_page):
    page, sheet = opened(open_page, book)
    page.route("**/log/line/", lambda route: route.abort())
    sheet.locator("input[name=line]").press_sequentially(LINE)
    page.keyboard.press("Control+Enter")
    page.locator(f"#client-{book.alpha.pk}-timeline").get_by_text(LINE).wait_for()
    assert Interaction.objects.get().summary == LINE
