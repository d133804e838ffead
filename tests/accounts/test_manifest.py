"""Tend can be installed: its manifest, and the icons that are drawn for it."""

import re
import struct

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.urls import resolve

from config.icons import ICONS, MARK


def manifest(as_user, language):
    return as_user(None).get(f"/tend-{language}.webmanifest")


def test_the_manifest_opens_today_in_a_window_of_its_own(db, as_user):
    response = manifest(as_user, "en")
    told = response.json()
    assert response["Content-Type"] == "application/manifest+json" and "max-age" in response["Cache-Control"]
    assert (told["start_url"], told["display"], told["scope"]) == ("/today/", "standalone", "/")
    assert all(resolve(shortcut["url"]) for shortcut in told["shortcuts"])


def test_the_manifest_speaks_the_language_of_the_page(book, as_user):
    book.lan.language = "vi"
    book.lan.save()
    page = as_user(book.lan).get("/today/").content.decode()
    address = re.search(r'<link rel="manifest" href="([^"]+)"', page)[1]
    told = as_user(None).get(address).json()
    assert (told["lang"], told["shortcuts"][0]["name"]) == ("vi", "Ghi nhận liên hệ")
    assert told["id"] == manifest(as_user, "en").json()["id"], "one app, whatever it is called"


def test_there_is_no_manifest_in_a_language_that_tend_does_not_speak(db, as_user):
    assert manifest(as_user, "fr").status_code == 404


def test_the_manifest_has_the_colour_of_the_canvas(db, as_user):
    tokens = (settings.BASE_DIR / "static/css/tokens.css").read_text()
    light = re.search(r"--canvas: light-dark\((#\w+),", tokens)[1]
    told = manifest(as_user, "en").json()
    assert told["theme_color"] == told["background_color"] == light


def test_the_icons_are_there_in_the_sizes_that_are_said(db, as_user):
    for icon in manifest(as_user, "en").json()["icons"]:
        picture = as_user(None).get(icon["src"])
        data = b"".join(picture.streaming_content)
        width, height = struct.unpack(">II", data[16:24])
        assert data.startswith(b"\x89PNG") and f"{width}x{height}" == icon["sizes"]


@pytest.mark.parametrize("name", ICONS)
def test_an_icon_is_drawn_once_for_each_version_of_the_mark(name):
    path = finders.find(name)
    first = (settings.BASE_DIR / path).stat().st_mtime_ns
    assert first >= MARK.stat().st_mtime_ns
    assert (settings.BASE_DIR / finders.find(name)).stat().st_mtime_ns == first


def test_a_page_names_the_icon_that_a_phone_takes(book, as_user):
    page = as_user(book.lan).get("/today/").content.decode()
    address = re.search(r'<link rel="apple-touch-icon" href="([^"]+)"', page)[1]
    assert as_user(None).get(address).status_code == 200
