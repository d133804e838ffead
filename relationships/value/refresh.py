"""The weekly job: fit the models to the house's own purchases and write what is expected of each client."""

import datetime
from contextlib import contextmanager

import numpy as np
from django.db import connection, transaction

from relationships.health.refresh import as_of_today
from relationships.models import ValueFit

from . import model
from .purchases import read_histories

DAYS_AHEAD = 365
PAGE_ROWS = 20_000
LOCK = 7_301_031  # any number that no other advisory lock of Tend uses
LARGEST_VALUE = 10**16  # what the column holds; a fit that expects more expects nothing that can be said

# The client is held until the row is in: one that is deleted meanwhile gets none instead of failing the page.
_WRITE = """
    INSERT INTO relationships_expectedvalue AS e
        (client_id, as_of, purchases_so_far, first_on, last_on, alive, purchases, value, currency)
    SELECT c.id, %(as_of)s, n.so_far, n.first_on, n.last_on, n.alive, n.purchases, n.value, n.currency
    FROM unnest(%(client)s::bigint[], %(so_far)s::int[], %(first_on)s::date[], %(last_on)s::date[],
            %(alive)s::float8[], %(purchases)s::float8[], %(value)s::numeric[], %(currency)s::text[])
        AS n(client_id, so_far, first_on, last_on, alive, purchases, value, currency)
    JOIN clients_client c ON c.id = n.client_id
    ORDER BY c.id
    FOR KEY SHARE OF c
    ON CONFLICT (client_id) DO UPDATE SET as_of = excluded.as_of, purchases_so_far = excluded.purchases_so_far,
        first_on = excluded.first_on, last_on = excluded.last_on, alive = excluded.alive,
        purchases = excluded.purchases, value = excluded.value, currency = excluded.currency
    WHERE e.as_of <= excluded.as_of"""

_DELETE = """
    DELETE FROM relationships_expectedvalue e
    WHERE e.as_of <= %(as_of)s
      AND NOT EXISTS (SELECT FROM unnest(%(clients)s::bigint[]) AS n(client_id) WHERE n.client_id = e.client_id)"""


def refresh_when_due():
    """Refresh if the week has no fit yet, or only one of an earlier day that had too little.

    Returns the ValueFit, or None where nothing was done. Beat asks each hour, so a missed or killed run is made up
    for; the first hour of a Monday of the house works.
    """
    return _alone(lambda: _refresh(as_of_today()) if is_due(as_of_today()) else None)


def refresh_expected_values(*, as_of=None):
    """Fit and write as of a day (today in the house). Returns the ValueFit, or None while another refresh runs.

    A second run of a day writes the same again. Rows are written 20,000 at a time, each page a transaction of its own;
    the fit comes last, together with the removal of the rows of clients who no longer qualify: a killed run leaves no
    fit, so the next hour runs again. A day before the newest fit changes nothing and raises ValueError.
    """
    return _alone(lambda: _refresh(as_of or as_of_today()))


def is_due(today):
    """Whether the week of `today`, which begins on Monday, has no fit yet. One query."""
    monday = today - datetime.timedelta(days=today.weekday())
    fits = ValueFit.objects.filter(as_of__gte=monday).values_list("as_of", "purchases")
    return not any(as_of >= today or purchases for as_of, purchases in fits)


def _alone(work):
    with _lock() as is_ours:
        return work() if is_ours else None


@contextmanager
def _lock():
    """Whether nobody else refreshes. Of the session, since the work is many transactions; lost with the connection."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [LOCK])
        is_ours = cursor.fetchone()[0]
        try:
            yield is_ours
        finally:
            if is_ours:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])


def _refresh(as_of):
    if ValueFit.objects.filter(as_of__gt=as_of).exists():
        raise ValueError(f"There is a newer fit than one of {as_of:%Y-%m-%d}.")
    histories = read_histories(as_of)
    fitted = model.fit(histories, as_of)
    if fitted.purchases:
        shown = histories[histories["active"]]
        for start in range(0, len(shown), PAGE_ROWS):
            _write(shown[start : start + PAGE_ROWS], fitted, as_of)
    else:
        shown = histories[:0]
    return _close(fitted, shown, as_of)


def _write(page, fitted, as_of):
    alive, purchases, value = fitted.expect(page, as_of, DAYS_AHEAD)
    said = np.isfinite(value) & (value < LARGEST_VALUE)
    columns = {
        "as_of": as_of,
        "client": page["client"].tolist(),
        "so_far": page["purchases"].tolist(),
        "first_on": page["first_on"].tolist(),
        "last_on": page["last_on"].tolist(),
        "alive": alive.tolist(),
        "purchases": purchases.tolist(),
        "value": [round(one, 2) if ok else None for one, ok in zip(value.tolist(), said, strict=True)],
        "currency": page["currency"].tolist(),
    }
    with connection.cursor() as cursor:
        cursor.execute(_WRITE, columns)


@transaction.atomic
def _close(fitted, shown, as_of):
    """Rows of clients who do not qualify go, be they of an earlier run or of an earlier one of this day."""
    with connection.cursor() as cursor:
        cursor.execute(_DELETE, {"as_of": as_of, "clients": shown["client"].tolist()})
    row, _created = ValueFit.objects.update_or_create(as_of=as_of, defaults=_as_fields(fitted))
    return row


def _as_fields(fitted):
    purchases = {}
    if fitted.purchases:
        purchases = fitted.purchases._asdict() | {
            "log_likelihood": fitted.log_likelihood,
            "clients": fitted.clients,
        }
    values = {
        currency: parameters._asdict() | {"clients": fitted.valued[currency]}
        for currency, parameters in fitted.values.items()
    }
    return {"purchases": purchases, "values": values, "note": fitted.note}
