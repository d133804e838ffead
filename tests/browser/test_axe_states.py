"""axe-core finds nothing in what opens over a page, where nothing stands yet, where much stands, and in errors."""

import itertools

import pytest
from django.core.management import call_command
from django.utils import translation
from playwright.sync_api import expect

from accounts.models import User
from accounts.web.errors import WORDS, answer
from clients.models import Client
from relationships.views.client_page import TABS
from tests import factories as make
from tests import test_access_table as table
from tests.browser import axe
from tests.browser.conftest import WORKING

LISTS = [
    "today",
    "clients",
    "portfolio",
    "deals",
    "whitespace",
    "receivables",
    "renewals",
    "issues",
    "requests",
]
LISTS_OF_ADMIN = [
    "assignments",
    "calendar",
    "reminders",
    "ratings",
    "overrides",
    "rules",
    "setup",
    "scoring/runs",
]
TOAST = """(kind) => document.dispatchEvent(new CustomEvent("toast", {detail: {
    text: "Something happened", kind, action: "Undo", url: "/follow-ups/1/reopen/"}}))"""


@pytest.mark.parametrize("language", axe.LANGUAGES)
def test_axe_finds_nothing_in_what_opens_over_a_page(transactional_db, live_server, visit, language):
    scene = table.build()
    page = visit(scene["people"]["lead"], language)
    alpha = f"/clients/{scene['names']['client_id']}/"
    found = {}

    def look(name, where=None):
        nonlocal found
        found |= axe.findings(page, f"{name} in {language}", where=where)

    def go(path):
        page.goto(path)
        page.locator(WORKING).first.wait_for(state="attached")

    def press(key, opens):
        page.keyboard.press(key)
        page.locator(opens).first.wait_for()

    go(alpha)
    press("/", "#palette[open] [data-hits]")
    look("palette")
    page.keyboard.type("Alp")
    expect(page.locator("#palette-hits [role=option]").first).to_be_visible()
    look("palette with hits")
    page.keyboard.type("qqq")
    expect(page.locator("#palette-hits .empty")).to_be_visible()
    look("palette without hits")
    page.keyboard.press("Escape")
    expect(page.locator("#palette[open]")).to_have_count(0)
    press("?", "#dialog[open]")
    look("keys")
    page.keyboard.press("Escape")
    expect(page.locator("#dialog[open]")).to_have_count(0)
    page.locator(".user-button").click()
    look("user menu")
    page.keyboard.press("Escape")
    for kind in ("success", "warning", "error"):
        page.evaluate(TOAST, kind)
    expect(page.locator("#toasts .toast")).to_have_count(3)
    look("toasts")
    press("l", "#sheet[open] [data-log-form]")
    page.locator("#sheet details").evaluate_all("folded => folded.forEach((each) => { each.open = true; })")
    look("log sheet", where="#sheet")
    go("/clients/")
    page.locator("[data-pick]").first.check()
    look("a client ticked")
    go("/log/")
    look("log, to choose a client")
    assert not found, axe.report(found)


def test_axe_finds_nothing_where_nothing_stands_yet(transactional_db, live_server, visit):
    """By turns in one language and the other."""
    scene = table.build()
    new = make.user("New Here", team=scene["people"]["lead"].team)
    bare = {"client_id": make.client("Bare", lead=new, since_days=0).pk}
    found = {}
    wanted = [
        route
        for route, who in axe.rows("GET", {"200"})
        if who == "lead" and set(axe.keywords(route)) <= {"client_id"}
    ]
    for route, language in zip(wanted, itertools.cycle(axe.LANGUAGES), strict=False):
        page = visit(new, language)
        page.goto(table.address(route, {"names": bare}))
        found |= axe.findings(page, f"{route}, nothing yet, in {language}")
    assert not found, axe.report(found)


def test_axe_finds_nothing_where_much_stands(transactional_db, live_server, visit):
    """The demo book: the lists as their account manager and as their manager, the busiest client tab by tab."""
    call_command("load_demo", verbosity=0)
    manager, admin, am = (User.objects.get(email__startswith=f"{who}@") for who in ("manager", "admin", "am"))
    busiest = Client.objects.visible_to(am).order_by("-revenue_12m").first().pk
    found = {}
    wanted = [(user, f"/{path}/") for path in LISTS for user in (am, manager)]
    wanted += [(admin, f"/{path}/") for path in LISTS_OF_ADMIN]
    wanted += [(am, f"/clients/{busiest}/?tab={tab}") for tab in TABS]
    for (user, path), language in zip(wanted, itertools.cycle(axe.LANGUAGES), strict=False):
        page = visit(user, language)
        page.goto(path)
        found |= axe.findings(page, f"{path} as {user.email} in {language}, full")
    assert not found, axe.report(found)


@pytest.mark.parametrize("language", axe.LANGUAGES)
def test_axe_finds_nothing_in_errors(transactional_db, live_server, visit, rf, language):
    """Each status as a page and as the notice over a page."""
    scene, found = table.build(), {}
    page = visit(scene["people"]["lead"], language)
    for status in WORDS:
        for headers in ({}, {"HX-Request": "true"}):
            with translation.override(language):
                answered = answer(rf.get("/broken/", headers=headers), status, reference="A1B2C3D4")
            page.route("**/broken/", fulfil_with(answered))
            if headers:
                page.goto("/today/")
                page.locator(WORKING).first.wait_for(state="attached")
                page.evaluate("htmx.ajax('GET', '/broken/', {target: '#sheet', source: document.body})")
                page.locator("#notice[open]").wait_for()
            else:
                page.goto("/broken/")
            found |= axe.findings(page, f"{status} in {language}, {headers or 'page'}")
            page.unroute("**/broken/")
    assert not found, axe.report(found)


def fulfil_with(answered):
    headers = {**answered.headers, "Content-Type": "text/html; charset=utf-8"}
    return lambda route: route.fulfill(status=answered.status_code, headers=headers, body=answered.content)
