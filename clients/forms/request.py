"""What people type about internal requests: asking, answering, ending one, and which to list."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.models import Department
from accounts.web.forms import IdempotentForm, PlainForm
from clients.filters import house_today
from clients.models import Contract, Deal, InternalRequest, Issue, RequestState

from .base import TidyModelForm, date_input

LONGEST_TEXT = 4000
OPEN, CLOSED = "open", "closed"


class RequestForm(IdempotentForm, TidyModelForm):
    """A request to a department about `client`; what it may be linked to is the client's own."""

    class Meta:
        model = InternalRequest
        fields = ["department", "what", "due_on", "details", "issue", "contract", "deal"]
        widgets = {
            "due_on": date_input(),
            "what": forms.TextInput(attrs={"autocomplete": "off"}),
            "details": forms.Textarea(attrs={"rows": 4}),
        }

    def __init__(self, *args, client, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["department"].queryset = Department.objects.filter(is_active=True)
        self.fields["department"].empty_label = _("Choose a department")
        linked = {"issue": Issue, "contract": Contract, "deal": Deal}
        for name, model in linked.items():
            self.fields[name].queryset = model.objects.filter(client=client)
            self.fields[name].empty_label = _("None")
        self.fields["deal"].queryset = Deal.objects.filter(client=client).select_related("product")
        self.fields["details"].help_text = _("The department sees this, and nothing else of the client.")

    def clean_due_on(self):
        return not_past(self.cleaned_data["due_on"])


def not_past(day):
    if day is not None and day < house_today():
        raise ValidationError(_("This day has passed."))
    return day


class AnswerForm(IdempotentForm):
    text = forms.CharField(
        label=_("Answer"), max_length=LONGEST_TEXT, widget=forms.Textarea(attrs={"rows": 3})
    )


class RequestEndForm(PlainForm):
    """The last words on a request; one that is declined needs a reason."""

    text = forms.CharField(
        label=_("What to say about it"),
        max_length=LONGEST_TEXT,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(self, *args, reason_needed=False, **kwargs):
        super().__init__(*args, **kwargs)
        if reason_needed:
            self.fields["text"].required = True
            self.fields["text"].label = _("Why")


class RequestFilterForm(PlainForm):
    """Which requests to list. Without a state: those still open."""

    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[
            ("", _("Open and in work")),
            *[(state.value, state.label) for state in RequestState if state in ("open", "taken")],
            (CLOSED, _("All closed")),
            *[(state.value, state.label) for state in RequestState if state not in ("open", "taken")],
        ],
    )
    department = forms.ModelChoiceField(
        label=_("Department"), queryset=Department.objects.all(), required=False, to_field_name="code"
    )
    mine = forms.BooleanField(label=_("Mine"), required=False)
    cursor = forms.CharField(max_length=2000, required=False)
