"""A person's word over the computed health: begun, replaced, ended, run out, and judged."""

import datetime
import threading
import uuid

import pytest
from django.db import connection
from django.utils import timezone

from clients.models import Band, CareEvent, Client
from clients.services.changes import KeyUsedElsewhere
from relationships.health.refresh import score_clients
from relationships.models import HealthOverride, HealthScore
from relationships.services import overrides as service
from tests import factories as make

NOON = "2026-11-16T12:00+07:00"
TODAY, TWO_WEEKS_ON = datetime.date(2026, 11, 16), datetime.date(2026, 11, 30)


@pytest.fixture(autouse=True)
def monday(time_machine):
    time_machine.move_to(NOON, tick=False)


def days(number):
    return datetime.timedelta(days=number)


def say(client, by, score=40, *, until=TWO_WEEKS_ON, key=None, **fields):
    fields.setdefault("reason", "Their new owner buys elsewhere")
    return service.override_health(
        client=client, score=score, by=by, expires_on=until, idempotency_key=key or uuid.uuid4(), **fields
    )


def made(client, by, score=40, *, days_ago=0, until=14, computed=80, **fields):
    """A row as it was written so many days ago."""
    at = timezone.now() - days(days_ago)
    return HealthOverride.objects.create(
        client=client,
        score=score,
        reason=fields.pop("reason", "Because"),
        made_by=by,
        made_at=at,
        expires_on=TODAY - days(days_ago) + days(until),
        computed_score=computed,
        **fields,
    )


def scored(client):
    score_clients([client.pk])
    return HealthScore.objects.get(client=client)


@pytest.fixture
def alpha(book):
    """Alpha, scored, healthy or nearly so."""
    make.interaction(book.alpha, kind="meeting", days_ago=3, sentiment=2, reached=True)
    make.invoice(book.alpha, issued_ago=40, days_late=10, paid=100)
    for number in range(3):
        make.contact(book.alpha, f"Contact {number}", role="decision_maker")
    assert scored(book.alpha).score > 60
    return book.alpha


def events(client):
    return list(CareEvent.objects.filter(client=client).order_by("pk").values_list("kind", flat=True))


# --- Beginning -------------------------------------------------------------------------------------------------


def test_what_is_said_is_shown_and_the_computed_score_goes_on_beneath(book, alpha):
    computed = HealthScore.objects.get(client=alpha).score
    row = say(alpha, book.lan, 40)
    alpha.refresh_from_db()
    assert alpha.health_stale_since is not None
    assert (row.made_by, row.made_at, row.computed_score) == (book.lan, timezone.now(), computed)
    event = CareEvent.objects.get(client=alpha)
    assert (event.kind, event.by, event.subject_id) == ("overridden", book.lan, row.pk)
    assert event.facts == {
        "score": 40,
        "computed": computed,
        "day": "2026-11-30",
        "reason": "Their new owner buys elsewhere",
    }
    health = scored(alpha)
    assert (health.shown_score, health.shown_band, health.override) == (40, Band.AT_RISK, row)
    assert health.score == computed
    alpha.refresh_from_db()
    assert (alpha.health_score, alpha.health_band) == (40, Band.AT_RISK)


def test_a_client_whose_score_is_not_known_can_be_spoken_for(book):
    gamma = make.client("Gamma", lead=book.lan, since_days=1)
    assert scored(gamma).score is None
    assert say(gamma, book.lan, 80).computed_score is None
    assert scored(gamma).shown_band == Band.HEALTHY


def test_double_click_counts_once(book, alpha):
    key = uuid.uuid4()
    assert say(alpha, book.lan, key=key) == say(alpha, book.lan, key=key)
    assert events(alpha) == ["overridden"]


def test_key_of_another_client_is_refused(book, alpha):
    key, gamma = uuid.uuid4(), make.client("Gamma", lead=book.lan)
    say(alpha, book.lan, key=key)
    with pytest.raises(KeyUsedElsewhere):
        say(gamma, book.lan, key=key)


@pytest.mark.parametrize("ahead", [-1, 0, 31])
def test_it_lasts_until_tomorrow_at_least_and_thirty_days_at_most(book, alpha, ahead):
    with pytest.raises(service.DayOutOfReach):
        say(alpha, book.lan, until=TODAY + days(ahead))
    assert not HealthOverride.objects.exists()


@pytest.mark.parametrize("ahead", [1, 30])
def test_its_bounds_are_allowed(book, alpha, ahead):
    assert say(alpha, book.lan, until=TODAY + days(ahead)).expires_on == TODAY + days(ahead)


def test_it_says_why(book, alpha):
    with pytest.raises(service.ReasonMissing):
        say(alpha, book.lan, reason="  ")


def test_a_client_without_lead_or_a_lost_one_has_no_health_to_override(book, alpha):
    Client.objects.filter(pk=alpha.pk).update(status="lost", lost_on=TODAY)
    for client in (alpha, make.client("Gamma")):
        with pytest.raises(service.NotScored):
            say(client, book.admin)


def test_a_second_one_ends_the_first(book, alpha):
    first = say(alpha, book.lan, 40, at=timezone.now() - days(3))
    second = say(alpha, book.senior, 60, seen=first.pk)
    first.refresh_from_db()
    assert (first.ended_at, first.ended_by) == (second.made_at, book.senior)
    assert first.was_right is False  # nothing has moved
    assert events(alpha) == ["overridden", "override_ended", "overridden"]
    assert scored(alpha).shown_score == 60


