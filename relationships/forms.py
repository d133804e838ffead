"""What people type about touchpoints and follow-ups. Choices come from the client, never from all rows."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import working_time
from accounts.models import User
from accounts.templatetags.tend import short_day
from accounts.web.forms import PlainForm
from relationships.followups import rules
from relationships.models import FollowUpKind, FollowUpStatus

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


class PersonChoice(forms.ModelChoiceField):
    def label_from_instance(self, person):
        return person.name


def validate_not_past(day, *, today=None):
    if day < (today or timezone.localdate()):
        raise ValidationError(_("Please choose today or a day ahead."))


class DayForm(PlainForm):
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


def chip_day(label, **kwargs):
    return forms.DateField(label=label, widget=forms.RadioSelect, validators=[validate_not_past], **kwargs)


def other_day_field(label):
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, required=False, widget=widget, validators=[validate_not_past])


class FollowUpForm(DayForm):
    """A follow-up planned by hand."""

    reason = forms.CharField(label=_("What is to be done"), max_length=300)
    kind = forms.ChoiceField(
        label=_("How"), choices=FollowUpKind.choices, initial=FollowUpKind.CALL, widget=forms.RadioSelect
    )
    due_on = chip_day(_("By when"), required=False)
    other_day = other_day_field(_("Another day"))
    due_time = forms.TimeField(
        label=_("At"),
        required=False,
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        help_text=_("Only for what is agreed for an hour, such as a meeting."),
    )


SNOOZE_REASONS = {
    "answer": _("We wait for their answer"),
    "asked": _("They asked for a later day"),
    "away": _("The person is away"),
    "inside": _("We wait for a colleague"),
    "busy": _("Other work goes first"),
}


class SnoozeForm(DayForm):
    """Another day for a follow-up; a later one needs a reason, as a chip or in one's own words."""

    due_on = chip_day(_("To"), required=False)
    other_day = other_day_field(_("Another day"))
    why = forms.ChoiceField(
        label=_("Why"), choices=list(SNOOZE_REASONS.items()), required=False, widget=forms.RadioSelect
    )
    reason = forms.CharField(label=_("In your own words"), max_length=300, required=False)

    def __init__(self, *args, follow_up, **kwargs):
        super().__init__(*args, **kwargs)
        self.follow_up = follow_up

    @property
    def chosen_reason(self):
        """What was typed, else the words of the chip in the language of who chose it; "" for none."""
        return self.cleaned_data.get("reason") or str(SNOOZE_REASONS.get(self.cleaned_data.get("why"), ""))

    def clean(self):
        cleaned = super().clean()
        wrong = {"why", "reason"} & self.errors.keys()
        is_open = self.follow_up.status == FollowUpStatus.OPEN
        later = self.chosen_day is None or self.chosen_day > self.follow_up.due_on
        if is_open and later and not self.chosen_reason and not wrong:
            self.add_error("why", _("Say why it can wait."))
        return cleaned


class ReassignForm(PlainForm):
    """Who is to do it instead, of the people who may."""

    to = PersonChoice(
        label=_("To whom"), queryset=User.objects.none(), widget=forms.RadioSelect, empty_label=None
    )
    reason = forms.CharField(label=_("Why, if it needs saying"), max_length=300, required=False)

    def __init__(self, *args, people, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["to"].queryset = people


class QueueForm(PlainForm):
    """The page of the queue."""

    cursor = forms.CharField(max_length=2000, required=False)
