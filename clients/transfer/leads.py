"""Who should lead each client of an imported book: the agent who won the most value there."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from decimal import Decimal

from clients.models import DealStage


@dataclass(frozen=True)
class Choice:
    """`lately` is False where nothing was won in the last 12 months and older deals decided."""

    agent: str
    amount: Decimal
    lately: bool


def year_before(day):
    """The same day a year earlier; 29 February becomes 1 March."""
    try:
        return day.replace(year=day.year - 1)
    except ValueError:
        return day.replace(year=day.year - 1, month=3, day=1)


def choose_leads(sales, as_of):
    """{client: Choice} by won value in the 12 months before `as_of`, else ever before it. A tie goes by name.

    Clients without a won deal before `as_of` are not in the answer.
    """
    recent, ever = defaultdict(Counter), defaultdict(Counter)
    start = year_before(as_of)
    for sale in sales:
        if sale.stage == DealStage.WON and sale.closed_on < as_of:
            ever[sale.account][sale.agent] += sale.amount
            if sale.closed_on >= start:
                recent[sale.account][sale.agent] += sale.amount
    choices = {}
    for client, sums in ever.items():
        agent, amount = _most(recent.get(client) or sums)
        choices[client] = Choice(agent, amount, lately=client in recent)
    return choices


def _most(sums):
    return min(sums.items(), key=lambda item: (-item[1], item[0]))


def clients_of_share(amounts, percent):
    """How many of the largest `amounts` it takes to reach `percent` of their sum."""
    ranked, total, reached = sorted(amounts, reverse=True), sum(amounts), 0
    for place, amount in enumerate(ranked, 1):
        reached += amount
        if reached * 100 >= total * percent:
            return place
    return 0
