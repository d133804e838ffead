"""From 320 px (a desk at 400 %) to 2560 px: nothing is scrolled sideways, but what says that it scrolls by itself."""

import pytest

from tests import factories as make
from tests import test_access_table as table
from tests.browser import axe
from tests.browser.conftest import DESK

NARROW, WIDE = {"width": 320, "height": 256}, {"width": 2560, "height": 1440}
PARTS = 4
BEYOND = """() => {
    const root = document.documentElement;
    const beyond = root.scrollWidth > innerWidth ? [`${root.scrollWidth} px wide`] : [];
    const scrolls = (element) => ["auto", "scroll"].includes(getComputedStyle(element).overflowX);
    const wider = [...document.querySelectorAll("main *")].filter((element) =>
        scrolls(element) && element.scrollWidth > element.clientWidth + 1 && element.checkVisibility());
    const mute = wider.filter((element) => {
        const named = element.matches("nav, [role]") && (element.ariaLabel || element.hasAttribute("aria-labelledby"));
        return !named || !(element.tabIndex === 0 || element.querySelector("a, button, input, select, summary"));
    });
    return [...beyond, ...mute.map((element) => `scrolls without a name or focus: ${element.className}`)];
}"""
LINES = """() => Math.max(0, ...[...document.querySelectorAll("main p")].filter((each) =>
    getComputedStyle(each).display === "block" && each.textContent.trim().length > 100)
    .map((each) => each.offsetWidth))"""
LONG = "Công ty Cổ phần Đầu tư Xây dựng và Thương mại Quốc tế Nguyễn Hoàng Phương Nam"


@pytest.mark.parametrize("part", range(PARTS))
def test_no_page_scrolls_sideways_at_four_hundred_per_cent(transactional_db, live_server, visit, part):
    scene, found = table.build(), {}
    client = scene["people"]["lead"].assignments.get().client
    client.name, client.revenue_12m = LONG, 123_456_789_012
    client.save()
    make.contact(client, LONG, title=LONG)
    for route, who in axe.rows("GET", {"200", "422"}, part, PARTS):
        page = visit(scene["people"][who], "vi", viewport=NARROW)
        page.goto(table.address(route, scene))
        page.wait_for_function(axe.AT_REST)
        if beyond := page.evaluate(BEYOND):
            found[f"{route} as {who}"] = beyond
    assert not found, axe.report(found)


def test_a_wide_screen_is_used_without_stretching_lines(transactional_db, live_server, visit):
    """The work stays within 1600 px beside the rail, and no running text is wider than 100 characters or so."""
    scene = table.build()
    for path in ("/today/", "/clients/", f"/clients/{scene['names']['client_id']}/", "/calendar/", "/log/"):
        page = visit(scene["people"]["lead"], viewport=WIDE)
        page.goto(path)
        page.wait_for_function(axe.AT_REST)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert page.locator("main .page").bounding_box()["width"] <= 1600
        assert page.evaluate(LINES) <= 960


MOVES = """() => [...document.querySelectorAll("*")].flatMap((each) => ["", "::before", "::after"].map((part) => {
    const style = getComputedStyle(each, part || null);
    const seconds = (list) => Math.max(...list.split(",").map(parseFloat));
    const moving = style.animationName !== "none" && seconds(style.animationDuration) > 0.001;
    return moving || seconds(style.transitionDuration) > 0.001 ? `${each.className}${part}` : "";
})).filter(Boolean)"""
# WCAG 1.4.12: what a reader may set, and nothing may be cut off by it.
SPACED = """() => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(`* { line-height: 1.5 !important; letter-spacing: .12em !important;
        word-spacing: .16em !important; }`);
    document.adoptedStyleSheets = [sheet];
}"""
WORDS = "h1, h2, h3, p, dt, dd, label, button, .btn, .chip, th, .tag, .tabs a"
CUT = """(words) => [...document.querySelectorAll(`main :is(${words})`)]
    .filter((each) => each.checkVisibility() && !each.closest(".sr-only, .cut, .clamp-2, [class*=scroll]"))
    .filter((each) => {
        const style = getComputedStyle(each);
        const hides = (way) => ["hidden", "clip"].includes(way);
        return hides(style.overflowY) && each.scrollHeight > each.clientHeight + 2
            || hides(style.overflowX) && style.textOverflow !== "ellipsis" && each.scrollWidth > each.clientWidth + 2;
    }).map((each) => each.outerHTML.slice(0, 120))"""
PAGES = [
    "/today/",
    "/clients/",
    "/clients/{client_id}/",
    "/portfolio/",
    "/calendar/",
    "/clients/{client_id}/log/",
]


def test_nothing_moves_for_who_wants_less_motion(transactional_db, live_server, visit):
    scene = table.build()
    page = visit(scene["people"]["lead"])  # its context asks for less motion
    for path in PAGES:
        page.goto(path.format(**scene["names"]))
        page.wait_for_function(axe.AT_REST)
        assert page.evaluate(MOVES) == [], path
    page.goto("/today/")
    page.keyboard.press("l")
    page.locator("#sheet[open]").wait_for()
    assert page.evaluate(MOVES) == []


def test_wider_text_is_not_cut_off(transactional_db, live_server, visit):
    scene = table.build()
    page = visit(scene["people"]["lead"], "vi", viewport=DESK)
    for path in PAGES:
        page.goto(path.format(**scene["names"]))
        page.wait_for_function(axe.AT_REST)
        page.evaluate(SPACED)
        assert page.evaluate(CUT, WORDS) == [], path
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path


def test_forced_colours_keep_the_focus_and_the_borders_of_controls(transactional_db, live_server, visit):
    scene = table.build()
    page = visit(scene["people"]["lead"])
    page.emulate_media(forced_colors="active")
    page.goto("/clients/")
    button = page.locator("#page-action")
    page.keyboard.press("Tab")
    button.focus()
    ring = button.evaluate(
        "(each) => { const s = getComputedStyle(each); return [s.outlineStyle, s.outlineWidth]; }"
    )
    assert ring == ["solid", "2px"]
    edges = page.locator(".btn:visible, select:visible, input[type=search]:visible").evaluate_all(
        "(all) => all.map((each) => parseFloat(getComputedStyle(each).borderTopWidth))"
    )
    assert edges and min(edges) >= 1
