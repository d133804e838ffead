"""The mails that are due to some people, read in bulk: which rows belong to which mail, and what writing it needs.

The daily mail tells everything that waits at once, so a downtime of days ends in one mail. At-risk news is a mail for
each client. What may have arrived after all (`claiming.UNCERTAIN`) goes out again by itself, as the same mail.
"""

import datetime
import uuid
from collections import defaultdict
from dataclasses import dataclass, field
from itertools import groupby

from django.db.models import Count, Q
from django.db.models.functions import Lower
from django.utils import timezone

from accounts import access
from accounts.models import User
from clients.models import Assignment, Contact
from relationships.followups import claiming, planning
from relationships.followups.mail_times import MailTimes
from relationships.followups.overdue import overdue_of_team
from relationships.followups.ranking import ranked
from relationships.models import Channel, Delivery, DeliveryKind, DeliveryStatus, FollowUp

MOST_OF_TEAM = 10  # lines of the weekly list; the rest are counted
HEAVY = ("client__note", "client__name_fold")


@dataclass
class Letter:
    """One mail: its rows in the order in which they are told, all of one person and channel.

    `earlier`: how many other follow-ups of earlier days are open; `late_in_team`: the first of the weekly list;
    `contact_id`: whose address at a client this is too, so that it must not be sent.
    """

    user: User
    channel: str
    rows: list
    message_id: uuid.UUID
    earlier: int = 0
    late_in_team: list = field(default_factory=list)
    contact_id: int | None = None
    claimed_at: datetime.datetime | None = None  # by `claiming.claim`
    sent_at: datetime.datetime | None = None  # by `claiming.mark_sent`

    def of_kind(self, *kinds):
        return [row for row in self.rows if row.kind in kinds]


def read_letters(user_ids):
    """The `Letter`s that are due to these people, whose locks are held. A fixed number of queries, a few more for
    each senior, for each reader's day and for each weekly list. Drops what is no longer so, puts off what is late."""
    planning.settle_of(user_ids)
    now = timezone.now()
    users = User.objects.active().filter(pk__in=user_ids).with_reach().in_bulk()
    rows = _in_reach(users, _waiting(users, now))
    _attach_follow_ups(users, rows, now)
    letters, rows_of = [], defaultdict(list)
    for row in rows:
        rows_of[row.user_id].append(row)
    for user_id in user_ids:
        letters += _letters_of(users.get(user_id), rows_of[user_id], now)
    _add_earlier(letters, now)
    _add_team(letters, now)
    _add_contacts(letters)
    return letters


def _waiting(users, now):
    """Rows of mail that are due, failed or left behind."""
    states = Q(status=DeliveryStatus.PENDING, send_at__lte=now) | Q(status=DeliveryStatus.FAILED)
    if not claiming.server_is_fresh():
        states |= Q(status=DeliveryStatus.SENDING)
    rows = Delivery.objects.filter(states, user__in=users).exclude(channel=Channel.IN_APP)
    rows = rows.select_related("client").defer(*HEAVY).order_by("send_at", "pk")
    return [row for row in rows if row.status != DeliveryStatus.SENDING or claiming.is_abandoned(row, now)]


def _in_reach(users, rows):
    """Rows about clients that their reader may work on now; a former lead is told of none. One query.

    The others go: they would wait for ever, and are planned anew when their reader may.
    """
    clients = {row.client_id for row in rows if row.client_id}
    scopes = {user_id: access.scope_to_change(user) for user_id, user in users.items()}
    people = {person for scope in scopes.values() for person in scope.people_ids}
    served = defaultdict(set)
    running = Assignment.objects.running().filter(client__in=clients, user__in=people).order_by()
    for client_id, person in running.values_list("client", "user"):
        served[client_id].add(person)

    def reaches(row):
        scope = scopes[row.user_id]
        return (
            row.client_id is None or scope.everyone or not served[row.client_id].isdisjoint(scope.people_ids)
        )

    beyond = [row.pk for row in rows if not reaches(row)]
    if beyond:
        Delivery.objects.filter(pk__in=beyond).exclude(status=DeliveryStatus.SENT).delete()
    return [row for row in rows if reaches(row)]


