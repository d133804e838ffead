"""Why a client's health is what it is, in sentences that can be checked, and what moved it.

Works on one HealthScore fetched with its model and makes no query.
The parts add up: contributions and the cap's effect to the score, the parts of a move to its difference.
"""

import math
from dataclasses import dataclass, field
from datetime import date

from django.utils.translation import gettext, gettext_lazy

from . import scoring
from .sentences import SENTENCES
from .sentences_of_caps import CAP_SENTENCES
from .spec import MAY_NOT_APPLY, RESTS_ON, Spec

LABELS = {
    "rhythm": gettext_lazy("Rhythm"),
    "sentiment": gettext_lazy("Sentiment"),
    "issues": gettext_lazy("Issues"),
    "payment": gettext_lazy("Payment"),
    "contract": gettext_lazy("Contract"),
    "breadth": gettext_lazy("Breadth"),
    "stakeholders": gettext_lazy("Stakeholders"),
    "revenue": gettext_lazy("Revenue"),
    "weights": gettext_lazy("Segment or scoring model"),
    "cap": gettext_lazy("Cap"),
    "override": gettext_lazy("Override"),
}
KNOWN, UNKNOWN, NOT_APPLICABLE = "known", "unknown", "not_applicable"
EVIDENCE = ("interactions", "contacts", "issues", "invoices", "contracts")
UNREADABLE = (KeyError, TypeError, ValueError, AttributeError)  # what facts of another shape lead to


@dataclass(frozen=True)
class Component:
    """One component of a score. `weight` is its share of what is known, in %; `contribution` its points of the
    score, `cost` the points it takes off 100. `evidence` names rows by kind (EVIDENCE): {"invoices": [ids]}, and
    `names` the first of them where they have one, in the same order.
    """

    name: str
    state: str
    sentence: str
    value: float | None = None
    weight: float = 0.0
    contribution: float = 0.0
    evidence: dict = field(default_factory=dict)
    names: tuple = ()

    @property
    def label(self):
        return LABELS[self.name]

    @property
    def cost(self):
        return self.weight - self.contribution if self.state == KNOWN else 0.0


@dataclass(frozen=True)
class Cap:
    """A named reason that holds the score at `limit` or below. `component` is the one it rests on, or ""."""

    name: str
    limit: int
    sentence: str
    evidence: dict
    component: str = ""


@dataclass(frozen=True)
class Part:
    """What one component, the weights or a cap did to a score: points up or down."""

    name: str
    points: float

    @property
    def label(self):
        return LABELS[self.name]


@dataclass(frozen=True)
class Moved:
    """The last change that showed, from the score of the day `since`; `parts`, largest first, add up to it."""

    since: date
    before: float
    now: float
    parts: tuple

    @property
    def difference(self):
        return self.now - self.before


@dataclass(frozen=True)
class Explanation:
    """All that a page says about one client's health. Components come in order of what they cost."""

    score: float | None
    raw: float | None
    coverage: float
    band: str
    as_of: date
    little_data: bool
    components: tuple
    caps: tuple
    moved: Moved | None

    @property
    def shown(self):
        """The score as people see it: a whole number, never rounded up over a line."""
        return None if self.score is None else math.floor(self.score)

    @property
    def cap_effect(self):
        """What caps take off, 0 or below. Contributions and this add up to the score."""
        return 0.0 if self.score is None or self.raw is None else self.score - self.raw

    @property
    def main_reason(self):
        """The sentence that costs most: of a cap that holds the score, else of a component; None at 100."""
        if self.caps and self.cap_effect < 0:
            return min(self.caps, key=lambda cap: cap.limit).sentence
        worst = next(iter(self.components), None)
        return worst.sentence if worst and worst.cost > 0 else None


def explain(health):
    """The Explanation of a HealthScore; fetch it with `select_related("model")`."""
    spec = Spec.from_json(health.model.spec)
    total = scoring.total(
        {name: getattr(health, name) for name in spec.switched_on},
        segment=health.segment,
        spec=spec,
        caps=health.caps,
    )
    components = [_component(name, health, spec, total) for name in spec.switched_on]
    return Explanation(
        score=health.score,
        raw=health.raw,
        coverage=health.coverage,
        band=health.band,
        as_of=health.as_of,
        little_data=total.little_data,
        components=tuple(sorted(components, key=lambda c: (c.state != KNOWN, -c.cost))),
        caps=tuple(_cap(name, health, spec) for name in health.caps),
        moved=what_moved(health, spec),
    )


