"""Without a connection, in a real browser: what was seen can be read, and says as of when it is."""

from playwright.sync_api import expect

from accounts import views_device
from tests import factories as make
from tests.browser.conftest import PHONE
from tests.browser.offline import state, until

KEPT_PAGES = """async () => {
  const names = (await caches.keys()).filter((name) => name.startsWith("tend-pages-"));
  const keys = await Promise.all(names.map(async (name) => (await caches.open(name)).keys()));
  return keys.flat().map((key) => new URL(key.url).pathname);
}"""


# One shell is left, and it is another one.
NEW_SHELL = """async (before) => {
  const names = (await caches.keys()).filter((name) => name.startsWith("tend-shell-"));
  return names.length === 1 && names[0] !== before ? names[0] : null;
}"""


def shells(page):
    return [name for name in page.evaluate("() => caches.keys()") if name.startswith("tend-shell-")]


def test_today_and_the_clients_seen_last_are_read_without_a_connection(due, open_kept, cable):
    client = due.alpha.get_absolute_url()
    page = open_kept(due.lan, client)
    cable.cut()
    page.goto("/today/")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Today")
    expect(page.locator(".task-what").first).to_have_text("Call back")
    expect(state(page)).to_contain_text("Offline · as of")
    expect(state(page)).to_contain_text("today")
    page.goto(client)
    expect(page.get_by_role("heading", level=1)).to_contain_text(due.alpha.name)
    expect(state(page)).to_be_visible()
    expect(page.locator("#announcer")).to_contain_text("Offline")
    assert page.evaluate("getComputedStyle(document.body).fontFamily").startswith('"Be Vietnam Pro"')


def test_a_page_that_was_never_seen_says_what_is_here(due, open_kept, cable):
    page = open_kept(due.lan, due.alpha.get_absolute_url())
    cable.cut()
    page.goto("/portfolio/")
    expect(page.get_by_role("heading", level=1)).to_have_text("This page is not on this device")
    rows = page.locator(".kept-rows a")
    expect(rows).to_have_text([due.alpha.name, "Today"])
    rows.first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(due.alpha.name)


def test_the_page_without_connection_speaks_the_language_of_who_reads(due, open_kept, cable):
    due.lan.language = "vi"
    due.lan.save()
    page = open_kept(due.lan)
    cable.cut()
    page.goto("/portfolio/")
    expect(page.locator("html")).to_have_attribute("lang", "vi")
    expect(state(page)).to_contain_text("Ngoại tuyến")


def test_the_first_page_without_connection_is_today(due, open_kept, cable):
    page = open_kept(due.lan)
    cable.cut()
    page.goto("/")
    expect(page.locator(".task-what").first).to_have_text("Call back")


def test_when_the_connection_is_back_the_page_says_so_and_loads_the_newest(due, open_kept, cable):
    page = open_kept(due.lan)
    cable.cut()
    page.goto("/today/")
    expect(state(page)).to_contain_text("Offline")
    make.follow_up(due.alpha, due.lan, reason="Send the offer", due_in=-2)
    cable.mend()
    expect(state(page)).to_contain_text("Connected again", timeout=20_000)
    page.get_by_role("link", name="Load the newest").click()
    expect(page.get_by_text("Send the offer")).to_be_visible()
    expect(page.locator("#connection")).to_be_hidden()


def test_a_page_waiting_for_the_connection_comes_by_itself(due, open_kept, cable):
    page = open_kept(due.lan)
    cable.cut()
    page.goto("/clients/")
    expect(page.get_by_role("heading", level=1)).to_have_text("This page is not on this device")
    cable.mend()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Clients", timeout=20_000)


def test_nothing_asks_by_itself_without_a_connection(due, open_kept, cable):
    page = open_kept(due.lan, due.alpha.get_absolute_url(), viewport=PHONE)
    cable.cut()
    page.goto(due.alpha.get_absolute_url())
    expect(state(page)).to_contain_text("Offline")
    page.evaluate("document.body.dispatchEvent(new Event('interaction-logged', { bubbles: true }))")
    page.locator(".client-tabs .tabs a").nth(1).click()  # by hand: it says that there is no answer
    expect(page.locator(".toast")).to_have_count(1)
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def test_only_what_may_be_kept_is_kept(due, open_kept):
    page = open_kept(due.lan, due.alpha.get_absolute_url())
    for path in [
        "/clients/",
        f"{due.alpha.get_absolute_url()}timeline/",
        "/today/?cursor=1",
        "/search/?q=alpha",
    ]:
        page.goto(path)
    kept = page.evaluate(KEPT_PAGES)
    assert sorted(kept) == sorted(["/today/", due.alpha.get_absolute_url()])


def test_a_network_that_never_answers_is_no_connection(due, open_kept, cable):
    page = open_kept(due.lan)
    cable.hold()
    page.goto("/today/")
    expect(page.locator(".task-what").first).to_have_text("Call back")
    expect(state(page)).to_contain_text("Offline")


def test_a_new_version_takes_over_and_leaves_what_was_kept(due, open_kept, cable, monkeypatch):
    page = open_kept(due.lan)
    (before,) = shells(page)
    monkeypatch.setattr(views_device, "FRAGMENT", "account/logout.html")
    views_device._worker.cache_clear()
    try:
        page.evaluate("async () => (await navigator.serviceWorker.ready).update()")
        until(page, NEW_SHELL, before)
    finally:
        monkeypatch.undo()
        views_device._worker.cache_clear()
    cable.cut()
    page.goto("/today/")
    expect(page.locator(".task-what").first).to_have_text("Call back")
    assert page.evaluate("getComputedStyle(document.querySelector('.task')).display") != "list-item"
