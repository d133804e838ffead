"""What a touch says, field by field, in words: for its history and for two versions side by side. No query."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.templatetags.tend import clock, short_day
from relationships.models import InteractionKind, Sentiment
from relationships.models.interaction import Direction

NOTHING = "–"
# In the order of the form. Whom it was with stands in a table of its own and comes last.
LABELS = {
    "kind": gettext_lazy("Kind"),
    "direction": gettext_lazy("Direction"),
    "reached": gettext_lazy("Did it reach them?"),
    "occurred_at": gettext_lazy("When"),
    "sentiment": gettext_lazy("How did it go?"),
    "duration_minutes": gettext_lazy("Minutes"),
    "summary": gettext_lazy("What was said"),
    "outcome": gettext_lazy("Outcome"),
}
CONTACTS = gettext_lazy("With")
_CHOICES = {
    "kind": dict(InteractionKind.choices),
    "direction": {Direction.OUT: gettext_lazy("From us"), Direction.IN: gettext_lazy("From them")},
    "sentiment": dict(Sentiment.choices),
    "reached": {True: gettext_lazy("Reached them"), False: gettext_lazy("Not reached")},
}


def in_words(name, value):
    """One field's value, "–" for none."""
    if value is None or value == "":
        return NOTHING
    if name in _CHOICES:
        return str(_CHOICES[name].get(value, value))
    if name == "occurred_at":
        return _("%(day)s, %(time)s") % {"day": short_day(value), "time": clock(value)}
    return str(value)


def names_in_words(names):
    """Whom it was with."""
    return ", ".join(names) or NOTHING
