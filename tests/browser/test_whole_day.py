"""An account manager's day from the first page to the last, by keyboard at a desk and by thumb on a phone."""

import datetime

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from relationships.benchmarks.visits import SHIFTS
from relationships.models import FollowUp, FollowUpRule, Interaction, Note
from tests import factories as make
from tests.browser.conftest import DESK, PHONE
from tests.clients.files import PDF

SHEET = "#sheet form[data-log-form]"
# Of Chromium's own measure for what moved without its reader's doing; up to 0.1 counts as good.
LARGEST_SHIFT = 0.02


@pytest.fixture
def morning(book):
    """Alpha: a meeting at 14:30 with its decision maker; Hoa Sen: silent too long; Gamma: an answer to wait for."""
    tram = make.contact(book.alpha, "Đặng Thùy Trâm", role="decision_maker", title="Giám đốc")
    make.interaction(book.alpha, days_ago=9, author=book.lan, contacts=[tram], summary="Bàn về gia hạn")
    make.follow_up(
        book.alpha, book.lan, kind="meeting", due_time=datetime.time(14, 30), reason="Quarter review"
    )
    silent = make.client("Hoa Sen", lead=book.lan, revenue_12m=50)
    make.follow_up(silent, book.lan, due_in=-3, rule=FollowUpRule.CADENCE, reason="")
    waiting = make.client("Gamma Foods", lead=book.lan, revenue_12m=5)
    make.follow_up(waiting, book.lan, due_in=-1, reason="Ask for the signed annex")
    return book


class Day:
    """The same day on a wide screen by keys, on a narrow one by taps; each page it comes to is looked over."""

    def __init__(self, page, is_phone):
        self.page, self.is_phone = page, is_phone

    def look_over(self):
        assert self.page.evaluate("document.documentElement.scrollWidth <= innerWidth"), self.page.url
        assert self.page.evaluate(SHIFTS) <= LARGEST_SHIFT, self.page.url
        expect(self.page.locator("h1"), self.page.url).to_have_count(1)

    def toast(self, words):
        self.page.locator("#toasts .toast").get_by_text(words).last.wait_for()

    def row(self, follow_up):
        return self.page.locator(f"#follow-up-{follow_up.pk}")

    def do(self, follow_up, key):
        """One of the things to do with a row of the queue."""
        if self.is_phone:
            self.row(follow_up).locator(f"[data-do={key}]").click()
        else:
            self.row(follow_up).focus()
            self.page.keyboard.press(key)

    def search(self, words, name):
        if self.is_phone:
            self.page.locator(".bottom-bar a", has_text="Search").click()
        else:
            self.page.keyboard.press("/")
        self.page.locator("#palette[open]").wait_for()
        self.page.locator("#palette [name=q]").fill(words)
        hit = self.page.locator("#palette [role=option]", has_text=name).first
        hit.wait_for()
        if self.is_phone:
            hit.click()
        else:
            self.page.keyboard.press("Enter")

    def save(self):
        if self.is_phone:
            self.page.locator("#sheet .sheet-foot button[type=submit]").first.click()
        else:
            self.page.keyboard.press("Control+Enter")


