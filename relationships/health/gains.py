"""What would raise a client's score: for every action at hand, the score that it would give, by the pure functions.

Works on one HealthScore fetched with its model, and on the contacts who are still there; makes no query. The promise is
exact: done on the day of the score, the action gives the points named here, since each action says all that it does
(a meeting reaches the client too). Nothing is promised for moods and revenue, nor for one's own rating: nobody raises
a score by rating anew.
"""

import contextlib
from dataclasses import dataclass

from . import scoring
from .reasons import UNREADABLE, facts_of
from .signals_touches import ROLE_BITS
from .spec import Spec
from .sql import NAMED_LIMIT

LEAST_POINTS = 0.5  # what rounds to nothing is not worth naming
# In the order in which a new contact is worth finding.
SEATS = ("decision_maker", "champion", "influencer", "finance", "procurement", "user")
# Kind of action → what it is about; of each only the best is named where there is little room.
TOPICS = {
    "reach": "touch",
    "meet": "touch",
    "introduce": "touch",
    "contact": "contact",
    "champion": "contact",
    "issue": "issue",
    "critical_issues": "issue",
    "invoice": "payment",
    "invoices": "payment",
    "renewal_prepared": "contract",
    "renewal_signed": "contract",
    "product": "product",
}


@dataclass(frozen=True)
class Gain:
    """One action. `score` is the computed score after it, None where too little would be known still.

    `points` is what it adds to the computed score, None where that is not known now; `coverage` what it adds to what
    is known, in per cent; `lifts` the caps that go. `row_id` and `name` say which row, `role` whom to meet, `count` of
    how many rows.
    """

    kind: str
    score: float | None
    points: float | None
    coverage: float
    lifts: tuple = ()
    row_id: int | None = None
    name: str = ""
    role: str = ""
    count: int = 1

    @property
    def topic(self):
        return TOPICS[self.kind]

    @property
    def is_worth_it(self):
        if self.points is None:
            return self.score is not None or self.coverage >= LEAST_POINTS
        return self.points >= LEAST_POINTS or bool(self.lifts and self.score is not None)


def gains(health, contacts):
    """The Gains of a HealthScore that are worth it, the best first. `contacts` are those still there (pk, name, role),
    the most influential first."""
    state = _State(health, contacts)
    found = [gain for actions in _ACTIONS for gain in _readable(actions, state) if gain.is_worth_it]
    return sorted(found, key=_worth)


def _worth(gain):
    """Points first; where there are none yet, what makes more of the client known, then the score it gives."""
    return (-(gain.points or 0), -gain.coverage, not gain.lifts, -(gain.score or 0))


def best(found, most=3):
    """The first of each topic: what to name where there is little room."""
    topics = {}
    for gain in found:
        topics.setdefault(gain.topic, gain)
    return list(topics.values())[:most]


def _readable(actions, state):
    """The Gains of `actions`; where facts of an earlier release lack the numbers, nothing is promised from there on."""
    found = []
    with contextlib.suppress(*UNREADABLE):
        for gain in actions(state):
            found.append(gain)
    return found


class _State:
    """The components and caps of a score, and what they would give if some were changed."""

    def __init__(self, health, contacts):
        self.health, self.contacts = health, contacts
        self.spec = Spec.from_json(health.model.spec)
        self.values = {name: getattr(health, name) for name in self.spec.switched_on}
        self.now = self._total(self.values, health.caps)

    def _total(self, values, caps):
        return scoring.total(values, segment=self.health.segment, spec=self.spec, caps=caps)

    def facts(self, component):
        return facts_of(self.health, component)

    def has(self, component):
        return component in self.spec.switched_on

    def gain(self, kind, changes, *, caps=None, **details):
        """The Gain of component `changes`, {name: value}; `caps` are those that hold then."""
        caps = self.health.caps if caps is None else caps
        changes = {name: value for name, value in changes.items() if self.has(name)}
        then = self._total(self.values | changes, caps)
        known = self.health.score is not None and then.score is not None
        return Gain(
            kind,
            score=then.score,
            points=then.score - self.health.score if known else None,
            coverage=then.coverage - self.now.coverage,
            lifts=tuple(name for name in self.now.caps if name not in then.caps),
            **details,
        )

    def without(self, *caps):
        return [name for name in self.health.caps if name not in caps]


# --- People ---------------------------------------------------------------------------------------------------


def _touches(state):
    """Reach the client today; meet someone whose role was not met yet; get to know someone new."""
    yield state.gain("reach", {"rhythm": 100.0})
    if not state.has("stakeholders"):
        return
    mask = state.facts("stakeholders")["roles"]
    if mask.bit_count() >= state.spec.required_roles[state.health.segment]:
        return
    taken = set()
    for contact in state.contacts:
        if contact.role not in ROLE_BITS or contact.role in taken or mask & ROLE_BITS[contact.role]:
            continue
        taken.add(contact.role)
        changes, caps = _people(state, meets=True)
        details = {"row_id": contact.pk, "name": contact.name, "role": contact.role}
        yield state.gain("meet", {"rhythm": 100.0} | changes, caps=caps, **details)
    seat = next((role for role in SEATS if role not in taken and not mask & ROLE_BITS[role]), "")
    if seat:
        changes, caps = _people(state, new=seat, meets=True)
        yield state.gain("introduce", {"rhythm": 100.0} | changes, caps=caps, role=seat)


