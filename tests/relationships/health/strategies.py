"""What hypothesis makes books and scoring models of. Ages are days before the day looked at, below 0 the future."""

import dataclasses
import datetime

from hypothesis import HealthCheck, Phase
from hypothesis import strategies as st

from clients.models import ContactRole, Severity
from relationships.health.spec import CAPS, COMPONENTS, FIRST_SPEC, SEGMENTS, Spec
from tests.relationships.health import books, care_books
from tests.relationships.health.books import Facts, Lead, Person, Rating, Touch
from tests.relationships.health.care_books import Bill, Credit, Deed, Paid, Run, Trouble

# The same books on every run: a failure is the change's, not the dice's. A book is not shrunk, which takes minutes: the
# message names the client that differs.
GENERATED = {
    "deadline": None,
    "suppress_health_check": list(HealthCheck),
    "derandomize": True,
    "phases": (Phase.explicit, Phase.generate),
}

# Days with an edge: ends of months of 31, 30, 29 and 28 days, a leap day, a turn of the year, and a plain day.
DAYS = [
    care_books.AS_OF,
    datetime.date(2026, 10, 31),
    datetime.date(2026, 3, 1),
    datetime.date(2026, 2, 28),
    datetime.date(2025, 12, 31),
    datetime.date(2025, 1, 1),
    datetime.date(2024, 2, 29),
]

CENT = 0.25  # of a currency: exact in binary, so that sums are equal whatever their order
HUGE = 9 * 10**15  # the columns hold 16 digits before the point

ages = (
    st.integers(-5, 130)
    | st.integers(0, 800)
    | st.sampled_from([0, 1, 30, 31, 60, 61, 90, 91, 120, 121, 365])
)
maybe_age = st.none() | st.integers(-5, 100)
made_ages = st.none() | st.integers(-5, 60) | st.integers(0, 400)
amounts = (
    st.integers(-50, 500)
    | st.just(0)
    | st.sampled_from([CENT, -CENT, HUGE, -HUGE])
    | st.integers(10**6, 10**12)
)
currencies = st.sampled_from(["VND"] * 6 + ["USD"])
segments = st.sampled_from(SEGMENTS)

touch = st.builds(
    Touch,
    age=ages | st.integers(-400, 1200),
    reached=st.booleans(),
    sentiment=st.none() | st.integers(-2, 2),
    met=st.lists(st.integers(0, 5), max_size=3),
    made_age=made_ages,
)
person = st.builds(
    Person,
    role=st.sampled_from(["", "champion", *ContactRole.values]),
    left_age=st.none() | st.integers(-5, 300),
    made_age=made_ages,
)
rating = st.builds(
    Rating,
    value=st.sampled_from([1, 1, 1, 2, 3, 5]),
    age=st.integers(-5, 130) | st.sampled_from([0, 90, 91]),
    who=st.integers(0, 2),
)
places = st.integers(0, len(care_books.WARES) - 1)


@st.composite
def leads(draw):
    """One after another, with a gap now and then; the last may have gone."""
    edges = draw(st.lists(st.integers(-20, 600), min_size=1, max_size=4, unique=True).map(sorted))[::-1]
    found = []
    for age, following in zip(edges, [*edges[1:], None], strict=True):
        gap = draw(st.sampled_from([0, 0, 0, 3]))
        until = following if following is None else min(age, following + gap)
        found.append(Lead(draw(st.integers(0, 2)), age, until))
    if draw(st.integers(0, 5)) == 0:
        found[-1] = dataclasses.replace(found[-1], until_age=found[-1].age - draw(st.integers(0, 50)))
    return found


@st.composite
def months(draw):
    """None, a steady flow from some month on, or anything."""
    known = draw(st.sampled_from([0, 12, 19, 25, 30]))
    usual = draw(st.none() | st.integers(1, 500))
    if usual is None:
        found = draw(st.lists(amounts, max_size=30))
    else:
        steps = draw(st.lists(st.integers(0, 4), min_size=2, max_size=5))
        found = [usual * steps[i % len(steps)] for i in range(known)]
    return dict(enumerate(found))


