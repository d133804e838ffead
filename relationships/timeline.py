"""A client's timeline: touches, changes of lead, team and key status, and follow-ups settled without a touch.

One statement a page. Each source is limited by its own index before they are merged, so a client with thousands of
touches costs what a quiet one does, and each brings what it shows as JSON.
"""

import datetime
import re
from dataclasses import dataclass

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, F, OuterRef, Q, TextField, Value
from django.db.models.functions import JSONObject
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clients.models import Assignment, AssignmentRole, KeyStatus
from relationships.followups import wording
from relationships.models import (
    FollowUp,
    FollowUpKind,
    FollowUpRule,
    FollowUpStatus,
    Interaction,
    InteractionContact,
    InteractionKind,
    Sentiment,
)

TOUCH, CHANGES = "touch", "changes"
# Entries of one moment stand in descending order of these names, in PostgreSQL as in Python.
SOURCES = ("touch", "settled", "left", "key_given", "key_ended", "joined")
_CURSOR = re.compile(rf"(?P<at>\S{{10,40}})~(?P<source>{'|'.join(SOURCES)})~(?P<row_id>[0-9]{{1,18}})")
NAMES_SHOWN = 3
RECENT_DAYS = 7
YEARS = range(1900, 2200)  # what a cursor may name: the ends of time have no local day
FRESH_FOR = datetime.timedelta(seconds=5)
_CHOICES = {
    "kind": [*InteractionKind.choices, *FollowUpKind.choices],
    "sentiment": Sentiment.choices,
    "role": AssignmentRole.choices,
    "rule": FollowUpRule.choices,
}
_SENTENCES = {
    "lead_joined": gettext_lazy("%(name)s leads this client"),
    "lead_left": gettext_lazy("%(name)s no longer leads this client"),
    "joined": gettext_lazy("%(name)s joined the team: %(role)s"),
    "left": gettext_lazy("%(name)s left the team: %(role)s"),
    "key_given": gettext_lazy("Key client from here on"),
    "key_ended": gettext_lazy("No longer a key client"),
    FollowUpStatus.DONE: gettext_lazy("Done: %(what)s"),
    FollowUpStatus.CANCELLED: gettext_lazy("Cancelled: %(what)s"),
    FollowUpStatus.CLOSED: gettext_lazy("Closed by itself: %(what)s"),
}
# What the words for a follow-up are made from.
_FOLLOW_UP = {"kind": "kind", "rule": "rule", "reason": "reason"}


@dataclass(frozen=True)
class Entry:
    """One row of the timeline: when, from which source, and its facts (see the `_…` functions below)."""

    at: datetime.datetime
    source: str
    row_id: int
    facts: dict

    @property
    def dom_id(self):
        return f"{self.source}-{self.row_id}"

    @property
    def is_recent(self):
        """Within a week either way, where "3 days ago" says more than a date."""
        return abs((timezone.localdate(self.at) - timezone.localdate()).days) <= RECENT_DAYS

    @property
    def is_fresh(self):
        """A touch logged a moment ago, which the page lets glow."""
        logged_at = parse_datetime(self.facts.get("created_at") or "")
        return logged_at is not None and timezone.now() - logged_at < FRESH_FOR

    @property
    def labels(self):
        """The words for the choices among the facts, in the reader's language."""
        return {
            name: dict(_CHOICES[name]).get(value, value)
            for name, value in self.facts.items()
            if name in _CHOICES
        }

    @property
    def people(self):
        """Who was met, in words: three names at most."""
        names = self.facts["people"]
        if len(names) <= NAMES_SHOWN:
            return ", ".join(names)
        shown = ", ".join(names[: NAMES_SHOWN - 1])
        return _("%(names)s and %(n)d more") % {"names": shown, "n": len(names) - NAMES_SHOWN + 1}

    @property
    def what(self):
        """What the follow-up asked for."""
        return _what(self.facts)

    @property
    def sentence(self):
        """A change in words: who leads, joined or left, key status, what became of a follow-up."""
        return _SENTENCES[self._change] % {
            "name": self.facts.get("name"),
            "role": self.labels.get("role"),
            "what": self.what if self.source == "settled" else "",
        }

    @property
    def _change(self):
        if self.source == "settled":
            return self.facts["status"]
        is_lead = self.facts.get("role") == AssignmentRole.LEAD
        return f"lead_{self.source}" if is_lead else self.source

    @property
    def closed(self):
        """What the follow-ups that a touch closed had asked for."""
        return [_what(facts) for facts in self.facts["closed"]]

    @property
    def cursor(self):
        return f"{self.at.isoformat()}~{self.source}~{self.row_id}"

    @property
    def next_step_on(self):
        return parse_date(self.facts.get("next_step_on") or "")


