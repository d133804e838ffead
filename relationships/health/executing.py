"""How the statement of `health.writing` reaches PostgreSQL: planned for the clients named, or once for a whole run.

Planning it costs as much as scoring some hundred clients. A chunk of a run therefore names its clients by the first
and the last id, so that tables are read in the order of their indexes, and goes by a plan that the session keeps.
"""

import contextlib

import psycopg
from django.db import connection
from psycopg.types.numeric import Int8

# Fewer clients, or ids with wider gaps than 2 on average, are read one by one by a plan of their own.
RANGE_FROM, RANGE_SPARSE = 200, 2
_NAMED, _RANGE = "= ANY(%(ids)s)", "BETWEEN %(first_id)s AND %(last_id)s"

# The kept plan knows no values: PostgreSQL takes a range for half a per cent of its table. Where a chunk is half of the
# book, that plan took no longer than one made for its values. (Custom plans, forced, would also be made for each check
# of a reference.) A crash of the server may lose the last chunks of a run: they are due again then.
_SETTINGS = "SET LOCAL plan_cache_mode = force_generic_plan; SET LOCAL synchronous_commit = off"


def execute(statement, params):
    """Run it, inside a transaction, for the clients in params["ids"], which are sorted. Returns how many rows it wrote.

    It may read more than it was asked for, whatever lies between the ids, and must not write it.
    """
    if is_dense(params["ids"]):
        with _keeping_plans() as cursor:
            cursor.execute(_SETTINGS, prepare=False)
            cursor.execute(over_range(statement), _of_one_type(params), prepare=True)
            return cursor.rowcount
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        return cursor.rowcount


def is_dense(ids):
    return len(ids) >= RANGE_FROM and ids[-1] - ids[0] < RANGE_SPARSE * len(ids)


def over_range(statement):
    return statement.replace(_NAMED, _RANGE)


def _of_one_type(params):
    """With the ids as the statement wants them: psycopg gives numbers the smallest type that holds them, and another
    type is another plan."""
    ids = params["ids"]
    listed = "{" + ",".join(map(str, ids)) + "}"
    return params | {"ids": listed, "first_id": Int8(ids[0]), "last_id": Int8(ids[-1])}


@contextlib.contextmanager
def _keeping_plans():
    """A cursor that prepares what it is asked to. Django's own binds values into the text, and its connections are told
    to prepare nothing, for the sake of poolers; a run of scoring has its session to itself."""
    session = connection.connection
    usual = session.prepare_threshold
    session.prepare_threshold = 0
    try:
        with connection.wrap_database_errors, psycopg.Cursor(session) as cursor:
            yield cursor
    finally:
        session.prepare_threshold = usual
