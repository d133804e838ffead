"""What happened with somebody's clients while they were away: figures, and the entries that they count.

The figures are added up from the same rows that the page lists: each list is cut for each client, and a window over
the uncut rows keeps the counts.
"""

import datetime
from collections import Counter
from dataclasses import dataclass, field

from django.db.models import (
    Case,
    Count,
    DecimalField,
    F,
    IntegerField,
    OuterRef,
    Q,
    Subquery,
    Sum,
    Value,
    When,
    Window,
)
from django.db.models.fields.json import KT
from django.db.models.functions import Cast, CumeDist, RowNumber
from django.utils import timezone

from accounts.models import Segment
from clients.models import Assignment, Band, CareEvent, Client
from clients.models import CareEventKind as Kind
from relationships.followups.queue import items_of
from relationships.models import FollowUp, FollowUpStatus, HealthSnapshot, Interaction

SHOWN_OF_A_LIST = 3
# What of a client's care is told, in the order of its figures; the rest stands on the timeline.
ISSUES = (Kind.ISSUE_OPENED, Kind.ISSUE_REOPENED, Kind.ISSUE_BREACHED, Kind.ISSUE_RESOLVED)
MONEY = (Kind.PAYMENT, Kind.PAYMENT_REVERSED, Kind.PROMISE_BROKEN, Kind.DISPUTED)
AGREEMENTS = (
    Kind.CONTRACT_SIGNED,
    Kind.CONTRACT_ENDED,
    Kind.NOTICE_GIVEN,
    Kind.RENEWAL_LOST,
    Kind.DEAL_WON,
    Kind.DEAL_LOST,
)
TOLD = (*ISSUES, *MONEY, *AGREEMENTS, Kind.ESCALATED)
BAND_ORDER = [Band.AT_RISK, Band.WATCH, Band.HEALTHY]


@dataclass
class ClientNews:
    """One client; each list is cut, its `…_total` is the whole count. `band_before` is "" where nothing changed."""

    client: Client
    touches: list = field(default_factory=list)
    touches_total: int = 0
    settled: list = field(default_factory=list)
    settled_total: int = 0
    late: list = field(default_factory=list)
    late_total: int = 0
    events: list = field(default_factory=list)
    kinds: Counter = field(default_factory=Counter)
    handovers: list = field(default_factory=list)
    band_before: str = ""

    @property
    def events_total(self):
        return sum(self.kinds.values())

    @property
    def is_empty(self):
        return not (
            self.touches or self.settled or self.late or self.events or self.handovers or self.band_before
        )

    @property
    def hidden(self):
        """How many entries the page leaves to the client's timeline."""
        shown = len(self.touches) + len(self.settled) + len(self.late) + len(self.events)
        return self.touches_total + self.settled_total + self.late_total + self.events_total - shown

    @property
    def band_fell(self):
        known = self.band_before in BAND_ORDER and self.client.band_at_end in BAND_ORDER
        return known and BAND_ORDER.index(self.client.band_at_end) < BAND_ORDER.index(self.band_before)


@dataclass
class Back:
    """The page: `first_day` to `last_day` (today at most), clients with `late` work first, those without news last.

    `payments` is [(currency, sum)]; `gone` the handovers of clients that the reader may no longer open.
    """

    first_day: datetime.date
    last_day: datetime.date
    to_do: list
    others: list
    quiet: list
    figures: dict
    payments: list
    gone: list


def what_happened(absence, reader, today):
    """The `Back` of an absence for `reader`: only clients they may open. `today` is the day in the person's zone.

    What the person did themselves meanwhile is left out, since they know it. Seven queries.
    """
    last_day = min(absence.last_day, today)
    begin, end = _moment(absence, absence.first_day), _moment(absence, last_day + datetime.timedelta(days=1))
    led = Assignment.objects.leads().filter(user=absence.person_id, started_at__lt=timezone.now())
    led = led.filter(Q(ended_at__isnull=True) | Q(ended_at__gt=begin))
    clients = _clients(led, reader, absence.first_day, last_day)
    news = {client.pk: ClientNews(client) for client in clients}
    _add_touches(news, absence, begin, end)
    _add_settled(news, absence, begin, end)
    _add_late(news, absence, today)
    payments = _add_events(news, absence, begin, end)
    gone = _add_handovers(news, led, begin, end, with_gone=reader.pk == absence.person_id)
    for entry in news.values():
        if entry.client.band_at_start and entry.client.band_at_start != entry.client.band_at_end:
            entry.band_before = entry.client.band_at_start
    rows = list(news.values())
    return Back(
        first_day=absence.first_day,
        last_day=last_day,
        to_do=[row for row in rows if row.late],
        others=[row for row in rows if not row.late and not row.is_empty],
        quiet=[row.client for row in rows if row.is_empty],
        figures=_figures(rows, gone),
        payments=payments,
        gone=gone,
    )


def _moment(absence, day):
    """Midnight at the start of `day` in the person's zone."""
    return datetime.datetime.combine(day, datetime.time(), absence.person.zone)


