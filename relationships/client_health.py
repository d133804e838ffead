"""A client's health in words for the client page: the reasons that weigh most, what moved it, what would raise it."""

import datetime
from dataclasses import dataclass

from django.core.exceptions import ObjectDoesNotExist
from django.db.models import F
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from accounts.templatetags.tend import floored, short_day
from relationships.client_gains import actions_of
from relationships.health import reasons
from relationships.health.refresh import as_of_today
from relationships.health.spec import Spec

# Kind of evidence → the page of such a row.
EVIDENCE_PAGES = {
    "issues": "clients:issue_page",
    "invoices": "clients:invoice_page",
    "contracts": "clients:contract_page",
}
# Products and months are no rows of the client's own: the tab that shows what they come from.
EVIDENCE_TABS = {
    "breadth": ("growth", pgettext_lazy("deals", "Growth")),
    "revenue": ("receivables", gettext_lazy("Receivables")),
}
BEHIND_AFTER = datetime.timedelta(seconds=15)
REASONS_SHOWN = 3
LINKS_SHOWN = 5
CONTACTS_READ = 100
PARTS_SHOWN = 2
GOOD_FROM = 75  # a component as good as this is no reason to worry: the line of the healthy band
LEAST_POINTS = 0.5  # a part that rounds to nothing moved nothing


@dataclass(frozen=True)
class Reason:
    """A sentence, and the points it costs; a cap costs none of its own."""

    sentence: str
    points: int = 0
    is_good: bool = False


@dataclass(frozen=True)
class Line:
    """A component with links to the rows it names: (name, address or "" where there is no page for this reader); `more`
    of them are not named."""

    component: reasons.Component
    links: tuple = ()
    more: int = 0


def health_context(client, contacts=None):
    """What `_client_health.html` shows of a client that came with `health` and `may_change`. At most one query.

    `contacts`: the client's, where they are known already.
    """
    health = _stored(client)
    explained = reasons.explain(health) if health else None
    if health and contacts is None:
        contacts = contacts_of(client)
    here = [contact for contact in contacts or () if contact.left_on is None]
    stale = client.health_stale_since
    return {
        "health": health,
        "explained": explained,
        "lines": lines_of(explained, client, contacts) if explained else [],
        "reasons": top_reasons(explained) if explained else [],
        "actions": actions_of(client, health, here)[1],
        "holding": holding_caps(explained) if explained else [],
        "too_little": too_little(health, explained) if health else "",
        "moved": in_words(explained.moved) if explained and explained.moved else "",
        "stale": stale.isoformat() if stale else "",
        "behind": bool(stale) and timezone.now() - stale >= BEHIND_AFTER,
    }


def _stored(client):
    try:
        return client.health
    except ObjectDoesNotExist:
        return None


def contacts_of(client):
    """The client's contacts, the most influential first. One query."""
    return list(
        client.contacts.order_by(F("influence").desc(nulls_last=True), "name_sort", "pk")[:CONTACTS_READ]
    )


def holding_caps(explained):
    """The caps that say what the score can be at most, the lowest first."""
    return sorted(explained.caps, key=lambda cap: cap.limit)


def too_little(health, explained):
    """Why there is no score, or ""."""
    if explained.score is not None:
        return ""
    numbers = {
        "known": floored(explained.coverage),
        "needed": Spec.from_json(health.model.spec).minimum_coverage,
    }
    text = _("Not enough is known for a score: %(known)s%% of what counts, and %(needed)g%% is needed.")
    return text % numbers


def lines_of(explained, client, contacts, touches=None):
    """A Line for each component. `contacts` and `touches` ({id: (words, address)}, where they are at hand) name what
    is met."""
    names = {contact.pk: contact.name for contact in contacts or ()}
    return [_line(component, client, names, touches or {}) for component in explained.components]


def _line(component, client, contacts, touches):
    if component.name in EVIDENCE_TABS and component.value is not None:
        tab, label = EVIDENCE_TABS[component.name]
        return Line(component, ((label, f"{client.get_absolute_url()}?tab={tab}"),))
    for kind, route in EVIDENCE_PAGES.items():
        if ids := component.evidence.get(kind):
            named = zip(component.names, ids, strict=False)
            links = tuple((name, reverse(route, args=[pk])) for name, pk in named)
            return Line(component, links, len(ids) - len(links))
    people = [pk for pk in component.evidence.get("contacts", ()) if pk in contacts]
    links = [(contacts[pk], _page_of_contact(client, pk)) for pk in people]
    met = [pk for pk in reversed(component.evidence.get("interactions", ())) if pk in touches]
    links += [touches[pk] for pk in met]
    return Line(component, tuple(links[:LINKS_SHOWN]), max(0, len(links) - LINKS_SHOWN))


def _page_of_contact(client, pk):
    return reverse("clients:contact_edit", args=[pk]) if client.may_change else ""


def top_reasons(explained):
    """At most three: the caps, then what takes most points off, then what carries the score.

    A cap that rests on a component is told by the component's sentence, which names the row and the points.
    """
    known = [component for component in explained.components if component.state == reasons.KNOWN]
    weak = [component for component in known if component.value < GOOD_FROM]
    capped = {cap.component for cap in explained.caps} & {component.name for component in weak}
    found = [Reason(cap.sentence) for cap in explained.caps if cap.component not in capped]
    weak.sort(key=lambda component: component.name not in capped)  # stable: the order of cost otherwise
    found += [Reason(component.sentence, round(component.cost)) for component in weak]
    strong = [component for component in known if component.value >= GOOD_FROM]
    found += [Reason(component.sentence, is_good=True) for component in sorted(strong, key=_carries)]
    return found[:REASONS_SHOWN]


def _carries(component):
    return -component.contribution


def in_words(moved):
    """How the score changed last and by what, such as "62 → 70 since Wed, 18 Nov: Rhythm +9"; "" if that is nothing."""
    parts = [part for part in moved.parts if abs(part.points) >= LEAST_POINTS][:PARTS_SHOWN]
    causes = ", ".join(f"{part.label} {_signed(part.points)}" for part in parts)
    if not causes and floored(moved.before) == floored(moved.now):
        return ""
    scores = {"before": floored(moved.before), "now": floored(moved.now), "day": short_day(moved.since)}
    today = moved.since == as_of_today()
    text = (_("%(before)s → %(now)s today") if today else _("%(before)s → %(now)s since %(day)s")) % scores
    return f"{text}: {causes}" if causes else text


def _signed(points):
    return f"{'+' if points >= 0 else '−'}{abs(round(points))}"


def spoken(client, moved):
    """What a screen reader says when the new score is there."""
    score = floored(client.health_score)
    text = _("Health of %(name)s: %(band)s") % {"name": client.name, "band": client.get_health_band_display()}
    return " ".join(filter(None, [f"{text} {score}.".replace(" .", "."), moved]))
