"""A touch edited later: the same fields as in its log, with the version that was shown."""

from django import forms
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.alphabet import by_alphabet
from accounts.web.forms import PlainForm
from clients.forms.conflict import MINE, THEIRS, Difference
from relationships.forms_log import MOMENT, TouchFields
from relationships.models.interaction import reaches_by_default
from relationships.touch_words import CONTACTS, LABELS, in_words, names_in_words

LARGEST_INTEGER = 2**31 - 1


class TouchForm(TouchFields):
    """What a touch says of itself. What it planned is a follow-up of its own and has its own sheets."""

    version = forms.IntegerField(min_value=1, max_value=LARGEST_INTEGER, widget=forms.HiddenInput)

    def __init__(self, data=None, *, touch):
        here_or_met = Q(left_on__isnull=True) | Q(interactions=touch)
        contacts = touch.client.contacts.filter(here_or_met).distinct()
        super().__init__(data, initial=shown_values(touch), contacts=contacts)

    def clean(self):
        cleaned = super().clean()
        if "version" in self.errors:
            self.add_error(None, _("This form is incomplete. Open it again and repeat your change."))
        return cleaned

    def values(self):
        """{field: value} of the touch's own row."""
        values = {name: self.cleaned_data[name] for name in LABELS}
        if values["reached"] is None:
            values["reached"] = reaches_by_default(values["kind"], values["direction"])
        return values


def shown_values(touch):
    """What the form shows of a touch, each value as a browser sends it."""
    return {
        "version": touch.version,
        "kind": touch.kind,
        "direction": touch.direction,
        "reached": "yes" if touch.reached else "no",
        "occurred_at": timezone.localtime(touch.occurred_at).strftime(MOMENT),
        "contacts": [str(pk) for pk in touch.contacts.values_list("pk", flat=True)],
        "sentiment": "" if touch.sentiment is None else str(touch.sentiment),
        "duration_minutes": "" if touch.duration_minutes is None else str(touch.duration_minutes),
        "summary": touch.summary,
        "outcome": touch.outcome,
    }


def take_chosen(data, touch):
    """A copy of the posted `data` in which each field chosen as "theirs" (keep-<field>) has the saved value."""
    data, saved = data.copy(), shown_values(touch)
    for name in (*LABELS, "contacts"):
        if data.get(f"keep-{name}") == THEIRS:
            value = saved[name]
            data.setlist(name, value if isinstance(value, list) else [value])
    return data


def differences(form, saved, opened):
    """What a valid `form` and the `saved` touch differ in. `opened` is the row as the form showed it, or None: what the
    editor had left alone is then chosen as the other's beforehand."""
    found = []
    for name, mine in form.values().items():
        theirs = getattr(saved, name)
        if name == "occurred_at":
            mine, theirs = (moment.replace(second=0, microsecond=0) for moment in (mine, theirs))
        if mine == theirs:
            continue
        untouched = opened is not None and in_words(name, getattr(opened, name)) == in_words(name, mine)
        keep = THEIRS if untouched else MINE
        found.append(Difference(name, LABELS[name], in_words(name, mine), in_words(name, theirs), keep))
    mine, theirs = (
        sorted((contact.name for contact in rows), key=by_alphabet)
        for rows in (form.cleaned_data["contacts"], saved.contacts.all())
    )
    if mine != theirs:
        found.append(Difference("contacts", CONTACTS, names_in_words(mine), names_in_words(theirs), MINE))
    return found


class PaybackForm(PlainForm):
    """The score before the touch, and whether only the line of the health is asked for."""

    was = forms.FloatField(required=False, min_value=0, max_value=100)
    health = forms.BooleanField(required=False)