def _what(facts):
    return wording.what(FollowUp(**{name: facts[name] for name in _FOLLOW_UP}))


@dataclass(frozen=True)
class Cursor:
    """Where an earlier page ended."""

    at: datetime.datetime
    source: str
    row_id: int


def read_cursor(text):
    """The `Cursor` that `Entry.cursor` wrote, or None for anything else."""
    match = _CURSOR.fullmatch(text)
    try:
        at = parse_datetime(match["at"]) if match else None
    except ValueError:
        at = None
    sane = at is not None and at.tzinfo is not None and at.year in YEARS
    return Cursor(at, match["source"], int(match["row_id"])) if sane else None


def entries(client, *, kind="", after=None, size=20):
    """Up to `size` entries of a client behind `after` (a Cursor), newest first, and whether there are more.

    `kind` is an InteractionKind, or "changes" for everything but touches. One query.
    """
    parts = [_behind(part, source, after, size) for source, part in _sources(client, kind)]
    merged = parts[0]
    if len(parts) > 1:
        merged = merged.union(*parts[1:], all=True).order_by("-at", "-origin", "-row_id")[: size + 1]
    rows = [Entry(*row) for row in merged]
    return rows[:size], len(rows) > size


def _sources(client, kind):
    if kind != CHANGES:
        yield TOUCH, _touches(client, kind)
    if kind in ("", CHANGES):
        yield "key_given", _key_given(client)
        yield "key_ended", _key_ended(client)
        yield "joined", _joined(client)
        yield "left", _left(client)
        yield "settled", _settled(client)


def _behind(part, source, after, size):
    """The newest rows of one source, from the cursor on. The moment stays a bare column, so its index is used."""
    queryset, moment, facts = part
    if after:
        condition = Q(**{f"{moment}__lt": after.at})
        if source < after.source:
            condition = Q(**{f"{moment}__lte": after.at})
        elif source == after.source:
            same = Q(**{moment: after.at, "pk__lt": after.row_id})
            condition = Q(**{f"{moment}__lte": after.at}) & (condition | same)
        queryset = queryset.filter(condition)
    named = queryset.annotate(
        at=F(moment),
        origin=Value(source, output_field=TextField()),
        row_id=F("pk"),
        payload=JSONObject(**facts),
    )
    return named.order_by(f"-{moment}", "-pk").values_list("at", "origin", "row_id", "payload")[: size + 1]


def _touches(client, kind):
    people = InteractionContact.objects.filter(interaction=OuterRef("pk")).order_by("pk")
    closed = FollowUp.objects.filter(closed_by_interaction=OuterRef("pk")).order_by("pk")
    touches = Interaction.objects.filter(client=client)
    if kind in InteractionKind.values:
        touches = touches.filter(kind=kind)
    facts = {name: name for name in ("kind", "direction", "reached", "sentiment", "summary", "outcome")}
    facts |= {name: name for name in ("next_step", "next_step_on", "duration_minutes", "created_at")}
    facts |= {
        "author": "author__name",
        "people": ArraySubquery(people.values("contact__name")),
        "closed": ArraySubquery(closed.values(asked=JSONObject(**_FOLLOW_UP))),
    }
    return touches, "occurred_at", facts


def _key_given(client):
    facts = {"reason": "reason", "by": "approved_by__name"}
    return KeyStatus.objects.filter(client=client), "started_at", facts


def _key_ended(client):
    ended = KeyStatus.objects.filter(client=client, ended_at__isnull=False)
    return ended, "ended_at", {"reason": "end_reason", "by": "ended_by__name"}


def _joined(client):
    facts = {"name": "user__name", "role": "role", "reason": "reason", "by": "assigned_by__name"}
    facts["override_reason"] = "override_reason"
    return Assignment.objects.filter(client=client), "started_at", facts


def _left(client):
    """Ends of assignments, but for a lead's whose successor took over at that moment: that is one event."""
    next_lead = Assignment.objects.leads().filter(client=client, started_at=OuterRef("ended_at"))
    ended = Assignment.objects.filter(client=client, ended_at__isnull=False)
    ended = ended.exclude(Q(role=AssignmentRole.LEAD) & Exists(next_lead))
    return ended, "ended_at", {"name": "user__name", "role": "role"}


def _settled(client):
    """Follow-ups closed otherwise than by a touch: the touch itself tells of the others."""
    closed = FollowUp.objects.filter(
        client=client, closed_at__isnull=False, closed_by_interaction__isnull=True
    ).exclude(status=FollowUpStatus.OPEN)
    return closed, "closed_at", _FOLLOW_UP | {"status": "status", "by": "closed_by__name"}
