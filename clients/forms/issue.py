"""The forms of issues: opening and editing one, each step with what there is to say, and the list's filters."""

import unicodedata

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Department
from accounts.web.forms import IdempotentForm, PlainForm
from clients.models import Contact, Contract, Issue, IssueCategory, IssueStatus, Severity

from .base import TidyModelForm, VersionedForm

LARGEST_ID = 2**63 - 1
CLIENT_MAY_READ = _("The client may read this in a report.")
NEVER_SHOWN = _("Internal: never shown to the client.")


def _text(label, *, length=2000, required=True, help_text=NEVER_SHOWN):
    """Free text of a step. What becomes part of a report says so beside the field, as does what never does."""
    widget = forms.Textarea(attrs={"rows": 4})
    return forms.CharField(
        label=label, max_length=length, required=required, widget=widget, help_text=help_text
    )


class IssueFields(TidyModelForm):
    """An issue of `instance.client`; contact and contract are that client's own."""

    class Meta:
        model = Issue
        fields = ["title", "severity", "category", "description", "contact", "department", "contract"]
        widgets = {
            "title": forms.TextInput(attrs={"autocomplete": "off"}),
            "severity": forms.RadioSelect,
            "category": forms.RadioSelect,
            "description": forms.Textarea(attrs={"rows": 4}),
        }
        help_texts = {"title": CLIENT_MAY_READ, "description": NEVER_SHOWN}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        issue, fields = self.instance, self.fields
        still_here = Q(left_on__isnull=True) | Q(pk=issue.contact_id)
        fields["contact"].queryset = Contact.objects.filter(still_here, client=issue.client_id)
        fields["contact"].empty_label = _("Not known")
        fields["contract"].queryset = Contract.objects.filter(client=issue.client_id)
        fields["contract"].empty_label = _("None")
        fields["contract"].label_from_instance = lambda contract: f"{contract.number} · {contract.title}"
        in_use = Q(is_active=True) | Q(pk=issue.department_id)
        fields["department"].queryset = Department.objects.filter(in_use)
        fields["department"].empty_label = _("None")

    def clean_title(self):
        """Composed letters and single spaces; something must be left to click on."""
        title = " ".join(unicodedata.normalize("NFC", self.cleaned_data["title"]).split())
        if not any(letter.isalnum() for letter in title):
            raise ValidationError(_("Say in a few words what is wrong."))
        return title


class IssueForm(IdempotentForm, IssueFields):
    """A new issue."""


class IssueEditForm(VersionedForm, IssueFields):
    """An edit of an issue; another severity takes another service level."""

    class Meta(IssueFields.Meta):
        pass


class WaitForm(PlainForm):
    text = _text(_("What the client is asked for"), required=False)


class ResolutionForm(PlainForm):
    resolution = _text(_("What was done"), help_text=CLIENT_MAY_READ)


class ReopeningForm(PlainForm):
    reason = _text(_("Why it is open again"))


class NoteForm(PlainForm):
    text = _text(_("Note"))


class RatingForm(PlainForm):
    """The client's own rating. `seen` is the one that was shown beside the form."""

    satisfaction = forms.TypedChoiceField(
        label=_("How satisfied the client is"),
        coerce=int,
        choices=[(number, str(number)) for number in range(1, 6)],
        widget=forms.RadioSelect,
        help_text=_("1 is not at all, 5 is very. Ask, do not guess."),
    )
    text = _text(_("What they said"), length=1900, required=False)
    seen = forms.IntegerField(required=False, min_value=1, max_value=5, widget=forms.HiddenInput)


class IssueListForm(PlainForm):
    """The list's own filters; who looks after the client, region and segment are those of the client list.

    Without `status` what is open is listed: in work, and waiting for the client.
    """

    ALL = "all"

    severity = forms.TypedChoiceField(
        label=_("Severity"),
        required=False,
        coerce=int,
        empty_value=None,
        choices=[("", ""), *Severity.choices],
    )
    category = forms.ChoiceField(
        label=_("Category"), required=False, choices=[("", ""), *IssueCategory.choices]
    )
    status = forms.ChoiceField(
        label=_("Status"),
        required=False,
        choices=[("", _("All open")), *IssueStatus.choices, (ALL, _("Open and resolved"))],
    )
    late = forms.ChoiceField(label=_("Past the SLA"), required=False, choices=[("", ""), ("1", _("Yes"))])
    client = forms.IntegerField(label=_("Client"), required=False, min_value=1, max_value=LARGEST_ID)
    cursor = forms.CharField(max_length=2000, required=False)
