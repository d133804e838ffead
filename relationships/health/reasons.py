"""Why a client's health is what it is, in sentences that can be checked, and what moved it.

Works on one HealthScore fetched with its model and makes no query.
The parts add up: contributions and the cap's effect to the score, the parts of a move to its difference.
"""

import math
from dataclasses import dataclass, field
from datetime import date

from django.utils.translation import gettext, gettext_lazy, ngettext

from clients.models import ContactRole

from . import scoring
from .signals import ROLE_BITS
from .spec import MAY_NOT_APPLY, Spec

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
}
KNOWN, UNKNOWN, NOT_APPLICABLE = "known", "unknown", "not_applicable"


@dataclass(frozen=True)
class Component:
    """One component of a score. `weight` is its share of what is known, in %; `contribution` its points of the
    score, `cost` the points it takes off 100. `evidence` names rows: {"interactions": [ids], "contacts": [ids]}.
    """

    name: str
    state: str
    sentence: str
    value: float | None = None
    weight: float = 0.0
    contribution: float = 0.0
    evidence: dict = field(default_factory=dict)

    @property
    def label(self):
        return LABELS[self.name]

    @property
    def cost(self):
        return self.weight - self.contribution if self.state == KNOWN else 0.0


@dataclass(frozen=True)
class Cap:
    """A named reason that holds the score at `limit` or below."""

    name: str
    limit: int
    sentence: str
    evidence: dict


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
        caps=tuple(_cap(name, health) for name in health.caps),
        moved=what_moved(health, spec),
    )


def _component(name, health, spec, total):
    value, facts = getattr(health, name), health.facts.get(name, {})
    unknown = NOT_APPLICABLE if name in MAY_NOT_APPLY else UNKNOWN
    return Component(
        name=name,
        state=unknown if value is None else KNOWN,
        sentence=_SENTENCES[name](facts, health, spec),
        value=value,
        weight=100 * total.shares.get(name, 0.0),
        contribution=total.parts.get(name, 0.0),
        evidence={kind: facts[kind] for kind in ("interactions", "contacts") if facts.get(kind)},
    )


def _rhythm(facts, health, spec):
    every = facts["every_days"]
    if "last_reached_on" not in facts:
        numbers = {"managed": _days_since(health.facts["managed_since"], health)}
        numbers["every"] = spec.cadence_days[health.segment]
        if health.rhythm is None:
            return gettext("Not reached yet; a first contact is expected within %(every)d days.") % numbers
        return gettext("Never reached in %(managed)d days; every %(every)d days is expected.") % numbers
    days = _days_since(facts["last_reached_on"], health)
    if days == 0:
        return gettext("Reached today; every %(every)d days is expected.") % {"every": every}
    return ngettext(
        "Last reached %(days)d day ago; every %(every)d days is expected.",
        "Last reached %(days)d days ago; every %(every)d days is expected.",
        days,
    ) % {"days": days, "every": every}


def _days_since(day, health):
    return (health.as_of - date.fromisoformat(day)).days


def _sentiment(facts, health, spec):
    count, bad = facts.get("ratings", 0), facts.get("bad", 0)
    numbers = {"count": count, "bad": bad, "window": scoring.SENTIMENT_WINDOW_DAYS}
    if not count:
        return gettext("No touch was rated in the last %(window)d days.") % numbers
    if not bad:
        text = ngettext(
            "%(count)d touch was rated in the last %(window)d days, and it was not bad.",
            "%(count)d touches were rated in the last %(window)d days, none of them bad.",
            count,
        )
    else:
        text = ngettext(
            "%(count)d touch was rated in the last %(window)d days, and it was bad.",
            "%(count)d touches were rated in the last %(window)d days, %(bad)d of them bad.",
            count,
        )
    return text % numbers


