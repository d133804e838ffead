"""A client and a portfolio on paper: the work alone, black on white, nothing cut, with who printed it and when."""

import io

import pytest
from playwright.sync_api import expect
from pypdf import PdfReader

from tests import factories as make
from tests import test_access_table as table

A4_AT_96_DPI = {"width": 703, "height": 1000}
DARK = "() => { document.documentElement.dataset.theme = 'dark'; }"
COLOURS = """() => {
    const style = getComputedStyle(document.documentElement);
    return [style.backgroundColor, getComputedStyle(document.querySelector("h1")).color];
}"""
CUT = """() => [...document.querySelectorAll("main *")].filter((each) => each.checkVisibility()
    && each.getBoundingClientRect().right > innerWidth + 1).map((each) => each.outerHTML.slice(0, 120))"""
NOISE = ["nav", "button", ".btn", ".filters", "kbd", "dialog", "summary", ".bottom-bar", ".toasts"]


@pytest.fixture(params=["client", "portfolio", "clients"])
def on_paper(request, transactional_db, live_server, visit):
    """(reader, page): one of them in the dark theme, as the printer sees it."""
    scene = table.build()
    alpha = scene["names"]["client_id"]
    reader = scene["people"]["manager"]
    for number in range(40):
        make.client(f"Client {number:02}", lead=scene["people"]["lead"], revenue_12m=1_000_000_000 + number)
    page = visit(reader, viewport=A4_AT_96_DPI)
    page.goto(
        {"client": f"/clients/{alpha}/", "portfolio": "/portfolio/", "clients": "/clients/"}[request.param]
    )
    expect(page.locator(".htmx-request, .panel-waiting")).to_have_count(0)
    page.evaluate(DARK)
    page.emulate_media(media="print")
    return reader, page


def test_paper_is_white_and_holds_the_work_alone(on_paper):
    _reader, page = on_paper
    background, ink = page.evaluate(COLOURS)
    assert background == "rgb(255, 255, 255)"
    assert ink == "rgb(29, 27, 24)"
    for noise in NOISE:
        assert page.locator(f"{noise}:visible").count() == 0, noise
    assert page.evaluate(CUT) == []


def test_paper_says_who_printed_it_and_when(on_paper):
    reader, page = on_paper
    pages = PdfReader(io.BytesIO(page.pdf(format="A4"))).pages
    text = " ".join("".join(sheet.extract_text() for sheet in pages).split())
    title = page.locator("h1").inner_text()
    assert title.split()[0] in text
    assert page.locator(".printed").inner_text().startswith(f"Tend · {reader.name} · ")
    assert "Tend ·" in text
    assert "http" not in text
