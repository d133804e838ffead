"""Light and dark, by the system or by choice: remembered, and no frame of the other one in between."""

import json

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import DESK, cookies_of

LIGHT, DARK = "#f7f6f3", "#141311"
# The mean brightness (0–255) of pictures, by the browser itself.
BRIGHTNESS = """(pictures) => Promise.all(pictures.map(async (picture) => {
    const blob = await (await fetch(`data:image/jpeg;base64,${picture}`)).blob();
    const bitmap = await createImageBitmap(blob, {resizeWidth: 32, resizeHeight: 32});
    const canvas = new OffscreenCanvas(32, 32).getContext("2d");
    canvas.drawImage(bitmap, 0, 0);
    const {data} = canvas.getImageData(0, 0, 32, 32);
    return data.filter((_value, at) => at % 4 < 3).reduce((sum, value) => sum + value, 0) / (32 * 32 * 3);
}))"""


@pytest.fixture
def themed(chromium, live_server, as_user):
    """`themed(user, system, chosen)`: a page whose system likes one theme, and whose reader may have chosen another."""
    contexts = []

    def open_themed(user, system, chosen=None):
        context = chromium.new_context(
            base_url=live_server.url, viewport=DESK, color_scheme=system, service_workers="block"
        )
        contexts.append(context)
        context.add_cookies(cookies_of(as_user(user), live_server.url))
        if chosen:
            context.add_cookies([{"name": "tend_theme", "value": chosen, "url": live_server.url}])
        return context.new_page()

    yield open_themed
    for context in contexts:
        context.close()


@pytest.mark.parametrize(
    "system, chosen", [("dark", None), ("light", "dark"), ("dark", "light"), ("light", None)]
)
def test_no_frame_of_the_other_theme_is_painted(live_server, book, themed, chromium, system, chosen):
    page = themed(book.lan, system, chosen)
    page.goto("/today/")
    chromium.start_tracing(page=page, screenshots=True)
    for path in ("/clients/", f"/clients/{book.alpha.pk}/", "/nothing/"):
        page.goto(path)
        expect(page.locator("h1")).to_be_visible()
    trace = json.loads(chromium.stop_tracing())["traceEvents"]
    frames = [event["args"]["snapshot"] for event in trace if event["name"] == "Screenshot"]
    assert len(frames) >= 3
    reader = chromium.new_page()
    brightness = reader.evaluate(BRIGHTNESS, frames)
    reader.close()
    is_dark = (chosen or system) == "dark"
    assert [value for value in brightness if (value < 100) != is_dark] == []


def test_a_choice_shows_at_once_and_is_remembered(live_server, book, themed):
    page = themed(book.lan, "light")
    page.goto("/today/")
    colours = page.locator("meta[name=theme-color]")
    scheme = page.locator("meta[name=color-scheme]")
    expect(colours.first).to_have_attribute("content", LIGHT)
    for _again in range(2):
        page.locator(".user-button").click()
        page.get_by_role("button", name="Dark").click()
        expect(page.locator("html")).to_have_attribute("data-theme", "dark")
        expect(colours.first).to_have_attribute("content", DARK)
        expect(scheme).to_have_attribute("content", "dark")
        page.reload()  # and what the server writes is the same
        expect(page.locator("html")).to_have_attribute("data-theme", "dark")
        expect(colours.first).to_have_attribute("content", DARK)
        expect(scheme).to_have_attribute("content", "dark")
    page.locator(".user-button").click()
    page.get_by_role("button", name="System").click()
    expect(colours.first).to_have_attribute("content", LIGHT)
    expect(scheme).to_have_attribute("content", "light dark")
