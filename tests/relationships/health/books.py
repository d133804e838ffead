"""Books of clients for the health tests: the same facts as rows for the SQL and as numbers for the pure functions."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from clients.models import Assignment, Client, Contact, MonthlyRevenue, Product
from relationships.health import scoring
from relationships.health.spec import FIRST_SPEC, THIRD_SPEC, Spec
from relationships.models import Interaction, InteractionContact, OwnRating
from tests import factories as make

from . import care_books, care_rows
from .care_books import AS_OF, Seen, day, noon

SPEC = Spec.from_json(THIRD_SPEC)  # the published one
FIRST = Spec.from_json(FIRST_SPEC)


@dataclass(frozen=True)
class Touch:
    """`age` in days before AS_OF, negative for the future; `met` are indexes of the client's contacts."""

    age: int
    reached: bool = True
    sentiment: int | None = None
    met: Sequence[int] = ()
    made_age: int | None = None


@dataclass(frozen=True)
class Person:
    role: str = ""
    left_age: int | None = None
    made_age: int | None = None


@dataclass(frozen=True)
class Lead:
    """Who leads, from when to when; `who` is any number, the same for the same person."""

    who: int
    age: int
    until_age: int | None = None


@dataclass(frozen=True)
class Rating:
    """An account manager's own rating, 1 (red) to 5. Later ones of a day stand later in the client's list."""

    value: int
    age: int
    who: int = 0


@dataclass(frozen=True)
class Facts:
    """A client. `months` maps months before AS_OF's month (0 is that month) to the amount.

    `leads` is by default one who has led for `managed_days`. `made_age` None: the client's row is of today, so its
    book was imported and everything in it counts from the day that it tells of.
    """

    segment: str = "standard"
    managed_days: int = 400
    touches: Sequence[Touch] = ()
    people: Sequence[Person] = ()
    months: dict = field(default_factory=dict)
    bills: Sequence[care_books.Bill] = ()
    troubles: Sequence[care_books.Trouble] = ()
    deeds: Sequence[care_books.Deed] = ()
    sold: Sequence[tuple[int, int]] = ()  # (place in WARES, age) of won deals
    industry: str = ""
    currency: str = "VND"
    ratings: Sequence[Rating] = ()
    leads: Sequence[Lead] = ()
    lost_age: int | None = None
    made_age: int | None = None

    @property
    def all_leads(self):
        return self.leads or (Lead(0, self.managed_days),)


