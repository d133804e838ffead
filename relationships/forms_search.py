"""What the search and the calendar are asked."""

import re

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from accounts.web.forms import PlainForm

LARGEST_ID = 2**63 - 1
TOKEN = re.compile(r"^(client|contact|contract|invoice)-([1-9][0-9]{0,17})$")
RECENT = RegexValidator(
    r"^((client|contact|contract|invoice)-[1-9][0-9]{0,17}(,|\Z))*\Z", _("This address is incomplete.")
)


class SearchForm(PlainForm):
    """The words; `recent` names pages opened lately, `client` the one whose page is open, `brief` asks for few."""

    q = forms.CharField(
        label=_("Search"),
        required=False,
        max_length=100,
        widget=forms.TextInput(
            attrs={
                "type": "search",
                "autocomplete": "off",
                "autofocus": True,
                "placeholder": _("Clients, contacts, contracts, invoices, notes, commands"),
            }
        ),
    )
    recent = forms.CharField(required=False, max_length=400, validators=[RECENT])
    client = forms.IntegerField(required=False, min_value=1, max_value=LARGEST_ID)
    brief = forms.BooleanField(required=False)

    def clean_recent(self):
        """[(kind, id)], each once, in the order given."""
        found = [TOKEN.match(token) for token in self.cleaned_data["recent"].split(",") if token]
        return list(dict.fromkeys((match[1], int(match[2])) for match in found))


class CalendarForm(PlainForm):
    """Which stretch of days, seen how, and whose."""

    view = forms.ChoiceField(choices=[("month", _("Month")), ("week", _("Week"))], required=False)
    day = forms.DateField(required=False)
    person = forms.IntegerField(required=False, min_value=1, max_value=LARGEST_ID)
    who = forms.CharField(required=False, max_length=100, label=_("Find a person"))

    def clean_view(self):
        return self.cleaned_data["view"] or "month"
