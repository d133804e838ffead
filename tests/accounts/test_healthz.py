"""/healthz says which part is not fresh."""

import time

import pytest
import redis

from accounts import pulse


@pytest.fixture(autouse=True)
def _no_signs():
    pulse._last.clear()
    pulse.forget(pulse.WORKER)
    pulse.forget(pulse.BEAT)


def test_healthz_is_ok_when_all_are_fresh(db, client):
    pulse.beat(pulse.WORKER)
    pulse.beat(pulse.BEAT)
    answer = client.get("/healthz")
    assert answer.status_code == 200
    assert answer.json() == {"ok": True, "database": "ok", "redis": "ok", "worker": "ok", "beat": "ok"}


def test_healthz_names_a_worker_that_never_started(db, client):
    pulse.beat(pulse.BEAT)
    answer = client.get("/healthz")
    assert answer.status_code == 503
    assert answer.json()["worker"] == "no sign of life"
    assert answer.json()["beat"] == "ok"


def test_healthz_names_a_beat_that_stopped(db, client):
    pulse.beat(pulse.WORKER)
    pulse.redis_client().set(pulse._key(pulse.BEAT), int(time.time()) - 90)
    answer = client.get("/healthz")
    assert answer.status_code == 503
    assert answer.json()["beat"].startswith("last seen ")


def test_healthz_names_redis_when_it_does_not_answer(db, client, settings):
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    answer = client.get("/healthz")
    assert answer.status_code == 503
    assert answer.json()["redis"] == "no answer"
    assert answer.json()["database"] == "ok"


def test_pulse_never_raises_without_redis(settings, caplog):
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    pulse.beat(pulse.WORKER)
    assert "No sign of life could be left for worker" in caplog.text
    with pytest.raises(redis.RedisError):
        pulse.ages()
