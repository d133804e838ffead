"""Who leads which of the demo's firms, since when, and who led it before."""

import datetime

from django.utils import timezone

from accounts.models import Segment
from clients.models import Assignment, AssignmentRole, KeyStatus

from .people import PEOPLE
from .stories import EN, KEY_REASONS, VI

SEGMENTS = [Segment.KEY, Segment.MAJOR, Segment.STANDARD]

# How things go with a client, dealt out to each portfolio so that every one has something of everything.
DEALT = {
    Segment.KEY: [
        "healthy",
        "slipping",
        "growing",
        "souring",
        "healthy",
        "recovered",
        "healthy",
        "neglected",
        "healthy",
    ],
    Segment.MAJOR: [
        "healthy",
        "growing",
        "souring",
        "healthy",
        "neglected",
        "healthy",
        "slipping",
        "healthy",
        "recovered",
    ],
    Segment.STANDARD: [
        "healthy",
        "neglected",
        "growing",
        "healthy",
        "new",
        "healthy",
        "slipping",
        "healthy",
        "never",
        "growing",
        "healthy",
        "souring",
        "healthy",
        "healthy",
        "quiet_new",
        "healthy",
        "recovered",
        "growing",
    ],
}
LOST = 3
CONTACT_EVERY_DAYS = {Segment.KEY: 14, Segment.MAJOR: 30, Segment.STANDARD: 90}
REASONS = {
    VI: ("Phân công theo khu vực và ngành hàng", "Nhận bàn giao do sắp xếp lại danh mục khách hàng"),
    EN: ("Assigned by region and industry", "Handed over when portfolios were rearranged"),
}


def deal_out(firms, rng):
    """Sets lead and profile of each firm. A few of every segment stay without a lead for the admin."""
    pools = {segment: [f for f in firms if f.segment == segment] for segment in SEGMENTS}
    for segment, place in zip(SEGMENTS, range(3), strict=True):
        cards = DEALT[segment]
        for person in PEOPLE:
            # The first cards are always dealt, so that a small portfolio is not all trouble.
            hand = [cards[i % len(cards)] for i in range(person.takes[place])]
            for profile in hand:
                firm = _take(pools[segment], person.vietnamese, rng)
                firm.lead, firm.profile = person.key, profile
    rest = [firm for pool in pools.values() for firm in pool]
    for firm in rest:
        firm.profile = "unassigned"
    for firm in rest[-LOST:]:
        firm.profile = "lost"


def _take(pool, vietnamese, rng):
    wanted = rng.random() < vietnamese
    return pool.pop(next((i for i, firm in enumerate(pool) if firm.is_vietnamese == wanted), 0))


def managed_days(firm, rng):
    """How long ago the first lead was assigned."""
    cadence = CONTACT_EVERY_DAYS[firm.segment]
    if firm.profile == "quiet_new":
        return rng.randint(3, cadence // 2)
    if firm.profile == "new":
        return rng.randint(20, 60)
    if firm.profile == "never":
        return int(cadence * rng.uniform(1.3, 2.2))
    return rng.randint(560, 900)


def create_assignments(firms, users, rng, today):
    """Writes leads, former leads, other team roles and key periods.

    Returns {firm name: [(user, first day, last day or None)]} of the leads, oldest first.
    """
    now = timezone.now()
    rows, periods = [], {}
    account_managers = [users[p.key] for p in PEOPLE if p.takes[1] + p.takes[2] > 10]
    for firm in (firm for firm in firms if firm.lead or firm.profile == "lost"):
        lead = users[firm.lead] if firm.lead else users["am"]
        firm.managed = managed_days(firm, rng)
        first, handed_over = now - datetime.timedelta(days=firm.managed, hours=rng.randint(1, 8)), None
        others = [user for user in account_managers if user != lead]
        if firm.managed > 500 and rng.random() < 0.14:
            handed_over = now - datetime.timedelta(days=rng.randint(45, 300))
        ended = now - datetime.timedelta(days=40) if firm.profile == "lost" else None
        spans = [(lead, handed_over or first, ended)]
        if handed_over:
            spans.insert(0, (rng.choice(others), first, handed_over))
        rows += [_lead_row(firm, users["admin"], *span, index) for index, span in enumerate(spans)]
        periods[firm.name] = spans
    _hand_over_lately(rows, periods, firms, users, now, today)
    rows += _team_rows(firms, users, now)
    Assignment.objects.bulk_create(rows)
    _create_key_periods(firms, users["admin"], rng, now)
    return periods


def _lead_row(firm, admin, user, started, ended, index):
    reasons = REASONS[VI if firm.is_vietnamese else EN]
    return Assignment(
        client=firm.row,
        user=user,
        started_at=started,
        ended_at=ended,
        reason=reasons[min(index, 1)],
        assigned_by=admin,
    )


def _hand_over_lately(rows, periods, firms, users, now, today):
    """am@ has just given a client to am2@ and may still read it for nine days."""
    firm = next(f for f in firms if f.lead == "am2" and f.profile == "healthy" and len(periods[f.name]) == 1)
    _user, first, _ended = periods[firm.name][0]
    changed_at = now - datetime.timedelta(days=5)
    current = next(row for row in rows if row.client is firm.row)
    current.started_at, current.reason = changed_at, REASONS[VI if firm.is_vietnamese else EN][1]
    before = _lead_row(firm, users["admin"], users["am"], first, changed_at, 0)
    before.read_until = today + datetime.timedelta(days=9)
    rows.append(before)
    periods[firm.name] = [(users["am"], first, changed_at), (users["am2"], changed_at, None)]


def _team_rows(firms, users, now):
    """Others on the account team: a relationship manager beside a KAM, and cover during a leave."""
    key_clients = [firm for firm in firms if firm.lead == "kam"]
    covered = [firm for firm in firms if firm.lead == "am2"][-2:]
    weeks = datetime.timedelta(weeks=1)
    wanted = [(firm, users["rm"], AssignmentRole.SUPPORT, 20, None) for firm in key_clients[:2]]
    wanted += [(firm, users["senior"], AssignmentRole.SPONSOR, 30, None) for firm in key_clients[:1]]
    wanted += [(firm, users["am"], AssignmentRole.COVER, 1, 2) for firm in covered]
    return [
        Assignment(
            client=firm.row,
            user=user,
            role=role,
            started_at=now - weeks * since,
            ended_at=now + weeks * until if until else None,
            reason=REASONS[VI if firm.is_vietnamese else EN][0],
            assigned_by=users["admin"],
        )
        for firm, user, role, since, until in wanted
    ]


def _create_key_periods(firms, admin, rng, now):
    rows = []
    for firm in (firm for firm in firms if firm.segment == Segment.KEY):
        rows.append(
            KeyStatus(
                client=firm.row,
                reason=KEY_REASONS[VI if firm.is_vietnamese else EN],
                approved_by=admin,
                started_at=now - datetime.timedelta(days=rng.randint(200, 500)),
            )
        )
    KeyStatus.objects.bulk_create(rows)
