"""Clients that were chosen in the list: ticked, or everything that the filters let through."""

from dataclasses import dataclass

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.templatetags.tend import number
from accounts.web.forms import PlainForm
from clients.filters import LARGEST_ID, ClientFilter
from clients.list_queries import LONGEST_QUERY, columns_of, parsed
from clients.models import Client
from clients.views.scope import with_may_change

MOST_AT_ONCE = 200


class Ids(forms.SelectMultiple):
    def value_from_datadict(self, data, files, name):
        return data.getlist(name)


class IdsField(forms.Field):
    """Ids of rows, each once."""

    widget = Ids

    def to_python(self, value):
        if not all(
            one.isascii() and one.isdecimal() and 0 < int(one[:19]) <= LARGEST_ID for one in value or ()
        ):
            raise ValidationError(_("This list of clients cannot be read. Choose them again."))
        return list(dict.fromkeys(int(one[:19]) for one in value or ()))


class SelectionForm(PlainForm):
    """`client` repeated, or `all` with what the list shows in `fits` (a query string)."""

    client = IdsField(required=False, label=_("Clients"))
    all = forms.BooleanField(required=False)
    fits = forms.CharField(required=False, max_length=LONGEST_QUERY)

    def __init__(self, data, *, user, request):
        super().__init__(data)
        self.user, self.request = user, request

    def clean(self):
        cleaned = super().clean()
        if not self.errors and not cleaned["all"] and not cleaned["client"]:
            raise ValidationError(_("No client is chosen. Tick some in the list first."))
        if cleaned.get("all") and not self.errors and not self.filters.form.is_valid():
            raise ValidationError(_("These filters make no sense. Set them again in the list."))
        return cleaned

    @property
    def filters(self):
        """The list's filters, as they stand in `fits`."""
        if not hasattr(self, "_filters"):
            query = parsed(self.cleaned_data.get("fits", ""))
            self._filters = ClientFilter(query, Client.objects.visible_to(self.user), request=self.request)
        return self._filters

    @property
    def columns(self):
        """The columns that the list shows, () for the usual ones."""
        return columns_of(self.cleaned_data["fits"])

    def clients(self):
        """Those of the chosen ones that the reader may see; nothing is read yet."""
        if self.cleaned_data["all"]:
            return self.filters.filter_queryset(self.filters.queryset)
        return self.filters.queryset.filter(pk__in=self.cleaned_data["client"])


@dataclass(frozen=True)
class Selection:
    """`clients` in order of their names, each with `may_change`; `unseen` how many are not the reader's to see."""

    clients: list
    unseen: int = 0

    @property
    def changeable(self):
        return [client for client in self.clients if client.may_change]

    @property
    def readable(self):
        return [client for client in self.clients if not client.may_change]


def selection_of(form):
    """The `Selection` of a valid form, or None with the reason on the form where it is too much at once. One query."""
    rows = with_may_change(form.clients(), form.user).only("name", "status", "name_sort")
    chosen = list(rows.order_by("name_sort", "pk")[: MOST_AT_ONCE + 1])
    if len(chosen) > MOST_AT_ONCE or len(form.cleaned_data["client"]) > MOST_AT_ONCE:
        text = _("At most %(most)s clients at once. Narrow the filters, or tick fewer.")
        form.add_error(None, text % {"most": number(MOST_AT_ONCE)})
        return None
    if not chosen:
        form.add_error(None, none_left())
        return None
    asked = len(chosen) if form.cleaned_data["all"] else len(form.cleaned_data["client"])
    return Selection(chosen, asked - len(chosen))


def none_left():
    return _("None of these clients is yours to see any more. Load the list again.")


@dataclass(frozen=True)
class Outcome:
    """What happened to one client: `tone` is good, plain (nothing to do) or warn (not done); `text` says it."""

    client: Client
    tone: str
    text: str


def may_only_be_read(selection):
    """An outcome for each client that the reader may see and not change."""
    return [Outcome(client, "warn", _("You may only read this client.")) for client in selection.readable]
