"""The log without a connection: the cable is cut at every moment, and nothing is lost, nothing doubled."""

import datetime

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone
from playwright.sync_api import expect

from clients.models import Assignment
from relationships.models import FollowUp, Interaction
from relationships.services.follow_ups import close_follow_ups
from tests import factories as make
from tests.browser.axe import findings
from tests.browser.conftest import PHONE
from tests.browser.offline import (
    SHEET,
    entries,
    has_forgotten,
    has_kept,
    has_sent,
    open_log,
    save,
    state,
    toast,
    until,
)

BACK_MS = 25_000  # the page looks for the connection every few seconds


def summaries():
    return list(Interaction.objects.order_by("id").values_list("summary", flat=True))


def wait_for_rows(page, count):
    expect(page.locator("#connection [data-count]")).to_have_text(f"{count} to send" if count else "")


def mend(page, cable):
    cable.mend()
    wait_for_sent(page)


def wait_for_sent(page):
    has_sent(page)
    expect(page.locator("#connection[data-waiting]")).to_have_count(0, timeout=BACK_MS)


# --- Five moments -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("viewport", [None, PHONE], ids=["desk", "phone"])
def test_cut_before_opening(due, open_kept, cable, viewport):
    page = open_kept(due.lan, due.alpha.get_absolute_url(), **({"viewport": viewport} if viewport else {}))
    has_kept(page, "sheets", f"{due.alpha.get_absolute_url()}log/")
    before = timezone.now()
    cable.cut()
    page.goto("/today/")
    page.locator(".task-actions a").first.click()
    sheet = page.locator(SHEET)
    expect(sheet.get_by_text("Offline: this is saved on this device")).to_be_visible()
    expect(sheet.get_by_label("Call back")).to_be_checked()
    expect(sheet.get_by_label("Đặng Thuỳ Trâm")).to_be_checked()
    sheet.locator("textarea[name=summary]").fill("Said on the train")
    save(page)
    expect(toast(page)).to_contain_text("Saved on this device")
    wait_for_rows(page, 1)
    assert not Interaction.objects.filter(summary="Said on the train").exists()
    mend(page, cable)
    touch = Interaction.objects.get(summary="Said on the train")
    assert before - datetime.timedelta(minutes=1) <= touch.occurred_at <= timezone.now()
    assert FollowUp.objects.get(reason="Call back").closed_by_interaction == touch
    expect(toast(page)).to_contain_text("Closed: Call back.")


def test_cut_while_typing(due, open_kept, cable):
    page = open_kept(due.lan, due.alpha.get_absolute_url())
    open_log(page)
    page.locator(f"{SHEET} textarea[name=summary]").fill("Begun with,")
    cable.cut()
    page.locator(f"{SHEET} textarea[name=summary]").fill("Begun with, ended without")
    save(page)
    expect(toast(page)).to_contain_text("Saved on this device")
    wait_for_rows(page, 1)
    expect(page.locator("#sheet[open]")).to_have_count(0)
    mend(page, cable)
    assert summaries()[1:] == ["Begun with, ended without"]
    open_log(page)
    expect(page.locator(f"{SHEET} textarea[name=summary]")).to_have_value("")


def test_cut_at_save_outlives_the_page(due, open_kept, cable):
    page = open_kept(due.lan, due.alpha.get_absolute_url())
    open_log(page)
    page.locator(f"{SHEET} textarea[name=summary]").fill("Saved in the lift")
    cable.cut()
    save(page)
    wait_for_rows(page, 1)
    page.close()
    context = page.context
    cable.mend()
    page = context.new_page()
    page.goto("/clients/")
    wait_for_sent(page)
    assert summaries()[1:] == ["Saved in the lift"]


def test_cut_during_the_answer_makes_one_touch(due, open_kept, cable):
    page = open_kept(due.lan, due.alpha.get_absolute_url())
    open_log(page)
    page.locator(f"{SHEET} textarea[name=summary]").fill("Saved, but who knows")
    cable.cut_at_answer(b"POST /clients/")
    save(page)
    wait_for_rows(page, 1)
    assert summaries()[1:] == ["Saved, but who knows"], "the server has it, the answer was lost"
    mend(page, cable)
    expect(toast(page)).to_contain_text("was logged already")
    assert summaries()[1:] == ["Saved, but who knows"]


