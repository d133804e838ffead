"""What the server says a device may keep, and the script that keeps it."""

import json
import re

import pytest
from django.contrib.staticfiles import finders
from django.urls import reverse

from accounts import views_device
from config import staticfiles
from tests import factories as make


def kept(response):
    return response.headers.get("Tend-Keep")


@pytest.fixture
def lan(book, as_user):
    return as_user(book.lan)


def test_today_and_a_client_are_kept_for_who_asked(book, lan):
    make.user("Nobody else")
    assert kept(lan.get("/today/")) == f"{book.lan.pk} Today"
    assert kept(lan.get(f"/clients/{book.alpha.pk}/")) == f"{book.lan.pk} Alpha%20Th%C3%A9p%20Vi%E1%BB%87t"


def test_the_log_sheet_is_kept_and_its_page_is_not(book, as_user, lan):
    address = f"/clients/{book.alpha.pk}/log/"
    assert kept(as_user(book.lan, htmx=True).get(address)).startswith(f"{book.lan.pk} ")
    assert kept(lan.get(address)) is None


@pytest.mark.parametrize(
    "address", ["/today/?cursor=x", "/clients/{}/?tab=health", "/clients/{}/log/?follow_up=1"]
)
def test_an_address_with_a_choice_in_it_is_not_kept(book, as_user, address):
    assert kept(as_user(book.lan, htmx="log" in address).get(address.format(book.alpha.pk))) is None


def test_what_was_refused_is_not_kept(book, as_user):
    assert kept(as_user(book.olga).get(f"/clients/{book.alpha.pk}/")) is None
    assert kept(as_user(book.lan, htmx=True).post(f"/clients/{book.alpha.pk}/log/", {})) is None


@pytest.mark.parametrize(
    "address", ["/clients/", "/portfolio/", "/search/?q=alpha", "/log/", "/accounts/logout/"]
)
def test_no_other_page_is_kept(book, lan, address):
    assert kept(lan.get(address)) is None


def test_the_log_in_page_throws_everything_away(book, as_user):
    browser = as_user(book.lan)
    assert kept(as_user(None).get("/accounts/login/")) == "nobody"
    answer = browser.post("/accounts/logout/", follow=True)
    assert kept(answer) == "nobody"


def test_a_page_that_is_kept_says_its_language(book, as_user):
    book.lan.language = "vi"
    book.lan.save()
    page = as_user(book.lan).get("/today/")
    assert page["Content-Language"] == "vi" and kept(page) == f"{book.lan.pk} H%C3%B4m%20nay"


def told(as_user):
    script = as_user(None).get("/sw.js")
    return script, json.loads(re.match(r"const TEND = (.*);", script.content.decode())[1])


def test_the_worker_is_asked_for_anew_and_works_everywhere(db, as_user):
    script, known = told(as_user)
    assert script["Content-Type"].startswith("text/javascript") and script["Cache-Control"] == "no-cache"
    assert "worker-src 'self'" in script["Content-Security-Policy"]
    assert known["start"] == reverse("relationships:today")


def test_the_worker_knows_the_sheets_of_clients_and_nothing_else(db, as_user):
    pattern = told(as_user)[1]["sheets"]
    assert all(re.search(pattern, path) for path in ("/log/", "/clients/42/log/"))
    others = ("/clients/42/log/line/", "/clients/42/log/now/", "/clients/42/", "/touches/1/log/", "/today/")
    assert not any(re.search(pattern, path) for path in others)


def test_the_worker_keeps_what_a_page_needs_to_look_like_itself(db, as_user):
    known = told(as_user)[1]
    assert {*staticfiles.BUNDLES, *staticfiles.FIGURES} < set(views_device.SHELL)
    assert all(finders.find(name) for name in views_device.SHELL)
    assert all(as_user(None).get(address).status_code == 200 for address in known["shell"])


def test_the_worker_is_another_one_when_a_page_that_it_keeps_is(db, as_user, monkeypatch):
    version = told(as_user)[1]["version"]
    views_device._worker.cache_clear()
    assert told(as_user)[1]["version"] == version
    monkeypatch.setattr(views_device, "PAGE", "account/logout.html")
    views_device._worker.cache_clear()
    assert told(as_user)[1]["version"] != version
    monkeypatch.undo()
    views_device._worker.cache_clear()


@pytest.mark.parametrize(
    "language, words", [("en", "This page is not on this device"), ("vi", "chưa được lưu")]
)
def test_the_page_without_connection_speaks_the_language_of_its_address(book, as_user, lan, language, words):
    page = lan.get(f"/offline/{language}/").content.decode()
    assert words in page and f'lang="{language}"' in page and book.lan.name not in page
    assert "<html" not in as_user(None, htmx=True).get(f"/offline/{language}/").content.decode()
    assert lan.get("/offline/fr/").status_code == 404


def test_the_worker_names_only_files_that_there_are(db, as_user, monkeypatch):
    """As in production, where the name of a file that was not collected is an error."""

    def collected(name):
        assert finders.find(name), name
        return f"/static/{name}"

    monkeypatch.setattr(views_device, "static", collected)
    views_device._worker.cache_clear()
    assert told(as_user)[1]["static"] == "/static/"
    views_device._worker.cache_clear()
