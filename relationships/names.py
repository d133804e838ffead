"""Names in a sentence."""

from django.utils.translation import ngettext


def first_names(names, most):
    """The first `most` of `names`, and how many more there are: "Lan, Minh and 3 more"."""
    shown, more = ", ".join(names[:most]), len(names) - most
    if more <= 0:
        return shown
    return ngettext("%(names)s and %(n)d more", "%(names)s and %(n)d more", more) % {
        "names": shown,
        "n": more,
    }