def test_another_one_than_was_seen_is_a_conflict(book, alpha):
    running = say(alpha, book.lan, 40)
    for seen in (None, running.pk + 1):
        with pytest.raises(service.OverrideChanged) as caught:
            say(alpha, book.senior, 60, seen=seen)
        assert caught.value.running == running
    service.end_override(override=running, by=book.lan)
    with pytest.raises(service.OverrideChanged) as caught:
        say(alpha, book.senior, 60, seen=running.pk)
    assert caught.value.running is None
    assert HealthOverride.objects.count() == 1


def test_one_that_has_run_out_is_no_conflict(book, alpha):
    old = made(alpha, book.lan, days_ago=20, until=14)
    say(alpha, book.senior, 60, seen=None)
    old.refresh_from_db()
    assert (old.ended_by, timezone.localdate(old.ended_at)) == (None, TODAY - days(5))


@pytest.mark.django_db(transaction=True)
def test_of_two_at_once_one_runs(book, alpha):
    start, said, told = threading.Barrier(2), [], []

    def work(person, score):
        try:
            start.wait()
            said.append(say(alpha, person, score, seen=None))
        except service.OverrideChanged as changed:
            told.append(changed.running)
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=pair) for pair in [(book.lan, 40), (book.senior, 60)]]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert said == told and len(said) == 1
    assert list(HealthOverride.objects.running(TODAY)) == said


# --- Ending ----------------------------------------------------------------------------------------------------


def test_ended_by_hand_the_computed_score_is_shown_again(book, alpha):
    row = say(alpha, book.lan, 40)
    ended = service.end_override(override=row, by=book.senior)
    assert (ended.ended_at, ended.ended_by) == (timezone.now(), book.senior)
    assert ended.computed_at_end == row.computed_score
    assert events(alpha) == ["overridden", "override_ended"]
    health = scored(alpha)
    assert (health.shown_score, health.override) == (health.score, None)


def test_ended_twice_stays_as_it_first_ended(book, alpha, time_machine):
    row = say(alpha, book.lan, 40)
    first = service.end_override(override=row, by=book.lan)
    time_machine.move_to("2026-11-17T12:00+07:00", tick=False)
    again = service.end_override(override=row, by=book.senior)
    assert (again.ended_at, again.ended_by) == (first.ended_at, book.lan)
    assert events(alpha).count("override_ended") == 1


@pytest.mark.parametrize(
    ("now", "ends"),
    [("2026-11-30T23:59+07:00", 0), ("2026-12-01T00:01+07:00", 1)],
    ids=["its last minute", "the minute after"],
)
def test_it_runs_out_after_its_last_day_in_the_house_zone(book, alpha, time_machine, now, ends):
    row = say(alpha, book.lan, 40)
    time_machine.move_to(now, tick=False)
    assert service.end_expired_overrides() == ends
    shown = scored(alpha)
    assert (shown.override_id == row.pk) == (not ends)
    row.refresh_from_db()
    if ends:
        midnight = datetime.datetime(2026, 12, 1, tzinfo=timezone.get_default_timezone())
        assert (row.ended_at, row.ended_by) == (midnight, None)
        event = CareEvent.objects.get(client=alpha, kind="override_ended")
        assert event.facts["automatic"] and (event.at, event.by) == (midnight, None)


def test_job_run_twice_ends_once_and_marks_the_client(book, alpha):
    made(alpha, book.lan, days_ago=20, until=14)
    made(book.omega, book.olga)
    assert [service.end_expired_overrides(), service.end_expired_overrides()] == [1, 0]
    alpha.refresh_from_db()
    assert alpha.health_stale_since is not None
    assert events(alpha) == ["override_ended"]
    assert HealthOverride.objects.get(client=book.omega).ended_at is None


@pytest.mark.django_db(transaction=True)
def test_two_jobs_at_once_end_once(book, alpha):
    for client in (alpha, book.omega):
        made(client, book.lan, days_ago=20, until=14)
    start, counts, errors = threading.Barrier(2), [], []

    def work():
        try:
            start.wait()
            counts.append(service.end_expired_overrides())
        except Exception as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _run in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert sum(counts) + service.end_expired_overrides() == 2
    assert events(alpha) == events(book.omega) == ["override_ended"]


# --- Right or wrong --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "start", "end", "right"),
    [
        (40, 80, 45, True),  # went where it was said
        (40, 80, 30, True),  # and beyond
        (40, 80, 59.9, True),
        (40, 80, 60, False),  # halfway is not nearer
        (40, 80, 78, False),
        (40, 80, 95, False),  # the other way
        (40, 80, 80, False),  # not at all
        (90, 50, 75, True),
        (0, 80, 0, True),
        (80, 80, 30, None),  # said nothing of its own
        (40, None, 30, None),
        (40, 80, None, None),
    ],
)
def test_right_is_nearer_to_what_was_said_than_to_the_start(said, start, end, right):
    assert service.was_right(score=said, computed_score=start, computed_at_end=end) is right


@pytest.mark.parametrize(("said", "right"), [(100.0, True), (0.0, False)])
def test_it_is_judged_by_what_is_computed_at_its_end(book, alpha, said, right):
    health = HealthScore.objects.get(client=alpha)
    row = made(alpha, book.lan, said, days_ago=20, until=14, computed=health.score - 20)
    service.end_expired_overrides()
    row.refresh_from_db()
    assert (row.computed_at_end, row.was_right) == (health.score, right)


def test_taken_back_on_the_same_day_it_is_not_judged(book, alpha):
    row = say(alpha, book.lan, 40)
    assert service.end_override(override=row, by=book.lan).was_right is None
