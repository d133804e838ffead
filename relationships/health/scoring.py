"""Relationship health as pure functions: the specification, which the SQL of `health.signals` must equal.

Every component is 0–100 or None; None means "not known" or, for some, "does not apply" (spec.MAY_NOT_APPLY).
Ages are whole local days, as-of minus event; negative ones lie in the future and are ignored.
Weights and thresholds are from HEALTH.md unless a comment says otherwise.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from .spec import CAPS, MAY_NOT_APPLY, Spec

CADENCE_PRIOR_GAPS = 10  # the segment's cadence counts like ten gaps of the client's own
CADENCE_WINDOW_DAYS = 365
SENTIMENT_HALF_LIFE_DAYS = 45
SENTIMENT_WINDOW_DAYS = 120
SENTIMENT_PRIOR = 70  # one touch rated "neutral" that never ages
SENTIMENT_POINTS = {-2: 0, -1: 35, 0: 70, 1: 90, 2: 100}
CRITICAL_SEVERITY = 10
ISSUE_LATENESS_AT_MOST = 3  # service levels over which an issue weighs no more
PAYMENT_GRAVITY = ((91, 1.0), (61, 0.75), (31, 0.5), (1, 0.25))  # (days late from, share that counts)
DISPUTED_LEFT_OUT_DAYS = 60
LARGEST_INVOICE_DAYS = 365
INVOICES_KNOWN_DAYS = 730
RENEWAL_HORIZON_DAYS = 90
RENEWAL_OPEN_POINTS = 40  # what an open renewal keeps on the last day of the contract
EXPIRED_CAPS_FROM_DAYS = 15
EXPIRED_DROPPED_DAYS = 180
BREADTH_ENOUGH = 0.6  # the share of eligible products that counts as all
MEETING_WINDOW_DAYS = 90
HALF_A_CENT = 0.005  # below it a sum of money is nothing: 0.10 + 0.20 − 0.30 is not 0 in binary

RED_RATING = 1
RATING_COUNTS_DAYS = 90
TREND_DAYS = 30


def ramp(value, bad, good):
    """0 at `bad`, 100 at `good`, straight between them, flat outside."""
    return 100 * min(1.0, max(0.0, (value - bad) / (good - bad)))


def effective_cadence(reached_ages: Iterable[int], cadence_days):
    """Days of silence we accept: the segment's cadence, shortened by the client's own rhythm, never lengthened."""
    days = sorted({age for age in reached_ages if 0 <= age <= CADENCE_WINDOW_DAYS})
    gaps = max(0, len(days) - 1)
    total = days[-1] - days[0] if days else 0  # the gaps between the first and the last day add up to this
    mean = (CADENCE_PRIOR_GAPS * cadence_days + total) / (CADENCE_PRIOR_GAPS + gaps)
    return min(float(cadence_days), max(cadence_days / 2, mean))


def rhythm(reached_ages: Iterable[int], *, cadence_days, managed_days):
    """Days since the last reached touch against the effective cadence. None: too early to expect one."""
    ages = [age for age in reached_ages if age >= 0]
    if not ages:
        return None if managed_days <= cadence_days else 0.0
    return ramp(min(ages) / effective_cadence(ages, cadence_days), 3, 1)


def sentiment(ratings: Iterable[tuple[int | None, int]]):
    """Mean of the ratings (−2…2, age in days), newer ones weighing more, drawn to neutral when they are few."""
    total, weights = SENTIMENT_PRIOR, 1.0
    rated = [(r, age) for r, age in ratings if r is not None and 0 <= age <= SENTIMENT_WINDOW_DAYS]
    for rating, age in rated:
        weight = 2 ** (-age / SENTIMENT_HALF_LIFE_DAYS)
        total += weight * SENTIMENT_POINTS[rating]
        weights += weight
    return total / weights if rated else None


def issues(open_issues: Iterable[tuple[int, float]], *, tracked=True):
    """From (severity, age ÷ SLA on the resolution clock) of each open issue. None: issues are not tracked."""
    if not tracked:
        return None
    burden = sum(severity * (1 + min(ratio, ISSUE_LATENESS_AT_MOST)) for severity, ratio in open_issues)
    return 100 * 2 ** (-burden / 10)


def issue_caps(open_issues: Iterable[tuple[int, float]]):
    """The cap of a critical issue past its resolution SLA; the pairs are those of `issues`."""
    late = any(severity == CRITICAL_SEVERITY and ratio > 1 for severity, ratio in open_issues)
    return ("critical_issue",) if late else ()


@dataclass(frozen=True)
class Overdue:
    """One open invoice past its due day; gross, in the client's currency."""

    amount: float
    days_late: int
    disputed_days: int | None = None


