"""How a client's health changed between two days, split exactly: ageing, behaviour, configuration, override.

With the state of the first day, stored with its model and segment:

    then        what was computed then
    aged        what time alone made of it: then's model and segment, what was known then, seen on the later day
    all known   then's model and segment, with what has been recorded since
    now         what is computed now

ageing = aged − then, behaviour = all known − aged, configuration = now − all known, and override is what a person's
word added more than before. The steps lead from one shown score to the other, so they add up to the difference whatever
happens. A level is the mean under the caps, however little is known; where nothing is, the step is 0 and the next one
has the difference.

What has no day in the books (the role of a contact, the industry of a client, whom a product fits) is read as it is
now, so that editing it shows as ageing.
"""

from dataclasses import dataclass
from datetime import date

from relationships.models import HealthScore

from . import signals
from .reasons import Part, State, parts_between
from .spec import COMPONENTS, Spec

AGEING, BEHAVIOUR, CONFIGURATION, OVERRIDE = "ageing", "behaviour", "configuration", "override"
NAMED_FROM = 1e-9  # points of a part that is worth a line
SAME_TO = 1e-9  # two readings of the same rows differ by the order of a sum


@dataclass(frozen=True)
class Share:
    """What one cause did to the score. `parts` of ageing and behaviour, largest first, add up to it."""

    name: str
    points: float
    parts: tuple = ()


@dataclass(frozen=True)
class Change:
    """From the shown score `before` of the day `since` to `now` of the day `until`. `shares` are the four causes in
    order; empty where either score was not known, since there is no number to split then.

    `models` and `segments` are pairs (then, now).
    """

    since: date
    until: date
    before: float | None
    now: float | None
    models: tuple
    segments: tuple
    shares: tuple = ()

    @property
    def difference(self):
        return self.now - self.before if self.shares else None

    @property
    def new_model(self):
        return self.models[0] != self.models[1]

    @property
    def new_segment(self):
        return self.segments[0] != self.segments[1]


def change_between(then, now):
    """The Change from the HealthSnapshot `then` to `now`, a HealthScore or a later HealthSnapshot of the same client;
    both come with their model. Two queries, none where there is no number to split."""
    change = Change(
        since=then.taken_on,
        until=day_of(now),
        before=then.shown_score,
        now=now.shown_score,
        models=(then.model.version, now.model.version),
        segments=(then.segment, now.segment),
    )
    if then.shown_score is None or now.shown_score is None:
        return change
    return _with_shares(change, then, now)


def day_of(row):
    """The day that a HealthScore or HealthSnapshot is of."""
    return row.as_of if isinstance(row, HealthScore) else row.taken_on


def moment_of(row):
    """The moment up to which the row knew the facts: that of its computing, but never after its day."""
    end = signals.end_of_day(day_of(row))
    return min(row.computed_at, end) if row.computed_at else end


def _with_shares(change, then, now):
    spec = Spec.from_json(then.model.spec)
    steps = _steps(change, then, now, spec)
    levels = _levels(steps)
    weights = {name: spec.weight(name, then.segment) for name in spec.switched_on}
    ageing, behaviour, configuration = (b - a for a, b in zip(levels, levels[1:], strict=False))
    override = (now.shown_score - levels[3]) - (then.shown_score - levels[0])
    shares = (
        Share(AGEING, ageing, _parts(steps[0], steps[1], weights)),
        Share(BEHAVIOUR, behaviour, _parts(steps[1], steps[2], weights)),
        Share(CONFIGURATION, configuration),
        Share(OVERRIDE, override),
    )
    return Change(**(vars(change) | {"shares": shares}))


def _steps(change, then, now, spec):
    """The State or None of: then, aged, all known, now."""
    first, last = _stored(then, spec), _stored(now, Spec.from_json(now.model.spec))
    question = {"moment": moment_of(now), "segment": then.segment}
    aged = _read(then, change.until, spec, known_at=moment_of(then), **question)
    known = _read(then, change.until, spec, **question)
    if not change.new_model and not change.new_segment:
        # Nothing but the facts can have moved it. The stored state is the truth: a reading of today may know more.
        aged, known = (last if _same(aged, known) else aged), last
    return first, aged, known, last


def _stored(row, spec):
    """The State of a row, or None where nothing was known."""
    if row.raw is None:
        return None
    values = {name: getattr(row, name) for name in spec.switched_on}
    return State.of(values, row.raw, _level(row.raw, row.caps, spec))


def _read(then, day, spec, **question):
    """The State that `signals.read_signals` finds, or None where nothing is known. One query."""
    found = signals.read_signals([then.client_id], day, spec, **question).get(then.client_id)
    if found is None or found["raw"] is None:
        return None
    level = _level(found["raw"], found["caps"], spec)
    return State.of({name: found[name] for name in COMPONENTS}, found["raw"], level)


def _level(raw, caps, spec):
    return min([raw, *(spec.caps[name] for name in caps if name in spec.caps)])


def _same(one, other):
    if one is None or other is None:
        return one is other
    return abs(one.level - other.level) < SAME_TO and all(
        abs(value - other.values.get(name, value + 1)) < SAME_TO for name, value in one.values.items()
    )


def _levels(steps):
    """A level for each step; what is not known has that of the step before it, at the start that of the first known."""
    level = next((step.level for step in steps if step), 0.0)
    found = []
    for step in steps:
        level = step.level if step else level
        found.append(level)
    return found


def _parts(then, now, weights):
    """What moved most within a step, largest first; nothing where either state is not known."""
    if then is None or now is None:
        return ()
    parts = [
        Part(name, points)
        for name, points in parts_between(then, now, weights).items()
        if abs(points) > NAMED_FROM
    ]
    return tuple(sorted(parts, key=lambda part: -abs(part.points)))
