"""Rows of the set-up: products, service levels, dunning steps, departments, tiers, exchange rates."""

from dataclasses import dataclass, field

from django.db import IntegrityError, transaction

from clients.models import ExchangeRate


@dataclass(frozen=True)
class RowChange:
    """A change of the row `pk` (None: a new one): `values` to write and, by field, what the editor was `shown`.

    `delete` takes the row away instead.
    """

    pk: int | None
    values: dict
    shown: dict = field(default_factory=dict)
    delete: bool = False


class RowConflict(Exception):
    """Somebody else changed the same field of a row, or took the row away; nothing was written.

    `place` is the change's place in the list, `saved` the row as it is now (None: gone), `fields` those that differ.
    """

    def __init__(self, place, saved, fields=()):
        super().__init__(f"Change {place} conflicts")
        self.place, self.saved, self.fields = place, saved, tuple(fields)


class RowsDoNotFit(Exception):
    """Together with what somebody else saved meanwhile the rows break a rule of the database; nothing was written."""


class RateNotNewest(Exception):
    """Later rates rest on the history: only the newest of a currency may be deleted."""


@transaction.atomic
def save_rows(*, model, changes):
    """Writes all `changes` ([RowChange]) to rows of `model`, or none. Returns how many rows were written.

    Two admins who edit different rows, or different fields of one, both succeed. Raises `RowConflict`, `RowsDoNotFit`.
    Locks the rows in the order of their ids.
    """
    ids = [change.pk for change in changes if change.pk is not None]
    locked = {row.pk: row for row in model.objects.select_for_update().filter(pk__in=ids).order_by("pk")}
    for place, change in enumerate(changes):
        _require_as_shown(place, change, locked)
    try:
        with transaction.atomic():
            for change in sorted(changes, key=lambda change: not change.delete):
                _write(model, change, locked)
    except IntegrityError as error:
        raise RowsDoNotFit from error
    return len(changes)


def _require_as_shown(place, change, locked):
    if change.pk is None:
        return
    row = locked.get(change.pk)
    if row is None:
        raise RowConflict(place, None)
    differing = [
        name
        for name, shown in change.shown.items()
        if getattr(row, name) not in (shown, change.values.get(name, shown))
    ]
    if differing:
        raise RowConflict(place, row, differing)


def _write(model, change, locked):
    if change.pk is None:
        model.objects.create(**change.values)
    elif change.delete:
        locked[change.pk].delete()
    else:
        model.objects.filter(pk=change.pk).update(**change.values)


@transaction.atomic
def add_rate(*, currency, valid_from, rate):
    """A new exchange rate and returns it. Raises `RowsDoNotFit` where the currency has one from that day already."""
    try:
        with transaction.atomic():
            return ExchangeRate.objects.create(currency=currency, valid_from=valid_from, rate=rate)
    except IntegrityError as error:
        raise RowsDoNotFit from error


@transaction.atomic
def delete_rate(*, rate):
    """Takes away a wrong rate while it is the newest of its currency. Raises `RateNotNewest`. Locks the currency's."""
    same = ExchangeRate.objects.select_for_update().filter(currency=rate.currency).order_by("-valid_from")
    newest = same.first()
    if newest is None or newest.pk != rate.pk:
        raise RateNotNewest
    newest.delete()
