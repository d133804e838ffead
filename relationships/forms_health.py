"""What people say of a client's health themselves: their rating, and their word over the score."""

import datetime

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.web.forms import IdempotentForm, PlainForm
from clients.models import Band
from relationships.health.refresh import as_of_today
from relationships.models import RatingValue
from relationships.services.overrides import LONGEST_DAYS, USUAL_DAYS

LONGEST_REASON = 500
BLOCK, ROW = "block", "row"


def _reason(label, **kwargs):
    return forms.CharField(
        label=label, max_length=LONGEST_REASON, widget=forms.Textarea(attrs={"rows": 2}), **kwargs
    )


class _RatingPlace(PlainForm):
    """Where the rating stands: on the client's page, or a row of the list of all one's clients."""

    shape = forms.ChoiceField(choices=[(BLOCK, BLOCK), (ROW, ROW)], required=False)


class RatingQueryForm(_RatingPlace):
    """What a link to the rating may ask for: the field for the reason, open for this value."""

    value = forms.TypedChoiceField(choices=RatingValue.choices, coerce=int, empty_value=None, required=False)


class RateForm(IdempotentForm, _RatingPlace):
    """One rating. Only red must say why; that it does not yet is no mistake on the first click, see `asks_why`."""

    value = forms.TypedChoiceField(
        label=_("How does the relationship stand?"), choices=RatingValue.choices, coerce=int, empty_value=None
    )
    note = _reason(_("Why?"), required=False)

    def clean(self):
        cleaned = super().clean()
        if self.asks_why and "note" in self.data and "note" not in self.errors:
            self.add_error("note", _("Say in a few words why: red caps the score at once."))
        return cleaned

    @property
    def asks_why(self):
        """Whether it is red and nothing is said of why."""
        return self.cleaned_data.get("value") == RatingValue.RED and not self.cleaned_data.get("note")

    @property
    def is_complete(self):
        return self.is_valid() and not self.asks_why


class OverrideForm(IdempotentForm):
    """A word over the score: one of three levels or any number, why, and until when."""

    level = forms.TypedChoiceField(
        label=_("What should it show?"),
        coerce=int,
        empty_value=None,
        required=False,
        widget=forms.RadioSelect,
    )
    score = forms.FloatField(
        label=_("Or a number"),
        required=False,
        min_value=0,
        max_value=100,
        widget=forms.NumberInput(attrs={"inputmode": "numeric", "step": "1"}),
    )
    reason = _reason(_("Why?"))
    expires_on = forms.DateField(
        label=_("Until"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args, spec, **kwargs):
        super().__init__(*args, **kwargs)
        self.today = as_of_today()
        self.fields["level"].choices = levels_of(spec)
        until = self.fields["expires_on"]
        until.initial = self.today + datetime.timedelta(days=USUAL_DAYS)
        until.widget.attrs |= {"min": self._day(1).isoformat(), "max": self._day(LONGEST_DAYS).isoformat()}
        until.help_text = _("Its last day, %(days)d days ahead at most.") % {"days": LONGEST_DAYS}

    def _day(self, ahead):
        return self.today + datetime.timedelta(days=ahead)

    def clean_expires_on(self):
        day = self.cleaned_data["expires_on"]
        if not self._day(1) <= day <= self._day(LONGEST_DAYS):
            raise forms.ValidationError(
                _("Choose a day from tomorrow on, %(days)d days ahead at most."),
                params={"days": LONGEST_DAYS},
            )
        return day

    def clean(self):
        cleaned = super().clean()
        if self.chosen_score is None and not {"level", "score"} & self.errors.keys():
            self.add_error("score", _("Choose a level or give a number from 0 to 100."))
        return cleaned

    @property
    def chosen_score(self):
        """The number where one was given, else that of the level, else None."""
        number = self.cleaned_data.get("score")
        return self.cleaned_data.get("level") if number is None else number


def levels_of(spec):
    """[(the middle of a band, words)] of the three bands by the lines of a scoring model."""
    middles = [
        (Band.HEALTHY, (spec.healthy + 100) / 2),
        (Band.WATCH, (spec.watch + spec.healthy) / 2),
        (Band.AT_RISK, spec.watch / 2),
    ]
    return [(int(middle), f"{band.label} · {int(middle)}") for band, middle in middles]


class OverrideQueryForm(PlainForm):
    """What the sheet asks for while something is typed: what it would show."""

    level = forms.IntegerField(min_value=0, max_value=100, required=False)
    score = forms.FloatField(min_value=0, max_value=100, required=False)

    @property
    def chosen(self):
        """The number where one was given, else the level's, else None."""
        number = self.cleaned_data["score"]
        return self.cleaned_data["level"] if number is None else number
