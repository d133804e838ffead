"""What people type about a touch: whom with, how it went, what comes next. Choices come from the client."""

import datetime

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.web.forms import IdempotentForm, PlainForm
from clients.models import Contact
from relationships.followups import care_rules, wording
from relationships.forms import DayForm, chip_day, other_day_field, validate_not_past
from relationships.models import FollowUp, FollowUpRule, InteractionKind
from relationships.models.interaction import Direction, Sentiment

LONGEST_MINUTES = 24 * 60
AHEAD = datetime.timedelta(days=1)
SENT_LATER = "saved_at"
MOMENT = "%Y-%m-%dT%H:%M"  # what a browser's own field for a day and a time takes

# One key each; the sheet's own are s (save), w, u, d, o and x (its text fields). Sentiment and next step share the row
# of digits: 1 to 5 say how it went, 6 to 0 when to go on.
KIND_KEYS = {
    InteractionKind.CALL: "c",
    InteractionKind.MEETING: "m",
    InteractionKind.VISIT: "v",
    InteractionKind.EMAIL: "e",
    InteractionKind.MESSAGE: "z",
    InteractionKind.EVENT: "t",
    InteractionKind.GIFT: "g",
    InteractionKind.REVIEW: "r",
}
SENTIMENT_KEYS = {str(value): str(value + 3) for value in Sentiment.values}
DAY_KEYS = ("", "6", "7", "8", "9", "0")
CONTACT_KEYS = "abfhjk"
CLOSES_KEYS = "pqyl"


class Keyed:
    """A chip knows the key that chooses it (`option.data.key`): by its value, or by its place among the choices."""

    keys = ()

    def create_option(self, name, value, label, selected, index, **kwargs):
        option = super().create_option(name, value, label, selected, index, **kwargs)
        if isinstance(self.keys, dict):
            key = self.keys.get(str(value), "")
        else:
            key = self.keys[index] if index < len(self.keys) else ""
        if key:
            option["key"] = key
            option["attrs"]["aria-keyshortcuts"] = key
        return option


class KeyedRadio(Keyed, forms.RadioSelect):
    def __init__(self, keys=()):
        super().__init__()
        self.keys = keys


class KeyedBoxes(Keyed, forms.CheckboxSelectMultiple):
    def __init__(self, keys=()):
        super().__init__()
        self.keys = keys


class KindWidget(KeyedRadio):
    """Puts the focus on the chosen kind, where the arrow keys change it and Enter saves: two keys log a contact."""

    focused = True

    def create_option(self, name, value, label, selected, index, **kwargs):
        option = super().create_option(name, value, label, selected, index, **kwargs)
        if selected and self.focused:
            option["attrs"]["autofocus"] = True
        return option


class ClosesWidget(KeyedBoxes):
    """Says of each follow-up what the sheet's script needs: its kind while it is due, and whether it was asked for."""

    named = None

    def create_option(self, name, value, label, selected, index, **kwargs):
        option = super().create_option(name, value, label, selected, index, **kwargs)
        if value.instance.due_on <= timezone.localdate() and not care_rules.needs_naming(value.instance):
            option["attrs"]["data-due-kind"] = value.instance.kind
        if value.value == self.named:
            option["attrs"]["data-named"] = "yes"
        return option


class ContactChoices(forms.ModelMultipleChoiceField):
    def label_from_instance(self, contact):
        return contact.name


class FollowUpChoices(forms.ModelMultipleChoiceField):
    def label_from_instance(self, follow_up):
        return wording.what(follow_up)


def may_be_ticked(follow_up):
    """Not the cadence, which reaching the client closes by itself, nor what waits for a condition of its own."""
    return follow_up.rule != FollowUpRule.CADENCE and care_rules.may_be_settled_by_touch(follow_up)


def validate_not_ahead(moment):
    if moment > timezone.now() + AHEAD:
        raise ValidationError(_("Log what has happened: this is more than a day ahead."))


