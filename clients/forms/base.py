"""What the forms of clients and contacts share."""

import unicodedata

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.web.forms import PlainModelForm

LARGEST_INTEGER = 2**31 - 1

validate_phone = RegexValidator(
    r"^[0-9+(][0-9+()./\- ]{3,}( ?(x|ext\.?|máy lẻ) ?[0-9]+)?\Z",
    _("A phone number has digits, spaces and + ( ) . / - only, such as +84 28 3822 9999."),
)


def tidy_name(value):
    """Composed letters and single spaces; refuses a name without a letter or digit, which nobody could see."""
    value = " ".join(unicodedata.normalize("NFC", value).split())
    if value and not any(letter.isalnum() for letter in value):
        raise ValidationError(_("A name needs at least one letter or digit."))
    return value


def validate_not_in_future(value):
    if value > timezone.localdate():
        raise ValidationError(_("This day has not come yet."))


def date_input(**attributes):
    """A browser's own date field; it only takes and shows ISO dates."""
    return forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", **attributes})


class TidyModelForm(PlainModelForm):
    """Names are tidied, telephone numbers look like ones."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "phone" in self.fields:
            self.fields["phone"].validators.append(validate_phone)
            self.fields["phone"].widget.input_type = "tel"

    def clean_name(self):
        return tidy_name(self.cleaned_data["name"])

    def values(self):
        """{field: value} of the model's fields, as cleaned."""
        return {name: self.cleaned_data[name] for name in self._meta.fields if name in self.fields}


class VersionedForm(TidyModelForm):
    """Carries the version of the row that the form was opened with."""

    version = forms.IntegerField(min_value=1, max_value=LARGEST_INTEGER, widget=forms.HiddenInput)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial["version"] = self.instance.version

    def clean(self):
        cleaned = super().clean()
        if "version" in self.errors:
            self.add_error(None, _("This form is incomplete. Open it again and repeat your change."))
        return cleaned
