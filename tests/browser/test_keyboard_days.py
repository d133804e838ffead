"""A day of each persona by keyboard alone: from the log-in to the log-out, and nothing is clicked."""

import datetime

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from clients.models import Approval, AssignmentRole, Client
from relationships.health import refresh
from relationships.models import (
    FollowUp,
    FollowUpRule,
    HealthOverride,
    Interaction,
    Note,
    PlanAction,
    RuleSetting,
)
from tests import factories as make
from tests.browser.conftest import DESK
from tests.browser.keyboard import Keyboard

LOG = "#sheet form[data-log-form]"


@pytest.fixture
def begin(chromium, live_server):
    """`begin(user)` is a `Keyboard` of who has logged in by it."""
    contexts = []

    def log_in(user):
        context = chromium.new_context(
            base_url=live_server.url, viewport=DESK, locale="en", service_workers="block"
        )
        contexts.append(context)
        keys = Keyboard(context.new_page())
        keys.log_in(user.email, make.PASSWORD)
        keys.page.wait_for_url(lambda url: "/accounts/login/" not in url)
        return keys

    yield log_in
    for context in contexts:
        context.close()


@pytest.fixture
def alpha(book):
    """Alpha: last met nine days ago, silent for its cadence, with a decision maker."""
    chief = make.contact(book.alpha, "Đặng Thùy Trâm", role="decision_maker")
    make.interaction(book.alpha, days_ago=9, author=book.lan, contacts=[chief])
    make.follow_up(book.alpha, book.lan, due_in=-3, rule=FollowUpRule.CADENCE, reason="")
    return book.alpha


def saved(keys):
    """Ctrl+Enter saves, and the sheet is gone."""
    keys.press("Control+Enter")
    keys.page.locator("#sheet[open]").wait_for(state="detached")


def test_account_manager(book, alpha, begin):
    annex = make.follow_up(
        make.client("Hoa Sen", lead=book.lan), book.lan, due_in=-1, reason="Ask for the annex"
    )
    keys = begin(book.lan)
    page = keys.page
    page.wait_for_url("**/today/")

    # Past the navigation, to the first thing to do, and why it is the first.
    keys.press("Tab", "Enter")
    expect(page.locator("#main")).to_be_focused()
    keys.press("w")
    page.locator("#sheet").get_by_text("Value at stake").wait_for()
    keys.press("Escape")
    page.locator("#sheet[open]").wait_for(state="detached")

    # A call logged with a word about it, and the annex put off for a week.
    keys.search("alpha", "Alpha Thép Việt")
    page.wait_for_url(f"**/clients/{alpha.pk}/")
    keys.press("l")
    page.locator(f"{LOG} input:focus").wait_for()
    keys.write(page.locator(f"{LOG} textarea[name=summary]"), "Muốn gia hạn sớm")
    saved(keys)
    page.locator(f"#client-{alpha.pk}-timeline").get_by_text("Muốn gia hạn sớm").wait_for()
    assert Interaction.objects.latest("id").author == book.lan
    keys.press("n")
    keys.write(page.locator("#sheet textarea[name=text]"), "Họ chuyển văn phòng")
    saved(keys)
    page.locator(f"#client-{alpha.pk}-timeline").get_by_text("Họ chuyển văn phòng").wait_for()
    assert Note.objects.get().author == book.lan
    keys.open(page.locator("#client-tab-contracts"))
    page.wait_for_url("**?tab=contracts")
    keys.search("today", "Today")
    page.wait_for_url("**/today/")
    keys.pick(page.locator(f"#follow-up-{annex.pk}"))
    keys.press("s")
    sheet = page.locator("#sheet form")
    keys.choose(sheet.get_by_label("+1 week"))
    keys.choose(sheet.get_by_label("We wait for their answer"))
    saved(keys)
    page.locator(f"#follow-up-{annex.pk}").wait_for(state="detached")

    # What is ahead, the whole book, the keys, and home.
    keys.search("calendar", "Calendar")
    page.wait_for_url("**/calendar/")
    keys.press("ArrowRight")
    expect(page.locator(":focus")).to_have_attribute("aria-current", "date")
    keys.press("?")
    page.locator("#dialog[open]").wait_for()
    keys.press("Escape")
    page.locator("#dialog[open]").wait_for(state="detached")
    keys.open(page.locator("nav a[href='/clients/']:visible"))
    page.wait_for_url("**/clients/")
    keys.press("j", "o")
    page.wait_for_url(f"**/clients/{alpha.pk}/")
    keys.log_out()


def test_key_account_manager(book, begin):
    kam = make.user("Kim Anh", tier_code="kam", team=book.north)
    client = make.client("Thép Hòa Phát", lead=kam, segment="key")
    keys = begin(kam)
    page = keys.page
    keys.search("hoa phat", "Thép Hòa Phát")
    page.wait_for_url(f"**/clients/{client.pk}/")
    keys.open(page.locator("#client-tab-plan"))
    page.wait_for_url("**?tab=plan")
    keys.open(page.locator("main a[href$='/plan/new/']"))
    sheet = page.locator("#sheet form")
    sheet.wait_for()
    keys.write(sheet.locator("[name=what]"), "Mời giám đốc thăm nhà máy")
    keys.go_to(sheet.locator("[name=due_on]"))
    day = timezone.localdate() + datetime.timedelta(days=20)
    keys.type(day.strftime("%m%d%Y"))
    saved(keys)
    page.locator("main").get_by_text("Mời giám đốc thăm nhà máy").first.wait_for()
    action = PlanAction.objects.get()
    assert (action.client, action.due_on) == (client, day)
    keys.log_out()


