"""The forms of notes about a client."""

import unicodedata

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.web.forms import IdempotentForm, PlainForm
from clients.forms.base import LARGEST_INTEGER, TidyModelForm, VersionedForm
from relationships.models import Note


class NoteFields(TidyModelForm):
    class Meta:
        model = Note
        fields = ["text"]
        labels = {"text": _("Note")}
        widgets = {"text": forms.Textarea(attrs={"rows": 5, "data-mentions": "mention-list"})}
        help_texts = {"text": _("Write @ and a colleague's name to tell them. Clients never see notes.")}

    def clean_text(self):
        """Composed letters, so that a name is found however it was typed."""
        return unicodedata.normalize("NFC", self.cleaned_data["text"])


class NoteForm(IdempotentForm, NoteFields):
    pinned = forms.BooleanField(
        label=_("Pin it to the top of the client's page"),
        required=False,
        help_text=_("For what everyone must know."),
    )


class NoteEditForm(VersionedForm, NoteFields):
    pass


class PinForm(PlainForm):
    """Whether a note is to be pinned."""

    pinned = forms.ChoiceField(choices=[("yes", "yes"), ("no", "no")])


class NoteDeleteForm(PlainForm):
    """Deletes what was seen: the version that the question showed."""

    version = forms.IntegerField(min_value=1, max_value=LARGEST_INTEGER, widget=forms.HiddenInput)
