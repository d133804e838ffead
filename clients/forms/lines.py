"""The lines of a contract as a form set that works without script: a few blank ones, and a button for more."""

from decimal import Decimal

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.web.forms import PlainForm
from clients.models import Product

from .contract import LARGEST_VALUE, TOO_LARGE, amount_field

PREFIX = "lines"
FIELDS = ("product", "quantity", "unit_price")
MOST_LINES = 60
BLANK_LINES = 3
SMALLEST = Decimal("0.01")


class LineForm(PlainForm):
    """One product. A line whose product was emptied is left out."""

    product = forms.TypedChoiceField(label=_("Product"), coerce=int, required=False, empty_value=None)
    quantity = forms.DecimalField(
        label=_("Quantity"), min_value=SMALLEST, max_digits=12, decimal_places=2, required=False
    )
    unit_price = amount_field(_("Price"), required=False)

    def __init__(self, *args, products, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["product"].choices = products

    def clean(self):
        cleaned = super().clean()
        if self.errors:
            return cleaned
        if cleaned["product"] is None:
            if cleaned["unit_price"] is not None:
                self.add_error("product", _("Choose a product, or empty the line."))
            return cleaned
        if cleaned["quantity"] is None:
            cleaned["quantity"] = Decimal(1)
        if cleaned["unit_price"] is None:
            self.add_error("unit_price", _("What does one cost?"))
        elif cleaned["quantity"] * cleaned["unit_price"] > LARGEST_VALUE:
            self.add_error("unit_price", TOO_LARGE)
        return cleaned


class _BaseLineFormSet(forms.BaseFormSet):
    def lines(self):
        """[(product id, quantity, unit price)] of a valid form set."""
        filled = [form.cleaned_data for form in self.forms if form.cleaned_data.get("product")]
        return [(line["product"], line["quantity"], line["unit_price"]) for line in filled]

    def clean(self):
        if self.management_form.cleaned_data["TOTAL_FORMS"] < 0:
            raise ValidationError(_("This form is incomplete. Open it again and repeat your change."))
        if self.total_form_count() > MOST_LINES:
            raise ValidationError(_("A contract has %(n)s lines at most."), params={"n": MOST_LINES})


LineFormSet = forms.formset_factory(
    LineForm, formset=_BaseLineFormSet, extra=BLANK_LINES, max_num=MOST_LINES, absolute_max=MOST_LINES + 1
)


def line_forms(data=None, *, lines=()):
    """The form set over `lines` ([(product id, quantity, unit price)]), bound to `data` when given. One query.

    A product that is no longer on sale may stay where the contract has it.
    """
    own = {product_id for product_id, _quantity, _price in lines}
    products = Product.objects.filter(Q(is_active=True) | Q(pk__in=own))
    choices = [("", "–"), *products.values_list("pk", "name")]
    # Bound forms get no first values: one that equals them would count as left alone, and its line be lost.
    initial = [dict(zip(FIELDS, map(_plain, line), strict=True)) for line in lines] if data is None else None
    return LineFormSet(data, prefix=PREFIX, initial=initial, form_kwargs={"products": choices})


def _plain(value):
    """12.00 → 12, as one would type it."""
    return int(value) if value == int(value) else value


def one_more(data):
    """The posted `data` with room for one more line."""
    data = data.copy()
    name = f"{PREFIX}-TOTAL_FORMS"
    count = data.get(name, "")
    if count.isdecimal() and len(count) < 4:
        data[name] = str(min(int(count) + 1, MOST_LINES))
    return data


def as_data(lines):
    """What a browser would post for these lines."""
    data = {f"{PREFIX}-TOTAL_FORMS": str(len(lines)), f"{PREFIX}-INITIAL_FORMS": "0"}
    for place, line in enumerate(lines):
        for name, value in zip(FIELDS, line, strict=True):
            data[f"{PREFIX}-{place}-{name}"] = str(value)
    return data
