"""What people type about deals and advice, and which deals to list."""

from decimal import Decimal

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.web.forms import IdempotentForm, PlainForm
from clients.filters import house_today
from clients.models import Advice, AdviceAnswer, Contact, Deal, DealKind, DealStage, Product
from clients.querysets.deals import OPEN_STAGES

from .base import LARGEST_INTEGER, TidyModelForm, VersionedForm, date_input, tidy_name
from .contract import amount_field

OPEN_STAGE_CHOICES = [(value, label) for value, label in DealStage.choices if value in OPEN_STAGES]
# What a client already has is grown first; the others stand behind.
KINDS = [
    (kind.value, kind.label)
    for kind in (DealKind.CROSS_SELL, DealKind.UP_SELL, DealKind.RENEWAL, DealKind.NEW)
]
BOARD, LIST = "board", "list"


def trimmed(value):
    """A number as one would type it: 106580000.00 → 106580000."""
    return f"{value.normalize():f}" if isinstance(value, Decimal) else value


def products_for(client):
    """Products on sale that may be offered to a client of this segment and industry."""
    fits_segment = Q(segments=[]) | Q(segments__contains=[client.segment])
    fits_industry = Q(industries=[]) | Q(industries__contains=[client.industry])
    return Product.objects.filter(fits_segment, fits_industry, is_active=True)


class DealFields(TidyModelForm):
    """The terms of a deal of `instance.client`. Only what may be offered to the client can be chosen."""

    kind = forms.ChoiceField(label=_("Kind"), choices=KINDS)
    amount = amount_field(_("Amount"), required=False)
    probability = forms.IntegerField(label=_("Probability, %"), required=False, min_value=0, max_value=100)
    expected_on = forms.DateField(label=_("Expected to close on"), required=False, widget=date_input())
    discount_percent = forms.DecimalField(
        label=_("Discount, %"), min_value=0, max_value=100, max_digits=5, decimal_places=2
    )
    payment_days = forms.IntegerField(label=_("Payment term, days"), min_value=0, max_value=365)

    class Meta:
        model = Deal
        fields = ["product", "kind", "title", "amount", "probability", "expected_on", "next_step"]
        fields += ["discount_percent", "payment_days"]
        labels = {"product": _("Product")}
        widgets = {"title": forms.TextInput(attrs={"autocomplete": "off"})}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name in ("amount", "discount_percent"):
            self.initial[name] = trimmed(self.initial.get(name))
        client, own = self.instance.client, self.instance.product_id
        self.fields["product"].queryset = (
            products_for(client) | Product.objects.filter(pk=own) if own else products_for(client)
        )
        self.fields["product"].empty_label = _("Choose a product")
        currency = self.instance.currency if self.instance.pk else client.currency
        self.fields["amount"].help_text = _("In %(currency)s, after the discount.") % {"currency": currency}

    def clean_title(self):
        return tidy_name(self.cleaned_data["title"])


class DealForm(IdempotentForm, DealFields):
    """A new deal of `instance.client`."""


class DealEditForm(VersionedForm, DealFields):
    """An edit of an open deal, its stage too."""

    stage = forms.ChoiceField(label=_("Stage"), choices=OPEN_STAGE_CHOICES)

    class Meta(DealFields.Meta):
        fields = ["stage", *DealFields.Meta.fields]


class VersionForm(PlainForm):
    """A change of one deal, which says how the deal stood when the page was read."""

    version = forms.IntegerField(min_value=1, max_value=LARGEST_INTEGER, widget=forms.HiddenInput)

    def clean(self):
        cleaned = super().clean()
        if "version" in self.errors:
            self.add_error(None, _("This form is incomplete. Open it again and repeat your change."))
        return cleaned


class StageForm(VersionForm):
    stage = forms.ChoiceField(label=_("Stage"), choices=OPEN_STAGE_CHOICES)


