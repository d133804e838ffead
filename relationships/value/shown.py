"""What the client page says of expected value."""

import datetime
from dataclasses import dataclass
from decimal import Decimal

from clients.models import ClientStatus, Contract
from relationships.health.refresh import as_of_today

LEAST_SAID = 0.05  # purchases: less is "hardly any", not 0.0
SURE = 0.995  # from here on the chance would read as 100 %


@dataclass(frozen=True)
class Expected:
    """`purchases` has one decimal, None where hardly any is expected. `value` is None where it cannot be told.

    `alive` is a share, None where it says nothing: of a client who bought once, or where hardly a doubt is left.
    """

    as_of: datetime.date
    purchases: float | None
    value: Decimal | None
    currency: str
    so_far: int
    first_on: datetime.date
    last_on: datetime.date
    alive: float | None

    @property
    def counter(self):
        """What grammar goes by: only 1.0 is one."""
        return 1 if self.purchases == 1 else 2


def expected_of(client):
    """The Expected of a client who buys without a contract today, or None.

    No query for a client that came with `expected_value` and has none, else one.
    """
    row = getattr(client, "expected_value", None)
    if row is None or client.status == ClientStatus.LOST:
        return None
    has_contract = Contract.objects.filter(client=client).running(as_of_today()).exists()
    return None if has_contract else _expected(row)


def _expected(row):
    is_repeat_buyer = row.purchases_so_far > 1
    return Expected(
        as_of=row.as_of,
        purchases=round(row.purchases, 1) if row.purchases >= LEAST_SAID else None,
        value=row.value,
        currency=row.currency,
        so_far=row.purchases_so_far,
        first_on=row.first_on,
        last_on=row.last_on,
        alive=row.alive if is_repeat_buyer and row.alive < SURE else None,
    )
