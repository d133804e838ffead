"""A broker that is away neither fails nor holds up what was saved."""

import time

import pytest
from celery import Celery
from django.db import transaction

from accounts.models import Team
from accounts.web.publishing import publish_on_commit


def never_run(number):
    """Only ever queued."""


@pytest.fixture
def task_without_broker():
    """A task of an application with our settings, whose broker refuses every connection."""
    app = Celery("away", set_as_current=False)
    app.config_from_object("django.conf:settings", namespace="CELERY")
    app.conf.broker_url = "redis://127.0.0.1:1/0"
    return app.task(never_run)


@pytest.mark.django_db(transaction=True)
def test_publishing_without_a_broker_keeps_the_save_and_returns_soon(task_without_broker, caplog):
    started = time.monotonic()
    with transaction.atomic():
        Team.objects.create(name="Kept", region="North")
        publish_on_commit(task_without_broker, 1)
    assert Team.objects.filter(name="Kept").exists()
    assert time.monotonic() - started < 5
    assert "was not queued and waits for the sweep" in caplog.text
    assert "refused" in caplog.text


@pytest.mark.django_db(transaction=True)
def test_publishing_waits_for_the_commit(task_without_broker, monkeypatch):
    sent = []
    monkeypatch.setattr(task_without_broker, "apply_async", lambda args: sent.append(args))
    with transaction.atomic():
        publish_on_commit(task_without_broker, 7)
        assert sent == []
    assert sent == [(7,)]
