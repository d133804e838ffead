"""Clients with contacts, leads, key periods, revenue, deals and follow-ups, some thousand clients at a time."""

import datetime
from collections import defaultdict

from django.utils import timezone

from accounts.models import Segment
from clients.models import (
    Assignment,
    Client,
    Contact,
    Contract,
    Deal,
    Invoice,
    Issue,
    KeyStatus,
    MonthlyRevenue,
    Product,
)
from relationships.demo import stories, words
from relationships.demo.care_words import NEXT_STEPS
from relationships.demo.firms import ROLE_ORDER
from relationships.demo.sales import POPULARITY, PRODUCTS, VND_FOR_A_USD
from relationships.models import FollowUp

from . import agreements, money, troubles
from .copying import NULL, copy_lines, reserve_ids
from .layout import segment_of

CHUNK_CLIENTS = 2_000
MONTHS = 24
SOURCE = "load"
COLUMNS = {
    Client: [
        "id", "name", "industry", "employees", "city", "country", "tax_code", "phone", "website", "segment",
        "demanding", "prestige", "currency", "status", "lost_reason", "note", "source", "source_ref", "version",
        "created_at", "updated_at", "revenue_12m", "revenue_12m_before", "health_band",
    ],
    Contact: [
        "id", "client", "name", "given_name", "title", "role", "influence", "email", "phone", "version", "created_at",
        "updated_at",
    ],
    Assignment: ["client", "user", "role", "started_at", "ended_at", "reason", "override_reason"],
    KeyStatus: ["client", "reason", "approved_by", "started_at", "end_reason"],
    MonthlyRevenue: ["client", "month", "amount"],
    Deal: [
        "client", "product", "owner", "stage", "kind", "amount", "currency", "opened_on", "closed_on", "source",
        "source_ref", "title", "next_step", "discount_percent", "payment_days", "lost_reason", "version", "updated_at",
        "probability", "expected_on",
    ],
    FollowUp: [
        "client", "assignee", "kind", "due_on", "rule", "subject_id", "reason", "facts", "status", "created_at",
        "closed_at", "closed_by",
    ],
    **agreements.COLUMNS,
    **money.COLUMNS,
    **troubles.COLUMNS,
}  # fmt: skip
# Open deals by stage and chance; half of the clients have one or two.
STAGES = (("open", 20), ("open", 20), ("proposal", 45), ("negotiation", 70))
# Whom a product may be offered to, by code: (segments, industries); the others go to everyone.
OFFERED_TO = {
    "CR-9": ([Segment.MAJOR, Segment.KEY], []),
    "AN-500": ([], ["Manufacturing", "Logistics", "Technology", "Retail"]),
}
DAY = datetime.timedelta(days=1)


def create_clients(layout, rng, today, progress):
    """Writes everything about clients but their interactions; each chunk is one COPY a table."""
    layout.first_client = reserve_ids(Client, layout.clients)
    layout.spread_contacts(rng)
    layout.first_contact = reserve_ids(Contact, layout.contacts_before[-1])
    layout.first_contract = reserve_ids(Contract, layout.contracts)
    layout.first_invoice = reserve_ids(Invoice, layout.invoices)
    layout.first_issue = reserve_ids(Issue, layout.issues)
    maker = _Maker(layout, rng, today, _products())
    for start in range(0, layout.clients, CHUNK_CLIENTS):
        lines, stop = defaultdict(list), min(start + CHUNK_CLIENTS, layout.clients)
        for index in range(start, stop):
            maker.make(index, lines)
        for model in COLUMNS:  # the order in which they refer to each other
            copy_lines(model, COLUMNS[model], lines[model])
        progress("clients", stop, layout.clients)


