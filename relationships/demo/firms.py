"""The demo's client companies and the people there."""

import datetime
import unicodedata
from dataclasses import dataclass, field

import pgtrigger
from django.utils import timezone

from accounts.models import Segment
from clients.models import Client, Contact

from . import words

INTERNATIONAL, VIETNAMESE = 85, 65
KEY, MAJOR = 9, 42
ENTERED = datetime.timedelta(days=920)  # before anyone was assigned to them
GROUPS = 6  # parent groups, each with two or three members

# Role order of a client's contacts: the first ones are there at every client.
ROLE_ORDER = ["decision_maker", "champion", "procurement", "finance", "user", "influencer", "blocker"]
CONTACTS = {Segment.KEY: (6, 8), Segment.MAJOR: (3, 6), Segment.STANDARD: (1, 3)}


@dataclass
class Firm:
    """A client on its way into the database. `size` is its yearly revenue with us in USD."""

    name: str
    industry: str
    country: str
    city: str
    size: float
    segment: str = Segment.STANDARD
    profile: str = "healthy"
    lead: str | None = None
    parent: "Firm | None" = None
    row: Client | None = None
    contacts: list = field(default_factory=list)

    @property
    def is_vietnamese(self):
        return self.country == "VN"

    @property
    def domain(self):
        letters = unicodedata.normalize("NFD", self.name.lower().replace("đ", "d"))
        return "".join(c for c in letters if c.isascii() and c.isalnum()) + ".example"


def invent_firms(rng):
    """About 150 firms, largest first, with segments. Sizes are skewed: half of them bring 80 % of the revenue."""
    firms = _international(rng) + _vietnamese(rng)
    firms.sort(key=lambda firm: -firm.size)
    # Key status follows revenue only roughly: some of the largest are still candidates.
    for place in rng.sample(range(KEY + 7), KEY):
        firms[place].segment = Segment.KEY
    for firm in [firm for firm in firms if firm.segment != Segment.KEY][:MAJOR]:
        firm.segment = Segment.MAJOR
    _join_groups(firms)
    return firms


def _size(rng):
    return min(max(rng.lognormvariate(10.3, 0.9), 12_000), 500_000)


def _international(rng):
    names = [first + last for first in words.SYLLABLES for last in words.ENDINGS]
    countries = list(words.COUNTRY_WEIGHTS)
    firms = []
    for name in rng.sample(names, INTERNATIONAL):
        industry = rng.choice(list(words.TRADES))
        country = rng.choices(countries, words.COUNTRY_WEIGHTS.values())[0]
        trade, city = rng.choice(words.TRADES[industry]), rng.choice(words.CITIES[country])
        firms.append(Firm(f"{name} {trade}", industry, country, city, _size(rng)))
    return firms


def _vietnamese(rng):
    names = [f"{first} {second}" for first in words.VN_FIRST for second in words.VN_SECOND]
    firms = []
    for name in rng.sample(names, VIETNAMESE):
        industry = rng.choice(list(words.VN_TRADES))
        city = rng.choices(list(words.VN_CITIES), words.VN_CITIES.values())[0]
        trade = rng.choice(words.VN_TRADES[industry])
        firms.append(Firm(f"{trade} {name}", industry, "VN", city, _size(rng)))
    return firms


def _join_groups(firms):
    """Some middling firms belong to a larger one, as subsidiaries do."""
    for index in range(GROUPS):
        parent = firms[index * 3]
        members = [f for f in firms[30:] if f.is_vietnamese == parent.is_vietnamese and f.parent is None]
        for member in members[index : index + 2 + index % 2]:
            member.parent = parent


def create_firms(firms, rng, today):
    """Writes clients, parents first, and their contacts with reporting lines."""
    parents = {id(firm.parent) for firm in firms if firm.parent}
    heads = [firm for firm in firms if id(firm) in parents]
    others = [firm for firm in firms if id(firm) not in parents]
    for group in (heads, others):
        rows = Client.objects.bulk_create(_client_row(firm, rng) for firm in group)
        for firm, row in zip(group, rows, strict=True):
            firm.row = row
    with pgtrigger.ignore("clients.Client:update_update"):
        Client.objects.update(created_at=timezone.now() - ENTERED)
    _create_contacts(firms, rng, today)


