"""The timeline of a client: on its page, as a page of its own, and what follows behind the last entry seen."""

import re
from urllib.parse import urlencode

from django import forms
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.web.forms import PlainForm
from accounts.web.htmx import uncached, wants_fragment
from clients.filters import SEARCH_WORDS
from relationships import timeline
from relationships.client_overview import fetch_client, known_contacts, timeline_extras, timeline_people
from relationships.models import InteractionKind

ENTRIES_PER_PAGE = 20
COLLEAGUE, CONTACT = "u", "c"
_WHO = re.compile(rf"(?P<kind>[{COLLEAGUE}{CONTACT}])(?P<pk>[0-9]{{1,18}})")


class TimelineForm(PlainForm):
    """Which entries, and from where on. `people` are [(id, name)] of colleagues, `contacts` those of the client."""

    q = forms.CharField(max_length=100, required=False, label=_("Search"))
    kind = forms.ChoiceField(
        choices=[
            ("", _("Everything")),
            *InteractionKind.choices,
            (timeline.NOTE, _("Notes")),
            (timeline.CHANGES, _("Changes")),
        ],
        required=False,
        label=_("Kind"),
    )
    who = forms.ChoiceField(required=False, label=_("Person"))
    cursor = forms.CharField(max_length=100, required=False, label=_("Page"))

    def __init__(self, *args, people=(), contacts=(), **kwargs):
        super().__init__(*args, **kwargs)
        groups = [
            (_("Contacts"), [(f"{CONTACT}{contact.pk}", contact.name) for contact in contacts]),
            (_("Colleagues"), [(f"{COLLEAGUE}{pk}", name) for pk, name in people]),
        ]
        self.fields["who"].choices = [("", _("Everyone")), *(group for group in groups if group[1])]

    def clean_cursor(self):
        """The `timeline.Cursor`, or None for the newest entries."""
        text = self.cleaned_data["cursor"]
        cursor = timeline.read_cursor(text) if text else None
        if text and cursor is None:
            raise forms.ValidationError(_("This address is incomplete. Start again from the newest entries."))
        return cursor

    @property
    def sought(self):
        """The `timeline.Sought` of a valid form."""
        who = _WHO.fullmatch(self.cleaned_data["who"])
        ids = {who["kind"]: int(who["pk"])} if who else {}
        words = tuple(self.cleaned_data["q"].split()[:SEARCH_WORDS])
        return timeline.Sought(self.cleaned_data["kind"], ids.get(COLLEAGUE), ids.get(CONTACT), words)

    @property
    def chosen(self):
        """{filter: value} of what is filled in, for an address."""
        values = {name: self.data.get(name, "") for name in ("q", "kind", "who")}
        return {name: value for name, value in values.items() if value}


def client_timeline(request, client_id):
    """One page of the timeline: the list anew, or behind `cursor` what follows on. 422 for what makes no sense."""
    client = fetch_client(request.user, client_id, **timeline_extras())
    context = {"client": client} | timeline_context(client, known_contacts(client), request.GET)
    status = 200 if context["timeline_form"].is_valid() else 422
    if not wants_fragment(request):
        template = "relationships/client_timeline.html"
    elif context["after"]:
        template = "relationships/_timeline_more.html"
    else:
        template = "relationships/_timeline_list.html"
    answer = uncached(render(request, template, context, status=status))
    if wants_fragment(request) and not context["after"] and status == 200:
        answer["HX-Replace-Url"] = _address_of(request, client, context["timeline_form"].chosen)
    return answer


def _address_of(request, client, chosen):
    """The page that the reader has before them, with the filters as they are now: a reload shows the same."""
    page = client.get_absolute_url()
    if (request.htmx.current_url_abs_path or "").split("?")[0] != page:
        page = _timeline_url(client)
    return f"{page}?{urlencode(chosen)}" if chosen else page


def _timeline_url(client):
    return reverse("relationships:client_timeline", args=[client.pk])


def timeline_context(client, contacts, data):
    """What the timeline's templates need: the form over `data` (as in an address) and the entries that it asks for.

    `client` has `timeline_extras`, `contacts` are its own. One query.
    """
    form = TimelineForm(data, people=timeline_people(client), contacts=contacts)
    sought = form.sought if form.is_valid() else None
    after = form.cleaned_data.get("cursor") or None
    entries = entries_context(client, sought, after, address=_timeline_url(client), chosen=form.chosen)
    return {"timeline_form": form, "is_narrowed": bool(form.chosen)} | entries


def entries_context(client, sought, after, *, address, chosen):
    """Up to a page of entries, the first of each month with its name; `more_url` leads to the ones that follow.

    None is `sought` where the address makes no sense: no entries then, and no query.
    """
    found, more = [], False
    if sought is not None:
        found, more = timeline.entries(client, sought, after=after, size=ENTRIES_PER_PAGE)
    month = _month(after.at) if after else None
    rows = []
    for entry in found:
        heading, month = (None if _month(entry.at) == month else _month(entry.at)), _month(entry.at)
        rows.append((heading, entry))
    cursor = found[-1].cursor if more else ""
    return {
        "rows": rows,
        "after": after,
        "next_cursor": cursor,
        "more_url": f"{address}?{urlencode(chosen | {'cursor': cursor})}" if cursor else "",
    }


def _month(moment):
    return timezone.localdate(moment).replace(day=1)
