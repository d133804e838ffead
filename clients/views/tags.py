"""The tags of one client: what its page shows, and the sheet in which they change."""

from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.web.answers import written
from accounts.web.htmx import uncached, wants_fragment
from clients.forms.lists import TagsForm
from clients.list_columns import tags_of_client
from clients.models import Client, Tag
from clients.querysets.tags import MOST_KNOWN
from clients.services.tags import change_tags, tag_named

from .edit import posted
from .panels import answer_form
from .scope import fetch_changeable, fetch_visible

CHANGED = ("client-tagged", "clients-changed")
MOST_SHOWN = 30


def tags(request, client_id):
    """The tags as the client page shows them, which asks again after a change; a reload leads to the page."""
    client = fetch_visible(Client.objects.annotate(tag_list=tags_of_client()), request.user, client_id)
    if not wants_fragment(request):
        return redirect(client)
    return uncached(render(request, "clients/lists/_client_tags.html", {"client": client}))


def tags_edit(request, client_id):
    """Puts tags on a client and takes them off: those on offer are ticked or not, new ones are typed."""
    client = fetch_changeable(Client.objects, request.user, client_id)
    current = list(Tag.objects.filter(client_tags__client=client))
    offered = _offered(request.user, current, MOST_KNOWN if request.method == "POST" else MOST_SHOWN)
    initial = {"tags": [tag.pk for tag in current], "shown": [tag.pk for tag in current]}
    form = TagsForm(posted(request), offered=offered, initial=initial)
    if form.is_valid():
        typed = [tag_named(name) for name in form.cleaned_data["names"]]
        change_tags(
            client=client,
            add=dict.fromkeys([*form.cleaned_data["tags"], *typed]),
            remove=[tag for tag in form.removed if tag not in typed],
            by=request.user,
        )
        text = _("The tags of %(name)s are saved.") % {"name": client.name}
        return written(request, text, events=CHANGED, client=client, back=client.get_absolute_url())
    context = {
        "title": _("Tags"),
        "note": client.name,
        "action": reverse("clients:tags_edit", args=[client.pk]),
        "submit": _("Save"),
        "back": client.get_absolute_url(),
        "fields_template": "clients/lists/_tag_fields.html",
    }
    return answer_form(request, form, "components/_sheet_form.html", context)


def _offered(user, current, most):
    """The tags on offer: those that the client has, and the `most` that the reader's clients have most."""
    usual = Tag.objects.offered_to(user, most=most)
    return usual | Tag.objects.filter(pk__in=[tag.pk for tag in current])
