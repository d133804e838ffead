"""A month of nights in the database against the same month in the pure functions: bands, waiting, snapshots, before."""

import datetime
import math
import random

import pytest
from django.db import connection
from django.utils import timezone

from relationships.health import refresh, scoring, writing
from relationships.health.spec import COMPONENTS
from relationships.models import HealthScore, HealthSnapshot, ScoringModel
from tests.relationships.health import books
from tests.relationships.health.books import AS_OF, SPEC, Facts, Person, Touch

FIRST = AS_OF.replace(day=1)
NIGHTS = [FIRST + datetime.timedelta(days=count) for count in range(30)]


def random_facts(dice):
    people = [
        Person(
            dice.choice(["champion", "user", "finance", "decision_maker"]),
            dice.choice([None, None, -5, 2, 9]),
        )
        for _ in range(dice.randint(0, 4))
    ]
    cadence = dice.choice([3, 9, 20, 60])
    touches = [
        Touch(
            age=dice.randint(-15, 15 * cadence),
            reached=dice.random() < 0.8,
            sentiment=dice.choice([None, -2, -1, 0, 1, 2]),
            met=dice.sample(range(len(people)), k=min(len(people), 1)),
        )
        for _ in range(dice.randint(0, 12))
    ]
    months = {back: dice.randint(50, 150) for back in range(dice.choice([0, 30]))}
    return Facts(dice.choice(["key", "major", "standard"]), dice.randint(10, 90), touches, people, months)


class Expected:
    """One client's health from night to night by the pure functions."""

    def __init__(self, facts):
        self.facts = facts
        self.total = self.settled = self.shown = None
        self.before = {}
        self.snapshots = []

    def pass_night(self, today):
        values, caps = books.measure(self.facts, today=today)
        total = scoring.total(values, segment=self.facts.segment, spec=SPEC, caps=caps)
        held = [scoring.held_by_cap(t.score, t.raw) for t in (total, self.total) if t]
        self.settled = scoring.settle(self.settled, total.score, as_of=today, spec=SPEC, at_once=any(held))
        whole = None if total.score is None else math.floor(total.score)
        shown = (whole, self.settled.band, total.caps, frozenset(total.parts))
        if shown != self.shown and self.shown:
            self.before = {"score": self.total.score, "raw": self.total.raw, "band": self.shown[1]}
        last = self.snapshots[-1] if self.snapshots else None
        if shown != self.shown or (today - last).days >= 7:
            self.snapshots.append(today)
        self.total, self.shown = total, shown

    def check(self, row):
        close = {"abs": 1e-6}
        for name, value in (("score", self.total.score), ("raw", self.total.raw)):
            assert getattr(row, name) == (None if value is None else pytest.approx(value, **close))
        assert scoring.Settled(row.band, row.band_since, row.pending_band, row.pending_since) == self.settled
        assert tuple(row.caps) == self.total.caps
        for name, value in self.before.items():
            assert row.before[name] == (pytest.approx(value, **close) if isinstance(value, float) else value)


@pytest.mark.django_db
def test_a_month_of_nights_equals_the_pure_functions():
    dice = random.Random(5)
    book = [random_facts(dice) for _ in range(40)]
    clients = books.create(book)
    expected = {client.pk: Expected(facts) for client, facts in zip(clients, book, strict=True)}
    bands, waited = set(), 0
    for tonight in NIGHTS:
        assert refresh.score_clients(expected, as_of=tonight).written == len(book)
        for row in HealthScore.objects.filter(client__in=clients):
            expected[row.client_id].pass_night(tonight)
            expected[row.client_id].check(row)
            bands.add(row.band)
            waited += bool(row.pending_band)
    assert bands == {"healthy", "watch", "at_risk", "unknown"}
    assert waited > 20  # the book does exercise the waiting
    for pk, one in expected.items():
        days = (
            HealthSnapshot.objects.filter(client=pk).order_by("taken_on").values_list("taken_on", flat=True)
        )
        assert list(days) == one.snapshots


BAND_EDGES = [0.0, 44.9, 45.0, 49.9, 50.0, 54.9, 55.0, 60.0, 69.9, 70.0, 74.9, 75.0, 79.9, 80.0, 100.0]


