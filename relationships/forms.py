"""What people type about touchpoints and follow-ups. Choices come from the client, never from all rows."""

import datetime

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import working_time
from accounts.templatetags.tend import short_day
from accounts.web.forms import IdempotentForm, PlainForm
from clients.models import Contact
from relationships.followups import care_rules, rules, wording
from relationships.models import FollowUp, FollowUpKind, FollowUpRule, InteractionKind
from relationships.models.interaction import Direction, Sentiment

LONGEST_MINUTES = 24 * 60
AHEAD = datetime.timedelta(days=1)

NEAR_DAYS = {
    "tomorrow": _("Tomorrow"),
    "days_3": _("+3 days"),
    "week_1": _("+1 week"),
    "weeks_2": _("+2 weeks"),
    "month_1": _("Next month"),
}


def near_day_choices(today):
    """(ISO date, words) for each near working day, each day once; what is shown is what is saved."""
    choices = {}
    for name, day in rules.near_days(today).items():
        word = NEAR_DAYS[name]
        if name == "tomorrow" and day != today + working_time.DAY:
            word = _("Next working day")
        choices.setdefault(day.isoformat(), f"{word} · {short_day(day)}")
    return list(choices.items())


class ContactChoices(forms.ModelMultipleChoiceField):
    def label_from_instance(self, contact):
        return contact.name


def may_be_ticked(follow_up):
    """Not the cadence, which reaching the client closes by itself, nor what waits for a condition of its own."""
    return follow_up.rule != FollowUpRule.CADENCE and care_rules.may_be_settled_by_touch(follow_up)


class FollowUpChoices(forms.ModelMultipleChoiceField):
    def label_from_instance(self, follow_up):
        return wording.what(follow_up)


class KindWidget(forms.RadioSelect):
    """Puts the focus on the chosen kind, where the arrow keys change it and Enter saves: two keys log a contact."""

    focused = True

    def create_option(self, name, value, label, selected, *args, **kwargs):
        option = super().create_option(name, value, label, selected, *args, **kwargs)
        if selected and self.focused:
            option["attrs"]["autofocus"] = True
        return option


class ClosesWidget(forms.CheckboxSelectMultiple):
    """Says of each follow-up what the sheet's script needs: its kind while it is due, and whether it was asked for."""

    named = None

    def create_option(self, name, value, *args, **kwargs):
        option = super().create_option(name, value, *args, **kwargs)
        if value.instance.due_on <= timezone.localdate() and not care_rules.needs_naming(value.instance):
            option["attrs"]["data-due-kind"] = value.instance.kind
        if value.value == self.named:
            option["attrs"]["data-named"] = "yes"
        return option


def validate_not_ahead(moment):
    if moment > timezone.now() + AHEAD:
        raise ValidationError(_("Log what has happened: this is more than a day ahead."))


def validate_not_past(day):
    if day < timezone.localdate():
        raise ValidationError(_("Please choose today or a day ahead."))


class _DayForm(PlainForm):
    """A day as a chip, or any other as a date; `chosen_day` is whichever was given, the date first."""

    day_chip_name, day_name = "due_on", "other_day"

    def __init__(self, *args, today, **kwargs):
        super().__init__(*args, **kwargs)
        self.today = today
        self.fields[self.day_chip_name].widget.choices = self.day_choices()

    def day_choices(self):
        return near_day_choices(self.today)

    def clean(self):
        cleaned = super().clean()
        wrong = {self.day_chip_name, self.day_name} & self.errors.keys()
        if self.needs_day() and not self.chosen_day and not wrong:
            self.add_error(self.day_chip_name, _("Choose a day."))
        return cleaned

    def needs_day(self):
        return True

    @property
    def chosen_day(self):
        return self.cleaned_data.get(self.day_name) or self.cleaned_data.get(self.day_chip_name)


def _chip_day(label, **kwargs):
    return forms.DateField(label=label, widget=forms.RadioSelect, validators=[validate_not_past], **kwargs)


def _other_day(label):
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, required=False, widget=widget, validators=[validate_not_past])


