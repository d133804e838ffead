"""Key (strategic) status: decided by an admin, with a reason at both ends. `Client.segment` follows it."""

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from accounts.models import Segment
from clients.models import Client, ClientStatus, KeyStatus


class KeyStatusRefused(Exception):
    """Somebody else decided meanwhile. `period` is the latest period of key status, or None."""

    def __init__(self, period):
        super().__init__("The client's key status has changed")
        self.period = period


class AlreadyKey(KeyStatusRefused):
    pass


class NotKey(KeyStatusRefused):
    pass


class LostClient(KeyStatusRefused):
    pass


@transaction.atomic
def mark_key(*, client, by, reason):
    """Make `client` key from now on and return the period.

    The same decision sent twice returns the first one; another one raises `AlreadyKey`, a lost client `LostClient`.
    Locks the client, raises its version so that an older edit form gets a conflict, and marks the health stale:
    weights and cadence go by segment.
    """
    client = _locked(client)
    running = client.key_periods.filter(ended_at__isnull=True).first()
    if running:
        if (running.approved_by_id, running.reason) == (by.pk, reason):
            return running
        raise AlreadyKey(running)
    if client.status != ClientStatus.ACTIVE:
        raise LostClient(None)
    period = KeyStatus.objects.create(client=client, reason=reason, approved_by=by, started_at=timezone.now())
    _set_segment(client, Segment.KEY)
    return period


@transaction.atomic
def end_key(*, client, by, reason):
    """End the key status of `client`, which becomes a major client, and return the period.

    Sent twice it counts once; without key status it raises `NotKey`. Locks and marks as `mark_key` does.
    A key client without a period (loaded from elsewhere) gets one that covers the time it has been here.
    """
    client = _locked(client)
    running = client.key_periods.filter(ended_at__isnull=True).first()
    if running is None and client.segment != Segment.KEY:
        latest = client.key_periods.first()
        if latest and (latest.ended_by_id, latest.end_reason) == (by.pk, reason):
            return latest
        raise NotKey(latest)
    period = running or KeyStatus(client=client, started_at=client.created_at)
    period.ended_at, period.ended_by, period.end_reason = timezone.now(), by, reason
    period.save()
    _set_segment(client, Segment.MAJOR)
    return period


def _locked(client):
    return Client.objects.select_for_update(no_key=True).get(pk=client.pk)


def _set_segment(client, segment):
    changed = Client.objects.filter(pk=client.pk)
    changed.update(segment=segment, version=F("version") + 1, updated_at=timezone.now())
    changed.mark_health_stale()