def _attach_follow_ups(users, rows, now):
    """Gives each row its follow-up and sorts the rows as Today does. A query for each day it is for readers."""
    ids_of_day = defaultdict(set)
    for row in rows:
        if row.follow_up_id:
            ids_of_day[now.astimezone(users[row.user_id].zone).date()].add(row.follow_up_id)
    found = {}
    for day, ids in ids_of_day.items():
        due = ranked(FollowUp.objects.filter(pk__in=ids), day, reader="assignee_id")
        for follow_up in due.select_related("client", "assignee").defer(*HEAVY):
            found[follow_up.pk] = (len(found), follow_up)
    for row in rows:
        if row.follow_up_id in found:
            row.follow_up = found[row.follow_up_id][1]
    rows.sort(key=lambda row: found.get(row.follow_up_id, (-1,))[0])


def _letters_of(user, rows, now):
    """One person's rows as letters; a mail that has failed waits for its time unless another goes out anyway."""
    letters = []
    for (channel, _mail), members in groupby(sorted(rows, key=_mail_of), key=_mail_of):
        members = list(members)
        if any(row.status == DeliveryStatus.SENDING or row.send_at <= now for row in members):
            ids = {row.message_id for row in members}
            letters.append(Letter(user, channel, members, ids.pop() if len(ids) == 1 else uuid.uuid4()))
    return letters


def _mail_of(row):
    """Rows of equal values are one mail."""
    if row.channel == Channel.INSTANT:
        return row.channel, f"row {row.pk}"
    may_have_arrived = row.status == DeliveryStatus.SENDING or row.facts.get(claiming.UNCERTAIN)
    return row.channel, f"mail {row.message_id}" if may_have_arrived else ""


def _add_earlier(letters, now):
    """How many follow-ups of earlier days are open beside those told of. One query."""
    digests = [letter for letter in letters if letter.channel == Channel.DIGEST]
    people = {person for letter in digests for person in _own(letter.user)}
    days = {letter.user.pk: now.astimezone(letter.user.zone).date() for letter in digests}
    due = FollowUp.objects.open().filter(assignee__in=people).due_by(max(days.values(), default=now.date()))
    counts = defaultdict(list)
    for assignee, day, count in due.order_by().values_list("assignee", "due_on").annotate(count=Count("pk")):
        counts[assignee].append((day, count))
    for letter in digests:
        last = days[letter.user.pk]
        total = sum(count for person in _own(letter.user) for day, count in counts[person] if day < last)
        told = letter.of_kind(DeliveryKind.FOLLOW_UP, DeliveryKind.KEY_RED)
        letter.earlier = max(0, total - sum(row.due_on < last for row in told))


def _own(user):
    return (user.pk, *access.covered_by(user))


def _add_team(letters, now):
    for letter in letters:
        if letter.of_kind(DeliveryKind.WEEKLY):
            late = overdue_of_team(letter.user, _first_working_day(letter.user, now))
            late = late.select_related("client", "assignee").defer(*HEAVY)
            letter.late_in_team = list(late[:MOST_OF_TEAM])


def _first_working_day(user, now):
    """Of the reader's week: what was late then is told, as it was counted."""
    times = MailTimes(user.time_zone, user.calendar)
    return times.first_working_day(times.day(now)) or times.day(now)


def _add_contacts(letters):
    """Addresses that are also those of somebody at a client. One query, by the index contact_email."""
    addresses = {letter.user.email.lower() for letter in letters}
    found = Contact.objects.exclude(email="").annotate(address=Lower("email")).filter(address__in=addresses)
    contacts = dict(found.order_by().values_list("address", "pk"))
    for letter in letters:
        letter.contact_id = contacts.get(letter.user.email.lower())
