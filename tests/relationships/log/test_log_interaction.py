"""What logging a touch does: one row, what it closes, what it plans, and which dates it moves."""

import datetime
import threading
import uuid
import zoneinfo

import pytest
from django.db import connections
from django.utils import timezone

from clients.models import Client
from clients.services.changes import KeyUsedElsewhere
from relationships.models import FollowUp, Interaction
from relationships.services.interactions import log_interaction
from tests import factories as make

pytestmark = pytest.mark.django_db
date = datetime.date
MONDAY = "2026-11-23T09:00+07:00"


@pytest.fixture(autouse=True)
def monday(time_machine):
    time_machine.move_to(MONDAY, tick=False)


@pytest.fixture
def lan(db):
    return make.user("Lan Nguyễn")


@pytest.fixture
def alpha(lan):
    return make.client("Alpha Thép Việt", lead=lan, segment="major")


@pytest.fixture
def log(lan, alpha):
    def log(kind="call", **fields):
        fields = {"client": alpha, "author": lan, "idempotency_key": uuid.uuid4(), "kind": kind} | fields
        return log_interaction(**fields)

    return log


def days_ago(days, hour=12):
    day = timezone.localdate() - datetime.timedelta(days=days)
    return timezone.make_aware(datetime.datetime.combine(day, datetime.time(hour)))


def open_rules(client):
    return sorted(client.follow_ups.open().values_list("rule", flat=True))


def test_log_writes_the_touch_and_plans_the_next_by_cadence(log, alpha, lan):
    logged = log()
    alpha.refresh_from_db()
    assert logged.created and logged.interaction.reached
    assert logged.interaction.occurred_on == date(2026, 11, 23)
    assert alpha.last_interaction_at == timezone.now()
    assert (alpha.last_reached_on, alpha.contact_due_on) == (date(2026, 11, 23), date(2026, 12, 23))
    assert logged.next_follow_up.rule == "cadence"
    assert (logged.next_follow_up.due_on, logged.next_follow_up.assignee) == (date(2026, 12, 23), lan)
    assert logged.next_follow_up.facts == {
        "cadence_days": 30,
        "last_reached_on": "2026-11-23",
        "contact_due_on": "2026-12-23",
    }
    assert alpha.next_follow_up_on == date(2026, 12, 23)


def test_log_marks_health_stale_and_hastens_scoring(
    log, alpha, monkeypatch, django_capture_on_commit_callbacks
):
    sent = []
    monkeypatch.setattr(
        "relationships.services.interactions.score_clients.apply_async", lambda args: sent.append(args)
    )
    with django_capture_on_commit_callbacks(execute=True):
        log()
    alpha.refresh_from_db()
    assert alpha.health_stale_since is not None
    assert sent == [([alpha.pk],)]


def test_day_is_the_one_where_it_was_logged(log):
    late_evening = datetime.datetime(2026, 11, 22, 18, 30, tzinfo=datetime.UTC)  # 01:30 on the 23rd in Ha Noi
    with timezone.override(zoneinfo.ZoneInfo("Europe/Berlin")):
        assert log(occurred_at=late_evening).interaction.occurred_on == date(2026, 11, 22)
    assert log(occurred_at=late_evening).interaction.occurred_on == date(2026, 11, 23)


def test_second_call_with_the_same_key_changes_nothing(log, alpha, lan):
    key = uuid.uuid4()
    due = make.follow_up(alpha, lan)
    first = log(idempotency_key=key, next_step="Send the offer", next_step_on=date(2026, 11, 25))
    again = log(idempotency_key=key, next_step="Send the offer", next_step_on=date(2026, 11, 25))
    assert (first.created, again.created) == (True, False)
    assert again.interaction == first.interaction
    assert again.closed_follow_ups == [due]
    assert Interaction.objects.count() == 1
    assert FollowUp.objects.open().count() == 2


