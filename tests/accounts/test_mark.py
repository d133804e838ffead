"""The mark travels in the page."""

from urllib.parse import unquote

from django.conf import settings

from accounts.templatetags.ui import mark_address


def test_the_mark_is_the_drawing_and_fits_an_attribute():
    kind, _, drawing = mark_address().partition(",")
    assert kind == "data:image/svg+xml" and not set(drawing) & set("\"'<>#&")
    assert unquote(drawing).split() == (settings.BASE_DIR / "static/img/mark.svg").read_text().split()


def test_a_page_asks_for_no_picture(book, as_user):
    page = as_user(book.lan).get("/today/").content.decode()
    assert page.count("data:image/svg+xml,") == 2 and "mark.svg" not in page
