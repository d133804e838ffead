"""The daily mail: what has fallen due and what else is to be told, as text and as HTML.

In the reader's language and zone, in the order of Today, what is for one client together. No query: a `Letter` brings
what it needs.
"""

from dataclasses import dataclass, replace
from itertools import groupby

from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from relationships.followups import mails, subjects, wording
from relationships.followups.telling import escalated, told
from relationships.models import DeliveryKind, MailKind

MOST_LISTED = 30


@dataclass(frozen=True)
class Item:
    what: str
    why: str
    url: str
    days_late: int


@dataclass(frozen=True)
class Group:
    """What is for one client."""

    client: str
    url: str
    items: list


@dataclass(frozen=True)
class Section:
    """`title` is empty for the reader's own where nothing stands before it."""

    title: str
    groups: list


@dataclass(frozen=True)
class Note:
    """Something to know rather than to do."""

    title: str
    text: str
    url: str


@dataclass(frozen=True)
class Late:
    """A line of the weekly list."""

    person: str
    client: str
    what: str
    url: str
    days_late: int


def compose(letter):
    """The daily mail of a `Letter`, ready to send. Raises `mails.NotToClients`."""
    user = letter.user
    with timezone.override(user.zone), translation.override(user.language):
        today = timezone.localdate()
        weekly = letter.of_kind(DeliveryKind.WEEKLY)
        context = {
            "today": today,
            "notes": [_note(row) for row in letter.of_kind(DeliveryKind.RETURNED, DeliveryKind.COVER)],
            "sections": _sections(letter, today),
            "more": max(0, len(_to_do(letter)) - MOST_LISTED),
            "earlier": letter.earlier,
            "team": told(weekly[0]) if weekly else None,
            "team_url": mails.link("relationships:escalations"),
            "late": [_late(follow_up, today) for follow_up in letter.late_in_team] if weekly else [],
            "today_url": mails.link("relationships:today"),
        }
        kinds = [MailKind.WEEKLY] if len(weekly) == len(letter.rows) else [MailKind.DIGEST]
        kinds += [MailKind.WEEKLY] if weekly and kinds == [MailKind.DIGEST] else []
        mutes = [mails.mute(user, kind) for kind in kinds]
        return mails.message(letter, "digest", subject(letter, today), context, mutes)


def subject(letter, today):
    """What waits, in one line."""
    due, above = _due(letter), letter.of_kind(DeliveryKind.ESCALATION)
    parts = []
    if due:
        text = ngettext("%(count)d follow-up is due", "%(count)d follow-ups are due", len(due))
        parts.append(text % {"count": len(due)})
        late = sum(row.due_on < today for row in due)
        if late:
            parts.append(ngettext("%(count)d of them late", "%(count)d of them late", late) % {"count": late})
    if above:
        text = ngettext("%(count)d escalated to you", "%(count)d escalated to you", len(above))
        parts.append(text % {"count": len(above)})
    return "Tend: " + (", ".join(parts) or told(letter.rows[0]).title)


def _due(letter):
    return letter.of_kind(DeliveryKind.FOLLOW_UP, DeliveryKind.KEY_RED)


def _to_do(letter):
    """In the order of the mail: what was escalated, the reader's own, then by whom they stand in for."""
    own_first = sorted(_due(letter), key=lambda row: row.facts.get("for") or "")
    return letter.of_kind(DeliveryKind.ESCALATION) + own_first


def _sections(letter, today):
    listed = _to_do(letter)[:MOST_LISTED]
    found = [
        Section(title, [_group(client, list(rows), today) for client, rows in groupby(members, _client)])
        for title, members in groupby(listed, key=_title)
    ]
    return (
        [replace(found[0], title="") if found[0].title == _("Your own") else found[0], *found[1:]]
        if found
        else []
    )


def _client(row):
    return row.follow_up.client


def _title(row):
    if row.kind == DeliveryKind.ESCALATION:
        return _("Escalated to you")
    if row.facts.get("for"):
        return _("For %(name)s, who is away") % {"name": row.facts["for"]}
    return _("Your own")


def _group(client, rows, today):
    url = mails.link("relationships:client_page", client.pk)
    return Group(client.name, url, [_item(row, url, today) for row in rows])


def _item(row, client_url, today):
    follow_up = row.follow_up
    why = wording.why(follow_up, today)
    if row.kind == DeliveryKind.ESCALATION:
        why = " ".join(filter(None, [escalated(row.facts), why]))
    page = subjects.url_of_follow_up(follow_up)
    url = mails.full(page) if page else client_url
    return Item(wording.what(follow_up), why, url, (today - follow_up.due_on).days)


def _note(row):
    said = told(row)
    return Note(said.title, said.text, mails.full(said.url))


def _late(follow_up, today):
    return Late(
        person=follow_up.assignee.name,
        client=follow_up.client.name,
        what=wording.what(follow_up),
        url=mails.link("relationships:client_page", follow_up.client_id),
        days_late=(today - follow_up.due_on).days,
    )
