"""Puts the demo book together, in one transaction."""

import random
from collections import Counter

import pghistory
from django.db import transaction

from clients.models import Client, ClientStatus, LostReason
from clients.services.revenue import recompute_revenue

from .firms import create_firms, invent_firms
from .people import create_people
from .plans import create_plans
from .portfolios import create_assignments, deal_out
from .sales import create_sales
from .touches import create_touches

SEED = 20_180_101


def load_demo_book(*, today, say):
    """Write the book as of `today` (a date) into a database without clients; `say` gets a line for each step.

    The same seed and day give the same book. Returns the counts of what was written.
    """
    rng = random.Random(SEED)
    with transaction.atomic(), pghistory.context(command="load_demo"):
        users = create_people()
        say(f"{len(users)} people")
        firms = invent_firms(rng)
        deal_out(firms, rng)
        create_firms(firms, rng)
        say(f"{len(firms)} clients")
        periods = create_assignments(firms, users, rng, today)
        deals = create_sales(firms, users, rng, today)
        say(f"{deals:,} deals")
        touches = create_touches(firms, periods, rng, today)
        interactions = sum(map(len, touches.values()))
        say(f"{interactions:,} interactions")
        follow_ups = create_plans(firms, touches, users, rng, today)
        _lose(firms, today)
        recompute_revenue(clients=Client.objects.all())
    return Counter(clients=len(firms), deals=deals, interactions=interactions, follow_ups=follow_ups)


def _lose(firms, today):
    lost = [firm.row.pk for firm in firms if firm.profile == "lost"]
    Client.objects.filter(pk__in=lost).update(
        status=ClientStatus.LOST, lost_on=today, lost_reason=LostReason.COMPETITOR
    )
