"""A person's calendar as their calendar program reads it (iCalendar): follow-ups, contract ends, days away.

Everything is an all-day event that blocks no time. UIDs stay with the row, so a follow-up that is moved moves and one
that is done goes. DTSTAMP, LAST-MODIFIED and SEQUENCE come from the row's history and not from the clock: the same
state gives the same bytes on the same day. What is late keeps its day and says so.
"""

import datetime
import re
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import Count, Max, Q
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from icalendar import Calendar, Event, vDuration

from accounts.access import covered_by
from accounts.models import Absence
from accounts.templatetags.tend import day as full_day
from accounts.working_time import DAY
from clients.models import Client, Contract
from relationships.followups import queue, subjects, wording
from relationships.models import FollowUp

AHEAD_DAYS = 180
ABSENCES_BACK_DAYS = 30
MOST_FOLLOW_UPS, MOST_CONTRACTS, MOST_ABSENCES = 700, 200, 100
ASK_EVERY = datetime.timedelta(hours=1)
# Letters that an iCalendar text may not hold, whatever an import brought.
CONTROL_CHARACTERS = re.compile("[\x00-\x08\x0b-\x1f\x7f]")


def calendar_of(user):
    """The file (bytes) for `user`, in their language and zone; at most about 1,000 events. Eight queries at most.

    Follow-ups of clients that `user` may change now, and of whoever they stand in for; contracts of clients they
    lead. Each reading asks anew, so what is handed over is gone.
    """
    with timezone.override(user.zone), translation.override(user.language):
        today = timezone.localdate()
        horizon = today + AHEAD_DAYS * DAY
        calendar = _empty_calendar()
        for event in (
            *_follow_ups(user, today, horizon),
            *_contract_ends(user, today, horizon),
            *_absences(user, today, horizon),
        ):
            calendar.add_component(event)
        return calendar.to_ical()


def _empty_calendar():
    calendar = Calendar()
    calendar.add("prodid", "-//Tend//Tend//EN")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("name", "Tend")
    calendar.add("x-wr-calname", "Tend")
    calendar.add("x-wr-timezone", timezone.get_current_timezone_name())
    calendar.add("refresh-interval", ASK_EVERY, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", vDuration(ASK_EVERY).to_ical().decode())
    return calendar


def _follow_ups(user, today, horizon):
    rows = queue.own(user).due_by(horizon).select_related("client", "assignee").defer("client__note")
    rows = list(rows.order_by("due_on", "id")[:MOST_FOLLOW_UPS])
    history = _history(FollowUp, rows)
    for row in rows:
        title = f"{row.client.name}: {wording.what(row)}"
        if row.due_on < today:
            title = _("%(title)s (late)") % {"title": title}
        told = [wording.why(row, today)]
        if row.assignee_id != user.pk:
            told.append(_("For %(name)s, who is away.") % {"name": row.assignee.name})
        path = subjects.url_of_follow_up(row) or reverse("relationships:client_page", args=[row.client_id])
        yield _event(
            f"follow-up-{row.pk}",
            title,
            told,
            path,
            days=(row.due_on, row.due_on),
            made_at=row.created_at,
            changes=history.get(row.pk),
        )


def _contract_ends(user, today, horizon):
    """Of the clients that the reader, or whom they stand in for, leads; not those renewed already."""
    led = Client.objects.active().led_by(user.pk, *covered_by(user)).values("pk")
    rows = Contract.objects.changeable_by(user).filter(client__in=led)
    rows = rows.ending_by(horizon).filter(ends_on__gte=today).with_renewal().filter(is_renewed=False)
    rows = list(
        rows.select_related("client").defer("client__note").order_by("ends_on", "id")[:MOST_CONTRACTS]
    )
    history = _history(Contract, rows)
    for row in rows:
        named = {"client": row.client.name, "number": row.number}
        rolls_on = row.auto_renews and row.notice_given_on is None
        told = _("%(client)s: contract %(number)s ends")
        told = _("%(client)s: contract %(number)s renews by itself") if rolls_on else told
        notice = row.ends_on - row.notice_days * DAY
        yield _event(
            f"contract-{row.pk}",
            told % named,
            [row.title, _("Notice is possible until %(day)s.") % {"day": full_day(notice)}],
            reverse("clients:contract_page", args=[row.pk]),
            days=(row.ends_on, row.ends_on),
            made_at=row.created_at,
            changes=history.get(row.pk),
        )


def _absences(user, today, horizon):
    """The reader's own days away, and those on which they stand in."""
    mine = Q(person=user) | Q(substitute=user)
    near = Absence.objects.standing().filter(
        mine, last_day__gte=today - ABSENCES_BACK_DAYS * DAY, first_day__lte=horizon
    )
    rows = list(near.select_related("person", "substitute").order_by("first_day", "id")[:MOST_ABSENCES])
    history = _history(Absence, rows)
    for row in rows:
        is_own = row.person_id == user.pk
        name = row.substitute.name if is_own else row.person.name
        title = _("Away; %(name)s stands in") if is_own else _("I stand in for %(name)s")
        yield _event(
            f"{'absence' if is_own else 'cover'}-{row.pk}",
            title % {"name": name},
            [row.note],
            reverse("relationships:today"),
            days=(row.first_day, row.last_day),
            made_at=row.entered_at,
            changes=history.get(row.pk),
        )


def _history(model, rows):
    """{id: (changes, the last one's moment)} of rows that were changed since they were made. One query."""
    events = model._meta.get_field("events").related_model.objects.filter(
        pgh_obj__in=[row.pk for row in rows]
    )
    changed = events.exclude(pgh_label="insert").order_by().values("pgh_obj")
    found = changed.annotate(changes=Count("pk"), last=Max("pgh_created_at"))
    return {row["pgh_obj"]: (row["changes"], row["last"]) for row in found}


def _event(uid, title, told, path, *, days, made_at, changes):
    """`days`: the first and the last; `changes`: see `_history`, None for a row that was never changed."""
    count, changed_at = changes or (0, made_at)
    link = settings.TEND_BASE_URL.rstrip("/") + path
    event = Event()
    event.add("uid", f"{uid}@{urlsplit(settings.TEND_BASE_URL).hostname}")
    event.add("summary", _clean(title))
    event.add("description", _clean("\n".join([*filter(None, told), link])))
    event.add("url", link)
    event.add("dtstart", days[0])
    event.add("dtend", days[1] + DAY)
    event.add("dtstamp", changed_at.astimezone(datetime.UTC))
    event.add("created", made_at.astimezone(datetime.UTC))
    event.add("last-modified", changed_at.astimezone(datetime.UTC))
    event.add("sequence", count)
    event.add("class", "PRIVATE")
    event.add("transp", "TRANSPARENT")
    return event


def _clean(text):
    return CONTROL_CHARACTERS.sub(" ", text)
