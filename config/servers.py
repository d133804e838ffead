"""Refuses, in one sentence, a DATABASE_URL or REDIS_URL whose server cannot serve."""

import os

import psycopg
import redis

from config.console import Stop

OLDEST_POSTGRES = 15
CONNECT_SECONDS = 5


def check_servers(*, database_exists=True):
    """Raises Stop unless the servers of the environment answer. Tests make their database themselves."""
    if os.environ.get("DATABASE_URL"):
        check_postgres(os.environ["DATABASE_URL"], database_exists)
    if os.environ.get("REDIS_URL"):
        check_redis(os.environ["REDIS_URL"])


def check_postgres(url, database_exists):
    parameters = {"connect_timeout": CONNECT_SECONDS} | ({} if database_exists else {"dbname": "postgres"})
    try:
        with psycopg.connect(url, **parameters) as connection:
            version = connection.info.server_version // 10_000
    except psycopg.Error as error:
        raise Stop(f"The PostgreSQL of DATABASE_URL does not answer: {one_line(error)}") from error
    if version < OLDEST_POSTGRES:
        raise Stop(
            f"The PostgreSQL of DATABASE_URL is version {version}; Tend needs {OLDEST_POSTGRES} or newer."
        )


def check_redis(url):
    if not url.startswith(("redis", "unix")):
        return  # another broker that Celery knows; its worker will say
    try:
        connect_redis(url).ping()
    except (redis.RedisError, ValueError) as error:
        raise Stop(f"The Redis of REDIS_URL does not answer: {one_line(error)}") from error


def connect_redis(url):
    """A redis-py client for an address in Celery's spelling, which differs for sockets."""
    address = url.replace("redis+socket://", "unix://", 1).replace("virtual_host=", "db=")
    return redis.Redis.from_url(
        address, socket_timeout=CONNECT_SECONDS, socket_connect_timeout=CONNECT_SECONDS
    )


def one_line(error):
    return " ".join(str(error).split())
