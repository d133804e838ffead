"""The page of a contact: who they are, how we stand with them, who of us knows them, and every touch."""

import datetime
from dataclasses import replace

from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from accounts.web.htmx import uncached, wants_fragment
from clients.models import Contact
from clients.views.scope import fetch_visible
from relationships import timeline
from relationships.acquaintance import STRANGER, acquaintances
from relationships.views.client_timeline import TimelineForm, entries_context
from relationships.views.stakeholders import Person

BIRTHDAY_SOON_DAYS = 14


def contact_page(request, contact_id):
    """The page; under htmx its changing part, or behind `cursor` earlier touches. Five queries beside session and
    reader. 422 for a cursor that makes no sense."""
    contact = _fetch(request, contact_id)
    form = TimelineForm({"cursor": request.GET.get("cursor", "")})
    client = contact.client
    client.may_change = contact.may_change
    address = reverse("relationships:contact_page", args=[contact.pk])
    sought = replace(timeline.EVERYTHING, contact=contact.pk) if form.is_valid() else None
    after = form.cleaned_data.get("cursor") or None
    context = {"client": client, "timeline_form": form} | entries_context(
        client, sought, after, address=address, chosen={}
    )
    status = 200 if form.is_valid() else 422
    if after and wants_fragment(request):
        return uncached(render(request, "relationships/_timeline_more.html", context))
    known = acquaintances(pk=contact.pk).get(contact.pk, STRANGER)
    context |= {
        "contact": contact,
        "person": Person(contact, known),
        "known": known,
        "boss": _boss_of(contact),
        "reports": list(
            contact.reports.here().filter(client=contact.client_id).only("name", "title", "client")
        ),
        "birthday": next_birthday(contact.birthday, timezone.localdate()),
        "log_url": _log_url(contact),
        "page_url": address,
    }
    template = "_contact" if wants_fragment(request) else "contact"
    return uncached(render(request, f"relationships/contacts/{template}.html", context, status=status))


def _fetch(request, contact_id):
    """The contact with client and boss. One query; 404 outside of the reader's scope."""
    contacts = Contact.objects.select_related("client", "reports_to")
    return fetch_visible(contacts, request.user, contact_id)


def _boss_of(contact):
    """Whom they report to; somebody of another client, whom no form lets through, is nobody here."""
    boss = contact.reports_to
    return boss if boss and boss.client_id == contact.client_id else None


def _log_url(contact):
    """Where a touch with this contact is logged; "" for readers who log none, and for contacts who have left."""
    if not contact.may_change or contact.left_on:
        return ""
    return f"{reverse('relationships:log_for_client', args=[contact.client_id])}?contact={contact.pk}"


def next_birthday(birthday, today):
    """(the day it comes next, whether that is soon), or None. February 29 is kept on the 28th in other years."""
    if birthday is None:
        return None
    days = (_in_year(birthday, year) for year in (today.year, today.year + 1))
    day = next(day for day in days if day >= today)
    return day, day - today <= datetime.timedelta(days=BIRTHDAY_SOON_DAYS)


def _in_year(birthday, year):
    try:
        return birthday.replace(year=year)
    except ValueError:
        return birthday.replace(year=year, day=28)
