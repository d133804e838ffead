"""A client's health in words for the client page: the reasons that weigh most, and what moved it last."""

import datetime
from dataclasses import dataclass

from django.core.exceptions import ObjectDoesNotExist
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.templatetags.tend import floored, short_day
from relationships.health import reasons
from relationships.health.refresh import as_of_today

BEHIND_AFTER = datetime.timedelta(seconds=15)
REASONS_SHOWN = 3
PARTS_SHOWN = 2
LEAST_POINTS = 1  # what costs less than a point is no reason


@dataclass(frozen=True)
class Reason:
    """A sentence and the points it costs; 0 for what is good."""

    sentence: str
    points: int = 0


def health_context(client):
    """What `_client_health.html` shows of a client that came with `health`. At most one query (see `explain`)."""
    health = _stored(client)
    explained = reasons.explain(health) if health else None
    stale = client.health_stale_since
    return {
        "health": health,
        "explained": explained,
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


def top_reasons(explained):
    """What costs most, the caps first; where nothing does, the component that carries the score."""
    found = [Reason(cap.sentence) for cap in explained.caps]
    known = [component for component in explained.components if component.value is not None]
    costly = [component for component in known if component.cost >= LEAST_POINTS]
    found += [Reason(component.sentence, round(component.cost)) for component in costly]
    if not found and known:
        best = max(known, key=lambda component: component.contribution)
        found = [Reason(best.sentence)]
    return found[:REASONS_SHOWN]


def in_words(moved):
    """How the score changed last and by what, such as "62 → 70 since Wed, 18 Nov: Rhythm +9"."""
    parts = [part for part in moved.parts if abs(part.points) >= LEAST_POINTS / 2][:PARTS_SHOWN]
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
