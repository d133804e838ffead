"""A client's form: for a new one, and for an edit, where it may also be marked as lost."""

import re

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db.models import Value
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from accounts.db import Fold
from accounts.models import Segment
from clients.filters import matching
from clients.models import Client, ClientStatus, LostReason
from clients.places import CURRENCIES, countries

from .base import LARGEST_INTEGER, TidyModelForm, VersionedForm, date_input, tidy_name, validate_not_in_future

GROUP_LEVELS = 10
NAMES_WHILE_TYPING = {
    "list": "parent-choices",
    "autocomplete": "off",
    "hx-get": reverse_lazy("clients:names"),
    "hx-trigger": "input changed delay:200ms",
    "hx-target": "#parent-choices",
}
NUMBERED = re.compile(r"#\s?(\d{1,18})\Z")


class WebsiteField(forms.URLField):
    """An address of the web. In place of Django's own check, beside which it would complain twice."""

    default_validators = [URLValidator(schemes=["http", "https"])]


class ClientForm(TidyModelForm):
    """`user` bounds the parent groups that may be named."""

    parent = forms.CharField(
        label=_("Parent group"),
        required=False,
        max_length=220,
        help_text=_("The name of a client of yours that this one belongs to."),
        widget=forms.TextInput(attrs=NAMES_WHILE_TYPING),
    )
    country = forms.ChoiceField(label=_("Country"), required=False)
    currency = forms.ChoiceField(label=_("Currency"))
    website = WebsiteField(label=_("Website"), required=False, max_length=200, assume_scheme="https")
    employees = forms.IntegerField(
        label=_("Employees"), required=False, min_value=0, max_value=LARGEST_INTEGER
    )
    prestige = forms.TypedChoiceField(
        label=_("Prestige"),
        coerce=int,
        choices=[(n, n) for n in range(6)],
        initial=0,
        help_text=_("0 to 5: how much their name opens doors."),
    )

    class Meta:
        model = Client
        fields = [
            "name",
            "parent",
            "industry",
            "employees",
            "tax_code",
            "city",
            "country",
            "phone",
            "website",
        ]
        fields += ["segment", "demanding", "prestige", "currency", "note"]
        widgets = {
            "note": forms.Textarea(attrs={"rows": 4}),
        }

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.user = user
        self.initial["parent"] = self.instance.parent.name if self.instance.parent_id else ""
        self.initial.setdefault("country", "VN")
        self._offer_segments()
        self.fields["country"].choices = [("", _("Not known")), *countries()]
        own = self.instance.currency
        offered = CURRENCIES if own in CURRENCIES else [own, *CURRENCIES]
        self.fields["currency"].choices = [(code, code) for code in offered]

    def _offer_segments(self):
        """Key status has a form of its own, with a reason and an approver."""
        field = self.fields["segment"]
        if self.instance.segment == Segment.KEY:
            field.disabled = True
            field.help_text = _("Key status is given and ended on the assignments page.")
        else:
            field.choices = [choice for choice in Segment.choices if choice[0] != Segment.KEY]

    def clean_parent(self):
        """The client that was named, or None. The parent it already has stays, seen or not."""
        text = tidy_name(self.cleaned_data["parent"])
        current = self.instance.parent
        if not text or (current and text == tidy_name(current.name)):
            return current if text else None
        parent = self._find_parent(text)
        if self.instance.pk and self.instance.pk in _with_ancestors(parent):
            raise ValidationError(_("This client is part of that group or leads it; choose another."))
        return parent

    def _find_parent(self, text):
        visible = Client.objects.visible_to(self.user)
        number = NUMBERED.search(text)
        if number:
            found = list(visible.filter(pk=number[1]))
        else:
            same = matching(visible, text).alias(folded_name=Fold("name"))
            found = list(same.filter(folded_name=Fold(Value(text)))[:2])
        if not found:
            raise ValidationError(_("You have no client of this name."))
        if len(found) > 1:
            raise ValidationError(
                _(
                    "Several clients have this name. Type the number of the right one instead, such as #%(id)s."
                ),
                params={"id": found[0].pk},
            )
        return found[0]

    def clean_note(self):
        """Line ends as they are stored: a browser posts another kind, which is no change."""
        return self.cleaned_data["note"].replace("\r\n", "\n")

    def clean_currency(self):
        currency = self.cleaned_data["currency"]
        if self.instance.pk and currency != self.instance.currency and self.instance.deals.exists():
            raise ValidationError(_("The currency stays, because there are deals in it."))
        return currency


class ClientEditForm(VersionedForm, ClientForm):
    """An edit of a client, where it may also be marked as lost, or as back."""

    lost_on = forms.DateField(
        label=_("Lost on"), required=False, widget=date_input(), validators=[validate_not_in_future]
    )

    class Meta(ClientForm.Meta):
        fields = [*ClientForm.Meta.fields, "status", "lost_on", "lost_reason"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial["country"] = self.instance.country
        self.fields["lost_reason"].choices = [("", "–"), *LostReason.choices]

    def clean(self):
        """A lost client has a day and a reason, an active one has neither."""
        cleaned = super().clean()
        if cleaned.get("status") == ClientStatus.LOST:
            for name in ("lost_on", "lost_reason"):
                if not cleaned.get(name) and name not in self.errors:
                    self.add_error(name, _("A lost client has a day and a reason."))
        else:
            cleaned["lost_on"], cleaned["lost_reason"] = None, ""
        return cleaned


def _with_ancestors(client):
    """The ids of `client` and the groups above it. One query a level."""
    found = set()
    while client is not None and client.pk not in found and len(found) < GROUP_LEVELS:
        found.add(client.pk)
        client = client.parent
    return found
