"""Two editors at once: what differs, field by field, and the second one's choice between both versions."""

from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.templatetags.tend import day

MINE, THEIRS = "mine", "theirs"


@dataclass(frozen=True)
class Difference:
    """One field with both values in words. `keep` is what is chosen beforehand: "mine" or "theirs"."""

    name: str
    label: str
    mine: str
    theirs: str
    keep: str


def differences(form, saved, opened):
    """What a valid `form` and the `saved` row differ in.

    `opened` is the row as the form first showed it, or None where that is not known. Where the editor had left a
    field alone, the other's value is chosen beforehand, so that saving does not quietly undo their change.
    """
    found = []
    for name, mine in form.values().items():
        theirs = getattr(saved, name)
        if mine == theirs:
            continue
        field = saved._meta.get_field(name)
        untouched = opened is not None and _stored(mine) == getattr(opened, field.attname)
        keep = THEIRS if untouched else MINE
        label = form.fields[name].label
        found.append(Difference(name, label, _in_words(field, mine), _in_words(field, theirs), keep))
    return found


def take_theirs(data, saved_form):
    """A copy of the posted `data` in which each field chosen as "theirs" (keep-<field>) has the saved value.

    `saved_form` is an unbound form over the row as it is now.
    """
    data = data.copy()
    for name in saved_form.fields:
        if data.get(f"keep-{name}") == THEIRS:
            value = saved_form[name].value()
            data[name] = "" if value is None else value
    return data


def _stored(value):
    return value.pk if isinstance(value, models.Model) else value


def _in_words(field, value):
    if value in (None, ""):
        return "–"
    if isinstance(field, models.BooleanField):
        return _("Yes") if value else _("No")
    if isinstance(field, models.DateField):
        return day(value)
    return str(dict(field.flatchoices).get(value, value))
