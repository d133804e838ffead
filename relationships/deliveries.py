"""All mail to the people here, for admins: how it stands, what it is, which of it a filter finds."""

import datetime
from dataclasses import dataclass

from django.db.models import Case, Count, F, Min, Q, TextField, Value, When
from django.utils import timezone

from accounts.db import Fold
from accounts.models import User
from accounts.web.pagination import keyset_page
from relationships.followups import mail_errors
from relationships.followups.telling import Told, told
from relationships.models import Channel, Delivery, DeliveryStatus
from relationships.reminders import KEYS, RELATED

DELIVERIES_A_PAGE = 50
ALL_DAYS = "all"
# Rows of one person's daily mail are one mail; news of a key client is a mail for each.
_MAIL = Case(When(channel=Channel.INSTANT, then=F("pk")), default=-F("user_id"))


@dataclass(frozen=True)
class Standing:
    """Mail of everyone at `at`. Mails that should be out and are not: `held_up`, of which `failed`, and since when the
    first waits (`since`) or was last tried (`tried_at`); mails that are `planned` and the moment of the next."""

    at: datetime.datetime
    held_up: int
    failed: int
    since: datetime.datetime | None
    tried_at: datetime.datetime | None
    planned: int
    next_at: datetime.datetime | None


@dataclass(frozen=True)
class Line:
    """A delivery as it is listed: what it tells, its error in words, and what asking again did ("" where not asked)."""

    delivery: Delivery
    told: Told
    error: str
    done: str = ""

    @property
    def may_be_asked(self):
        return self.delivery.status in (DeliveryStatus.FAILED, DeliveryStatus.SENT)


def standing(now):
    """The `Standing` of all mail. One query over what is not out."""
    unsent = Delivery.objects.mail().exclude(status=DeliveryStatus.SENT).order_by()
    is_held_up = Q(pk__in=unsent.held_up(now).values("pk"))
    has_failed = Q(status=DeliveryStatus.FAILED)
    is_planned = Q(status=DeliveryStatus.PENDING, send_at__gt=now)
    return Standing(
        at=now,
        **unsent.aggregate(
            held_up=Count(_MAIL, distinct=True, filter=is_held_up),
            failed=Count(_MAIL, distinct=True, filter=has_failed),
            since=Min("send_at", filter=is_held_up & ~has_failed),
            tried_at=Min("claimed_at", filter=has_failed),
            planned=Count(_MAIL, distinct=True, filter=is_planned),
            next_at=Min("send_at", filter=is_planned),
        ),
    )


def found_by(chosen, now):
    """Mail by the filter's values, whatever its state: `kind`, `channel`, `person`, `days`."""
    rows = Delivery.objects.mail()
    for name in ("kind", "channel"):
        if chosen.get(name):
            rows = rows.filter(**{name: chosen[name]})
    if chosen.get("person"):
        rows = rows.filter(user__in=_people(chosen["person"]).values("pk"))
    if chosen.get("days") != ALL_DAYS:
        days = int(chosen["days"])
        midnight = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
        rows = rows.filter(send_at__gte=midnight - datetime.timedelta(days=days - 1))
    return rows


def in_state(rows, state):
    return rows.filter(status=state) if state else rows


def _people(text):
    """Whose name or address has `text` in it, accents ignored."""
    named = User.objects.annotate(name_fold=Fold("name"), sought=Fold(Value(text, TextField()))).order_by()
    return named.filter(Q(name_fold__contains=F("sought")) | Q(email__icontains=text))


def counts_of(rows):
    """{state: how many of `rows`}, each state, and their sum as "". One query."""
    found = dict(rows.order_by().values_list("status").annotate(count=Count("pk")))
    counts = {state: found.get(state, 0) for state in DeliveryStatus.values}
    return {"": sum(counts.values())} | counts


def deliveries_page(rows, cursor=""):
    """One page of mail, the newest first. One query."""
    return keyset_page(with_what_is_told(rows), keys=KEYS, cursor=cursor, size=DELIVERIES_A_PAGE)


def with_what_is_told(rows):
    return rows.select_related(*RELATED, "user").defer("client__note", "follow_up__client__note")


def lines(rows, outcomes=None):
    """`Line`s of deliveries that were read by `with_what_is_told`; `outcomes` by id where they were asked again."""
    outcomes = outcomes or {}
    return [Line(row, told(row), mail_errors.in_words(row.error), outcomes.get(row.pk, "")) for row in rows]
