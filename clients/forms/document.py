"""Uploading a document: what it is decides its content."""

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _

from accounts.templatetags.tend import number
from accounts.web.forms import PlainForm
from clients import documents


class DocumentField(forms.FileField):
    """An upload that passed `clients.documents.inspect`; cleaned, it carries the result as `document`."""

    widget = forms.FileInput(attrs={"accept": documents.ACCEPT})

    def __init__(self, **kwargs):
        kwargs.setdefault("help_text", lazy(_what_is_kept, str)())
        super().__init__(allow_empty_file=True, **kwargs)

    def clean(self, data, initial=None):
        upload = super().clean(data, initial)
        if upload:
            try:
                upload.document = documents.inspect(upload)
            except documents.Unacceptable as refused:
                raise ValidationError(refused.text) from None
        return upload


def _what_is_kept():
    kinds = ", ".join(words for _extensions, words in documents.KINDS.values())
    largest = number(settings.LARGEST_FILE_BYTES / 2**20)
    return _("%(kinds)s; at most %(largest)s MB.") % {"kinds": kinds, "largest": largest}


class DocumentSearch(PlainForm):
    """Words of a document's name."""

    q = forms.CharField(label=_("Search in the names"), max_length=100, required=False)


class DocumentForm(PlainForm):
    file = DocumentField(label=_("File"))