class LogForm(IdempotentForm, _DayForm):
    """One touch with a client. Everything is prefilled or optional, so saving it needs no typing."""

    kind = forms.ChoiceField(label=_("Kind"), choices=InteractionKind.choices, widget=KindWidget)
    direction = forms.ChoiceField(
        label=_("Direction"),
        choices=[(Direction.OUT, _("From us")), (Direction.IN, _("From them"))],
        widget=forms.RadioSelect,
    )
    reached = forms.TypedChoiceField(
        label=_("Did it reach them?"),
        choices=[("yes", _("Reached them")), ("no", _("Not reached"))],
        coerce=lambda value: value == "yes",
        empty_value=None,
        required=False,
        widget=forms.RadioSelect,
    )
    occurred_at = forms.DateTimeField(
        label=_("When"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        validators=[validate_not_ahead],
    )
    contacts = ContactChoices(
        label=_("With"), queryset=Contact.objects.none(), required=False, widget=forms.CheckboxSelectMultiple
    )
    sentiment = forms.TypedChoiceField(
        label=_("How did it go?"),
        choices=[*Sentiment.choices, ("", _("Not rated"))],
        coerce=int,
        empty_value=None,
        required=False,
        widget=forms.RadioSelect,
    )
    duration_minutes = forms.IntegerField(
        label=_("Minutes"),
        required=False,
        min_value=1,
        max_value=LONGEST_MINUTES,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )
    summary = forms.CharField(
        label=_("What was said"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    outcome = forms.CharField(label=_("Outcome"), required=False, max_length=500)
    next_step = forms.CharField(label=_("Next step"), required=False, max_length=300)
    next_step_on = _chip_day(_("By when"), required=False)
    next_step_other = _other_day(_("Another day"))
    closes = FollowUpChoices(
        label=_("This closes"),
        queryset=FollowUp.objects.none(),
        required=False,
        widget=ClosesWidget,
    )
    # The follow-ups that were shown ticked: one of them that comes back unticked is to stay open.
    ticked = forms.ModelMultipleChoiceField(
        queryset=FollowUp.objects.none(), required=False, widget=forms.MultipleHiddenInput
    )

    day_chip_name, day_name = "next_step_on", "next_step_other"

    def __init__(self, *args, contacts, follow_ups, named=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["kind"].widget.focused = not self.is_bound  # then the first wrong field has it
        self.fields["closes"].widget.named = named
        self.fields["contacts"].queryset = contacts
        self.fields["closes"].queryset = self.fields["ticked"].queryset = follow_ups

    def day_choices(self):
        return [("", _("By cadence")), *super().day_choices()]

    @property
    def offered(self):
        """The options of `closes` that a touch can close."""
        return [option for option in self["closes"] if may_be_ticked(option.data["value"].instance)]

    def needs_day(self):
        return bool(self.cleaned_data.get("next_step"))

    def clean(self):
        cleaned = super().clean()
        if "idempotency_key" in self.errors:
            self.add_error(None, _("This form has lost its number. Close it, open it again and save."))
        return cleaned

    def touch(self):
        """The keywords of `log_interaction`, from a valid form."""
        names = ("idempotency_key", "kind", "direction", "reached", "occurred_at", "contacts", "sentiment")
        texts = ("duration_minutes", "summary", "outcome", "next_step")
        closes = list(self.cleaned_data["closes"])
        return {name: self.cleaned_data[name] for name in names + texts} | {
            "next_step_on": self.chosen_day,
            "closes": closes,
            "keeps": [row for row in self.cleaned_data["ticked"] if row not in closes],
        }


class FollowUpForm(_DayForm):
    """A follow-up planned by hand."""

    reason = forms.CharField(label=_("What is to be done"), max_length=300)
    kind = forms.ChoiceField(
        label=_("How"), choices=FollowUpKind.choices, initial=FollowUpKind.CALL, widget=forms.RadioSelect
    )
    due_on = _chip_day(_("By when"), required=False)
    other_day = _other_day(_("Another day"))


class MoveForm(_DayForm):
    """Another day for a follow-up."""

    due_on = _chip_day(_("To"), required=False)
    other_day = _other_day(_("Another day"))


class ChooseClientForm(PlainForm):
    """Whom to log for: three letters of a client or of a contact."""

    q = forms.CharField(
        label=_("Client or contact"),
        required=False,
        max_length=100,
        widget=forms.TextInput(
            attrs={
                "type": "search",
                "autocomplete": "off",
                "autofocus": True,
                "placeholder": _("Three letters are enough"),
            }
        ),
    )


class LogQueryForm(PlainForm):
    """What a link to the log sheet may ask for."""

    follow_up = forms.IntegerField(min_value=1, max_value=2**63 - 1, required=False)
    kind = forms.ChoiceField(choices=InteractionKind.choices, required=False)


class QueueForm(PlainForm):
    """The page of the queue."""

    cursor = forms.CharField(max_length=2000, required=False)