def _client_row(firm, rng):
    vietnamese = firm.is_vietnamese
    return Client(
        name=firm.name,
        parent=firm.parent.row if firm.parent else None,
        industry=firm.industry,
        employees=int(firm.size / rng.uniform(150, 900)) + 8,
        city=firm.city,
        country=firm.country,
        # No province's codes begin with 00, so none of these is a real company's.
        tax_code=f"00{rng.randrange(10**8):08}" if vietnamese else "",
        phone=f"+84 28 5550 {rng.randrange(10_000):04}"
        if vietnamese
        else f"+1 555 01{rng.randrange(100):02}",
        website=f"https://{firm.domain}",
        segment=firm.segment,
        demanding=firm.profile in ("souring", "recovered") and rng.random() < 0.6,
        prestige=rng.choice([3, 4, 5]) if firm.segment == Segment.KEY else rng.choice([0, 0, 1, 1, 2, 3, 4]),
        currency="VND" if vietnamese else "USD",
        source="demo",
        source_ref=firm.name,
    )


def _create_contacts(firms, rng, today):
    rows = []
    for firm in firms:
        firm.contacts = [_contact_row(firm, role, rng, today) for role in _roles(firm, rng)]
        rows += firm.contacts
    Contact.objects.bulk_create(rows)
    _set_reporting_lines(firms)


def _roles(firm, rng):
    fewest, most = CONTACTS[firm.segment]
    count = rng.randint(fewest, most)
    return (ROLE_ORDER + ["user"])[:count]


def _contact_row(firm, role, rng, today):
    english, vietnamese = words.TITLES[role]
    name, address = _person(firm.country, rng)
    slug = unicodedata.normalize("NFD", name.lower().replace("đ", "d").replace("ß", "ss")).replace(" ", ".")
    return Contact(
        client=firm.row,
        name=name,
        given_name=address,
        title=rng.choice(vietnamese if firm.is_vietnamese else english),
        role=role,
        influence={"decision_maker": 5, "champion": 4, "blocker": 4, "user": 2}.get(role, 3),
        email="".join(c for c in slug if c.isascii() and (c.isalnum() or c in ".-")) + "@" + firm.domain,
        phone=f"+84 90 555 {rng.randrange(10_000):04}" if firm.is_vietnamese else "",
        birthday=datetime.date(rng.randint(1966, 1999), rng.randint(1, 12), rng.randint(1, 28))
        if rng.random() < 0.4
        else None,
        left_on=today - datetime.timedelta(days=rng.randint(20, 90))
        if firm.profile == "souring" and role == "procurement"
        else None,
    )


def _person(country, rng):
    """A full name and how to address them."""
    if country == "VN":
        woman = rng.random() < 0.5
        rest = rng.choice(words.VN_WOMEN if woman else words.VN_MEN)
        return f"{rng.choice(words.VN_FAMILY)} {rest}", f"{'chị' if woman else 'anh'} {rest.split()[-1]}"
    local = country if country in words.GIVEN else ""
    given = rng.choice(words.GIVEN[local])
    return f"{given} {rng.choice(words.FAMILY[local])}", given


def _set_reporting_lines(firms):
    """Everyone reports to the decision maker, users to the champion."""
    changed = []
    for firm in firms:
        by_role = {contact.role: contact for contact in firm.contacts}
        boss, champion = by_role.get("decision_maker"), by_role.get("champion")
        for contact in firm.contacts:
            above = champion if contact.role == "user" and champion else boss
            if above is not None and above is not contact:
                contact.reports_to = above
                changed.append(contact)
    Contact.objects.bulk_update(changed, ["reports_to"])
