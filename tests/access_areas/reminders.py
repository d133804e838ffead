"""Addresses of the bell and the reminder settings. A mail's foot works without a log-in, by its signed address."""

from django.utils import timezone

from relationships.followups import unsubscribe
from relationships.models import Channel, Delivery, DeliveryStatus, MailKind

TABLE = """
relationships:reminders                GET     -     200   200   200   200   200   200   200   200   403
relationships:bell                     GET     -     200   200   200   200   200   200   200   200   403
relationships:reminders_read           GET     -     405   405   405   405   405   405   405   405   403
relationships:reminders_read           POST    -     422   422   422   422   422   422   422   422   403
relationships:reminder_settings        GET     -     200   200   200   200   200   200   200   200   403
relationships:reminder_settings        POST    -     422   422   422   422   422   422   422   422   403
relationships:unsubscribe              GET     200   200   200   200   200   200   200   200   200   403
relationships:unsubscribe              POST    200   200   200   200   200   200   200   200   200   403
"""
WATCHED = ["relationships_delivery"]


def scene(book):
    """A reminder of the lead's, and the address in the foot of their mail."""
    Delivery.objects.create(
        user=book.lan,
        client=book.alpha,
        key="1:2026-11-23",
        channel=Channel.IN_APP,
        status=DeliveryStatus.SENT,
        due_on=timezone.localdate(),
        send_at=timezone.now(),
        sent_at=timezone.now(),
    )
    return {"token": unsubscribe.token(book.lan, MailKind.DIGEST)}
