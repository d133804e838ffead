"""Where everybody stands on the map: nobody twice, nobody over another, lines to whom they report to."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relationships.stakeholder_map import BOX_HEIGHT, BOX_WIDTH, INDENT, draw


def places(drawing):
    return {box.key: (box.x, box.y) for box in drawing.boxes}


def overlapping(drawing):
    boxes = drawing.boxes
    return [
        (one.key, other.key)
        for at, one in enumerate(boxes)
        for other in boxes[at + 1 :]
        if abs(one.x - other.x) < BOX_WIDTH and abs(one.y - other.y) < BOX_HEIGHT
    ]


def test_nobody_is_an_empty_drawing_and_one_person_a_box():
    assert draw({}).boxes == [] and draw({}).loose_y is None
    drawing = draw({1: None})
    assert [box.key for box in drawing.boxes] == [1] and drawing.loose_y and not drawing.lines


def test_a_head_stands_over_the_middle_of_its_reports():
    drawing = draw({"head": None, "left": "head", "right": "head", "below": "left", "also": "right"})
    at = places(drawing)
    assert at["left"][1] == at["right"][1] > at["head"][1] and at["below"][1] > at["left"][1]
    assert at["head"][0] * 2 == pytest.approx(at["left"][0] + at["right"][0], abs=1)
    assert len(drawing.lines) == 4 and drawing.loose_y is None


def test_reports_without_reports_stand_in_columns():
    drawing = draw({"head": None} | dict.fromkeys(range(7), "head"))
    at = places(drawing)
    assert len({at[n][0] for n in range(7)}) == 3 and len({at[n][1] for n in range(7)}) == 3
    assert drawing.width < 4 * BOX_WIDTH
    three = places(draw({"head": None} | dict.fromkeys(range(3), "head")))
    assert {three[n][0] - three["head"][0] for n in range(3)} == {INDENT}
    assert [three[n][1] for n in range(3)] == sorted(three[n][1] for n in range(3))


def test_two_reports_stand_side_by_side():
    at = places(draw({"head": None, "one": "head", "other": "head"}))
    assert at["one"][1] == at["other"][1] and at["one"][0] < at["head"][0] < at["other"][0]


def test_the_outline_goes_down_and_a_step_to_the_right_for_each_who_is_reported_to():
    drawing = draw({"head": None, "one": "head", "below": "one", "other": "head"}, ["seat"], outline=True)
    at = places(drawing)
    assert [at[key][0] for key in ("head", "one", "below", "other", "seat")] == [2, 30, 58, 30, 2]
    heights = [at[key][1] for key in ("head", "one", "below", "other", "seat")]
    assert heights == sorted(heights) and drawing.width < 2 * BOX_WIDTH and len(drawing.lines) == 3


def test_whoever_stands_alone_and_empty_seats_come_below_under_their_headings():
    drawing = draw(
        {"head": None, "report": "head", "alone": None, "gone": "left long ago"}, ["decision_maker"]
    )
    at = places(drawing)
    assert at["alone"][1] == at["gone"][1] > drawing.loose_y > at["report"][1]
    assert at["decision_maker"][1] > drawing.seats_y > at["alone"][1]


def test_a_circle_is_cut_and_everybody_in_it_drawn():
    drawing = draw({1: 2, 2: 3, 3: 1, 4: 4})
    assert sorted(places(drawing)) == [1, 2, 3, 4] and len(drawing.lines) == 2


@given(
    st.dictionaries(st.integers(0, 30), st.one_of(st.none(), st.integers(0, 32)), max_size=30), st.booleans()
)
def test_any_house_is_drawn_whole_within_its_frame_and_nothing_overlaps(bosses, outline):
    drawing = draw(bosses, ["seat"], outline=outline)
    assert sorted(map(str, places(drawing))) == sorted(map(str, [*bosses, "seat"]))
    assert overlapping(drawing) == []
    for box in drawing.boxes:
        assert 0 <= box.x <= drawing.width - BOX_WIDTH and 0 <= box.y <= drawing.height - BOX_HEIGHT
    for line in drawing.lines:
        assert all(0 <= x <= drawing.width and 0 <= y <= drawing.height for x, y in line)