def _newcomers(state):
    """Record another contact, or a champion after the last one left."""
    if not state.has("stakeholders"):
        return
    changes, caps = _people(state, new="contact")
    yield state.gain("contact", changes, caps=caps)
    if "champion_left" in state.health.caps:
        changes, caps = _people(state, new="champion")
        yield state.gain("champion", changes, caps=caps, role="champion")


def _people(state, *, new="", meets=False):
    """(changes, caps) with another active contact (`new`: in which role), and one more role met (`meets`)."""
    facts, segment = state.facts("stakeholders"), state.health.segment
    active, recorded = facts["active"] + bool(new), facts["recorded"] + bool(new)
    value = scoring.stakeholders(
        facts["roles"].bit_count() + meets,
        active,
        required=state.spec.required_roles[segment],
        recorded=recorded,
        managed_days=float("inf"),  # somebody is recorded by then, so it is never too early
        cadence_days=state.spec.cadence_days[segment],
    )
    caps = scoring.contact_caps(
        segment=segment,
        champions_left=len(facts.get("champions_left", ())),
        champions_here="champion_left" not in state.health.caps or new == "champion",
        active=active,
        recorded=recorded,
    )
    return {"stakeholders": value}, [*state.without("champion_left", "single_contact"), *caps]


# --- Rows to settle ---------------------------------------------------------------------------------------------


def _issues(state):
    """Resolve one of the gravest issues; or all that are critical and late, where several are."""
    facts, value = state.facts("issues"), state.values.get("issues")
    count, critical = facts.get("open", 0), facts.get("critical_late", 0)
    if not count or value is None:
        return
    rows = list(zip(facts["issues"], facts["names"], facts["weights"], strict=False))[:NAMED_LIMIT]
    for place, (pk, name, weight) in enumerate(rows):
        lifted = state.without("critical_issue") if critical == 1 and place == 0 else None
        changes = {"issues": 100.0 if count == 1 else _lighter(value, weight)}
        yield state.gain("issue", changes, caps=lifted, row_id=pk, name=name)
    if 1 < critical <= len(rows):
        lighter = 100.0 if critical == count else _lighter(value, sum(row[2] for row in rows[:critical]))
        caps = state.without("critical_issue")
        yield state.gain("critical_issues", {"issues": lighter}, caps=caps, count=critical)


def _lighter(value, weight):
    """100·2^(−(B − weight)/10), from 100·2^(−B/10)."""
    return min(100.0, value * 2 ** (weight / 10))


def _invoices(state):
    """Collect one of the oldest late invoices, or all of them."""
    facts = state.facts("payment")
    count = facts.get("late", 0)
    if not count or state.values.get("payment") is None:
        return
    rows = list(zip(facts["invoices"], facts["names"], facts["weights"], strict=False))[:NAMED_LIMIT]
    # The last invoice in two years, once paid, leaves the payment unknown: nothing to promise.
    stays_known = facts.get("lately") is True
    for place, (pk, name, weight) in enumerate(rows):
        others = [row[2] for at, row in enumerate(rows) if at != place]
        left = sum(others) if count == len(rows) else facts["weighed"] - weight
        if count > 1 or stays_known:
            value = _payment(left, facts["base"])
            yield state.gain("invoice", {"payment": value}, row_id=pk, name=name)
    if count > 1 and stays_known:
        yield state.gain("invoices", {"payment": 100.0}, count=count)


def _payment(weighed, base):
    """`scoring.payment` of overdue money that is weighed already."""
    if base <= 0:
        return 0.0 if weighed > 0 else 100.0
    return 100 * (1 - min(1.0, max(0.0, weighed) / base))


def _contracts(state):
    """Prepare the renewal of one of the least safe contracts; have it signed at the same value for 90 days or more,
    from the old one's end or today."""
    facts, value = state.facts("contract"), state.values.get("contract")
    if value is None or "safeties" not in facts:
        return
    renewals = facts.get("renewals") or [False] * NAMED_LIMIT
    rows = zip(facts["contracts"], facts["names"], facts["safeties"], renewals, strict=False)
    for place, (pk, name, safety, is_open) in enumerate(rows):
        share = facts["values"][place] / facts["worth"] if "values" in facts else 1 / facts["count"]
        if safety >= 100:
            continue
        details = {"row_id": pk, "name": name}
        caps = state.without("contract_expired") if pk in facts.get("expired", ()) else None
        # The new contract counts beside the old one, both safe.
        signed = (value + share * (100 - safety) + share * 100) / (1 + share)
        yield state.gain("renewal_signed", {"contract": signed}, caps=caps, **details)
        if not is_open and _still_runs(state, place, safety, facts):
            least = scoring.RENEWAL_OPEN_POINTS
            prepared = value + share * (least + (100 - least) * safety / 100 - safety)
            yield state.gain("renewal_prepared", {"contract": prepared}, **details)


def _still_runs(state, place, safety, facts):
    """Whether the contract has not ended: on its last day it is as unsafe as afterwards."""
    return safety > 0 or (place == 0 and facts["ends_on"] >= state.health.as_of.isoformat())


def _products(state):
    """Sell one more product that fits."""
    facts = state.facts("breadth")
    if state.values.get("breadth") is not None and facts["owned"] < facts["eligible"]:
        value = scoring.breadth(facts["owned"] + 1, facts["eligible"])
        yield state.gain("product", {"breadth": value})


_ACTIONS = (_touches, _newcomers, _issues, _invoices, _contracts, _products)
