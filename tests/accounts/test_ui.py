"""The small filters of the components."""

import re

import pytest
from django.template.loader import render_to_string

from accounts.templatetags import ui


@pytest.mark.parametrize(
    "name, expected",
    [("Nguyễn Thị Phương Anh", "NA"), ("Đặng", "Đ"), ("  ", "?"), (None, "?"), ("le van", "LV")],
)
def test_initials_are_of_the_first_and_last_word(name, expected):
    assert ui.initials(name) == expected


@pytest.mark.parametrize("score, shown", [(74.6, 74), (75, 75), (0, 0), (None, ""), (float("nan"), "")])
def test_floor_never_rounds_a_score_into_the_next_band(score, shown):
    assert ui.floor(score) == shown


@pytest.mark.parametrize("part, whole, share", [(1, 4, 25), (6, 5, 100), (-1, 5, 0), (3, 0, 0), (None, 5, 0)])
def test_share_stays_within_a_bar(part, whole, share):
    assert ui.share_of(part, whole) == share


@pytest.mark.parametrize(
    "value, tone", [(75, "good"), (74.9, "warn"), (50, "warn"), (49.9, "bad"), (None, "none")]
)
def test_tone_follows_the_lines_of_the_bands(value, tone):
    assert ui.score_tone(value) == tone


def test_sentiment_icon_reads_text_as_well_as_numbers():
    assert ui.sentiment_icon("-2") == ui.sentiment_icon(-2) == "angry"
    assert ui.sentiment_icon("nonsense") == "meh"


@pytest.mark.parametrize("load, words", [(17, "room for 3"), (20, "Full"), (22, "2 over")])
def test_capacity_says_in_words_how_full_it_is(load, words):
    html = render_to_string("components/_capacity.html", {"load": load, "maximum": 20})
    assert words in html


def test_unknown_band_shows_no_number():
    html = render_to_string("components/_band.html", {"band": "unknown", "score": 82.5})
    assert "Unknown" in html
    assert 'class="score' not in html


@pytest.mark.parametrize("score, shown", [(0.4, ">0<"), (74.6, ">74<")])
def test_band_shows_the_score_floored(score, shown):
    assert shown in render_to_string("components/_band.html", {"band": "watch", "score": score})


@pytest.mark.parametrize(
    "path, place",
    [
        ("/today/", "today"),
        ("/clients/7/edit/", "clients"),
        ("/contacts/7/", "clients"),
        ("/whitespace/", "deals"),
        ("/payments/3/reversal/", "receivables"),
        ("/accounts/password/change/", "accounts"),
        ("/", ""),
    ],
)
def test_an_address_belongs_to_a_place_of_the_navigation(path, place):
    assert ui.place_of(path) == place


def test_the_navigation_says_where_one_is(book, as_user):
    def marked(path):
        page = as_user(book.lan).get(path).content.decode()
        return re.findall(r'href="(/[a-z]+/)"\s+aria-current="(page|true)"', page)

    assert set(marked("/clients/")) == {("/clients/", "page")}
    assert set(marked(f"/clients/{book.alpha.pk}/edit/")) == {("/clients/", "true")}
