"""The main job as its users do it: an account manager, a manager and an admin, on a real server with a real worker."""

import datetime

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from clients.models import Client
from relationships.health import refresh
from relationships.models import FollowUp, FollowUpRule, HealthScore, Interaction
from tests import factories as make
from tests.browser.conftest import DESK, PHONE

HEALTH_WITHIN_MS = 5_000


@pytest.fixture
def neglected(book):
    """Alpha: last reached 120 days ago in a bad mood, a contact, and a late cadence follow-up for Lan."""
    contact = make.contact(book.alpha, "Đặng Thùy Trâm", role="decision_maker")
    make.interaction(book.alpha, days_ago=120, sentiment=-1, contacts=[contact], author=book.lan)
    make.follow_up(book.alpha, book.lan, due_in=-3, rule=FollowUpRule.CADENCE, reason="")
    refresh.score_clients()
    return book


@pytest.mark.parametrize("viewport", [DESK, PHONE], ids=["desk", "phone"])
def test_an_account_manager_logs_a_call_from_today_and_sees_what_it_changed(
    live_server, neglected, worker, open_page, viewport
):
    client, before = neglected.alpha, HealthScore.objects.get(client=neglected.alpha).score
    page = open_page(neglected.lan, "/today/", viewport=viewport)
    row = page.locator(f"main a[href='/clients/{client.pk}/']").first
    expect(row).to_be_visible()
    expect(page.locator("main")).to_contain_text("3 days late")
    row.click()
    page.wait_for_url(f"**/clients/{client.pk}/")
    page.evaluate("window.sameDocument = true")

    page.keyboard.press("l")
    sheet = page.locator("#sheet form[data-log-form]")
    sheet.wait_for()
    sheet.get_by_label("Very good").check()
    sheet.locator("textarea[name=summary]").fill("Hẹn gặp kế toán trưởng tuần sau")
    page.keyboard.press("Control+Enter")

    timeline = page.locator(f"#client-{client.pk}-timeline")
    timeline.get_by_text("Hẹn gặp kế toán trưởng tuần sau").wait_for()
    health = page.locator(f"#client-{client.pk}-health")
    health.locator(".moved").wait_for(timeout=HEALTH_WITHIN_MS)
    assert page.evaluate("window.sameDocument") is True

    after = HealthScore.objects.get(client=client)
    assert after.score > before
    expect(health).to_contain_text(str(int(after.score)))
    assert Interaction.objects.filter(client=client).count() == 2
    closed = FollowUp.objects.get(closed_by_interaction__isnull=False)
    assert (closed.status, closed.closed_by) == ("done", neglected.lan)
    planned = FollowUp.objects.open().get(client=client)
    assert planned.due_on > timezone.localdate() + datetime.timedelta(days=30)


def test_a_double_click_logs_once(live_server, neglected, open_page):
    page = open_page(neglected.lan, f"/clients/{neglected.alpha.pk}/log/")
    page.locator("form[data-log-form] button[type=submit]").dblclick()
    page.wait_for_url(f"**/clients/{neglected.alpha.pk}/")
    assert Interaction.objects.filter(client=neglected.alpha).count() == 2


def test_a_manager_drills_down_to_the_clients_behind_a_figure(live_server, neglected, open_page):
    band = Client.objects.get(pk=neglected.alpha.pk).health_band
    page = open_page(neglected.manager, "/portfolio/")
    link = page.locator(f"main a[href*='band={band}']").first
    expect(link).to_contain_text("1")
    link.click()
    page.wait_for_url(f"**/clients/?*band={band}*")
    expect(page.locator("main")).to_contain_text("Alpha Thép Việt")
    expect(page.locator("main")).not_to_contain_text("Omega Logistics")


def test_an_admin_makes_a_client_key_and_its_lead_changes_hands(live_server, neglected, open_page):
    client, kam = neglected.alpha, make.user("Kim Anh", tier_code="kam", team=neglected.north)
    Client.objects.filter(pk=client.pk).update(revenue_12m=900)
    lan = open_page(neglected.lan, f"/clients/{client.pk}/")
    expect(lan.locator("h1")).to_contain_text("Alpha")

    admin = open_page(neglected.admin, "/assignments/")
    admin.locator(f"a[href='/clients/{client.pk}/key-status/']").first.click()
    admin.locator("#sheet textarea[name=reason], #sheet input[name=reason]").fill("Biggest in the region")
    admin.locator("#sheet button[type=submit]").first.click()
    # Lan's tier may not lead a key client, so the choice of a lead follows at once.
    admin.locator("#sheet label:has-text('Kim Anh')").first.click()
    admin.locator("#sheet [name=reason]").fill("Key clients go to a KAM")
    admin.locator("#sheet button[type=submit]:has-text('Assign')").click()
    admin.locator("#sheet form.sheet-form").wait_for(state="hidden")

    assert lan.goto(f"/clients/{client.pk}/").status == 404
    kim = open_page(kam, "/today/")
    expect(kim.locator("main")).to_contain_text("Alpha Thép Việt")
    kim.goto(f"/clients/{client.pk}/")
    expect(kim.locator("main")).to_contain_text("Key clients go to a KAM")
