"""A contract's form with its lines, and the forms of what happens to it: signed, notice, ended, not renewed."""

from decimal import Decimal

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.web.forms import IdempotentForm, PlainForm
from clients.filters import house_today
from clients.models import Contract, LossReason
from clients.places import CURRENCIES
from clients.terms import lines_total, value_of

from .assignment import LARGEST_ID, REASON_LENGTH, reason_field
from .base import TidyModelForm, VersionedForm, date_input, tidy_name

# A thousand times the yearly revenue of the largest company of the country, in ₫; the column holds ten times as much.
LARGEST_VALUE = Decimal(10) ** 15
LONGEST_TERM_YEARS = 30
TOO_LARGE = _("This is more than any contract is worth. Check the figures.")


def amount_field(label, **options):
    return forms.DecimalField(
        label=label,
        min_value=0,
        max_value=LARGEST_VALUE,
        max_digits=18,
        decimal_places=2,
        error_messages={"max_value": TOO_LARGE, "max_digits": TOO_LARGE, "max_whole_digits": TOO_LARGE},
        **options,
    )


class ContractForm(TidyModelForm):
    """`instance.client` is known. Its lines are a form set beside it; `settle_value` joins them."""

    currency = forms.ChoiceField(label=_("Currency"))
    starts_on = forms.DateField(label=_("From"), widget=date_input())
    ends_on = forms.DateField(
        label=_("To"),
        required=False,
        widget=date_input(),
        help_text=_("Its last day. Empty: without a fixed term."),
    )
    value = amount_field(
        _("Value of the whole term"),
        required=False,
        help_text=_("Empty: the sum of the lines after the discount."),
    )
    payment_days = forms.IntegerField(label=_("Payment term, days"), min_value=0, max_value=365)
    notice_days = forms.IntegerField(label=_("Notice, days"), min_value=0, max_value=730)
    discount_percent = forms.DecimalField(
        label=_("Discount, %"), min_value=0, max_value=100, max_digits=5, decimal_places=2
    )

    class Meta:
        model = Contract
        fields = ["number", "title", "starts_on", "ends_on", "currency", "discount_percent", "value"]
        fields += ["payment_days", "notice_days", "auto_renews", "note"]
        widgets = {"note": forms.Textarea(attrs={"rows": 3})}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        own = self.instance.currency
        offered = CURRENCIES if own in CURRENCIES else [own, *CURRENCIES]
        self.fields["currency"].choices = [(code, code) for code in offered]

    def clean_number(self):
        """Whether it is free is asked where it is written: a form sent twice finds its own contract."""
        return tidy_name(self.cleaned_data["number"])

    def clean_title(self):
        return tidy_name(self.cleaned_data["title"])

    def clean_note(self):
        """Line ends as they are stored: a browser posts another kind, which is no change."""
        return self.cleaned_data["note"].replace("\r\n", "\n")

    def clean(self):
        cleaned = super().clean()
        starts_on, ends_on = cleaned.get("starts_on"), cleaned.get("ends_on")
        if starts_on and ends_on and ends_on < starts_on:
            self.add_error("ends_on", _("It ends before it starts."))
        elif starts_on and ends_on and ends_on.year - starts_on.year > LONGEST_TERM_YEARS:
            self.add_error("ends_on", _("A term is 30 years at most."))
        if cleaned.get("auto_renews") and not ends_on and "ends_on" not in self.errors:
            self.add_error("ends_on", _("What renews by itself has a last day."))
        return cleaned

    def settle_value(self, lines):
        """Fills an empty value in from the lines ([(product id, quantity, price)]). False when it is absurd."""
        if self.cleaned_data.get("value") is None:
            self.cleaned_data["value"] = value_of(lines, self.cleaned_data["discount_percent"])
        if max(self.cleaned_data["value"], lines_total(lines)) > LARGEST_VALUE:
            self.add_error("value", TOO_LARGE)
            return False
        return True


class NewContractForm(IdempotentForm, ContractForm):
    """A new contract, perhaps made of a deal of the same client."""

    def __init__(self, *args, deal=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.deal = deal
        if not self.initial.get("value"):  # the model's 0 would be taken for a typed value
            self.initial["value"] = None

    def values(self):
        return super().values() | {"deal": self.deal}


class ContractEditForm(VersionedForm, ContractForm):
    """An edit. A value that the lines make is shown empty, so that it follows them."""

    def __init__(self, *args, lines=(), **kwargs):
        super().__init__(*args, **kwargs)
        discount = self.instance.discount_percent
        self.initial["discount_percent"] = int(discount) if discount == int(discount) else discount
        if lines and self.instance.value == value_of(lines, discount):
            self.initial["value"] = None


# --- What happens to a contract -------------------------------------------------------------------------------


def _past_day(form, name, contract, *, message):
    """A day from the contract's first to today."""
    day = form.cleaned_data[name]
    if day and day > house_today():
        raise ValidationError(_("This day has not come yet."))
    if day and day < contract.starts_on:
        raise ValidationError(message)
    return day


class SignForm(PlainForm):
    signed_on = forms.DateField(label=_("Signed on"), widget=date_input())

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["signed_on"].initial = house_today

    def clean_signed_on(self):
        day = self.cleaned_data["signed_on"]
        if day > house_today():
            raise ValidationError(_("This day has not come yet."))
        return day


class NoticeForm(PlainForm):
    """The day notice was given; emptied, it is taken back."""

    notice_given_on = forms.DateField(label=_("Notice given on"), widget=date_input(), required=False)

    def __init__(self, *args, contract, **kwargs):
        super().__init__(*args, **kwargs)
        self.contract = contract
        field = self.fields["notice_given_on"]
        field.initial = contract.notice_given_on or house_today
        if contract.notice_given_on:
            field.help_text = _("Empty it to take the notice back.")
        else:
            field.required = True

    def clean_notice_given_on(self):
        before = _("The contract had not begun on this day.")
        return _past_day(self, "notice_given_on", self.contract, message=before)


class EndForm(PlainForm):
    """Ending before the term. For a day to come there is the notice."""

    ended_on = forms.DateField(label=_("Last day"), widget=date_input())
    reason = reason_field(_("Why"))

    def __init__(self, *args, contract, **kwargs):
        super().__init__(*args, **kwargs)
        self.contract = contract
        self.fields["ended_on"].initial = house_today

    def clean_ended_on(self):
        before = _("The contract had not begun on this day.")
        return _past_day(self, "ended_on", self.contract, message=before)


class LostRenewalForm(IdempotentForm):
    lost_reason = forms.ChoiceField(
        label=_("Why"), choices=LossReason.choices, widget=forms.RadioSelect, initial=None
    )
    lost_note = forms.CharField(
        label=_("What was said"),
        required=False,
        max_length=REASON_LENGTH,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class RenewForm(IdempotentForm):
    """The button that renews; its key makes a double click count once."""


class OfDealForm(PlainForm):
    """Which deal a new contract is made of."""

    deal = forms.IntegerField(min_value=1, max_value=LARGEST_ID, required=False)
