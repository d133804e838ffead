"""What a delivery says in the list under the bell and in a mail: a title, a sentence, where it leads and its picture.

In the language and zone that are active while somebody reads. No query beyond
`select_related("client", "follow_up", "follow_up__client")`. The facts of a delivery are what was so when it was
planned; one that is missing leaves its words out:

- any kind: "for", the name of who is away where the reader stands in for them
- escalation: "step", "person" (whose follow-up it is), "due_on"
- cover: "person" (who is away), "last_day", "clients", "due"
- returned: "person" (who stood in), "first_day", "last_day"
- weekly: "count" of follow-ups, "people" they are of
- mention: "by" (who wrote the note), "text" (how it begins)
"""

from dataclasses import dataclass

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.templatetags.tend import short_day
from accounts.templatetags.ui import BAND_ICONS, KIND_ICONS
from relationships.followups import subjects, wording
from relationships.followups.wording_care import day_of
from relationships.models import DeliveryKind, EscalationStep

ICONS = {
    DeliveryKind.ESCALATION: "arrow-up-right",
    DeliveryKind.KEY_RED: BAND_ICONS["at_risk"],
    DeliveryKind.COVER: "user-round-check",
    DeliveryKind.RETURNED: "sun",
    DeliveryKind.WEEKLY: "list-todo",
    DeliveryKind.MENTION: "at-sign",
}


@dataclass(frozen=True)
class Told:
    """`url` is a path of this site; `icon` the name of a Lucide icon."""

    title: str
    text: str
    url: str
    icon: str


def told(delivery):
    """A `Told` for a delivery of any kind, for its reader's day."""
    title, text, url = _TELL[delivery.kind](delivery)
    text = " ".join(filter(None, [stands_in_for(delivery.facts), text]))
    return Told(title, text, url, ICONS.get(delivery.kind) or _icon_of(delivery.follow_up))


def stands_in_for(facts):
    """Where the reader stands in: "For Lan, who is away."; else ""."""
    return _("For %(name)s, who is away.") % {"name": facts["for"]} if facts.get("for") else ""


def escalated(facts):
    """Whose it is and how far it has come, in a sentence; "" without facts."""
    said = _ESCALATED.get(facts.get("step"))
    return said() % {"name": facts["person"]} if said and facts.get("person") else ""


def _follow_up(delivery):
    follow_up = delivery.follow_up
    if follow_up is None:
        return _title(delivery, _("Follow-up")), "", _client_url(delivery)
    why = wording.why(follow_up, timezone.localdate())
    url = subjects.url_of_follow_up(follow_up) or _client_url(delivery)
    return _title(delivery, wording.what(follow_up)), why, url


def _escalation(delivery):
    title, why, url = _follow_up(delivery)
    return title, " ".join(filter(None, [escalated(delivery.facts), why])), url


def _key_red(delivery):
    why = _follow_up(delivery)[1]
    return _title(delivery, _("Key client at risk")), why, _client_url(delivery)


def _cover(delivery):
    facts = delivery.facts
    person, last_day = {"name": facts.get("person") or "?"}, day_of(facts, "last_day")
    if last_day:
        title = _("You stand in for %(name)s until %(day)s") % (person | {"day": short_day(last_day)})
    else:
        title = _("You stand in for %(name)s") % person
    return title, _load(facts), reverse("relationships:today")


def _load(facts):
    """What comes with standing in: "12 clients, 5 follow-ups due." """
    clients, due = facts.get("clients"), facts.get("due")
    if clients is None or due is None:
        return ""
    clients = ngettext("%(count)d client", "%(count)d clients", clients) % {"count": clients}
    due = ngettext("%(count)d follow-up due", "%(count)d follow-ups due", due) % {"count": due}
    return _("%(clients)s, %(due)s.") % {"clients": clients, "due": due}


def _returned(delivery):
    facts = delivery.facts
    first_day, last_day = day_of(facts, "first_day"), day_of(facts, "last_day")
    text = ""
    if first_day and last_day and facts.get("person"):
        text = _("%(name)s stood in for you from %(first)s to %(last)s.") % {
            "name": facts["person"],
            "first": short_day(first_day),
            "last": short_day(last_day),
        }
    url = reverse("relationships:absence_back", kwargs={"absence_id": int(delivery.key)})
    return _("Welcome back: what happened while you were away"), text, url


def _weekly(delivery):
    count, people = delivery.facts.get("count") or 0, delivery.facts.get("people") or 0
    title = ngettext(
        "%(count)d follow-up of your team is late", "%(count)d follow-ups of your team are late", count
    ) % {"count": count}
    text = ngettext("Of %(people)d person.", "Of %(people)d people.", people) % {"people": people}
    return title, text if people else "", reverse("relationships:escalations")


def _mention(delivery):
    by, text = delivery.facts.get("by"), delivery.facts.get("text") or ""
    title = _("%(name)s mentioned you") % {"name": by} if by else _("You were mentioned")
    return _title(delivery, title), text, reverse("relationships:note", args=[int(delivery.key)])


def _title(delivery, what):
    return f"{delivery.client.name}: {what}" if delivery.client else what


def _client_url(delivery):
    if delivery.client_id is None:
        return reverse("relationships:today")
    return reverse("relationships:client_page", args=[delivery.client_id])


def _icon_of(follow_up):
    if follow_up is None:
        return "bell"
    return KIND_ICONS.get(follow_up.rule) or KIND_ICONS.get(follow_up.kind) or "bell"


_ESCALATED = {
    EscalationStep.SNOOZED: lambda: _("%(name)s has put it off twice."),
    EscalationStep.SENIOR: lambda: _("Late with %(name)s, and now with you as the senior."),
    EscalationStep.MANAGER: lambda: _("Late with %(name)s, and now with you as the manager."),
    EscalationStep.REASSIGN: lambda: _("Long late with %(name)s: should another person lead this client?"),
}
_TELL = {
    DeliveryKind.FOLLOW_UP: _follow_up,
    DeliveryKind.ESCALATION: _escalation,
    DeliveryKind.KEY_RED: _key_red,
    DeliveryKind.COVER: _cover,
    DeliveryKind.RETURNED: _returned,
    DeliveryKind.WEEKLY: _weekly,
    DeliveryKind.MENTION: _mention,
}
