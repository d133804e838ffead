"""The forms of the plan for a client."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.web.forms import IdempotentForm, PlainForm
from clients.filters import house_today
from clients.forms.base import TidyModelForm, VersionedForm, date_input, tidy_name
from relationships.models import PlanAction, PlanActionState


class ActionFields(TidyModelForm):
    """An action of `instance.client`; `owners` are the people it may be given to."""

    class Meta:
        model = PlanAction
        fields = ["what", "goal", "owner", "due_on"]
        widgets = {"what": forms.TextInput(attrs={"autocomplete": "off"}), "due_on": date_input()}
        labels = {"owner": _("Who does it"), "due_on": _("By when")}
        help_texts = {"goal": _("What it is meant to bring about, for you or for the client.")}

    def __init__(self, *args, owners, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = owners
        self.fields["owner"].empty_label = None

    def clean_what(self):
        return tidy_name(self.cleaned_data["what"])

    def clean_goal(self):
        return tidy_name(self.cleaned_data["goal"])

    def clean_due_on(self):
        """A day that has passed is kept, not newly chosen."""
        chosen = self.cleaned_data["due_on"]
        if chosen < house_today() and chosen != self.initial.get("due_on"):
            raise ValidationError(_("This day has passed. Choose today or later."))
        return chosen


class ActionForm(IdempotentForm, ActionFields):
    pass


class ActionEditForm(VersionedForm, ActionFields):
    pass


class ActionStateForm(PlainForm):
    state = forms.ChoiceField(choices=PlanActionState.choices)
