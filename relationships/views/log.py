"""The log sheet: choosing whom, and saving a touch in two clicks."""

import datetime

from django.http import HttpResponseNotAllowed
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.templatetags.tend import short_day
from accounts.web.answers import written
from accounts.web.device import kept_on_device
from accounts.web.htmx import uncached, wants_fragment
from clients.models import Client
from clients.services.changes import KeyUsedElsewhere
from clients.views.scope import fetch_changeable
from relationships.followups import care_rules, rules, wording
from relationships.forms_log import (
    SENT_LATER,
    AtOnceForm,
    ChooseClientForm,
    LogForm,
    LogQueryForm,
    may_be_ticked,
)
from relationships.health.refresh import effective_cadence_days
from relationships.log_choices import choices_for
from relationships.models import FollowUpRule, InteractionKind
from relationships.models.interaction import Direction, reaches_by_default
from relationships.services.interactions import log_interaction

METHODS = ["GET", "HEAD", "POST"]
EVENTS = ("interaction-logged", "follow-ups-changed")


@require_safe
def log(request):
    """Whom to log for: clients and contacts that match three letters, else the clients logged for last."""
    form = ChooseClientForm(request.GET)
    words = form.cleaned_data["q"].strip() if form.is_valid() else ""
    context = {
        "form": form,
        "words": words,
        "choices": choices_for(request.user, words),
    }
    template = (
        "relationships/_log_choose.html" if wants_fragment(request) else "relationships/log_choose.html"
    )
    return uncached(render(request, template, context, status=200 if form.is_valid() else 422))


def log_for_client(request, client_id):
    """The sheet for one client (GET), and saving it (POST): 204 under htmx, 422 with the form when it is wrong."""
    client = fetch_changeable(Client.objects, request.user, client_id)
    if request.method not in METHODS:  # after the fetch: outside one's portfolio every method is a 404
        return HttpResponseNotAllowed(METHODS)
    if request.method == "POST":
        return _save(request, client, LogForm(request.POST, **_choices(client, request.POST.get(SENT_LATER))))
    asked = LogQueryForm(request.GET)
    return _fresh_sheet(request, client, asked.cleaned_data if asked.is_valid() else {})


def _choices(client, sent_later=False):
    """What the form may choose from. One that was saved without a connection may name who has left since, and what
    somebody else has closed: the contact took place all the same."""
    contacts, follow_ups = client.contacts, client.follow_ups
    return {
        "today": timezone.localdate(),
        "contacts": contacts.all() if sent_later else contacts.here(),
        "follow_ups": (follow_ups.all() if sent_later else follow_ups.open()).order_by("due_on", "id"),
    }


def _fresh_sheet(request, client, asked, status=200):
    """The sheet as it starts; `asked` is what a link to it asks for."""
    choices = _choices(client)
    initial = _initial(client, request.user, choices["follow_ups"], asked)
    form = LogForm(initial=initial, named=asked.get("follow_up"), **choices)
    return _sheet(request, client, form, status=status)


def log_at_once(request, client_id):
    """Saves what the list of clients shows, without the sheet: kind, whom it was with, now. 422 leads to the sheet."""
    client = fetch_changeable(Client.objects, request.user, client_id)
    if request.method != "POST":  # after the fetch: outside one's portfolio every method is a 404
        return HttpResponseNotAllowed(["POST"])
    contacts = client.contacts.here()
    form = AtOnceForm(request.POST, contacts=contacts)
    if not form.is_valid():
        return _fresh_sheet(request, client, {}, status=422)
    contact = form.cleaned_data["contact"]
    touch = {name: form.cleaned_data[name] for name in ("idempotency_key", "kind")}
    try:
        logged = log_interaction(
            client=client, author=request.user, contacts=[contact] if contact else [], **touch
        )
    except KeyUsedElsewhere:
        return _fresh_sheet(request, client, {}, status=422)
    return _logged(request, client, logged)


def _save(request, client, form):
    if not form.is_valid():
        return _sheet(request, client, form, status=422)
    try:
        logged = log_interaction(client=client, author=request.user, **form.touch())
    except KeyUsedElsewhere:
        form.add_error(None, _("This form was used for another client. Close it, open it again and save."))
        return _sheet(request, client, form, status=422)
    return _logged(request, client, logged)


