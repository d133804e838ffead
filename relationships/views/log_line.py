"""What a typed line says, for the log sheet: as chips to read, each with the field that it fills."""

import datetime
from dataclasses import dataclass

from django import forms
from django.http import HttpResponseNotAllowed
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.templatetags.tend import clock, short_day
from accounts.web.forms import PlainForm
from accounts.web.htmx import uncached, wants_fragment
from clients.models import Client
from clients.views.scope import fetch_changeable
from relationships.forms_log import MOMENT
from relationships.models import InteractionKind
from relationships.models.interaction import Direction, Sentiment
from relationships.oneline.reading import MOST_LETTERS, read_line

NOON = datetime.time(12)


class LineForm(PlainForm):
    """A line to be read."""

    line = forms.CharField(label=gettext_lazy("In one line"), max_length=MOST_LETTERS, required=False)


@dataclass(frozen=True)
class Chip:
    """One thing that was understood: in words, and the field and value that it fills."""

    words: str
    field: str
    value: str


def log_line(request, client_id):
    """Reads a line for a client (POST), saves nothing. 422 for one that is too long; one query for the contacts."""
    client = fetch_changeable(Client.objects, request.user, client_id)
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    if not wants_fragment(request):
        return redirect("relationships:log_for_client", client.pk)
    form, contacts = LineForm(request.POST), list(client.contacts.here())
    valid = form.is_valid()
    line = form.cleaned_data["line"] if valid else ""
    chips = chips_of(read_line(line, now=timezone.localtime(), contacts=contacts), contacts)
    context = {"form": form, "line": line, "chips": chips}
    return uncached(
        render(request, "relationships/_log_understood.html", context, status=200 if valid else 422)
    )


def chips_of(found, contacts):
    """The `Chip`s of what was understood, in the order of the sheet."""
    names = {contact.pk: contact.name for contact in contacts}
    chips = []
    if found.kind:
        chips.append(Chip(InteractionKind(found.kind).label, "kind", found.kind))
    if found.reached is not None:
        chips.append(Chip(_("Not reached"), "reached", "yes" if found.reached else "no"))
    if found.direction == Direction.IN:
        chips.append(Chip(_("From them"), "direction", found.direction))
    chips += [Chip(_("With %(name)s") % {"name": names[pk]}, "contacts", str(pk)) for pk in found.contacts]
    if found.on or found.at:
        chips.append(_moment(found))
    if found.minutes:
        words = _("%(minutes)s min") % {"minutes": found.minutes}
        chips.append(Chip(words, "duration_minutes", str(found.minutes)))
    if found.sentiment is not None:
        chips.append(Chip(Sentiment(found.sentiment).label, "sentiment", str(found.sentiment)))
    return chips + _next_step(found) + _note(found)


def _moment(found):
    """When it was; without a time noon for a day that is over, and now for today."""
    now = timezone.localtime()
    day = found.on or now.date()
    time = found.at or (now.time() if day == now.date() else NOON)
    words = short_day(day)
    if found.at:
        moment = timezone.make_aware(datetime.datetime.combine(day, time))
        words = f"{words}, {clock(moment)}"
    return Chip(words, "occurred_at", datetime.datetime.combine(day, time).strftime(MOMENT))


def _next_step(found):
    chips = []
    if found.next_on:
        words = _("Next: %(day)s") % {"day": short_day(found.next_on)}
        chips.append(Chip(words, "next_step_other", found.next_on.isoformat()))
    if found.next_step:
        chips.append(Chip(_("Next step: %(what)s") % {"what": found.next_step}, "next_step", found.next_step))
    return chips


def _note(found):
    return (
        [Chip(_("Note: %(text)s") % {"text": found.summary}, "summary", found.summary)]
        if found.summary
        else []
    )