def test_cut_for_a_day(due, open_kept, cable):
    """Five contacts of yesterday, with a next step that is due by the time they are sent: in order, at their times."""
    page = open_kept(due.lan, due.alpha.get_absolute_url())
    has_kept(page, "sheets", f"{due.alpha.get_absolute_url()}log/")
    yesterday = timezone.localtime() - datetime.timedelta(days=1)
    cable.cut()
    for number in range(5):
        page.clock.set_fixed_time(yesterday.replace(hour=9 + number, minute=30))
        page.goto(due.alpha.get_absolute_url())
        open_log(page)
        page.locator(f"{SHEET} textarea[name=summary]").fill(f"Number {number}")
        if number == 4:
            page.locator(f"{SHEET} input[name=next_step]").fill("Send the offer")
            page.locator(f"{SHEET} input[name=next_step_other]").fill(yesterday.date().isoformat())
        save(page)
        wait_for_rows(page, number + 1)
    assert [entry["kind"] for entry in entries(page)] == ["Call"] * 5
    page.clock.set_fixed_time(timezone.now())
    cable.mend()
    page.goto("/today/")
    wait_for_sent(page)
    expect(toast(page)).to_contain_text("Contacts sent: 5.")
    assert summaries()[1:] == [f"Number {number}" for number in range(5)]
    hours = [timezone.localtime(touch.occurred_at).hour for touch in Interaction.objects.order_by("id")[1:]]
    assert hours == [9, 10, 11, 12, 13]
    assert FollowUp.objects.get(reason="Send the offer").due_on == yesterday.date()


# --- In order, and once -------------------------------------------------------------------------------------------


def test_whoever_presses_log_anywhere_chooses_among_the_kept(due, open_kept, cable):
    page = open_kept(due.lan, due.alpha.get_absolute_url())
    has_kept(page, "sheets", f"{due.alpha.get_absolute_url()}log/")
    cable.cut()
    page.goto("/portfolio/")
    page.get_by_role("link", name="Log a contact").click()
    page.locator("#sheet .kept-rows a").get_by_text(due.alpha.name).click()
    page.locator(f"{SHEET} textarea[name=summary]").fill("From nowhere")
    save(page)
    wait_for_rows(page, 1)
    cable.mend()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Portfolio", timeout=BACK_MS)
    wait_for_sent(page)
    assert summaries()[1:] == ["From nowhere"]


def test_two_tabs_send_once(due, open_kept, cable):
    page = open_kept(due.lan, due.alpha.get_absolute_url())
    other = page.context.new_page()
    other.goto("/today/")
    other.locator("#rail-log[data-htmx-powered]").wait_for(state="attached")
    open_log(page)
    cable.cut()
    page.locator(f"{SHEET} textarea[name=summary]").fill("Seen by both")
    save(page)
    wait_for_rows(page, 1)
    wait_for_rows(other, 1)
    asked = []
    page.context.on(
        "request", lambda request: asked.append(request.url) if request.method == "POST" else None
    )
    cable.mend()
    wait_for_sent(page)
    wait_for_sent(other)
    assert summaries()[1:] == ["Seen by both"] and len(asked) == 1


def test_what_the_server_cannot_do_now_is_tried_again(due, open_kept, cable):
    page = open_kept(due.lan, due.alpha.get_absolute_url())
    open_log(page)
    cable.cut()
    save(page)
    wait_for_rows(page, 1)
    tries = []

    def busy(route):
        tries.append(route.request.url)
        if len(tries) == 1:
            route.fulfill(status=503, body="")
        else:
            route.continue_()

    page.route("**/log/", busy)
    cable.mend()
    wait_for_sent(page)
    assert len(tries) == 2 and Interaction.objects.count() == 2


# --- Conflicts ----------------------------------------------------------------------------------------------------


def refused_entry(page, cable):
    cable.mend()
    expect(page.locator("#connection [data-count]")).to_have_text("1 could not be sent", timeout=BACK_MS)
    page.locator("#outbox-open").click()
    return page.locator("#outbox li")


