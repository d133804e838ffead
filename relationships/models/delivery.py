"""What a person is told, and by which way: one row for each thing, reader and channel."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from clients.models import Client
from relationships.querysets import DeliveryQuerySet

from .follow_up import FollowUp


class Channel(models.TextChoices):
    IN_APP = "in_app", _("In Tend")
    DIGEST = "digest", _("Daily mail")
    INSTANT = "instant", _("Mail at once")


class DeliveryKind(models.TextChoices):
    """What it tells of. `key` says which one of its kind, see Delivery."""

    FOLLOW_UP = "follow_up", _("Follow-up due")  # key: follow-up, due day
    ESCALATION = "escalation", _("Escalated")  # key: the escalation
    KEY_RED = "key_red", _("Key client at risk")  # key: follow-up, due day
    COVER = "cover", _("You stand in")  # key: the absence
    RETURNED = "returned", _("While you were away")  # key: the absence
    WEEKLY = "weekly", _("The team's overdue")  # key: the Monday
    MENTION = "mention", _("You were mentioned")  # key: the note


class DeliveryStatus(models.TextChoices):
    PENDING = "pending", _("Waiting")
    SENDING = "sending", _("Being sent")
    SENT = "sent", _("Sent")
    FAILED = "failed", _("Failed")


class Delivery(models.Model):
    """Claimed (`sending`), sent, then marked; what is stuck in `sending` is taken up again.

    Rows of one mail share `message_id`, so that a mail sent twice is the same mail. Row (user, channel, kind, key) is
    there once, whoever plans it: a constraint says so. `due_on` is the day it is about; for a follow-up its due day.
    An in-app row is sent when it is there; `read_at` is when its reader opened the list under the bell.
    """

    kind = models.CharField(
        _("kind"), max_length=12, choices=DeliveryKind, default=DeliveryKind.FOLLOW_UP, db_default="follow_up"
    )
    key = models.CharField(max_length=60)
    follow_up = models.ForeignKey(FollowUp, null=True, on_delete=models.CASCADE, related_name="deliveries")
    client = models.ForeignKey(Client, null=True, on_delete=models.CASCADE, related_name="+", db_index=False)
    facts = models.JSONField(default=dict, db_default={})
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
    read_at = models.DateTimeField(_("read"), null=True, blank=True)
    message_id = models.UUIDField(default=uuid.uuid4)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        ordering = ["send_at", "id"]
        verbose_name, verbose_name_plural = _("delivery"), _("deliveries")
        constraints = [
            models.UniqueConstraint("user", "channel", "kind", "key", name="delivery_once"),
        ]
        indexes = [
            models.Index(fields=["send_at"], condition=~Q(status="sent"), name="delivery_waiting"),
            models.Index(  # the count at the bell
                fields=["user"], condition=Q(channel="in_app", read_at__isnull=True), name="delivery_unread"
            ),
            models.Index(fields=["user", "channel", "-send_at"], name="delivery_of_user"),
            models.Index(  # all mail, newest first, and the counts of some days: the admins' page
                fields=["-send_at", "-id"], condition=~Q(channel="in_app"), name="delivery_mail"
            ),
        ]

    def __str__(self):
        return f"{self.get_channel_display()} {self.due_on} {self.get_status_display()}"
