"""The demo's contracts: chains of yearly terms, renewals open, won and lost, milestones, intakes and promises."""

import datetime
from decimal import Decimal

from clients.models import Commitment, Contract, ContractLine, Intake, Milestone, Product

from . import care_words as words
from .stories import EN, VI

YEAR = datetime.timedelta(days=365)
DAY = datetime.timedelta(days=1)
# Days from today to the end of the running contract, dealt out by how things go with the client.
ENDS_IN = {
    "healthy": [210, 330, 75, 150],
    "growing": [280, 120, 350],
    "recovered": [100, 240],
    "slipping": [41, 85, 25],
    "neglected": [12, 55, -20],
    "souring": [28, -35, 60],
}
CARE_SHARE = Decimal("0.18")  # of a client's yearly revenue


def create_contracts(firms, users, products, rng, today):
    """Writes them all. Returns {firm name: its running or last contract}."""
    newest, contracts, lines = {}, [], []
    led = [firm for firm in firms if firm.lead and firm.profile in ENDS_IN]
    for number, firm in enumerate(led):
        if number % 5 == 4:  # buys without a contract
            continue
        choices = ENDS_IN[firm.profile]
        ends_on = today + DAY * (choices[number % len(choices)] + rng.randint(0, 6))
        newest[firm.name] = _chain(firm, users, ends_on, number, rng, contracts, today)
    _save_chains(contracts)
    plan = Product.objects.create(
        code="CA-12", name="Care plan 12", series="Care", list_price=4_800, currency="USD"
    )
    for contract in contracts:
        lines += _lines(contract, plan, products, rng)
    ContractLine.objects.bulk_create(lines)
    _create_milestones(newest, firms, users, rng, today)
    _create_intakes(newest, firms, users, rng, today)
    return newest


def _chain(firm, users, ends_on, number, rng, contracts, today):
    """The term before and the running one; of some also what comes after: a draft, a lost or a signed renewal."""
    starts_on = ends_on - YEAR + DAY
    before = _contract(firm, users, starts_on - YEAR, number, 1, rng)
    running = _contract(firm, users, starts_on, number, 2, rng, renews=before)
    contracts += [before, running]
    running.auto_renews = firm.profile == "healthy" and number % 4 == 0
    after = _contract(firm, users, ends_on + DAY, number, 3, rng, renews=running)
    days = (ends_on - today).days
    if firm.profile == "slipping" and days < 90:
        after.state, after.signed_on = "draft", None
        contracts.append(after)
    elif firm.profile == "souring" and number % 2:
        language = VI if firm.is_vietnamese else EN
        after.state, after.signed_on, after.lost_on = "lost", None, today - DAY * 12
        after.lost_reason, after.lost_note = "competitor", words.LOST_NOTES[language]
        contracts.append(after)
    elif firm.profile == "growing" and days < 150:
        after.signed_on = today - DAY * 9
        contracts.append(after)
    return running


def _contract(firm, users, starts_on, number, term, rng, renews=None):
    title = words.CONTRACT_TITLES[VI if firm.is_vietnamese else EN][number % 3]
    return Contract(
        client=firm.row,
        number=f"HD-{number + 1:03}/{starts_on.year}-{term}",
        title=f"{title} {starts_on.year}",
        state="signed",
        currency=firm.row.currency,
        starts_on=starts_on,
        ends_on=starts_on + YEAR - DAY,
        signed_on=starts_on - DAY * rng.randint(3, 20),
        notice_days=rng.choice([30, 30, 60]),
        payment_days=rng.choice([15, 30, 30, 45]),
        renews=renews,
        source="demo",
        source_ref=f"contract {number} {term}",
        created_by=users[firm.lead],
    )


def _save_chains(contracts):
    """A renewal is written after what it renews."""
    left = list(contracts)
    while left:
        ready = [row for row in left if row.renews is None or row.renews.pk]
        for row in ready:
            row.renews_id = row.renews.pk if row.renews else None
        Contract.objects.bulk_create(ready)
        left = [row for row in left if row.pk is None]


def _lines(contract, plan, products, rng):
    """A care plan, of some with a product; the value of the contract is what they make."""
    factor = 25_000 if contract.currency == "VND" else 1
    rows, value = [], Decimal(0)
    for product in [plan, *rng.sample(products[:6], rng.choice([0, 1]))]:
        quantity = rng.randint(2, 12)
        price = (product.list_price * CARE_SHARE * factor).quantize(Decimal(1))
        value += quantity * price
        rows.append(
            ContractLine(
                contract=contract,
                client_id=contract.client_id,
                product=product,
                quantity=quantity,
                unit_price=price,
            )
        )
    Contract.objects.filter(pk=contract.pk).update(value=value)
    contract.value = value
    return rows


def _create_milestones(newest, firms, users, rng, today):
    """Delivered and accepted ones of the past, some late, some ahead."""
    by_name, rows = {firm.name: firm for firm in firms}, []
    for number, (name, contract) in enumerate(newest.items()):
        firm = by_name[name]
        titles = words.MILESTONES[VI if firm.is_vietnamese else EN]
        days = [(-200, True), (-60, True), (-9 if number % 6 == 0 else 20, False), (70, False)]
        for title, (offset, done) in zip(titles, days, strict=True):
            due_on = max(contract.starts_on, today + DAY * (offset + rng.randint(0, 5)))
            done_on = due_on + DAY * rng.randint(-2, 3) if done and due_on < today - DAY * 5 else None
            rows.append(
                Milestone(
                    client=firm.row,
                    contract=contract,
                    title=title,
                    owner=users[firm.lead],
                    due_on=due_on,
                    done_on=done_on,
                    accepted_on=done_on + DAY * 2 if done_on else None,
                    accepted_by=firm.contacts[0] if done_on and firm.contacts else None,
                )
            )
    Milestone.objects.bulk_create(rows)


def _create_intakes(newest, firms, users, rng, today):
    """New clients were handed over by sales: kick-off still to come, with promises that are open."""
    fresh = [firm for firm in firms if firm.lead and firm.profile in ("new", "quiet_new")]
    promises = []
    for number, firm in enumerate(fresh):
        language = VI if firm.is_vietnamese else EN
        handed_over = today - DAY * rng.randint(2, 9)
        intake = Intake.objects.create(
            client=firm.row,
            sold_by=rng.choice(["Trịnh Văn Lâm", "Phan Thị Dung"]),
            handed_over_on=handed_over,
            what_was_sold=words.SOLD[language],
            first_steps=words.FIRST_STEPS[language],
            kick_off_by=today + DAY * rng.randint(-2, 5),
            kicked_off_on=handed_over + DAY if number % 2 else None,
            created_by=users[firm.lead],
        )
        intake.people.set(firm.contacts[:2])
        for place, text in enumerate(words.COMMITMENTS[language][:2]):
            due_on = today + DAY * (rng.randint(4, 25)) if place == 0 else None
            promises.append(
                Commitment(
                    client=firm.row, intake=intake, text=text, due_on=due_on, created_by=users[firm.lead]
                )
            )
    Commitment.objects.bulk_create(promises)
