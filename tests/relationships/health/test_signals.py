"""What the statement of health reads: who is scored, cadences, days in the house zone."""

import datetime

import pytest

from relationships.health import signals
from tests.relationships.health import books
from tests.relationships.health.books import AS_OF, SPEC, Facts
from tests.relationships.health.test_scoring import close
from tests.relationships.health.test_worked_cases import touches


@pytest.mark.django_db
def test_only_active_clients_with_a_running_lead_are_scored():
    clients = books.create([Facts(), Facts(), Facts()])
    clients[0].assignments.update(ended_at=books.noon(1))
    type(clients[1]).objects.filter(pk=clients[1].pk).update(status="lost", lost_on=AS_OF)
    rows = signals.read_signals([client.pk for client in clients], AS_OF, SPEC)
    assert [rows[client.pk]["scored"] for client in clients] == [False, False, True]


@pytest.mark.django_db
def test_effective_cadence_of_many_clients_in_one_query(django_assert_num_queries):
    clients = books.create([Facts(touches=touches(120, 200, 320)), Facts("key", touches=touches(20, 27, 41))])
    ids = [client.pk for client in clients]
    with django_assert_num_queries(1):
        days = signals.effective_cadence_days(ids, AS_OF, SPEC)
    assert days == {ids[0]: close(90), ids[1]: close(13.416666666666666)}
    assert signals.effective_cadence_days([], AS_OF, SPEC) == {}


@pytest.mark.django_db
def test_days_count_in_the_house_zone():
    [client] = books.create([Facts("major", managed_days=0)])
    late = datetime.datetime(2026, 10, 15, 17, 30, tzinfo=datetime.UTC)  # 00:30 on the 16th in Ha Noi
    client.assignments.update(started_at=late)
    row = signals.read_signals([client.pk], AS_OF, SPEC)[client.pk]
    assert row["managed_since"] == datetime.date(2026, 10, 16)
    assert row["rhythm"] is None  # managed 30 days; 31 in UTC
