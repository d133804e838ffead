"""What a log gives back beside its toast: the health that moves, and who else knows this client."""

from dataclasses import dataclass

from django.core.exceptions import ObjectDoesNotExist
from django.db.models import Max
from django.utils.translation import gettext as _

from accounts.templatetags.tend import ago, floored
from clients.models import Assignment
from relationships.change_words import signed
from relationships.client_health import LEAST_POINTS, PARTS_SHOWN
from relationships.health import reasons
from relationships.names import first_names

PEOPLE_NAMED = 3


@dataclass(frozen=True)
class HealthLine:
    """`text` in words; `is_waiting` while the touch is still to be scored. `band` as it is shown now."""

    text: str
    band: str
    is_waiting: bool = False


def health_line(client, was):
    """How the health moves after a touch, or None for a client who is not scored. `was` is the score before it, or
    None. No query: `client` comes with its health and the model of that.
    """
    now, band = client.health_score, client.health_band
    if client.health_stale_since is not None:
        text = _("Health %(score)s, being scored anew…") % {"score": floored(now)}
        return HealthLine(text if now is not None else _("Health is being worked out…"), band, True)
    health = _stored(client)
    if health is None:
        return None
    if now is None:
        return HealthLine(_("Health is not known yet: too little is on record."), band)
    return HealthLine(_moved(health, floored(was), floored(now)), band)


def _stored(client):
    try:
        return client.health
    except ObjectDoesNotExist:
        return None


def _moved(health, before, after):
    if not before:
        return _("Health is %(score)s.") % {"score": after}
    if before == after:
        return _("Health stays at %(score)s.") % {"score": after}
    text = _("Health %(before)s → %(after)s") % {"before": before, "after": after}
    return " · ".join([text, *_causes(reasons.explain(health).moved, before, after)])


def _causes(moved, before, after):
    """What moved it most, such as "Rhythm +9", where the last change on record is this one."""
    if moved is None or (floored(moved.before), floored(moved.now)) != (before, after):
        return []
    parts = [part for part in moved.parts if abs(part.points) >= LEAST_POINTS][:PARTS_SHOWN]
    return [", ".join(f"{part.label} {signed(part.points)}" for part in parts)] if parts else []


def others_who_know(client, reader):
    """Who else has reached the client, the latest first, then who else serves them: a sentence. Two queries."""
    touches = client.interactions.filter(reached=True, author__is_active=True).exclude(author=reader.pk)
    latest = touches.order_by().values_list("author_id", "author__name").annotate(day=Max("occurred_at"))
    people = {pk: (name, day) for pk, name, day in latest.order_by("-day")}
    serving = Assignment.objects.running().filter(client=client, user__is_active=True)
    for pk, name in serving.exclude(user=reader.pk).values_list("user_id", "user__name"):
        people.setdefault(pk, (name, None))
    return _people_in_words(list(people.values()))


def _people_in_words(people):
    if not people:
        return _("Nobody else of us has been in touch with them yet.")
    named = first_names([f"{name} ({ago(day)})" if day else name for name, day in people], PEOPLE_NAMED)
    return _("Who else knows them: %(names)s") % {"names": named}
