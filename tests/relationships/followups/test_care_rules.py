"""The rules of days, by examples; and that the SQL makes the same of generated books."""

import datetime

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.working_time import DAY, house_zone
from clients.models import Client
from relationships.followups import care_rules
from relationships.followups.care import refresh_care_follow_ups
from relationships.followups.catalog import CATALOG
from relationships.models import FollowUp, RuleSetting
from tests import factories as make
from tests.relationships.followups import care_scenes as scene

date = datetime.date
TODAY = scene.TODAY
BOOKS = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture(autouse=True)
def monday(time_machine):
    time_machine.move_to(scene.MONDAY, tick=False)


@pytest.mark.parametrize("count", range(0, 12))
@pytest.mark.parametrize("today", [TODAY, date(2026, 11, 22), date(2027, 2, 9), date(2026, 8, 22)])
def test_working_days_back_say_what_has_come(today, count):
    """That some working days after a day have come means that it lies before the limit, whatever days are off."""
    limit = care_rules.working_days_back(today, count)
    for back in range(60):
        day = today - back * DAY
        assert (care_rules.working_days_after(day, count) <= today) == (day < limit)


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
    assert {rule for rule, _step in settled} == {
        "renewal",
        "collection",
        "request",
        "band_dropped",
        "birthday",
        "anniversary",
    }
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


def numbers_of(rule):
    """Made-up numbers of a rule within their limits: small ones, where days off matter, and those it has at first."""
    return st.fixed_dictionaries(
        {
            number.name: st.integers(number.least, min(number.most, number.least + 40))
            | st.just(number.default)
            for number in CATALOG[rule].numbers
        }
    )


def set_to(rule, days):
    RuleSetting.objects.update_or_create(rule=rule, defaults={"days": days})


DAYS = st.integers(-400, 200)
# A Monday before a holiday, a Friday, a Sunday, and the eve of Tết.
TODAYS = st.sampled_from([TODAY, date(2026, 11, 27), date(2026, 11, 22), date(2027, 2, 4)])


@pytest.fixture
def on(time_machine):
    """Moves the clock to 9 o'clock of a day and returns it."""

    def move(day):
        time_machine.move_to(f"{day.isoformat()}T09:00+07:00", tick=False)
        return day

    return move


@BOOKS
@given(
    rows=st.lists(st.tuples(DAYS, st.none() | st.integers(0, 30)), max_size=12),
    days=numbers_of("milestone"),
    today=TODAYS,
)
def test_milestones_equal_the_rule(lead, on, rows, days, today):
    set_to("milestone", days)
    contract, expected = make.contract(fresh(lead), ends_in=None), {}
    on(today)
    for due_in, done_ago in rows:
        done_on = None if done_ago is None else today - done_ago * DAY
        row = make.milestone(contract, due_in=due_in, done_on=done_on)
        expected[row.pk] = care_rules.milestone_step(
            due_on=row.due_on, done_on=done_on, today=today, days=days, made_on=today
        )
    refresh_care_follow_ups()
    assert found() == wanted(expected)


@BOOKS
@given(
    rows=st.lists(st.tuples(DAYS, st.booleans(), st.integers(0, 180)), max_size=12),
    days=numbers_of("renewal"),
)
def test_renewals_equal_the_rule(lead, rows, days):
    set_to("renewal", days)
    client, expected = fresh(lead), {}
    for ends_in, renews_itself, notice in rows:
        row = make.contract(
            client, starts_in=-500, ends_in=ends_in, auto_renews=renews_itself, notice_days=notice
        )
        expected[row.pk] = care_rules.renewal_step(
            ends_on=row.ends_on, today=TODAY, days=days, renews_itself=renews_itself, notice_days=notice
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
@given(
    rows=st.lists(st.tuples(HOURS, HOURS, st.booleans()), max_size=12), days=numbers_of("issue"), today=TODAYS
)
def test_issues_equal_the_rule(lead, on, rows, days, today):
    set_to("issue", days)
    on(today)
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
            response_due=None if answered else response,
            resolution_due=resolution,
            now=now,
            today=today,
            days=days,
        )
    refresh_care_follow_ups()
    assert found() == wanted(expected)


