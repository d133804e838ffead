"""A reminder on its way: one row for each follow-up, reader, channel and due day."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from relationships.querysets import DeliveryQuerySet

from .follow_up import FollowUp


class Channel(models.TextChoices):
    IN_APP = "in_app", _("In Tend")
    DIGEST = "digest", _("Daily mail")


class DeliveryStatus(models.TextChoices):
    PENDING = "pending", _("Waiting")
    SENDING = "sending", _("Being sent")
    SENT = "sent", _("Sent")
    FAILED = "failed", _("Failed")


class Delivery(models.Model):
    """Claimed (`sending`), sent, then marked; what is stuck in `sending` is taken up again.

    Rows of one person's daily mail share `message_id`, so that a mail sent twice is the same mail.
    """

    follow_up = models.ForeignKey(FollowUp, on_delete=models.CASCADE, related_name="deliveries")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="deliveries")
    channel = models.CharField(_("channel"), max_length=10, choices=Channel)
    due_on = models.DateField(_("due"))
    send_at = models.DateTimeField(_("send at"))
    status = models.CharField(
        _("status"), max_length=10, choices=DeliveryStatus, default=DeliveryStatus.PENDING
    )
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    claimed_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)
    error = models.CharField(_("error"), max_length=500, blank=True)
    message_id = models.UUIDField(default=uuid.uuid4)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        ordering = ["send_at", "id"]
        verbose_name, verbose_name_plural = _("delivery"), _("deliveries")
        constraints = [
            models.UniqueConstraint("follow_up", "user", "channel", "due_on", name="delivery_once_a_due_day")
        ]
        indexes = [
            models.Index(fields=["send_at"], condition=~Q(status="sent"), name="delivery_waiting"),
        ]

    def __str__(self):
        return f"{self.get_channel_display()} {self.due_on} {self.get_status_display()}"
