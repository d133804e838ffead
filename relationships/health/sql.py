"""Small pieces that the SQL of health is made of."""

from datetime import date

EVIDENCE_LIMIT = 20  # rows named behind one component
NAMED_LIMIT = 3  # of them, those that a page names and links to


def ramp(value, *, bad, good):
    """`ramp` of scoring, spelled out."""
    return f"100 * least(1, greatest(0, (({value}) - ({bad})) / (({good}) - ({bad}))::float8))"


def evidence(row, when="true"):
    """The ids of an aggregate's rows, and the names of the first, as two columns `ids` and `names`.

    `row` has columns id and name. The rows come sorted, from a subquery: with an ORDER BY in each aggregate PostgreSQL
    15 sorts the rows of every client once for each column.
    """
    return (
        f"(array_agg({row}.id) FILTER (WHERE {when}))[:{EVIDENCE_LIMIT}]",
        first(f"{row}.name", when),
    )


def first(value, when="true"):
    """`value` of the rows whose names `evidence` gives, in their order: what an action on one of them would do."""
    return f"(array_agg({value}) FILTER (WHERE {when}))[:{NAMED_LIMIT}]"


def recorded(is_now, row=""):
    """`AND …`: the row was on record at %(known_at)s. Empty when that is now.

    What is older than its client's own row came with an import of the book, and counts from the day it tells of.
    """
    if is_now:
        return ""
    row = f"{row}." if row else ""
    return (
        f"AND ({row}created_at <= %(known_at)s"
        f" OR {row}client_id IN (SELECT client_id FROM scope WHERE came_later))"
    )


def days_before(day, days):
    return date.fromordinal(max(1, day.toordinal() - days))


def months_before(day, months):
    """The first day of the month `months` before that of `day`."""
    number = day.year * 12 + day.month - 1 - months
    return date(number // 12, number % 12 + 1, 1)
