"""Books of clients for the health tests: the same facts as rows for the SQL and as numbers for the pure functions."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.conf import settings

from clients.models import Assignment, Client, Contact, MonthlyRevenue, Product
from relationships.health import scoring
from relationships.health.spec import FIRST_SPEC, THIRD_SPEC, Spec
from relationships.models import Interaction, InteractionContact
from tests import factories as make

from . import care_books
from .care_books import AS_OF, day

SPEC = Spec.from_json(THIRD_SPEC)  # the published one
FIRST = Spec.from_json(FIRST_SPEC)


@dataclass(frozen=True)
class Touch:
    """`age` in days before AS_OF, negative for the future; `met` are indexes of the client's contacts."""

    age: int
    reached: bool = True
    sentiment: int | None = None
    met: Sequence[int] = ()


@dataclass(frozen=True)
class Person:
    role: str = ""
    left_age: int | None = None


@dataclass(frozen=True)
class Facts:
    """A client. `months` maps months before AS_OF's month (0 is that month) to the amount."""

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


def month(back):
    number = AS_OF.year * 12 + AS_OF.month - 1 - back
    return datetime.date(number // 12, number % 12 + 1, 1)


def noon(age):
    return datetime.datetime.combine(day(age), datetime.time(12), ZoneInfo(settings.TIME_ZONE))


def ages_of(facts, today):
    return [touch.age - (AS_OF - today).days for touch in facts.touches]


def measure(facts, *, spec=SPEC, today=AS_OF):
    """The components by the pure functions, with the caps, as (values, caps)."""
    past = (AS_OF - today).days
    cadence, required = spec.cadence_days[facts.segment], spec.required_roles[facts.segment]
    managed = facts.managed_days - past
    reached = [touch.age - past for touch in facts.touches if touch.reached]
    window = scoring.meeting_window_days(cadence)
    met = {i for t in facts.touches if t.reached and 0 <= t.age - past <= window for i in t.met}
    here = [p for p in facts.people if p.left_age is None or p.left_age - past < 0]
    left = [p for p in facts.people if p not in here]
    open_issues = care_books.open_issues(facts, care_books.end_of(today))
    terms, any_running = care_books.terms(facts, past)
    values = {
        "issues": scoring.issues(open_issues),
        "payment": care_books.payment(facts, today),
        "contract": scoring.contract(terms),
        "breadth": care_books.breadth(facts, past) if Product.objects.exists() else None,
        "rhythm": scoring.rhythm(reached, cadence_days=cadence, managed_days=managed),
        "sentiment": scoring.sentiment((t.sentiment, t.age - past) for t in facts.touches),
        "stakeholders": scoring.stakeholders(
            len({facts.people[i].role for i in met} - {""}),
            len(here),
            required=required,
            recorded=len(facts.people),
            managed_days=managed,
            cadence_days=cadence,
        ),
        "revenue": scoring.revenue(_known_months(facts, today)),
    }
    caps = scoring.issue_caps(open_issues) if "issues" in spec.switched_on else ()
    if "contract" in spec.switched_on:
        caps += scoring.contract_caps(terms, any_running=any_running)
    caps += scoring.contact_caps(
        segment=facts.segment,
        champions_left=sum(p.role == "champion" for p in left),
        champions_here=sum(p.role == "champion" for p in here),
        active=len(here),
        recorded=len(facts.people),
    )
    return {name: value if name in spec.switched_on else None for name, value in values.items()}, caps


def _known_months(facts, today):
    """Complete months before `today`, oldest first."""
    newest = care_books.months_back(today)
    return [facts.months.get(back, 0) for back in range(max(facts.months, default=0), newest, -1)]


def create(book):
    """Rows for every Facts of `book`; returns their clients in order. A handful of bulk inserts."""
    lead = make.user()
    clients = Client.objects.bulk_create(
        Client(name=f"Client {i}", segment=facts.segment, industry=facts.industry)
        for i, facts in enumerate(book)
    )
    pairs = list(zip(clients, book, strict=True))
    Assignment.objects.bulk_create(
        Assignment(client=client, user=lead, role="lead", started_at=noon(facts.managed_days), reason="Test")
        for client, facts in pairs
    )
    MonthlyRevenue.objects.bulk_create(
        MonthlyRevenue(client=client, month=month(back), amount=Decimal(amount))
        for client, facts in pairs
        for back, amount in facts.months.items()
    )
    for client, facts in pairs:
        client.people = [_contact(client, i, person) for i, person in enumerate(facts.people)]
    Contact.objects.bulk_create(person for client in clients for person in client.people)
    add_touches((client, touch) for client, facts in pairs for touch in facts.touches)
    care_books.create_rows(pairs)
    return clients


def _contact(client, number, person):
    left_on = None if person.left_age is None else day(person.left_age)
    return Contact(client=client, name=f"Contact {number}", role=person.role, left_on=left_on)


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
    InteractionContact.objects.bulk_create(
        InteractionContact(interaction=row, contact=client.people[i])
        for row, (client, touch) in zip(rows, pairs, strict=True)
        for i in set(touch.met)
    )