def payment(overdue: Iterable[Overdue], *, revenue_12m, largest_invoice_12m, known=True):
    """Overdue money against a quarter's revenue. `known` is False without invoices in 24 months and nothing
    open, or where payments are not known: None."""
    if not known:
        return None
    weighed = sum(item.amount * _gravity(item) for item in overdue)
    base = max(revenue_12m / 4, largest_invoice_12m)
    if base <= 0:
        return 0.0 if weighed > 0 else 100.0
    return 100 * (1 - min(1.0, weighed / base))


def _gravity(item):
    if item.disputed_days is not None and item.disputed_days <= DISPUTED_LEFT_OUT_DAYS:
        return 0.0
    return next((share for days, share in PAYMENT_GRAVITY if item.days_late >= days), 0.0)


@dataclass(frozen=True)
class Term:
    """A signed contract with a fixed term. `ends_in_days` is negative after its end.

    `rolls_on`: it renews by itself and no notice was given, so it has no end to come.
    """

    value: float
    ends_in_days: int
    renewed: bool = False
    rolls_on: bool = False
    renewal_open: bool = False
    currency: str = ""

    @property
    def is_secured(self):
        return self.renewed or self.rolls_on


def contract(terms: Iterable[Term]):
    """How safe the contracts are, weighed by value. None without a fixed term.

    Contracts without a value weigh alike, and so do those in several currencies: their values do not add up.
    """
    counted = [term for term in terms if term.rolls_on or term.ends_in_days >= -EXPIRED_DROPPED_DAYS]
    if not counted:
        return None
    total = sum(term.value for term in counted)
    if total <= 0 or len({term.currency for term in counted}) > 1:
        return sum(_safety(term) for term in counted) / len(counted)
    return sum(term.value * _safety(term) for term in counted) / total


def _safety(term):
    if term.is_secured:
        return 100.0
    if term.ends_in_days < 0:
        return 0.0
    if term.renewal_open:
        left = min(1.0, term.ends_in_days / RENEWAL_HORIZON_DAYS)
        return RENEWAL_OPEN_POINTS + (100 - RENEWAL_OPEN_POINTS) * left
    return ramp(term.ends_in_days, 0, RENEWAL_HORIZON_DAYS)


def contract_caps(terms: Iterable[Term], *, any_running):
    """The cap of a contract that expired 15–180 days ago. `any_running`: a signed contract runs, with or without
    a fixed term."""
    days = range(-EXPIRED_DROPPED_DAYS, -EXPIRED_CAPS_FROM_DAYS + 1)
    expired = any(term.ends_in_days in days and not term.is_secured for term in terms)
    return ("contract_expired",) if expired and not any_running else ()


def breadth(owned, eligible):
    """Products owned of those eligible. None if none is."""
    return ramp(owned / eligible, 0, BREADTH_ENOUGH) if eligible else None


def meeting_window_days(cadence_days):
    """How far back a meeting with a contact counts."""
    return max(MEETING_WINDOW_DAYS, 2 * cadence_days)


def stakeholders(roles_met, active, *, required, recorded, managed_days, cadence_days):
    """Distinct decision roles met within the window and contacts still there, against the number required.

    None while no contact is recorded and it is too early to expect one.
    """
    if recorded == 0 and managed_days <= cadence_days:
        return None
    return 70 * min(1.0, roles_met / required) + 30 * min(1.0, active / required)


def revenue(months: Iterable[float]):
    """Growth over complete calendar months, oldest first from the first that is known.

    The last 6 months against the same 6 a year before where 18 are known and 10 of those 12 have revenue;
    otherwise 12 against the 12 before. None with less history or nothing to compare with.
    """
    known = [float(amount) for amount in months]
    if len(known) >= 18:
        now, base = known[-6:], known[-18:-12]
        if sum(amount > 0 for amount in now + base) >= 10:
            return _growth(sum(now), sum(base))
    if len(known) >= 24:
        return _growth(sum(known[-12:]), sum(known[-24:-12]))
    return None


