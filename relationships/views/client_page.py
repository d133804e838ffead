"""The client page, and the parts of it that refresh on their own: what is next, health, the tabs."""

import datetime

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_htmx.http import trigger_client_event

from accounts.web.device import kept_on_device
from accounts.web.forms import PlainForm
from accounts.web.htmx import uncached, wants_fragment
from accounts.web.publishing import publish_on_commit
from clients.standing import client_standing
from relationships.client_health import health_context, spoken
from relationships.client_overview import (
    account_team,
    empty_seats,
    fetch_client,
    known_contacts,
    money_line,
    page_extras,
    pinned_notes,
    rhythm_of,
)
from relationships.health.refresh import as_of_today
from relationships.own_ratings import standing_of
from relationships.tasks import score_clients
from relationships.views.client_timeline import timeline_context
from relationships.views.follow_ups import follow_up_panel
from relationships.views.ratings import rating_context

HASTEN_AFTER = datetime.timedelta(seconds=2)


def client_page(request, client_id):
    """Everything about a client at a glance. Under htmx only what a touch changes beside timeline and health."""
    client = fetch_client(request.user, client_id, **page_extras())
    contacts, follow_ups = known_contacts(client), follow_up_panel(client)
    standing = client_standing(client)
    context = {
        "client": client,
        "standing": _standing_line(client, standing),
        "contacts": contacts,
        "empty_seats": empty_seats(contacts),
        "pinned": pinned_notes(client),
        "follow_ups": follow_ups,
        "next_item": follow_ups[0] if follow_ups else None,
        "team": account_team(client, request.user),
        "log_url": _log_url(client),
        "rhythm": rhythm_of(client, as_of_today()),
        "silent": client.contact_due_on is not None and client.contact_due_on < as_of_today(),
    }
    if wants_fragment(request):
        return uncached(render(request, "relationships/_client_now.html", context))
    tab = _tab_asked_for(request)
    context |= {"money": money_line(client)} | _tabs(client, tab, standing)
    context |= health_context(client, contacts)
    lead = context["team"].lead
    context["rating"] = rating_context(standing_of(client, request.user, lead.user if lead else None))
    if tab == TIMELINE:
        context |= timeline_context(client, contacts, request.GET)
    response = uncached(render(request, "relationships/client_page.html", context))
    return kept_on_device(request, response, name=client.name)


TIMELINE, GROUP = "timeline", "group"
# Tab → its name and the address of its panel, which loads by itself and checks its own scope.
TABS = {
    TIMELINE: (_("Timeline"), "relationships:client_timeline"),
    "health": (_("Health"), "relationships:client_health_page"),
    "stakeholders": (_("Stakeholders"), "relationships:stakeholders"),
    "plan": (pgettext_lazy("for a client", "Plan"), "relationships:plan"),
    "contracts": (_("Contracts"), "clients:contracts"),
    "delivery": (_("Delivery"), "clients:delivery"),
    "receivables": (_("Receivables"), "clients:client_receivables"),
    "issues": (_("Issues"), "clients:client_issues"),
    "requests": (_("Requests"), "clients:client_requests"),
    "growth": (pgettext_lazy("deals", "Growth"), "clients:growth"),
    "documents": (_("Documents"), "clients:client_documents"),
    "reports": (_("Reports"), "relationships:reports"),
    GROUP: (_("Group"), "relationships:company_tree"),
}


class TabForm(PlainForm):
    """Which tab of the client page."""

    tab = forms.ChoiceField(choices=[(name, name) for name in TABS], required=False)


def _tab_asked_for(request):
    """The tab's name; the timeline where none or no such is named."""
    form = TabForm(request.GET)
    return (form.cleaned_data["tab"] if form.is_valid() else "") or TIMELINE


def _tabs(client, current, standing):
    """The tabs with what is open in each, and the panel to load. Only who is part of a group has a tab for it."""
    counts = standing.counts | {"plan": client.open_actions}
    tabs = [
        {
            "name": name,
            "label": label,
            "url": _tab_url(client, name),
            "current": name == current,
            "count": counts.get(name) or None,
        }
        for name, (label, _route) in TABS.items()
        if name != GROUP or current == GROUP or client.in_group
    ]
    return {"tab": current, "tabs": tabs, "panel_url": reverse(TABS[current][1], args=[client.pk])}


def _tab_url(client, name):
    return f"{client.get_absolute_url()}?tab={name}"


def _standing_line(client, standing):
    return [{"part": part, "url": _tab_url(client, part.area)} for part in standing.parts]


def client_tab(request, client_id):
    """The tabs with another one chosen; its panel follows by a request of its own. Without htmx the page itself."""
    client = fetch_client(request.user, client_id)
    tab = _tab_asked_for(request)
    if not wants_fragment(request):
        return redirect(_tab_url(client, tab))
    context = {"client": client} | _tabs(client, tab, client_standing(client))
    return uncached(render(request, "relationships/_client_tabs.html", context))


def _log_url(client):
    """Where a touch with this client is logged; empty for a former lead, who logs none."""
    return reverse("relationships:log_for_client", args=[client.pk]) if client.may_change else ""


class PollForm(PlainForm):
    """What the health section shows already: the change it waits for, and whether it said that the worker is late."""

    seen = forms.CharField(max_length=40, required=False)
    slow = forms.BooleanField(required=False)


def client_health(request, client_id):
    """The health section, polled while a change waits to be scored: 204 until something new is to be shown."""
    client = fetch_client(request.user, client_id)
    if not wants_fragment(request):
        return redirect(client)
    form = PollForm(request.GET)
    shown = form.cleaned_data if form.is_valid() else {"seen": "", "slow": False}
    context = {"client": client} | health_context(client)
    if context["stale"] and context["stale"] == shown["seen"]:
        _hasten(client)
        if shown["slow"] or not context["behind"]:
            return uncached(HttpResponse(status=204))
    response = uncached(render(request, "relationships/_client_health_answer.html", context))
    if shown["seen"] and not context["stale"]:
        trigger_client_event(response, "announce", {"text": spoken(client, context["moved"])})
        trigger_client_event(response, "health-scored", {"client": client.pk})
    return response


def _hasten(client):
    """Ask for the scoring once more, early on: the first request may be lost, and edits of a client send none."""
    waited = timezone.now() - client.health_stale_since
    if HASTEN_AFTER <= waited < 2 * HASTEN_AFTER:
        publish_on_commit(score_clients, [client.pk])
