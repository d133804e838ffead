"""Everything that happened to an issue, the newest first: its entries, and edits of what a reader goes by."""

import datetime
from dataclasses import dataclass

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from accounts.models import User
from clients.models import Issue

LONGEST_THREAD = 200
# Kept by the history of rows, hence told in the reader's language; the description is not told again.
WATCHED = ("title", "severity", "category")
ICONS = {
    "opened": "circle-dot",
    "responded": "reply",
    "waiting": "pause",
    "resumed": "play",
    "resolved": "check",
    "reopened": "rotate-ccw",
    "rated": "star",
    "note": "message-square-text",
    "edited": "pencil",
}


@dataclass(frozen=True)
class Item:
    """One entry. `label` says what happened, `text` what was written about it."""

    at: datetime.datetime
    kind: str
    label: str
    by: str
    text: str

    @property
    def icon(self):
        return ICONS[self.kind]


def thread(issue):
    """The latest `Item`s of an issue, the newest first. Two queries, three when something was edited."""
    entries = issue.entries.select_related("by").order_by("-at", "-id")[:LONGEST_THREAD]
    told = [
        Item(entry.at, entry.kind, entry.get_kind_display(), _name(entry.by), entry.text) for entry in entries
    ]
    return sorted([*told, *_edits(issue)], key=lambda item: item.at, reverse=True)[:LONGEST_THREAD]


def _name(person):
    return person.name if person else ""


def _edits(issue):
    """An item for each edit: each row of the history is how the issue was before."""
    rows = list(
        issue.events.order_by("-pgh_id").values(*WATCHED, "pgh_created_at", "pgh_context__metadata")[
            :LONGEST_THREAD
        ]
    )
    after = {name: getattr(issue, name) for name in WATCHED}
    changes = []
    for before in rows:
        words = [
            _in_words(name, before[name], after[name]) for name in WATCHED if before[name] != after[name]
        ]
        if words:
            changes.append((before, "\n".join(words)))
        after = before
    names = _names(row for row, _words in changes)
    return [
        Item(row["pgh_created_at"], "edited", _("Edited"), names.get(_editor(row), ""), words)
        for row, words in changes
    ]


def _in_words(name, before, after):
    field = Issue._meta.get_field(name)
    choices = dict(field.flatchoices)
    values = {
        "field": capfirst(field.verbose_name),
        "before": choices.get(before, before),
        "after": choices.get(after, after),
    }
    return _("%(field)s: %(before)s → %(after)s") % values


def _editor(row):
    return (row["pgh_context__metadata"] or {}).get("user")


def _names(rows):
    ids = {_editor(row) for row in rows} - {None}
    return dict(User.objects.filter(pk__in=ids).values_list("pk", "name")) if ids else {}
