"""From 320 px (a desk at 400 %) to 2560 px: nothing is scrolled sideways, but what says that it scrolls by itself."""

import pytest

from tests import factories as make
from tests import test_access_table as table
from tests.browser import axe

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
