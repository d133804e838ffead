"""What stands in the calendar of one person: follow-ups, meetings, ends of contracts, days away and holidays.

Each kind is one query and at most MOST_OF_A_KIND rows. Times are by the reader's clock; holidays and working days are
those of the person's own country.
"""

import calendar
import datetime
from dataclasses import dataclass, field

from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts import access, working_time
from accounts.access import covered_by
from clients.models import Client, Contract, ContractStatus
from relationships.followups import subjects, wording
from relationships.models import FollowUp, FollowUpKind, Interaction, InteractionKind
from relationships.timeline import address_of_touch

MOST_OF_A_KIND = 600
MEETING_KINDS = (FollowUpKind.MEETING, FollowUpKind.VISIT)
HELD_KINDS = (InteractionKind.MEETING, InteractionKind.VISIT, InteractionKind.EVENT, InteractionKind.REVIEW)
DAYS_A_WEEK = 7


@dataclass(frozen=True)
class Entry:
    """One line of a day. `kind` is meeting, held, follow_up or renewal; `note` says in words what colour says too."""

    kind: str
    icon: str
    client: str
    what: str
    url: str
    time: datetime.time | None = None
    late: bool = False
    note: str = ""

    @property
    def place(self):
        """Within a day: what has an hour by the hour, then renewals, then the rest as it came."""
        order = {"renewal": 0, "meeting": 1, "follow_up": 2, "held": 3}[self.kind]
        return (self.time is None, self.time or datetime.time(), order)


@dataclass
class Day:
    """`outside`: of the month before or after; `past`: of the same stretch as today, and before it; `off`: no working
    day of the person; `away` in words, "" while here."""

    date: datetime.date
    outside: bool
    today: bool
    off: bool
    past: bool = False
    holiday: str = ""
    away: str = ""
    entries: list = field(default_factory=list)

    @property
    def is_bare(self):
        """Nothing stands in it: an agenda leaves it out."""
        return not (self.entries or self.holiday or self.away or self.today)


@dataclass(frozen=True)
class Stretch:
    """The days that are shown: whole weeks from Monday on. `first` and `last` are of the month or week itself."""

    view: str
    first: datetime.date
    last: datetime.date

    @classmethod
    def around(cls, day, view):
        if view == "week":
            first = day - working_time.DAY * day.weekday()
            return cls(view, first, first + working_time.DAY * (DAYS_A_WEEK - 1))
        length = calendar.monthrange(day.year, day.month)[1]
        return cls(view, day.replace(day=1), day.replace(day=length))

    @property
    def before(self):
        """A day of the stretch before."""
        return self.first - working_time.DAY

    @property
    def after(self):
        return self.last + working_time.DAY

    @property
    def shown(self):
        """The first and the last day of the weeks."""
        start = self.first - working_time.DAY * self.first.weekday()
        return start, self.last + working_time.DAY * (DAYS_A_WEEK - 1 - self.last.weekday())


@dataclass(frozen=True)
class Planned:
    """`days` in order; the counts are of the month or week itself, without the days around it."""

    days: list
    follow_ups: int
    late: int
    meetings: int
    renewals: int

    @property
    def is_empty(self):
        return not any(day.entries for day in self.days)

    @property
    def earlier(self):
        """How many days before today hold something; 0 where today is not among the days."""
        return sum(day.past and not day.outside and not day.is_bare for day in self.days)

    @property
    def weeks(self):
        return [self.days[at : at + DAYS_A_WEEK] for at in range(0, len(self.days), DAYS_A_WEEK)]


def plan_of(reader, person, stretch, today):
    """The `Planned` of `person` as `reader` may see it. Four queries, whatever is planned."""
    first, last = stretch.shown
    days = _empty_days(stretch, person, today)
    people = _people(reader, person)
    _mark_absences(days, reader, person, first, last)
    for day, entry in (
        *_follow_ups(reader, people, first, last, today),
        *_held(reader, person, first, last),
        *_renewals(reader, people, first, last, today),
    ):
        days[day].entries.append(entry)
    for day in days.values():
        day.entries.sort(key=lambda entry: entry.place)
    own = [entry for day in days.values() if not day.outside for entry in day.entries]
    kinds = [entry.kind for entry in own]
    return Planned(
        days=list(days.values()),
        follow_ups=kinds.count("follow_up"),
        late=sum(entry.late for entry in own),
        meetings=kinds.count("meeting") + kinds.count("held"),
        renewals=kinds.count("renewal"),
    )