def month(back):
    number = AS_OF.year * 12 + AS_OF.month - 1 - back
    return datetime.date(number // 12, number % 12 + 1, 1)


def measure(facts, *, spec=SPEC, today=AS_OF, known_at=None, segment=None):
    """The components by the pure functions, with the caps, as (values, caps)."""
    seen = Seen(today, known_at)
    segment = segment or facts.segment
    terms, any_running = care_books.terms(facts, seen)
    open_issues = care_books.open_issues(facts, seen)
    people, rating = _people(facts, seen), _newest_rating(facts, seen)
    values = {
        "issues": scoring.issues(open_issues),
        "payment": care_books.payment(facts, seen),
        "contract": scoring.contract(terms),
        "breadth": care_books.breadth(facts, seen, segment) if Product.objects.exists() else None,
        "revenue": scoring.revenue(_known_months(facts, seen)),
        **_touched(facts, seen, spec.cadence_days[segment], spec.required_roles[segment]),
    }
    caps = scoring.issue_caps(open_issues) + scoring.contract_caps(terms, any_running=any_running)
    caps += scoring.contact_caps(segment=segment, **people)
    if rating:
        caps += scoring.rating_caps(rating.value, rating.age - seen.past)
    return {name: value if name in spec.switched_on else None for name, value in values.items()}, caps


def total_of(facts, *, spec=SPEC, segment=None, **when):
    """`scoring.total` of a client; the keywords are those of `measure`."""
    values, caps = measure(facts, spec=spec, segment=segment, **when)
    return values, scoring.total(values, segment=segment or facts.segment, spec=spec, caps=caps)


def _touches(facts, seen):
    return [touch for touch in seen.recorded(facts, facts.touches) if seen.happened(touch.age)]


def reached_ages(facts, seen):
    return [touch.age - seen.past for touch in _touches(facts, seen) if touch.reached]


def _touched(facts, seen, cadence, required):
    touches = _touches(facts, seen)
    managed = _managed_days(facts, seen)
    window = scoring.meeting_window_days(cadence)
    recorded = seen.recorded(facts, facts.people)
    met = {
        facts.people[i].role
        for touch in touches
        if touch.reached and touch.age - seen.past <= window
        for i in touch.met
        if facts.people[i] in recorded
    }
    return {
        "rhythm": scoring.rhythm(reached_ages(facts, seen), cadence_days=cadence, managed_days=managed),
        "sentiment": scoring.sentiment((t.sentiment, t.age - seen.past) for t in touches),
        "stakeholders": scoring.stakeholders(
            len(met - {""}),
            sum(not seen.happened(person.left_age) for person in recorded),
            required=required,
            recorded=len(recorded),
            managed_days=managed,
            cadence_days=cadence,
        ),
    }


def _people(facts, seen):
    """The keywords of `scoring.contact_caps`."""
    people = seen.recorded(facts, facts.people)
    here = [person for person in people if not seen.happened(person.left_age)]
    left = [person for person in people if seen.happened(person.left_age)]
    return {
        "champions_left": sum(person.role == "champion" for person in left),
        "champions_here": sum(person.role == "champion" for person in here),
        "active": len(here),
        "recorded": len(people),
    }


def lead_then(facts, seen):
    """The Lead of the moment that is known; None if nobody leads."""
    for lead in facts.all_leads:
        if seen.was_made(lead.age) and not (lead.until_age is not None and seen.was_made(lead.until_age)):
            return lead
    return None


def managed_since(facts, seen):
    """The day of the first lead; None before it."""
    ages = [lead.age for lead in facts.all_leads if seen.was_made(lead.age)]
    return day(max(ages)) if ages else None


def _managed_days(facts, seen):
    since = managed_since(facts, seen)
    return -1 if since is None else (seen.as_of - since).days


def is_scored(facts, seen):
    return lead_then(facts, seen) is not None and not seen.happened(facts.lost_age)


def _newest_rating(facts, seen):
    """That of whoever leads; those of anyone else do not count, however new."""
    lead = lead_then(facts, seen)
    rated = [
        (rated_at(facts, place), rating)
        for place, rating in enumerate(facts.ratings)
        if lead and rating.who == lead.who and rated_at(facts, place) <= seen.known_at
    ]
    return max(rated, key=lambda pair: pair[0])[1] if rated else None


def rated_at(facts, place):
    return noon(facts.ratings[place].age) + datetime.timedelta(minutes=place)


def _known_months(facts, seen):
    """Complete months, oldest first."""
    newest = care_books.months_back(seen.known_on)
    return [facts.months.get(back, 0) for back in range(max(facts.months, default=0), newest, -1)]


# --- Rows for the SQL ----------------------------------------------------------------------------------------


def create(book):
    """Rows for every Facts of `book`; returns their clients in order. A handful of bulk inserts."""
    numbers = {lead.who for facts in book for lead in facts.all_leads}
    users = {who: make.user() for who in numbers | {r.who for facts in book for r in facts.ratings}}
    clients = Client.objects.bulk_create(_client(i, facts) for i, facts in enumerate(book))
    care_rows.record(Client, clients, [facts.made_age for facts in book])
    pairs = list(zip(clients, book, strict=True))
    Assignment.objects.bulk_create(
        Assignment(
            client=client,
            user=users[lead.who],
            role="lead",
            started_at=noon(lead.age),
            ended_at=None if lead.until_age is None else noon(lead.until_age),
            reason="Test",
        )
        for client, facts in pairs
        for lead in facts.all_leads
    )
    OwnRating.objects.bulk_create(
        OwnRating(
            client=client,
            value=rating.value,
            rated_by=users[rating.who],
            rated_at=rated_at(facts, place),
            rated_on=day(rating.age),
        )
        for client, facts in pairs
        for place, rating in enumerate(facts.ratings)
    )
    MonthlyRevenue.objects.bulk_create(
        MonthlyRevenue(client=client, month=month(back), amount=Decimal(amount))
        for client, facts in pairs
        for back, amount in facts.months.items()
    )
    add_people(pairs)
    add_touches((client, touch) for client, facts in pairs for touch in facts.touches)
    care_rows.create_rows(pairs)
    return clients


def _client(number, facts):
    lost = {"status": "lost", "lost_on": day(facts.lost_age), "lost_reason": "price"}
    return Client(
        name=f"Client {number}",
        segment=facts.segment,
        industry=facts.industry,
        currency=facts.currency,
        **({} if facts.lost_age is None else lost),
    )


def add_people(pairs):
    """Rows for the contacts of (client, Facts) pairs."""
    for client, facts in pairs:
        client.facts = facts
        client.people = [
            Contact(client=client, name=f"Contact {i}", role=person.role, left_on=day(person.left_age))
            for i, person in enumerate(facts.people)
        ]
    rows = Contact.objects.bulk_create(person for client, _facts in pairs for person in client.people)
    ages = [care_rows.made_age(facts, person) for _client, facts in pairs for person in facts.people]
    care_rows.record(Contact, rows, ages)


def add_touches(pairs):
    """Rows for (client, Touch) pairs; clients as `create` returns them."""
    pairs = list(pairs)
    rows = Interaction.objects.bulk_create(
        Interaction(
            client=client,
            occurred_at=noon(touch.age),
            occurred_on=day(touch.age),
            reached=touch.reached,
            sentiment=touch.sentiment,
        )
        for client, touch in pairs
    )
    care_rows.record(Interaction, rows, [care_rows.made_age(client.facts, touch) for client, touch in pairs])
    InteractionContact.objects.bulk_create(
        InteractionContact(interaction=row, contact=client.people[i])
        for row, (client, touch) in zip(rows, pairs, strict=True)
        for i in set(touch.met)
    )