class TouchFields(PlainForm):
    """What a touch says of itself, when it is logged and when it is edited later."""

    kind = forms.ChoiceField(
        label=_("Kind"), choices=InteractionKind.choices, widget=KindWidget(keys=KIND_KEYS)
    )
    direction = forms.ChoiceField(
        label=_("Direction"),
        choices=[(Direction.OUT, _("From us")), (Direction.IN, _("From them"))],
        widget=KeyedRadio(keys={Direction.IN: "i"}),
    )
    reached = forms.TypedChoiceField(
        label=_("Did it reach them?"),
        choices=[("yes", _("Reached them")), ("no", _("Not reached"))],
        coerce=lambda value: value == "yes",
        empty_value=None,
        required=False,
        widget=KeyedRadio(keys={"no": "n"}),
    )
    occurred_at = forms.DateTimeField(
        label=_("When"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local", "data-key": "o"}, format=MOMENT),
        validators=[validate_not_ahead],
    )
    contacts = ContactChoices(
        label=_("With"),
        queryset=Contact.objects.none(),
        required=False,
        widget=KeyedBoxes(keys=CONTACT_KEYS),
    )
    sentiment = forms.TypedChoiceField(
        label=_("How did it go?"),
        choices=[*Sentiment.choices, ("", _("Not rated"))],
        coerce=int,
        empty_value=None,
        required=False,
        widget=KeyedRadio(keys=SENTIMENT_KEYS),
    )
    duration_minutes = forms.IntegerField(
        label=_("Minutes"),
        required=False,
        min_value=1,
        max_value=LONGEST_MINUTES,
        widget=forms.NumberInput(attrs={"inputmode": "numeric", "data-key": "d"}),
    )
    summary = forms.CharField(
        label=_("What was said"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3, "data-key": "w"}),
    )
    outcome = forms.CharField(
        label=_("Outcome"),
        required=False,
        max_length=500,
        widget=forms.TextInput(attrs={"data-key": "u"}),
    )

    def __init__(self, *args, contacts, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["kind"].widget.focused = not self.is_bound  # then the first wrong field has it
        self.fields["contacts"].queryset = contacts


class LogForm(IdempotentForm, DayForm, TouchFields):
    """One touch with a client. Everything is prefilled or optional, so saving it needs no typing."""

    # In one line; `line_read` is the one that the fields show as chips. Any other is kept as a note: see `touch`.
    line = forms.CharField(label=_("In one line"), max_length=500, required=False)
    line_read = forms.CharField(max_length=500, required=False, widget=forms.HiddenInput)
    next_step = forms.CharField(
        label=_("Next step"),
        required=False,
        max_length=300,
        widget=forms.TextInput(attrs={"data-key": "x"}),
    )
    next_step_on = chip_day(_("By when"), required=False)
    next_step_other = other_day_field(_("Another day"))
    closes = FollowUpChoices(
        label=_("This closes"),
        queryset=FollowUp.objects.none(),
        required=False,
        widget=ClosesWidget(),
    )
    # The follow-ups that were shown ticked: one of them that comes back unticked is to stay open.
    ticked = forms.ModelMultipleChoiceField(
        queryset=FollowUp.objects.none(), required=False, widget=forms.MultipleHiddenInput
    )

    # When it was saved on a device without a connection: its next step may be due by the time it is sent.
    saved_at = forms.DateTimeField(required=False, validators=[validate_not_ahead])

    day_chip_name, day_name = "next_step_on", "next_step_other"

    def __init__(self, *args, follow_ups, named=None, **kwargs):
        super().__init__(*args, **kwargs)
        if self.data.get(SENT_LATER):
            for name in (self.day_chip_name, self.day_name):
                self.fields[name].validators.remove(validate_not_past)
        self.fields["closes"].widget.named = named
        self.fields["closes"].queryset = self.fields["ticked"].queryset = follow_ups

    def day_choices(self):
        return [("", _("By cadence")), *super().day_choices()]

    @property
    def offered(self):
        """The options of `closes` that a touch can close, the first ones with a key each."""
        options = [option for option in self["closes"] if may_be_ticked(option.data["value"].instance)]
        for option, key in zip(options, CLOSES_KEYS, strict=False):
            option.data["key"] = key
            option.data["attrs"]["aria-keyshortcuts"] = key
        return options

    @property
    def next_days(self):
        """The options of `next_step_on`, all but the first with a key each."""
        options = list(self["next_step_on"])
        for option, key in zip(options, DAY_KEYS, strict=False):
            option.data["key"] = key
        return options

    def needs_day(self):
        return bool(self.cleaned_data.get("next_step"))

    def clean(self):
        cleaned = super().clean()
        if "idempotency_key" in self.errors:
            self.add_error(None, _("This form has lost its number. Close it, open it again and save."))
        if cleaned.get(SENT_LATER) and self.chosen_day:
            self._check_day_since(timezone.localdate(cleaned[SENT_LATER]))
        return cleaned

    def _check_day_since(self, saved_on):
        try:
            validate_not_past(self.chosen_day, today=saved_on)
        except ValidationError as error:
            self.add_error(self.day_name, error)

    @property
    def note(self):
        """What was said, and before it a line whose chips were not there yet: nothing typed is lost, nor guessed."""
        line, summary = self.cleaned_data["line"], self.cleaned_data["summary"]
        unread = line if line != self.cleaned_data["line_read"] else ""
        return "\n".join(part for part in (unread, summary) if part)

    def touch(self):
        """The keywords of `log_interaction`, from a valid form."""
        names = ("idempotency_key", "kind", "direction", "reached", "occurred_at", "contacts", "sentiment")
        texts = ("duration_minutes", "summary", "outcome", "next_step")
        closes = list(self.cleaned_data["closes"])
        return {name: self.cleaned_data[name] for name in names + texts} | {
            "summary": self.note,
            "next_step_on": self.chosen_day,
            "closes": closes,
            "keeps": [row for row in self.cleaned_data["ticked"] if row not in closes],
        }


class AtOnceForm(IdempotentForm):
    """A touch saved straight from the list of clients: its kind and whom it was with, as the list shows them."""

    kind = forms.ChoiceField(choices=InteractionKind.choices, widget=forms.HiddenInput)
    contact = forms.ModelChoiceField(
        queryset=Contact.objects.none(), required=False, widget=forms.HiddenInput
    )

    def __init__(self, *args, contacts, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["contact"].queryset = contacts


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
                "data-log-search": True,
            }
        ),
    )


class LogQueryForm(PlainForm):
    """What a link to the log sheet may ask for: the follow-up it closes, a kind, who was met."""

    follow_up = forms.IntegerField(min_value=1, max_value=2**63 - 1, required=False)
    contact = forms.IntegerField(min_value=1, max_value=2**63 - 1, required=False)
    kind = forms.ChoiceField(choices=InteractionKind.choices, required=False)
