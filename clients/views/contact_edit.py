"""Adding and editing a contact: in the side sheet from the client page, or as a page of its own."""

import json

from django import forms
from django.contrib import messages
from django.db import OperationalError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.web.forms import PlainForm
from accounts.web.htmx import uncached, wants_fragment
from clients.forms import ContactEditForm, ContactForm, take_theirs
from clients.models import Client, Contact, ContactRole
from clients.services.editing import EditConflict, add_contact, save_contact

from .edit import posted, refuse_busy
from .scope import fetch_changeable
from .sheets import answer_conflict_sheet


class SeatForm(PlainForm):
    """Which empty seat of the map a new contact is to fill."""

    role = forms.ChoiceField(choices=ContactRole.choices, required=False)


def contact_new(request, client_id):
    """422 with what was typed; `?role=` chooses the role beforehand."""
    client = fetch_changeable(Client.objects.all(), request.user, client_id)
    seat = SeatForm(request.GET)
    initial = {"role": seat.cleaned_data["role"]} if seat.is_valid() else {}
    form = ContactForm(posted(request), instance=Contact(client=client), initial=initial)
    if not form.is_valid():
        return _show(request, client, form)
    contact = add_contact(client=client, values=form.values())
    return _saved(request, client, _("%(name)s is added.") % {"name": contact.name})


def contact_edit(request, contact_id):
    contact = fetch_changeable(Contact.objects.select_related("client"), request.user, contact_id)
    client, name = contact.client, contact.name
    if request.method != "POST":
        return _show(request, client, ContactEditForm(instance=contact), contact=contact, name=name)
    data = take_theirs(request.POST, ContactEditForm(instance=contact))
    form = ContactEditForm(data, instance=contact)
    if not form.is_valid():
        return _show(request, client, form, contact=contact, name=name)
    try:
        contact = save_contact(contact=contact, version=form.cleaned_data["version"], changes=form.values())
    except EditConflict as conflict:
        context = {
            "title": _("Two versions of this contact"),
            "note": name,
            "action": reverse("clients:contact_edit", args=[contact.pk]),
        }
        return answer_conflict_sheet(request, form, conflict.saved, context)
    except OperationalError as error:
        refuse_busy(form, error)
        return _show(request, client, form, status=409, contact=contact, name=name)
    return _saved(request, client, _("%(name)s is saved.") % {"name": contact.name})


def _template(request, fragment, page):
    return fragment if wants_fragment(request) else page


def _show(request, client, form, *, status=None, **context):
    template = _template(request, "clients/_contact_form.html", "clients/contact_form.html")
    context |= {"form": form, "client": client}
    return uncached(render(request, template, context, status=status or (422 if form.is_bound else 200)))


def _saved(request, client, text):
    """Back to the client page; in the sheet, the page's panels learn of it by an event and refresh themselves."""
    if not wants_fragment(request):
        messages.success(request, text)
        return redirect(client)
    events = {"contact-saved": {"client": client.pk}, "toast": {"text": text}}
    return HttpResponse(status=204, headers={"HX-Trigger": json.dumps(events)})
