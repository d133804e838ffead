"""The one formula of Today: SQL and Python say the same, and what a person expects comes first."""

import datetime
import random

import pytest
from django.utils import timezone

from relationships.followups import ranking
from relationships.models import FollowUp, FollowUpRule
from tests import factories as make

pytestmark = pytest.mark.django_db
TODAY = datetime.date(2026, 11, 23)
MISSED, AHEAD = "2026-11-23T08:00:00+07:00", "2026-11-24T08:00:00+07:00"


@pytest.fixture(autouse=True)
def monday(time_machine):
    time_machine.move_to("2026-11-23T09:00+07:00", tick=False)


def shares(rows):
    """{id: the part of the rows of its currency that is for clients of this revenue or less}"""
    found = {}
    for row in rows:
        peers = [other for other in rows if other.client.currency == row.client.currency]
        less = [other for other in peers if other.client.revenue_12m <= row.client.revenue_12m]
        found[row.pk] = len(less) / len(peers)
    return found


def made_up_rows(book, seed):
    """80 follow-ups of 12 clients of every kind and rule."""
    chance = random.Random(seed)
    clients = [
        make.client(
            lead=book.lan,
            currency=chance.choice(["VND", "VND", "USD"]),
            revenue_12m=chance.choice([0, 5, 5, 10, 1000, 123_456_789]),
            segment=chance.choice(["standard", "major", "key"]),
            health_trend=chance.choice([None, -55.5, -12.3, -1, 0, 4.2, 30]),
            health_band=chance.choice(["healthy", "watch", "at_risk", "unknown"]),
        )
        for _number in range(12)
    ]
    for number in range(80):
        rule = chance.choice(FollowUpRule.values)
        facts = {"at": chance.choice([MISSED, AHEAD])} if rule == "issue" and chance.random() < 0.8 else {}
        make.follow_up(
            chance.choice(clients),
            book.lan,
            rule=rule,
            facts=facts,
            due_in=-chance.randrange(60),
            subject_id=number,
        )


@pytest.mark.parametrize("seed", range(5))
def test_sql_and_python_say_the_same(book, seed):
    made_up_rows(book, seed)
    rows = list(ranking.ranked(FollowUp.objects.all(), TODAY).select_related("client"))
    expected = shares(rows)
    for row in rows:
        told = ranking.explain(row, TODAY, share=row.share)
        assert row.share == pytest.approx(expected[row.pk])
        assert row.rank == pytest.approx(told.rank, rel=1e-12)
    best = {
        row.client_id: max(other.rank for other in rows if other.client_id == row.client_id) for row in rows
    }
    assert all(row.client_rank == pytest.approx(best[row.client_id], rel=1e-12) for row in rows)
    assert [row.pk for row in rows] == [
        row.pk
        for row in sorted(
            rows, key=lambda row: (-row.client_rank, row.client_id, -row.rank, row.due_on, row.pk)
        )
    ]


def test_every_rule_has_a_weight_of_its_own():
    assert set(ranking.WEIGHTS) == set(FollowUpRule)


def test_readers_are_kept_apart_where_that_is_asked_for(book):
    small, large = (make.client(lead=book.lan, revenue_12m=revenue) for revenue in (1, 1000))
    make.follow_up(small, book.mai)
    make.follow_up(large, book.lan)
    apart = ranking.ranked(FollowUp.objects.all(), TODAY, reader="assignee_id")
    assert {row.share for row in apart} == {1.0}
    assert {row.share for row in ranking.ranked(FollowUp.objects.all(), TODAY)} == {0.5, 1.0}


def order(*rows):
    """The words of these follow-ups, best first."""
    ids = [row.pk for row in rows]
    return [row.reason for row in ranking.ranked(FollowUp.objects.filter(pk__in=ids), TODAY)]


def test_a_broken_promise_goes_before_a_birthday_and_more_so_the_later_it_is(book):
    one, other = (make.client(lead=book.lan) for _number in range(2))
    promise = make.follow_up(one, book.lan, rule="promise", reason="promise")
    birthday = make.follow_up(other, book.lan, rule="birthday", reason="birthday")
    assert order(promise, birthday) == ["promise", "birthday"]
    birthday.due_on = TODAY - datetime.timedelta(days=25)
    birthday.save()
    assert order(promise, birthday) == ["birthday", "promise"]


def test_lateness_stops_growing_after_thirty_days(book):
    row = make.follow_up(book.alpha, book.lan, due_in=-30)
    month = ranking.explain(row, TODAY, share=1.0).rank
    row.due_on -= datetime.timedelta(days=300)
    assert ranking.explain(row, TODAY, share=1.0).rank == month


def test_falling_and_at_risk_go_first_and_rising_can_wait(book):
    rows = [
        make.follow_up(make.client(lead=book.lan, **health), book.lan, reason=name)
        for name, health in {
            "rising": {"health_trend": 40, "health_band": "healthy"},
            "unknown": {},
            "falling": {"health_trend": -6, "health_band": "watch"},
            "at risk": {"health_trend": -6, "health_band": "at_risk"},
        }.items()
    ]
    assert order(*rows) == ["at risk", "falling", "unknown", "rising"]
    assert ranking.explain(rows[0], TODAY, share=1.0).trend == ranking.LEAST_TREND


def test_an_issue_past_its_service_level_weighs_more(book):
    ahead = make.follow_up(book.alpha, book.lan, rule="issue", facts={"at": AHEAD})
    missed = make.follow_up(book.alpha, book.lan, rule="issue", facts={"at": MISSED})
    told = [ranking.explain(row, TODAY, share=1.0, now=timezone.now()) for row in (missed, ahead)]
    assert [factors.missed for factors in told] == [True, False]
    assert told[0].rank > told[1].rank
