"""What is typed about a report: its period and language, its lines, and whom it goes to."""

import datetime

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from accounts.web.forms import IdempotentForm, PlainForm, validate_plain_text
from clients.filters import house_today
from clients.forms.base import LARGEST_INTEGER, date_input, validate_not_in_future
from clients.models import Contact

from .content import LINE_LENGTH, MOST_ROWS, SECTIONS, read_content, rows_printed

LONGEST_PERIOD_DAYS = 366


class NewReportForm(IdempotentForm):
    """The month before this one unless somebody says otherwise."""

    period_from = forms.DateField(label=_("From"), widget=date_input())
    period_to = forms.DateField(
        label=_("To"),
        widget=date_input(),
        validators=[validate_not_in_future],
        help_text=_("The last day of it."),
    )
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        last = house_today().replace(day=1) - datetime.timedelta(days=1)
        self.initial.setdefault("period_from", last.replace(day=1))
        self.initial.setdefault("period_to", last)
        self.initial.setdefault("language", translation.get_language())

    def clean(self):
        cleaned = super().clean()
        first, last = cleaned.get("period_from"), cleaned.get("period_to")
        if first and last and last < first:
            self.add_error("period_to", _("The period ends before it begins."))
        elif first and last and (last - first).days >= LONGEST_PERIOD_DAYS:
            self.add_error("period_to", _("A report covers a year at most."))
        return cleaned


class ContentForm(PlainForm):
    """One field a section, one line of the report a line."""

    version = forms.IntegerField(min_value=1, max_value=LARGEST_INTEGER, widget=forms.HiddenInput)
    then = forms.ChoiceField(choices=[("stay", "stay"), ("send", "send")], required=False)

    def __init__(self, *args, report, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial["version"] = report.version
        for name, lines in read_content(report.content).items():
            self.fields[name] = LinesField(label=SECTIONS[name])
            self.fields[name].widget.attrs["rows"] = max(2, min(9, len(lines) + 1))
            self.initial.setdefault(name, "\n".join(lines))

    def clean(self):
        cleaned = super().clean()
        rows = rows_printed(self.content())
        if not self.errors and rows > MOST_ROWS:
            text = _("This is more than one page holds: about %(rows)d rows of %(most)d. Shorten it.")
            raise ValidationError(text, params={"rows": rows, "most": MOST_ROWS})
        return cleaned

    def lines(self):
        """The fields of the sections, for the template."""
        return [self[name] for name in SECTIONS]

    def content(self):
        return {name: self.cleaned_data.get(name, []) for name in SECTIONS}


class LinesField(forms.CharField):
    """Lines of text, the empty ones left out."""

    def __init__(self, **kwargs):
        super().__init__(required=False, widget=forms.Textarea, max_length=LINE_LENGTH * MOST_ROWS, **kwargs)
        self.validators.append(validate_plain_text)  # PlainForm has set its own before this field was there

    def clean(self, value):
        lines = [" ".join(line.split()) for line in super().clean(value).splitlines()]
        lines = [line for line in lines if line]
        if any(len(line) > LINE_LENGTH for line in lines):
            text = _("A line has %(most)d letters at most.")
            raise ValidationError(text, params={"most": LINE_LENGTH})
        return lines


class PdfForm(PlainForm):
    """Whether the PDF is kept instead of shown."""

    download = forms.BooleanField(required=False)


class SendForm(PlainForm):
    """Whom the reviewed report goes to: contacts who are still there and have an address."""

    version = forms.IntegerField(min_value=1, max_value=LARGEST_INTEGER, widget=forms.HiddenInput)
    contact = forms.ModelChoiceField(queryset=Contact.objects.none(), label=_("To"), empty_label=None)

    def __init__(self, *args, report, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial["version"] = report.version
        field = self.fields["contact"]
        field.queryset = report.client.contacts.here().exclude(email="")
        field.label_from_instance = lambda contact: f"{contact.name}, {contact.email}"
        self.initial["contact"] = report.contact_id
