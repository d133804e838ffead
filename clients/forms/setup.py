"""The forms of the set-up: a row each, in form sets. A row carries what was shown, so that only changes are written."""

from decimal import Decimal

from django import forms
from django.core.exceptions import ValidationError
from django.forms.models import BaseModelFormSet, modelformset_factory
from django.utils.translation import gettext_lazy as _

from accounts.models import Department, Segment, Tier
from accounts.web.forms import PlainForm, PlainModelForm
from clients.filters import house_today
from clients.models import Client, DunningStep, ExchangeRate, Product, SlaPolicy
from clients.places import CURRENCIES
from clients.services.setup import RowChange

from .base import date_input, tidy_name
from .contract import amount_field
from .deal import trimmed

LONGEST_HOURS = Decimal(9_999)
MOST_ROWS = 500


class RowForm(PlainModelForm):
    """A row with what it was shown beside what was typed."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.show_hidden_initial = True
        self.initial = {name: trimmed(value) for name, value in self.initial.items()}

    def change(self):
        """The RowChange of a valid form that has changed."""
        own = [name for name in self.changed_data if name in self._meta.fields]
        if self.instance.pk is None:
            return RowChange(None, {name: self.cleaned_data[name] for name in self._meta.fields})
        values = {name: self.cleaned_data[name] for name in own}
        return RowChange(self.instance.pk, values, {name: self._shown(name) for name in own})

    def show_saved(self, data, name, saved):
        """Marks in `data` that the page now shows the `saved` row's value of a field; what was typed stays."""
        value = self[name].field.prepare_value(getattr(saved, name))
        values = value if isinstance(value, list) else [value]
        data.setlist(self[name].html_initial_name, [str(one) for one in values])

    def _shown(self, name):
        """The value that the page showed, as the browser sent it back. One that cannot be read differs from all."""
        bound = self[name]
        raw = self._widget_data_value(bound.field.hidden_widget(), bound.html_initial_name)
        try:
            return bound.field.to_python(raw)
        except ValidationError:
            return object()


class RowFormSet(BaseModelFormSet):
    """`changes` lists what differs from what was shown; `changed_forms` are the forms they came from."""

    @property
    def changed_forms(self):
        return [form for form in self.forms if form in self.deleted_forms or form.has_changed()]

    def changes(self):
        return [
            RowChange(form.instance.pk, {}, delete=True) if form in self.deleted_forms else form.change()
            for form in self.changed_forms
            if form.instance.pk or form not in self.deleted_forms
        ]


# --- Products -------------------------------------------------------------------------------------------------


class IndustriesField(forms.CharField):
    """Names of industries with semicolons between them; `known` are those that may be named."""

    known = frozenset()

    def prepare_value(self, value):
        return "; ".join(value) if isinstance(value, (list, tuple)) else value

    def to_python(self, value):
        text = super().to_python(self.prepare_value(value))
        return list(dict.fromkeys(filter(None, (" ".join(part.split()) for part in text.split(";")))))

    def validate(self, value):
        super().validate("; ".join(value))

    def run_validators(self, value):
        super().run_validators("; ".join(value))
        unknown = [name for name in value if name not in self.known]
        if unknown:
            raise ValidationError(
                _("No client is in this industry: %(names)s."), params={"names": ", ".join(unknown)}
            )

    def has_changed(self, initial, data):
        return self.to_python(initial) != self.to_python(data)


