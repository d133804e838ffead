"""Deliveries for tests, with the fewest words."""

import datetime

from django.utils import timezone

from relationships.models import Channel, Delivery, DeliveryKind, DeliveryStatus


def told(user, follow_up, *, hours_ago=0, **fields):
    """A reminder in Tend about a follow-up."""
    at = timezone.now() - datetime.timedelta(hours=hours_ago)
    fields = {"kind": DeliveryKind.FOLLOW_UP, "due_on": follow_up.due_on} | fields
    return Delivery.objects.create(
        user=user,
        client=follow_up.client,
        follow_up=follow_up,
        key=f"{follow_up.pk}:{follow_up.due_on}",
        channel=Channel.IN_APP,
        status=DeliveryStatus.SENT,
        send_at=at,
        sent_at=at,
        **fields,
    )


def mail(user, follow_up, *, status=DeliveryStatus.PENDING, send_in=0, **fields):
    """A row of the daily mail; `send_in` minutes."""
    at = timezone.now() + datetime.timedelta(minutes=send_in)
    return Delivery.objects.create(
        **{
            "user": user,
            "client": follow_up.client,
            "follow_up": follow_up,
            "key": f"{follow_up.pk}:{follow_up.due_on}",
            "channel": Channel.DIGEST,
            "status": status,
            "due_on": follow_up.due_on,
            "send_at": at,
        }
        | fields
    )


def failed(user, follow_up, **fields):
    """A mail that the server could not be reached for."""
    fields = {"error": "ConnectionRefusedError: [Errno 111]", "attempts": 2, "send_in": 5} | fields
    return mail(user, follow_up, status=DeliveryStatus.FAILED, claimed_at=timezone.now(), **fields)