def _people(reader, person):
    """Whose work stands in it: the person's, and in one's own that of whom one stands in for today."""
    return (person.pk, *covered_by(reader)) if person.pk == reader.pk else (person.pk,)


def _empty_days(stretch, person, today):
    first, last = stretch.shown
    language = translation.get_language() or "en"
    names = dict(working_time.public_holidays(first, last, person.calendar, language))
    dates = (first + working_time.DAY * number for number in range((last - first).days + 1))
    return {
        date: Day(
            date=date,
            outside=not stretch.first <= date <= stretch.last,
            today=date == today,
            past=stretch.first <= today <= stretch.last and date < today,
            off=not working_time.is_working_day(date, person.calendar),
            holiday=names.get(date, ""),
        )
        for date in dates
    }


def _mark_absences(days, reader, person, first, last):
    rows = access.absences_to_see(reader).standing().filter(person=person.pk)
    rows = rows.filter(first_day__lte=last, last_day__gte=first).select_related("substitute")
    for row in rows.order_by("first_day"):
        date = max(row.first_day, first)
        while date <= min(row.last_day, last):
            days[date].away = _("Away; %(name)s stands in") % {"name": row.substitute.name}
            date += working_time.DAY


def _follow_ups(reader, people, first, last, today):
    rows = FollowUp.objects.changeable_by(reader).open().filter(assignee__in=people)
    rows = rows.filter(due_on__range=(first, last)).select_related("client").defer("client__note")
    for row in rows.order_by("due_on", "id")[:MOST_OF_A_KIND]:
        late, is_meeting = row.due_on < today, row.kind in MEETING_KINDS
        yield (
            row.due_on,
            Entry(
                kind="meeting" if is_meeting else "follow_up",
                icon=row.kind,
                client=row.client.name,
                what=wording.what(row),
                url=subjects.url_of_follow_up(row) or f"{row.client.get_absolute_url()}#follow-up-{row.pk}",
                time=row.due_time,
                late=late,
                note=_("late") if late else "",
            ),
        )


def _held(reader, person, first, last):
    """Meetings that took place, logged by the person."""
    zone = timezone.get_current_timezone()
    begin = datetime.datetime.combine(first, datetime.time(), zone)
    end = datetime.datetime.combine(last + working_time.DAY, datetime.time(), zone)
    rows = Interaction.objects.visible_to(reader).filter(
        author=person.pk, kind__in=HELD_KINDS, occurred_at__gte=begin, occurred_at__lt=end
    )
    for row in rows.select_related("client").defer("client__note", "summary")[:MOST_OF_A_KIND]:
        moment = timezone.localtime(row.occurred_at)
        yield (
            moment.date(),
            Entry(
                kind="held",
                icon=row.kind,
                client=row.client.name,
                what=row.get_kind_display(),
                url=address_of_touch(row.client, row.pk, row.occurred_at),
                time=moment.time().replace(second=0, microsecond=0),
                note=_("held"),
            ),
        )


def _renewals(reader, people, first, last, today):
    """Ends of contracts of the clients that `people` lead; not of those renewed or ended already."""
    led = Client.objects.active().led_by(*people).values("pk")
    rows = Contract.objects.visible_to(reader).signed().filter(client__in=led, ends_on__range=(first, last))
    rows = rows.with_status(today).filter(is_renewed=False).select_related("client").defer("client__note")
    for row in rows.order_by("ends_on", "id")[:MOST_OF_A_KIND]:
        rolls_on = row.auto_renews and row.notice_given_on is None
        expired = row.status == ContractStatus.EXPIRED
        told = _("contract %(number)s renews by itself") if rolls_on else _("contract %(number)s ends")
        if expired:
            told = _("contract %(number)s has ended")
        yield (
            row.ends_on,
            Entry(
                kind="renewal",
                icon="renewal",
                client=row.client.name,
                what=told % {"number": row.number},
                url=reverse("clients:contract_page", args=[row.pk]),
                late=expired,
                note=_("not renewed") if expired else "",
            ),
        )
