"""The line in the log sheet: what it says comes back as chips, nothing is saved by it, and an unread one is a note."""

import html
import re
import uuid

import pytest
from django.utils import timezone

from relationships.models import Interaction
from tests import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def alpha(book, time_machine):
    time_machine.move_to("2026-11-20T10:00+07:00", tick=False)
    return book.alpha


@pytest.fixture
def chief(alpha):
    return make.contact(alpha, "Lê Thị Hoa", given_name="Hoa", title="Kế toán trưởng", role="finance")


def chips(browser, client, line):
    answer = browser.post(f"/clients/{client.pk}/log/line/", {"line": line})
    assert answer.status_code == 200
    found = re.findall(
        r'data-line-field="(\w+)"\s+data-line-value="([^"]*)">([^<]*)<', answer.content.decode()
    )
    return [tuple(map(html.unescape, chip)) for chip in found]


def test_chips_say_what_was_understood_and_what_they_fill(book, alpha, chief, as_user):
    line = "gọi kế toán trưởng hôm qua về gia hạn, tích cực, hẹn lại 2 tuần nữa"
    book.lan.language = "en"
    book.lan.save()
    assert chips(as_user(book.lan, htmx=True), alpha, line) == [
        ("kind", "call", "Call"),
        ("contacts", str(chief.pk), "With Lê Thị Hoa"),
        ("occurred_at", "2026-11-19T12:00", "Thu, Nov 19"),
        ("sentiment", "1", "Good"),
        ("next_step_other", "2026-12-04", "Next: Fri, Dec 4"),
        ("summary", "gia hạn", "Note: gia hạn"),
    ]
    assert not Interaction.objects.exists()


def test_words_that_look_like_markup_stay_words(book, alpha, as_user):
    [chip] = chips(as_user(book.lan, htmx=True), alpha, '<b>x</b> "y"')
    assert chip[:2] == ("summary", '<b>x</b> "y"')


def test_a_line_that_is_too_long_is_refused_with_a_reason(book, alpha, as_user):
    answer = as_user(book.lan, htmx=True).post(f"/clients/{alpha.pk}/log/line/", {"line": "x" * 501})
    assert answer.status_code == 422
    assert "500" in answer.content.decode()


def save(browser, client, **fields):
    values = {"idempotency_key": uuid.uuid4(), "kind": "call", "direction": "out", "reached": "yes"}
    values["occurred_at"] = timezone.localtime().strftime("%Y-%m-%dT%H:%M")
    answer = browser.post(f"/clients/{client.pk}/log/", values | fields)
    assert answer.status_code == 204
    return Interaction.objects.get()


def test_a_line_that_was_not_read_yet_is_kept_as_a_note(book, alpha, as_user):
    browser = as_user(book.lan, htmx=True)
    touch = save(browser, alpha, line="gọi chị Hoa, hẹn lại", line_read="gọi chị", summary="Vui")
    assert touch.summary == "gọi chị Hoa, hẹn lại\nVui"


def test_a_line_whose_chips_are_shown_leaves_what_nobody_could_read(book, alpha, as_user):
    line = "gọi chị Hoa về gia hạn"
    touch = save(as_user(book.lan, htmx=True), alpha, line=line, line_read=line, summary="gia hạn")
    assert touch.summary == "gia hạn"
