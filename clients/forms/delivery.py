"""What people type about milestones: planning, done, and the client's acceptance."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.models import Department, User
from accounts.web.forms import IdempotentForm, PlainForm
from clients.filters import house_today
from clients.models import Assignment, Contact, Milestone

from .base import TidyModelForm, VersionedForm, date_input
from .document import DocumentField


class HouseDayForm(PlainForm):
    """Days in the past or today, by the house's calendar."""

    def not_in_future(self, name):
        day = self.cleaned_data.get(name)
        if day is not None and day > house_today():
            raise ValidationError(_("This day has not come yet."))
        return day


class MilestoneFields(TidyModelForm):
    """A milestone of `instance.contract`; who does it serves the client or is a department."""

    class Meta:
        model = Milestone
        fields = ["title", "due_on", "owner", "department", "payment_days"]
        widgets = {"title": forms.TextInput(attrs={"autocomplete": "off"}), "due_on": date_input()}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        contract = self.instance.contract
        serving = Assignment.objects.running().filter(client=contract.client_id).values("user")
        owners = User.objects.filter(pk__in=serving) | User.objects.filter(pk=self.instance.owner_id)
        self.fields["owner"].queryset = owners
        self.fields["owner"].empty_label = _("Nobody yet")
        self.fields["department"].queryset = Department.objects.filter(is_active=True)
        self.fields["department"].empty_label = _("None")
        self.fields["payment_days"].help_text = _("Empty: as the contract says, %(days)s days.") % {
            "days": contract.payment_days
        }


class MilestoneForm(IdempotentForm, MilestoneFields):
    pass


class MilestoneEditForm(VersionedForm, MilestoneFields):
    pass


class DoneForm(HouseDayForm):
    done_on = forms.DateField(label=_("Done on"), widget=date_input())

    def clean_done_on(self):
        return self.not_in_future("done_on")


class AcceptForm(HouseDayForm):
    """The client's acceptance: when, by whom, what was said, and the signed paper."""

    done_on = forms.DateField(label=_("Done on"), widget=date_input(), required=False)
    accepted_on = forms.DateField(label=_("Accepted on"), widget=date_input())
    accepted_by = forms.ModelChoiceField(
        label=_("Accepted by"), queryset=Contact.objects.none(), required=False, empty_label=_("Not known")
    )
    note = forms.CharField(
        label=_("Note"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    file = DocumentField(label=_("Signed acceptance"), required=False)

    def __init__(self, *args, milestone, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["accepted_by"].queryset = Contact.objects.here().filter(client=milestone.client_id)
        if milestone.done_on:
            del self.fields["done_on"]

    def clean_done_on(self):
        return self.not_in_future("done_on")

    def clean_accepted_on(self):
        return self.not_in_future("accepted_on")
