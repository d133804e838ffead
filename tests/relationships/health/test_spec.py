"""What may be a scoring model: every refusal names the key it is about."""

import copy

import pytest

from relationships.health.spec import CAPS, EARLY_CAPS, FIRST_SPEC, SECOND_SPEC, THIRD_SPEC, Spec, SpecError


@pytest.mark.parametrize("spec", [FIRST_SPEC, SECOND_SPEC, THIRD_SPEC])
def test_every_published_model_can_be_read(spec):
    assert Spec.from_json(spec).healthy == 75


def test_a_model_older_than_the_caps_has_those_of_its_time():
    spec = Spec.from_json(SECOND_SPEC)
    assert spec.caps == EARLY_CAPS
    assert not spec.has_cap("own_rating")


def test_a_cap_that_is_null_is_off_and_one_without_its_component_too():
    off = dict.fromkeys(CAPS)
    assert Spec.from_json(THIRD_SPEC | {"caps": off}).caps == {}
    on = [name for name in THIRD_SPEC["switched_on"] if name != "issues"]
    spec = Spec.from_json(THIRD_SPEC | {"switched_on": on})
    assert not spec.has_cap("critical_issue")
    assert spec.has_cap("own_rating")


def changed(path, value):
    spec = copy.deepcopy(THIRD_SPEC)
    *way, last = path.split(".")
    part = spec
    for key in way:
        part = part[key]
    part[last] = value
    return spec


@pytest.mark.parametrize(
    ("path", "value", "named"),
    [
        ("weights", [], "weights"),
        ("weights.rhythm", None, "rhythm"),
        ("weights.rhythm.key", 101, "key"),
        ("weights.rhythm.key", True, "key"),
        ("weights.rhythm.key", float("nan"), "key"),
        ("weights.rhythm.key", 0, "weights"),
        ("switched_on", [], "switched_on"),
        ("switched_on", ["luck"], "switched_on"),
        ("cadence_days.major", 0, "major"),
        ("cadence_days.major", 1.5, "major"),
        ("required_roles.key", 8, "key"),
        ("bands.healthy", 54, "bands"),
        ("minimum_coverage", "50", "minimum_coverage"),
        ("hysteresis.nights", 366, "nights"),
        ("hysteresis.points", 26, "bands"),
        ("caps.luck", 10, "luck"),
        ("caps.own_rating", -1, "own_rating"),
    ],
)
def test_a_refusal_names_the_key(path, value, named):
    with pytest.raises(SpecError, match=named):
        Spec.from_json(changed(path, value))