def random_state(dice):
    """A stored row as scoring could have left it: (score, raw, Settled)."""
    score = dice.choice([None, *BAND_EDGES])
    raw = score if score is None or dice.random() < 0.7 else score + 5.0
    since = AS_OF - datetime.timedelta(days=dice.randint(0, 40))
    if score is None:
        return score, raw, scoring.Settled("unknown", since)
    pending = dice.choice(["", "healthy", "watch", "at_risk"])
    pending_since = AS_OF - datetime.timedelta(days=dice.randint(0, 9)) if pending else None
    return (
        score,
        raw,
        scoring.Settled(dice.choice(["healthy", "watch", "at_risk"]), since, pending, pending_since),
    )


def settle_by_sql(clients, scored):
    """{client id: Settled} of new (score, raw) pairs after the stored rows."""
    columns = ", ".join(f"NULL::float8 AS {name}" for name in COMPONENTS)
    bands = ["unknown" if score is None else SPEC.band_of(score) for score, _ in scored]
    statement = f"""
        WITH signals AS (
            SELECT client_id, score, raw, target_band, 'standard' AS segment, ARRAY[]::text[] AS caps, {columns}
            FROM unnest(%(ids)s::bigint[], %(scores)s::float8[], %(raws)s::float8[], %(bands)s::text[])
                AS t(client_id, score, raw, target_band)
        ), {writing.judged_ctes(SPEC)}
        SELECT client_id, band, band_since, pending_band, pending_since FROM judged"""
    scores, raws = [score for score, _ in scored], [raw for _, raw in scored]
    params = {"ids": [c.pk for c in clients], "scores": scores, "raws": raws, "bands": bands}
    params |= {"known_at": timezone.now(), "trend_from": AS_OF, "trend_to": AS_OF}
    with connection.cursor() as cursor:
        cursor.execute(statement, params | {"as_of": AS_OF, "model_id": 1})
        return {row[0]: scoring.Settled(*row[1:]) for row in cursor.fetchall()}


@pytest.mark.django_db
def test_bands_settle_alike_from_every_state():
    dice = random.Random(3)
    clients = books.create([Facts()] * 600)
    states = [random_state(dice) for _ in clients]
    model = ScoringModel.objects.current()
    HealthScore.objects.bulk_create(
        HealthScore(
            client=client, score=score, raw=raw, band=state.band, band_since=state.since, model=model,
            pending_band=state.pending, pending_since=state.pending_since, segment="standard",
            as_of=AS_OF, computed_at=timezone.now(),
        )
        for client, (score, raw, state) in zip(clients, states, strict=True)
    )  # fmt: skip
    scored = [random_state(dice)[:2] for _ in clients]
    settled = settle_by_sql(clients, scored)
    for client, (old_score, old_raw, state), (score, raw) in zip(clients, states, scored, strict=True):
        held = scoring.held_by_cap(score, raw) or scoring.held_by_cap(old_score, old_raw)
        expected = scoring.settle(state, score, as_of=AS_OF, spec=SPEC, at_once=held)
        assert settled[client.pk] == expected, (state, score, raw)


@pytest.mark.django_db
def test_a_snapshot_is_written_weekly_when_nothing_changes():
    [client] = books.create([Facts(managed_days=2000)])
    for tonight in NIGHTS:
        refresh.score_clients([client.pk], as_of=tonight)
    days = [snapshot.taken_on.day for snapshot in client.health_history.order_by("taken_on")]
    assert days == [1, 8, 15, 22, 29]


@pytest.mark.django_db
def test_the_snapshot_of_a_day_holds_its_last_state():
    [client] = books.create([Facts(people=[Person()], touches=[Touch(100)])])
    refresh.score_clients([client.pk], as_of=AS_OF)
    books.add_touches([(client, Touch(0, sentiment=-2))])
    refresh.score_clients([client.pk], as_of=AS_OF)
    snapshot = client.health_history.get()
    score = HealthScore.objects.get(client=client)
    assert (snapshot.taken_on, snapshot.score) == (AS_OF, score.score)
    assert snapshot.sentiment == score.sentiment == 35


@pytest.mark.django_db
def test_a_client_scored_for_a_later_day_is_left_alone():
    [client] = books.create([Facts(touches=[Touch(0)])])
    tomorrow = AS_OF + datetime.timedelta(days=1)
    refresh.score_clients([client.pk], as_of=tomorrow)
    type(client).objects.filter(pk=client.pk).mark_health_stale()
    assert refresh.score_clients([client.pk], as_of=AS_OF).written == 0
    client.refresh_from_db()
    assert client.health_stale_since is not None
    assert client.health.as_of == tomorrow