@st.composite
def client_facts(draw):
    """Touches, contacts, leads, ratings and revenue."""
    people = draw(st.lists(person, max_size=6))
    history = draw(st.lists(touch, max_size=6)) * draw(st.sampled_from([1, 1, 1, 1, 1, 40]))
    spread = draw(st.integers(0, 9))
    history = [
        dataclasses.replace(t, age=t.age + spread * i, met=[m for m in t.met if m < len(people)])
        for i, t in enumerate(history)
    ]
    return Facts(
        segment=draw(segments),
        managed_days=draw(st.integers(0, 120) | st.integers(0, 2000)),
        touches=history,
        people=people,
        months=draw(months()),
        leads=draw(st.just(()) | leads()),
        ratings=draw(st.lists(rating, max_size=3)),
        currency=draw(currencies),
        lost_age=draw(st.sampled_from([None, None, None, None, -1, 0, 1, 40])),
        made_age=draw(st.none() | st.integers(-3, 60) | st.integers(0, 700)),
    )


@st.composite
def bill(draw):
    issued = draw(ages)
    amount = draw(st.integers(0, 500) | st.integers(1, 500) | st.sampled_from([CENT, HUGE]))
    known = draw(st.sampled_from([True, True, True, False]))
    kept = amount
    payments, credits = [], []
    for _ in range(draw(st.integers(0, 2)) if known else 0):
        part = draw(st.integers(1, 200))
        gone = draw(st.sampled_from([None, None, draw(ages)]))
        if gone is None and part > kept:
            continue
        kept -= 0 if gone is not None else part
        kind, into = draw(st.sampled_from([(Paid, payments), (Credit, credits)]))
        into.append(kind(part, draw(ages), gone, made_age=draw(made_ages)))
    return Bill(
        amount,
        issued,
        due_age=draw(st.none() | st.integers(-40, 120).map(lambda days: issued - abs(days))),
        currency=draw(currencies),
        known=known,
        disputed_age=draw(st.sampled_from([None, None, draw(ages)])),
        settled_age=draw(maybe_age),
        cancelled_age=draw(st.sampled_from([None, None, None, draw(ages)])),
        payments=payments,
        credits=credits,
        made_age=draw(made_ages),
    )


@st.composite
def trouble(draw):
    edges = draw(st.lists(st.integers(-3000, 60_000), min_size=2, max_size=6, unique=True).map(sorted))[::-1]
    pairs = list(zip(edges[::2], edges[1::2], strict=False))
    runs = [Run(at, until, draw(st.sampled_from(["waiting", "resolved"]))) for at, until in pairs]
    if len(edges) % 2:
        runs.append(Run(edges[-1]))
    severity = draw(st.sampled_from([*Severity.values, Severity.CRITICAL]))
    return Trouble(severity, draw(st.sampled_from([0.5, 4, 24, 160])), runs, draw(made_ages))


@st.composite
def deed(draw, open_places):
    start = draw(st.integers(-30, 500))
    end = start - draw(st.integers(0, 500) | st.sampled_from([365, 200]))
    return Deed(
        value=draw(st.integers(0, 5) | st.sampled_from([CENT, HUGE])),
        start_age=start,
        end_age=draw(st.sampled_from([end, end, end, min(start, 15), None])),
        state=draw(st.sampled_from(["signed", "signed", "signed", "ended", "draft", "lost"])),
        decided_age=draw(st.integers(-10, 400)),
        ended_age=draw(st.integers(-10, 100)),
        auto_renews=draw(st.sampled_from([False, False, True])),
        notice_age=draw(maybe_age),
        made_age=draw(st.integers(-5, 300)),
        renews=draw(st.none() | st.sampled_from(open_places)) if open_places else None,
        currency=draw(currencies),
        products=draw(st.lists(places, max_size=2, unique=True)),
    )


@st.composite
def deeds(draw):
    found = []
    for _ in range(draw(st.sampled_from([0, 1, 2, 3, 4]))):
        renewed = {other.renews for other in found if other.state != "lost"}
        found.append(draw(deed([place for place in range(len(found)) if place not in renewed])))
    return found


@st.composite
def cared_for(draw):
    """A client with everything."""
    return dataclasses.replace(
        draw(client_facts()),
        bills=draw(st.just([]) | st.lists(bill(), min_size=1, max_size=4)),
        troubles=draw(st.just([]) | st.lists(trouble(), min_size=1, max_size=3)),
        deeds=draw(deeds()),
        sold=draw(st.lists(st.tuples(places, ages), max_size=2)),
        industry=draw(st.sampled_from(["", "Steel", "Food"])),
    )