class ClosingForm(VersionForm):
    """On which day a deal was closed: not before it was opened, and not ahead."""

    day = forms.DateField(label=_("On"), widget=date_input())

    def __init__(self, *args, deal, **kwargs):
        super().__init__(*args, **kwargs)
        self.deal = deal
        self.initial |= {"version": deal.version, "day": house_today()}

    def clean_day(self):
        day = self.cleaned_data["day"]
        if day > house_today():
            raise ValidationError(_("This day has not come yet."))
        if self.deal.opened_on and day < self.deal.opened_on:
            raise ValidationError(_("The deal was opened later than that."))
        return day


class WinForm(ClosingForm):
    amount = amount_field(_("Amount"))
    field_order = ["version", "amount", "day"]

    def __init__(self, *args, deal, **kwargs):
        super().__init__(*args, deal=deal, **kwargs)
        self.initial["amount"] = trimmed(deal.amount)
        self.fields["amount"].help_text = _("In %(currency)s, after the discount.") % {
            "currency": deal.currency
        }


class LoseForm(ClosingForm):
    reason = forms.CharField(
        label=_("Why was it lost?"), max_length=500, widget=forms.Textarea(attrs={"rows": 3})
    )
    field_order = ["version", "reason", "day"]


class DealLinkForm(PlainForm):
    """What a link to a new deal brings along: a series to suggest from, or the advice that the deal is made of."""

    series = forms.CharField(max_length=120, required=False)
    advice = forms.IntegerField(min_value=1, max_value=LARGEST_INTEGER, required=False)


class DealListForm(PlainForm):
    """Which deals, beside whose: that is `clients.filters.ClientFilter`."""

    view = forms.ChoiceField(choices=[(BOARD, BOARD), (LIST, LIST)], required=False)
    stage = forms.ChoiceField(label=_("Stage"), choices=DealStage.choices, required=False)
    kind = forms.ChoiceField(label=_("Kind"), choices=KINDS, required=False)
    overdue = forms.ChoiceField(label=_("Overdue"), choices=[("1", _("Overdue"))], required=False)


# --- Advice ---------------------------------------------------------------------------------------------------


class AdviceForm(IdempotentForm, TidyModelForm):
    """Advice to `instance.client`, to one of its contacts or to nobody in particular."""

    given_on = forms.DateField(label=_("Given on"), widget=date_input())

    class Meta:
        model = Advice
        fields = ["recommendation", "reason", "advised_against", "product", "contact", "given_on"]
        widgets = {
            "recommendation": forms.TextInput(attrs={"autocomplete": "off"}),
            "reason": forms.Textarea(attrs={"rows": 3}),
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        client = self.instance.client
        self.fields["product"].queryset = products_for(client)
        self.fields["product"].empty_label = _("None")
        self.fields["contact"].queryset = Contact.objects.filter(client=client).here()
        self.fields["contact"].empty_label = _("Nobody in particular")
        self.initial["given_on"] = self.initial.get("given_on") or house_today()

    def clean_given_on(self):
        return _not_ahead(self.cleaned_data["given_on"])


class AnswerForm(PlainForm):
    """What the client said to a piece of advice. `seen` is the answer that stood there when the form was opened."""

    seen = forms.ChoiceField(choices=AdviceAnswer.choices, widget=forms.HiddenInput)
    answer = forms.ChoiceField(
        label=_("Their answer"),
        widget=forms.RadioSelect,
        choices=[pair for pair in AdviceAnswer.choices if pair[0] != AdviceAnswer.WAITING],
    )
    day = forms.DateField(label=_("On"), widget=date_input())
    note = forms.CharField(label=_("What they said"), max_length=500, required=False)

    def __init__(self, *args, advice, **kwargs):
        super().__init__(*args, **kwargs)
        self.advice = advice
        self.initial |= {
            "seen": advice.answer,
            "answer": advice.answer,
            "note": advice.answer_note,
            "day": house_today(),
        }

    def clean_day(self):
        day = _not_ahead(self.cleaned_data["day"])
        if day < self.advice.given_on:
            raise ValidationError(_("The advice was given later than that."))
        return day

    def clean(self):
        cleaned = super().clean()
        if "seen" in self.errors:
            self.add_error(None, _("This form is incomplete. Open it again and repeat your change."))
        return cleaned


def _not_ahead(day):
    if day > house_today():
        raise ValidationError(_("This day has not come yet."))
    return day
