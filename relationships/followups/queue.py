"""The work of one person's day: their queue in order, what comes next, and how their portfolio stands.

Only clients they may still change are in it: a former lead's list empties with the handover.
"""

import datetime
from dataclasses import dataclass, field
from itertools import groupby

from django.db.models import Count, Exists, OuterRef, Q, Sum, Window
from django.utils import timezone

from accounts.access import covered_by
from accounts.models import Absence
from accounts.web.pagination import keyset_page
from clients.models import Band, Client
from relationships.followups import ranking, subjects, wording, wording_over
from relationships.followups.care_rules import CARE_RULES
from relationships.models import Channel, Delivery, DeliveryStatus, FollowUp, FollowUpRule, FollowUpStatus

FOLLOW_UPS_A_PAGE = 25
SHOWN_IN_A_PANEL = 6
# What a row of the queue shows, or its words are made of; clients are wide.
SHOWN = (
    *(
        "assignee",
        "kind",
        "due_on",
        "due_time",
        "rule",
        "reason",
        "subject_id",
        "facts",
        "snoozes",
        "created_at",
        "created_by",
    ),
    *("client__name", "client__segment", "client__currency", "client__revenue_12m"),
    *("client__health_band", "client__health_score", "client__health_trend"),
)
# The others show how they are to be done.
RULES_WITH_AN_ICON = {FollowUpRule.CADENCE, FollowUpRule.HANDOVER, *CARE_RULES}


@dataclass(frozen=True)
class Item:
    """A follow-up as it is shown: `days` until due, below zero when late; `is_new` since yesterday.

    `away` is the Absence of its assignee, where the reader stands in.
    """

    follow_up: FollowUp
    what: str
    why: str
    days: int
    is_new: bool = False
    away: Absence | None = None

    @property
    def subject_url(self):
        """The page of what it is about; empty where it is about the client as a whole."""
        return subjects.url_of_follow_up(self.follow_up)

    @property
    def icon(self):
        """The name of its picture in accounts.templatetags.ui: the rule's where it has one, else the kind's."""
        rule = self.follow_up.rule
        return rule if rule in RULES_WITH_AN_ICON else self.follow_up.kind


@dataclass(frozen=True)
class Group:
    """One client's follow-ups, together, the most urgent first."""

    client: Client
    items: list


@dataclass(frozen=True)
class Over:
    """A follow-up that closed by itself: for whom, what it asked for, and why that is over."""

    follow_up: FollowUp
    what: str
    why: str


@dataclass
class Portfolio:
    """How the clients that someone leads stand. `revenue` holds (currency, last 12 months), the most clients first;
    `change` is what the first of them is more or less than the year before, a share, None without such a year."""

    clients: int = 0
    revenue: list = field(default_factory=list)
    change: object = None
    bands: dict = field(default_factory=lambda: dict.fromkeys(Band.values, 0))


def items_of(follow_ups, today, news=frozenset(), away=None):
    """Items in the order given; `away` holds the absences that the reader covers, by person."""
    return [
        Item(
            follow_up=follow_up,
            what=wording.what(follow_up),
            why=wording.why(follow_up, today),
            days=(follow_up.due_on - today).days,
            is_new=follow_up.pk in news,
            away=away.get(follow_up.assignee_id) if away else None,
        )
        for follow_up in follow_ups
    ]


def news_of(follow_ups, today, user):
    """Ids of those that came today without being expected today: handed over, planned by another, or late already.

    None where they are all that is late, as on the first day of a book: a mark on everything says nothing.
    """
    late = {row.pk for row in follow_ups if row.due_on < today}
    others = {row.pk for row in follow_ups if row.created_by_id not in (None, user.pk)}
    news = {row.pk for row in follow_ups if row.came_today} & (late | others)
    return frozenset() if late and late <= news else frozenset(news)


def grouped(items):
    """`items` in order, those of one client together."""
    groups = []
    for _client_id, members in groupby(items, key=lambda item: item.follow_up.client_id):
        members = list(members)
        groups.append(Group(members[0].follow_up.client, members))
    return groups


