"""Who is quicker than htmx: a click on what has just come waits for it and opens the sheet, not a page."""

from playwright.sync_api import expect

# A link as an answer brings it, clicked before htmx has looked at it.
CLICK_AT_ONCE = """path => {
    const link = document.createElement("a");
    link.href = path;
    link.id = "just-come";
    link.setAttribute("hx-get", path);
    link.setAttribute("hx-target", "#sheet");
    document.querySelector("main").append(link);
    link.click();
    setTimeout(() => htmx.process(link), 300);
}"""


def test_a_link_clicked_before_htmx_has_begun_opens_the_sheet(live_server, book, open_page):
    page = open_page(book.lan, book.alpha.get_absolute_url())
    before = page.url
    page.evaluate(CLICK_AT_ONCE, f"{book.alpha.get_absolute_url()}log/")
    expect(page.locator("#sheet[open] form[data-log-form]")).to_be_visible()
    assert page.url == before


def test_a_link_that_htmx_never_takes_up_is_followed(live_server, book, open_page):
    page = open_page(book.lan, book.alpha.get_absolute_url())
    page.evaluate(CLICK_AT_ONCE.replace("htmx.process(link)", "0"), f"{book.alpha.get_absolute_url()}log/")
    page.wait_for_url(f"**{book.alpha.get_absolute_url()}log/")
    expect(page.locator("main form[data-log-form]")).to_be_visible()
