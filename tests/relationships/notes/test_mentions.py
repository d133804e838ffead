"""Who is named in a text with @, and where."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relationships.mentions import Named, fold, in_parts, people_meant

LAN, HOA, MINH, LAN_2 = map(Named, ["Lan Nguyễn", "Hoa Lê", "Minh Đỗ", "Lan Phạm"])
PEOPLE = [LAN, HOA, MINH]


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("@Lan Nguyễn hãy gọi lại", [LAN]),
        ("@lan nguyen please call", [LAN]),
        ("ask @Minh Đỗ, then @Hoa Lê.", [MINH, HOA]),
        ("@Minh Do and @MINH ĐỖ", [MINH]),
        ("(@Hoa)", [HOA]),
        ("@Nguyễn knows", [LAN]),
        ("lan@minh.example writes", []),
        ("@Lande is somebody else", []),
        ("@Hoang too", []),
        ("an @ alone, @@ and @", []),
        ("Lan Nguyễn without the sign", []),
        ("@Hoa Nguyễn", [HOA]),
        ("", []),
    ],
)
def test_people_are_found_in_the_order_of_the_text(text, meant):
    assert people_meant(text, PEOPLE) == meant


def test_a_short_name_that_two_have_means_neither_and_a_full_one_means_its_bearer():
    both = [*PEOPLE, LAN_2]
    assert people_meant("@Lan will know", both) == []
    assert people_meant("@Lan Phạm will know", both) == [LAN_2]


def test_namesakes_are_both_meant():
    one, other = Named("Lan Nguyễn"), LAN
    assert people_meant("@Lan Nguyễn", [one, other]) == list(dict.fromkeys([one, other]))


def test_parts_mark_the_names_and_join_to_the_text():
    assert in_parts("Hi @Hoa Lê!", PEOPLE) == [("Hi ", False), ("@Hoa Lê", True), ("!", False)]
    assert in_parts("No name", PEOPLE) == [("No name", False)]
    assert in_parts("", PEOPLE) == []


def test_decomposed_letters_are_the_same_letters():
    assert people_meant("@Hoa Le\u0302", PEOPLE) == [HOA]


@given(st.text(max_size=60))
def test_any_text_keeps_its_letters_and_places(text):
    assert len(fold(text)) == len("".join(part for part, _named in in_parts(text, PEOPLE)))
    people_meant(text, PEOPLE)
