"""Who is where in the big book, worked out from numbers alone so that nothing has to be kept in memory.

A team is one senior (10 clients), one KAM (4 key clients) and eight account managers (20 clients each); in every
fourth team the last of them is a relationship manager. Twelve teams make a region, which has one manager. One
client in a hundred has no lead. What must be remembered of a client takes 20 bytes.
"""

from array import array
from dataclasses import dataclass, field

from accounts.models import Segment, Tier

SENIOR_CLIENTS, KAM_CLIENTS, AM_CLIENTS, AMS = 10, 4, 20, 8
TEAM_PEOPLE = 2 + AMS
TEAM_CLIENTS = SENIOR_CLIENTS + KAM_CLIENTS + AM_CLIENTS * AMS
REGION_TEAMS = 12
WITHOUT_LEAD_EVERY = 100

# A third of the clients were never touched; of the others the k-th busiest has a share like (k + 20)^-0.8, which
# gives the busiest of 20,000 clients some thousands of a million interactions.
TOUCHED_SHARE, SKEW, FLAT_TOP = 0.65, 0.8, 20
SCATTER = 7_919  # a prime: steps through the clients so that the busy ones are spread over all teams


@dataclass
class Layout:
    """Sizes of the book, and the first of the numbers that were reserved for its rows."""

    clients: int
    interactions: int
    invoices: int = 0
    contracts: int = 0
    issues: int = 0
    deals: int | None = None  # won ones; None: one for each month of revenue
    first_user: int = 0
    first_team: int = 0
    first_client: int = 0
    first_contact: int = 0
    first_invoice: int = 0
    first_contract: int = 0
    first_issue: int = 0
    touches: array = field(default_factory=lambda: array("L"))
    contacts_before: array = field(default_factory=lambda: array("Q"))

    @property
    def teams(self):
        return -(-self.clients // TEAM_CLIENTS)

    @property
    def regions(self):
        return -(-self.teams // REGION_TEAMS)

    @property
    def people(self):
        """One admin, the managers, then the teams."""
        return 1 + self.regions + self.teams * TEAM_PEOPLE

    def manager_id(self, region):
        return self.first_user + 1 + region

    def member_id(self, team, seat):
        return self.first_user + 1 + self.regions + team * TEAM_PEOPLE + seat

    def lead_id(self, index):
        """The user who leads client number `index`, or None."""
        if index % WITHOUT_LEAD_EVERY == WITHOUT_LEAD_EVERY - 1:
            return None
        return self.member_id(index // TEAM_CLIENTS, seat_of(index))

    def spread_touches(self):
        """Gives every client its number of interactions; together exactly `interactions`."""
        touched = max(1, int(self.clients * TOUCHED_SHARE))
        shares = [(k + FLAT_TOP) ** -SKEW for k in range(touched)]
        total, done, given = sum(shares), 0.0, 0
        self.touches = array("L", bytes(array("L").itemsize * self.clients))
        step = SCATTER if self.clients % SCATTER else 1
        for rank, share in enumerate(shares):
            done += share
            upto = self.interactions if rank == touched - 1 else int(self.interactions * done / total)
            self.touches[rank * step % self.clients] = upto - given
            given = upto

    def spread_contacts(self, rng):
        """Gives every client its contacts: none for one in ten, else 1 to 6."""
        before, self.contacts_before = 0, array("Q", [0])
        for _ in range(self.clients):
            before += 0 if rng.random() < 0.1 else 1 + int(rng.random() * rng.random() * 6)
            self.contacts_before.append(before)

    def invoices_of(self, index):
        return self._share(self.invoices, self.first_invoice, index)

    def contracts_of(self, index):
        return self._share(self.contracts, self.first_contract, index)

    def issues_of(self, index):
        return self._share(self.issues, self.first_issue, index)

    def won_deals_of(self, index):
        """How many, or None: as many as it has months of revenue."""
        return None if self.deals is None else self._share(self.deals, 0, index)[1]

    def _share(self, total, first, index):
        """(number of the first, how many): every client's part of `total` rows, as even as can be."""
        before = total * index // self.clients
        return first + before, total * (index + 1) // self.clients - before

    def contacts_of(self, index):
        """(number of the first, how many)"""
        before = self.contacts_before[index]
        return self.first_contact + before, self.contacts_before[index + 1] - before


def seat_of(index):
    """Whose of the team's people client number `index` is: 0 the senior, 1 the KAM, then the account managers."""
    place = index % TEAM_CLIENTS
    if place < SENIOR_CLIENTS:
        return 0
    if place < SENIOR_CLIENTS + KAM_CLIENTS:
        return 1
    return 2 + (place - SENIOR_CLIENTS - KAM_CLIENTS) // AM_CLIENTS


def tier_of(team, seat):
    if seat < 2:
        return (Tier.SENIOR, Tier.KAM)[seat]
    return Tier.RM if seat == TEAM_PEOPLE - 1 and team % 4 == 3 else Tier.AM


def segment_of(index):
    seat = seat_of(index)
    if seat == 1:
        return Segment.KEY
    return Segment.MAJOR if seat == 0 or index % 5 == 0 else Segment.STANDARD
