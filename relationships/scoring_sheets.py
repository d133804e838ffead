"""A scoring model as its pages lay it out: one sheet for reading, one for typing. No query."""

from dataclasses import dataclass, field

from django import forms
from django.utils.translation import gettext as _

from accounts.models import Segment
from relationships.health.reasons import LABELS
from relationships.health.spec import CAPS, COMPONENTS, RESTS_ON, SEGMENTS
from relationships.scoring_words import CAP_LABELS, LINE_LABELS, flat, in_words, shares

LINES = ("healthy", "watch", "minimum_coverage", "points", "nights")


@dataclass(frozen=True)
class Cell:
    """One value. `was` is the word of the version in force where it differs; `share` in % of its segment's points."""

    name: str
    label: str
    words: str
    was: str = ""
    share: float | None = None
    bound: forms.BoundField | None = None


@dataclass(frozen=True)
class Row:
    """A line of a table: a component with its switch, or days or roles by segment. `rests_on`: see Sheet.caps."""

    name: str
    label: str
    cells: list
    switch: Cell | None = None
    is_on: bool = True


@dataclass(frozen=True)
class Sheet:
    """`sums` are the points that are switched on, a word for each segment."""

    segments: list
    components: list
    sums: list
    days: list
    lines: list
    caps: list
    changed: int = 0
    rests_on: dict = field(default_factory=dict)


def sheet_of(spec, *, compared_with=None):
    """The Sheet of `spec` for reading; what differs from `compared_with` (a Spec) is marked."""
    return _sheet(flat(spec), flat(compared_with) if compared_with else None, form=None)


def sheet_of_form(form, current):
    """The Sheet of a DraftForm for typing, marked against the Spec in force."""
    now = flat(current)
    return _sheet({name: form.typed(name) for name in now}, now, form)


def _sheet(values, now, form):
    found = _shares(values)

    def cell(name, label, share=None):
        was, bound = "", form[name] if form else None
        readable = bound is None or not bound.errors
        if now is not None and readable and now[name] != values[name]:
            was = in_words(now[name])
        return Cell(name, label, in_words(values[name]), was, share, bound)

    def by_segment(prefix, of=lambda segment: None):
        return [cell(f"{prefix}_{segment}", Segment(segment).label, of(segment)) for segment in SEGMENTS]

    components = [
        Row(
            name,
            LABELS[name],
            by_segment(f"weight_{name}", lambda segment, name=name: found[segment].get(name)),
            cell(f"on_{name}", _("Switched on")),
            bool(values[f"on_{name}"]),
        )
        for name in COMPONENTS
    ]
    return Sheet(
        segments=[Segment(segment).label for segment in SEGMENTS],
        components=components,
        sums=[_sum(values, segment) for segment in SEGMENTS],
        days=[
            Row("cadence", _("Longest silence we accept, days"), by_segment("cadence")),
            Row("roles", _("Decision roles to be met"), by_segment("roles")),
        ],
        lines=[cell(name, LINE_LABELS[name]) for name in LINES],
        caps=[cell(f"cap_{name}", CAP_LABELS[name]) for name in CAPS],
        changed=0 if now is None else sum(now[name] != value for name, value in values.items()),
        rests_on={f"cap_{cap}": LABELS[name] for cap, name in RESTS_ON.items() if not values[f"on_{name}"]},
    )


def _shares(values):
    """As `scoring_words.shares`; a value that is not one counts as nothing."""
    return shares({name: 0 if value is None else value for name, value in values.items()})


def _sum(values, segment):
    points = (values[f"weight_{name}_{segment}"] or 0 for name in COMPONENTS if values[f"on_{name}"])
    return in_words(sum(points))
