"""Wide books by dice: everything filled, so that every component, cap and band comes up many times in one book.

Beside the books of `strategies`, which look for the odd one. Ages are days before the day looked at.
"""

from relationships.health.spec import SEGMENTS
from tests.relationships.health import care_books
from tests.relationships.health.books import Facts, Lead, Person, Rating, Touch
from tests.relationships.health.care_books import Bill, Credit, Deed, Paid, Run, Trouble

ROLES = [
    "decision_maker",
    "influencer",
    "champion",
    "champion",
    "user",
    "blocker",
    "procurement",
    "finance",
    "",
]


def wide_book(dice, count):
    """`count` clients, and one of each segment of whom nothing is known yet."""
    return [client(dice) for _ in range(count)] + [Facts(segment, managed_days=18) for segment in SEGMENTS]


def client(dice):
    people = [
        Person(dice.choice(ROLES), _some(dice, 0.3, -5, 60), _made(dice)) for _ in range(dice.randint(0, 5))
    ]
    segment = dice.choice(SEGMENTS)
    return Facts(
        segment=segment,
        managed_days=dice.choice([5, 20, 80, 100, 400]),
        touches=_touches(dice, {"key": 14, "major": 30, "standard": 90}[segment], len(people)),
        people=people,
        months=_months(dice),
        bills=[_bill(dice) for _ in range(dice.randint(0, 4))],
        troubles=[_trouble(dice) for _ in range(dice.choice([0, 0, 1, 2]))],
        deeds=_deeds(dice),
        sold=[
            (dice.randrange(len(care_books.WARES)), dice.randint(-5, 300)) for _ in range(dice.randint(0, 3))
        ],
        industry=dice.choice(["", "Steel", "Food"]),
        ratings=[
            Rating(dice.choice([1, 1, 2, 4]), dice.randint(-2, 110), dice.randint(0, 1)) for _ in range(2)
        ],
        leads=dice.choice([(), (), [Lead(0, 300, 30), Lead(1, dice.choice([30, 10]))]]),
        lost_age=_some(dice, 0.05, -30, 30),
        made_age=_some(dice, 0.7, 0, 700),
    )


def _some(dice, chance, low, high):
    return dice.randint(low, high) if dice.random() < chance else None


def _made(dice):
    return _some(dice, 0.3, -5, 200)


def _touches(dice, cadence, people):
    """A rhythm of about the cadence, broken off somewhere, in the days up to now and beyond."""
    age, found = dice.randint(-20, 2 * cadence), []
    for _ in range(dice.choice([0, 1, 3, 8, 20])):
        met = dice.sample(range(people), k=min(people, dice.randint(0, 2)))
        mood = dice.choice([None, -2, -1, 0, 1, 1, 2])
        found.append(Touch(age, dice.random() < 0.8, mood, met, _made(dice)))
        age += dice.randint(0, max(1, cadence))
    return found


def _months(dice):
    usual = dice.choice([10, 25_000, 10**9])
    first = dice.choice([0, 10, 18, 25, 30])
    growth = dice.choice([0.9, 0.97, 1.0, 1.02])
    found = {back: round(usual * growth**-back * dice.uniform(0.7, 1.3)) for back in range(first)}
    for back in dice.sample(range(first), k=min(first, dice.choice([0, 0, 4]))):
        found[back] = dice.choice([0, -usual])
    return found


def _bill(dice):
    amount = dice.choice([8, 20, 20_000, 10**9])
    issued = dice.randint(-5, 400)
    payments, credits = [], []
    if dice.random() < 0.4:
        gone = _some(dice, 0.3, -5, 60)
        payments = [Paid(amount // 2, issued - dice.randint(0, 60), gone, _made(dice))]
    if dice.random() < 0.3:
        credits = [Credit(amount // 4, issued - dice.randint(0, 60), _some(dice, 0.3, -5, 60), _made(dice))]
    due = issued - dice.choice([0, 15, 30, 60])
    return Bill(
        amount, issued, dice.choice([due, due, due, None]),
        currency=dice.choice(["VND"] * 9 + ["USD"]), known=dice.random() < 0.95,
        disputed_age=_some(dice, 0.2, -5, 100), settled_age=_some(dice, 0.1, -5, 50),
        cancelled_age=_some(dice, 0.1, -5, 50), payments=payments, credits=credits, made_age=_made(dice),
    )  # fmt: skip


def _trouble(dice):
    """Runs of a clock from some weeks ago on, in minutes; the last one still runs, waits or ended."""
    edges = sorted((dice.randint(-2000, 30_000) for _ in range(dice.randint(1, 5))), reverse=True)
    runs = [
        Run(at, until, dice.choice(["waiting", "resolved"]))
        for at, until in zip(edges[::2], edges[1::2], strict=False)
    ]
    if len(edges) % 2:
        runs.append(Run(edges[-1] - 1))
    distinct = {run.at: run for run in runs}
    return Trouble(
        dice.choice([1, 3, 5, 10, 10]), dice.choice([2, 8, 24, 80]), list(distinct.values()), _made(dice)
    )


def _deeds(dice):
    found = []
    for place in range(dice.choice([0, 1, 1, 2])):
        end = dice.choice([dice.randint(-200, 0), dice.randint(0, 60), dice.randint(15, 190)])
        found.append(_deed(dice, end + 365, end if dice.random() < 0.85 else None))
        if place == 0 and dice.random() < 0.4:
            found.append(_deed(dice, end, end - 365, renews=0))
    return found


def _deed(dice, start, end, renews=None):
    states = ["signed", "signed", "signed", "ended"] if renews is None else ["draft", "signed", "lost"]
    return Deed(
        value=dice.choice([0, 100, 300, 10**9]), start_age=start, end_age=end, state=dice.choice(states),
        decided_age=dice.randint(-5, 60) if renews == 0 else start + 1, ended_age=dice.randint(-40, 40),
        auto_renews=dice.random() < 0.2, notice_age=_some(dice, 0.5, -5, 60), made_age=dice.randint(-5, 100),
        renews=renews, currency=dice.choice(["VND"] * 9 + ["USD"]),
        products=dice.sample(range(len(care_books.WARES)), k=dice.randint(0, 2)),
    )  # fmt: skip
