"""The keys of Tend, in one list; what the open page adds is told by the page itself (static/js/keys.js)."""

from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_safe

from accounts.web.htmx import uncached, wants_fragment

# (heading, [(keys, what they do)])
SECTIONS = (
    (
        _("Everywhere"),
        (
            (("L",), _("log a contact")),
            (("/",), _("search; on a list the list's own search")),
            (("Ctrl", "K"), _("search, also while typing")),
            (("?",), _("these keys")),
            (("Ctrl", "Enter"), _("save the form")),
            (("Esc",), _("close; what was typed is kept")),
        ),
    ),
    (
        _("Lists"),
        (
            (("J", "K"), _("down and up")),
            (("Enter", "O"), pgettext_lazy("key", "open")),
        ),
    ),
    (
        _("Client list"),
        (
            (("X",), _("tick the client; Shift and a click tick all between")),
            (("T",), _("tag the ticked ones")),
            (("F",), _("plan a follow-up for them")),
            (("E",), _("export them")),
            (("Esc",), _("tick none")),
        ),
    ),
    (
        _("Today"),
        (
            (("J", "K"), _("the next and the one before")),
            (("L",), _("log for it")),
            (("D",), _("done")),
            (("S",), _("snooze")),
            (("R",), _("reassign")),
            (("W",), _("why it stands here")),
        ),
    ),
    (
        _("Calendar"),
        (
            (("←", "→", "↑", "↓"), _("from day to day")),
            (("J", "K"), _("from entry to entry")),
            (("P", "N"), _("back and ahead")),
            (("T",), _("today")),
            (("M", "W"), _("month and week")),
        ),
    ),
)


@require_safe
def keys(request):
    """The list, for the dialog or as a page. No query of its own."""
    template = (
        "relationships/search/_keys.html" if wants_fragment(request) else "relationships/search/keys.html"
    )
    return uncached(render(request, template, {"sections": SECTIONS}))
