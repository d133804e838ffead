"""Tab reaches everything that can be used, in the order in which it stands, and what has the focus is never covered."""

import pytest
from playwright.sync_api import expect

from tests import test_access_table as table
from tests.browser.keyboard import RING

PAGES = [
    "relationships:today",
    "clients:list",
    "relationships:client_page",
    "relationships:client_health_page",
    "relationships:portfolio",
    "relationships:calendar",
    "relationships:log_for_client",
    "clients:receivables",
    "clients:deals",
    "clients:edit",
]
MOST_STOPS = 250
SHORT = {"width": 1280, "height": 480}
# One of a group of radio buttons is a stop; arrows go to the others. A date has a stop for each of its parts.
TO_REACH = """() => {
    const seen = "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex='0']";
    const groups = new Set();
    return [...document.querySelectorAll(seen)].filter((each) => {
        if (!each.checkVisibility({visibilityProperty: true}) || each.disabled || each.tabIndex < 0) return false;
        if (each.type !== "radio" && each.role !== "radio") return true;
        const group = each.closest("[role=radiogroup]")?.children ?? document.getElementsByName(each.name);
        const checked = [...group].find((radio) => radio.checked || radio.ariaChecked === "true");
        return checked ? checked === each : !groups.has(each.name) && groups.add(each.name);
    }).map((each, place) => { each.dataset.stop = place; return each.outerHTML.slice(0, 160); });
}"""
AT_STOP = """() => {
    const stop = document.activeElement;
    const box = stop.getClientRects()[0];
    if (!box) return {place: stop.dataset.stop, covered: `not on the page: ${stop.outerHTML.slice(0, 160)}`};
    const seen = [0.5, 0.1, 0.9].some((part) => {
        const hit = document.elementFromPoint(box.left + box.width * part, box.top + box.height / 2);
        return hit && (stop.contains(hit) || hit.contains(stop) && hit.closest("label, li, tr, .chip")
            || hit.closest("label")?.control === stop || hit.previousElementSibling === stop);
    });
    return {place: stop.dataset.stop, covered: seen ? "" : `covered: ${stop.outerHTML.slice(0, 160)}`};
}"""


@pytest.mark.parametrize("route", PAGES)
def test_tab_reaches_everything_in_order_and_in_sight(transactional_db, live_server, visit, route):
    scene = table.build()
    page = visit(scene["people"]["lead"], viewport=SHORT)
    page.goto(table.address(route, scene))
    expect(page.locator(".htmx-request, .panel-waiting")).to_have_count(0)
    wanted, problems, places = page.evaluate(TO_REACH), [], []
    page.locator(".skip-link").first.focus()
    for _stop in range(MOST_STOPS):
        at = page.evaluate(AT_STOP)
        place = int(at["place"] or -1)
        if place < 0 or (place in places and place != places[-1]):
            break
        if place not in places:  # within a date the browser itself shows which part has the focus
            problems += filter(None, [at["covered"], page.evaluate(RING)])
        places.append(place)
        page.keyboard.press("Tab")
    assert problems == []
    assert [wanted[place] for place in range(len(wanted)) if place not in places] == []
    assert places == sorted(places)


def test_skip_links_lead_past_the_rail_and_the_filters(transactional_db, live_server, visit):
    scene = table.build()
    page = visit(scene["people"]["lead"])
    page.goto("/clients/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the work")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()
    page.get_by_role("link", name="Skip the filters").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#client-list")).to_be_focused()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('#client-list') !== null")


@pytest.mark.parametrize("closed_by", ["Escape", "Close", "Cancel"])
def test_a_closed_sheet_gives_the_focus_back_to_what_opened_it(
    transactional_db, live_server, visit, closed_by
):
    scene = table.build()
    page = visit(scene["people"]["lead"])
    page.goto("/today/")
    opener = page.locator("[data-queue] .task [data-do='s']").first
    opener.focus()
    page.keyboard.press("Enter")
    sheet = page.locator("#sheet[open]")
    expect(sheet.locator(":focus")).to_have_count(1)
    for _ in range(40):  # no way out of the sheet by Tab, and none into the page behind it
        page.keyboard.press("Tab")
        assert page.evaluate("!document.activeElement.closest('.app')")
    if closed_by == "Escape":
        page.keyboard.press("Escape")
    else:
        sheet.get_by_role("button" if closed_by == "Close" else "link", name=closed_by).press("Enter")
    expect(page.locator("#sheet[open]")).to_have_count(0)
    expect(opener).to_be_focused()
