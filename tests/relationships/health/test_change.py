"""A change between two days splits into ageing, behaviour, configuration and override, and the parts add up."""

import datetime
import random
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.utils import timezone

from clients.models import Client, Contract, Issue, IssueClock
from relationships.health import change, refresh
from relationships.health.spec import THIRD_SPEC
from relationships.models import HealthOverride, HealthScore, HealthSnapshot, OwnRating, ScoringModel
from tests import factories as make

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
START = datetime.datetime(2026, 3, 2, 9, tzinfo=ZONE)  # a Monday
EXACT = 1e-9
ROLES = ["decision_maker", "champion", "user", ""]


@pytest.fixture
def clock():
    with time_machine.travel(START, tick=False) as traveller:
        yield traveller


def at(clock, day, hour):
    clock.move_to(START.replace(hour=hour) + datetime.timedelta(days=day))


def score(client):
    assert refresh.score_clients([client.pk]).written == 1
    return HealthScore.objects.select_related("model").get(client=client)


def snapshot(client, day=None):
    """The newest one, or that of the `day`-th day."""
    rows = HealthSnapshot.objects.filter(client=client).select_related("model").order_by("taken_on")
    return rows.last() if day is None else rows.get(taken_on=START.date() + datetime.timedelta(days=day))


def split(then, now):
    """{cause: Share}, after checking that they add up."""
    found = change.change_between(then, now)
    assert abs(sum(share.points for share in found.shares) - found.difference) < EXACT
    for share in found.shares:
        if share.parts:
            assert abs(sum(part.points for part in share.parts) - share.points) < 1e-7
    return {share.name: share for share in found.shares}


def publish(**changes):
    newest = ScoringModel.objects.current()
    spec = newest.spec | changes
    return ScoringModel.objects.create(
        version=newest.version + 1, spec=spec, note="A test", published_at=timezone.now()
    )


def override(client, to, *, days=20):
    return HealthOverride.objects.create(
        client=client,
        score=to,
        reason="I know better",
        made_at=timezone.now(),
        expires_on=timezone.localdate() + datetime.timedelta(days=days),
    )


def rich_client(lead):
    """One with something of everything that ages: silence, moods, an issue, late money, a contract that ends."""
    client = make.client(lead=lead)
    contacts = [make.contact(client, role=role) for role in ("decision_maker", "user")]
    make.interaction(client, days_ago=70, contacts=contacts, sentiment=1)
    make.interaction(client, days_ago=95, sentiment=-2)
    make.issue(client, severity=5, opened_ago_days=2)
    make.invoice(client, amount=100, days_late=-3)
    make.invoice(client, amount=40, days_late=25)
    make.contract(client, ends_in=80)
    return client


# --- Generated histories -----------------------------------------------------------------------------------------


