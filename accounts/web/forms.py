"""Plain-text rules for everything a person types; every form of Tend builds on these bases."""

import datetime
import re
import uuid

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

# Marks that change the direction of the text around them: they can make a name read as another.
BIDI_MARKS = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
CONTROL_CHARACTERS = re.compile("[\x01-\x08\x0b\x0c\x0e-\x1f\x7f]")
SCRIPT_TAG = re.compile(r"<\s*/?\s*(script|iframe|object|embed|style)\b", re.IGNORECASE)
EARLIEST, LATEST_YEARS_AHEAD = datetime.date(1900, 1, 1), 20


def validate_plain_text(value):
    """Refuses control characters, direction marks and script tags, each with its own message."""
    if not isinstance(value, str):
        return
    if CONTROL_CHARACTERS.search(value):
        raise ValidationError(
            _("This text has invisible control characters. Please type it again without them.")
        )
    if BIDI_MARKS.search(value):
        raise ValidationError(_("This text has hidden direction marks. Please type it again without them."))
    if SCRIPT_TAG.search(value):
        raise ValidationError(_("Plain text only, please: HTML tags such as <script> are not kept."))


def validate_sane_date(value):
    """Between 1900 and 20 years from now."""
    day = value.date() if isinstance(value, datetime.datetime) else value
    latest = timezone.localdate() + datetime.timedelta(days=366 * LATEST_YEARS_AHEAD)
    if not EARLIEST <= day <= latest:
        raise ValidationError(
            _("Please give a date between %(earliest)s and %(latest)s."),
            params={"earliest": EARLIEST.year, "latest": latest.year},
        )


class PlainForm(forms.Form):
    """Adds the plain-text and date rules to every field, and marks wrong fields for screen readers."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if isinstance(field, (forms.CharField,)):
                field.validators.append(validate_plain_text)
            if isinstance(field, (forms.DateField, forms.DateTimeField)):
                field.validators.append(validate_sane_date)


class PlainModelForm(PlainForm, forms.ModelForm):
    pass


class IdempotentForm(PlainForm):
    """Carries a key made when the form was shown, so that a double click or a resend counts once."""

    idempotency_key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["idempotency_key"].initial = uuid.uuid4