def test_key_of_another_client_is_refused(log, lan):
    key = uuid.uuid4()
    log(idempotency_key=key)
    with pytest.raises(KeyUsedElsewhere):
        log(idempotency_key=key, client=make.client(lead=lan))


def test_contacts_and_follow_ups_of_other_clients_are_refused(log, lan):
    beta = make.client(lead=lan)
    for foreign in (
        {"contacts": [make.contact(beta)]},
        {"closes": [make.follow_up(beta, lan)]},
        {"keeps": [make.follow_up(beta, lan)]},
    ):
        with pytest.raises(ValueError, match="client's own"):
            log(**foreign)
    assert not Interaction.objects.exists()


def test_contacts_met_are_kept(log, alpha):
    contact = make.contact(alpha)
    assert list(log(contacts=[contact]).interaction.contacts.all()) == [contact]


# --- What it closes --------------------------------------------------------------------------------------------------


def test_reached_touch_closes_the_cadence_and_opens_the_next(log, alpha):
    first = log(occurred_at=days_ago(40)).next_follow_up
    logged = log()
    assert logged.closed_follow_ups == [first]
    first.refresh_from_db()
    assert (first.status, first.closed_by_interaction) == ("done", logged.interaction)
    assert alpha.follow_ups.open().get().due_on == date(2026, 12, 23)


def test_touch_that_did_not_reach_closes_and_resets_nothing(log, alpha, lan):
    log(occurred_at=days_ago(40))
    call = make.follow_up(alpha, lan, due_in=-1, kind="call")
    before = Client.objects.get(pk=alpha.pk)
    logged = log("call", reached=False, closes=[call])
    alpha.refresh_from_db()
    assert (logged.closed_follow_ups, logged.left_open) == ([], [call])
    assert open_rules(alpha) == ["cadence", "manual"]
    assert (alpha.last_reached_on, alpha.contact_due_on) == (before.last_reached_on, before.contact_due_on)
    assert alpha.last_interaction_at == timezone.now()


def test_sending_is_done_by_sending(log, alpha, lan):
    offer = make.follow_up(alpha, lan, kind="email", reason="Send the offer", due_in=3)
    logged = log("email", closes=[offer])
    assert not logged.interaction.reached
    assert logged.closed_follow_ups == [offer]


def test_unanswered_mail_never_closes_the_cadence_even_when_named(log, alpha):
    cadence = log(occurred_at=days_ago(40)).next_follow_up
    logged = log("email", closes=[cadence])
    assert (logged.closed_follow_ups, logged.left_open) == ([], [cadence])


def test_due_follow_ups_of_the_same_kind_are_closed_and_no_others(log, alpha, lan):
    due = make.follow_up(alpha, lan, kind="call", due_in=-2)
    later = make.follow_up(alpha, lan, kind="call", due_in=2)
    meeting = make.follow_up(alpha, lan, kind="meeting", due_in=-2)
    elsewhere = make.follow_up(make.client(lead=lan), lan, kind="call", due_in=-2)
    assert log("call").closed_follow_ups == [due]
    assert set(FollowUp.objects.open().filter(rule="manual")) == {later, meeting, elsewhere}


def test_named_follow_up_is_closed_whatever_its_kind_and_day(log, alpha, lan):
    meeting = make.follow_up(alpha, lan, kind="meeting", due_in=9)
    assert log("call", closes=[meeting]).closed_follow_ups == [meeting]


def test_kept_follow_up_stays_open(log, alpha, lan):
    due = make.follow_up(alpha, lan, kind="call", due_in=-2)
    assert log("call", keeps=[due]).closed_follow_ups == []
    due.refresh_from_db()
    assert due.status == "open"


def test_introduction_of_a_new_lead_is_closed_by_any_contact(log, alpha, lan):
    hello = make.follow_up(alpha, lan, rule="handover", reason="", kind="call")
    assert log("visit").closed_follow_ups == [hello]


# --- Back-dated touches ----------------------------------------------------------------------------------------------


