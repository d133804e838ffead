"""What a thumb aims at is 44 px wide and high: the box itself, or what of it and around it answers to a tap.

Measured from the middle outwards by what the browser would hit. Left out, as WCAG 2.5.8 leaves them out: links within a
sentence, and what another control on the page does as well (hidden from screen readers, such as the dots of a chart).
"""

import pytest

from tests import test_access_table as table
from tests.browser import axe
from tests.browser.conftest import PHONE, cookies_of

# One page each of what has an address with keywords; of the others every one.
OF_ONE = {
    "clients:contract_page",
    "clients:deal_page",
    "clients:edit",
    "clients:invoice_page",
    "clients:issue_page",
    "clients:request_page",
    "relationships:client_health_page",
    "relationships:client_page",
    "relationships:contact_page",
    "relationships:follow_up_reassign",
    "relationships:log_for_client",
    "relationships:stakeholders",
}
PARTS = 2
SMALL = """() => {
    const LEAST = 44, SEEN = "a[href], button, input:not([type=hidden]), select, textarea, summary";
    const inSentence = (link) => {
        if (link.tagName !== "A" || getComputedStyle(link).display !== "inline") return false;
        let block = link.parentElement;
        while (getComputedStyle(block).display === "inline") block = block.parentElement;
        const rest = block.cloneNode(true);
        rest.querySelectorAll("a, button, svg, .sr-only, select, input").forEach((each) => each.remove());
        return /\\p{L}{2}/u.test(rest.textContent);
    };
    const answers = (element, x, y) => {
        const hit = document.elementFromPoint(x, y);
        return hit && (element.contains(hit) || hit.closest("label")?.control === element);
    };
    const reach = (element, x, y, dx, dy) => {
        let steps = 0;
        while (steps < LEAST && answers(element, x + dx * (steps + 1), y + dy * (steps + 1))) steps += 1;
        return steps;
    };
    return [...document.querySelectorAll(SEEN)].flatMap((element) => {
        if (!element.checkVisibility({visibilityProperty: true}) || element.disabled) return [];
        if (element.closest("[aria-hidden=true], .sr-only, .skip-link") || inSentence(element)) return [];
        element.scrollIntoView({block: "center", inline: "center"});
        const box = element.getClientRects()[0];
        if (!box?.width || !box.height) return [];
        const [x, y] = [box.left + box.width / 2, box.top + box.height / 2];
        const wide = 1 + reach(element, x, y, 1, 0) + reach(element, x, y, -1, 0);
        const high = 1 + reach(element, x, y, 0, 1) + reach(element, x, y, 0, -1);
        if (answers(element, x, y) && wide >= LEAST && high >= LEAST) return [];
        const words = element.textContent.trim().replace(/\\s+/g, " ") || element.name || element.type;
        const name = [element.tagName, ...element.classList].join(".").toLowerCase();
        return [`${wide} × ${high} ${name} in .${element.parentElement.className}: ${words.slice(0, 40)}`];
    });
}"""


@pytest.fixture
def phone(chromium, live_server, as_user):
    """`phone(user)`: a page under a thumb, one for each person."""
    pages = {}

    def page_of(user):
        if user not in pages:
            context = chromium.new_context(
                base_url=live_server.url,
                viewport=PHONE,
                has_touch=True,
                is_mobile=True,
                reduced_motion="reduce",
                service_workers="block",
            )
            context.add_cookies(cookies_of(as_user(user), live_server.url))
            pages[user] = context.new_page()
        return pages[user]

    yield page_of
    for page in pages.values():
        page.context.close()


@pytest.mark.parametrize("part", range(PARTS))
def test_targets_are_large_enough_for_a_thumb(transactional_db, live_server, phone, part):
    scene, found = table.build(), {}
    wanted = [row for row in axe.rows("GET", {"200"}) if not axe.keywords(row[0]) or row[0] in OF_ONE]
    for route, who in wanted[part::PARTS]:
        page = phone(scene["people"][who])
        page.goto(table.address(route, scene))
        page.wait_for_function(axe.AT_REST)
        if small := page.evaluate(SMALL):
            found[f"{route} as {who}"] = small
    assert not found, axe.report(found)
