"""The rules of days, by examples; and that the SQL makes the same of generated books."""

import datetime

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.working_time import DAY, add_working_days, house_zone
from clients.models import Client
from relationships.followups import care_rules
from relationships.followups.care import refresh_care_follow_ups
from relationships.models import FollowUp
from tests import factories as make
from tests.relationships.followups import care_scenes as scene

date = datetime.date
TODAY = scene.TODAY
BOOKS = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture(autouse=True)
def monday(time_machine):
    time_machine.move_to(scene.MONDAY, tick=False)


@pytest.mark.parametrize("count", range(1, 12))
@pytest.mark.parametrize("today", [TODAY, date(2026, 11, 22), date(2027, 2, 9), date(2026, 8, 22)])
def test_working_days_back_say_what_has_come(today, count):
    """That some working days after a day have come means that it lies before the limit, whatever days are off."""
    limit = care_rules.working_days_back(today, count)
    for back in range(60):
        day = today - back * DAY
        assert (add_working_days(day, count) <= today) == (day < limit)


def test_a_step_is_the_last_one_reached():
    steps = [30, 7, 15]
    due = {
        late: care_rules.collection_step(oldest_due_on=TODAY - late * DAY, steps=steps, today=TODAY)
        for late in (6, 7, 29, 400)
    }
    assert due[6] is None
    assert due[7] == (7, TODAY)
    assert due[29] == (15, date(2026, 11, 9))
    assert due[400][0] == 30


def test_nothing_is_settled_by_a_touch_but_where_the_talk_is_the_deed():
    settled = [
        (rule, step)
        for rule in care_rules.CARE_RULES
        for step in ("", "late", "answered", "satisfaction")
        if care_rules.may_be_settled_by_touch(FollowUp(rule=rule, facts={"step": step}))
    ]
    assert {rule for rule, _step in settled} == {"renewal", "collection", "request"}
    assert [step for rule, step in settled if rule == "request"] == ["answered"]
    assert care_rules.may_be_settled_by_touch(FollowUp(rule="manual"))


# --- SQL -------------------------------------------------------------------------------------------------------------


@pytest.fixture
def lead(db):
    return make.user()


def fresh(lead):
    Client.objects.all().delete()
    return make.client(lead=lead)


def found():
    """{subject: (step, due day)} of what is open."""
    return {row.subject_id: (row.facts.get("step"), row.due_on) for row in FollowUp.objects.open()}


def wanted(expected):
    return {subject: step for subject, step in expected.items() if step}


DAYS = st.integers(-400, 200)


@BOOKS
@given(rows=st.lists(st.tuples(DAYS, st.none() | st.integers(0, 30)), max_size=12))
def test_milestones_equal_the_rule(lead, rows):
    contract, expected = make.contract(fresh(lead), ends_in=None), {}
    for due_in, done_ago in rows:
        done_on = None if done_ago is None else TODAY - done_ago * DAY
        row = make.milestone(contract, due_in=due_in, done_on=done_on)
        expected[row.pk] = care_rules.milestone_step(due_on=row.due_on, done_on=done_on, today=TODAY)
    refresh_care_follow_ups()
    assert found() == wanted(expected)


@BOOKS
@given(rows=st.lists(st.tuples(DAYS, st.booleans(), st.integers(0, 180)), max_size=12))
def test_renewals_equal_the_rule(lead, rows):
    client, expected = fresh(lead), {}
    for ends_in, renews_itself, notice in rows:
        row = make.contract(
            client, starts_in=-500, ends_in=ends_in, auto_renews=renews_itself, notice_days=notice
        )
        expected[row.pk] = care_rules.renewal_step(
            ends_on=row.ends_on, today=TODAY, renews_itself=renews_itself, notice_days=notice
        )
    refresh_care_follow_ups()
    assert found() == wanted(expected)


@BOOKS
@given(late=st.lists(st.integers(-10, 700), max_size=6))
def test_collection_equals_the_rule(lead, late):
    client = fresh(lead)
    for days_late in late:
        make.invoice(client, days_late=days_late, issued_ago=800)
    refresh_care_follow_ups()
    step = None
    if late:
        step = care_rules.collection_step(
            oldest_due_on=TODAY - max(late) * DAY, steps=[7, 15, 30], today=TODAY
        )
    rows = FollowUp.objects.open().values_list("facts__key", "due_on")
    assert list(rows) == ([(str(step[0]), step[1])] if step else [])


HOURS = st.integers(-24 * 20, 24 * 10)


@BOOKS
@given(rows=st.lists(st.tuples(HOURS, HOURS, st.booleans()), max_size=12))
def test_issues_equal_the_rule(lead, rows):
    client, expected, now = fresh(lead), {}, timezone.now()
    for response_in, resolution_in, answered in rows:
        response, resolution = (
            now + datetime.timedelta(hours=hours) for hours in (response_in, resolution_in)
        )
        row = make.issue(
            client,
            opened_at=now - datetime.timedelta(days=30),
            response_due_at=response,
            resolution_due_at=resolution,
            first_responded_at=now if answered else None,
        )
        expected[row.pk] = care_rules.issue_step(
            response_due=None if answered else response, resolution_due=resolution, now=now, today=TODAY
        )
    refresh_care_follow_ups()
    assert found() == wanted(expected)


@BOOKS
@given(ago=st.lists(st.integers(0, 40), max_size=10))
def test_satisfaction_equals_the_rule(lead, ago):
    client, expected = fresh(lead), {}
    for days_ago in ago:
        row = scene.resolved_issue(client, days_ago=days_ago)
        if days_ago <= care_rules.SATISFACTION_WITHIN_DAYS:
            day = timezone.localdate(row.resolved_at, house_zone())
            expected[row.pk] = ("satisfaction", care_rules.satisfaction_due_on(day))
    refresh_care_follow_ups()
    assert found() == expected
