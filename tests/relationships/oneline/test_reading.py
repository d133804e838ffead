"""The one line, measured on what people type: at least 95 % of the fields of each language are read as meant."""

import datetime
import string
from dataclasses import fields

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.working_time import is_working_day
from relationships.oneline.reading import MOST_LETTERS, read_line
from tests.relationships.oneline import english, vietnamese
from tests.relationships.oneline.utterances import IN_ENGLISH, IN_VIETNAMESE, NOW, Said

LANGUAGES = {"vi": (vietnamese.LINES, IN_VIETNAMESE), "en": (english.LINES, IN_ENGLISH)}
NAMES = [field.name for field in fields(Said) if field.name != "text"]


def meant(said):
    """{field: what is meant}, with what the sheet starts with left out."""
    values = {name: getattr(said, name) for name in NAMES}
    return _shown(values)


def read(text, contacts):
    found = read_line(text, now=NOW, contacts=contacts)
    values = {name: getattr(found, name) for name in NAMES}
    values["on"] = found.on and found.on.isoformat()
    values["next_on"] = found.next_on and found.next_on.isoformat()
    values["at"] = found.at and found.at.strftime("%H:%M")
    return _shown(values)


def _shown(values):
    values = dict(values)
    values["contacts"] = tuple(sorted(values["contacts"])) or None
    for name in ("summary", "next_step"):
        values[name] = values[name].strip(string.punctuation + " ").casefold() or None
    if values["direction"] == "out":  # as the sheet starts
        values["direction"] = None
    return {name: value for name, value in values.items() if value is not None}


def wrong_fields(lines, contacts):
    """(line, field, meant, read) of each field that is read otherwise than meant; how many fields were said or read."""
    wrong, total = [], 0
    for said in lines:
        one, other = meant(said), read(said.text, contacts)
        for name in one.keys() | other.keys():
            total += 1
            if one.get(name) != other.get(name):
                wrong.append((said.text, name, one.get(name), other.get(name)))
    return wrong, total


@pytest.mark.parametrize("language", LANGUAGES)
def test_fields_are_read_as_meant(language):
    lines, contacts = LANGUAGES[language]
    assert len(lines) >= 60
    wrong, total = wrong_fields(lines, contacts)
    assert 1 - len(wrong) / total >= 0.95, "\n".join(map(str, wrong))


WORDS = [word for lines, _people in LANGUAGES.values() for said in lines for word in said.text.split()]


@given(st.one_of(st.text(max_size=80), st.lists(st.sampled_from(WORDS), max_size=14).map(" ".join)))
def test_whatever_is_typed_gives_what_the_sheet_can_show(text):
    found = read_line(text, now=NOW, contacts=IN_VIETNAMESE + IN_ENGLISH)
    today = NOW.date()
    assert found.on is None or found.on <= today
    assert found.next_on is None or found.next_on > today and is_working_day(found.next_on)
    assert len(set(found.contacts)) == len(found.contacts)
    assert found.minutes is None or found.minutes >= 0
    assert (
        len(found.summary) <= len(text) + 2 * text.count(",") + 2 * text.count(";") + 2 * text.count(".") + 10
    )


@pytest.mark.parametrize(
    "text",
    [
        "máy lọc nước hỏng phần van số ba",
        "khách so sánh giá đối thủ",
        "đề xuất chương trình chiết khấu bậc thang",
        "the pump leaks again",
    ],
)
def test_what_cannot_be_read_stays_in_the_note_as_it_was_typed(text):
    assert read_line(text, now=NOW, contacts=IN_VIETNAMESE).summary == text


@pytest.mark.parametrize(
    ("text", "on"),
    [
        ("chị Hoa nhắn tin xin lùi thanh toán đến 30/11", None),
        ("Mary emailed: needs the invoice by Friday", None),
        ("Anna texted: will sign on Monday", None),
        ("gọi ngày 31/2", None),
        ("called on 20/11", NOW.date()),
        ("gọi ngày 5/10", datetime.date(2026, 10, 5)),
    ],
)
def test_a_day_that_they_named_is_not_that_of_the_touch(text, on):
    found = read_line(text, now=NOW, contacts=IN_ENGLISH + IN_VIETNAMESE)
    assert (found.on, found.next_on) == (on, None)


def test_two_of_one_given_name_are_not_guessed():
    twins = [IN_VIETNAMESE[0], type(IN_VIETNAMESE[0])(9, "Lê Quốc Bảo", "Bảo", "Thủ kho", "user")]
    assert read_line("gọi anh Bảo", now=NOW, contacts=twins).contacts == []
    assert read_line("gọi Lê Quốc Bảo", now=NOW, contacts=twins).contacts == [9]


def test_a_text_of_any_length_is_read_up_to_its_limit():
    assert len(read_line("gọi " * 100_000, now=NOW).summary) <= MOST_LETTERS