def _component(name, health, spec, total):
    value, facts = getattr(health, name), facts_of(health, name)
    unknown = NOT_APPLICABLE if name in MAY_NOT_APPLY else UNKNOWN
    return Component(
        name=name,
        state=unknown if value is None else KNOWN,
        sentence=_sentence(name, facts, health, spec),
        value=value,
        weight=100 * total.shares.get(name, 0.0),
        contribution=total.parts.get(name, 0.0),
        evidence={kind: facts[kind] for kind in EVIDENCE if facts.get(kind)},
        names=tuple(facts.get("names") or ()),
    )


def facts_of(health, name):
    facts = health.facts.get(name) if isinstance(health.facts, dict) else None
    return facts if isinstance(facts, dict) else {}


def _sentence(name, facts, health, spec):
    """The sentence of a component. Facts that an earlier release wrote may lack what it says now."""
    try:
        return SENTENCES[name](facts, health, spec)
    except UNREADABLE:
        return gettext("Scored before this was recorded; it will be scored anew.")


def _cap(name, health, spec):
    try:
        sentence, evidence = CAP_SENTENCES[name](health)
    except UNREADABLE:
        sentence, evidence = gettext("A cap holds the score; it will be scored anew."), {}
    evidence = {kind: ids for kind, ids in evidence.items() if ids}
    return Cap(name, spec.caps.get(name, 100), sentence, evidence, RESTS_ON.get(name, ""))


def what_moved(health, spec):
    """Moved, or None where there is nothing before it or no number to subtract from."""
    before = health.before
    if not before or _shown(before) is None or health.shown_score is None:
        return None
    try:
        parts = _parts(before, health, spec)
    except UNREADABLE:  # written by an earlier release; the next change that shows writes it anew
        return None
    parts = [Part(name, points) for name, points in parts.items() if abs(points) > 1e-9]
    return Moved(
        since=date.fromisoformat(before["as_of"]),
        before=_shown(before),
        now=health.shown_score,
        parts=tuple(sorted(parts, key=lambda part: -abs(part.points))),
    )


def _shown(before):
    """The score that was shown; states older than overrides have the computed one alone."""
    return before.get("shown_score", before.get("score"))


def _parts(before, health, spec):
    """Points by name: from the state `before` to the row, and a person's word on top of either."""
    weights = {name: spec.weight(name, health.segment) for name in spec.switched_on}
    then = State.of(before["components"], before["raw"], before["score"])
    now = State.of(
        {name: getattr(health, name) for name in spec.switched_on},
        health.raw,
        health.score,
    )
    override = (health.shown_score - now.level) - (_shown(before) - then.level)
    return parts_between(then, now, weights) | {"override": override}


@dataclass(frozen=True)
class State:
    """A score without what a person said of it: the known components, their mean, and the level under the caps."""

    values: dict
    raw: float
    level: float

    @classmethod
    def of(cls, values, raw, score):
        """From a stored row. Where too little is known for a score, the mean of what is known stands for it."""
        values = {name: value for name, value in values.items() if value is not None}
        raw = raw or 0.0
        return cls(values, raw, raw if score is None else score)


def parts_between(then: State, now: State, weights):
    """Points by name of what changed between two states; they add up to the difference of their levels.

    A walk, each step's effect being its part: new weights, components that became known, those no longer known,
    changed values, and the caps on top. `weights` are those of now.
    """
    values = {name: value for name, value in now.values.items() if name in weights}
    at = {name: value for name, value in then.values.items() if name in weights}
    parts = {"cap": (now.level - now.raw) - (then.level - then.raw)}
    if not at or not values:
        return parts | {"weights": now.raw - then.raw}
    level = _mean(at, weights)
    parts["weights"] = level - then.raw
    for name, step in _walk(at, values):
        parts[name] = parts.get(name, 0.0) + _mean(step, weights) - level
        level = _mean(step, weights)
    return parts


def _walk(at, now):
    """Each step on the way from the values `at` to `now`: the component that changes, and all values after it."""
    for name in [name for name in now if name not in at]:
        at = at | {name: now[name]}
        yield name, at
    for name in [name for name in at if name not in now]:
        at = {other: value for other, value in at.items() if other != name}
        yield name, at
    for name in [name for name in at if at[name] != now[name]]:
        at = at | {name: now[name]}
        yield name, at


def _mean(values, weights):
    return sum(weights[name] * value for name, value in values.items()) / sum(weights[n] for n in values)
