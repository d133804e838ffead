"""COPY in text format, ids reserved from the sequences, and tables without their indexes while rows pour in."""

import contextlib

from django.db import connection

NULL = r"\N"
BLOCK_LINES = 2_000

# What is cheaper to make once at the end than to keep up for every row: foreign keys and exclusions, each checked
# by one pass over the table, and indexes. Primary keys and unique constraints stay.
_CONSTRAINTS = """
    SELECT conrelid::regclass::text, quote_ident(conname), pg_get_constraintdef(oid)
    FROM pg_constraint WHERE contype IN ('f', 'x') AND conrelid = ANY(%s::regclass[]) ORDER BY contype DESC, oid
"""
_INDEXES = """
    SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index i
    WHERE indrelid = ANY(%s::regclass[])
      AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = i.indexrelid AND contype IN ('p', 'u', 'x'))
    ORDER BY indexrelid
"""


@contextlib.contextmanager
def patient_connection():
    """This connection without the time limits of a web request."""
    limits = ["statement_timeout", "idle_in_transaction_session_timeout"]
    with connection.cursor() as cursor:
        for limit in limits:
            cursor.execute(f"SET {limit} = 0")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            for limit in limits:
                cursor.execute(f"RESET {limit}")


@contextlib.contextmanager
def bare_tables(models, progress):
    """Inside a transaction: these tables without foreign keys and indexes, which are made again at the end.

    Everyone else waits for the whole transaction; an error brings all of it back.
    """
    tables = [model._meta.db_table for model in models]
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL lock_timeout = 0")
        cursor.execute("SET LOCAL maintenance_work_mem = '256MB'")
        cursor.execute(_CONSTRAINTS, [tables])
        constraints = cursor.fetchall()
        for table, name, _definition in constraints:
            cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
        cursor.execute(_INDEXES, [tables])
        indexes = cursor.fetchall()
        for name, _definition in indexes:
            cursor.execute(f"DROP INDEX {name}")
    yield
    with connection.cursor() as cursor:
        for done, (_name, definition) in enumerate(indexes, 1):
            cursor.execute(definition)
            progress("indexes made", done, len(indexes))
        for done, (table, name, definition) in enumerate(constraints, 1):
            cursor.execute(f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}")
            progress("references checked", done, len(constraints))


def copy_lines(model, columns, lines):
    """COPY an iterable of tab-separated lines into the table of `model`; returns how many.

    Values come from our own word lists, which hold no tab, newline or backslash, so nothing is escaped. `lines`
    must not use the database itself: the connection is busy with the COPY.
    """
    names = ", ".join(model._meta.get_field(name).column for name in columns)
    count, block = 0, []
    with (
        connection.cursor() as cursor,
        cursor.copy(f"COPY {model._meta.db_table} ({names}) FROM STDIN") as copy,
    ):
        for line in lines:
            block.append(line)
            if len(block) == BLOCK_LINES:
                copy.write("\n".join(block) + "\n")
                count += BLOCK_LINES
                block.clear()
        if block:
            copy.write("\n".join(block) + "\n")
    return count + len(block)


def reserve_ids(model, count):
    """The first of `count` numbers in a row that nobody else gets: the sequence moves past them."""
    table, key = model._meta.db_table, model._meta.pk.column
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_get_serial_sequence(%s, %s)", [table, key])
        sequence = cursor.fetchone()[0]
        cursor.execute("SELECT nextval(%s)", [sequence])
        first = cursor.fetchone()[0]
        cursor.execute("SELECT setval(%s, %s)", [sequence, first + max(count, 1) - 1])
    return first