def test_back_dated_touch_counts_for_its_day(log, alpha):
    log(occurred_at=days_ago(10))
    alpha.refresh_from_db()
    assert (alpha.last_reached_on, alpha.contact_due_on) == (date(2026, 11, 13), date(2026, 12, 13))
    assert alpha.next_follow_up_on == date(2026, 12, 11)  # the 13th is a Sunday


def test_older_touch_than_the_last_moves_nothing_back(log, alpha):
    newest = log(occurred_at=days_ago(5))
    before = Client.objects.get(pk=alpha.pk)
    older = log(occurred_at=days_ago(20))
    alpha.refresh_from_db()
    assert alpha.last_interaction_at == before.last_interaction_at
    assert (alpha.last_reached_on, alpha.contact_due_on) == (before.last_reached_on, before.contact_due_on)
    assert older.closed_follow_ups == []
    assert alpha.follow_ups.open().get() == newest.next_follow_up


def test_touch_before_a_follow_up_was_planned_does_not_close_it(log, alpha, lan):
    due = make.follow_up(alpha, lan, kind="call")
    assert due not in log("call", occurred_at=days_ago(3)).closed_follow_ups


# --- The next step ---------------------------------------------------------------------------------------------------


def test_next_step_is_planned_beside_the_cadence(log, alpha, lan):
    logged = log("meeting", next_step="Send the offer", next_step_on=date(2026, 11, 25))
    step = alpha.follow_ups.open().get(rule="next_step")
    assert (step.reason, step.due_on, step.kind, step.assignee) == (
        "Send the offer",
        date(2026, 11, 25),
        "meeting",
        lan,
    )
    assert logged.next_follow_up == step
    assert open_rules(alpha) == ["cadence", "next_step"]
    alpha.refresh_from_db()
    assert alpha.next_follow_up_on == date(2026, 11, 25)


def test_same_next_step_again_moves_the_open_one(log, alpha):
    log("email", next_step="Send the offer", next_step_on=date(2026, 11, 25))
    log("email", next_step="Send the offer", next_step_on=date(2026, 11, 30))
    assert alpha.follow_ups.open().get(rule="next_step").due_on == date(2026, 11, 30)


def test_day_alone_is_a_next_step_and_an_event_asks_for_a_task(log, alpha):
    log("event", next_step_on=date(2026, 11, 25))
    assert alpha.follow_ups.open().get(rule="next_step").kind == "task"


# --- Whose client ----------------------------------------------------------------------------------------------------


def test_cadence_is_for_the_lead_whoever_logs(log, alpha, lan):
    senior = make.user("Sơn Phạm", tier_code="senior")
    logged = log(author=senior, next_step="Ask again", next_step_on=date(2026, 11, 25))
    assert logged.next_follow_up.assignee == senior
    assert alpha.follow_ups.open().get(rule="cadence").assignee == lan


def test_client_without_a_lead_or_lost_gets_no_cadence(log, lan):
    orphan = make.client()
    lost = make.client(lead=lan, status="lost", lost_on=date(2026, 11, 1))
    assert log(client=orphan).next_follow_up is None
    assert log(client=lost).next_follow_up is None


@pytest.mark.django_db(transaction=True)
def test_double_click_at_the_same_moment_logs_once(monkeypatch):
    monkeypatch.setattr("relationships.services.interactions.score_clients.apply_async", lambda args: None)
    lan = make.user()
    client = make.client(lead=lan)
    key = uuid.uuid4()
    start, results = threading.Barrier(5), []

    def click():
        try:
            start.wait()
            results.append(
                log_interaction(
                    client=client,
                    author=lan,
                    idempotency_key=key,
                    kind="call",
                    next_step="Send the offer",
                    next_step_on=date(2026, 11, 25),
                )
            )
        finally:
            connections.close_all()

    threads = [threading.Thread(target=click) for _number in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(result.created for result in results) == [False] * 4 + [True]
    assert len({result.interaction.pk for result in results}) == 1
    assert Interaction.objects.count() == 1
    assert open_rules(client) == ["cadence", "next_step"]
