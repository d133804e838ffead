"""What would raise the score: each promise is kept when the action is done for real and the client scored again."""

import datetime
import random
from types import SimpleNamespace

import pytest
from django.utils import timezone

from clients.models import Contract, Invoice, Issue, IssueClock, Payment, Product
from relationships.health import gains, refresh
from relationships.models import HealthScore, Interaction
from tests import factories as make
from tests.relationships.health import books
from tests.relationships.health.books import AS_OF, Facts, Person, Touch, noon
from tests.relationships.health.care_books import Bill, Deed, Run, Trouble

LATE = Run(60 * 24 * 30)
DAY = datetime.timedelta(days=1)


def scored(client):
    refresh.score_clients([client.pk], as_of=AS_OF)
    return HealthScore.objects.select_related("model", "client").get(client=client)


def found(client):
    health = scored(client)
    contacts = list(client.contacts.here().order_by("pk"))
    return health, gains.gains(health, contacts)


def of_kind(kind, found):
    return [gain for gain in found if gain.kind == kind]


# --- Doing it --------------------------------------------------------------------------------------------------


def touch(client, contacts=()):
    row = Interaction.objects.create(client=client, occurred_at=noon(0), occurred_on=AS_OF, reached=True)
    row.contacts.set(contacts)


def resolve(issues):
    moment = noon(0) + datetime.timedelta(hours=11, minutes=59)
    IssueClock.objects.filter(issue__in=issues, stopped_at=None).update(
        stopped_at=moment, stopped_for="resolved"
    )
    issues.update(status="resolved", resolved_at=moment)


def collect(invoices):
    for invoice in invoices:
        paid = sum(p.amount for p in invoice.payments.filter(received_on__lte=AS_OF, reversed_on=None))
        Payment.objects.create(
            client_id=invoice.client_id, invoice=invoice, amount=invoice.amount - paid, received_on=AS_OF
        )


def renew(old, **fields):
    starts = old.ends_on + DAY
    values = {
        "client_id": old.client_id,
        "number": f"{old.number}-R",
        "title": old.title,
        "value": old.value,
        "currency": old.currency,
        "starts_on": starts,
        "ends_on": max(starts, AS_OF) + 200 * DAY,
    }
    row, _made = Contract.objects.update_or_create(renews=old, defaults=values | fields)
    Contract.objects.filter(pk=row.pk).update(created_at=noon(0))  # a draft counts from when it was made


def sell(client):
    owned = client.deals.values("product")
    product = next(
        p
        for p in Product.objects.filter(is_active=True).exclude(pk__in=owned)
        if not p.segments or client.segment in p.segments
    )
    make.won_deal(client, amount=1, on=AS_OF, product_row=product)


def late(client):
    return Invoice.objects.filter(client=client, due_on__lt=AS_OF).order_by("due_on", "id")


DEEDS = {
    "reach": lambda client, gain: touch(client),
    "meet": lambda client, gain: touch(client, [gain.row_id]),
    "introduce": lambda client, gain: touch(client, [make.contact(client, role=gain.role)]),
    "contact": lambda client, gain: make.contact(client),
    "champion": lambda client, gain: make.contact(client, role="champion"),
    "issue": lambda client, gain: resolve(Issue.objects.filter(pk=gain.row_id)),
    "critical_issues": lambda client, gain: resolve(
        Issue.objects.filter(client=client, severity=10, resolution_hours__lt=100)
    ),
    "invoice": lambda client, gain: collect(Invoice.objects.filter(pk=gain.row_id)),
    "invoices": lambda client, gain: collect(late(client)),
    "renewal_prepared": lambda client, gain: renew(Contract.objects.get(pk=gain.row_id), state="draft"),
    "renewal_signed": lambda client, gain: renew(
        Contract.objects.get(pk=gain.row_id), state="signed", signed_on=AS_OF
    ),
    "product": lambda client, gain: sell(client),
}


def keep(client, gain):
    """Do what `gain` says; the score must be what it promised."""
    DEEDS[gain.kind](client, gain)
    after = scored(client)
    assert after.score == (None if gain.score is None else pytest.approx(gain.score, abs=1e-6)), gain
    return after


