"""Trend and override laid over the computed health, night by night against the pure functions."""

import datetime
import math
import random

import pytest

from clients.models import Client
from clients.querysets.base import TREND_SHOWS_FROM
from relationships.health import refresh, scoring, writing
from relationships.models import HealthOverride, HealthScore, HealthSnapshot
from tests.relationships.health import books, care_books
from tests.relationships.health.books import SPEC, Facts, Person, Touch, day, noon
from tests.relationships.health.test_history import random_facts

pytestmark = pytest.mark.django_db


def overrule(client, score, made_age, until_age, ended_age=None):
    """An override made and ended at noon; `until_age` is its last day."""
    return HealthOverride.objects.create(
        client=client,
        score=score,
        reason="They told me",
        made_at=noon(made_age),
        expires_on=day(until_age),
        ended_at=None if ended_age is None else noon(ended_age),
    )


def score(clients, *ages):
    for age in ages:
        refresh.score_clients([client.pk for client in clients], as_of=day(age))


def close(value):
    return None if value is None else pytest.approx(value, rel=0, abs=1e-6)


class Expected:
    """One client's health from night to night by the pure functions, with what is shown and the trend."""

    def __init__(self, facts, overrides):
        self.facts, self.overrides = facts, overrides
        self.total = self.settled = self.seen = None
        self.snapshots = {}

    def pass_night(self, today):
        _values, total = books.total_of(self.facts, today=today)
        held = [scoring.held_by_cap(t.score, t.raw) for t in (total, self.total) if t]
        self.settled = scoring.settle(self.settled, total.score, as_of=today, spec=SPEC, at_once=any(held))
        self.total = total
        self.override = self._running(today)
        spoken = self.override and self.override.score
        self.shown_score = total.score if spoken is None else spoken
        self.shown_band = self.settled.band if spoken is None else SPEC.band_of(spoken)
        self.trend = self._trend(today)
        whole = [None if value is None else math.floor(value) for value in (total.score, self.shown_score)]
        seen = (whole, self.settled.band, self.shown_band, total.caps, frozenset(total.parts))
        if seen != self.seen or (today - max(self.snapshots)).days >= writing.SNAPSHOT_AT_LEAST_EVERY_DAYS:
            self.snapshots[today] = (total.score, self.shown_score, self.shown_band)
        self.seen = seen

    def _running(self, today):
        end = care_books.end_of(today)
        running = [o for o in self.overrides if o.made_at <= end and not (o.ended_at and o.ended_at <= end)]
        return max((o for o in running if o.expires_on >= today), key=lambda o: o.made_at, default=None)

    def _trend(self, today):
        """Against the newest snapshot that is 30 to 45 days old."""
        then = [taken for taken in self.snapshots if 30 <= (today - taken).days <= 45]
        before = self.snapshots[max(then)][0] if then else None
        return None if before is None or self.total.score is None else self.total.score - before

    def check(self, row):
        assert row.score == close(self.total.score)
        assert scoring.Settled(row.band, row.band_since, row.pending_band, row.pending_since) == self.settled
        assert (row.shown_score, row.shown_band) == (close(self.shown_score), self.shown_band)
        assert row.override_id == (self.override.pk if self.override else None)
        assert row.trend == close(self.trend)
        client = row.client
        shown = (client.health_score, client.health_band, client.health_trend)
        assert shown == (row.shown_score, row.shown_band, row.trend)


def random_overrides(dice, client):
    """A few, one after the other: run out, ended by someone, replaced, or still running."""
    found, age = [], dice.randint(40, 100)
    while age > 0 and len(found) < 4:
        lasts = dice.randint(0, 30)
        ended = age - dice.randint(0, lasts + 5) if dice.random() < 0.8 else None
        score = dice.choice([0, 49.9, 50, 74.5, 75, 100])
        found.append(overrule(client, score, age, age - lasts, ended))
        if ended is None:
            break
        age = min(age - 1, ended) - dice.choice([0, 0, 12])
    return found


def everything_stored(clients):
    rows = HealthScore.objects.filter(client__in=clients).order_by("client").values()
    history = HealthSnapshot.objects.filter(client__in=clients).order_by("client", "taken_on").values()
    return [{**row, "computed_at": None} for row in rows], list(history)


def test_many_nights_with_overrides_equal_the_pure_functions():
    dice = random.Random(11)
    book = [random_facts(dice) for _ in range(25)]
    clients = books.create(book)
    expected = {
        client.pk: Expected(facts, random_overrides(dice, client) if i % 5 else [])
        for i, (client, facts) in enumerate(zip(clients, book, strict=True))
    }
    overruled, trends = 0, []
    for age in sorted(dice.sample(range(95), 40), reverse=True):
        score(clients, age)
        for row in HealthScore.objects.filter(client__in=clients).select_related("client"):
            expected[row.client_id].pass_night(day(age))
            expected[row.client_id].check(row)
            overruled += row.override_id is not None
            trends.append(row.trend)
        if age % 8 == 0:
            before = everything_stored(clients)
            score(clients, age)
            assert everything_stored(clients) == before
    assert overruled > 50
    assert sum(trend is not None and abs(trend) >= TREND_SHOWS_FROM for trend in trends) > 50
    for pk, one in expected.items():
        taken = HealthSnapshot.objects.filter(client=pk).values_list(
            "taken_on", "score", "shown_score", "shown_band"
        )
        found = {on: (score, shown, band) for on, score, shown, band in taken}
        assert found == {on: (close(s), close(shown), band) for on, (s, shown, band) in one.snapshots.items()}


