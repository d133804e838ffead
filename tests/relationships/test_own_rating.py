"""The lead's own rating: who gives it, what it does to the score, and when it is asked for anew."""

import datetime
import threading
import uuid

import pytest
from django.db import connection
from django.utils import timezone

from clients.models import Band, CareEvent, Client
from clients.services.assignment import SegmentNotAllowed
from clients.services.changes import KeyUsedElsewhere
from relationships import tasks
from relationships.health.refresh import score_clients
from relationships.models import HealthScore, OwnRating
from relationships.services.handover import hand_over_client
from relationships.services.own_rating import NotTheLead, ReasonMissing, rate_relationship
from tests import factories as make

NOON = "2026-11-16T12:00+07:00"  # a Monday gone by: what it assigns has started for the database, too


@pytest.fixture(autouse=True)
def monday(time_machine):
    time_machine.move_to(NOON, tick=False)


def rate(client, by, value=4, *, key=None, **fields):
    return rate_relationship(client=client, value=value, by=by, idempotency_key=key or uuid.uuid4(), **fields)


def rated(client, by, value=4, *, days_ago=0, **fields):
    """A row as it was written so many days ago."""
    at = timezone.now() - datetime.timedelta(days=days_ago)
    return OwnRating.objects.create(
        client=client,
        value=value,
        rated_by=by,
        rated_at=at,
        rated_on=timezone.localdate(at, timezone.get_default_timezone()),
        **fields,
    )


def values_of(client):
    return list(OwnRating.objects.filter(client=client).order_by("pk").values_list("value", flat=True))


# --- Rating ----------------------------------------------------------------------------------------------------


def test_rating_is_a_row_a_timeline_entry_and_a_reason_to_score(
    book, monkeypatch, django_capture_on_commit_callbacks
):
    sent = []
    monkeypatch.setattr(tasks.score_clients, "apply_async", lambda args: sent.append(list(args)))
    with django_capture_on_commit_callbacks(execute=True):
        row = rate(book.alpha, book.lan, 4, note="  They call us first ")
        assert sent == []
    assert sent == [[[book.alpha.pk]]]
    assert (row.value, row.note, row.rated_by, row.source) == (4, "They call us first", book.lan, "own")
    assert row.rated_on == datetime.date(2026, 11, 16)
    event = CareEvent.objects.get(client=book.alpha)
    assert (event.kind, event.by, event.subject_id) == ("rated", book.lan, row.pk)
    assert event.facts == {"value": 4, "note": "They call us first"}
    book.alpha.refresh_from_db()
    assert book.alpha.health_stale_since is not None


def test_day_of_a_rating_is_that_of_the_house(book, time_machine):
    time_machine.move_to("2026-11-16T23:30+00:00", tick=False)
    with timezone.override("America/New_York"):
        assert rate(book.alpha, book.lan).rated_on == datetime.date(2026, 11, 17)


def test_same_value_again_renews_it(book):
    first = rated(book.alpha, book.lan, 4, days_ago=100)
    second = rate(book.alpha, book.lan, 4)
    assert values_of(book.alpha) == [4, 4]
    assert second.pk != first.pk


def test_double_click_counts_once(book):
    key = uuid.uuid4()
    first, second = (rate(book.alpha, book.lan, 3, key=key) for _click in range(2))
    assert first == second
    assert CareEvent.objects.filter(client=book.alpha).count() == 1


def test_used_key_does_not_pass_for_another_value_or_client(book):
    key = uuid.uuid4()
    rate(book.alpha, book.lan, 3, key=key)
    gamma = make.client("Gamma", lead=book.lan)
    for client, value in [(book.alpha, 5), (gamma, 3)]:
        with pytest.raises(KeyUsedElsewhere):
            rate(client, book.lan, value, key=key)
    assert (values_of(book.alpha), values_of(gamma)) == ([3], [])


@pytest.mark.parametrize("note", ["", "   "])
def test_red_says_why(book, note):
    with pytest.raises(ReasonMissing):
        rate(book.alpha, book.lan, 1, note=note)
    assert not OwnRating.objects.exists()


@pytest.mark.parametrize("person", ["senior", "manager", "admin", "mai", "olga"])
def test_only_the_lead_rates(book, person):
    with pytest.raises(NotTheLead):
        rate(book.alpha, getattr(book, person))
    assert not OwnRating.objects.exists()


