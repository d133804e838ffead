"""Kombu's Redis transport with one fault mended: a worker died where Redis was restarted twice in quick succession.

A worker that loses Redis closes its connection and gives its unfinished tasks back over it. Where Redis is away again
by then, kombu 5.7 makes a new pool for a channel whose connection is closed already, and fails with an AttributeError
that Celery takes for the end of the worker. As a ConnectionError it is what it is, and the worker connects anew.
`./run faults --only redis` shows it. Used by config.celery.
"""

from kombu.transport import TRANSPORT_ALIASES
from kombu.transport import redis as transport
from redis.exceptions import ConnectionError as RedisAway


class Channel(transport.Channel):
    def _connparams(self, asynchronous=False):
        if self.connection is None or self.connection.client is None:
            raise RedisAway("This channel's connection to Redis is closed.")
        return super()._connparams(asynchronous)


class Transport(transport.Transport):
    Channel = Channel


def use():
    """Every redis:// and redis+socket:// address is served by this transport from now on."""
    TRANSPORT_ALIASES["redis"] = f"{__name__}:{Transport.__name__}"