@BOOKS
@given(ago=st.lists(st.integers(0, 40), max_size=10), days=numbers_of("issue"))
def test_satisfaction_equals_the_rule(lead, ago, days):
    set_to("issue", days)
    client, expected = fresh(lead), {}
    for days_ago in ago:
        row = scene.resolved_issue(client, days_ago=days_ago)
        if days_ago <= care_rules.SATISFACTION_WITHIN_DAYS:
            day = timezone.localdate(row.resolved_at, house_zone())
            expected[row.pk] = ("satisfaction", care_rules.satisfaction_due_on(day, days))
    refresh_care_follow_ups()
    assert found() == expected


BANDS = st.sampled_from(["healthy", "watch", "at_risk", "unknown"])


@BOOKS
@given(
    rows=st.lists(
        st.tuples(BANDS, BANDS, st.none() | BANDS, st.integers(0, 45), st.booleans(), st.booleans()),
        max_size=8,
    ),
    days=numbers_of("band_dropped"),
)
def test_fallen_bands_equal_the_rule(lead, rows, days):
    set_to("band_dropped", days)
    fresh(lead)
    expected = {}
    for band, shown, former, ago, asked, is_key in rows:
        client = make.client(lead=lead, segment="key" if is_key else "major")
        since = TODAY - ago * DAY
        scene.health(client, band, since=since, shown=shown, former=former)
        if asked:
            make.follow_up(client, lead, rule="band_dropped", reason="")
        due_on = care_rules.band_dropped_due_on(
            band=band,
            shown=shown,
            former=former,
            since=since,
            today=TODAY,
            days=days,
            is_key=is_key,
            asked=asked,
        )
        expected[client.pk] = due_on
    refresh_care_follow_ups()
    found = FollowUp.objects.open().filter(rule="band_dropped").values_list("client", "due_on")
    assert dict(found) == wanted(expected)


@BOOKS
@given(
    rows=st.lists(st.tuples(st.integers(0, 800), st.booleans()), max_size=8),
    days=numbers_of("birthday"),
    today=TODAYS | st.sampled_from([date(2027, 2, 27), date(2028, 2, 28), date(2026, 12, 31)]),
)
def test_days_to_remember_equal_the_rule(lead, on, rows, days, today):
    set_to("birthday", days)
    set_to("anniversary", days)
    fresh(lead)
    on(today)
    birthdays, anniversaries = {}, {}
    for back, leap in rows:
        first = date(1988, 2, 29) if leap else today - (back - 20) * DAY
        client = make.client(lead=lead)
        person = make.contact(client, birthday=first)
        make.contract(client, starts_on=first, ends_in=None)
        remembered = care_rules.day_to_remember(first=first, today=today, days=days)
        birthdays[person.pk] = remembered and remembered[1]
        remembered = care_rules.day_to_remember(first=first, today=today, days=days, from_year=1)
        anniversaries[client.pk] = remembered and remembered[1]
    refresh_care_follow_ups()
    rows = FollowUp.objects.open()
    assert dict(rows.filter(rule="birthday").values_list("subject_id", "due_on")) == wanted(birthdays)
    assert dict(rows.filter(rule="anniversary").values_list("client", "due_on")) == wanted(anniversaries)


@BOOKS
@given(rows=st.lists(DAYS, max_size=12), days=numbers_of("plan_action"), today=TODAYS)
def test_actions_of_the_plan_equal_the_rule(lead, on, rows, days, today):
    set_to("plan_action", days)
    client, expected = fresh(lead), {}
    on(today)
    for due_in in rows:
        row = scene.plan_action(client, lead, due_on=today + due_in * DAY)
        expected[row.pk] = care_rules.plan_action_due_on(
            due_on=row.due_on, today=today, days=days, made_on=today
        )
    refresh_care_follow_ups()
    assert dict(FollowUp.objects.open().values_list("subject_id", "due_on")) == wanted(expected)
