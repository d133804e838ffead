"""A page worked by keyboard alone: Tab and arrows find, keys do, and wherever the focus stops it can be seen."""

from playwright.sync_api import expect

MOST_STOPS = 200
IS_FOCUSED = "element => element === document.activeElement"
# The ring may be drawn on what stands for it: a hidden box's label or picture, the row or card of a link.
RING = """() => {
    const stop = document.activeElement;
    if (stop === document.body) return "nothing has the focus";
    const around = [stop.nextElementSibling, stop.parentElement, stop.closest("li, tr, td, form, .tile")];
    const drawn = [stop, ...around, ...(stop.labels ?? [])].filter(Boolean);
    const styles = drawn.flatMap((element) => [getComputedStyle(element), getComputedStyle(element, "::after")]);
    const ring = styles.some((style) => parseFloat(style.outlineWidth) && style.outlineStyle !== "none"
        || style.boxShadow !== "none");
    return ring ? "" : `no ring: ${stop.outerHTML.slice(0, 200)}`;
}"""


class Keyboard:
    """`page` without a pointer. `Keyboard.go_to` takes Tab to an element and fails where that never comes."""

    def __init__(self, page):
        self.page = page
        self.stops = 0

    def press(self, *keys):
        for key in keys:
            self.page.keyboard.press(key)

    def type(self, words):
        self.page.keyboard.type(words)

    def go_to(self, target):
        """Tab until the first of `target` has the focus."""
        target = target.first
        expect(target).to_be_attached()
        self._tab_until(lambda: target.evaluate(IS_FOCUSED), target)

    def pick(self, row):
        """Down the queue of Today to a row of it."""
        self.page.locator("[data-chosen]").wait_for()
        for _step in range(30):
            if row.get_attribute("data-chosen") is not None:
                return
            self.press("j")
        raise AssertionError(f"The key j never came to {row}.")

    def open(self, target):
        self.go_to(target)
        self.press("Enter")

    def write(self, target, words):
        self.go_to(target)
        self.press("Control+a")
        self.type(words)

    def choose(self, radio):
        """One of a group: Tab to the group, arrows within it."""
        name = radio.first.get_attribute("name")
        self._tab_until(
            lambda: self.page.evaluate("name => document.activeElement.name === name", name), radio
        )
        for _step in range(30):
            if radio.first.is_checked():
                return
            self.press("ArrowDown")
        raise AssertionError(f"The arrows never came to {radio}.")

    def tick(self, box):
        self.go_to(box)
        self.press("Space")
        expect(box.first).to_be_checked()

    def search(self, words, name):
        """By the search of every page to what is called `name`."""
        self.press("Control+k")
        self.page.locator("#palette[open]").wait_for()
        self.type(words)
        self.page.locator("#palette [role=option][aria-selected=true]", has_text=name).wait_for()
        self.press("Enter")

    def log_in(self, email, password):
        self.page.goto("/accounts/login/")
        self.write(self.page.locator("input[name=login]"), email)
        self.write(self.page.locator("input[name=password]"), password)
        self.press("Enter")

    def log_out(self):
        self.open(self.page.locator("[popovertarget=user-menu]:visible"))
        self.open(self.page.locator("#user-menu").get_by_role("button", name="Log out"))
        self.page.wait_for_url("**/accounts/login/**")

    def _tab_until(self, arrived, target):
        for _stop in range(MOST_STOPS):
            if arrived():
                seen = self.page.evaluate(RING)
                assert seen == "", seen
                return
            self.press("Tab")
            self.stops += 1
        raise AssertionError(f"Tab never came to {target}.")