class ProductRow(RowForm):
    list_price = amount_field(_("List price"))
    currency = forms.ChoiceField(label=_("Currency"), choices=[(code, code) for code in CURRENCIES])
    segments = forms.MultipleChoiceField(
        label=_("For segments"),
        required=False,
        choices=Segment.choices,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None chosen: for every segment."),
    )
    industries = IndustriesField(
        label=_("For industries"),
        required=False,
        max_length=1_000,
        help_text=_("With semicolons between them. Empty: for every industry."),
    )

    class Meta:
        model = Product
        fields = ["code", "name", "series", "list_price", "currency", "segments", "industries", "is_active"]

    def __init__(self, *args, industries=frozenset(), **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["industries"].known = industries | set(self.instance.industries or [])
        own = self.instance.currency
        if self.instance.pk and own not in CURRENCIES:
            self.fields["currency"].choices = [(own, own), *self.fields["currency"].choices]

    @property
    def shown_segments(self):
        """What the page showed, hidden: chips are drawn one by one and would leave it out."""
        return self["segments"].as_hidden(only_initial=True)

    def clean_name(self):
        return tidy_name(self.cleaned_data["name"])

    def clean_series(self):
        return tidy_name(self.cleaned_data["series"])

    def clean_segments(self):
        """In the order of the segments, so that the same choice is the same value."""
        return [value for value in Segment.values if value in self.cleaned_data["segments"]]


def known_industries():
    """The industries that clients are in. One query."""
    names = Client.objects.exclude(industry="").order_by().values_list("industry", flat=True).distinct()
    return frozenset(names)


# --- The others -----------------------------------------------------------------------------------------------


class SlaRow(RowForm):
    response_hours = forms.DecimalField(
        label=_("First response"), min_value=Decimal("0.25"), max_value=LONGEST_HOURS, decimal_places=2
    )
    resolution_hours = forms.DecimalField(
        label=_("Resolution"), min_value=Decimal("0.25"), max_value=LONGEST_HOURS, decimal_places=2
    )

    class Meta:
        model = SlaPolicy
        fields = ["response_hours", "resolution_hours"]

    def clean(self):
        cleaned = super().clean()
        first, last = cleaned.get("response_hours"), cleaned.get("resolution_hours")
        if first is not None and last is not None and last < first:
            self.add_error("resolution_hours", _("It is settled no sooner than it is first answered."))
        return cleaned


class DunningRow(RowForm):
    days_late = forms.IntegerField(label=_("From days late"), min_value=1, max_value=3_650)

    class Meta:
        model = DunningStep
        fields = ["days_late", "action"]


class DepartmentRow(RowForm):
    code = forms.SlugField(label=_("Code"), max_length=20)

    class Meta:
        model = Department
        fields = ["code", "name", "name_vi", "is_active"]

    def clean_name(self):
        return tidy_name(self.cleaned_data["name"])

    def clean_name_vi(self):
        return tidy_name(self.cleaned_data["name_vi"])


class TierRow(RowForm):
    capacity_min = forms.IntegerField(label=_("Fewest clients"), min_value=0, max_value=10_000)
    capacity_max = forms.IntegerField(label=_("Most clients"), min_value=1, max_value=10_000)
    max_discount_percent = forms.DecimalField(
        label=_("Largest discount, %"), min_value=0, max_value=100, max_digits=5, decimal_places=2
    )
    max_payment_days = forms.IntegerField(label=_("Longest payment term, days"), min_value=0, max_value=365)

    class Meta:
        model = Tier
        fields = ["capacity_min", "capacity_max", "capacity_is_hard"]
        fields += ["max_discount_percent", "max_payment_days"]

    def clean(self):
        cleaned = super().clean()
        least, most = cleaned.get("capacity_min"), cleaned.get("capacity_max")
        if least is not None and most is not None and most < least:
            self.add_error("capacity_max", _("The most is less than the fewest."))
        return cleaned


def _rows(model, form, **options):
    options = {"extra": 0, "absolute_max": MOST_ROWS, "max_num": MOST_ROWS} | options
    return modelformset_factory(model, form=form, formset=RowFormSet, **options)


ProductRows = _rows(Product, ProductRow, extra=1)
SlaRows = _rows(SlaPolicy, SlaRow)
DunningRows = _rows(DunningStep, DunningRow, extra=1, can_delete=True, can_delete_extra=False)
DepartmentRows = _rows(Department, DepartmentRow, extra=1)
TierRows = _rows(Tier, TierRow)


class RateForm(PlainForm):
    """A new exchange rate."""

    currency = forms.ChoiceField(label=_("Currency"))
    valid_from = forms.DateField(label=_("From"), widget=date_input())
    rate = forms.DecimalField(max_digits=20, decimal_places=8, min_value=Decimal("0.00000001"))

    def __init__(self, *args, house, **kwargs):
        super().__init__(*args, **kwargs)
        used = Client.objects.order_by().values_list("currency", flat=True).distinct()
        offered = dict.fromkeys([*CURRENCIES, *sorted(used)])
        self.fields["currency"].choices = [(code, code) for code in offered if code != house]
        self.fields["rate"].label = _("One unit in %(house)s") % {"house": house}
        self.initial.setdefault("valid_from", house_today())

    def clean(self):
        cleaned = super().clean()
        currency, day = cleaned.get("currency"), cleaned.get("valid_from")
        if currency and day and ExchangeRate.objects.filter(currency=currency, valid_from=day).exists():
            self.add_error("valid_from", _("This currency has a rate from that day already."))
        return cleaned