class History:
    """A client to whom something happens on most days. Everything is recorded when it happens, or later."""

    def __init__(self, dice, lead):
        self.dice, self.lead = dice, lead
        self.client = rich_client(lead)

    def pass_day(self):
        for event in self.dice.choices(EVENTS, k=self.dice.choice([0, 0, 1, 2])):
            event(self)

    def touch(self):
        contacts = [c for c in self.client.contacts.all() if self.dice.random() < 0.5]
        ago, reached = self.dice.choice([0, 0, 2, 30]), self.dice.random() < 0.7
        mood = self.dice.choice([None, -2, 0, 2])
        make.interaction(self.client, days_ago=ago, contacts=contacts, reached=reached, sentiment=mood)

    def issue(self):
        make.issue(
            self.client, severity=self.dice.choice([1, 3, 5, 10]), opened_ago_days=self.dice.choice([0, 4])
        )

    def resolution(self):
        issue = Issue.objects.filter(client=self.client).exclude(status="resolved").first()
        if issue:
            now = timezone.now()
            IssueClock.objects.filter(issue=issue, stopped_at=None).update(
                stopped_at=now, stopped_for="resolved"
            )
            Issue.objects.filter(pk=issue.pk).update(status="resolved", resolved_at=now)

    def invoice(self):
        make.invoice(self.client, amount=self.dice.randint(10, 200), days_late=self.dice.randint(-20, 5))

    def payment(self):
        for invoice in self.client.invoices.all():
            if invoice.paid < invoice.amount:
                make.payment(invoice, amount=invoice.amount, days_ago=self.dice.choice([0, 3]))
                return

    def signature(self):
        old = Contract.objects.filter(client=self.client, state="signed", renewals=None).first()
        if old:
            make.contract(
                self.client, starts_on=old.ends_on + datetime.timedelta(days=1), ends_in=400, renews=old,
                signed_on=timezone.localdate(),
            )  # fmt: skip

    def arrival(self):
        make.contact(self.client, role=self.dice.choice(ROLES))

    def departure(self):
        contact = self.client.contacts.here().first()
        if contact:
            contact.left_on = timezone.localdate()
            contact.save(update_fields=["left_on"])

    def rating(self):
        OwnRating.objects.create(
            client=self.client,
            value=self.dice.randint(1, 5),
            rated_by=self.lead,
            rated_at=timezone.now(),
            rated_on=timezone.localdate(),
        )

    def word(self):
        running = HealthOverride.objects.filter(client=self.client, ended_at=None)
        if not running.update(ended_at=timezone.now()):
            override(self.client, self.dice.randint(0, 100))

    def model(self):
        weights = {
            name: {segment: self.dice.randint(1, 30) for segment in row}
            for name, row in THIRD_SPEC["weights"].items()
        }
        on = [name for name in THIRD_SPEC["switched_on"] if self.dice.random() < 0.8] or ["rhythm"]
        publish(weights=weights, switched_on=on, caps=self.dice.choice([{}, {}, THIRD_SPEC["caps"]]))

    def segment(self):
        Client.objects.filter(pk=self.client.pk).update(
            segment=self.dice.choice(["key", "major", "standard"])
        )


EVENTS = [
    *[History.touch, History.issue, History.resolution, History.invoice, History.payment] * 3,
    *[History.signature, History.arrival, History.departure, History.rating] * 2,
    *(History.word, History.model, History.segment),
]


SURE = {
    9: History.word,
    17: History.model,
    20: History.word,
    24: History.segment,
}  # rare ones, so that each history has them


@pytest.mark.django_db
@pytest.mark.parametrize("seed", [0, 3, 4, 5])
def test_the_parts_add_up_on_generated_histories(seed, clock):
    dice = random.Random(seed)
    history = History(dice, make.user())
    moved = set()
    for day in range(35):
        at(clock, day, 10)
        history.pass_day()
        if day in SURE:
            SURE[day](history)
        at(clock, day, dice.choice([11, 23]))
        health = score(history.client)
        earlier = HealthSnapshot.objects.filter(client=history.client, taken_on__lt=health.as_of)
        earlier = list(earlier.select_related("model").order_by("taken_on"))
        for then in dice.sample(earlier, k=min(2, len(earlier))):
            if None not in (then.shown_score, health.shown_score):
                shares = split(then, health)
                moved |= {name for name, share in shares.items() if abs(share.points) > 0.01}
    assert moved == {"ageing", "behaviour", "configuration", "override"}  # the history did exercise each
    between = list(
        HealthSnapshot.objects.filter(client=history.client).select_related("model").order_by("taken_on")
    )
    for then, now in zip(between, between[3:], strict=False):
        if None not in (then.shown_score, now.shown_score):
            split(then, now)


# --- One cause alone -----------------------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize("days", [1, 9, 40, 130])
def test_time_alone_is_ageing(days, clock):
    client = rich_client(make.user())
    score(client)
    then = snapshot(client)
    at(clock, days, 23)
    health = score(client)
    shares = split(then, health)
    assert health.score != then.score
    assert shares["ageing"].points == health.score - then.score
    assert [shares[name].points for name in ("behaviour", "configuration", "override")] == [0, 0, 0]
    assert shares["ageing"].parts


def steady_client(lead):
    """One on whom a day leaves no trace: nothing rated, nothing due, an introduction still to be made."""
    client = make.client(lead=lead)
    make.contact(client, role="user")
    make.interaction(client, days_ago=1)
    return client


@pytest.mark.django_db
def test_a_new_model_alone_is_configuration(clock):
    client = steady_client(make.user())
    score(client)
    then = snapshot(client)
    at(clock, 1, 9)
    weights = THIRD_SPEC["weights"] | {"stakeholders": dict.fromkeys(("key", "major", "standard"), 60)}
    publish(weights=weights)
    health = score(client)
    shares = split(then, health)
    assert shares["configuration"].points == health.score - then.score != 0
    assert [shares[name].points for name in ("ageing", "behaviour", "override")] == [0, 0, 0]
    found = change.change_between(then, health)
    assert (found.new_model, found.new_segment) == (True, False)


