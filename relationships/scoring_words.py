"""A scoring model in words: flat, one value for each field of its form, and what differs between two of them."""

from dataclasses import dataclass

from django.utils.translation import gettext, gettext_lazy, gettext_noop

from accounts.models import Segment
from accounts.templatetags.tend import number
from relationships.health.reasons import LABELS
from relationships.health.spec import CAPS, COMPONENTS, SEGMENTS, Spec

CAP_LABELS = {
    "critical_issue": gettext_lazy("Critical issue past its service level"),
    "own_rating": gettext_lazy("The lead's own rating is 1"),
    "contract_expired": gettext_lazy("A contract expired and no other runs"),
    "champion_left": gettext_lazy("Key client whose champion left"),
    "single_contact": gettext_lazy("Key client with a single active contact"),
}
LINE_LABELS = {
    "healthy": gettext_lazy("Healthy from"),
    "watch": gettext_lazy("Watch from"),
    "minimum_coverage": gettext_lazy("Least coverage, %"),
    "points": gettext_lazy("Hysteresis, points"),
    "nights": gettext_lazy("Hysteresis, nights"),
}
# What the versions that came with Tend say of themselves, as their migration wrote it.
BUILT_IN_NOTES = (
    gettext_noop("The first version: rhythm, sentiment, stakeholders and revenue."),
    gettext_noop(
        "Issues, payment, contract and breadth are switched on; the weights are those of version 1."
    ),
    gettext_noop(
        "The account manager's own rating: red holds the score at 49. Weights are those of version 2."
    ),
)


def note_in_words(model):
    """The note of a ScoringModel: a person's as it was typed, Tend's own in the reader's language."""
    is_ours = model.published_by_id is None and model.note in BUILT_IN_NOTES
    return gettext(model.note) if is_ours else model.note


@dataclass(frozen=True)
class Change:
    """One value that differs. `before` and `after` are words: "15", "on", "off"."""

    name: str
    label: str
    before: str
    after: str


def flat(spec: Spec):
    """{field: value} in the order of the form: points, switches (bool), days, roles, lines, caps (None: off)."""
    values = {}
    for name in COMPONENTS:
        values[f"on_{name}"] = name in spec.switched_on
        values |= {f"weight_{name}_{segment}": spec.weights[name][segment] for segment in SEGMENTS}
    values |= {f"cadence_{segment}": spec.cadence_days[segment] for segment in SEGMENTS}
    values |= {f"roles_{segment}": spec.required_roles[segment] for segment in SEGMENTS}
    values |= {"healthy": spec.healthy, "watch": spec.watch, "minimum_coverage": spec.minimum_coverage}
    values |= {"points": spec.hysteresis_points, "nights": spec.hysteresis_nights}
    return values | {f"cap_{name}": spec.caps.get(name) for name in CAPS}


def as_json(values):
    """`flat` backwards: the JSON of ScoringModel.spec. Whole numbers stay whole, so that equal models are equal."""
    values = {name: _plain(value) for name, value in values.items()}

    def by_segment(prefix):
        return {segment: values[f"{prefix}_{segment}"] for segment in SEGMENTS}

    return {
        "weights": {name: by_segment(f"weight_{name}") for name in COMPONENTS},
        "switched_on": [name for name in COMPONENTS if values[f"on_{name}"]],
        "cadence_days": by_segment("cadence"),
        "required_roles": by_segment("roles"),
        "bands": {"healthy": values["healthy"], "watch": values["watch"]},
        "minimum_coverage": values["minimum_coverage"],
        "hysteresis": {"points": values["points"], "nights": values["nights"]},
        "caps": {name: values[f"cap_{name}"] for name in CAPS},
    }


def _plain(value):
    if value is None or isinstance(value, bool):
        return value
    return int(value) if value == int(value) else float(value)


def in_words(value):
    """15 → "15", True → "on", None → "off"."""
    if value is None or isinstance(value, bool):
        return gettext("on") if value else gettext("off")
    return number(value)


def label_of(name):
    """What a field is called: "Rhythm, Key"."""
    kind, _, rest = name.partition("_")
    if name in LINE_LABELS:
        return str(LINE_LABELS[name])
    if kind == "cap":
        return str(CAP_LABELS[rest])
    if kind == "on":
        return str(LABELS[rest])
    what, segment = rest.rpartition("_")[::2]
    head = {"cadence": gettext("Cadence, days"), "roles": gettext("Required roles")}.get(kind) or LABELS[what]
    return gettext("%(what)s, %(segment)s") % {"what": head, "segment": Segment(segment).label}


def changes(before: Spec, after: Spec):
    """[Change] of what differs, in the order of the form."""
    old, new = flat(before), flat(after)
    return [
        Change(name, label_of(name), in_words(old[name]), in_words(value))
        for name, value in new.items()
        if old[name] != value
    ]


def shares(values):
    """{segment: {component: its share of the points switched on, %}} of flat values; what is off has none."""
    found = {}
    for segment in SEGMENTS:
        points = {
            name: float(values[f"weight_{name}_{segment}"]) for name in COMPONENTS if values[f"on_{name}"]
        }
        total = sum(points.values())
        found[segment] = {name: 100 * point / total for name, point in points.items()} if total else {}
    return found
