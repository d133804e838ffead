"""What an admin chooses for a backtest, and what its page can be asked for."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.templatetags.tend import day as in_words
from accounts.web.forms import IdempotentForm, PlainForm
from relationships.health.backtest import days as calendar


class BacktestForm(IdempotentForm):
    """How many past days and how far apart; `days` are those, oldest first, once it is valid.

    `today` is the house's day, `first` the day on which the first client got a lead.
    """

    count = forms.IntegerField(
        label=_("Days to ask at"),
        min_value=1,
        max_value=calendar.MOST_DAYS,
        help_text=_("More days make the answer surer. The same client on several days counts as one story."),
    )
    spacing = forms.IntegerField(
        label=_("Days between them"),
        min_value=calendar.SPACINGS[0],
        max_value=calendar.SPACINGS[1],
        help_text=_("Alarms and lead times are only seen on these days."),
    )

    def __init__(self, *args, today, first, **kwargs):
        super().__init__(*args, **kwargs)
        self.today, self.first, self.days = today, first, []
        fitting = calendar.days_with_history(today, first, calendar.SPACING)
        self.fields["count"].initial, self.fields["spacing"].initial = max(fitting, 1), calendar.SPACING

    def clean(self):
        values = super().clean()
        if "count" not in values or "spacing" not in values:
            return values
        self.days = calendar.tested_days(self.today, values["count"], values["spacing"])
        if self.first is None or self.days[0] < self.first:
            self._refuse(values["spacing"])
        return values

    def _refuse(self, spacing):
        most = calendar.days_with_history(self.today, self.first, spacing, calendar.MOST_DAYS)
        if not most:
            raise ValidationError(_("There is no day yet that lies far enough back to be asked at."))
        text = _(
            "The oldest day would be %(oldest)s, before the first client had a lead (%(first)s): at most %(most)s."
        )
        words = {"oldest": in_words(self.days[0]), "first": in_words(self.first), "most": most}
        self.add_error("count", text % words)


class BacktestPageForm(PlainForm):
    """Which page of the earlier backtests."""

    cursor = forms.CharField(max_length=2000, required=False)