def test_senior_account_manager(book, alpha, begin):
    make.assignment(alpha, book.mai, role=AssignmentRole.SUPPORT)
    due = FollowUp.objects.get(client=alpha)
    FollowUp.objects.filter(pk=due.pk).update(assignee=book.senior)
    refresh.score_clients()
    keys = begin(book.senior)
    page = keys.page
    page.goto("/today/")
    keys.pick(page.locator(f"#follow-up-{due.pk}"))
    keys.press("r")
    sheet = page.locator("#sheet form")
    keys.choose(sheet.get_by_label("Mai Đỗ"))
    keys.write(sheet.locator("[name=reason]"), "She knows them")
    saved(keys)
    page.locator(f"#follow-up-{due.pk}").wait_for(state="detached")
    due.refresh_from_db()
    assert due.assignee == book.mai

    keys.search("alpha", "Alpha Thép Việt")
    page.wait_for_url(f"**/clients/{alpha.pk}/")
    keys.open(page.locator("#override-open"))
    keys.write(page.locator("#sheet [name=score]"), "40")
    keys.write(page.locator("#sheet [name=reason]"), "They are merging.")
    saved(keys)
    assert HealthOverride.objects.get().made_by == book.senior
    keys.search("portfolio", "Portfolio")
    page.wait_for_url("**/portfolio/")
    keys.log_out()


def test_relationship_manager(book, begin):
    adviser = make.user("Ngọc Võ", tier_code="rm", team=book.north)
    client = make.client("Sông Đà", lead=adviser)
    keys = begin(adviser)
    page = keys.page
    keys.search("log song da", "Log a contact")
    page.locator(f"{LOG} input:focus").wait_for()
    keys.choose(page.locator(f"{LOG} input[name=kind][value=review]"))
    keys.write(page.locator(f"{LOG} textarea[name=summary]"), "Nên gộp hai hợp đồng")
    saved(keys)
    page.locator("#toasts .toast").get_by_text("logged").wait_for()
    touch = Interaction.objects.get()
    assert (touch.client, touch.kind) == (client, "review")
    keys.open(page.locator("nav a[href='/deals/']:visible"))
    page.wait_for_url("**/deals/")
    keys.log_out()


def test_manager(book, alpha, begin):
    refresh.score_clients()
    band = Client.objects.get(pk=alpha.pk).health_band
    contract = make.contract(alpha, ends_in=60)
    approval = Approval.objects.create(
        client=alpha, contract=contract, asked_by=book.lan, discount_percent=12, reason="They asked"
    )
    keys = begin(book.manager)
    page = keys.page
    page.wait_for_url("**/portfolio/")
    keys.open(page.locator(f"main a[href*='band={band}']"))
    page.wait_for_url(f"**/clients/?*band={band}*")
    keys.press("j", "o")
    page.wait_for_url(f"**/clients/{alpha.pk}/")
    keys.search("approvals", "Approvals")
    page.wait_for_url("**/approvals/")
    keys.open(page.locator(f"main a[href='/approvals/{approval.pk}/']"))
    sheet = page.locator("#sheet form")
    keys.choose(sheet.locator("[name=decision][value=approve]"))
    keys.write(sheet.locator("[name=answer]"), "Once only")
    saved(keys)
    approval.refresh_from_db()
    assert (approval.status, approval.decided_by) == ("approved", book.manager)
    keys.search("escalations", "Escalations")
    page.wait_for_url("**/escalations/")
    keys.log_out()


def test_admin(book, alpha, begin):
    make.user("Kim Anh", tier_code="kam", team=book.north)
    Client.objects.filter(pk=alpha.pk).update(revenue_12m=900)
    keys = begin(book.admin)
    page = keys.page
    page.wait_for_url("**/assignments/")
    keys.open(page.locator(f"a[href='/clients/{alpha.pk}/key-status/']"))
    keys.write(page.locator("#sheet [name=reason]"), "Biggest in the region")
    keys.press("Control+Enter")
    keys.choose(page.locator("#sheet").get_by_label("Kim Anh"))
    keys.write(page.locator("#sheet [name=reason]"), "Key clients go to a KAM")
    saved(keys)
    alpha.refresh_from_db()
    lead = alpha.assignments.get(role=AssignmentRole.LEAD, ended_at=None)
    assert (alpha.segment, lead.user.name) == ("key", "Kim Anh")

    keys.search("rules", "Follow-up rules")
    page.wait_for_url("**/rules/")
    keys.open(page.locator("main a[href*='birthday']"))
    sheet = page.locator("#sheet form")
    was = RuleSetting.objects.filter(rule="birthday").values_list("is_on", flat=True).first()
    keys.go_to(sheet.locator("input[name=is_on]"))
    keys.press("Space")
    saved(keys)
    assert RuleSetting.objects.get(rule="birthday").is_on != was
    keys.log_out()


def test_department_member(book, alpha, begin):
    asked = make.internal_request(alpha, book.lan, what="Xác nhận ngày giao")
    keys = begin(book.dept)
    page = keys.page
    page.wait_for_url("**/requests/")
    keys.open(page.locator(f"main a[href='/requests/{asked.pk}/']"))
    page.wait_for_url(f"**/requests/{asked.pk}/")
    keys.write(page.locator("main textarea[name=text]"), "Giao thứ Sáu")
    keys.press("Control+Enter")
    page.locator("main").get_by_text("Giao thứ Sáu").first.wait_for()
    assert asked.answers.get().author == book.dept
    keys.log_out()
