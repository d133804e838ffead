"""The forms around the client list: saved views, tags, and what is done to many clients at once."""

import unicodedata

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.web.forms import PlainForm
from clients.list_queries import LONGEST_QUERY, normal_query, parsed

from .base import tidy_name

MOST_TAGS_TYPED = 5
LONGEST_TAG = 40


class SavedViewForm(PlainForm):
    """A name for what the list shows. `query` is what is on screen."""

    name = forms.CharField(
        label=_("Name"), max_length=60, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    is_pinned = forms.BooleanField(label=_("Pin it as a tab above the list"), required=False, initial=True)
    is_shared = forms.BooleanField(
        label=_("Share it with my team"),
        required=False,
        help_text=_("Each of them sees their own clients in it. Only you can change it."),
    )
    query = forms.CharField(required=False, max_length=LONGEST_QUERY, widget=forms.HiddenInput)

    def __init__(self, *args, owner, **kwargs):
        super().__init__(*args, **kwargs)
        if owner.team_id is None:
            del self.fields["is_shared"]

    def clean_name(self):
        return tidy_name(self.cleaned_data["name"])

    def clean_query(self):
        return normal_query(parsed(self.cleaned_data["query"]))

    def values(self):
        """What the services take, without the query."""
        names = ("name", "is_pinned", "is_shared")
        return {name: self.cleaned_data.get(name, False) for name in names}


class ViewChangeForm(SavedViewForm):
    """The same for a view that is there; what it shows stays unless asked for."""

    takes_over = forms.BooleanField(label=_("Take over what the list shows now"), required=False)
    field_order = ["name", "takes_over", "is_pinned", "is_shared"]

    def __init__(self, *args, has_other=False, **kwargs):
        super().__init__(*args, **kwargs)
        if not has_other:
            del self.fields["takes_over"]

    @property
    def new_query(self):
        """The query to keep from now on, None for the one that is kept."""
        return self.cleaned_data["query"] if self.cleaned_data.get("takes_over") else None


class PinForm(PlainForm):
    is_pinned = forms.TypedChoiceField(choices=[("1", ""), ("0", "")], coerce=lambda value: value == "1")


class TagNames(forms.CharField):
    """Words typed with commas between them; each as it will read."""

    def __init__(self, **options):
        options = {"max_length": 300, "required": False} | options
        super().__init__(**options)
        self.widget.attrs |= {"autocomplete": "off"}

    def clean(self, value):
        names = {}
        for part in super().clean(value).split(","):
            name = tidy_name(part)
            if len(name) > LONGEST_TAG:
                raise ValidationError(_("A tag has at most %(most)s letters."), params={"most": LONGEST_TAG})
            if name:
                names.setdefault(unicodedata.normalize("NFC", name).casefold(), name)
        if len(names) > MOST_TAGS_TYPED:
            raise ValidationError(_("At most %(most)s new tags at once."), params={"most": MOST_TAGS_TYPED})
        return list(names.values())


class TagChoices(forms.ModelMultipleChoiceField):
    def label_from_instance(self, tag):
        return tag.name


def _tag_choices(label):
    return TagChoices(label=label, queryset=None, required=False, widget=forms.CheckboxSelectMultiple)


class TagsForm(PlainForm):
    """The tags of one client: those on offer ticked or not, and new words."""

    tags = _tag_choices(_("Tags"))
    names = TagNames(label=_("Other tags"), help_text=_("Commas between several."))
    # Those that were shown ticked: one of them that comes back unticked is to go; any other stays as it is.
    shown = TagChoices(queryset=None, required=False, widget=forms.MultipleHiddenInput)

    def __init__(self, *args, offered, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["tags"].queryset = self.fields["shown"].queryset = offered

    @property
    def removed(self):
        ticked = set(self.cleaned_data["tags"])
        return [tag for tag in self.cleaned_data["shown"] if tag not in ticked]


class BulkTagsForm(PlainForm):
    """Tags to put on many clients, or to take off."""

    ON, OFF = "on", "off"
    what = forms.ChoiceField(
        label=_("What to do"),
        choices=[(ON, _("Put on")), (OFF, _("Take off"))],
        initial=ON,
        widget=forms.RadioSelect,
    )
    tags = _tag_choices(_("Tags"))
    names = TagNames(label=_("Other tags"), help_text=_("Commas between several."))

    def __init__(self, *args, offered, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["tags"].queryset = offered

    def clean(self):
        cleaned = super().clean()
        if not self.errors and not cleaned["tags"] and not cleaned["names"]:
            raise ValidationError(_("Choose a tag, or type a new one."))
        if cleaned.get("what") == self.OFF and cleaned.get("names"):
            self.add_error("names", _("To take tags off, choose among those above."))
        return cleaned


class ExportForm(PlainForm):
    CSV, XLSX = "csv", "xlsx"
    format = forms.ChoiceField(choices=[(CSV, "CSV"), (XLSX, "Excel")])