@pytest.mark.parametrize("viewport", [DESK, PHONE], ids=["desk", "phone"])
def test_a_whole_day(live_server, morning, open_page, viewport, tmp_path):
    lan, alpha = morning.lan, morning.alpha
    late, annex = FollowUp.objects.get(rule="cadence"), FollowUp.objects.get(reason__startswith="Ask")
    page = open_page(lan, "/", viewport=viewport)
    day = Day(page, is_phone=viewport == PHONE)

    # Morning: what comes first, and why.
    page.wait_for_url("**/today/")
    day.look_over()
    expect(page.locator("[data-queue] .task").first).to_contain_text("Hoa Sen")
    day.do(late, "w")
    page.locator("#sheet").get_by_text("Value at stake").wait_for()
    page.keyboard.press("Escape")
    page.locator("#sheet[open]").wait_for(state="detached")

    # A call with Hoa Sen, typed in one line; it closes what was due and plans what is next.
    day.do(late, "l")
    page.locator(SHEET).wait_for()
    page.locator(f"{SHEET} input[name=line]").fill("called, positive, follow up in 2 weeks")
    expect(page.locator(f"{SHEET} input[name=sentiment][value='1']")).to_be_checked()
    day.save()
    day.toast("logged")
    late.refresh_from_db()
    assert late.status == "done" and late.closed_by_interaction == Interaction.objects.latest("id")
    planned = FollowUp.objects.open().get(client=late.client, rule="next_step")
    assert planned.due_on >= timezone.localdate() + datetime.timedelta(days=14)

    # Gamma has not signed yet: next week.
    day.row(annex).wait_for()
    day.do(annex, "s")
    sheet = page.locator("#sheet form")
    sheet.wait_for()
    sheet.locator("label:has-text('+1 week')").click()
    sheet.locator("label:has-text('We wait for their answer')").click()
    day.save()
    day.row(annex).wait_for(state="detached")

    # Before the meeting: Alpha, found without accents; what was said last, and a note for the team with its file.
    day.search("alpha thep", "Alpha Thép Việt")
    page.wait_for_url(f"**/clients/{alpha.pk}/")
    day.look_over()
    page.locator("#timeline-q").fill("gia han")
    page.locator(f"#client-{alpha.pk}-timeline").get_by_text("Bàn về gia hạn").wait_for()
    page.locator("[data-key=n]").first.click()
    page.locator("#sheet textarea[name=text]").fill("Họ chuyển văn phòng tháng 5")
    day.save()
    page.locator("#sheet[open]").wait_for(state="detached")
    page.locator("#timeline-q").fill("")
    note = page.locator(".event-note")
    note.get_by_text("Họ chuyển văn phòng").wait_for()
    note.locator("summary").click()
    note.get_by_role("link", name="Add a document").click()
    (tmp_path / "Mặt bằng.pdf").write_bytes(PDF)
    page.locator("#sheet input[type=file]").set_input_files(tmp_path / "Mặt bằng.pdf")
    page.locator("#sheet .sheet-foot button[type=submit]").click()
    note.get_by_role("link", name="Mặt bằng.pdf", exact=True).wait_for()
    assert Note.objects.get().documents.get().client == alpha

    # Its documents are a tab with an address of its own; Back is the page as it was.
    page.locator("#client-tab-documents").click()
    page.wait_for_url("**?tab=documents")
    page.locator(f"#client-{alpha.pk}-documents").get_by_role(
        "link", name="Mặt bằng.pdf", exact=True
    ).wait_for()
    page.go_back()
    page.locator(f"#client-{alpha.pk}-timeline").wait_for()

    # The meeting was held: logged from Today, which then has nothing left.
    page.goto("/today/")
    page.locator(".meetings a.btn").first.click()
    page.locator(SHEET).wait_for()
    day.save()
    page.locator(".meeting-held").wait_for()
    expect(page.locator(".day-clear")).to_be_visible()
    expect(page.locator("#today-work")).to_contain_text("2 contacts logged")

    # What is ahead.
    page.goto("/calendar/")
    day.look_over()
    page.goto(f"/calendar/?day={planned.due_on}")
    page.locator("main").get_by_text("Hoa Sen").first.wait_for()

    # Evening: the whole book, two clients tagged, the tag's list in the address.
    page.goto("/clients/?cols=tags")
    day.look_over()
    for number in (0, 1):
        page.locator("[data-pick]").nth(number).check()
    page.locator("#bulk-tags").click()
    page.locator("#sheet input[name=names]").fill("Gia hạn quý 4")
    page.locator("#sheet .sheet-foot button[type=submit]").first.click()
    page.locator("#sheet").get_by_text("2 of 2 clients changed").wait_for()
    page.goto("/clients/?q=gamma")
    day.look_over()
    page.locator("main").get_by_role("link", name="Gamma Foods").click()
    page.wait_for_url(f"**/clients/{annex.client_id}/")
    day.look_over()
    expect(page.locator("main")).to_contain_text("Gia hạn quý 4")