def due_follow_ups(user, today):
    """What `user` has to do by `today`, ranked (see `ranking.ranked`), with `came_today`."""
    arrived = Delivery.objects.filter(
        follow_up=OuterRef("pk"),
        user=user,
        due_on=OuterRef("due_on"),
        channel=Channel.IN_APP,
        status=DeliveryStatus.SENT,
        sent_at__gte=midnight(today),
    )
    return ranking.ranked(own(user).due_by(today), today).annotate(came_today=Exists(arrived))


def midnight(day):
    return timezone.make_aware(datetime.datetime.combine(day, datetime.time()))


def why_here(user, follow_up, today):
    """The `ranking.Factors` of a follow-up in the list of `user`; None where it is not there. Two queries."""
    due = own(user).due_by(today)
    if not due.filter(pk=follow_up.pk).exists():
        return None
    client = follow_up.client
    peers = due.filter(client__currency=client.currency)
    counts = peers.aggregate(
        all=Count("pk"), less=Count("pk", filter=Q(client__revenue_12m__lte=client.revenue_12m))
    )
    return ranking.explain(follow_up, today, share=counts["less"] / counts["all"])


def covered_absences(user):
    """{person: Absence} of those `user` stands in for today. One query where there are any, else none."""
    if not covered_by(user):
        return {}
    running = Absence.objects.running(timezone.now()).filter(substitute=user.pk).select_related("person")
    return {absence.person_id: absence for absence in running}


def over_lately(user, today):
    """What was due for `user` and closed by itself since yesterday, newest first. One query.

    At most a panel full, each follow-up with `total`, the count of all.
    """
    people = (user.pk, *covered_by(user))
    since = midnight(today - datetime.timedelta(days=1))
    closed = FollowUp.objects.changeable_by(user).filter(
        status=FollowUpStatus.CLOSED, closed_at__gte=since, assignee__in=people, due_on__lte=today
    )
    closed = closed.annotate(total=Window(Count("pk"))).select_related("client").only(*SHOWN)
    closed = closed.order_by("-closed_at", "-id")
    return [
        Over(row, wording.what(row), wording_over.over(row.rule, row.facts))
        for row in closed[:SHOWN_IN_A_PANEL]
    ]


def own(user):
    """What is open for `user`, and for whoever they stand in for today."""
    people = (user.pk, *covered_by(user))
    return FollowUp.objects.changeable_by(user).open().filter(assignee__in=people)


def queue_page(user, today, cursor=""):
    """One page of the queue; a cursor behind the end gives the first. One query, two where a page has emptied.

    Each row has `due` and `late`, the counts of all that is due and of what is late.
    """
    due = due_follow_ups(user, today).select_related("client").only(*SHOWN)
    due = due.annotate(due=Window(Count("pk")), late=Window(Count("pk", filter=Q(due_on__lt=today))))
    page = keyset_page(due, keys=ranking.ORDER, cursor=cursor, size=FOLLOW_UPS_A_PAGE)
    return page if page.rows or not cursor else keyset_page(due, keys=ranking.ORDER, size=FOLLOW_UPS_A_PAGE)


def counts(page):
    """{"due": all that is due by today, "late": those due before} of a `queue_page`. No query."""
    first = page.rows[0] if page.rows else None
    return {"due": first.due if first else 0, "late": first.late if first else 0}


def portfolio_of(user):
    """The active clients that `user` leads: how many, revenue by currency, bands. One query."""
    rows = (
        Client.objects.active()
        .led_by(user.pk)
        .order_by()
        .values("currency", "health_band")
        .annotate(clients=Count("pk"), revenue=Sum("revenue_12m"), before=Sum("revenue_12m_before"))
    )
    portfolio, by_currency = Portfolio(), {}
    for row in rows:
        portfolio.clients += row["clients"]
        portfolio.bands[row["health_band"]] += row["clients"]
        clients, revenue, before = by_currency.get(row["currency"], (0, 0, 0))
        sums = (clients + row["clients"], revenue + row["revenue"], before + row["before"])
        by_currency[row["currency"]] = sums
    most_first = sorted(by_currency.items(), key=lambda entry: (-entry[1][0], entry[0]))
    portfolio.revenue = [(currency, revenue) for currency, (_clients, revenue, _before) in most_first]
    if most_first:
        _currency, (_clients, revenue, before) = most_first[0]
        portfolio.change = (revenue - before) / before if before else None
    return portfolio
