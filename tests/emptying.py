"""Empties the database after a test that committed: tests.conftest puts it in place of Django's flush.

What migrations wrote, such as the scoring model and the tiers, is put aside at the beginning and given back at once,
so any test may follow. TRUNCATE makes new files for every table and index: more than a second where the server waits
for its disk, and sometimes longer than our own statement timeout. DELETE from the few tables that hold rows takes
milliseconds. Tables that grew large or were analysed are truncated all the same: dead rows do not pile up, and the
planner knows nothing of what an earlier test had. Triggers stay silent meanwhile, for which the user of the database
has to be a superuser.
"""

import time

from django.db import OperationalError, connections, transaction

LARGE_BYTES = 1_000_000
TRIES = 4
PUT_ASIDE = "rows_of_migrations"
COLUMNS = """
    SELECT t.table_name, string_agg(format('%%I', c.column_name), ', ')
    FROM information_schema.tables t JOIN information_schema.columns c USING (table_schema, table_name)
    WHERE t.table_schema = current_schema() AND c.is_generated = 'NEVER'
        AND t.table_name IN (SELECT table_name FROM information_schema.tables WHERE table_schema = %s)
    GROUP BY t.table_name
"""


def put_rows_aside(alias="default"):
    """Copy every row of the new database: what `empty_tables` gives back."""
    with connections[alias].cursor() as cursor:
        cursor.execute(f"CREATE SCHEMA {PUT_ASIDE}")
        for table, _heavy in _filled(connections[alias], cursor):
            cursor.execute(f"CREATE TABLE {PUT_ASIDE}.{table} AS SELECT * FROM {table}")


def empty_tables(alias="default"):
    """Leave only the rows put aside in the tables of models. What a request in flight still locks is waited for."""
    connection = connections[alias]
    for left in reversed(range(TRIES)):
        try:
            with transaction.atomic(using=alias), connection.cursor() as cursor:
                cursor.execute("SET LOCAL statement_timeout = '60s'; SET LOCAL lock_timeout = '15s'")
                cursor.execute("SET LOCAL session_replication_role = replica")
                _empty(connection, cursor)
                _give_back(cursor)
            return
        except OperationalError:  # a deadlock with that request, or its lock
            if not left:
                raise
            time.sleep(0.5)


def _empty(connection, cursor):
    found = _filled(connection, cursor)
    heavy = [table for table, is_heavy in found if is_heavy]
    if heavy:
        cursor.execute(f"TRUNCATE {', '.join(heavy)} CASCADE")
    deletions = [f"DELETE FROM {table}" for table, is_heavy in found if not is_heavy]
    cursor.execute("; ".join(deletions))


def _filled(connection, cursor):
    """[(table of a model that has rows, whether it is large or analysed)]."""
    tables = connection.introspection.django_table_names(include_views=False)
    filled = " UNION ALL ".join(
        f"SELECT '{name}'::regclass WHERE EXISTS (SELECT FROM {name})" for name in tables
    )
    cursor.execute(
        "SELECT oid::regclass::text, pg_relation_size(oid) > %s OR reltuples > 0 FROM pg_class"
        f" WHERE oid IN ({filled})",
        [LARGE_BYTES],
    )
    return cursor.fetchall()


def _give_back(cursor):
    cursor.execute(COLUMNS, [PUT_ASIDE])
    copies = [
        f"INSERT INTO {table} ({columns}) SELECT {columns} FROM {PUT_ASIDE}.{table}"
        for table, columns in cursor.fetchall()
    ]
    cursor.execute("; ".join(copies))
