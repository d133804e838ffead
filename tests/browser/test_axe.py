"""axe-core finds nothing on any page and sheet, in both themes and languages.

The pages are those of the access table, so that none can be forgotten: each address that it lets somebody read, in both
languages. What answers as a sheet is a page in one language and a sheet in the other, by turns, and so is shown what
refuses an empty form. Light runs every rule, dark those of colour, which is all that a theme changes.
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
def test_axe_finds_nothing_on_the_pages_and_in_the_sheets(scene, visit, as_user, part):
    found, sheets = {}, 0
    rows = list(by_turns(axe.rows("GET", {"200", "422"}, part, PAGES_PARTS)))
    for language in axe.LANGUAGES:
        for language_as_sheet, (route, who) in rows:
            user, url = scene["people"][who], table.address(route, scene)
            page, name = visit(user, language), f"{route} as {who} in {language}"
            if user and language == language_as_sheet and is_sheet(as_user(user, htmx=True).get(url)):
                page = at_home(page)
                page.evaluate(ASK, ["GET", url])
                page.locator(OPEN).wait_for()
                found |= axe.findings(page, f"{name}, sheet")
                sheets += 1
            else:
                page.goto(url)
                found |= axe.findings_unfolded(page, name)
    assert not found, axe.report(found)
    assert sheets > 5


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
    """Each with a language, in turn."""
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