GOOD = Facts(touches=[Touch(age, met=[0]) for age in range(0, 400, 10)], people=[Person("user")])


def test_an_override_shows_until_the_end_of_its_last_day():
    [client] = books.create([GOOD])
    override = overrule(client, 20, made_age=10, until_age=8)
    shown = {}
    for age in (11, 10, 9, 8, 7):
        score([client], age)
        client.refresh_from_db()
        shown[age] = (client.health_score == 20, client.health_band, client.health.override_id)
        assert (client.health.score, client.health.band) == (100, "healthy")
    off, on = (False, "healthy", None), (True, "at_risk", override.pk)
    assert shown == {11: off, 10: on, 9: on, 8: on, 7: off}
    taken = client.health_history.order_by("taken_on").values_list("taken_on", "shown_band")
    assert list(taken) == [(day(11), "healthy"), (day(10), "at_risk"), (day(7), "healthy")]


def test_an_override_that_was_ended_shows_no_more():
    [client] = books.create([GOOD])
    overrule(client, 20, made_age=10, until_age=-5, ended_age=8)
    overrule(client, 60, made_age=5, until_age=-5)
    bands = []
    for age in (9, 8, 6, 5):
        score([client], age)
        client.refresh_from_db()
        bands.append(client.health_band)
    assert bands == ["at_risk", "healthy", "healthy", "watch"]


def test_an_override_shows_a_score_where_none_is_known():
    [client] = books.create([Facts(managed_days=5)])
    overrule(client, 80, made_age=1, until_age=0)
    score([client], 1, 0, -1)
    bands = client.health_history.order_by("taken_on").values_list(
        "score", "shown_score", "band", "shown_band"
    )
    assert list(bands) == [(None, 80, "unknown", "healthy"), (None, None, "unknown", "unknown")]


def test_beneath_an_override_a_band_goes_on_waiting_its_nights():
    """It falls below 75 by a quarter of a point a day, 12 nights ago; what is shown meanwhile does not matter."""
    falling = Facts(touches=[Touch(147)])
    plain, spoken = books.create([falling, falling])
    overrule(spoken, 90, made_age=15, until_age=3)
    waited = 0
    for age in range(20, -1, -1):
        score([plain, spoken], age)
        one, other = HealthScore.objects.filter(client__in=[plain, spoken]).order_by("client")
        for name in ("score", "band", "band_since", "pending_band", "pending_since"):
            assert getattr(one, name) == getattr(other, name), (age, name)
        waited += bool(one.pending_band)
        assert other.shown_band == ("healthy" if 3 <= age <= 15 else other.band)
    assert waited == 7
    assert one.band == "watch"


@pytest.mark.parametrize(
    "ages, against", [((46,), None), ((45,), 45), ((45, 38, 29), 38), ((29,), None), ((30, 29), 30)]
)
def test_the_trend_compares_with_the_newest_score_of_30_to_45_days_ago(ages, against):
    [client] = books.create([Facts(touches=[Touch(100, sentiment=-2)], people=[Person()])])
    score([client], *ages, 0)
    client.refresh_from_db()
    now = client.health.score
    if against is None:
        assert client.health_trend is None
    else:
        then = client.health_history.get(taken_on=day(against)).score
        assert client.health_trend == client.health.trend == now - then != 0


def test_no_trend_from_or_to_unknown():
    [client] = books.create([Facts(managed_days=95, touches=[Touch(3)])])
    score([client], 40, 30, 0)
    client.refresh_from_db()
    assert client.health_history.get(taken_on=day(40)).score is None
    assert client.health.score is not None and client.health_trend is None


def test_the_trend_is_of_what_is_computed_not_of_what_is_shown():
    [client] = books.create([GOOD])
    overrule(client, 10, made_age=35, until_age=25)
    score([client], 30, 0)
    client.refresh_from_db()
    assert client.health_history.get(taken_on=day(30)).shown_score == 10
    assert client.health_trend == 0
    assert Client.objects.falling().count() == Client.objects.rising().count() == 0


def test_an_override_made_and_replaced_on_one_day_leaves_the_last_word():
    [client] = books.create([GOOD])
    score([client], 3)
    first = overrule(client, 30, made_age=3, until_age=0)
    score([client], 3)
    HealthOverride.objects.filter(pk=first.pk).update(ended_at=noon(3) + datetime.timedelta(hours=1))
    second = overrule(client, 30.5, made_age=3, until_age=0)
    score([client], 3)
    score([client], 3)
    snapshot = client.health_history.get()
    assert (snapshot.taken_on, snapshot.shown_score, snapshot.shown_band) == (day(3), 30.5, "at_risk")
    assert HealthScore.objects.get(client=client).override_id == second.pk