def random_facts(dice):
    people = [
        Person(dice.choice(["champion", "champion", "user", "decision_maker", ""]), dice.choice([None, 9]))
        for _ in range(dice.randint(0, 4))
    ]
    if dice.random() < 0.2:
        people = [Person("champion", 9), Person("user")]
    touches = [
        Touch(
            dice.randint(0, 200),
            dice.random() < 0.8,
            dice.choice([None, -1, 1]),
            dice.sample(range(len(people)), k=min(len(people), 1)),
        )
        for _ in range(dice.randint(0, 8))
    ]
    bills = [Bill(dice.randint(10, 90), 130, dice.randint(-9, 100)) for _ in range(dice.choice([0, 1, 2, 5]))]
    troubles = [
        Trouble(dice.choice([1, 3, 5, 10]), dice.choice([4, 400]), [LATE])
        for _ in range(dice.choice([0, 0, 1, 2, 5]))
    ]
    deeds = [
        Deed(value=dice.choice([0, 50, 300]), end_age=dice.randint(-120, 60), auto_renews=dice.random() < 0.2)
        for _ in range(dice.choice([0, 1, 2, 4]))
    ]
    if deeds and dice.random() < 0.4:
        deeds.append(Deed(state="draft", renews=0, end_age=-500))
    months = {back: dice.randint(5, 15) for back in range(dice.choice([0, 30]))}
    segment = dice.choice(["key", "major", "standard"])
    return Facts(segment, dice.randint(10, 400), touches, people, months, bills, troubles, deeds, [(0, 9)])


SEEDS = range(8)


@pytest.mark.django_db
@pytest.mark.parametrize("seed", SEEDS)
def test_every_promise_is_kept(seed):
    """Each kind of action done on a client of its own, so that no promise rests on another."""
    dice = random.Random(seed)
    for _ in range(5):
        facts = random_facts(dice)
        [first] = books.create([facts])
        kinds = {(gain.kind, place) for place, gain in enumerate(found(first)[1])}
        for kind, place in sorted(kinds):
            [client] = books.create([facts])
            gain = found(client)[1][place]
            assert gain.kind == kind
            keep(client, gain)


@pytest.mark.django_db
def test_the_books_ask_for_every_kind_of_action():
    """Otherwise the promises above would be kept by not being made."""
    kinds = set()
    for seed in SEEDS:
        dice = random.Random(seed)
        for _ in range(5):
            [client] = books.create([random_facts(dice)])
            kinds |= {gain.kind for gain in found(client)[1]}
    assert kinds == set(DEEDS)


# --- What is said ------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_meeting_someone_reaches_the_client_too():
    person, other = Person("decision_maker"), Person("user")
    [client] = books.create([Facts("key", touches=[Touch(40, met=[1])], people=[person, other])])
    health, actions = found(client)
    [reach], [meet] = of_kind("reach", actions), of_kind("meet", actions)
    assert (meet.name, meet.role, meet.row_id) == ("Contact 0", "decision_maker", client.people[0].pk)
    assert meet.points > reach.points > 0
    assert meet.score == pytest.approx(health.score + meet.points)


@pytest.mark.django_db
def test_nothing_is_said_where_nothing_is_to_gain():
    people = [Person("decision_maker"), Person("champion")]
    [client] = books.create([Facts(touches=[Touch(0, sentiment=2, met=[0, 1])], people=people)])
    assert found(client)[1] == []


@pytest.mark.django_db
def test_under_a_cap_only_what_lifts_it_helps():
    facts = Facts(
        touches=[Touch(100, sentiment=2, met=[0])],
        people=[Person("user")],
        bills=[Bill(5, 100, 95)],
        months=dict.fromkeys(range(1, 25), 100),
        troubles=[Trouble(10, 1, [LATE])],
    )
    [client] = books.create([facts])
    health, actions = found(client)
    assert health.score == 49 < health.raw
    assert [(gain.kind, gain.lifts) for gain in actions] == [("issue", ("critical_issue",))]
    assert keep(client, actions[0]).caps == []


@pytest.mark.django_db
def test_two_critical_issues_must_both_go():
    facts = Facts(
        touches=[Touch(0, sentiment=2, met=[0])],
        people=[Person("user")],
        troubles=[Trouble(10, 1, [LATE]), Trouble(10, 1, [LATE])],
        months=dict.fromkeys(range(1, 25), 100),
        bills=[Bill(5, 100, -5)],
    )
    [client] = books.create([facts])
    _health, actions = found(client)
    assert [gain.kind for gain in actions] == ["critical_issues"]
    assert keep(client, actions[0]).caps == []


