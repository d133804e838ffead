"""The worker's connection to Redis: what a closed one is taken for."""

import pytest
from redis.exceptions import ConnectionError as RedisAway

from config import broker
from config.celery import app


def test_a_channel_whose_connection_is_closed_says_that_the_connection_is_lost():
    connection = app.connection_for_write()
    channel = connection.channel()
    assert isinstance(channel, broker.Channel)
    assert RedisAway in connection.connection_errors  # what Celery answers by connecting anew
    channel.client.ping()
    connection.transport.client = None  # as closing does, while the channel gives its tasks back
    with pytest.raises(RedisAway):
        channel._connparams()
    connection.transport.client = connection
    connection.close()
