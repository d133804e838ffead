"""Rules about the client as a whole: health that fell, a missing next step, days to remember, the plan."""

import uuid

import pytest

from clients.models import Client
from relationships.followups import wording
from relationships.followups.care import Refreshed, refresh_after_scoring, refresh_care_follow_ups
from relationships.models import FollowUp, HealthScore, PlanAction
from relationships.services.follow_ups import complete_follow_up, plan_follow_up
from relationships.services.interactions import log_interaction
from relationships.tasks import sweep_changed_clients
from tests import factories as make
from tests.relationships.followups import care_scenes as scene
from tests.relationships.followups.care_scenes import TODAY, ago, date, one, open_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def monday(time_machine):
    time_machine.move_to(scene.MONDAY, tick=False)
    return time_machine


@pytest.fixture
def lan(db):
    return make.user("Lan Nguyễn")


@pytest.fixture
def key(lan):
    return make.client("Alpha", lead=lan, segment="key", last_reached_on=ago(1))


def said(follow_up):
    return wording.what(follow_up), wording.why(follow_up, TODAY)


# --- Health ----------------------------------------------------------------------------------------------------------


def test_band_that_fell_is_looked_into_until_it_is_back(key, lan):
    scene.health(key, "at_risk", since=date(2026, 11, 20), former="watch")
    assert refresh_care_follow_ups() == Refreshed(opened=1)
    fell = one(key, "band_dropped")
    assert (fell.due_on, fell.kind, fell.assignee) == (
        date(2026, 11, 20),
        "call",
        lan,
    )  # a key client: at once
    assert fell.facts == {
        "key": "band:at_risk:2026-11-20",
        "band": "at_risk",
        "from": "watch",
        "since": "2026-11-20",
    }
    assert said(fell) == (
        "Find out what is wrong: their health is at risk",
        "Health fell from “Watch” to “At risk” on Fri, Nov 20.",
    )
    scene.health(key, "watch", since=TODAY, former="at_risk")
    assert refresh_care_follow_ups() == Refreshed(closed=1)
    fell.refresh_from_db()
    assert (fell.status, fell.facts["over"]) == ("closed", "condition")


def test_each_fall_asks_once(key, lan):
    scene.health(key, "watch", since=ago(3), former="healthy")
    refresh_care_follow_ups()
    complete_follow_up(follow_up=one(key, "band_dropped"), by=lan)
    assert refresh_care_follow_ups() == Refreshed()
    scene.health(key, "at_risk", since=TODAY, former="watch")
    assert refresh_care_follow_ups() == Refreshed(opened=1)


@pytest.mark.parametrize("former", ["unknown", None, "watch", "at_risk"])
def test_what_was_not_known_or_no_better_is_no_fall(key, former):
    scene.health(key, "watch", since=ago(3), former=former)
    assert refresh_care_follow_ups() == Refreshed()


def test_a_word_that_all_is_well_ends_it(key):
    scene.health(key, "at_risk", since=ago(3), former="healthy")
    refresh_care_follow_ups()
    HealthScore.objects.update(shown_band="watch")
    assert refresh_care_follow_ups() == Refreshed(changed=1)
    assert one(key, "band_dropped").facts["band"] == "watch"
    HealthScore.objects.update(shown_band="healthy")
    assert refresh_care_follow_ups() == Refreshed(closed=1)


def test_an_old_fall_is_no_news_but_stays_where_it_was_asked(key, monday):
    scene.health(key, "watch", since=ago(31), former="healthy")
    assert refresh_care_follow_ups() == Refreshed()
    scene.health(key, "watch", since=ago(30), former="healthy")
    assert refresh_care_follow_ups() == Refreshed(opened=1)
    monday.move_to("2026-12-21T09:00+07:00", tick=False)
    refresh_care_follow_ups()
    assert open_of(key, "band_dropped").exists()