@pytest.mark.django_db
def test_an_expired_contract_is_lifted_by_its_renewal():
    [client] = books.create(
        [Facts(touches=[Touch(0, sentiment=2)], deeds=[Deed(end_age=20), Deed(end_age=30)])]
    )
    _health, actions = found(client)
    assert [gain.lifts for gain in of_kind("renewal_signed", actions)] == [("contract_expired",)] * 2
    assert of_kind("renewal_prepared", actions) == []


@pytest.mark.django_db
def test_what_makes_an_unknown_score_known():
    [client] = books.create(
        [Facts(managed_days=10, people=[Person("user")], troubles=[Trouble(1, 99, [LATE])])]
    )
    health, actions = found(client)
    assert health.score is None
    [reach] = of_kind("reach", actions)
    assert reach.points is None and reach.coverage > 0
    assert keep(client, reach).coverage == pytest.approx(health.coverage + reach.coverage)


@pytest.mark.django_db
def test_a_first_contact_of_a_key_client_does_not_hide_its_cap():
    """A single contact caps a key client, and the action that records it says so."""
    [client] = books.create([Facts("key", touches=[Touch(0, sentiment=2)])])
    health, actions = found(client)
    for gain in of_kind("contact", actions) + of_kind("introduce", actions):
        assert gain.score <= 74
    assert health.caps == []


@pytest.mark.django_db
def test_a_red_rating_is_no_action():
    [client] = books.create([Facts(ratings=[books.Rating(1, 3)], touches=[Touch(0, sentiment=2)])])
    health, actions = found(client)
    if "own_rating" in health.caps:
        assert not [gain for gain in actions if "own_rating" in gain.lifts]
    assert {gain.kind for gain in actions} <= set(DEEDS)


OLD = ("weights", "weighed", "base", "lately", "safeties", "values", "worth", "renewals")


@pytest.mark.django_db
@pytest.mark.parametrize("broken", ["old", {}, [], None])
def test_facts_of_an_older_shape_promise_nothing_they_cannot_keep(broken):
    [client] = books.create(
        [
            Facts(
                touches=[Touch(100, sentiment=1)],
                bills=[Bill(50, 100, 40)],
                troubles=[Trouble(5, 1, [LATE])],
                deeds=[Deed(end_age=-10)],
            )
        ]
    )
    health = scored(client)
    assert {"issue", "invoice", "renewal_signed", "reach"} <= {g.kind for g in gains.gains(health, [])}
    if broken == "old":
        for facts in health.facts.values():
            for name in OLD if isinstance(facts, dict) else ():
                facts.pop(name, None)
    else:
        health.facts = broken
    kinds = {gain.kind for gain in gains.gains(health, [])}
    assert "reach" in kinds and not kinds & {"issue", "invoice", "invoices", "renewal_signed"}


def test_the_best_of_each_topic():
    kinds = ["meet", "reach", "issue", "issue", "invoice", "product"]
    actions = [SimpleNamespace(kind=kind, topic=gains.TOPICS[kind]) for kind in kinds]
    assert [gain.kind for gain in gains.best(actions)] == ["meet", "issue", "invoice"]


@pytest.mark.django_db
def test_today_through_the_services_that_the_screens_use(book):
    """The path of today, which reads sums that are kept up."""
    contact = make.contact(book.alpha, "Hoa", role="decision_maker")
    make.interaction(book.alpha, days_ago=200, contacts=[contact], sentiment=1)
    invoice = make.invoice(book.alpha, amount=100, days_late=40)
    make.invoice(book.alpha, amount=300, days_late=0)
    for do, kind in (
        (lambda: make.interaction(book.alpha, days_ago=0, contacts=[contact]), "meet"),
        (lambda: make.payment(invoice, amount=100), "invoice"),
    ):
        refresh.score_clients([book.alpha.pk])
        health = HealthScore.objects.select_related("model").get(client=book.alpha)
        [gain] = of_kind(kind, gains.gains(health, [contact]))
        do()
        refresh.score_clients([book.alpha.pk])
        now = HealthScore.objects.get(client=book.alpha)
        assert now.score == pytest.approx(health.score + gain.points, abs=1e-6)
        assert now.as_of == timezone.localdate()
