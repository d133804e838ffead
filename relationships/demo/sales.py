"""The demo's products and deals: a computer-hardware seller's book over the last 30 months, newest yesterday.

Shape, not rows, of a real seller's year: seven products of three series whose prices run from 60 to 27,500 USD,
four deals a month for a middling client, three of five closed deals won, a fifth of all still open.
"""

import datetime
from decimal import Decimal

from clients.models import Deal, DealKind, DealStage, Product

PRODUCTS = [  # code, name, series, list price in USD
    ("AN-100", "Anvil 100 workstation", "Anvil", 1_150),
    ("AN-300", "Anvil 300 workstation", "Anvil", 3_200),
    ("AN-500", "Anvil 500 server", "Anvil", 5_600),
    ("BR-10", "Brook 10 dock", "Brook", 60),
    ("BR-40", "Brook 40 switch", "Brook", 590),
    ("CR-7", "Crest 7 storage", "Crest", 4_900),
    ("CR-9", "Crest 9 cluster", "Crest", 27_500),
]
POPULARITY = [15, 16, 11, 18, 21, 16, 1]
VND_FOR_A_USD = 25_000

MONTHS = 30
UNITS_A_DEAL = 2
AVERAGE_DEAL_USD = 2_400 * UNITS_A_DEAL
WON_SHARE = 0.63
YEARLY_GROWTH = {
    "growing": 0.45,
    "souring": -0.3,
    "neglected": -0.35,
    "slipping": -0.1,
    "recovered": 0.05,
    "lost": -0.8,
    "never": 0.1,
}
KINDS = [DealKind.RENEWAL, DealKind.CROSS_SELL, DealKind.UP_SELL, DealKind.NEW]


def create_sales(firms, users, rng, today):
    """Writes products and deals. Returns the number of deals."""
    products = Product.objects.bulk_create(
        Product(code=code, name=name, series=series, list_price=price, currency="USD")
        for code, name, series, price in PRODUCTS
    )
    deals = []
    for firm in firms:
        deals += _deals_of(firm, users.get(firm.lead), products, rng, today)
    _end_yesterday(deals, today)
    for number, deal in enumerate(deals):
        deal.source_ref = f"D{number:05}"
    Deal.objects.bulk_create(deals, batch_size=2_000)
    return len(deals)


def _deals_of(firm, owner, products, rng, today):
    growth = YEARLY_GROWTH.get(firm.profile, rng.uniform(-0.06, 0.18))
    deals, owned = [], set()
    if firm.profile == "quiet_new":  # handed over by sales days ago: nothing is bought from us yet
        return [_open_deal(firm, owner, products, rng, today)]
    for month in range(MONTHS, 0, -1):
        # size is the revenue of the last year; earlier months follow from the growth
        level = firm.size / 12 * (1 + growth) ** (-(month - 6) / 12)
        for _ in range(_count(level / AVERAGE_DEAL_USD / WON_SHARE, rng)):
            opened = today - datetime.timedelta(days=30 * month - rng.randint(0, 29) + rng.randint(8, 60))
            deals.append(_closed_deal(firm, owner, products, owned, opened, rng, today))
    open_deals = rng.randint(0, 1 + len(deals) // 18)
    deals += [_open_deal(firm, owner, products, rng, today) for _ in range(open_deals)]
    return deals


def _count(expected, rng):
    """A whole number around `expected`, at most 25 a month."""
    return min(25, int(rng.gauss(expected, 0.3 * expected) + rng.random()) if expected > 0 else 0)


def _closed_deal(firm, owner, products, owned, opened, rng, today):
    product = _product(firm, products, rng)
    closed = min(opened + datetime.timedelta(days=rng.randint(3, 60)), today - datetime.timedelta(days=1))
    opened = min(opened, closed)
    won = rng.random() < WON_SHARE
    kind = rng.choices(KINDS, [50, 25, 15, 10])[0] if product.code in owned else DealKind.CROSS_SELL
    if not owned:
        kind = DealKind.NEW
    owned.add(product.code)
    amount = _amount(firm, product, rng) if won else None
    stage = DealStage.WON if won else DealStage.LOST
    return _deal(
        firm, owner, product, stage=stage, kind=kind, amount=amount, opened_on=opened, closed_on=closed
    )


def _open_deal(firm, owner, products, rng, today):
    product = _product(firm, products, rng)
    opened = today - datetime.timedelta(days=rng.randint(2, 75)) if rng.random() < 0.75 else None
    amount = _amount(firm, product, rng) if opened else None
    return _deal(
        firm, owner, product, stage=DealStage.OPEN, kind=rng.choice(KINDS), amount=amount, opened_on=opened
    )


def _product(firm, products, rng):
    """What sells to a firm of this size: a small one never buys the cluster, which alone would be its year."""
    weights = [
        w if product.list_price * UNITS_A_DEAL < firm.size / 3 else 0
        for product, w in zip(products, POPULARITY, strict=True)
    ]
    return rng.choices(products, weights)[0]


def _deal(firm, owner, product, **fields):
    return Deal(
        client=firm.row, owner=owner, product=product, currency=firm.row.currency, source="demo", **fields
    )


def _amount(firm, product, rng):
    dollars = Decimal(product.list_price * UNITS_A_DEAL) * Decimal(rng.randint(84, 112)) / 100
    if firm.is_vietnamese:
        return (dollars * VND_FOR_A_USD / 10_000).quantize(Decimal(1)) * 10_000
    return dollars.quantize(Decimal("0.01"))


def _end_yesterday(deals, today):
    """The newest won deal closes yesterday, whatever the draw was."""
    newest = max((deal for deal in deals if deal.stage == DealStage.WON), key=lambda deal: deal.closed_on)
    newest.closed_on = today - datetime.timedelta(days=1)
