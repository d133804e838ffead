"""What a substitute takes over, and what falls into somebody's days away. Reads alone."""

import datetime
from dataclasses import dataclass

from django.db.models import Case, Count, IntegerField, Q, Value, When
from django.utils import timezone

from accounts import access, working_time
from accounts.models import Absence
from clients.models import Assignment, Contract, ContractState
from relationships.models import FollowUp, FollowUpKind

MOST_STAND_INS = 300  # the nearest ones; a list to choose from
BACK_FOR_DAYS = 5  # how long Today points to what happened
MEETINGS = (FollowUpKind.MEETING, FollowUpKind.VISIT)


@dataclass(frozen=True)
class Handed:
    """What comes to the substitute: `clients` led, `due` open follow-ups until the last day, `late` of them already;
    `meetings` among them, `contracts` that end on these days."""

    clients: int
    due: int
    late: int
    meetings: int
    contracts: int


@dataclass(frozen=True)
class Days:
    """`calendar` and `working` days away; `holidays` as [(day, name)] that are days off anyway."""

    calendar: int
    working: int
    holidays: list


def handed_over_by(person, first_day, last_day):
    """The `Handed` of these days. Three queries."""
    led = Assignment.objects.current_leads().filter(user=person)
    open_work = FollowUp.objects.open().assigned_to(person).filter(due_on__lte=last_day)
    within = Q(due_on__gte=first_day, kind__in=MEETINGS)
    counts = open_work.aggregate(
        due=Count("pk"),
        late=Count("pk", filter=Q(due_on__lt=timezone.localdate())),
        meetings=Count("pk", filter=within),
    )
    ending = Contract.objects.filter(client__in=led.values("client"), state=ContractState.SIGNED)
    return Handed(
        clients=led.count(),
        contracts=ending.filter(ends_on__range=(first_day, last_day)).count(),
        **counts,
    )


def load_of(user):
    """How many active clients `user` leads. One query."""
    return Assignment.objects.current_leads().filter(user=user).count()


def days_between(person, first_day, last_day, language):
    """The `Days` by the person's own calendar. No query."""
    country = person.calendar
    return Days(
        calendar=(last_day - first_day).days + 1,
        working=working_time.working_days_between(first_day, last_day, country),
        holidays=working_time.public_holidays(first_day, last_day, country, language),
    )


def stand_ins_near(person):
    """Who may stand in for `person`, with `nearness`: 0 for the same team, 1 for the same region, 2 for others."""
    near = Value(2)
    if person.team:
        near = Case(
            When(Q(team=person.team) | Q(pk=person.team.lead_id), then=Value(0)),
            When(Q(team__region=person.team.region) | Q(pk__in=access.people_above(person)), then=Value(1)),
            default=Value(2),
            output_field=IntegerField(),
        )
    people = access.stand_ins().exclude(pk=person.pk).annotate(nearness=near)
    return people.order_by("nearness", "name_sort", "pk")


def back_lately(user, today):
    """The absence of `user` that ended less than BACK_FOR_DAYS days before `today` (their own), or None. One query."""
    since = today - datetime.timedelta(days=BACK_FOR_DAYS)
    over = Absence.objects.standing().filter(person=user, last_day__lt=today, last_day__gte=since)
    return over.order_by("-last_day").first()