def _growth(now, base):
    return ramp((now - base) / base, -0.5, 0.1) if base > HALF_A_CENT else None


@dataclass(frozen=True)
class Total:
    """A client's health on one day. `shares` are of the known weight and add up to 1, `parts` add up to `raw`.

    `little_data`: a cap says "at risk" although too little is known for a score.
    """

    score: float | None
    raw: float | None
    coverage: float
    band: str
    caps: tuple = ()
    shares: dict = field(default_factory=dict)
    parts: dict = field(default_factory=dict)
    little_data: bool = False


def total(values, *, segment, spec: Spec, caps=()):
    """The score of component `values` (a dict; None or absent is unknown) under the caps named.

    Coverage below the spec's minimum gives band "unknown" and no score, unless a cap says "at risk". Caps that the
    spec has not are left out.
    """
    weights = {name: spec.weight(name, segment) for name in spec.switched_on}
    known = {name: values[name] for name in weights if values.get(name) is not None}
    applicable = sum(w for name, w in weights.items() if name in known or name not in MAY_NOT_APPLY)
    weight = sum(weights[name] for name in known)
    coverage = 100 * weight / applicable if applicable else 0.0
    shares = {name: weights[name] / weight for name in known}
    raw = sum(weights[name] * value for name, value in known.items()) / weight if weight else None
    caps = tuple(name for name in CAPS if name in caps and spec.has_cap(name))
    limit = min((spec.caps[name] for name in caps), default=None)
    score = min((x for x in (raw, limit) if x is not None), default=None)
    little = coverage < spec.minimum_coverage
    if little and not (limit is not None and limit < spec.watch):
        score = None
    return Total(
        score=score,
        raw=raw,
        coverage=coverage,
        band="unknown" if score is None else spec.band_of(score),
        caps=caps,
        shares=shares,
        parts={name: shares[name] * value for name, value in known.items()},
        little_data=little and score is not None,
    )


def held_by_cap(score, raw):
    """Whether a cap makes the score what it is."""
    return score is not None and score != raw


def contact_caps(*, segment, champions_left, champions_here, active, recorded):
    """Caps that a key client's contacts give: the champion left and no other is there, or a single contact.

    Fewer than one is worse than one, so a client whose every contact left has the cap too.
    """
    caps = []
    if segment == "key":
        if champions_left and not champions_here:
            caps.append("champion_left")
        if recorded and active <= 1:
            caps.append("single_contact")
    return tuple(caps)


def rating_caps(value, age_days):
    """The cap of the current lead's own rating (1–5 or None) made `age_days` ago: red, and still counting."""
    red = value == RED_RATING and 0 <= age_days <= RATING_COUNTS_DAYS
    return ("own_rating",) if red else ()


@dataclass(frozen=True)
class Settled:
    """The band shown, since when, and the band that the score points at while it waits."""

    band: str
    since: date
    pending: str = ""
    pending_since: date | None = None


def settle(before: Settled | None, score, *, as_of: date, spec: Spec, at_once=False):
    """The band shown for `score` (None: unknown) after `before`.

    A line is passed at once when the score is `hysteresis_points` or more beyond it, otherwise after
    `hysteresis_nights` nights on its other side. `at_once` says that a cap holds or held the score: that, and a
    change from or to unknown, needs no waiting. A score that falls through both lines passes the one it is far
    beyond and waits at the other. Scoring twice on one day changes nothing: nights are counted by date.
    """
    target = "unknown" if score is None else spec.band_of(score)
    if before is None:
        return Settled(target, as_of)
    at_once = at_once or "unknown" in (target, before.band)
    band = target if at_once else _beyond(before.band, score, spec)
    waited = before.pending_since if band == before.band and before.pending == target else None
    if band != target and waited and (as_of - waited).days >= spec.hysteresis_nights:
        band = target
    since = before.since if band == before.band else as_of
    if band == target:
        return Settled(band, since)
    return Settled(band, since, target, waited or as_of)


def _beyond(band, score, spec):
    """Where `score` leads from `band` when only lines passed by the full distance count."""
    order = ("at_risk", "watch", "healthy")
    lines = (spec.watch, spec.healthy)  # line i lies between order[i] and order[i + 1]
    at = order.index(band)
    while at < 2 and score - lines[at] >= spec.hysteresis_points:
        at += 1
    while at > 0 and lines[at - 1] - score >= spec.hysteresis_points:
        at -= 1
    return order[at]
