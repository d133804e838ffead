"""What a version of the scoring model says: weights, switches, cadences, bands. Read from ScoringModel.spec.

Shape of the JSON, all keys required (but see caps):

    {"weights": {"rhythm": {"key": 15, "major": 20, "standard": 20}, … all eight components},
     "switched_on": ["rhythm", "sentiment", …],
     "cadence_days": {"key": 14, "major": 30, "standard": 90},
     "required_roles": {"key": 5, "major": 3, "standard": 1},
     "bands": {"healthy": 75, "watch": 50},
     "minimum_coverage": 50,
     "hysteresis": {"points": 5, "nights": 7},
     "caps": {"critical_issue": 49, … all of CAPS; null switches one off}}

Versions 1 and 2 were published before caps were part of the model; theirs are EARLY_CAPS.
"""

from dataclasses import dataclass
from numbers import Real

SEGMENTS = ("key", "major", "standard")
COMPONENTS = ("rhythm", "sentiment", "issues", "payment", "contract", "breadth", "stakeholders", "revenue")
# Without a value these say "does not apply here" and leave the coverage alone; the others say "not known".
MAY_NOT_APPLY = frozenset({"contract", "breadth", "revenue"})

# In the order in which they are named.
CAPS = ("critical_issue", "own_rating", "contract_expired", "champion_left", "single_contact")
# Cap → the component that it rests on and is switched off with; the others stand on their own.
RESTS_ON = {"critical_issue": "issues", "contract_expired": "contract"}
EARLY_CAPS = {"critical_issue": 49, "contract_expired": 49, "champion_left": 74, "single_contact": 74}

# Version 1. Weights, cadences and roles are judgement (HEALTH.md); only a backtest may call the score predictive.
# Issues, payment, contract and breadth had no data yet.
FIRST_SPEC = {
    "weights": {
        "rhythm": {"key": 15, "major": 20, "standard": 20},
        "sentiment": {"key": 15, "major": 15, "standard": 10},
        "issues": {"key": 10, "major": 15, "standard": 15},
        "payment": {"key": 5, "major": 10, "standard": 15},
        "contract": {"key": 15, "major": 15, "standard": 15},
        "breadth": {"key": 5, "major": 5, "standard": 10},
        "stakeholders": {"key": 20, "major": 10, "standard": 5},
        "revenue": {"key": 15, "major": 10, "standard": 10},
    },
    "switched_on": ["rhythm", "sentiment", "stakeholders", "revenue"],
    "cadence_days": {"key": 14, "major": 30, "standard": 90},
    "required_roles": {"key": 5, "major": 3, "standard": 1},
    "bands": {"healthy": 75, "watch": 50},
    "minimum_coverage": 50,
    "hysteresis": {"points": 5, "nights": 7},
}

# Version 2: what happens after the signature counts too. Weights are those of version 1.
SECOND_SPEC = FIRST_SPEC | {"switched_on": list(COMPONENTS)}

# Version 3: the caps are part of the model, and the account manager's own rating has one.
THIRD_SPEC = SECOND_SPEC | {"caps": EARLY_CAPS | {"own_rating": 49}}


class SpecError(ValueError):
    """A scoring model that cannot be used; the message names the key."""


@dataclass(frozen=True)
class Spec:
    """A checked scoring model. `weights[component][segment]` holds points, not shares."""

    weights: dict
    switched_on: tuple
    cadence_days: dict
    required_roles: dict
    healthy: float
    watch: float
    minimum_coverage: float
    hysteresis_points: float
    hysteresis_nights: int
    caps: dict  # cap → the highest score it leaves; one that is switched off is not in it

    @classmethod
    def from_json(cls, data):
        """The spec in `data`. Raises SpecError naming the first key that is missing or out of range."""
        if not isinstance(data, dict):
            raise SpecError("A scoring model is an object.")
        weights = _weights(_part(data, "weights"))
        bands, hysteresis = _part(data, "bands"), _part(data, "hysteresis")
        spec = cls(
            weights=weights,
            switched_on=_switches(data, weights),
            cadence_days=_by_segment(data, "cadence_days", 1, 3650),
            required_roles=_by_segment(data, "required_roles", 1, 7),
            healthy=_number(bands, "healthy", 0, 100),
            watch=_number(bands, "watch", 0, 100),
            minimum_coverage=_number(data, "minimum_coverage", 0, 100),
            hysteresis_points=_number(hysteresis, "points", 0, 100),
            hysteresis_nights=_whole(hysteresis, "nights", 0, 365),
            caps=_caps(data),
        )
        # Otherwise a band could be so narrow that it is never entered.
        if spec.healthy - spec.watch < max(spec.hysteresis_points, 1):
            raise SpecError("bands: healthy must lie above watch by at least the points of the hysteresis.")
        return spec

    def weight(self, component, segment):
        """Points of `component` for `segment`; 0 when it is switched off."""
        return self.weights[component][segment] if component in self.switched_on else 0

    def has_cap(self, name):
        """Whether this cap is switched on, with the component it rests on."""
        return name in self.caps and RESTS_ON.get(name, self.switched_on[0]) in self.switched_on

    def band_of(self, score):
        """healthy, watch or at_risk by the unrounded score."""
        if score >= self.healthy:
            return "healthy"
        return "watch" if score >= self.watch else "at_risk"


def _part(data, key):
    part = data.get(key)
    if not isinstance(part, dict):
        raise SpecError(f"{key}: an object is needed.")
    return part


def _number(data, key, low, high):
    value = data.get(key)
    if isinstance(value, bool) or not isinstance(value, Real) or not low <= value <= high:
        raise SpecError(f"{key}: a number from {low} to {high} is needed.")
    return value


def _whole(data, key, low, high):
    value = _number(data, key, low, high)
    if value != int(value):
        raise SpecError(f"{key}: a whole number is needed.")
    return int(value)


def _by_segment(data, key, low, high):
    part = _part(data, key)
    return {segment: _whole(part, segment, low, high) for segment in SEGMENTS}


def _weights(part):
    return {
        component: {segment: _number(_part(part, component), segment, 0, 100) for segment in SEGMENTS}
        for component in COMPONENTS
    }


def _caps(data):
    if "caps" not in data:
        return dict(EARLY_CAPS)
    part = _part(data, "caps")
    if unknown := set(part) - set(CAPS):
        raise SpecError(f"caps: {min(unknown)} is none.")
    return {name: _number(part, name, 0, 100) for name in CAPS if part.get(name) is not None}


def _switches(data, weights):
    names = data.get("switched_on")
    if not isinstance(names, list) or not names or not set(names) <= set(COMPONENTS):
        raise SpecError("switched_on: a list of components is needed.")
    on = tuple(component for component in COMPONENTS if component in names)
    for segment in SEGMENTS:
        if not all(weights[component][segment] > 0 for component in on):
            raise SpecError(f"weights: what is switched on needs more than 0 points for {segment}.")
    return on
