"""The form of one rule that makes follow-ups."""

from django import forms
from django.conf import settings
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Segment
from accounts.web.forms import PlainForm
from relationships.followups.catalog import CATALOG, ESCALATION, Setting
from relationships.models import FollowUpRule as Rule
from relationships.rule_words import MONEY, in_words

# Numbers that stand in an order, from the first moment to the last. Days before an end fall, days late rise.
FALLING = {Rule.RENEWAL: ("first", "second", "third")}
RISING = {Rule.ISSUE: ("senior", "manager"), ESCALATION: ("senior", "manager", "reassign")}
PREFIX = "number_"


class RuleForm(PlainForm):
    """The switch of a rule, its numbers within the catalogue's bounds, and for whom it is.

    `version` is the row's as it was shown, 0 where nothing had been saved. `tiers` is {code: name}.
    """

    is_on = forms.BooleanField(label=gettext_lazy("Switched on"), required=False)
    segments = forms.MultipleChoiceField(
        label=gettext_lazy("For segments"),
        required=False,
        choices=Segment.choices,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("None chosen: for every segment."),
    )
    tiers = forms.MultipleChoiceField(
        label=gettext_lazy("For tiers of the lead"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("None chosen: whoever leads the client."),
    )
    version = forms.IntegerField(min_value=0, max_value=2**31 - 1, widget=forms.HiddenInput)

    def __init__(self, *args, entry, tiers, **kwargs):
        super().__init__(*args, **kwargs)
        self.entry = entry
        self.fields["tiers"].choices = list(tiers.items())
        for one in entry.numbers:
            self.fields[PREFIX + one.name] = _number_field(entry.rule, one)

    @classmethod
    def of(cls, setting, *, version, **kwargs):
        """A form that shows `setting`."""
        initial = {"is_on": setting.is_on, "version": version}
        initial |= {"segments": setting.segments, "tiers": setting.tiers}
        initial |= {PREFIX + name: value for name, value in setting.days.items()}
        return cls(initial=initial, **kwargs)

    @property
    def numbers(self):
        """The fields of the rule's numbers."""
        return [self[PREFIX + one.name] for one in self.entry.numbers]

    def clean(self):
        values = super().clean()
        if "version" in self.errors:
            self.add_error(None, _("This form is incomplete. Open it again and repeat your change."))
        rule = self.entry.rule
        for earlier, later in _pairs(FALLING.get(rule, ())):
            if self._in_wrong_order(values, later, earlier):
                text = _("Fewer days than the time before it, which has %(n)s.")
                self.add_error(PREFIX + later, text % {"n": values[PREFIX + earlier]})
        for earlier, later in _pairs(RISING.get(rule, ())):
            if self._in_wrong_order(values, earlier, later):
                text = _("More working days than the step before it, which has %(n)s.")
                self.add_error(PREFIX + later, text % {"n": values[PREFIX + earlier]})
        return values

    def _in_wrong_order(self, values, smaller, larger):
        low, high = values.get(PREFIX + smaller), values.get(PREFIX + larger)
        return low is not None and high is not None and low >= high

    def as_setting(self):
        """The catalog.Setting of a valid form."""
        values = self.cleaned_data
        days = {one.name: values[PREFIX + one.name] for one in self.entry.numbers}
        return Setting(
            is_on=values["is_on"],
            days=days,
            segments=tuple(code for code in Segment.values if code in values["segments"]),
            tiers=tuple(code for code, _name in self.fields["tiers"].choices if code in values["tiers"]),
        )


def _pairs(names):
    return list(zip(names, names[1:], strict=False))


def _number_field(rule, one):
    field = forms.IntegerField(
        label=capfirst(one.label),
        min_value=one.least,
        max_value=one.most,
        widget=forms.NumberInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        help_text=_("%(least)s to %(most)s; at first %(first)s")
        % {"least": one.least, "most": one.most, "first": one.default},
    )
    if (rule, one.name) in MONEY:
        currency = {"currency": settings.HOUSE_CURRENCY, "first": in_words(rule, one.name, one.default)}
        field.help_text = _("In %(currency)s; at first %(first)s") % currency
        field.widget.attrs["step"] = "any"
    return field


class VersionForm(PlainForm):
    """Which state of a rule was looked at."""

    version = forms.IntegerField(min_value=0, max_value=2**31 - 1, widget=forms.HiddenInput)


class PreviewForm(PlainForm):
    """Which rule is previewed, all of them where none is named; `typed` says that unsaved values came along."""

    rule = forms.ChoiceField(choices=[(rule, rule) for rule in CATALOG if rule != ESCALATION], required=False)
    typed = forms.BooleanField(required=False)
