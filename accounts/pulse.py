"""Signs of life of the worker and of beat, kept in Redis; /healthz reads them.

The keys carry the time of the last sign and die by themselves, so a stopped process is seen within a minute.
"""

import logging
import time

import redis
from django.conf import settings

WORKER, BEAT = "worker", "beat"
FRESH_FOR_SECONDS = 30

logger = logging.getLogger(__name__)
_clients = {}
_last = {}


def redis_client():
    """One redis-py client per URL and process, with timeouts short enough for a web request."""
    url = settings.REDIS_URL
    if url not in _clients:
        address = url.replace("redis+socket://", "unix://", 1).replace("virtual_host=", "db=")
        _clients[url] = redis.Redis.from_url(address, socket_timeout=1, socket_connect_timeout=0.5)
    return _clients[url]


def _key(name):
    return f"{settings.CELERY_BROKER_TRANSPORT_OPTIONS['global_keyprefix']}pulse:{name}"


def beat(name):
    """Leave a sign of life for `name`, at most every 5 s. Never raises: a process outlives its Redis."""
    now = time.monotonic()
    if now - _last.get(name, -60) < 5:
        return
    _last[name] = now
    try:
        redis_client().set(_key(name), int(time.time()), ex=600)
    except redis.RedisError as error:
        logger.warning("No sign of life could be left for %s: %s", name, error)


def ages():
    """Seconds since the last sign of life: {"worker": 3, "beat": None}. Raises redis.RedisError."""
    now = time.time()
    values = redis_client().mget([_key(WORKER), _key(BEAT)])
    return {
        name: None if value is None else max(0, round(now - int(value)))
        for name, value in zip((WORKER, BEAT), values, strict=True)
    }


def forget(name):
    """Drop the sign of life of a process that has been stopped."""
    redis_client().delete(_key(name))