def save_without_connection(page, cable, words):
    open_log(page)
    cable.cut()
    page.locator(f"{SHEET} textarea[name=summary]").fill(words)
    save(page)
    wait_for_rows(page, 1)


def test_a_client_who_has_moved_away_stays_with_its_reason_until_it_is_discarded(due, open_kept, cable):
    page = open_kept(due.lan, due.alpha.get_absolute_url())
    save_without_connection(page, cable, "Said before the handover")
    Assignment.objects.filter(client=due.alpha).update(ended_at=timezone.now())
    row = refused_entry(page, cable)
    expect(row).to_contain_text("This client is no longer in your portfolio.")
    expect(row).to_contain_text("Said before the handover")
    expect(row.get_by_role("link", name="Open and correct")).to_have_count(0)
    page.reload()
    page.goto("/today/")
    page.locator("#outbox-open").click()
    row.get_by_role("button", name="Discard").click()
    row.get_by_role("button", name="Keep").click()
    expect(row.get_by_role("button", name="Discard")).to_be_focused()
    row.get_by_role("button", name="Discard").click()
    row.get_by_role("button", name="Yes, discard").click()
    expect(page.locator("#connection")).to_be_hidden()
    has_sent(page)
    assert Interaction.objects.count() == 1


def test_what_was_refused_is_opened_corrected_and_saved_once(due, open_kept, cable):
    page = open_kept(due.lan, due.alpha.get_absolute_url())
    open_log(page)
    cable.cut()
    page.locator(f"{SHEET} textarea[name=summary]").fill("With a wrong day")
    page.locator(f"{SHEET} input[name=next_step]").fill("Send the offer")
    page.locator(f"{SHEET} label:has-text('Very good')").click()
    page.locator(f"{SHEET} summary:has-text('Another day')").click()
    page.locator(f"{SHEET} input[name=next_step_other]").fill("2020-01-01")
    save(page)
    wait_for_rows(page, 1)
    row = refused_entry(page, cable)
    expect(row).to_contain_text("Please choose today or a day ahead.")
    row.get_by_role("link", name="Open and correct").click()
    sheet = page.locator(SHEET)
    expect(sheet.locator("textarea[name=summary]")).to_have_value("With a wrong day")
    expect(sheet.get_by_label("Very good")).to_be_checked()
    tomorrow = timezone.localdate() + datetime.timedelta(days=1)
    sheet.locator("input[name=next_step_other]").fill(tomorrow.isoformat())
    save(page)
    wait_for_sent(page)
    assert summaries()[1:] == ["With a wrong day"] and entries(page) == []
    assert FollowUp.objects.get(reason="Send the offer").due_on == tomorrow


def test_a_follow_up_that_somebody_closed_meanwhile_is_told(due, open_kept, cable):
    page = open_kept(due.lan, due.alpha.get_absolute_url())
    save_without_connection(page, cable, "Called back")
    close_follow_ups([FollowUp.objects.get(reason="Call back")], by=due.senior)
    mend(page, cable)
    expect(toast(page)).to_contain_text("Closed already: Call back.")
    assert summaries()[1:] == ["Called back"]


# --- Whose it is --------------------------------------------------------------------------------------------------


def log_in(page, user):
    page.goto("/accounts/login/")
    page.fill("input[name=login]", user.email)
    page.fill("input[name=password]", make.PASSWORD)
    page.click("main button[type=submit]")
    page.wait_for_url(lambda url: "/accounts/login/" not in url)


def test_a_session_that_ended_keeps_it_until_the_same_user_is_back(due, open_kept, cable):
    page = open_kept(due.lan, due.alpha.get_absolute_url())
    save_without_connection(page, cable, "Older than the session")
    Session.objects.all().delete()
    cable.mend()
    expect(page.get_by_role("link", name="Log in to send")).to_be_visible(timeout=BACK_MS)
    page.get_by_role("link", name="Log in to send").click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    until(page, "async () => (await caches.keys()).every((name) => name.startsWith('tend-shell-'))")
    assert [entry["client"] for entry in entries(page)] == [due.alpha.name]
    log_in(page, due.lan)
    page.goto("/today/")
    wait_for_sent(page)
    assert summaries()[1:] == ["Older than the session"]


