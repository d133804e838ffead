"""What was changed in a touch since it was logged: by whom, when, and what it said before."""

import datetime
from dataclasses import dataclass

from accounts.models import User
from relationships.touch_words import CONTACTS, LABELS, in_words, names_in_words

CHANGES_SHOWN = 20


@dataclass(frozen=True)
class TouchChange:
    """One edit. `lines`: (label, before, after) of each field that differs; `by` is "" for a job."""

    at: datetime.datetime
    by: str
    lines: tuple


def changes_of(touch):
    """The edits of a touch, the newest first, twenty at most. Two queries."""
    events = list(touch.events.select_related("pgh_context").order_by("-pgh_id")[:CHANGES_SHOWN])
    contexts = [event.pgh_context.metadata if event.pgh_context else {} for event in events]
    ids = {context["user"] for context in contexts if context.get("user")}
    names = dict(User.objects.filter(pk__in=ids).values_list("pk", "name")) if ids else {}
    found, after = [], touch
    for event, context in zip(events, contexts, strict=True):
        lines = tuple(_lines(event, after, context))
        if lines:
            found.append(TouchChange(event.pgh_created_at, names.get(context.get("user"), ""), lines))
        after = event
    return found


def _lines(before, after, context):
    for name, label in LABELS.items():
        old, new = getattr(before, name), getattr(after, name)
        if old != new:
            yield label, in_words(name, old), in_words(name, new)
    if "met_before" in context:
        yield CONTACTS, names_in_words(context["met_before"]), names_in_words(context["met_after"])
