"""The two ways to send the writing statement: clients named one by one, and a range by a kept plan."""

import dataclasses

import pytest
from django.db import DataError, connection, transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from clients.models import Client
from relationships.health import executing, refresh, writing
from relationships.models import HealthScore, HealthSnapshot
from tests.relationships.health import books, care_rows, strategies
from tests.relationships.health.books import AS_OF, Facts, Touch

TIMES = ("computed_at", "health_as_of")
PLANS = "SELECT count(*), coalesce(sum(generic_plans), 0) FROM pg_prepared_statements WHERE statement LIKE '%%judged%%'"


@pytest.fixture
def as_ranges(monkeypatch):
    monkeypatch.setattr(executing, "RANGE_FROM", 1)


def written(ids, work, *, range_from):
    """Every row after two nights, without the moments of writing; then all is undone."""
    with transaction.atomic():
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(executing, "RANGE_FROM", range_from)
            assert executing.is_dense(ids) == (range_from == 1)
            writing.write(ids, dataclasses.replace(work, as_of=books.day(1), is_now=False))
            writing.write(ids, work)
        rows = [
            list(model.objects.order_by(*order).values())
            for model, order in (
                (HealthScore, ["client"]),
                (HealthSnapshot, ["client", "taken_on"]),
                (Client, ["pk"]),
            )
        ]
        transaction.set_rollback(True)
    return _close([[{k: v for k, v in row.items() if k not in TIMES} for row in table] for table in rows])


def _close(value):
    """Sums may be made in another order: equal to nine digits."""
    if isinstance(value, list):
        return [_close(one) for one in value]
    if isinstance(value, dict):
        return {key: _close(one) for key, one in value.items()}
    return float(f"{value:.9g}") if isinstance(value, float) else value


@pytest.mark.django_db
@settings(max_examples=12, **strategies.GENERATED)
@given(book=strategies.books_of(8, times=5), is_now=st.booleans())
def test_a_range_writes_what_named_clients_get(book, is_now):
    work = dataclasses.replace(refresh._work(AS_OF), is_now=is_now)
    writing.make_partitions(AS_OF)
    with transaction.atomic():
        care_rows.make_wares()
        ids = [client.pk for client in books.create(book)]
        ids = ids[:1] + ids[2:]  # somebody holds the second one: it lies in the range and is left alone
        assert written(ids, work, range_from=1) == written(ids, work, range_from=10**6)
        transaction.set_rollback(True)


@pytest.mark.django_db
def test_a_run_keeps_one_plan_and_nothing_else_is_prepared(as_ranges, monkeypatch):
    clients = books.create([Facts(touches=[Touch(5)])] * 12)
    monkeypatch.setattr(refresh, "CHUNK_CLIENTS", 4)
    usual = connection.connection.prepare_threshold
    with connection.cursor() as cursor:
        cursor.execute(PLANS)
        before = cursor.fetchone()
    assert refresh.score_clients().written == len(clients)
    with connection.cursor() as cursor:
        cursor.execute(PLANS)
        after = cursor.fetchone()
    assert (after[0] - before[0], after[1] - before[1]) == (1, 3)
    assert connection.connection.prepare_threshold == usual
    assert Client.objects.filter(health_score=None).count() == 0


@pytest.mark.django_db
def test_a_value_that_cannot_be_computed_with_is_a_data_error_of_django(as_ranges):
    with pytest.raises(DataError), transaction.atomic():
        executing.execute("SELECT 1 / (%(first_id)s - %(last_id)s)", {"ids": [7]})
    assert executing.execute("SELECT id FROM clients_client WHERE id = ANY(%(ids)s)", {"ids": [7]}) == 0


def test_far_apart_or_few_are_named():
    many = list(range(1, executing.RANGE_FROM + 1))
    assert executing.is_dense(many)
    assert not executing.is_dense(many[1:])
    assert executing.is_dense([2 * pk for pk in many])
    assert not executing.is_dense([3 * pk for pk in many])