def test_another_user_neither_sends_nor_sees_it(due, open_kept, cable):
    page = open_kept(due.lan, due.alpha.get_absolute_url())
    save_without_connection(page, cable, "Lan's own words")
    Session.objects.all().delete()
    cable.mend()
    expect(page.get_by_role("link", name="Log in to send")).to_be_visible(timeout=BACK_MS)
    log_in(page, due.senior)
    page.goto("/today/")
    has_kept(page, "pages", "/today/")
    has_sent(page)
    has_forgotten(page, due.lan)
    expect(page.locator("#connection")).to_be_hidden()
    assert summaries() == [""]


@pytest.mark.parametrize("place", ["menu", "page"])
def test_logging_out_asks_first_and_leaves_nothing_behind(due, open_kept, cable, place):
    page = open_kept(due.lan, due.alpha.get_absolute_url())
    save_without_connection(page, cable, "Not sent yet")
    page.route(
        "**/log/", lambda route: route.fulfill(status=503, body="")
    )  # it would be sent before one looks
    cable.mend()

    def log_out():
        if place == "page":
            page.goto("/accounts/logout/")
            page.locator("main button[type=submit]").click()
        else:
            page.locator(".user-button").click()
            page.get_by_role("button", name="Log out").click()

    log_out()
    asked = page.locator("#outbox-leave")
    expect(asked).to_contain_text("Contacts that have not been sent yet: 1.")
    asked.get_by_role("button", name="Stay").click()
    assert len(entries(page)) == 1
    log_out()
    asked.get_by_role("button", name="Delete and log out").click()
    page.wait_for_url("**/accounts/login/")
    assert entries(page) == []
    has_forgotten(page, due.lan)
    assert not Session.objects.exists()


def test_who_has_nothing_to_send_is_not_asked(due, open_kept):
    page = open_kept(due.lan)
    page.locator(".user-button").click()
    page.get_by_role("button", name="Log out").click()
    page.wait_for_url("**/accounts/login/")
    has_forgotten(page, due.lan)
    expect(state(page)).to_have_count(0)


# --- For every eye and hand -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["en", "vi"])
def test_axe_finds_nothing_while_there_is_no_connection(due, open_kept, cable, language):
    due.lan.language = language
    due.lan.save()
    page = open_kept(due.lan, due.alpha.get_absolute_url())
    has_kept(page, "sheets", f"{due.alpha.get_absolute_url()}log/")
    # Colours that are still on their way to the other theme read badly.
    page.emulate_media(reduced_motion="reduce")
    cable.cut()
    page.goto("/portfolio/")
    expect(page.locator(".kept-rows a")).to_have_count(2)
    found = findings(page, "not kept")
    page.goto("/today/")
    expect(state(page)).not_to_be_empty()
    found |= findings(page, "kept")
    page.locator("#rail-log[data-htmx-powered]").click()
    expect(page.locator("#sheet .kept-rows a")).to_be_focused()
    found |= findings(page, "choose", where="#sheet")
    page.keyboard.press("Enter")
    expect(page.locator(f"{SHEET} [data-offline-note]")).to_be_visible()
    found |= findings(page, "sheet", where="#sheet")
    save(page)
    expect(page.locator("#connection[data-waiting]")).to_be_visible()
    Assignment.objects.filter(client=due.alpha).update(ended_at=timezone.now())
    page.locator("#outbox-open").click()
    found |= findings(page, "outbox", where="#outbox")
    page.keyboard.press("Escape")
    expect(page.locator("#outbox-open")).to_be_focused()
    cable.mend()
    expect(page.locator("#outbox [data-refused]")).to_have_count(1, timeout=BACK_MS)
    page.locator("#outbox-open").click()
    page.locator("#outbox [data-discard-ask]").click()
    found |= findings(page, "refused", where="#outbox") | findings(page, "stale", where="#connection")
    page.keyboard.press("Escape")
    page.locator(".user-button").click()
    page.locator("form[action$='/logout/'] button").click()
    expect(page.locator("#outbox-leave[open]")).to_be_visible()
    found |= findings(page, "leaving", where="#outbox-leave")
    assert found == {}
