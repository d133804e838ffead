"""What every change in the care of a client does beside its own write: timeline, health, follow-ups."""

from django.db import IntegrityError, transaction
from django.utils import timezone

from clients.models import CareEvent, Client
from clients.signals import clients_changed


class KeyUsedElsewhere(ValueError):
    """The idempotency key belongs to a row of another client, or of another parent."""


def lock_client(client_id):
    """The client's row as it is now, held until the transaction ends: changes of one client follow each other."""
    return Client.objects.select_for_update(no_key=True).get(pk=client_id)


def record_change(client_id, kind, *, by=None, subject_id=0, at=None, **facts):
    """Writes a timeline entry of `kind` (CareEventKind) and tells of the change; inside the caller's transaction.

    `facts` are JSON values (text, numbers, ISO days) that the sentence is made of. Two statements and what the
    listeners do.
    """
    event = CareEvent.objects.create(
        client_id=client_id, kind=kind, at=at or timezone.now(), by=by, subject_id=subject_id, facts=facts
    )
    tell_changed([client_id])
    return event


def tell_changed(client_ids):
    """Marks the health of these clients stale and sends `clients_changed`: a change without a timeline entry."""
    client_ids = list(client_ids)
    Client.objects.filter(pk__in=client_ids).mark_health_stale()
    clients_changed.send(sender=Client, client_ids=client_ids)


def create_once(model, *, idempotency_key, **values):
    """(row, created): a new row of `model`, or the one that an earlier call with this key made (a double click).

    Raises KeyUsedElsewhere where that one belongs to another client.
    """
    try:
        with transaction.atomic():
            return model.objects.create(idempotency_key=idempotency_key, **values), True
    except IntegrityError:
        earlier = model.objects.filter(idempotency_key=idempotency_key).first()
        if earlier is None:
            raise
        client = values.get("client") or values.get("client_id")
        if client is not None and earlier.client_id != getattr(client, "pk", client):
            raise KeyUsedElsewhere(str(idempotency_key)) from None
        return earlier, False
