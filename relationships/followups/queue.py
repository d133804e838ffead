"""The work of one person's day: their queue in order, what comes next, and how their portfolio stands.

Only clients they may still change are in it: a former lead's list empties with the handover.
"""

import datetime
from dataclasses import dataclass, field
from itertools import groupby

from django.db.models import Case, Count, Exists, F, Max, OuterRef, Q, Sum, Value, When, Window
from django.db.models.functions import CumeDist
from django.utils import timezone

from accounts.web.pagination import keyset_page
from clients.models import Band, Client
from relationships.followups import subjects, wording
from relationships.followups.care_rules import CARE_RULES, NO_NEXT_STEP
from relationships.models import Channel, Delivery, DeliveryStatus, FollowUp, FollowUpRule

FOLLOW_UPS_A_PAGE = 50
SOON_DAYS = 7
SHOWN_IN_A_PANEL = 6
# Late first; then the client with the most revenue, all of one client together, its oldest first. Revenue is compared
# within its currency, since nothing converts them: the first of the dong and the first of the dollars stand together.
ORDER = ["-has_late", "-revenue_rank", "client_id", "due_on", "id"]
# Follow-ups that somebody decided on, or that a row of the client's care asks for; the cadence alone is no next step.
PLANNED_RULES = (
    FollowUpRule.MANUAL,
    FollowUpRule.NEXT_STEP,
    FollowUpRule.HANDOVER,
    *(rule for rule in CARE_RULES if rule not in NO_NEXT_STEP),
)
# The others show how they are to be done.
RULES_WITH_AN_ICON = {FollowUpRule.CADENCE, FollowUpRule.HANDOVER, *CARE_RULES}


@dataclass(frozen=True)
class Item:
    """A follow-up as it is shown: `days` until due, below zero when late; `is_new` since yesterday."""

    follow_up: FollowUp
    what: str
    why: str
    days: int
    is_new: bool = False

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
    """One client's follow-ups, together; `is_late` when any of them is."""

    client: Client
    items: list
    is_late: bool


@dataclass
class Portfolio:
    """How the clients that someone leads stand. `revenue` holds (currency, last 12 months), the most clients first."""

    clients: int = 0
    revenue: list = field(default_factory=list)
    bands: dict = field(default_factory=lambda: dict.fromkeys(Band.values, 0))


def items_of(follow_ups, today, news=frozenset()):
    return [
        Item(
            follow_up=follow_up,
            what=wording.what(follow_up),
            why=wording.why(follow_up, today),
            days=(follow_up.due_on - today).days,
            is_new=follow_up.pk in news,
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
        first = members[0].follow_up
        groups.append(Group(first.client, members, bool(first.has_late)))
    return groups


def due_follow_ups(user, today):
    """What `user` has to do by `today`, with `has_late` of its client, `revenue_rank` and `came_today`."""
    is_late = Case(When(due_on__lt=today, then=Value(1)), default=Value(0))
    midnight = timezone.make_aware(datetime.datetime.combine(today, datetime.time()))
    arrived = Delivery.objects.filter(
        follow_up=OuterRef("pk"),
        user=user,
        due_on=OuterRef("due_on"),
        channel=Channel.IN_APP,
        status=DeliveryStatus.SENT,
        sent_at__gte=midnight,
    )
    return (
        own(user)
        .due_by(today)
        .annotate(
            has_late=Window(Max(is_late), partition_by=F("client_id")),
            revenue_rank=Window(
                CumeDist(), partition_by=F("client__currency"), order_by=F("client__revenue_12m").asc()
            ),
            came_today=Exists(arrived),
        )
    )


def own(user):
    return FollowUp.objects.changeable_by(user).open().assigned_to(user)


def queue_page(user, today, cursor=""):
    """One page of the queue; a cursor behind the end gives the first. One query, two where a page has emptied."""
    due = due_follow_ups(user, today).select_related("client").defer("client__note", "client__name_fold")
    page = keyset_page(due, keys=ORDER, cursor=cursor, size=FOLLOW_UPS_A_PAGE)
    return page if page.rows or not cursor else keyset_page(due, keys=ORDER, size=FOLLOW_UPS_A_PAGE)


def counts(user, today):
    """{"due": all that is due by today, "late": those due before, "clients": whom they are for}. One query."""
    return (
        own(user)
        .due_by(today)
        .aggregate(
            due=Count("pk"),
            late=Count("pk", filter=Q(due_on__lt=today)),
            clients=Count("client", distinct=True),
        )
    )


def coming_up(user, today):
    """The next seven days' follow-ups, at most a panel full, each with `total`, the count of all. One query."""
    last = today + datetime.timedelta(days=SOON_DAYS)
    soon = own(user).filter(due_on__gt=today, due_on__lte=last).annotate(total=Window(Count("pk")))
    return list(soon.ranked().select_related("client")[:SHOWN_IN_A_PANEL])


def without_next_step(user):
    """Clients they lead for whom nothing is planned but the cadence, the most revenue first. One query.

    At most a panel full, each with `total`, the count of all.
    """
    planned = FollowUp.objects.open().filter(client=OuterRef("pk"), rule__in=PLANNED_RULES)
    clients = Client.objects.active().led_by(user.pk).filter(~Exists(planned))
    return list(clients.annotate(total=Window(Count("pk"))).by_revenue()[:SHOWN_IN_A_PANEL])


def portfolio_of(user):
    """The active clients that `user` leads: how many, revenue by currency, bands. One query."""
    rows = (
        Client.objects.active()
        .led_by(user.pk)
        .order_by()
        .values("currency", "health_band")
        .annotate(clients=Count("pk"), revenue=Sum("revenue_12m"))
    )
    portfolio, by_currency = Portfolio(), {}
    for row in rows:
        portfolio.clients += row["clients"]
        portfolio.bands[row["health_band"]] += row["clients"]
        clients, revenue = by_currency.get(row["currency"], (0, 0))
        by_currency[row["currency"]] = (clients + row["clients"], revenue + row["revenue"])
    most_first = sorted(by_currency.items(), key=lambda entry: (-entry[1][0], entry[0]))
    portfolio.revenue = [(currency, revenue) for currency, (_clients, revenue) in most_first]
    return portfolio
