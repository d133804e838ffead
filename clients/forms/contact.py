"""A contact's form: for a new one, and for an edit, where they may also have left."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from clients.models import Contact

from .base import TidyModelForm, VersionedForm, date_input, validate_not_in_future


class ContactForm(TidyModelForm):
    """A person at `instance.client`; only people there can be their boss."""

    influence = forms.TypedChoiceField(
        label=_("Influence"),
        required=False,
        coerce=int,
        empty_value=None,
        choices=[("", _("Not known")), (1, "1"), (2, "2"), (3, "3"), (4, "4"), (5, "5")],
        help_text=_("1 to 5: how much their word counts."),
    )
    birthday = forms.DateField(
        label=_("Birthday"), required=False, widget=date_input(), validators=[validate_not_in_future]
    )

    class Meta:
        model = Contact
        fields = [
            "name",
            "given_name",
            "title",
            "role",
            "influence",
            "reports_to",
            "email",
            "phone",
            "birthday",
        ]
        widgets = {"name": forms.TextInput(attrs={"autocomplete": "off"})}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        colleagues = Contact.objects.filter(client=self.instance.client_id).exclude(pk=self.instance.pk)
        self.fields["reports_to"].queryset = colleagues
        self.fields["reports_to"].empty_label = _("Nobody known")
        self.fields["role"].choices = [("", _("Not known")), *self.fields["role"].choices[1:]]

    def clean_reports_to(self):
        """Nobody is, through others, their own boss. One query."""
        boss = self.cleaned_data["reports_to"]
        if boss is None or not self.instance.pk:
            return boss
        above = dict(self.fields["reports_to"].queryset.values_list("pk", "reports_to"))
        step, seen = boss.pk, set()
        while step is not None and step not in seen:
            seen.add(step)
            step = above.get(step)
            if step == self.instance.pk:
                raise ValidationError(_("This person reports to them already."))
        return boss


class ContactEditForm(VersionedForm, ContactForm):
    """An edit of a contact. Who has left no longer counts as active and stays in the timeline."""

    left_on = forms.DateField(
        label=_("Left on"),
        required=False,
        widget=date_input(),
        validators=[validate_not_in_future],
        help_text=_("Fill this in when they no longer work there."),
    )

    class Meta(ContactForm.Meta):
        fields = [*ContactForm.Meta.fields, "left_on"]
