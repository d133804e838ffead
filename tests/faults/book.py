"""Readers, their clients and what falls due for them. Each fault has a crowd of its own, and so mails of its own.

Readers live in a fixed zone where it is morning now, with the working calendar of a country that works today, so that
mail may reach them whatever day and hour the run begins. The words of a follow-up are a code that the mail tells.
"""

import datetime
import itertools
import zoneinfo
from dataclasses import dataclass, field

from django.db import transaction
from django.utils import timezone

from accounts import working_time
from accounts.models import Role, Tier, User
from clients.models import Assignment, Client
from relationships.followups.catalog import CATALOG
from relationships.models import (
    Channel,
    Delivery,
    DeliveryStatus,
    FollowUp,
    FollowUpRule,
    Interaction,
    ReminderSettings,
    RuleSetting,
)

MORNING_HOUR = 9
PASSWORD = "only-for-the-faults"
BATCH = 2000
_numbers = itertools.count(1)


def morning_zone(now):
    """The name of a zone without summer time where it is `MORNING_HOUR` now: ten hours until the quiet ones."""
    ahead = (MORNING_HOUR - now.astimezone(datetime.UTC).hour + 11) % 24 - 11
    return f"Etc/GMT{-ahead:+d}" if ahead else "Etc/GMT"


def country_working_on(*days):
    """The code of a country, Viet Nam where it can be, in which all of these are working days; where there is none, as
    many of the first of them as can be."""
    countries = [working_time.COUNTRY, *sorted(working_time.known_countries())]
    for count in range(len(days), 0, -1):
        for code in countries:
            if all(working_time.is_working_day(day, code) for day in days[:count]):
                return code
    raise ValueError(f"Nobody works on {days[0]}.")


@dataclass
class Due:
    """One follow-up that must be told of: to whom, its code, and whether a mail must tell it."""

    user_id: int
    code: str
    mailed: bool


@dataclass
class Crowd:
    """Readers of one fault. `due` holds what must reach them, by the follow-up's id."""

    name: str
    zone: zoneinfo.ZoneInfo
    users: list
    clients: dict  # user id -> clients still without a follow-up
    due: dict = field(default_factory=dict)
    mailed: bool = True

    @property
    def user_ids(self):
        return [user.pk for user in self.users]

    def add(self, each=None, *, on=None, users=None):
        """Makes `each` follow-ups (all that are left) for each of `users` (all), due `on` (the readers' today)."""
        day = on or timezone.now().astimezone(self.zone).date()
        rows, codes = [], []
        for user in users or self.users:
            waiting = self.clients[user.pk]
            taken = waiting[: each or len(waiting)]
            del waiting[: len(taken)]
            fresh = [f"{self.name}-{client.pk:06d}" for client in taken]
            codes += fresh
            rows += [
                FollowUp(client=client, assignee=user, due_on=day, reason=code)
                for client, code in zip(taken, fresh, strict=True)
            ]
        rows = FollowUp.objects.bulk_create(rows, batch_size=BATCH)
        fresh = zip(rows, codes, strict=True)
        self.due |= {row.pk: Due(row.assignee_id, code, self.mailed) for row, code in fresh}
        return rows


def set_up():
    """The house: a tier, and the rules of follow-ups off but for the cadence, so that what is due is what we made."""
    Tier.objects.get_or_create(
        code="am", defaults={"name": "AM", "capacity_max": 20, "allowed_segments": ["standard"]}
    )
    for rule in CATALOG:
        RuleSetting.objects.update_or_create(rule=rule, defaults={"is_on": rule == FollowUpRule.CADENCE})


def make_crowd(name, *, readers, each, mailed=True, zone=None, calendar=None):
    """`readers` people with `each` clients, none with anything due. Their daily mail has been today already."""
    now = timezone.now()
    zone = zone or zoneinfo.ZoneInfo(morning_zone(now))
    today = now.astimezone(zone).date()
    calendar = calendar or country_working_on(today)
    tier = Tier.objects.get(code="am")
    people = [
        User(
            email=f"{name}-{number}@readers.example",
            name=f"{name} {number}",
            password="!",
            role=Role.ACCOUNT_MANAGER,
            tier=tier,
            time_zone=zone.key,
            calendar=calendar,
        )
        for number in range(readers)
    ]
    users = User.objects.bulk_create(people, batch_size=BATCH)
    ReminderSettings.objects.bulk_create(
        ReminderSettings(user=user, digest_at=datetime.time(8)) for user in users
    )
    return Crowd(name, zone, users, {user.pk: make_clients(name, user, each) for user in users}, {}, mailed)


def make_clients(name, user, count, *, reached_days_ago=1):
    """Clients that `user` leads, last spoken to some days ago, so that the cadence asks for none of them yet."""
    reached = timezone.localdate() - datetime.timedelta(days=reached_days_ago)
    rows = [
        Client(name=f"{name} client {next(_numbers)}", last_reached_on=reached, next_follow_up_on=reached)
        for _each in range(count)
    ]
    clients = Client.objects.bulk_create(rows, batch_size=BATCH)
    then = timezone.now() - datetime.timedelta(days=reached_days_ago)
    Interaction.objects.bulk_create(
        (Interaction(client=row, author=user, occurred_at=then, occurred_on=reached) for row in clients),
        batch_size=BATCH,
    )
    started = timezone.now() - datetime.timedelta(days=500)
    Assignment.objects.bulk_create(
        (Assignment(client=row, user=user, started_at=started, reason="Faults") for row in clients),
        batch_size=BATCH,
    )
    return clients


def spread_digests(crowd, *, first_in, last_in):
    """Sets the readers' daily mails, with the rows that wait for them, to moments from `first_in` to `last_in` seconds
    from now. In one transaction: planning sets waiting rows to what the wishes say."""
    now, count = timezone.now(), len(crowd.users)
    rows, moments = [], {}
    for number, user in enumerate(crowd.users):
        seconds = first_in + (last_in - first_in) * number / max(1, count - 1)
        moment = (now + datetime.timedelta(seconds=seconds)).astimezone(crowd.zone)
        moments[user.pk] = moment = moment.replace(microsecond=0)
        rows.append(ReminderSettings(user=user, digest_at=moment.time()))
    with transaction.atomic():
        ReminderSettings.objects.bulk_update(rows, ["digest_at"], batch_size=BATCH)
        waiting = Delivery.objects.filter(channel=Channel.DIGEST, status=DeliveryStatus.PENDING)
        for user_id, moment in moments.items():
            waiting.filter(user=user_id).update(send_at=moment)


def make_visitor(number, clients):
    """An account manager who works in the web meanwhile: (user, clients, follow-ups far ahead to mark done)."""
    user = User.objects.create_user(
        email=f"visitor-{number}-{next(_numbers)}@web.example",
        name=f"Visitor {number}",
        password=PASSWORD,
        role=Role.ACCOUNT_MANAGER,
        tier=Tier.objects.get(code="am"),
    )
    rows = make_clients("visited", user, clients)
    later = timezone.localdate() + datetime.timedelta(days=30)
    planned = FollowUp.objects.bulk_create(
        FollowUp(client=row, assignee=user, due_on=later, reason="Far ahead") for row in rows
    )
    return user, rows, planned
