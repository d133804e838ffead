"""The door: log-in by e-mail, where each role's day starts, and log-out."""

import pytest
from playwright.sync_api import expect

from tests import factories
from tests.browser.conftest import PHONE


@pytest.mark.parametrize(
    "persona, path", [("lan", "/today/"), ("manager", "/portfolio/"), ("admin", "/assignments/")]
)
def test_each_role_starts_on_its_own_page(live_server, book, chromium, persona, path):
    page = chromium.new_page(base_url=live_server.url)
    page.goto("/")
    page.fill("input[name=login]", getattr(book, persona).email)
    page.fill("input[name=password]", factories.PASSWORD)
    page.click("main button[type=submit]")
    page.wait_for_url(f"**{path}")
    expect(page.locator("h1")).to_have_count(1)
    page.close()


def test_a_wrong_password_says_so_and_keeps_the_address(live_server, book, chromium):
    page = chromium.new_page(base_url=live_server.url, viewport=PHONE)
    page.goto("/today/")
    page.fill("input[name=login]", book.lan.email)
    page.fill("input[name=password]", "not the password")
    page.click("main button[type=submit]")
    assert "/accounts/login/" in page.url
    expect(page.locator("[role=alert], .errorlist, .invalid-feedback").first).to_be_visible()
    assert page.input_value("input[name=login]") == book.lan.email
    page.close()
