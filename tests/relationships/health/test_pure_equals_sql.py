"""The set-based SQL equals the pure functions on generated books, component by component, to 1e-6.

Every test compares whole rows: see `check`. What the books hold is in `strategies`.
"""

import datetime

import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from relationships.health import scoring, signals
from tests.relationships.health import books, care_books, care_rows, strategies
from tests.relationships.health.books import AS_OF, SPEC
from tests.relationships.health.care_books import Seen

pytestmark = pytest.mark.django_db


def close(value):
    return None if value is None else pytest.approx(value, rel=0, abs=1e-6)


def check(row, facts, *, spec=SPEC, today=AS_OF, known_at=None, segment=None):
    """Every column of `signals` that scoring rests on is what the pure functions say."""
    when = {"today": today, "known_at": known_at}
    seen = Seen(today, known_at)
    values, total = books.total_of(facts, spec=spec, segment=segment, **when)
    assert row["scored"] == books.is_scored(facts, seen), facts
    assert row["managed_since"] == books.managed_since(facts, seen), facts
    for name, value in values.items():
        assert row[name] == close(value), (name, facts)
    assert tuple(row["caps"]) == total.caps, facts
    assert row["coverage"] == close(total.coverage), facts
    assert row["raw"] == close(total.raw), facts
    assert row["score"] == close(total.score), facts
    assert row["target_band"] == total.band or _is_at_a_line(total.score, spec), facts
    reached = books.reached_ages(facts, seen)
    cadence = spec.cadence_days[segment or facts.segment]
    assert row["effective_days"] == close(scoring.effective_cadence(reached, cadence)), facts
    last = min(reached, default=None)
    assert row["last_reached_on"] == (None if last is None else books.day(last + seen.past)), facts


def _is_at_a_line(score, spec):
    return score is not None and min(abs(score - spec.healthy), abs(score - spec.watch)) < 1e-6


def compare(book, *, today=AS_OF, known_at=None, spec=SPEC, segment=None):
    """Make the book, read it, check every row, and give the rows back to the database. Returns what was read."""
    with transaction.atomic():
        care_rows.make_wares()
        clients = books.create(book)
        ids = [client.pk for client in clients]
        rows = signals.read_signals(ids, today, spec, known_at=known_at, segment=segment)
        for pk, facts in zip(ids, book, strict=True):
            check(rows[pk], facts, today=today, known_at=known_at, spec=spec, segment=segment)
        transaction.set_rollback(True)
    return [rows[pk] for pk in ids]


@settings(max_examples=40, **strategies.GENERATED)
@given(
    book=strategies.books_of(8, times=5),
    today=st.sampled_from(strategies.DAYS),
    known=st.sampled_from([0, 0, 0, 1, 20, 45, 200]),
    hour=st.sampled_from([0, 0, 6, 12, 13]),
    spec=strategies.SOME_SPECS,
    segment=st.sampled_from([None, None, *books.SPEC.cadence_days]),
)
def test_sql_equals_the_pure_functions(book, today, known, hour, spec, segment):
    """Everything at once: any day, what was known by any moment until its end, any model, as if of any segment."""
    known_on = today - datetime.timedelta(days=known)
    known_at = care_books.end_of(known_on) - datetime.timedelta(hours=hour)
    book = [strategies.moved(facts, (AS_OF - today).days) for facts in book]
    compare(book, today=today, known_at=known_at, spec=spec, segment=segment)