def _clients(led, reader, first_day, last_day):
    """The clients by importance, with `band_at_start` and `band_at_end`: key clients, then revenue in its currency."""
    snapshots = HealthSnapshot.objects.filter(client=OuterRef("pk")).order_by("-taken_on")
    segment = Case(
        When(segment=Segment.KEY, then=Value(0)),
        When(segment=Segment.MAJOR, then=Value(1)),
        default=Value(2),
        output_field=IntegerField(),
    )
    clients = Client.objects.visible_to(reader).filter(pk__in=led.values("client"))
    clients = clients.defer("note", "name_fold").annotate(
        band_at_start=Subquery(snapshots.filter(taken_on__lt=first_day).values("shown_band")[:1]),
        band_at_end=Subquery(snapshots.filter(taken_on__lte=last_day).values("shown_band")[:1]),
        weight=segment,
        revenue_rank=Window(CumeDist(), partition_by=F("currency"), order_by=F("revenue_12m").asc()),
    )
    return list(clients.order_by("weight", "-revenue_rank", "pk"))


def _cut(rows, *order, group=("client",)):
    """At most SHOWN_OF_A_LIST rows of each group, with `total`, the count of all of it."""
    groups = [F(name) for name in group]
    rows = rows.annotate(
        total=Window(Count("pk"), partition_by=groups),
        place=Window(RowNumber(), partition_by=groups, order_by=order),
    )
    return rows.filter(place__lte=SHOWN_OF_A_LIST).order_by(*group, "place")


def _add_touches(news, absence, begin, end):
    rows = Interaction.objects.filter(client__in=news, occurred_at__gte=begin, occurred_at__lt=end)
    rows = rows.exclude(author=absence.person_id).select_related("author")
    for row in _cut(rows, F("occurred_at").desc(), F("pk").desc()):
        news[row.client_id].touches.append(row)
        news[row.client_id].touches_total = row.total


def _add_settled(news, absence, begin, end):
    """Follow-ups that others have done, or that closed by themselves."""
    rows = FollowUp.objects.filter(client__in=news, closed_at__gte=begin, closed_at__lt=end)
    rows = rows.filter(status__in=(FollowUpStatus.DONE, FollowUpStatus.CLOSED)).exclude(
        closed_by=absence.person_id
    )
    rows = list(_cut(rows.select_related("closed_by"), F("closed_at").desc(), F("pk").desc()))
    for item in items_of(rows, timezone.localdate()):
        row = item.follow_up
        news[row.client_id].settled.append(item)
        news[row.client_id].settled_total = row.total


def _add_late(news, absence, today):
    """What is open for the person and was due before `today`."""
    rows = FollowUp.objects.open().assigned_to(absence.person_id).filter(client__in=news, due_on__lt=today)
    for item in items_of(list(_cut(rows, F("due_on").asc(), F("pk").asc())), today):
        row = item.follow_up
        news[row.client_id].late.append(item)
        news[row.client_id].late_total = row.total


def _add_events(news, absence, begin, end):
    """Adds the entries of the clients' care, and returns what was paid: [(currency, sum)]. Two queries."""
    rows = CareEvent.objects.filter(client__in=news, kind__in=TOLD, at__gte=begin, at__lt=end)
    rows = rows.exclude(by=absence.person_id)
    for row in _cut(rows.select_related("by"), F("at").desc(), F("pk").desc(), group=("client", "kind")):
        news[row.client_id].events.append(row)
        news[row.client_id].kinds[row.kind] = row.total
    for entry in news.values():
        entry.events.sort(key=lambda row: (row.at, row.pk), reverse=True)
    amount = Cast(KT("facts__amount"), DecimalField(max_digits=18, decimal_places=2))
    paid = rows.filter(kind=Kind.PAYMENT, facts__has_keys=["amount", "currency"]).order_by()
    paid = paid.values(currency=KT("facts__currency")).annotate(paid=Sum(amount))
    return [(row["currency"], row["paid"]) for row in paid.order_by("-paid")]


def _add_handovers(news, led, begin, end, *, with_gone):
    """Leads that began meanwhile. Those of clients that the reader may no longer open are returned."""
    rows = Assignment.objects.leads().filter(client__in=led.values("client"))
    rows = rows.filter(started_at__gte=begin, started_at__lt=end).select_related(
        "user", "client", "assigned_by"
    )
    gone = []
    for row in rows.order_by("started_at", "pk"):
        if row.client_id in news:
            news[row.client_id].handovers.append(row)
        elif with_gone:
            gone.append(row)
    return gone


def _figures(rows, gone):
    """{name: count} over all the clients, cut or not."""
    kinds = sum((row.kinds for row in rows), Counter())
    changed = [row for row in rows if row.band_before]
    return {
        "touches": sum(row.touches_total for row in rows),
        "settled": sum(row.settled_total for row in rows),
        "late": sum(row.late_total for row in rows),
        "issues_opened": kinds[Kind.ISSUE_OPENED],
        "issues_resolved": kinds[Kind.ISSUE_RESOLVED],
        "payments": kinds[Kind.PAYMENT],
        "promises_broken": kinds[Kind.PROMISE_BROKEN],
        "signed": kinds[Kind.CONTRACT_SIGNED],
        "ended": kinds[Kind.CONTRACT_ENDED],
        "bands": len(changed),
        "fell": sum(row.band_fell for row in changed),
        "handovers": sum(len(row.handovers) for row in rows) + len(gone),
    }
