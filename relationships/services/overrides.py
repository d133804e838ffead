"""A person's word over the computed health: begun, replaced, ended, run out, and judged at its end."""

import datetime

from django.db import transaction
from django.utils import timezone

from clients.models import Assignment, CareEventKind, Client
from clients.services.changes import KeyUsedElsewhere, lock_client, record_change
from relationships.health.refresh import as_of_today
from relationships.models import HealthOverride, HealthScore

LONGEST_DAYS, USUAL_DAYS = 30, 14
WHATEVER_RUNS = object()


class OverrideChanged(Exception):
    """Another override runs than the one that was seen; nothing was written. `running`: as it is now, or None."""

    def __init__(self, running):
        super().__init__("Another override runs")
        self.running = running


class NotScored(Exception):
    """The client has no health that could be overridden: it has no lead, or is lost."""


class DayOutOfReach(ValueError):
    """An override lasts until tomorrow at least and 30 days at most."""


class ReasonMissing(ValueError):
    """An override says why."""


def running_override(client):
    """The override that is shown now, with who made it, or None. One query."""
    running = HealthOverride.objects.filter(client=client).running(as_of_today())
    return running.select_related("made_by").first()


@transaction.atomic
def override_health(*, client, score, reason, expires_on, by, idempotency_key, seen=WHATEVER_RUNS, at=None):
    """Shows `score` (0–100) as the health of `client` until `expires_on` (its last day) and returns the override.

    One that runs is ended by it. `seen` is the id of the running one that the decision rested on (None: there was
    none); another one raises OverrideChanged. Sent twice with one key, the first row is returned and nothing written.
    The client's row is locked until commit: of two at once one runs, and the other is told or replaces it. Timeline
    entry, health marked stale, scoring hastened. Raises NotScored, DayOutOfReach, ReasonMissing, KeyUsedElsewhere.
    """
    client, at, reason = lock_client(client.pk), at or timezone.now(), reason.strip()
    earlier = HealthOverride.objects.filter(idempotency_key=idempotency_key).first()
    if earlier:
        return _sent_before(earlier, client)
    _refuse(client, reason, expires_on)
    standing = HealthOverride.objects.filter(client=client, ended_at__isnull=True).first()
    shown = standing if standing and standing.expires_on >= as_of_today() else None
    if seen is not WHATEVER_RUNS and seen != (shown.pk if shown else None):
        raise OverrideChanged(running_override(client))
    computed = _computed(client)
    if standing:
        _end(standing, by=by, at=at, computed=computed)
    override = HealthOverride.objects.create(
        client=client,
        score=score,
        reason=reason,
        made_by=by,
        made_at=at,
        expires_on=expires_on,
        computed_score=computed,
        idempotency_key=idempotency_key,
    )
    facts = {"score": score, "computed": computed, "day": expires_on.isoformat(), "reason": reason}
    record_change(client.pk, CareEventKind.OVERRIDDEN, by=by, subject_id=override.pk, at=at, **facts)
    return override


@transaction.atomic
def end_override(*, override, by, at=None):
    """Ends a running override now, judges it, and returns it; one that has ended stays as it is."""
    client = lock_client(override.client_id)
    override = HealthOverride.objects.get(pk=override.pk)
    if override.ended_at is None:
        _end(override, by=by, at=at or timezone.now(), computed=_computed(client))
    return override


def end_expired_overrides():
    """Ends and judges the overrides whose last day in the house zone is over. Returns how many.

    Each in a transaction of its own under the lock of its client, where it is looked at again; a client that
    somebody holds just now waits for the next run. Two runs at once end each once.
    """
    today = as_of_today()
    expired = HealthOverride.objects.filter(ended_at__isnull=True, expires_on__lt=today)
    found = list(expired.order_by("client_id").values_list("pk", "client_id"))
    return sum(_expire(override_id, client_id, today) for override_id, client_id in found)


@transaction.atomic
def _expire(override_id, client_id, today):
    held = Client.objects.select_for_update(no_key=True, skip_locked=True).filter(pk=client_id).first()
    if held is None:
        return False
    expired = HealthOverride.objects.filter(ended_at__isnull=True, expires_on__lt=today)
    override = expired.filter(pk=override_id).first()
    if override is None:
        return False
    _end(override, by=None, at=timezone.now(), computed=_computed(held))
    return True


def was_right(*, score, computed_score, computed_at_end):
    """Whether the computed score at the end is nearer to the override's score than to where it started.

    Halfway is not nearer. None where either computed score is unknown, or the override said what was computed anyway.
    """
    if computed_score is None or computed_at_end is None or score == computed_score:
        return None
    return abs(computed_at_end - score) < abs(computed_at_end - computed_score)


def _sent_before(earlier, client):
    if earlier.client_id != client.pk:
        raise KeyUsedElsewhere(str(earlier.idempotency_key))
    return earlier


def _refuse(client, reason, expires_on):
    if not Assignment.objects.current_leads().filter(client=client).exists():
        raise NotScored
    if not reason:
        raise ReasonMissing
    if not 1 <= (expires_on - as_of_today()).days <= LONGEST_DAYS:
        raise DayOutOfReach


def _computed(client):
    """The computed score as it stands, None where it is not known."""
    return HealthScore.objects.filter(client=client).values_list("score", flat=True).first()


def _end(override, *, by, at, computed):
    """Ended by `by` at `at`; one whose last day is over ended by itself, at midnight in the house zone."""
    over = _midnight_after(override.expires_on)
    automatic = at >= over
    override.ended_at, override.ended_by = min(at, over), None if automatic else by
    override.computed_at_end = computed
    override.was_right = _judged(override)
    override.save(update_fields=["ended_at", "ended_by", "computed_at_end", "was_right"])
    told = {"by": override.ended_by, "subject_id": override.pk, "at": override.ended_at}
    facts = {"score": override.score, "computed": computed, "right": override.was_right}
    record_change(override.client_id, CareEventKind.OVERRIDE_ENDED, **told, **facts, automatic=automatic)


def _judged(override):
    """None also for one that ended on the day it was made: taken back or corrected, it was never put to the test."""
    zone = timezone.get_default_timezone()
    if timezone.localdate(override.made_at, zone) == timezone.localdate(override.ended_at, zone):
        return None
    return was_right(
        score=override.score,
        computed_score=override.computed_score,
        computed_at_end=override.computed_at_end,
    )


def _midnight_after(day):
    after = datetime.datetime.combine(day + datetime.timedelta(days=1), datetime.time())
    return timezone.make_aware(after, timezone.get_default_timezone())