def test_fall_is_asked_about_within_the_minute(key, monday):
    """The sweep that scores a changed client opens it: the score itself says what fell."""
    make.interaction(key, days_ago=1, kind="meeting", reached=True, sentiment=2)
    sweep_changed_clients()
    HealthScore.objects.update(band="healthy", shown_band="healthy")
    scene.health(key, "healthy", since=ago(20))
    make.issue(key, severity=10, opened_ago_days=9)
    Client.objects.filter(pk=key.pk).mark_health_stale()
    sweep_changed_clients()
    score = HealthScore.objects.get()
    assert (score.band, score.band_since) != ("healthy", ago(20))
    assert one(key, "band_dropped").facts["band"] == score.shown_band


def test_after_scoring_only_who_changes_is_locked(key, django_assert_num_queries):
    with django_assert_num_queries(2):  # the settings, and what differs
        assert refresh_after_scoring([key.pk]) == Refreshed()
    assert refresh_after_scoring([]) == Refreshed()


# --- Next step -------------------------------------------------------------------------------------------------------


def silent(lan, days, **fields):
    return make.client("Beta", lead=lan, segment="key", last_reached_on=ago(days), **fields)


def test_client_without_a_plan_is_asked_for_one_after_two_weeks(lan):
    assert not silent(lan, 13).follow_ups.exists()
    beta = silent(lan, 40)
    make.follow_up(beta, lan, rule="cadence", reason="")
    refresh_care_follow_ups()
    asked = one(beta, "no_next_step")
    assert (asked.due_on, asked.kind) == (TODAY, "task")
    assert said(asked) == ("Plan a next step", "Nothing is planned, and the last contact was 40 days ago.")
    assert FollowUp.objects.filter(rule="no_next_step").count() == 1


def test_it_stays_on_its_day_and_does_not_count_itself(lan, monday):
    beta = silent(lan, 40)
    refresh_care_follow_ups()
    monday.move_to("2026-11-26T09:00+07:00", tick=False)
    assert refresh_care_follow_ups() == Refreshed()
    assert one(beta, "no_next_step").due_on == TODAY


def test_a_plan_by_hand_closes_it_at_once_and_one_by_rule_with_the_run(lan):
    beta, gamma = silent(lan, 40), silent(lan, 40)
    refresh_care_follow_ups()
    plan_follow_up(client=beta, assignee=lan, due_on=TODAY, kind="call", reason="Ask", by=lan)
    assert not open_of(beta, "no_next_step")
    make.contract(gamma, ends_in=20)
    assert refresh_care_follow_ups() == Refreshed(opened=1, closed=1)
    assert refresh_care_follow_ups() == Refreshed()


def test_a_rule_that_asks_from_this_run_on_is_a_plan_already(lan):
    beta = silent(lan, 40)
    make.contract(beta, ends_in=20)
    make.invoice(beta, days_late=9)
    refresh_care_follow_ups()
    assert set(FollowUp.objects.values_list("rule", flat=True)) == {"renewal", "collection"}


def test_done_without_a_plan_it_is_asked_again_after_as_long(lan, monday):
    beta = silent(lan, 40)
    refresh_care_follow_ups()
    complete_follow_up(follow_up=one(beta, "no_next_step"), by=lan)
    assert refresh_care_follow_ups() == Refreshed()
    monday.move_to("2026-12-08T09:00+07:00", tick=False)
    assert refresh_care_follow_ups() == Refreshed(opened=1)


def test_client_never_reached_counts_from_their_first_day(lan):
    make.client(lead=lan, segment="key", since_days=13)
    beta = make.client(lead=lan, segment="key", since_days=14)
    refresh_care_follow_ups()
    assert said(one(beta, "no_next_step"))[1] == (
        "Nothing is planned, and no contact has been logged in the 14 days we have looked after them."
    )


# --- Days ------------------------------------------------------------------------------------------------------------


