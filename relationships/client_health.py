"""A client's health in words for the client page: the reasons that weigh most, and what moved it last."""

import datetime
from dataclasses import dataclass

from django.core.exceptions import ObjectDoesNotExist
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.templatetags.tend import floored, short_day
from relationships.health import reasons
from relationships.health.refresh import as_of_today

# Kind of evidence → the page of such a row.
EVIDENCE_PAGES = {
    "issues": "clients:issue_page",
    "invoices": "clients:invoice_page",
    "contracts": "clients:contract_page",
}
BEHIND_AFTER = datetime.timedelta(seconds=15)
REASONS_SHOWN = 3
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
    """A component with links to the rows it names: (name, address); `more` of them are not named."""

    component: reasons.Component
    links: tuple = ()
    more: int = 0


def health_context(client):
    """What `_client_health.html` shows of a client that came with `health`. At most one query (see `explain`)."""
    health = _stored(client)
    explained = reasons.explain(health) if health else None
    stale = client.health_stale_since
    return {
        "health": health,
        "explained": explained,
        "lines": [_line(component) for component in explained.components] if explained else [],
        "reasons": top_reasons(explained) if explained else [],
        "moved": in_words(explained.moved) if explained and explained.moved else "",
        "stale": stale.isoformat() if stale else "",
        "behind": bool(stale) and timezone.now() - stale >= BEHIND_AFTER,
    }


def _stored(client):
    try:
        return client.health
    except ObjectDoesNotExist:
        return None


def _line(component):
    for kind, route in EVIDENCE_PAGES.items():
        if ids := component.evidence.get(kind):
            named = zip(component.names, ids, strict=False)
            links = tuple((name, reverse(route, args=[pk])) for name, pk in named)
            return Line(component, links, len(ids) - len(links))
    return Line(component)


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
    """How the score changed last and by what, such as "62 → 70 since Wed, 18 Nov: Rhythm +9"."""
    parts = [part for part in moved.parts if abs(part.points) >= LEAST_POINTS][:PARTS_SHOWN]
    causes = ", ".join(f"{part.label} {_signed(part.points)}" for part in parts)
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