def _logged(request, client, logged):
    """What came of it, in words; the toast takes it back, and shows below what moves."""
    back = reverse("relationships:client_page", args=[client.pk])
    touch = logged.interaction
    undo = None
    if touch.author_id == request.user.pk:
        undo = _("Undo"), reverse("relationships:touch_undo", args=[touch.pk])
    card = reverse("relationships:touch_payback", args=[touch.pk])
    if client.health_score is not None:
        card += f"?was={client.health_score:.2f}"
    text = summary_of(logged, client)
    return written(request, text, events=EVENTS, client=client, back=back, undo=undo, card=card)


def _sheet(request, client, form, status=200):
    context = {
        "client": client,
        "form": form,
        "cadence_day": _next_by_cadence(client),
        "today": timezone.localdate(),
    }
    template = "relationships/_log_sheet.html" if wants_fragment(request) else "relationships/log_page.html"
    response = uncached(render(request, template, context, status=status))
    return kept_on_device(request, response, name=client.name) if wants_fragment(request) else response


def _next_by_cadence(client):
    """The day that a touch of today would make the next one due. Two queries."""
    today = timezone.localdate()
    cadence = int(effective_cadence_days([client.pk])[client.pk])
    return rules.cadence_due_on(today + datetime.timedelta(days=cadence), today)


def _initial(client, user, open_ones, asked):
    """What the sheet starts with: the user's last kind for this client, now, and the contact met last. Two queries.

    Opened from a follow-up, it starts with that one's kind and closes it. What is due of the same kind is closed too.
    """
    named = next((row for row in open_ones if row.pk == asked.get("follow_up")), None)
    kind = asked.get("kind") or _kind_of(named) or _last_kind(client, user)
    if named and named.rule == FollowUpRule.CADENCE and not reaches_by_default(kind, Direction.OUT):
        kind = named.kind  # a contact that reaches them is what it asks for
    offered = [row for row in open_ones if may_be_ticked(row)]
    closes = [row.pk for row in offered if row == named or _closed_by(row, kind)]
    return {
        "kind": kind,
        "direction": Direction.OUT,
        "reached": "yes" if reaches_by_default(kind, Direction.OUT) else "no",
        "occurred_at": timezone.now(),
        "contacts": [asked["contact"]] if asked.get("contact") else _last_met(client),
        "sentiment": "",
        "closes": closes,
        "ticked": closes,
        "next_step_on": "",
    }


def _kind_of(follow_up):
    """How a follow-up is to be done; a cadence asks for any contact that reaches them."""
    if follow_up is None or follow_up.rule == FollowUpRule.CADENCE:
        return ""
    return follow_up.kind if follow_up.kind in InteractionKind.values else ""


def _last_kind(client, user):
    last = client.interactions.filter(author=user).newest_first().values_list("kind", flat=True).first()
    return last or InteractionKind.CALL


def _last_met(client):
    met = client.interactions.filter(contacts__left_on__isnull=True, contacts__isnull=False).newest_first()
    return list(met.values_list("contacts", flat=True)[:1])


def _closed_by(follow_up, kind):
    due = follow_up.kind == kind and follow_up.due_on <= timezone.localdate()
    return due and not care_rules.needs_naming(follow_up)


def summary_of(logged, client):
    """What a log did, in one line for the toast: what was closed, what stays, what comes next."""
    kind = logged.interaction.get_kind_display()
    parts = [_("%(kind)s with %(client)s logged.") % {"kind": kind, "client": client.name}]
    if not logged.created:
        parts = [_("%(kind)s with %(client)s was logged already.") % {"kind": kind, "client": client.name}]
    if logged.closed_follow_ups:
        parts.append(_("Closed: %(what)s.") % {"what": _names(logged.closed_follow_ups)})
    if logged.closed_before:
        parts.append(_("Closed already: %(what)s.") % {"what": _names(logged.closed_before)})
    if logged.left_open:
        parts.append(
            _("Still open, since nobody was reached: %(what)s.") % {"what": _names(logged.left_open)}
        )
    if logged.next_follow_up:
        what, day = _names([logged.next_follow_up]), short_day(logged.next_follow_up.due_on)
        parts.append(_("Next: %(what)s, %(day)s.") % {"what": what, "day": day})
    return " ".join(parts)


def _names(follow_ups):
    """At most three, shortened: the line travels in a header."""
    words = [wording.what(follow_up) for follow_up in follow_ups]
    shown = ", ".join(word if len(word) <= 60 else f"{word[:59]}…" for word in words[:3])
    return f"{shown} +{len(words) - 3}" if len(words) > 3 else shown
