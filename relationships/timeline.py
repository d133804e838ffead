"""A client's timeline: touches, notes, what happened in its care, changes of lead, team and key status, and follow-ups
settled without a touch.

One statement a page. Each source is limited by its own index before they are merged, so a client with thousands of
touches costs what a quiet one does, and each brings what it shows as JSON.
"""

import datetime
import json
import re
from dataclasses import dataclass
from urllib.parse import urlencode

from django.conf import settings
from django.db import connection
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext_lazy

from clients.models import AssignmentRole, CareEventKind
from relationships import timeline_care
from relationships.followups import subjects, wording, wording_over
from relationships.mentions import Named, in_parts
from relationships.models import (
    FollowUp,
    FollowUpKind,
    FollowUpRule,
    FollowUpStatus,
    InteractionKind,
    Sentiment,
)
from relationships.names import first_names
from relationships.timeline_sql import PARTS, statement

TOUCH, NOTE, CHANGES, CARE = "touch", "note", "changes", "care"
# Entries of one moment stand in descending order of these names, in PostgreSQL as in Python.
SOURCES = sorted(PARTS, reverse=True)
_CURSOR = re.compile(rf"(?P<at>\S{{10,40}})~(?P<source>{'|'.join(SOURCES)})~(?P<row_id>[0-9]{{1,18}})")
NAMES_SHOWN = 3
RECENT_DAYS = 7
YEARS = range(1900, 2200)  # what a cursor may name: the ends of time have no local day
REOPENED_WITHIN = datetime.timedelta(days=30)
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
    FollowUpStatus.CLOSED: gettext_lazy("Closed by itself: %(what)s: %(over)s"),
}
# What the words for a follow-up are made from.
_FOLLOW_UP = ("kind", "rule", "reason", "facts")


# The choices whose words a search finds. A name that stands for two things has the words of the later one.
_SEARCHED = (FollowUpRule, FollowUpKind, InteractionKind, AssignmentRole, CareEventKind)


@dataclass(frozen=True)
class Sought:
    """What is looked for: `kind` is an InteractionKind, "note", or "changes" for all else; `person` the id of a
    colleague, `contact` of a contact that was met; `words` all stand in it, accents and case ignored."""

    kind: str = ""
    person: int | None = None
    contact: int | None = None
    words: tuple[str, ...] = ()


EVERYTHING = Sought()


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
        return first_names(names, NAMES_SHOWN if len(names) <= NAMES_SHOWN else NAMES_SHOWN - 1)

    @property
    def parts(self):
        """A note's text in parts: (part, whether it names a colleague)."""
        return in_parts(self.facts["text"], [Named(name) for name in self.facts["mentioned"]])

    @property
    def what(self):
        """What the follow-up asked for."""
        return _what(self.facts)

    @property
    def sentence(self):
        """A change in words: care, who leads, joined or left, key status, what became of a follow-up."""
        if self.source == CARE:
            return timeline_care.sentence(self.facts["event"], self.facts["told"])
        return _SENTENCES[self._change] % {
            "name": self.facts.get("name"),
            "role": self.labels.get("role"),
            "what": self.what if self.source == "settled" else "",
            "over": wording_over.over(self.facts["rule"], self.facts["facts"])
            if self._change == "closed"
            else "",
        }

    @property
    def note(self):
        """What was said with something of care."""
        return timeline_care.note(self.facts["event"], self.facts["told"])

    @property
    def icon(self):
        """The name of the picture of something of care."""
        return timeline_care.icon(self.facts["event"])

    @property
    def subject_url(self):
        """The page of what something of care is about, or ""."""
        facts = self.facts
        return subjects.url_of_event(facts["event"], facts["client_id"], facts["subject_id"])

    @property
    def _change(self):
        if self.source == "settled":
            return self.facts["status"]
        is_lead = self.facts.get("role") == AssignmentRole.LEAD
        return f"lead_{self.source}" if is_lead else self.source

    @property
    def closed(self):
        """The follow-ups that a touch closed: what each had asked for, its id, and whether it can be opened again."""
        return [
            {"what": _what(facts), "id": facts["id"], "may_reopen": self._may_reopen(facts["rule"])}
            for facts in self.facts["closed"]
        ]

    @property
    def may_reopen(self):
        """Whether the follow-up that was settled by hand can be opened again."""
        done = self.source == "settled" and self.facts["status"] == FollowUpStatus.DONE
        return done and self._may_reopen(self.facts["rule"])

    def _may_reopen(self, rule):
        """A cadence asks again by itself, and nobody undoes what was settled long ago."""
        age = timezone.now() - self.at
        return rule != FollowUpRule.CADENCE and age < REOPENED_WITHIN

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


def address_of_touch(client, pk, at):
    """The timeline from the touch `pk` of the moment `at` on, however far back it lies, and there that entry."""
    start = Entry(at, TOUCH, pk + 1, {}).cursor  # entries behind the one that would come before it
    query = urlencode({"cursor": start})
    return f"{reverse('relationships:client_timeline', args=[client.pk])}?{query}#{Entry(at, TOUCH, pk, {}).dom_id}"


def entries(client, sought=EVERYTHING, *, after=None, size=20):
    """Up to `size` entries of a client behind `after` (a Cursor), newest first, and whether there are more.

    One query.
    """
    sources = _sources(sought)
    if not sources:
        return [], False
    params = {"client": client.pk, "limit": size + 1, "zone": settings.TIME_ZONE}
    params |= {"kind": sought.kind, "person": sought.person, "contact": sought.contact}
    if sought.words:
        params |= {"words": list(sought.words), "labels": json.dumps(_labels())}
    if after:
        params |= {"at": after.at, "row_id": after.row_id}
    sql = statement(
        sources,
        after_source=after.source if after else "",
        one_kind=sought.kind not in ("", NOTE, CHANGES),
        whose=sought.person is not None,
        met=sought.contact is not None,
        words=bool(sought.words),
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        rows = [
            Entry(at, source, row_id, json.loads(facts)) for at, source, row_id, facts in cursor.fetchall()
        ]
    return rows[:size], len(rows) > size


def _sources(sought):
    """The sources that can have what is sought; only touches meet a contact."""
    if sought.kind == "":
        sources = SOURCES
    elif sought.kind == CHANGES:
        sources = [source for source in SOURCES if source not in (TOUCH, NOTE)]
    else:
        sources = [NOTE if sought.kind == NOTE else TOUCH]
    return [source for source in sources if source == TOUCH] if sought.contact is not None else sources


def _labels():
    """{choice: its words} in the reader's language."""
    return {value: str(label) for choices in _SEARCHED for value, label in choices.choices}