def test_nobody_rates_a_lost_client(book):
    Client.objects.filter(pk=book.alpha.pk).update(status="lost", lost_on=timezone.localdate())
    with pytest.raises(NotTheLead):
        rate(book.alpha, book.lan)


@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_once_count_once(book):
    key, start, errors = uuid.uuid4(), threading.Barrier(2), []

    def work():
        try:
            start.wait()
            rate(book.alpha, book.lan, 3, key=key)
        except Exception as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _click in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert values_of(book.alpha) == [3]
    assert CareEvent.objects.filter(client=book.alpha).count() == 1


# --- The cap ---------------------------------------------------------------------------------------------------


def scored(client, on=None):
    score_clients([client.pk], as_of=on)
    return HealthScore.objects.get(client=client)


@pytest.fixture
def content(book):
    """Alpha, whose components are all good."""
    make.interaction(book.alpha, kind="meeting", days_ago=3, sentiment=2, reached=True)
    make.invoice(book.alpha, issued_ago=40, days_late=10, paid=100)
    for number in range(3):
        make.contact(book.alpha, f"Contact {number}", role="decision_maker")
    assert scored(book.alpha).score > 49
    return book.alpha


def test_red_caps_the_score_and_a_better_one_lifts_the_cap(book, content):
    an_hour_ago = timezone.now() - datetime.timedelta(hours=1)
    rate(content, book.lan, 1, note="They want out", at=an_hour_ago)
    health = scored(content)
    assert (health.score, health.caps, health.band) == (49, ["own_rating"], Band.AT_RISK)
    assert health.raw > 49
    rate(content, book.lan, 2)
    health = scored(content)
    assert health.caps == []
    assert health.score == health.raw


@pytest.mark.parametrize(("age", "caps"), [(0, ["own_rating"]), (90, ["own_rating"]), (91, [])])
def test_red_counts_for_ninety_days(book, content, age, caps):
    rated(content, book.lan, 1, days_ago=age, note="They want out")
    assert scored(content).caps == caps


def test_red_of_a_former_lead_goes_with_them(book, content):
    rate(content, book.lan, 1, note="They want out")
    hand_over_client(client=content, to=book.mai, by=book.admin, reason="Moved")
    assert scored(content).caps == []


# --- The handover ----------------------------------------------------------------------------------------------


def test_handover_sets_the_rating_back_to_two_for_the_new_lead(book):
    rate(book.alpha, book.lan, 5)
    hand_over_client(client=book.alpha, to=book.mai, by=book.admin, reason="Moved")
    row = OwnRating.objects.filter(client=book.alpha).newest_first().first()
    assert (row.value, row.rated_by, row.source) == (2, book.mai, "handover")
    event = CareEvent.objects.filter(client=book.alpha, kind="rated").order_by("-pk").first()
    assert (event.by, event.subject_id) == (book.admin, row.pk)
    assert event.facts == {"value": 2, "source": "handover"}


def test_handover_sent_twice_sets_it_back_once(book):
    for _click in range(2):
        hand_over_client(client=book.alpha, to=book.mai, by=book.admin, reason="Moved")
    assert values_of(book.alpha) == [2]


def test_first_lead_has_no_relationship_to_set_back(book):
    gamma = make.client("Gamma")
    hand_over_client(client=gamma, to=book.mai, by=book.admin, reason="New")
    assert values_of(gamma) == []


def test_lead_after_a_gap_takes_over_the_relationship_of_the_earlier_one(book):
    gamma = make.client("Gamma")
    ended = timezone.now() - datetime.timedelta(days=5)
    make.assignment(gamma, book.lan, ended_at=ended)
    hand_over_client(client=gamma, to=book.mai, by=book.admin, reason="New")
    assert values_of(gamma) == [2]


def test_lead_who_comes_back_after_themselves_keeps_their_rating(book):
    gamma = make.client("Gamma")
    make.assignment(gamma, book.mai, ended_at=timezone.now() - datetime.timedelta(days=5))
    rated(gamma, book.mai, 4, days_ago=20)
    hand_over_client(client=gamma, to=book.mai, by=book.admin, reason="Back")
    assert values_of(gamma) == [4]


def test_refused_handover_leaves_the_rating(book):
    rate(book.alpha, book.lan, 4)
    with pytest.raises(SegmentNotAllowed):
        hand_over_client(client=book.alpha, to=book.manager, by=book.admin, reason="No tier")
    assert values_of(book.alpha) == [4]
