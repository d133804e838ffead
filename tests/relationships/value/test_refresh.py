"""The weekly job: what it writes, when it is due, and that lost, doubled and raced runs end the same."""

import datetime

import numpy as np
import psycopg
import pytest
from django.db import connection
from django.utils import timezone

from clients.models import Client
from config.celery import app
from relationships import tasks
from relationships.models import ExpectedValue, ValueFit
from relationships.value import model, refresh
from relationships.value.purchases import read_histories
from tests import factories as make
from tests.relationships.value.books import buyers

pytestmark = pytest.mark.django_db


def rows():
    return list(ExpectedValue.objects.order_by("pk").values_list())


def test_rows_and_fit_are_those_of_the_models():
    clients, today = buyers(), timezone.localdate()
    fit = refresh.refresh_expected_values()
    histories = read_histories(today)
    fitted = model.fit(histories, today)
    assert fit.as_of == today and fit.note == ""
    assert fit.purchases["clients"] == fit.values["VND"]["clients"] == len(clients)
    assert [fit.purchases[name] for name in ("r", "alpha", "a", "b")] == list(fitted.purchases)
    assert [fit.values["VND"][name] for name in ("p", "q", "gamma")] == list(fitted.values["VND"])
    alive, purchases, value = fitted.expect(histories, today, 365)
    found = ExpectedValue.objects.order_by("pk")
    assert [row.client_id for row in found] == [client.pk for client in clients]
    assert [row.alive for row in found] == alive.tolist()
    assert [row.purchases for row in found] == purchases.tolist()
    assert [float(row.value) for row in found] == pytest.approx(value.tolist(), abs=0.006)
    assert [row.purchases_so_far for row in found] == histories["purchases"].tolist()
    assert all(row.first_on <= row.last_on <= row.as_of == today for row in found)
    once = [row.alive for row in found if row.purchases_so_far == 1]
    assert once and set(once) == {1.0}


def test_a_second_run_writes_the_same():
    buyers()
    refresh.refresh_expected_values()
    first, fits = rows(), ValueFit.objects.values_list("as_of", "purchases", "values", "note")
    before = list(fits)
    refresh.refresh_expected_values()
    assert rows() == first and list(fits.all()) == before


def test_who_does_not_qualify_has_no_row():
    signs, leaves, stays, *_ = clients = buyers()
    refresh.refresh_expected_values()
    assert len(rows()) == len(clients)
    make.contract(signs)
    Client.objects.filter(pk=leaves.pk).update(status="lost", lost_on=timezone.localdate())
    fit = refresh.refresh_expected_values()
    left = set(ExpectedValue.objects.values_list("client_id", flat=True))
    assert stays.pk in left and not {signs.pk, leaves.pk} & left
    assert fit.purchases["clients"] == len(clients) - 1  # the lost one still tells how clients stop


def test_too_few_clients_fit_nothing_and_keep_no_row_of_before():
    clients = buyers(model.LEAST_CLIENTS)
    ExpectedValue.objects.create(
        client=clients[0],
        as_of=timezone.localdate() - datetime.timedelta(days=7),
        purchases_so_far=1,
        first_on=timezone.localdate(),
        last_on=timezone.localdate(),
        alive=1,
        purchases=1,
        currency="VND",
    )
    assert refresh.refresh_expected_values().purchases
    Client.objects.filter(pk=clients[0].pk).delete()
    fit = refresh.refresh_expected_values()
    assert (fit.purchases, fit.values, rows()) == ({}, {}, [])
    assert fit.note.startswith("Too few to fit: 49 clients")


def test_a_currency_with_few_repeat_buyers_has_purchases_and_no_value():
    buyers(60)
    few = buyers(12, currency="USD", seed=9)
    fit = refresh.refresh_expected_values()
    assert list(fit.values) == ["VND"] and fit.note == "Too few repeat buyers for a value in USD."
    in_dollars = ExpectedValue.objects.filter(client__in=few)
    assert {row.value for row in in_dollars} == {None}
    assert all(row.purchases > 0 for row in in_dollars)
    assert not ExpectedValue.objects.filter(currency="VND", value=None).exists()


def test_of_very_many_clients_a_drawn_part_is_fitted_and_all_are_written(monkeypatch):
    clients = buyers(90)
    monkeypatch.setattr(model, "MOST_FITTED", 60)
    monkeypatch.setattr(refresh, "PAGE_ROWS", 25)
    fit = refresh.refresh_expected_values()
    assert fit.purchases["clients"] == 60 and fit.note == "Fitted to 60 of 90 clients."
    assert len(rows()) == len(clients)
    assert refresh.refresh_expected_values().purchases == fit.purchases


