"""The client page in a real browser: notes with @, the timeline's filters, the page of a contact, the map of people."""

import pytest
from playwright.sync_api import expect

from relationships.models import Delivery, DeliveryKind, Note
from tests import factories as make
from tests.browser.conftest import DESK, PHONE

both_widths = pytest.mark.parametrize("viewport", [DESK, PHONE], ids=["desk", "phone"])


@pytest.fixture
def met(book):
    """Alpha with a head and a report of hers, both met."""
    head = make.contact(book.alpha, "Đặng Thuỳ Trâm", title="CFO", role="decision_maker", influence=5)
    report = make.contact(book.alpha, "Lê Hoa", title="Kế toán trưởng", role="finance", reports_to=head)
    make.interaction(
        book.alpha,
        days_ago=3,
        author=book.lan,
        contacts=[head],
        sentiment=1,
        summary="Bàn về gia hạn hợp đồng",
    )
    make.interaction(book.alpha, days_ago=1, author=book.senior, kind="meeting", contacts=[report])
    return {"book": book, "head": head, "report": report}


def fits(page):
    return page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


@both_widths
def test_a_note_names_a_colleague_by_keyboard_and_opens_the_page(live_server, met, open_page, viewport):
    book = met["book"]
    page = open_page(book.lan, f"/clients/{book.alpha.pk}/", viewport=viewport)
    page.keyboard.press("n")
    field = page.locator("#sheet textarea[name=text]")
    field.click()
    page.keyboard.type("Họ chuyển văn phòng, @son")
    option = page.locator(".mention-list [role=option][aria-selected=true]")
    expect(option).to_contain_text("Sơn Phạm")
    page.keyboard.press("Enter")
    expect(field).to_have_value("Họ chuyển văn phòng, @Sơn Phạm ")
    page.keyboard.type("@m")
    page.keyboard.press("Escape")
    expect(page.locator(".mention-list")).to_be_hidden()
    expect(page.locator("#sheet")).to_be_visible()
    page.keyboard.press("Backspace")
    page.keyboard.press("Backspace")
    page.locator("#sheet input[name=pinned]").check()
    field.press("Control+Enter")
    pinned = page.locator(f"#client-{book.alpha.pk}-pinned")
    pinned.get_by_text("Họ chuyển văn phòng").wait_for()
    page.locator(f"#client-{book.alpha.pk}-timeline .mention").wait_for()
    expect(pinned.locator(".mention")).to_have_text("@Sơn Phạm")
    assert Delivery.objects.get(kind=DeliveryKind.MENTION).user == book.senior
    assert fits(page)

    senior = open_page(book.senior, "/reminders/", viewport=viewport)
    senior.get_by_text("Lan Nguyễn mentioned you").click()
    senior.locator("article.note-page").get_by_text("Họ chuyển văn phòng").wait_for()
    assert fits(senior)


def test_a_note_is_unpinned_and_deleted_from_the_page(live_server, met, open_page):
    book = met["book"]
    Note.objects.create(
        client=book.alpha, text="Everyone must know", author=book.lan, pinned_at="2026-01-01T00:00Z"
    )
    page = open_page(book.lan, f"/clients/{book.alpha.pk}/")
    pinned = page.locator(f"#client-{book.alpha.pk}-pinned")
    pinned.locator("summary").click()
    pinned.get_by_role("button", name="Unpin").click()
    pinned.wait_for(state="hidden")
    row = page.locator(".event-note")
    row.locator("summary").click()
    row.get_by_role("link", name="Delete").click()
    page.locator("#sheet button:has-text('Delete')").click()
    row.wait_for(state="detached")
    assert not Note.objects.exists()


@both_widths
def test_the_timeline_is_searched_as_one_types_and_keeps_its_address(live_server, met, open_page, viewport):
    book = met["book"]
    page = open_page(book.lan, f"/clients/{book.alpha.pk}/", viewport=viewport)
    timeline = page.locator(f"#client-{book.alpha.pk}-timeline")
    page.locator("#timeline-q").fill("gia han")
    timeline.locator(".event").nth(1).wait_for(state="detached")
    expect(timeline).to_contain_text("Bàn về gia hạn")
    expect(page.locator("#timeline-q")).to_be_focused()
    page.wait_for_url(lambda url: "q=gia+han" in url)
    page.locator("#timeline-q").fill("")
    timeline.locator(".event").nth(1).wait_for()
    page.locator("#timeline-who").select_option(label="Lê Hoa")
    timeline.get_by_text("Bàn về gia hạn").wait_for(state="detached")
    page.wait_for_url(lambda url: "who=c" in url and "q=" not in url)
    page.reload()
    expect(timeline).to_contain_text("Meeting")
    expect(timeline).not_to_contain_text("gia hạn")
    assert fits(page)


@both_widths
def test_a_contact_is_read_edited_and_found_on_the_map(live_server, met, open_page, viewport):
    book, head = met["book"], met["head"]
    page = open_page(book.lan, f"/clients/{book.alpha.pk}/", viewport=viewport)
    page.locator(f"#contact-{head.pk}").click()
    page.wait_for_url(f"**/contacts/{head.pk}/")
    expect(page.locator("main")).to_contain_text("Bàn về gia hạn")
    assert fits(page)
    page.locator("#contact-edit").click()
    page.locator("#sheet input[name=title]").fill("Tổng giám đốc")
    page.locator("#sheet button[type=submit]").click()
    page.locator(".client-meta").get_by_text("Tổng giám đốc").wait_for()

    page.goto(f"/clients/{book.alpha.pk}/?tab=stakeholders")
    drawing = page.locator("svg.map:visible")
    page.locator(".map-frame").wait_for()
    expect(drawing.locator("polyline")).to_have_count(1)
    expect(drawing.locator(".map-seat")).to_have_count(1)
    assert fits(page)
    drawing.locator(".map-seat").click()
    expect(page.locator("#sheet select[name=role]")).to_have_value("champion")
    page.locator("#sheet input[name=name]").fill("Vũ An")
    page.locator("#sheet button[type=submit]").click()
    page.locator("table.stakeholders").get_by_text("Vũ An").wait_for()
    expect(page.locator("svg.map:visible .map-seat")).to_have_count(0)
