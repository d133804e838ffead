"""Prints DATABASE_URL=… REDIS_URL=… for a PostgreSQL (15 or newer) and a Redis on this machine's standard ports.

Prints nothing where one of them is missing or asks for a password. The database that is named does not exist and is
not made: Django makes and removes test_<name>, so a name of our own touches nothing that is there.
"""

import os
import sys

import psycopg
import redis

OLDEST_POSTGRES = 150000


def postgres_url():
    for user in ("postgres", "root"):
        server = f"postgresql://{user}@127.0.0.1:5432"
        try:
            with psycopg.connect(f"{server}/postgres", connect_timeout=5) as connection:
                if connection.info.server_version >= OLDEST_POSTGRES:
                    return f"{server}/tend_ci_{os.getpid()}"
        except psycopg.OperationalError as error:
            sys.stderr.write(f"PostgreSQL on port 5432 is not used as {user}: {str(error).strip()}\n")
    return None


def redis_url():
    url = "redis://127.0.0.1:6379/0"
    try:
        redis.Redis.from_url(url, socket_connect_timeout=5).ping()
    except redis.RedisError as error:
        sys.stderr.write(f"Redis on port 6379 is not used: {error}\n")
        return None
    return url


if __name__ == "__main__":
    database, broker = postgres_url(), redis_url()
    if database and broker:
        sys.stdout.write(f"DATABASE_URL={database} REDIS_URL={broker}\n")
