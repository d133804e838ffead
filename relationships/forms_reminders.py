"""What people choose about their reminders, and what admins look for among deliveries."""

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts import access
from accounts.web.forms import PlainForm
from relationships.followups.mail_times import MailTimes
from relationships.models import Channel, DeliveryKind, DeliveryStatus, MailKind
from relationships.places_of_people import countries, zones

MOST_IDS = 100


def _time_input():
    return forms.TimeInput(attrs={"type": "time"}, format="%H:%M")


class BellForm(PlainForm):
    """`shown` is what the page has at its bell, see `reminders.Bell.state`."""

    shown = forms.CharField(max_length=10, required=False)


class RemindersForm(PlainForm):
    cursor = forms.CharField(max_length=2000, required=False)


class IdsField(forms.RegexField):
    """ "12,7,3" as a list of numbers, at most MOST_IDS."""

    def __init__(self, **kwargs):
        super().__init__(rf"^\d{{1,18}}(,\d{{1,18}}){{0,{MOST_IDS - 1}}}\Z", **kwargs)

    def clean(self, value):
        text = super().clean(value)
        return [int(number) for number in text.split(",")] if text else []


class ReadForm(PlainForm):
    """The reminders that were on show, or all `up_to` one."""

    ids = IdsField(required=False)
    up_to = forms.IntegerField(min_value=1, max_value=2**63 - 1, required=False)

    def clean(self):
        chosen = super().clean()
        if not self.errors and not chosen["ids"] and chosen["up_to"] is None:
            self.add_error(None, _("Say which reminders."))
        return chosen


class ReminderSettingsForm(PlainForm):
    """Which mails come and when. The weekly one is offered to whoever answers for others."""

    daily = forms.BooleanField(
        label=_("Daily mail"),
        help_text=_("What is due for you, on your working days."),
        required=False,
    )
    digest_at = forms.TimeField(label=_("Comes at"), widget=_time_input())
    instant = forms.BooleanField(
        label=_("At once: a key client at risk"),
        help_text=_("Outside your quiet hours; else when they end."),
        required=False,
    )
    weekly = forms.BooleanField(
        label=_("Each week: what is late in your team"),
        help_text=_("On the first working day of the week, with the daily mail."),
        required=False,
    )
    quiet_from = forms.TimeField(label=_("Quiet from"), widget=_time_input())
    quiet_until = forms.TimeField(
        label=pgettext_lazy("time", "Until"),
        widget=_time_input(),
    )
    time_zone = forms.ChoiceField(label=_("Time zone"))
    calendar = forms.ChoiceField(
        label=_("Working calendar"), help_text=_("No mail comes on its weekends and public holidays.")
    )

    def __init__(self, data=None, *, user, chosen):
        super().__init__(data, initial=_as_initial(user, chosen))
        self.fields["time_zone"].choices = _with_own(zones(), user.time_zone)
        self.fields["calendar"].choices = _with_own(countries(), user.calendar)
        if not access.may_see_portfolio(user):
            del self.fields["weekly"]

    @property
    def offered(self):
        """The kinds of mail that this person is asked about."""
        return [kind for name, kind in _MAILS.items() if name in self.fields]

    def clean(self):
        values = super().clean()
        times = [values.get(name) for name in ("digest_at", "quiet_from", "quiet_until")]
        if None not in times:
            digest_at, begins, ends = times
            if MailTimes("UTC", digest_at=digest_at, quiet_from=begins, quiet_until=ends).is_quiet(digest_at):
                said = {"begins": f"{begins:%H:%M}", "ends": f"{ends:%H:%M}"}
                text = _("This lies in your quiet hours. Choose a time from %(ends)s to %(begins)s.")
                self.add_error("digest_at", text % said)
        return values

    def values(self):
        """What `save_settings` takes."""
        taken = ("digest_at", "quiet_from", "quiet_until", "time_zone", "calendar")
        wanted = [kind for name, kind in _MAILS.items() if self.cleaned_data.get(name)]
        return {name: self.cleaned_data[name] for name in taken} | {"mails": wanted, "offered": self.offered}


_MAILS = {"daily": MailKind.DIGEST, "instant": MailKind.INSTANT, "weekly": MailKind.WEEKLY}


def _as_initial(user, chosen):
    named = {name: getattr(chosen, name) for name in ("digest_at", "quiet_from", "quiet_until")}
    wanted = {name: kind not in chosen.muted for name, kind in _MAILS.items()}
    return named | wanted | {"time_zone": user.time_zone, "calendar": user.calendar}


def _with_own(choices, value):
    """One's own stays to be chosen, under whatever name it was set."""
    return choices if value in dict(choices) else [(value, value), *choices]


# --- Deliveries, for admins ----------------------------------------------------------------------------------------


class DeliveriesForm(PlainForm):
    """Which mail. Without `days`: of a week."""

    USUAL_DAYS = "7"

    state = forms.ChoiceField(
        label=_("State"), choices=[("", _("Any state")), *DeliveryStatus.choices], required=False
    )
    kind = forms.ChoiceField(
        label=_("Kind"), choices=[("", _("Of every kind")), *DeliveryKind.choices], required=False
    )
    channel = forms.ChoiceField(
        label=_("Channel"),
        choices=[("", _("Every mail")), *[each for each in Channel.choices if each[0] != Channel.IN_APP]],
        required=False,
    )
    person = forms.CharField(label=_("Person"), max_length=120, required=False)
    days = forms.ChoiceField(
        label=_("Days"),
        choices=[
            ("1", _("Today and ahead")),
            (USUAL_DAYS, _("Last 7 days")),
            ("30", _("Last 30 days")),
            ("all", _("All time")),
        ],
        required=False,
    )
    cursor = forms.CharField(max_length=2000, required=False)

    def clean_days(self):
        return self.cleaned_data["days"] or self.USUAL_DAYS


class AgainForm(DeliveriesForm):
    """One `delivery`, or `all` that have failed of the filter."""

    delivery = forms.IntegerField(min_value=1, max_value=2**63 - 1, required=False)
    all = forms.BooleanField(required=False)

    def clean(self):
        chosen = super().clean()
        if not self.errors and not chosen["delivery"] and not chosen["all"]:
            self.add_error(None, _("Say which mail."))
        return chosen
