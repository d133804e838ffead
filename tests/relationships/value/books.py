"""Made-up books of clients who buy without a contract."""

import datetime

import numpy as np
from django.utils import timezone

from clients.models import Client, Invoice


def buyers(count=80, *, weeks=60, seed=5, currency="VND", **fields):
    """`count` clients who buy as BG/NBD says, for at least one day: a third stop early. Returns the clients."""
    dice, today = np.random.default_rng(seed), timezone.localdate()
    clients = Client.objects.bulk_create(
        Client(name=f"{currency} buyer {n}", currency=currency, **fields) for n in range(count)
    )
    invoices = []
    for client in clients:
        invoices += [
            Invoice(
                client=client,
                number=f"{client.pk}-{place}",
                amount=float(amount),
                currency=currency,
                issued_on=today - datetime.timedelta(days=days),
            )
            for place, (days, amount) in enumerate(_purchases(dice, weeks * 7))
        ]
    Invoice.objects.bulk_create(invoices)
    return clients


def _purchases(dice, days):
    """(days ago, amount) of one client; the first lies anywhere in the days."""
    ago, gap, stops = dice.integers(30, days), dice.gamma(2, 20), dice.beta(1, 6)
    typical = dice.gamma(3, 40)
    while ago >= 0:
        yield int(ago), round(typical * dice.gamma(5, 1 / 5) + 1, 2)
        if dice.random() < stops:
            return
        ago -= 1 + int(dice.exponential(gap))
