"""Decisions of an admin: who leads a client, and which clients are key. Each with its reason."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.web.forms import PlainForm

from .base import date_input

LARGEST_ID = 2**63 - 1
REASON_LENGTH = 500


def reason_field(label, **options):
    """One or two sentences; the history shows them as they are."""
    return forms.CharField(
        label=label, max_length=REASON_LENGTH, widget=forms.Textarea(attrs={"rows": 2}), **options
    )


class AssignLeadForm(PlainForm):
    """`people` are those who may lead this client. `seen_lead` is the lead that the decision rests on, "" for none."""

    lead = forms.ModelChoiceField(
        label=_("New lead"),
        queryset=User.objects.none(),
        error_messages={
            "required": _("Choose who leads this client."),
            "invalid_choice": _("Choose an account manager whose tier may lead this client."),
        },
    )
    reason = reason_field(_("Why"))
    override_reason = reason_field(
        _("Why go over the maximum"), required=False, help_text=_("Kept in the history beside your name.")
    )
    read_until = forms.DateField(
        label=_("The former lead may read until"),
        required=False,
        widget=date_input(),
        help_text=_("Write access ends at once. Leave it empty to end reading at once too."),
    )
    seen_lead = forms.IntegerField(
        required=False, min_value=1, max_value=LARGEST_ID, widget=forms.HiddenInput
    )

    def __init__(self, *args, people, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["lead"].queryset = people

    def clean_read_until(self):
        day = self.cleaned_data["read_until"]
        if day and day < timezone.localdate():
            raise ValidationError(_("This day has passed."))
        return day


class KeyStatusForm(PlainForm):
    """The reason for giving or for ending key status."""

    reason = reason_field(_("Why"))


class PeopleSearchForm(PlainForm):
    """Narrows the account managers to choose from; `lead` keeps the one already chosen in sight."""

    q = forms.CharField(max_length=100, required=False)
    lead = forms.IntegerField(min_value=1, max_value=LARGEST_ID, required=False)