def _stakeholders(facts, health, spec):
    if not facts["recorded"]:
        return gettext("No contact is recorded yet.")
    numbers = {
        "required": spec.required_roles[health.segment],
        "active": facts["active"],
        "window": scoring.meeting_window_days(spec.cadence_days[health.segment]),
        "roles": ", ".join(role_labels(facts["roles"])),
    }
    if not facts["roles"]:
        text = gettext(
            "No decision role was met in %(window)d days, at least %(required)d expected; "
            "active contacts: %(active)d."
        )
    else:
        text = gettext(
            "Decision roles met in %(window)d days: %(roles)s, at least %(required)d expected; "
            "active contacts: %(active)d."
        )
    return text % numbers


def role_labels(mask):
    """The names of the roles in `facts["stakeholders"]["roles"]`."""
    return [str(ContactRole(role).label) for role, bit in ROLE_BITS.items() if mask & bit]


def _revenue(facts, health, spec):
    if "first_month" not in facts:
        return gettext("No revenue is known before this month.")
    if "months" not in facts:
        return gettext("There is too little revenue history to compare with: 18 to 24 months are needed.")
    if health.revenue is None:
        return gettext("There was no revenue to compare with a year before.")
    percent = round(100 * (facts["now"] / facts["before"] - 1))
    half = facts["months"] == 6
    if percent == 0:
        text = (
            gettext("Revenue of the last 6 months is that of the same months a year before.")
            if half
            else gettext("Revenue of the last 12 months is that of the 12 months before.")
        )
    elif percent < 0:
        text = (
            gettext("Revenue of the last 6 months is %(percent)d%% below the same months a year before.")
            if half
            else gettext("Revenue of the last 12 months is %(percent)d%% below the 12 months before.")
        )
    else:
        text = (
            gettext("Revenue of the last 6 months is %(percent)d%% above the same months a year before.")
            if half
            else gettext("Revenue of the last 12 months is %(percent)d%% above the 12 months before.")
        )
    return text % {"percent": abs(percent)}


_SENTENCES = {
    "rhythm": _rhythm,
    "sentiment": _sentiment,
    "stakeholders": _stakeholders,
    "revenue": _revenue,
}


def _champion_left(facts):
    return gettext("The champion has left and nobody else has that role."), facts["champions_left"]


def _single_contact(facts):
    if facts["active"]:
        return gettext("Everything hangs on a single contact."), []
    return gettext("Every contact has left."), []


# Cap → from the facts about contacts, its sentence and the contacts behind it.
_CAP_SENTENCES = {"champion_left": _champion_left, "single_contact": _single_contact}


def _cap(name, health):
    sentence, contacts = _CAP_SENTENCES[name](health.facts["stakeholders"])
    evidence = {"contacts": contacts} if contacts else {}
    return Cap(name=name, limit=scoring.CAPS[name], sentence=sentence, evidence=evidence)


def what_moved(health, spec):
    """Moved, or None where there is nothing before it or no number to subtract from."""
    before = health.before
    if not before or before["score"] is None or health.score is None:
        return None
    parts = _parts(before, health, spec)
    parts = [Part(name, points) for name, points in parts.items() if abs(points) > 1e-9]
    return Moved(
        since=date.fromisoformat(before["as_of"]),
        before=before["score"],
        now=health.score,
        parts=tuple(sorted(parts, key=lambda part: -abs(part.points))),
    )


def _parts(before, health, spec):
    """Points by name. A walk from then to now, each step's effect being its part: new weights, components that
    became known, those no longer known, changed values, and the caps on top.
    """
    was = {name: value for name, value in before["components"].items() if value is not None}
    now = {name: getattr(health, name) for name in spec.switched_on if getattr(health, name) is not None}
    weights = {name: spec.weight(name, health.segment) for name in spec.switched_on}
    at = {name: value for name, value in was.items() if name in weights}
    parts = {"cap": (health.score - (health.raw or 0)) - (before["score"] - (before["raw"] or 0))}
    if not at or not now:
        return parts | {"weights": (health.raw or 0) - (before["raw"] or 0)}
    level = _mean(at, weights)
    parts["weights"] = level - before["raw"]
    for name, values in _walk(at, now):
        parts[name] = parts.get(name, 0.0) + _mean(values, weights) - level
        level = _mean(values, weights)
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