def test_birthday_is_asked_for_before_a_weekend_and_three_days_after(lan, monday):
    alpha = make.client(lead=lan)
    person = make.contact(alpha, "Hoa", birthday=date(1980, 11, 29))  # a Sunday
    make.contact(alpha, birthday=date(1980, 11, 29), left_on=ago(9))
    monday.move_to("2026-11-26T09:00+07:00", tick=False)
    assert refresh_care_follow_ups() == Refreshed()
    monday.move_to("2026-11-27T09:00+07:00", tick=False)
    refresh_care_follow_ups()
    asked = one(alpha, "birthday")
    assert (asked.due_on, asked.subject_id, asked.kind) == (date(2026, 11, 27), person.pk, "message")
    assert wording.what(asked) == "Congratulate Hoa on their birthday"
    assert wording.why(asked, date(2026, 11, 27)) == "It is in 2 days, on Sun, Nov 29."
    assert wording.why(asked, date(2026, 11, 30)) == "It was 1 day ago, on Sun, Nov 29."
    monday.move_to("2026-12-02T09:00+07:00", tick=False)
    assert refresh_care_follow_ups() == Refreshed()
    monday.move_to("2026-12-03T09:00+07:00", tick=False)
    assert refresh_care_follow_ups() == Refreshed(closed=1)


def test_good_wishes_that_were_sent_are_done(lan, monday):
    alpha = make.client(lead=lan)
    make.contact(alpha, birthday=date(1980, 11, 23))
    refresh_care_follow_ups()
    wish = one(alpha, "birthday")
    log_interaction(client=alpha, author=lan, idempotency_key=uuid.uuid4(), kind="message", closes=[wish])
    wish.refresh_from_db()
    assert wish.status == "done"
    assert refresh_care_follow_ups() == Refreshed()
    monday.move_to("2027-11-23T09:00+07:00", tick=False)
    assert refresh_care_follow_ups() == Refreshed(opened=1)


def test_anniversary_counts_from_the_first_contract(lan):
    alpha = make.client(lead=lan)
    make.contract(alpha, starts_on=date(2021, 11, 30), ends_in=None)
    make.contract(alpha, starts_on=date(2024, 11, 25), ends_in=None)
    make.contract(alpha, starts_on=date(2020, 11, 24), state="lost", ends_in=None)
    make.contract(make.client(lead=lan), starts_on=date(2026, 11, 25), ends_in=None)
    refresh_care_follow_ups()
    asked = FollowUp.objects.get(rule="anniversary")
    assert (asked.client, asked.due_on, asked.facts["years"]) == (alpha, date(2026, 11, 30), 5)
    assert said(asked) == (
        "Thank them for 5 years together",
        "Their first contract began on Nov 30, 2021. It is in 7 days, on Mon, Nov 30.",
    )


# --- The plan --------------------------------------------------------------------------------------------------------


def test_action_of_the_plan_is_its_owners_three_days_before(book):
    row = scene.plan_action(book.alpha, book.senior, goal="They buy twice")
    scene.plan_action(book.alpha, book.lan, due_on=date(2026, 11, 27))
    refresh_care_follow_ups()
    asked = one(book.alpha, "plan_action")
    assert (asked.subject_id, asked.assignee, asked.due_on) == (row.pk, book.senior, date(2026, 11, 26))
    assert said(asked) == (
        "Show them the new line",
        "Of the plan: They buy twice. To be done by Thu, Nov 26.",
    )
    PlanAction.objects.filter(pk=row.pk).update(state="done", closed_on=TODAY)
    assert refresh_care_follow_ups() == Refreshed(closed=1)


def test_what_is_written_down_on_a_day_off_for_that_day_is_not_late_at_once(book, monday):
    monday.move_to("2026-11-22T09:00+07:00")  # a Sunday
    sunday = date(2026, 11, 22)
    scene.plan_action(book.alpha, book.lan, due_on=sunday)
    scene.commitment(book.alpha, due_on=sunday)
    scene.intake(book.alpha, kick_off_by=sunday)
    refresh_care_follow_ups()
    assert one(book.alpha, "plan_action").due_on == sunday
    assert one(book.alpha, "commitment").due_on == sunday
    assert one(book.alpha, "kick_off").due_on == sunday
    monday.move_to("2026-11-24T09:00+07:00")
    assert refresh_care_follow_ups() == Refreshed()


def test_what_was_written_down_before_a_weekend_is_due_on_the_friday(book, monday):
    monday.move_to("2026-11-20T09:00+07:00")
    scene.plan_action(book.alpha, book.lan, due_on=date(2026, 11, 22))
    refresh_care_follow_ups()
    assert one(book.alpha, "plan_action").due_on == date(2026, 11, 20)
