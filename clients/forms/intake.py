"""What people type when sales hands a client over, and about promises."""

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.web.forms import IdempotentForm, PlainForm
from clients.models import CommitmentStatus, Contact, Contract, Intake

from .base import TidyModelForm, VersionedForm, date_input
from .delivery import HouseDayForm
from .request import not_past

PROMISE_LINES = 4


class IntakeFields(TidyModelForm, HouseDayForm):
    """The hand-over of `instance.client`; contract and people are the client's own."""

    people = forms.ModelMultipleChoiceField(
        label=_("People there"),
        queryset=Contact.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta:
        model = Intake
        fields = ["sold_by", "handed_over_on", "contract", "what_was_sold", "first_steps", "kick_off_by"]
        widgets = {
            "handed_over_on": date_input(),
            "kick_off_by": date_input(),
            "what_was_sold": forms.Textarea(attrs={"rows": 3}),
            "first_steps": forms.Textarea(attrs={"rows": 3}),
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        client = self.instance.client_id
        self.fields["contract"].queryset = Contract.objects.filter(client=client)
        self.fields["contract"].empty_label = _("None yet")
        self.fields["people"].queryset = Contact.objects.here().filter(client=client)
        if self.instance.pk:
            self.fields["people"].queryset |= Contact.objects.filter(pk__in=self.instance.people.values("pk"))
            self.initial["people"] = list(self.instance.people.values_list("pk", flat=True))

    def clean_handed_over_on(self):
        return self.not_in_future("handed_over_on")

    def clean(self):
        cleaned = super().clean()
        handed_over, kick_off = cleaned.get("handed_over_on"), cleaned.get("kick_off_by")
        if handed_over and kick_off and kick_off < handed_over:
            self.add_error("kick_off_by", _("The kick-off comes after the hand-over."))
        return cleaned


class IntakeForm(IdempotentForm, IntakeFields):
    pass


class IntakeEditForm(VersionedForm, IntakeFields):
    pass


class PromiseForm(PlainForm):
    text = forms.CharField(label=_("What was promised"), max_length=300)
    due_on = forms.DateField(label=_("By when"), required=False, widget=date_input())

    def clean_due_on(self):
        return not_past(self.cleaned_data["due_on"])


class PromiseLineForm(PromiseForm):
    """One line of the intake; a day without words is refused, an empty line left out."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["text"].required = False

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("due_on") and not cleaned.get("text"):
            self.add_error("text", _("What was promised by this day?"))
        return cleaned


PromiseLines = forms.formset_factory(
    PromiseLineForm, extra=PROMISE_LINES, max_num=PROMISE_LINES, absolute_max=PROMISE_LINES
)


def promises_of(lines):
    """[(text, day)] of the lines that were filled in."""
    typed = (form.cleaned_data for form in lines if form.cleaned_data.get("text"))
    return [(line["text"], line["due_on"]) for line in typed]


class KickOffForm(HouseDayForm):
    held_on = forms.DateField(label=_("Held on"), widget=date_input())

    def clean_held_on(self):
        return self.not_in_future("held_on")


class PromiseDecisionForm(PlainForm):
    """Kept or withdrawn, the latter with a note."""

    status = forms.ChoiceField(
        choices=[
            (value, words) for value, words in CommitmentStatus.choices if value != CommitmentStatus.OPEN
        ],
        widget=forms.HiddenInput,
    )
    note = forms.CharField(
        label=_("Note"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )

    def clean(self):
        cleaned = super().clean()
        withdrawn = cleaned.get("status") == CommitmentStatus.WITHDRAWN
        if withdrawn and not cleaned.get("note") and "note" not in self.errors:
            self.add_error("note", _("Say why it is withdrawn."))
        return cleaned
