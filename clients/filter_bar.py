"""What the client list shows around its rows: choices to filter by, and filters in force."""

from functools import cached_property

from django.utils.translation import gettext_lazy as _

from accounts.alphabet import by_alphabet
from accounts.models import Segment
from clients.filters import ANY_STATUS
from clients.models import Band, Client, ClientStatus, Tag

FLAGS = ("silent", "no_next", "unassigned", "key")
# Shown as chips above the table: what sits in the menu "More filters" must not filter unseen.
SHOWN_AS_CHIPS = ("tag", "trend", "region", "team", "status", "country", "industry", "currency", *FLAGS)


class FilterBar:
    """The choices of the filter bar for one reader. Queries only for what a template asks for."""

    bands = Band.choices
    segments = Segment.choices
    statuses = [(ClientStatus.LOST, ClientStatus.LOST.label), (ANY_STATUS, _("Active and lost"))]

    def __init__(self, filters):
        self.filters = filters
        self.form = filters.form
        self.flags = [(name, filters.filters[name].label) for name in FLAGS]
        self.raised = {name for name in FLAGS if self.form.data.get(name) == "1"}

    @property
    def trends(self):
        return list(self.filters.filters["trend"].extra["choices"])

    @cached_property
    def leads(self):
        """(id, name) of the leads to offer, the chosen one among them; empty when they are too many."""
        people, chosen = self.filters.people or [], self.filters.chosen_lead
        if chosen is not None and chosen not in people:
            people = [chosen, *people]
        return [(str(person.pk), person.name) for person in people]

    @cached_property
    def teams(self):
        return [(str(team.pk), team.name) for team in self.filters.teams]

    @cached_property
    def regions(self):
        return [
            (region, region)
            for region in sorted({team.region for team in self.filters.teams}, key=by_alphabet)
        ]

    @cached_property
    def tags(self):
        """(id, name) of the tags to offer, the chosen one among them."""
        found = Tag.objects.offered_to(self.filters.request.user, chosen=self.form.cleaned_data.get("tag"))
        return [(str(tag.pk), tag.name) for tag in found]

    @cached_property
    def countries(self):
        names = dict(self.form.fields["country"].choices)
        found = {country for country, _industry in self._places if country}
        return sorted(
            ((code, names.get(code, code)) for code in found), key=lambda pair: by_alphabet(pair[1])
        )

    @cached_property
    def industries(self):
        return [
            (name, name)
            for name in sorted({industry for _country, industry in self._places if industry}, key=by_alphabet)
        ]

    @cached_property
    def _places(self):
        clients = Client.objects.visible_to(self.filters.request.user).active().order_by()
        return list(clients.values_list("country", "industry").distinct())

    @cached_property
    def applied(self):
        """(words, query string without it) of each filter that the bar itself does not show."""
        return [
            (self._words(name), self._without(name)) for name in SHOWN_AS_CHIPS if self.form.data.get(name)
        ]

    def _words(self, name):
        value = self.form.cleaned_data.get(name)
        if name in FLAGS:
            return self.filters.filters[name].label
        if name == "tag":
            return dict(self.tags).get(str(value), self.filters.filters[name].label)
        if name == "team":
            return next((team.name for team in self.filters.teams if team.pk == value), value)
        choices = dict(getattr(self.form.fields[name], "choices", ()))
        return choices.get(value, value)

    def _without(self, name):
        query = self.form.data.copy()
        for unwanted in (name, "cursor"):
            query.pop(unwanted, None)
        return f"?{query.urlencode()}"

    @property
    def is_filtered(self):
        return bool(self.applied) or any(
            self.form.data.get(name) for name in ("q", "band", "segment", "lead")
        )

    @property
    def widened(self):
        """The query string that looks among lost clients too, for a search that found no active one."""
        if not self.form.data.get("q") or self.form.data.get("status"):
            return ""
        query = self.form.data.copy()
        query.pop("cursor", None)
        query["status"] = ANY_STATUS
        return f"?{query.urlencode()}"
