"""The forms of receivables: invoices, payments, credit notes, promises to pay, reasons; and the filters."""

from decimal import Decimal

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.web.forms import IdempotentForm, PlainForm
from clients.filters import ClientFilter, house_today
from clients.models import Contact, Contract, Invoice, Milestone, PaymentMethod
from clients.places import CURRENCIES
from clients.receivable_board import BUCKETS, BY_CLIENT, BY_LEAD, DISPUTED
from clients.services.receivable_rules import check_days
from clients.services.refusals import Refused

from .base import TidyModelForm, VersionedForm, date_input

CENT = Decimal("0.01")
NEVER_SHOWN = _("Internal: never shown to the client.")
BUCKET_LABELS = {
    "not_due": _("Not due"),
    "d1_30": _("1–30 days late"),
    "d31_60": _("31–60 days late"),
    "d61_90": _("61–90 days late"),
    "d90_plus": _("90+ days late"),
    DISPUTED: _("Disputed"),
}


def money_field(label, *, least=CENT, **options):
    """An amount with two decimals at most, which a phone offers digits for."""
    widget = forms.NumberInput(attrs={"inputmode": "decimal", "step": "0.01", "autocomplete": "off"})
    return forms.DecimalField(
        label=label, max_digits=18, decimal_places=2, min_value=least, widget=widget, **options
    )


def reason_field(label, help_text=""):
    widget = forms.Textarea(attrs={"rows": 3})
    return forms.CharField(label=label, max_length=500, widget=widget, help_text=help_text)


def day_field(label):
    """A day that has come, today unless said otherwise; the service refuses one that has not."""
    return forms.DateField(label=label, widget=date_input(), initial=house_today)


def currencies_for(*own):
    """Choices with the client's own currency in front."""
    return [(code, code) for code in dict.fromkeys([*filter(None, own), *CURRENCIES])]


