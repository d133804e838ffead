"""axe-core finds nothing on any page and sheet, in both themes and languages.

The pages are those of the access table, so that none can be forgotten: each address that it lets somebody read; what
answers as a sheet is also opened as one, and what refuses an empty form is shown refusing it, in the one language or
the other. Light runs every rule, dark those of colour, which is all that a theme changes.
"""

import itertools

import pytest

from tests import test_access_table as table
from tests.browser import axe
from tests.browser.conftest import WORKING

PAGES_PARTS = 6
SEND_FORM = """(url) => {
    const form = document.createElement("form");
    form.method = "post"; form.action = url;
    form.append(document.querySelector("[name=csrfmiddlewaretoken]").cloneNode());
    document.body.append(form); form.submit();
}"""
ASK = (
    "([method, url]) => htmx.ajax(method, url, {target: '#sheet', swap: 'innerHTML', source: document.body})"
)
OPEN = "dialog[open]"


@pytest.fixture
def scene(transactional_db, live_server):
    return table.build()


@pytest.mark.parametrize("part", range(PAGES_PARTS))
def test_axe_finds_nothing_on_the_pages(scene, visit, part):
    found = {}
    for language in axe.LANGUAGES:
        for route, who in axe.rows("GET", {"200", "422"}, part, PAGES_PARTS):
            page = visit(scene["people"][who], language)
            page.goto(table.address(route, scene))
            found |= axe.findings_unfolded(page, f"{route} as {who} in {language}")
    assert not found, axe.report(found)


@pytest.mark.parametrize("part", range(2))
def test_axe_finds_nothing_in_the_sheets(scene, visit, as_user, part):
    found, seen = {}, 0
    for language, (route, who) in by_turns(axe.rows("GET", {"200", "422"}, part, 2)):
        user, url = scene["people"][who], table.address(route, scene)
        if not user or not is_sheet(as_user(user, htmx=True).get(url)):
            continue
        page = at_home(visit(user, language))
        page.evaluate(ASK, ["GET", url])
        page.locator(OPEN).wait_for()
        found |= axe.findings(page, f"{route} as {who} in {language}", where=OPEN)
        seen += 1
    assert not found, axe.report(found)
    assert seen > 20


@pytest.mark.parametrize("part", range(2))
def test_axe_finds_nothing_in_what_refuses_an_empty_form(scene, visit, as_user, part):
    found, seen = {}, 0
    for language, (route, who) in by_turns(axe.rows("POST", {"422"}, part, 2)):
        user, url = scene["people"][who], table.address(route, scene)
        page = at_home(visit(user, language))
        if is_sheet(as_user(user, htmx=True).post(url)):
            page.evaluate(ASK, ["POST", url])
            page.locator(OPEN).wait_for()
        else:
            with page.expect_navigation():
                page.evaluate(SEND_FORM, url)
        found |= axe.findings(page, f"{route} refused as {who} in {language}")
        seen += 1
    assert not found, axe.report(found)
    assert seen > 30


def by_turns(rows):
    """Each with a language, in turn: as pages all of them are looked at in both."""
    return zip(itertools.cycle(axe.LANGUAGES), rows, strict=False)


def is_sheet(answer):
    """Whether this answer to htmx opens over the page."""
    return "HX-Retarget" in answer.headers or "sheet-head" in answer.content.decode()


def at_home(page):
    """The page that its user starts from, with nothing open over it."""
    if page.url.endswith(("/today/", "/requests/")):
        page.evaluate("document.querySelectorAll('dialog[open]').forEach((each) => each.close())")
    else:
        page.goto("/")
        page.locator(WORKING).first.wait_for(state="attached")
    return page