@pytest.mark.django_db
def test_a_new_segment_alone_is_configuration(clock):
    client = steady_client(make.user())
    score(client)
    then = snapshot(client)
    at(clock, 1, 9)
    Client.objects.filter(pk=client.pk).update(segment="key")
    shares = split(then, score(client))
    assert shares["configuration"].points != 0
    assert [shares[name].points for name in ("ageing", "behaviour", "override")] == [0, 0, 0]


@pytest.mark.django_db
def test_a_persons_word_alone_is_override(clock):
    client = steady_client(make.user())
    score(client)
    then = snapshot(client)
    at(clock, 1, 9)
    override(client, 12)
    health = score(client)
    shares = split(then, health)
    assert shares["override"].points == 12 - then.score
    assert [shares[name].points for name in ("ageing", "behaviour", "configuration")] == [0, 0, 0]


@pytest.mark.django_db
def test_what_was_logged_since_is_behaviour_and_named(clock):
    client = rich_client(make.user())
    score(client)
    then = snapshot(client)
    at(clock, 20, 9)
    make.interaction(client, days_ago=19, sentiment=2)  # told later
    shares = split(then, score(client))
    assert shares["ageing"].points < 0 < shares["behaviour"].points
    assert shares["behaviour"].parts[0].name == "sentiment"
    assert shares["configuration"].points == shares["override"].points == 0


@pytest.mark.django_db
def test_a_cap_that_fell_is_named_with_its_cause(clock):
    lead = make.user()
    client = steady_client(lead)
    score(client)
    then = snapshot(client)
    at(clock, 1, 9)
    OwnRating.objects.create(
        client=client, value=1, rated_by=lead, rated_at=timezone.now(), rated_on=timezone.localdate()
    )
    shares = split(then, score(client))
    assert [part.name for part in shares["behaviour"].parts] == ["cap"]


@pytest.mark.django_db
def test_both_moments_of_a_day_are_kept_apart(clock):
    """Scored in the morning; what happens later that day is not what was known then."""
    client = rich_client(make.user())
    score(client)
    then = snapshot(client)
    at(clock, 0, 20)
    make.interaction(client, days_ago=0, sentiment=2)
    at(clock, 1, 9)
    shares = split(then, score(client))
    assert shares["behaviour"].points > 0


# --- Where there is nothing to split -------------------------------------------------------------------------------


@pytest.mark.django_db
def test_what_was_not_known_then_is_not_split(clock, django_assert_num_queries):
    client = make.client(lead=make.user(), since_days=1)
    assert score(client).shown_score is None
    then = snapshot(client)
    at(clock, 1, 9)
    make.interaction(client, contacts=[make.contact(client, role="user")], sentiment=1)
    make.invoice(client, amount=1)
    health = score(client)
    assert health.shown_score is not None
    with django_assert_num_queries(0):
        found = change.change_between(then, health)
    assert (found.before, found.shares, found.difference) == (None, (), None)


@pytest.mark.django_db
def test_a_word_over_the_unknown_splits_all_the_same(clock):
    client = make.client(lead=make.user(), since_days=1)
    override(client, 60)
    score(client)
    then = snapshot(client)
    assert then.score is None and then.shown_score == 60
    at(clock, 10, 9)
    make.interaction(client, contacts=[make.contact(client, role="user")], sentiment=1)
    split(then, score(client))


@pytest.mark.django_db
def test_a_snapshot_without_its_moment_counts_to_the_end_of_its_day(clock):
    client = rich_client(make.user())
    score(client)
    HealthSnapshot.objects.filter(client=client).update(computed_at=None)
    then = snapshot(client)
    at(clock, 9, 9)
    assert split(then, score(client))["behaviour"].points == 0


@pytest.mark.django_db
def test_a_split_takes_two_queries(clock, django_assert_num_queries):
    client = rich_client(make.user())
    score(client)
    then = snapshot(client)
    at(clock, 9, 9)
    health = score(client)
    with django_assert_num_queries(2):
        change.change_between(then, health)
