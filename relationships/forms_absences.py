"""What a person types about days away."""

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import User
from accounts.web.forms import PlainForm
from clients.forms.base import date_input
from relationships.leave import MOST_STAND_INS

NEARNESS = [_("The same team"), _("The same region"), pgettext_lazy("people", "Others")]


class PersonForm(PlainForm):
    """Whose days away; only those may be named that `people` (a queryset) has."""

    person = forms.ModelChoiceField(
        User.objects.none(), required=False, label=_("Who is away"), empty_label=None
    )

    def __init__(self, *args, people, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["person"].queryset = people.select_related("team")


class AbsenceForm(PlainForm):
    """Days away and who stands in. `stand_ins` is a queryset with `nearness`, see leave.stand_ins_near."""

    first_day = forms.DateField(label=_("First day away"), widget=date_input())
    last_day = forms.DateField(label=_("Last day away"), widget=date_input())
    substitute = forms.ModelChoiceField(User.objects.none(), label=_("Who stands in"))
    note = forms.CharField(
        label=_("What the substitute should know"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    seen = forms.CharField(required=False, max_length=600, widget=forms.HiddenInput)

    def __init__(self, *args, stand_ins, runs=False, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["substitute"].queryset = stand_ins
        self.fields["substitute"].choices = _by_nearness(stand_ins[:MOST_STAND_INS])
        if runs:  # it has begun: the first day stays
            self.fields["first_day"].disabled = True

    def clean(self):
        cleaned = super().clean()
        first, last = cleaned.get("first_day"), cleaned.get("last_day")
        if first and last and last < first:
            self.add_error("last_day", _("The last day lies before the first."))
        return cleaned

    @property
    def plan(self):
        """The values that `plan_absence` and `change_absence` take."""
        return {name: self.cleaned_data[name] for name in ("substitute", "first_day", "last_day", "note")}


def _by_nearness(people):
    """The choices of a select in groups; a field's own validation still takes anyone of its queryset."""
    groups = [(label, []) for label in NEARNESS]
    for person in people:
        groups[person.nearness][1].append((person.pk, person.name))
    return [("", _("Choose a person")), *((label, rows) for label, rows in groups if rows)]


class AbsencePreviewForm(PlainForm):
    """What has been typed so far, for the figures beside it; anything may still be missing or wrong."""

    first_day = forms.DateField(required=False)
    last_day = forms.DateField(required=False)
    substitute = forms.ModelChoiceField(User.objects.none(), required=False)

    def __init__(self, *args, stand_ins, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["substitute"].queryset = stand_ins


class PageForm(PlainForm):
    """From where on a list goes."""

    cursor = forms.CharField(max_length=2000, required=False)


class BackForm(PlainForm):
    """Whether all the clients are wanted, not only the first of them."""

    all = forms.BooleanField(required=False)
