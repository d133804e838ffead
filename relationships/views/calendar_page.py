"""The calendar: a month or a week of one person, as a grid on a desk and as an agenda on a phone."""

from urllib.parse import urlencode

from babel.dates import format_date
from django.db.models import Value
from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from accounts import access
from accounts.db import Fold
from accounts.templatetags.tend import month as month_name
from accounts.web.htmx import uncached
from relationships.calendar_entries import Stretch, plan_of
from relationships.forms_search import CalendarForm

PEOPLE_OFFERED = 60
SHOWN_A_DAY = 4  # in a month on a desk; the week shows everything


@require_safe
def calendar_page(request):
    """One's own calendar, or that of somebody whose work one may look at; 404 for anybody else.

    At most twelve queries.
    """
    form, today = CalendarForm(request.GET), timezone.localdate()
    is_valid = form.is_valid()
    asked = form.cleaned_data if is_valid else {}
    person = _person(request.user, asked.get("person"))
    stretch = Stretch.around(asked.get("day") or today, asked.get("view") or "month")
    address = Address(stretch, asked.get("person"), asked.get("day"))
    planned = plan_of(request.user, person, stretch, today)
    context = {
        "form": form,
        "person": person,
        "is_own": person.pk == request.user.pk,
        "people": _people(request.user, asked.get("who", "")),
        "who": asked.get("who", ""),
        "stretch": stretch,
        "planned": planned,
        "period": _period(stretch),
        "standing": _standing(planned),
        "address": address,
        "shown_a_day": SHOWN_A_DAY,
        "weekdays": [day.date for day in planned.weeks[0]],
    }
    return uncached(
        render(request, "relationships/calendar/calendar.html", context, status=200 if is_valid else 422)
    )


class Address:
    """Addresses of other stretches of the same person's calendar."""

    def __init__(self, stretch, person_id, day):
        self.stretch, self.person_id, self.day = stretch, person_id, day

    def to(self, **changed):
        values = {"view": self.stretch.view, "person": self.person_id} | changed
        if values["view"] == "month":
            del values["view"]  # the usual one needs no word
        kept = {name: str(value) for name, value in values.items() if value}
        path = reverse("relationships:calendar")
        return f"{path}?{urlencode(kept)}" if kept else path

    @property
    def before(self):
        return self.to(day=self.stretch.before)

    @property
    def after(self):
        return self.to(day=self.stretch.after)

    @property
    def today(self):
        return f"{self.to()}#cal-today"

    @property
    def month(self):
        return self.to(view="month", day=self.day)

    @property
    def week(self):
        """The week of the day asked for; of today where the month is this one, else its first."""
        today = timezone.localdate()
        day = self.day or (today if self.stretch.first <= today <= self.stretch.last else self.stretch.first)
        return self.to(view="week", day=day)


def _person(reader, person_id):
    """Whose calendar: the reader's own unless another is asked for. One query for another."""
    if person_id in (None, reader.pk):
        return reader
    person = access.people_in_scope(reader).filter(pk=person_id).first()
    if person is None:
        raise Http404
    return person


def _people(reader, name):
    """The first people whose calendar the reader may look at, themselves left out. One query."""
    people = access.people_in_scope(reader).exclude(pk=reader.pk).order_by("name_sort", "pk")
    if name:
        people = people.alias(name_fold=Fold("name")).filter(name_fold__contains=Fold(Value(name)))
    found = list(people[: PEOPLE_OFFERED + 1])
    return {"offered": found[:PEOPLE_OFFERED], "are_more": len(found) > PEOPLE_OFFERED}


def _period(stretch):
    """November 2026, or Nov 23 – 29, 2026."""
    if stretch.view == "month":
        return month_name(stretch.first)
    locale = "vi" if (translation.get_language() or "").startswith("vi") else "en"
    pattern = "d/M" if locale == "vi" else "MMM d"
    first = format_date(stretch.first, pattern, locale=locale)
    last = format_date(stretch.last, pattern, locale=locale)
    return f"{first} – {last}{'/' if locale == 'vi' else ', '}{stretch.last.year}"


def _standing(planned):
    """How the month or week stands, in one sentence."""
    parts = []
    if planned.meetings:
        parts.append(ngettext("%(n)s meeting", "%(n)s meetings", planned.meetings) % {"n": planned.meetings})
    if planned.follow_ups:
        parts.append(
            ngettext("%(n)s follow-up", "%(n)s follow-ups", planned.follow_ups) % {"n": planned.follow_ups}
        )
    if planned.renewals:
        parts.append(
            ngettext("%(n)s contract that ends", "%(n)s contracts that end", planned.renewals)
            % {"n": planned.renewals}
        )
    if not parts:
        return _("Nothing is planned.")
    late = ""
    if planned.late:
        late = " " + ngettext("%(n)s is late.", "%(n)s are late.", planned.late) % {"n": planned.late}
    return f"{', '.join(parts)}.{late}"
