"""Today by keyboard: one key for each thing that may happen to the chosen follow-up."""

import re

from playwright.sync_api import expect

from relationships.models import FollowUp, Snooze
from tests import factories as make


def test_the_queue_is_worked_by_single_keys(live_server, book, open_page):
    large = make.client("Large", lead=book.lan, revenue_12m=1000)
    first = make.follow_up(large, book.lan, reason="First", kind="task")
    second = make.follow_up(book.alpha, book.lan, reason="Second")
    third = make.follow_up(book.alpha, book.lan, reason="Third")
    page = open_page(book.lan, "/today/")
    chosen = page.locator("[data-chosen]")

    def press(key):
        page.keyboard.press(key)

    expect(chosen).to_have_attribute("id", f"follow-up-{first.pk}")
    press("w")
    page.locator("#sheet").get_by_text("Value at stake").wait_for()
    press("Escape")
    page.locator("#sheet[open]").wait_for(state="detached")

    press("j")
    expect(chosen).to_have_attribute("id", f"follow-up-{second.pk}")
    press("k")
    press("d")
    page.locator(f"#follow-up-{first.pk}").wait_for(state="detached")
    assert FollowUp.objects.get(pk=first.pk).status == "done"
    page.locator(".toast").get_by_role("button", name="Open again").click()
    page.locator(f"#follow-up-{first.pk}").wait_for()
    assert FollowUp.objects.get(pk=first.pk).status == "open"

    # The key of the queue goes before the page's own: the sheet is the one of this client and follow-up.
    page.locator(f"#follow-up-{third.pk}").focus()
    press("l")
    page.locator("#sheet form[data-log-form]").wait_for()
    expect(page.locator("#sheet form")).to_have_attribute(
        "action", re.compile(re.escape(f"/clients/{book.alpha.pk}/log/"))
    )
    page.locator("#sheet textarea[name=summary]").fill("ddsrlw")
    press("Escape")
    page.locator("#sheet[open]").wait_for(state="detached")
    assert FollowUp.objects.open().filter(client=book.alpha).count() == 2

    press("s")
    sheet = page.locator("#sheet form")
    sheet.wait_for()
    sheet.locator("label:has-text('+1 week')").click()
    sheet.locator("label:has-text('We wait for their answer')").click()
    press("Control+Enter")
    page.locator(f"#follow-up-{third.pk} [data-do]").first.wait_for(state="detached")
    assert Snooze.objects.get().follow_up_id == third.pk

    press("r")
    page.locator("#sheet").get_by_text("To whom").wait_for()
