"""A generated book with the numbers and the oddities of the practice data in `shared/data/maven`."""

import csv
import datetime
import random

CLIENTS, AGENTS, DEALS, WITHOUT_CLIENT = 85, 35, 8_800, 1_425
PRODUCTS = {"Pro One": 4821, "Mini": 55, "Max": 3393, "Ultra": 5482, "Base": 550, "Plus": 1096, "Rack": 26768}
MANAGERS = [("Pia Post", "Central"), ("Ole Ort", "Central"), ("Quinn Quay", "East"), ("Rita Rau", "East")]
MANAGERS += [("Sam Sund", "West"), ("Tom Tal", "West")]
SECTORS = ["technolgy", "medical", "retail", "software", "finance"]
COUNTRIES = ["United States", "Philipines", "Kenya", "Korea"]


def write_book(folder):
    """Writes the four files."""
    rng = random.Random(85)
    agents = [f"Agent{chr(65 + n // 26)}{chr(97 + n % 26)} Surname" for n in range(AGENTS)]
    clients = [f"Client {n}" for n in range(CLIENTS)]
    _write(
        folder / "accounts.csv",
        "account,sector,year_established,revenue,employees,office_location,subsidiary_of",
        [
            [
                name,
                SECTORS[n % 5],
                1990 + n % 30,
                n * 10.5,
                n * 7,
                COUNTRIES[n % 4],
                clients[n % 7] if n >= 70 else "",
            ]
            for n, name in enumerate(clients)
        ],
    )
    _write(
        folder / "sales_teams.csv",
        "sales_agent,manager,regional_office",
        [[agent, *MANAGERS[n % 6]] for n, agent in enumerate(agents)],
    )
    _write(
        folder / "products.csv",
        "product,series,sales_price",
        [[name, name.split()[0], price] for name, price in PRODUCTS.items()],
    )
    header = "opportunity_id,sales_agent,product,account,deal_stage,engage_date,close_date,close_value"
    _write(folder / "sales_pipeline.csv", header, [_deal(n, agents[:30], clients, rng) for n in range(DEALS)])


def _deal(number, agents, clients, rng):
    client = "" if number < WITHOUT_CLIENT else rng.choice(clients)
    product = rng.choice(list(PRODUCTS))
    spelt = "ProOne" if product == "Pro One" else product
    opened = datetime.date(2016, 10, 20) + datetime.timedelta(days=rng.randrange(300))
    closed = opened + datetime.timedelta(days=rng.randrange(3, 135))
    # The busiest agent leads more clients than an account manager should.
    agent = agents[0] if rng.random() < 0.3 else rng.choice(agents)
    row = [f"D{number}", agent, spelt, client]
    if not client:
        return [*row, "Engaging", _us(opened), "", ""]
    if rng.random() < 0.6:
        return [*row, "Won", _us(opened), _us(min(closed, datetime.date(2017, 12, 31))), PRODUCTS[product]]
    return [*row, "Lost", _us(opened), _us(closed), 0]


def _us(day):
    return f"{day.month}/{day.day}/{day.year}"


def _write(path, header, rows):
    with path.open("w", newline="", encoding="utf-8") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(header.split(","))
        writer.writerows(rows)
