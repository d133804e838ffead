"""Adding a client and editing one, and the names that its parent group is chosen from."""

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import OperationalError
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from accounts import access
from accounts.web.forms import PlainForm
from accounts.web.htmx import uncached
from clients.filters import matching
from clients.forms import ClientEditForm, ClientForm, take_theirs
from clients.models import Client
from clients.services.editing import EditConflict, add_client, save_client

from .edit import answer_conflict, posted, refuse_busy
from .scope import fetch_changeable

NAMES_OFFERED = 10


def client_new(request):
    """Admins add clients; who leads them is decided on the client's page."""
    if not access.may_assign(request.user):
        raise PermissionDenied
    form = ClientForm(posted(request), instance=Client(), user=request.user)
    if not form.is_valid():
        return render(
            request, "clients/client_form.html", {"form": form}, status=422 if form.is_bound else 200
        )
    client = add_client(values=form.values())
    messages.success(request, _("%(name)s is added. It has no lead yet.") % {"name": client.name})
    return redirect(client)


def client_edit(request, client_id):
    """All fields of a client. 422 with what was typed, 409 when somebody else saved meanwhile."""
    client = fetch_changeable(Client.objects.select_related("parent"), request.user, client_id)
    if request.method != "POST":
        form = ClientEditForm(instance=client, user=request.user)
        return render(request, "clients/client_form.html", {"form": form, "client": client})
    data = take_theirs(request.POST, ClientEditForm(instance=client, user=request.user))
    form = ClientEditForm(data, instance=client, user=request.user)
    context = {"form": form, "client": client, "name": form.initial["name"]}
    if not form.is_valid():
        return render(request, "clients/client_form.html", context, status=422)
    try:
        client = save_client(client=client, version=form.cleaned_data["version"], changes=form.values())
    except EditConflict as conflict:
        return answer_conflict(request, "clients/client_conflict.html", context, form, conflict.saved)
    except OperationalError as error:
        refuse_busy(form, error)
        return render(request, "clients/client_form.html", context, status=409)
    messages.success(request, _("%(name)s is saved.") % {"name": client.name})
    return redirect(client)


class NameForm(PlainForm):
    parent = forms.CharField(max_length=220, required=False)


def client_names(request):
    """Options for the parent group's field: up to ten of the reader's clients. One query."""
    form = NameForm(request.GET)
    clients = Client.objects.none()
    if form.is_valid() and form.cleaned_data["parent"]:
        clients = matching(Client.objects.visible_to(request.user), form.cleaned_data["parent"])
    names = clients.only("name", "city")[:NAMES_OFFERED]
    return uncached(render(request, "clients/_client_names.html", {"clients": names}))
