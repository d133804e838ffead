"""Backtests that have ended, of made-up cases; and books in the database whose past and future are known."""

import datetime

import numpy as np
from django.utils import timezone

from clients.models import Assignment, Client
from relationships.health.backtest import judging
from relationships.models import Backtest, Interaction, ScoringModel
from tests import factories as make

DAYS = (datetime.date(2026, 3, 1), datetime.date(2026, 3, 31))


def facts(clients, *, days=DAYS, tell=1.0, seed=1, bad_share=0.2):
    """What `Cases.facts` gives, of clients of whom a share goes bad; `tell` is how much their score knew."""
    dice = np.random.default_rng(seed)
    n = clients * len(days)
    client = np.repeat(np.arange(clients), len(days))
    day = np.tile(np.arange(len(days)), clients)
    bad = (dice.random(clients) < bad_share)[client]
    score = np.clip(65 - 25 * tell * bad + 15 * dice.normal(size=n), 0, 100)
    return {
        "client": client,
        "day": day,
        "score": score,
        "at_risk": score < 50,
        "silent_days": dice.integers(0, 90, n),
        "rating": np.where(dice.random(n) < 0.5, dice.integers(1, 6, n), np.nan),
        "lost": bad,
        "halved": np.zeros(n, bool),
        "had_revenue": np.ones(n, bool),
        "event_on": np.array([day.toordinal() for day in days])[day] + 100,
        "revenue": dice.integers(1, 1000, n).astype(float),
        "decided": np.ones(n, bool),
        "bad": bad,
    }


def ended(*, clients=120, tell=1.0, seed=1, days=DAYS, **fields):
    """A backtest that has ended; its result is worked out of `facts`."""
    found = facts(clients, days=days, tell=tell, seed=seed)
    result = judging.judge(found, list(days), [10] * len(days), rounds=100)
    result |= {"watch": 50, "currency": "VND", "drawn_from": None, "seconds": 1.0}
    values = {
        "model": ScoringModel.objects.current(),
        "days": [day.isoformat() for day in days],
        "started_at": timezone.now(),
        "ended_at": timezone.now(),
        "result": result,
    }
    return Backtest.objects.create(**values | fields)


def book(today, *, clients=120, tell, seed=1):
    """A book since three years, as it stands `today`: some clients were lost within the half year after the last months
    that can be tested. With `tell` those had told us that they were unhappy, in touches as frequent as anybody's.
    """
    dice = np.random.default_rng(seed)
    lead, started = make.user(), timezone.now() - datetime.timedelta(days=1100)
    long_ago = {"created_at": started, "updated_at": started}
    rows = Client.objects.bulk_create(Client(name=f"Client {n}") for n in range(clients))
    Client.objects.update(**long_ago)
    Assignment.objects.bulk_create(
        Assignment(client=row, user=lead, started_at=started, reason="Test") for row in rows
    )
    lost, touches = dice.random(clients) < 0.3, []
    for row, goes in zip(rows, lost, strict=True):
        if goes:
            row.status, row.lost_on = "lost", today - datetime.timedelta(days=int(dice.integers(40, 150)))
            row.lost_reason = "other"
        for age in range(int(dice.integers(150, 260)), 500, int(dice.integers(20, 40))):
            mood = -2 if goes and tell else int(dice.integers(-2, 3))
            day = today - datetime.timedelta(days=age)
            moment = timezone.make_aware(datetime.datetime.combine(day, datetime.time(12)))
            touches.append(
                Interaction(client=row, occurred_at=moment, occurred_on=day, sentiment=mood, reached=True)
            )
    Client.objects.bulk_update(rows, ["status", "lost_on", "lost_reason"])
    Interaction.objects.bulk_create(touches)
    Interaction.objects.update(created_at=started)
    return rows