class InvoiceFields(TidyModelForm):
    """An invoice of `instance.client`; contract and milestone are that client's own."""

    amount = money_field(_("Amount with tax"))
    tax = money_field(_("Of which tax"), least=0, required=False)
    currency = forms.ChoiceField(label=_("Currency"))

    class Meta:
        model = Invoice
        fields = ["number", "issued_on", "due_on", "amount", "tax", "currency", "contract", "milestone"]
        fields += ["note"]
        labels = {"number": _("Invoice number"), "contract": _("Contract"), "note": _("Note")}
        labels |= {
            "issued_on": _("Issued on"),
            "due_on": _("Due"),
            "milestone": _("Falls due after acceptance of"),
        }
        help_texts = {
            "note": NEVER_SHOWN,
            "milestone": _("The due day can then stay empty: it comes with the acceptance."),
        }
        widgets = {
            "number": forms.TextInput(attrs={"autocomplete": "off"}),
            "issued_on": date_input(),
            "due_on": date_input(),
            "note": forms.TextInput(attrs={"autocomplete": "off"}),
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        invoice, fields = self.instance, self.fields
        own = invoice.currency if invoice.pk else ""
        fields["currency"].choices = currencies_for(own, invoice.client.currency)
        fields["contract"].queryset = Contract.objects.filter(client=invoice.client_id).exclude(state="lost")
        fields["contract"].label_from_instance = lambda contract: f"{contract.number} · {contract.title}"
        fields["contract"].empty_label = _("None")
        milestones = Milestone.objects.filter(client=invoice.client_id)
        fields["milestone"].queryset = milestones.select_related("contract")
        fields["milestone"].label_from_instance = lambda row: f"{row.contract.number} · {row.title}"
        fields["milestone"].empty_label = _("None")

    def clean_number(self):
        return " ".join(self.cleaned_data["number"].split())

    def clean_tax(self):
        return self.cleaned_data["tax"] or Decimal(0)

    def clean(self):
        cleaned = super().clean()
        hangs_on_nothing = not cleaned.get("due_on") and not cleaned.get("milestone")
        if (
            self.instance.payments_known
            and hangs_on_nothing
            and not {"due_on", "milestone"} & set(self.errors)
        ):
            self.add_error("due_on", _("Give the due day, or the milestone whose acceptance brings it."))
        self._check_days(cleaned)
        return cleaned

    def _check_days(self, cleaned):
        """Here as well as in the service: else the constraint is named first, in its own words."""
        if cleaned.get("issued_on"):
            try:
                check_days(cleaned["issued_on"], cleaned.get("due_on"))
            except Refused as refused:
                self.add_error(refused.field, refused.text)


class InvoiceForm(IdempotentForm, InvoiceFields):
    """A new invoice, issued today unless said otherwise."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        today = house_today()
        self.initial |= {"issued_on": today, "due_on": None, "amount": None, "tax": None}
        self.initial["currency"] = self.instance.client.currency


class InvoiceEditForm(VersionedForm, InvoiceFields):
    """An edit of an invoice; the service says what payments and credit notes leave open to change."""


class PaymentForm(IdempotentForm):
    """Money received for an invoice: all that is outstanding unless said otherwise."""

    amount = money_field(_("Amount"))
    received_on = day_field(_("Received on"))
    method = forms.ChoiceField(label=_("How"), choices=PaymentMethod.choices, initial=PaymentMethod.TRANSFER)
    reference = forms.CharField(label=_("Reference"), max_length=120, required=False)


class CreditNoteForm(IdempotentForm):
    """A credit note, for an `invoice` or for none."""

    number = forms.CharField(
        label=_("Number"), max_length=60, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    issued_on = day_field(_("Issued on"))
    amount = money_field(_("Amount with tax"))
    tax = money_field(_("Of which tax"), least=0, required=False)
    currency = forms.ChoiceField(label=_("Currency"))
    note = reason_field(_("Reason"), NEVER_SHOWN)

    def __init__(self, *args, client, invoice=None, **kwargs):
        super().__init__(*args, **kwargs)
        own = [invoice.currency] if invoice else [client.currency]
        self.fields["currency"].choices = [(own[0], own[0])] if invoice else currencies_for(*own)

    def clean_number(self):
        return " ".join(self.cleaned_data["number"].split())

    def clean_tax(self):
        return self.cleaned_data["tax"] or Decimal(0)


class PromiseForm(IdempotentForm):
    """What the client says they will pay, by when, and who said so."""

    amount = money_field(_("Amount"))
    currency = forms.ChoiceField(label=_("Currency"))
    promised_for = forms.DateField(label=_("To be paid by"), widget=date_input())
    contact = forms.ModelChoiceField(
        label=_("By whom"), required=False, queryset=Contact.objects.none(), empty_label=_("Not known")
    )
    promised_on = day_field(_("Promised on"))
    note = forms.CharField(label=_("Note"), max_length=500, required=False, help_text=NEVER_SHOWN)

    def __init__(self, *args, client, invoice=None, **kwargs):
        super().__init__(*args, **kwargs)
        own = invoice.currency if invoice else client.currency
        self.fields["currency"].choices = [(own, own)] if invoice else currencies_for(own)
        self.fields["contact"].queryset = Contact.objects.filter(client=client).here()


class ReasonForm(PlainForm):
    """One reason, or one outcome; `label` says of what."""

    reason = reason_field(_("Reason"))

    def __init__(self, *args, label=None, help_text=NEVER_SHOWN, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["reason"].label = label or self.fields["reason"].label
        self.fields["reason"].help_text = help_text


# --- What a page asks for ---------------------------------------------------------------------------------------


class InvoicesForm(PlainForm):
    """Which invoices of a client the panel shows."""

    OPEN, SETTLED = "open", "settled"

    show = forms.ChoiceField(choices=[(OPEN, OPEN), (SETTLED, SETTLED)], required=False)
    cursor = forms.CharField(max_length=2000, required=False)

    def clean_show(self):
        return self.cleaned_data["show"] or self.OPEN


class StatementForm(PlainForm):
    """The language and the day of a statement: a day that has come, today where none is named."""

    language = forms.ChoiceField(choices=[("vi", "vi"), ("en", "en")], required=False)
    on = forms.DateField(required=False)

    def clean_on(self):
        day = self.cleaned_data["on"]
        if day and day > house_today():
            raise forms.ValidationError(_("This day has not come yet."))
        return day or house_today()


class BoardForm(PlainForm):
    """How the board is read, beside the filters over clients."""

    by = forms.ChoiceField(choices=[(BY_CLIENT, BY_CLIENT), (BY_LEAD, BY_LEAD)], required=False)
    bucket = forms.ChoiceField(
        label=_("Days late"),
        choices=[(name, BUCKET_LABELS[name]) for name in (*BUCKETS, DISPUTED)],
        required=False,
    )
    cursor = forms.CharField(max_length=2000, required=False)

    def clean_by(self):
        return self.cleaned_data["by"] or BY_CLIENT


class BoardFilter(ClientFilter):
    """Whose clients: by lead, segment, region, name. Those that were lost still owe what they owe."""

    class Meta(ClientFilter.Meta):
        form = BoardForm

    def filter_queryset(self, queryset):
        for name, one in self.filters.items():
            queryset = one.filter(queryset, self.form.cleaned_data[name])
        return queryset