def mixed(drawn, times):
    """Clients made of the parts of others: `times` as many as drawn, each combination another."""
    count = len(drawn)
    found = list(drawn)
    for step in range(1, times):
        for i, facts in enumerate(drawn):
            money, care, deal = (drawn[(i + step * factor) % count] for factor in (1, 2, 3))
            found.append(
                dataclasses.replace(
                    facts,
                    segment=SEGMENTS[(SEGMENTS.index(facts.segment) + step) % 3],
                    months=money.months,
                    bills=money.bills,
                    currency=money.currency,
                    troubles=care.troubles if step % 3 else (),
                    deeds=deal.deeds,
                    sold=care.sold,
                    industry=deal.industry,
                    lost_age=None,
                )
            )
    return found


def books_of(most, times=1):
    """Books of up to `most` drawn clients, mixed to `times` as many."""
    return st.lists(cared_for(), min_size=most // 2, max_size=most).map(lambda drawn: mixed(drawn, times))


def moved(facts, days):
    """The same client `days` earlier: ages count from books.AS_OF, those of the strategies from the day looked at."""
    if not days:
        return facts
    earlier = {name: _moved(name, value, days) for name, value in vars(facts).items()}
    months = care_books.months_back(care_books.day(days))
    earlier["months"] = {back + months: amount for back, amount in facts.months.items()}
    earlier["managed_days"] = facts.managed_days + days
    earlier["sold"] = [(place, age + days) for place, age in facts.sold]
    return dataclasses.replace(facts, **earlier)


def _moved(name, value, days):
    if value is None:
        return None
    if name == "age" or name.endswith("_age"):
        return value + days
    if name in ("at", "until"):
        return value + days * 24 * 60
    if isinstance(value, (list, tuple)):
        return [_moved_part(part, days) for part in value]
    return value


def _moved_part(part, days):
    if not dataclasses.is_dataclass(part):
        return part
    return dataclasses.replace(
        part, **{name: _moved(name, value, days) for name, value in vars(part).items()}
    )


def until_today(facts):
    """The same client with no row recorded, and no money paid, credited or taken back, after the day looked at.

    The forms take no such day, and the sums that are kept on an invoice do not ask for one.
    """

    def settled(part):
        dated = {
            name: max(0, getattr(part, name))
            for name in ("age", "reversed_age", "cancelled_age")
            if getattr(part, name, None) is not None
        }
        return dataclasses.replace(part, **dated | {"made_age": None})

    return dataclasses.replace(
        facts,
        bills=[
            dataclasses.replace(
                bill,
                made_age=None,
                payments=[settled(p) for p in bill.payments],
                credits=[settled(c) for c in bill.credits],
            )
            for bill in facts.bills
        ],
        **{
            name: [dataclasses.replace(p, made_age=None) for p in getattr(facts, name)]
            for name in ("touches", "people", "troubles")
        },
        deeds=[dataclasses.replace(deed, made_age=max(1, deed.made_age)) for deed in facts.deeds],
        made_age=None if facts.made_age is None else max(1, facts.made_age),
    )


# --- Scoring models -------------------------------------------------------------------------------------------


SWITCHES = st.just(COMPONENTS) | st.lists(st.sampled_from(COMPONENTS), min_size=1, unique=True)


@st.composite
def specs(draw):
    """Scoring models that pass the check: any weights, switches, cadences, roles, bands and caps."""
    points = st.integers(1, 100) | st.sampled_from([0.5, 12.5])
    watch = draw(st.integers(0, 90))
    gap = draw(st.integers(1, min(10, 100 - watch)))
    return Spec.from_json(
        {
            "weights": {name: {segment: draw(points) for segment in SEGMENTS} for name in COMPONENTS},
            "switched_on": list(draw(SWITCHES)),
            "cadence_days": {segment: draw(st.integers(1, 400)) for segment in SEGMENTS},
            "required_roles": {segment: draw(st.integers(1, 7)) for segment in SEGMENTS},
            "bands": {"healthy": draw(st.integers(watch + gap, 100)), "watch": watch},
            "minimum_coverage": draw(st.integers(0, 100)),
            "hysteresis": {"points": draw(st.integers(0, gap)), "nights": draw(st.integers(0, 10))},
            "caps": {name: draw(st.none() | st.integers(0, 100)) for name in CAPS},
        }
    )


SOME_SPECS = st.just(books.SPEC) | st.just(Spec.from_json(FIRST_SPEC)) | specs() | specs()
