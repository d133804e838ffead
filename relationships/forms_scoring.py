"""Forms of the scoring model: the draft, its note at publishing, and what the pages are asked for."""

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import Segment
from accounts.web.forms import PlainForm
from clients.models import Band
from relationships.health.spec import CAPS, COMPONENTS, SEGMENTS, Spec
from relationships.scoring_words import CAP_LABELS, LINE_LABELS, as_json, flat, in_words

NOTE_LENGTH = 500


def _number(label, low, high, *, required=True):
    return forms.DecimalField(
        label=label,
        min_value=low,
        max_value=high,
        max_digits=5,
        decimal_places=1,
        required=required,
        widget=forms.NumberInput(attrs={"step": "any", "inputmode": "decimal"}),
    )


def _whole(label, low, high):
    widget = forms.NumberInput(attrs={"inputmode": "numeric"})
    return forms.IntegerField(label=label, min_value=low, max_value=high, widget=widget)


def note_field(*, required):
    help_text = _("What changes and why, for whoever reads the history.")
    widget = forms.Textarea(attrs={"rows": 3})
    return forms.CharField(
        label=_("Why"), max_length=NOTE_LENGTH, required=required, widget=widget, help_text=help_text
    )


class DraftForm(PlainForm):
    """Every number of a scoring model, named as `scoring_words.flat` names them; the rules are those of Spec.

    `version` is the draft's as it was shown, 0 where there was none; `seen_model` the version in force then.
    """

    note = note_field(required=False)
    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    seen_model = forms.IntegerField(min_value=1, widget=forms.HiddenInput)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields |= _fields()
        for name, field in self.fields.items():
            field.widget.attrs["id"] = f"id_{name}"

    @classmethod
    def of(cls, spec, *, note="", version=0, seen_model=1):
        """A form that shows `spec` (a Spec)."""
        return cls(initial=flat(spec) | {"note": note, "version": version, "seen_model": seen_model})

    def clean(self):
        values = super().clean()
        on = [name for name in COMPONENTS if values.get(f"on_{name}")]
        if not on:
            self.add_error(None, gettext("Switch on at least one component."))
        for name in on:
            for segment in SEGMENTS:
                if values.get(f"weight_{name}_{segment}") == 0:
                    text = gettext("What is switched on needs more than 0 points.")
                    self.add_error(f"weight_{name}_{segment}", text)
        self._check_bands(values)
        return values

    def _check_bands(self, values):
        """A band narrower than the hysteresis would never be entered."""
        healthy, watch, points = (values.get(name) for name in ("healthy", "watch", "points"))
        if None not in (healthy, watch, points) and healthy - watch < max(points, 1):
            text = gettext(
                "Healthy must begin at least %(points)s above watch: the points of the hysteresis."
            )
            self.add_error("healthy", text % {"points": in_words(max(points, 1))})

    def as_spec(self):
        """The JSON of a valid form, checked once more by Spec itself, which has the last word. Raises SpecError."""
        spec = as_json({name: self.cleaned_data[name] for name in _names()})
        Spec.from_json(spec)
        return spec

    def typed(self, name):
        """What stands in a field as a value, or None where that is not one."""
        if not self.is_bound:
            return self.initial[name]
        return None if self.errors.get(name) else self.cleaned_data.get(name)


def _fields():
    fields = {}
    for name in COMPONENTS:
        fields[f"on_{name}"] = forms.BooleanField(label=_("Switched on"), required=False)
        for segment in SEGMENTS:
            fields[f"weight_{name}_{segment}"] = _number(Segment(segment).label, 0, 100)
    for segment in SEGMENTS:
        fields[f"cadence_{segment}"] = _whole(Segment(segment).label, 1, 3650)
        fields[f"roles_{segment}"] = _whole(Segment(segment).label, 1, 7)
    for name in ("healthy", "watch", "minimum_coverage", "points"):
        fields[name] = _number(LINE_LABELS[name], 0, 100)
    fields["nights"] = _whole(LINE_LABELS["nights"], 0, 365)
    for name in CAPS:
        fields[f"cap_{name}"] = _number(CAP_LABELS[name], 0, 100, required=False)
    return fields


def _names():
    return [*_fields()]


class PublishForm(PlainForm):
    """Why a draft is published, and which state of it was looked at."""

    note = note_field(required=True)
    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)


class DiscardForm(PlainForm):
    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)


class ModelPageForm(PlainForm):
    """Which page of the history."""

    cursor = forms.CharField(max_length=2000, required=False)


class FromForm(PlainForm):
    """Which version a draft starts from; the one in force unless told."""

    start = forms.IntegerField(min_value=1, max_value=2**31 - 1, required=False)


class ChangesForm(PlainForm):
    """Which clients that would change band: from one, to one, which page."""

    before = forms.ChoiceField(choices=Band.choices, required=False)
    after = forms.ChoiceField(choices=Band.choices, required=False)
    cursor = forms.CharField(max_length=2000, required=False)