# --- When -----------------------------------------------------------------------------------------------------


def test_the_first_hour_of_a_house_week_works_and_later_ones_do_not(time_machine):
    time_machine.move_to(datetime.datetime(2026, 11, 20, 3, tzinfo=datetime.UTC))
    buyers()
    assert refresh.refresh_when_due().as_of == datetime.date(2026, 11, 20)  # none yet
    for moment, as_of in [
        ((11, 22, 16, 50), None),  # Sunday, 23:50 of the house
        ((11, 22, 17, 50), datetime.date(2026, 11, 23)),
        ((11, 22, 18, 50), None),
        ((11, 27, 18, 50), None),
        ((12, 2, 9, 50), datetime.date(2026, 12, 2)),  # the Monday's was missed
    ]:
        time_machine.move_to(datetime.datetime(2026, *moment, tzinfo=datetime.UTC))
        fit = refresh.refresh_when_due()
        assert (fit and fit.as_of) == as_of
    assert ValueFit.objects.count() == 3


def test_a_day_with_too_little_is_tried_again_on_the_next(time_machine):
    time_machine.move_to(datetime.datetime(2026, 11, 24, 3, tzinfo=datetime.UTC))
    assert refresh.refresh_when_due().purchases == {}
    buyers()
    assert refresh.refresh_when_due() is None
    time_machine.move_to(datetime.datetime(2026, 11, 25, 3, tzinfo=datetime.UTC))
    assert refresh.refresh_when_due().purchases
    assert refresh.refresh_when_due() is None


def test_beat_asks_each_hour_and_the_task_may_be_doubled():
    entries = [each["task"] for each in app.conf.beat_schedule.values()]
    assert entries.count(tasks.refresh_expected_value.name) == 1
    buyers()
    tasks.refresh_expected_value()
    first = rows()
    assert first
    tasks.refresh_expected_value()
    assert rows() == first and ValueFit.objects.count() == 1


def test_a_day_before_the_newest_fit_is_refused():
    buyers()
    refresh.refresh_expected_values()
    first = rows()
    with pytest.raises(ValueError, match="newer fit"):
        refresh.refresh_expected_values(as_of=timezone.localdate() - datetime.timedelta(days=1))
    assert rows() == first


# --- Raced and killed -----------------------------------------------------------------------------------------


def test_while_another_refreshes_nothing_is_done():
    buyers()
    with psycopg.connect(**connection.get_connection_params() | {"autocommit": True}) as other:
        other.execute("SELECT pg_advisory_lock(%s)", [refresh.LOCK])
        assert refresh.refresh_when_due() is None
        assert refresh.refresh_expected_values() is None
        assert rows() == []
        other.execute("SELECT pg_advisory_unlock(%s)", [refresh.LOCK])
    assert refresh.refresh_when_due() is not None


def test_a_failed_run_leaves_no_fit_and_no_lock_and_the_next_ends_the_same(monkeypatch):
    buyers()
    refresh.refresh_expected_values()
    whole = rows()
    ExpectedValue.objects.all().delete()
    ValueFit.objects.all().delete()
    write, written = refresh._write, []

    def write_a_page_and_fail(page, *rest):
        if written:
            raise MemoryError
        written.append(write(page, *rest))

    monkeypatch.setattr(refresh, "PAGE_ROWS", 30)
    with monkeypatch.context() as broken:
        broken.setattr(refresh, "_write", write_a_page_and_fail)
        with pytest.raises(MemoryError):
            refresh.refresh_when_due()
    assert len(rows()) == 30 and not ValueFit.objects.exists()
    with psycopg.connect(**connection.get_connection_params()) as other:
        assert other.execute("SELECT pg_try_advisory_lock(%s)", [refresh.LOCK]).fetchone()[0]
        other.execute("SELECT pg_advisory_unlock(%s)", [refresh.LOCK])
    assert refresh.refresh_when_due() is not None
    assert rows() == whole


def test_a_client_deleted_meanwhile_gets_no_row(monkeypatch):
    gone, stays, *_ = buyers()
    histories, today = read_histories(timezone.localdate()), timezone.localdate()
    gone.delete()
    refresh._write(histories, model.fit(histories, today), today)
    written = ExpectedValue.objects.values_list("client_id", flat=True)
    assert stays.pk in written and len(written) == len(histories) - 1
    assert np.isin(list(written), histories["client"]).all()
