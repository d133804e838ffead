"""The jobs under real workers: killed in the middle, run twice at once, sent by two beats."""

import datetime

import pytest
from django.utils import timezone

from clients.models import Assignment, Client
from relationships import tasks
from relationships.health import refresh
from relationships.models import Delivery, FollowUp, HealthScore, HealthSnapshot, Interaction
from tests import factories as make
from tests import processes

pytestmark = pytest.mark.django_db(transaction=True)


def many_clients(count, lead):
    """`count` led clients, each with one touch, and none scored yet."""
    rows = Client.objects.bulk_create((Client(name=f"Client {n}") for n in range(count)), batch_size=1000)
    started = timezone.now() - datetime.timedelta(days=200)
    Assignment.objects.bulk_create(
        (Assignment(client=row, user=lead, started_at=started, reason="Set up in a test") for row in rows),
        batch_size=1000,
    )
    moment = timezone.now() - datetime.timedelta(days=120)
    day = timezone.localdate(moment)
    Interaction.objects.bulk_create(
        (Interaction(client=row, occurred_at=moment, occurred_on=day, sentiment=1) for row in rows),
        batch_size=1000,
    )


def scores():
    return dict(HealthScore.objects.values_list("client_id", "score"))


def test_a_worker_killed_in_the_middle_of_scoring_loses_and_doubles_nothing():
    count = 8_000
    many_clients(count, make.user())
    with processes.running_worker() as worker:
        tasks.score_all_clients.delay()
        processes.wait_until(HealthScore.objects.exists, "scoring did not begin", seconds=90)
        processes.kill(worker)
    reached = HealthScore.objects.count()
    assert 0 < reached < count
    with processes.running_worker():
        tasks.score_all_clients.delay()  # what beat sends within the hour
        tasks.score_all_clients.delay()
        processes.wait_until(lambda: HealthScore.objects.count() == count, "scoring was not made up for", 60)
    by_workers = scores()
    refresh.score_clients()
    assert scores() == by_workers
    assert set(by_workers.values()) != {None}
    assert HealthSnapshot.objects.count() == count


def test_two_beats_and_a_worker_have_the_effect_of_one(tmp_path, monkeypatch):
    monkeypatch.setenv("TEND_SWEEP_SECONDS", "0.5")
    lead = make.user()
    row = make.client(lead=lead)
    make.interaction(row, days_ago=100)
    make.follow_up(row, lead, due_in=-1)
    Client.objects.filter(pk=row.pk).mark_health_stale()

    def done():
        delivered = Delivery.objects.filter(channel="in_app", status="sent").exists()
        return delivered and not Client.objects.filter(health_stale_since__isnull=False).exists()

    with (
        processes.running_worker(),
        processes.running_beat(tmp_path / "one"),
        processes.running_beat(tmp_path / "two"),
    ):
        processes.wait_until(done, "the beats did not get the work done", 60)
        for _ in range(3):  # three more sweeps of what is done already
            Client.objects.filter(pk=row.pk).mark_health_stale()
            processes.wait_until(done, "a later sweep did not come", 30)
    assert HealthScore.objects.count() == HealthSnapshot.objects.count() == 1
    assert Delivery.objects.filter(channel="in_app").count() == 1
    assert FollowUp.objects.open().filter(rule="cadence").count() <= 1


def test_every_job_twice_at_once_has_one_effect(worker):
    lead = make.user()
    row = make.client(lead=lead)
    make.interaction(row, days_ago=100)
    make.follow_up(row, lead, due_in=0)
    Client.objects.filter(pk=row.pk).mark_health_stale()
    for _ in range(3):
        for task in (tasks.sweep_changed_clients, tasks.generate_follow_ups, tasks.deliver_reminders):
            task.delay()
            task()
    tasks.score_clients.delay([row.pk])
    processes.wait_until(
        lambda: Delivery.objects.filter(channel="in_app", status="sent").count() == 2,
        "reminders did not arrive",
    )
    assert FollowUp.objects.open().count() == 2  # the manual one, and one of the cadence
    assert HealthScore.objects.count() == HealthSnapshot.objects.count() == 1
