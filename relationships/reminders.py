"""What one person is told in Tend: the count at the bell, the list under it, and what hinders their mail."""

import datetime
from dataclasses import dataclass
from itertools import groupby

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, Exists, Max, Min, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.access import covered_by
from accounts.models import User
from accounts.templatetags.tend import short_day
from accounts.web.pagination import keyset_page
from relationships.followups import mail_errors
from relationships.followups.telling import Told, told
from relationships.models import Channel, Delivery, DeliveryKind, DeliveryStatus, FollowUpStatus

MOST_COUNTED = 100  # the bell shows "99+" from here
REMINDERS_A_PAGE = 50
KEYS = ["-send_at", "-id"]
# What a list needs of the rows that it tells of; notes are long and not told.
RELATED = ("client", "follow_up__client", "follow_up__assignee")


@dataclass(frozen=True)
class Bell:
    """`unread` counts to MOST_COUNTED; `is_held_up` when the reader's mail does not get out."""

    unread: int
    is_held_up: bool

    @property
    def shown(self):
        """The count as it stands at the bell; "" for none."""
        return "99+" if self.unread >= MOST_COUNTED else str(self.unread or "")

    @property
    def state(self):
        """What a page has on show, so that the same again need not be sent."""
        return f"{self.shown}{'!' if self.is_held_up else ''}"


@dataclass(frozen=True)
class Entry:
    """One line of the list: `became` says in words what has become of its follow-up, "" while it stands."""

    delivery: Delivery
    told: Told
    is_unread: bool
    became: str = ""


@dataclass(frozen=True)
class HeldUp:
    """Mail of one channel that is not out: `error` in words and `next_try` of what failed, `since` of what waits."""

    channel: str
    count: int
    error: str
    since: datetime.datetime | None
    last_try: datetime.datetime | None
    next_try: datetime.datetime | None

    @property
    def label(self):
        return Channel(self.channel).label


def bell_of(user):
    """The `Bell` of `user`. One query, two for whoever answers for others."""
    unread = Delivery.objects.visible_to(user).unread().order_by()
    held_up = Delivery.objects.filter(user=user.pk).held_up(timezone.now()).order_by()
    row = User.objects.filter(pk=user.pk).order_by()
    counted, is_held_up = (
        row.annotate(_unread=ArraySubquery(unread.values("pk")[:MOST_COUNTED]), _held_up=Exists(held_up))
        .values_list("_unread", "_held_up")
        .get()
    )
    return Bell(len(counted), is_held_up)


def reminders_page(user, cursor=""):
    """One page of what `user` was told, the newest first. One query."""
    rows = Delivery.objects.visible_to(user).in_app().select_related(*RELATED)
    rows = rows.defer("client__note", "follow_up__client__note")
    return keyset_page(rows, keys=KEYS, cursor=cursor, size=REMINDERS_A_PAGE)


def days_of(page, user):
    """[(day, its entries)] of a page, in its order; days of the reader's zone."""
    own = {user.pk, *covered_by(user)}
    entries = [_entry(row, own) for row in page]
    return [
        (day, list(members))
        for day, members in groupby(entries, key=lambda entry: timezone.localdate(entry.delivery.send_at))
    ]


def _entry(row, own):
    became = _became(row, own)
    is_settled = row.follow_up is not None and row.follow_up.status != FollowUpStatus.OPEN
    return Entry(row, told(row), is_unread=row.read_at is None and not is_settled, became=became)


def _became(row, own):
    """In words: closed, moved, or another's by now. What tells of an escalation is about another's work anyway."""
    follow_up = row.follow_up
    if follow_up is None:
        return ""
    if follow_up.status != FollowUpStatus.OPEN:
        return follow_up.get_status_display()
    if row.kind == DeliveryKind.ESCALATION:
        return ""
    if follow_up.assignee_id not in own:
        return _("Now with %(name)s") % {"name": follow_up.assignee.name}
    if follow_up.due_on != row.due_on:
        return _("Moved to %(day)s") % {"day": short_day(follow_up.due_on)}
    return ""


def held_up_mail(user):
    """A `HeldUp` for each channel in which mail to `user` does not get out. One query."""
    has_failed = Q(status=DeliveryStatus.FAILED)
    now = timezone.now()
    rows = Delivery.objects.filter(user=user.pk).held_up(now).order_by()
    found = rows.values("channel").annotate(
        count=Count("pk"),
        error=Max("error", filter=has_failed, default=""),
        since=Min("send_at", filter=~has_failed),
        last_try=Max("claimed_at"),
        next_try=Min(
            "send_at", filter=has_failed & Q(send_at__gt=now)
        ),  # what is overdue is tried any minute
    )
    return [
        HeldUp(**row | {"error": mail_errors.in_words(row["error"])}) for row in found.order_by("channel")
    ]
