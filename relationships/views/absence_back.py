"""While you were away: what happened with one's clients on the days that somebody else stood in."""

from django.http import HttpResponseNotAllowed
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts import access
from accounts.templatetags.tend import short_money
from accounts.web.htmx import uncached
from relationships import leave_back, timeline_care
from relationships.forms_absences import BackForm
from relationships.services.absences import span, today_of

CLIENTS_SHOWN, MOST_CLIENTS = 20, 200


def absence_back(request, absence_id):
    """For whoever was away, whoever stood in, and those above; each sees the clients they may open. Ten queries.

    While the absence runs it tells what happened so far; before it, and when it was called off, there is nothing.
    """
    rows = access.absences_to_see(request.user).select_related("person", "substitute")
    absence = get_object_or_404(rows, pk=absence_id)
    if request.method not in ("GET", "HEAD"):  # after the fetch: for others every method is a 404
        return HttpResponseNotAllowed(["GET", "HEAD"])
    form, today = BackForm(request.GET), today_of(absence.person)
    valid = form.is_valid()
    told = absence.cancelled_at is None and absence.first_day <= today
    back = leave_back.what_happened(absence, request.user, today) if told else None
    context = {
        "absence": absence,
        "is_self": absence.person_id == request.user.pk,
        "runs": absence.last_day >= today,
        "days": span(absence.first_day, absence.last_day),
        "back": back,
    }
    if back:
        most = MOST_CLIENTS if valid and form.cleaned_data["all"] else CLIENTS_SHOWN
        context |= _shown(back, most) | {"tiles": _tiles(back)}
    return uncached(
        render(request, "relationships/absences/back.html", context, status=200 if valid else 422)
    )


def _shown(back, most):
    """The clients in their two lists, cut after `most` of both, and how many were left out."""
    to_do = [_entry(news) for news in back.to_do[:most]]
    others = [_entry(news) for news in back.others[: most - len(to_do)]]
    left = len(back.to_do) + len(back.others) - len(to_do) - len(others)
    return {"to_do": to_do, "others": others, "left": left, "shows_all": most == MOST_CLIENTS}


def _entry(news):
    """A client's news with the sentences of its events."""
    events = [
        {
            "row": event,
            "icon": timeline_care.icon(event.kind),
            "text": timeline_care.sentence(event.kind, event.facts),
        }
        for event in news.events
    ]
    return {"news": news, "client": news.client, "events": events}


def _tiles(back):
    """(label, figure, note) of what the page is about, in the order of its lists; figures of nothing are left out."""
    figures = back.figures
    paid = " + ".join(short_money(amount, currency) for currency, amount in back.payments)
    tiles = [
        (_("Late now"), figures["late"], _clients_in_words(len(back.to_do))),
        (_("Contacts logged by others"), figures["touches"], ""),
        (_("Follow-ups settled"), figures["settled"], ""),
        (_("Issues opened"), figures["issues_opened"], _resolved_in_words(figures["issues_resolved"])),
        (_("Payments"), figures["payments"], paid),
        (_("Promises to pay broken"), figures["promises_broken"], ""),
        (_("Contracts signed"), figures["signed"], ""),
        (_("Contracts ended"), figures["ended"], ""),
        (_("Health bands changed"), figures["bands"], _fell_in_words(figures["fell"])),
        (_("Handovers"), figures["handovers"], ""),
    ]
    always = 3
    return tiles[:always] + [tile for tile in tiles[always:] if tile[1] or tile[2]]


def _clients_in_words(count):
    return ngettext("%(n)s client", "%(n)s clients", count) % {"n": count} if count else ""


def _resolved_in_words(count):
    return ngettext("%(n)s resolved", "%(n)s resolved", count) % {"n": count} if count else ""


def _fell_in_words(count):
    return ngettext("%(n)s fell", "%(n)s fell", count) % {"n": count} if count else ""
