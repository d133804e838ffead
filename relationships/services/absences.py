"""Days away: planned, changed, called off. What a substitute may do on them is asked of `accounts.access`.

Both people's rows are locked, the lower id first, so that of two plans made at once the second sees the first: nobody
becomes a substitute on days on which they are away themselves.
"""

import datetime

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import access
from accounts.models import Absence, User
from accounts.templatetags.tend import short_day
from clients.services.refusals import Refused

LONGEST_DAYS = 366
DAY = datetime.timedelta(days=1)
ONE_A_DAY = "absence_once_a_day"
WHATEVER_STANDS = object()


class AbsenceChanged(Exception):
    """The absence is not as it was when the form was opened; nothing was written. `absence`: as it is now."""

    def __init__(self, absence):
        super().__init__("The absence was changed meanwhile")
        self.absence = absence


@transaction.atomic
def plan_absence(*, person, substitute, first_day, last_day, by, note=""):
    """`substitute` sees and works what is `person`'s from `first_day` to `last_day` (dates in the person's zone, both
    included); returns the Absence. It may have begun already, but not be over.

    The same days with the same substitute again are the same absence, as after a double click. Raises Refused with
    the field it is about: days the wrong way round, over or too many, somebody who cannot stand in, is away
    themselves or is needed as a substitute, and days on which `person` is away already.
    """
    people = _lock(person.pk, substitute.pk)
    person, substitute = people[person.pk], people[substitute.pk]
    if not access.keeps_clients(person):
        raise Refused(_("%(name)s keeps no clients, so nobody has to stand in.") % {"name": person}, "person")
    same = Absence.objects.standing().filter(person=person, first_day=first_day, last_day=last_day)
    earlier = same.filter(substitute=substitute).first()
    if earlier:
        return earlier
    absence = Absence(person=person, substitute=substitute, first_day=first_day, last_day=last_day)
    absence.note, absence.entered_by = note.strip(), by
    _check(absence, today=today_of(person))
    _save(absence)
    return absence


@transaction.atomic
def change_absence(*, absence, substitute, first_day, last_day, note, seen=WHATEVER_STANDS):
    """Other days, another substitute, another note; returns the Absence. What runs keeps its first day and may end
    yesterday at the earliest, which is to be back today; what is over or called off stays as it is.

    `seen` is `as_seen` of what the form was opened with; another one raises AbsenceChanged. Raises Refused.
    """
    people = _lock(absence.person_id, absence.substitute_id, substitute.pk)
    absence = Absence.objects.get(pk=absence.pk)
    today = today_of(people[absence.person_id])
    if absence.cancelled_at or absence.last_day < today:
        raise Refused(_("This absence is over or called off: it can no longer be changed."))
    if seen is not WHATEVER_STANDS and seen != as_seen(absence):
        raise AbsenceChanged(absence)
    runs = absence.first_day <= today
    if runs and first_day != absence.first_day:
        raise Refused(_("It has begun, so the first day stays."), "first_day")
    absence.person, absence.substitute = people[absence.person_id], people[substitute.pk]
    absence.first_day, absence.last_day, absence.note = first_day, last_day, note.strip()
    _check(absence, today=today, earliest_end=today - DAY if runs else today)
    _save(absence)
    return absence


@transaction.atomic
def cancel_absence(*, absence):
    """Nobody stands in any more; returns the Absence, which stays as a row.

    One that began before today ends with yesterday, so that the days that were are kept; else it is called off. One
    that is over or called off stays as it is.
    """
    people = _lock(absence.person_id)
    absence = Absence.objects.get(pk=absence.pk)
    today = today_of(people[absence.person_id])
    if absence.cancelled_at or absence.last_day < today:
        return absence
    if absence.first_day < today:
        absence.last_day = today - DAY
    else:
        absence.cancelled_at = timezone.now()
    absence.save(update_fields=["last_day", "cancelled_at"])
    return absence


def today_of(person):
    """The day it is now in the person's own zone."""
    return timezone.localdate(timezone=person.zone)


def as_seen(absence):
    """What a form was opened with, as text."""
    return f"{absence.first_day}/{absence.last_day}/{absence.substitute_id}/{absence.note}"


def span(first_day, last_day):
    """Two days in words, or the one that both are."""
    if first_day == last_day:
        return short_day(first_day)
    return f"{short_day(first_day)} – {short_day(last_day)}"


def _lock(*ids):
    """{id: user}, held until the transaction ends."""
    people = User.objects.select_for_update(no_key=True, of=("self",)).select_related("team", "tier")
    return {user.pk: user for user in people.filter(pk__in=ids).order_by("pk")}


def _check(absence, *, today, earliest_end=None):
    _check_days(absence, earliest_end or today)
    first_left = max(absence.first_day, today)  # days that have passed need nobody
    _check_substitute(absence, first_left)
    _check_not_needed(absence, first_left)
    own = Absence.objects.standing().filter(person=absence.person).exclude(pk=absence.pk)
    other = _meeting(own, absence.first_day, absence.last_day)
    if other:
        raise _away_already(absence.person, other)


def _check_days(absence, earliest_end):
    first, last = absence.first_day, absence.last_day
    if last < first:
        raise Refused(_("The last day lies before the first."), "last_day")
    if (last - first).days >= LONGEST_DAYS:
        raise Refused(_("An absence has a year at most."), "last_day")
    if last < earliest_end:
        raise Refused(_("These days are over already."), "last_day")


def _check_substitute(absence, first_left):
    person, substitute = absence.person, absence.substitute
    if substitute.pk == person.pk:
        raise Refused(_("Somebody else has to stand in."), "substitute")
    if not access.stand_ins().filter(pk=substitute.pk).exists():
        said = _("%(name)s cannot stand in: only active account managers and managers can.")
        raise Refused(said % {"name": substitute}, "substitute")
    away = _meeting(Absence.objects.standing().filter(person=substitute), first_left, absence.last_day)
    if away:
        words = {"name": substitute, "days": span(away.first_day, away.last_day)}
        raise Refused(_("%(name)s is away as well: %(days)s.") % words, "substitute")


def _check_not_needed(absence, first_left):
    covers = Absence.objects.standing().filter(substitute=absence.person).select_related("person")
    other = _meeting(covers, first_left, absence.last_day)
    if other:
        words = {"name": absence.person, "other": other.person, "days": span(other.first_day, other.last_day)}
        said = _(
            "%(name)s stands in for %(other)s: %(days)s. Give that absence another substitute first, or ask for it."
        )
        raise Refused(said % words, "first_day")


def _meeting(absences, first_day, last_day):
    """The earliest of `absences` that has a day from `first_day` to `last_day`, or None."""
    return absences.filter(first_day__lte=last_day, last_day__gte=first_day).order_by("first_day").first()


def _away_already(person, other):
    words = {"name": person, "days": span(other.first_day, other.last_day)}
    return Refused(_("%(name)s is away already: %(days)s.") % words, "first_day")


def _save(absence):
    """The exclusion constraint has the last word on two absences of one person."""
    try:
        with transaction.atomic():
            absence.save()
    except IntegrityError as error:
        if ONE_A_DAY not in str(error):
            raise
        own = Absence.objects.standing().filter(person=absence.person).exclude(pk=absence.pk)
        other = _meeting(own, absence.first_day, absence.last_day)
        raise _away_already(absence.person, other or absence) from error
