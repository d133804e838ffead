"""The pure rules of escalation, and the SQL that repeats them on follow-ups made up at random."""

import datetime
import random

import pytest
from django.utils import timezone

from accounts.models import Absence
from clients.models import ExchangeRate
from relationships.followups import catalog
from relationships.followups.escalate import escalate_late
from relationships.followups.escalation_rules import (
    after_days,
    counted_from,
    goes_up,
    limits_of,
    steps_due,
    working_days_late,
)
from relationships.models import Escalation, FollowUp
from tests import factories as make
from tests.relationships.followups.escalation_scenes import MONDAY, at, date

DAYS = {"senior": 3, "manager": 5, "reassign": 7}
RULES = ["manual", "cadence", "renewal", "collection", "issue", "approval", "promise", "deal", "plan_action"]
DAY = datetime.timedelta(days=1)


@pytest.mark.parametrize(("days", "half"), [(1, 1), (2, 1), (3, 2), (5, 3), (7, 4)])
def test_half_of_the_days_is_rounded_up(days, half):
    assert after_days(days, is_key=True) == half
    assert after_days(days, is_key=False) == days


@pytest.mark.parametrize(
    ("since", "today", "late"),
    [
        (date(2026, 11, 6), date(2026, 11, 9), 1),  # Friday to Monday
        (date(2026, 11, 7), date(2026, 11, 9), 1),  # a Saturday counts from itself
        (date(2026, 11, 9), date(2026, 11, 9), 0),
        (date(2026, 11, 10), date(2026, 11, 9), 0),
        (date(2026, 2, 13), date(2026, 2, 23), 1),  # Tết between them
        (date(2026, 8, 21), date(2026, 8, 22), 1),  # a Saturday that was swapped
        (date(2025, 12, 31), date(2026, 1, 2), 1),
    ],
)
def test_working_days_late(since, today, late):
    assert working_days_late(since, today) == late


def test_steps_come_one_by_one_and_stay_due():
    since = {days: MONDAY - days * DAY for days in (3, 4, 5, 6, 7, 11, 12)}
    found = {days: steps_due(day, MONDAY, DAYS, is_key=False) for days, day in since.items()}
    assert found[4] == []  # from Thursday on: Friday and Monday
    assert found[5] == found[6] == ["senior"]
    assert found[7] == ["senior", "manager"]
    assert found[11] == found[12] == ["senior", "manager", "reassign"]


def test_a_fresh_start_is_the_latest_of_all():
    due = date(2026, 11, 3)
    assert counted_from(due) == due
    assert counted_from(due, last_reached_on=date(2026, 10, 1)) == due
    assert counted_from(due, last_reached_on=date(2026, 11, 5), back_on=date(2026, 11, 4)) == date(
        2026, 11, 5
    )
    assert counted_from(due, handed_on=date(2026, 11, 6), lead_since=date(2026, 11, 7)) == date(2026, 11, 7)


def test_a_step_is_due_when_it_is_counted_from_before_its_limit():
    """The limits are how the SQL tells what `steps_due` tells, on every day of a year and for every day before."""
    for number in range(0, 365, 5):
        today = date(2026, 1, 10) + number * DAY
        limits = limits_of(today, DAYS)
        for back in range(25):
            since = today - back * DAY
            for is_key in (False, True):
                prefix = "key_" if is_key else ""
                by_limits = [step for step in DAYS if since < limits[f"{prefix}{step}_before"]]
                assert by_limits == steps_due(since, today, DAYS, is_key=is_key), (today, since, is_key)


def test_what_goes_up():
    assert goes_up("cadence", is_key=True, limit=100)
    assert not goes_up("cadence", is_key=False, limit=100)
    assert goes_up("renewal", is_key=False, limit=100)
    assert not goes_up("issue", is_key=True, amount=500, limit=100)
    assert goes_up("deal", is_key=False, amount=100, limit=100)
    assert not goes_up("deal", is_key=False, amount=99, limit=100)


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(4))
def test_the_sql_does_as_the_rules_say(book, time_machine, seed):
    rng = random.Random(seed)
    today = rng.choice([MONDAY, date(2026, 2, 24), date(2026, 8, 22), date(2026, 5, 4)])
    time_machine.move_to(at(today), tick=False)
    ExchangeRate.objects.create(currency="USD", valid_from=today - 40 * DAY, rate=25_000)
    back_on = today - rng.randint(1, 12) * DAY
    Absence.objects.create(
        person=book.lan, substitute=book.mai, first_day=back_on - 4 * DAY, last_day=back_on
    )
    expected = {}
    for number in range(60):
        follow_up, facts = _made_up(rng, book, today, number)
        since = counted_from(back_on=back_on if facts["lead"] == book.lan else None, **facts["days"])
        up = goes_up(follow_up.rule, is_key=facts["is_key"], amount=facts["amount"], limit=100_000_000)
        due = (
            steps_due(since, today, DAYS, is_key=facts["is_key"]) if up and follow_up.due_on <= today else []
        )
        # the senior is told of one step, the manager of the highest of theirs
        expected[follow_up.pk] = {(step, since) for step in due if step != "manager" or "reassign" not in due}
    assert catalog.settings_now()["escalation"].days["senior"] == 3
    escalate_late()
    found = {pk: set() for pk in expected}
    for row in Escalation.objects.all():
        found[row.follow_up_id].add((row.step, row.counted_from))
    assert found == expected
    assert {0, 1} <= {len(steps) for steps in expected.values()}


def _made_up(rng, book, today, number):
    """A follow-up and what its rules rest on."""
    lead = rng.choice([book.lan, book.mai])
    reached_on = rng.choice([None, today - rng.randint(0, 20) * DAY])
    is_key = rng.random() < 0.5
    client = make.client(lead=lead, segment="key" if is_key else "standard", last_reached_on=reached_on)
    since = rng.choice([400, rng.randint(0, 15)])
    client.assignments.update(started_at=timezone.now() - since * DAY)
    amount, currency, worth = rng.choice(
        [
            (None, None, None),
            ("120000000", "VND", 120_000_000),
            ("90000000", "VND", 90_000_000),
            ("5000", "USD", 125_000_000),
            ("5000", "EUR", None),
        ]
    )
    due_on = today - rng.randint(-2, 20) * DAY
    row = FollowUp.objects.create(
        client=client,
        assignee=lead,
        due_on=due_on,
        rule=rng.choice(RULES),
        reason=f"Made up {number}",
        facts={"amount": amount, "currency": currency} if amount else {},
    )
    days = {"due_on": due_on, "last_reached_on": reached_on, "lead_since": today - since * DAY}
    return row, {"lead": lead, "is_key": is_key, "amount": worth, "days": days}