def _products():
    """Numbers of the products and how often each sells."""
    for code, name, series, price in PRODUCTS:
        values = {"name": name, "series": series, "list_price": price, "currency": "USD"}
        segments, industries = OFFERED_TO.get(code, ([], []))
        values |= {"segments": segments, "industries": industries}
        Product.objects.get_or_create(code=code, defaults=values)
    by_code = dict(Product.objects.values_list("code", "pk"))
    return [by_code[product[0]] for product in PRODUCTS for _ in range(POPULARITY[PRODUCTS.index(product)])]


class _Maker:
    def __init__(self, layout, rng, today, products):
        self.layout, self.rng, self.today, self.products = layout, rng, today, products
        self.now = timezone.now().isoformat()
        self.months = _months_before(today)
        self.vietnamese = [(i, t) for i, trades in words.VN_TRADES.items() for t in trades]
        self.cities = list(words.VN_CITIES)
        usd = dict(Product.objects.filter(pk__in=products).values_list("pk", "list_price"))
        prices = {product: int(price) * VND_FOR_A_USD for product, price in usd.items()}
        self.agreements = agreements.Agreements(layout, rng, today, self.now, prices)
        self.money = money.Money(layout, rng, today, self.now)
        self.troubles = troubles.Troubles(layout, rng, today, self.now)

    def make(self, index, lines):
        rng, number = self.rng, self.layout.first_client + index
        lead, segment = self.layout.lead_id(index), segment_of(index)
        amounts = self._revenue(segment)
        bills = self.money.plan(index, self.months, amounts)
        lines[Client].append(self._client(index, number, segment, amounts))
        self._contacts(index, number, lines[Contact])
        owner = NULL if lead is None else lead
        sold = [(month, amount) for month, amount in zip(self.months, amounts, strict=True) if amount]
        # Without invoices, deals are what the revenue is made of.
        won = self.layout.won_deals_of(index) if bills else None
        for later, (month, amount) in zip(range(len(sold) - 1, -1, -1), sold, strict=True):
            lines[MonthlyRevenue].append(f"{number}\t{month}\t{amount}")
            if won is None or later < won:
                closed = month + DAY * int(rng.random() * 28)
                lines[Deal].append(self._deal(number, owner, "won", amount, closed))
        for _ in range(int(rng.random() * 2.2) if rng.random() < 0.6 else 0):
            lines[Deal].append(self._open_deal(number, owner))
        contract = self.agreements.make(index, number, lead, lines)
        self.money.make(index, number, contract, bills, lines)
        self.troubles.make(index, number, lead, segment, lines)
        if lead is not None:
            self._lead(number, lead, segment, lines)
            self._follow_ups(number, lead, lines[FollowUp])

    def _price(self):
        return int(self.rng.lognormvariate(3.6, 1.1) + 1) * 1_000_000

    def _revenue(self, segment):
        """24 monthly amounts in VND, oldest first; small clients do not buy every month."""
        rng = self.rng
        level = {Segment.KEY: 40, Segment.MAJOR: 8, Segment.STANDARD: 1}[segment] * self._price()
        buys, growth = (
            (0.97 if segment != Segment.STANDARD else 0.35 + 0.6 * rng.random()),
            rng.gauss(1.005, 0.02),
        )
        return [
            int(level * growth**month * (0.6 + 0.8 * rng.random())) // 10_000 * 10_000
            if rng.random() < buys
            else 0
            for month in range(MONTHS)
        ]

    def _client(self, index, number, segment, amounts):
        rng = self.rng
        industry, trade = rng.choice(self.vietnamese)
        name = f"{trade} {rng.choice(words.VN_FIRST)} {rng.choice(words.VN_SECOND)} {number}"
        if index % 2:
            name = f"Công ty {name}"
        prestige = rng.randint(2, 5) if segment == Segment.KEY else rng.randint(0, 3)
        years = f"{sum(amounts[12:])}\t{sum(amounts[:12])}"
        return (
            f"{number}\t{name}\t{industry}\t{rng.randint(5, 3000)}\t{rng.choice(self.cities)}\tVN\t00{number:08}\t"
            f"+84 28 5550 {number % 10_000:04}\t\t{segment}\t{'t' if rng.random() < 0.05 else 'f'}\t{prestige}\tVND\t"
            f"active\t\t\t{SOURCE}\t{number}\t1\t{self.now}\t{self.now}\t{years}\tunknown"
        )

    def _contacts(self, index, number, lines):
        rng = self.rng
        first, count = self.layout.contacts_of(index)
        for place in range(count):
            family, rest = rng.choice(words.VN_FAMILY), rng.choice(words.VN_WOMEN)
            role = ROLE_ORDER[place % len(ROLE_ORDER)]
            title = words.TITLES[role][1][0]
            contact = first + place
            lines.append(
                f"{contact}\t{number}\t{family} {rest}\tchị {rest.split()[-1]}\t{title}\t{role}\t{1 + place % 5}\t"
                f"contact{contact}@load.example\t\t1\t{self.now}\t{self.now}"
            )

    def _open_deal(self, number, owner):
        stage, chance = self.rng.choice(STAGES)
        expected = self.today + DAY * (int(self.rng.random() * 120) - 15)
        plan = (NEXT_STEPS[stories.VI], chance, expected)
        return self._deal(number, owner, stage, self._price(), None, plan)

    def _deal(self, number, owner, stage, amount, closed, plan=("", NULL, NULL)):
        rng, (step, chance, expected) = self.rng, plan
        opened = (closed or self.today) - DAY * (1 + int(rng.random() * 60))
        kind = ("renewal", "cross_sell", "up_sell", "new")[int(rng.random() * 4)]
        product = self.products[int(rng.random() * len(self.products))]
        return (
            f"{number}\t{product}\t{owner}\t{stage}\t{kind}\t{amount}\tVND\t{opened}\t{closed or NULL}\t{SOURCE}\t"
            f"\t\t{step}\t0\t0\t\t1\t{self.now}\t{chance}\t{expected}"
        )

    def _lead(self, number, lead, segment, lines):
        rng = self.rng
        started = self.today - DAY * rng.randint(40, 1_400)
        reason = stories_reason(number)
        if rng.random() < 0.1:
            earlier = started - DAY * rng.randint(100, 700)
            before = self.layout.first_user + 1 + self.layout.regions + rng.randrange(self.layout.teams * 10)
            lines[Assignment].append(f"{number}\t{before}\tlead\t{earlier}\t{started}\t{reason}\t")
        lines[Assignment].append(f"{number}\t{lead}\tlead\t{started}\t{NULL}\t{reason}\t")
        if segment == Segment.KEY:
            key = stories.KEY_REASONS[stories.VI]
            lines[KeyStatus].append(f"{number}\t{key}\t{self.layout.first_user}\t{started}\t")

    def _follow_ups(self, number, lead, lines):
        """One in two has a plan made by hand, due from three weeks ago to two months ahead; and some done ones."""
        rng, plans = self.rng, stories.PLANS[stories.VI]
        kind = ("call", "meeting", "task")[int(rng.random() * 3)]
        if rng.random() < 0.5:
            due = self.today + DAY * rng.randint(-20, 60)
            lines.append(
                f"{number}\t{lead}\t{kind}\t{due}\tmanual\t0\t{rng.choice(plans)}\t{{}}\topen\t{self.now}\t{NULL}\t{NULL}"
            )
        for _ in range(int(rng.random() * 3)):
            done = self.today - DAY * rng.randint(1, 300)
            lines.append(
                f"{number}\t{lead}\t{kind}\t{done}\tmanual\t0\t{rng.choice(plans)}\t{{}}\tdone\t{done}\t{done}\t{lead}"
            )


def stories_reason(number):
    return ("Phân công theo khu vực", "Nhận bàn giao", "Phân công theo ngành hàng")[number % 3]


def _months_before(today):
    """First days of the 24 complete months before this one, oldest first."""
    months, day = [], today.replace(day=1)
    for _ in range(MONTHS):
        day = (day - DAY).replace(day=1)
        months.append(day)
    return months[::-1]
