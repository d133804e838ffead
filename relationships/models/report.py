"""The report that an account manager sends to a client: one page for a period, reviewed before it goes out."""

import uuid

from django.conf import settings
from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from clients.models import Client, Contact
from clients.querysets import ScopedByClientQuerySet


class ReportStatus(models.TextChoices):
    DRAFT = "draft", pgettext_lazy("report", "Draft")
    PENDING = "pending", _("Being sent")
    SENT = "sent", _("Sent")
    FAILED = "failed", _("Failed")


class ClientReport(models.Model):
    """`content` holds the lines as reviewed, by section; they are made of fields that a client may see, never of notes.

    Sending is a job: `pending` is claimed, sent and marked; a failure stays visible with its `error`. `message_id`
    makes a mail sent twice the same mail.
    """

    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="reports")
    period_from = models.DateField(_("from"))
    period_to = models.DateField(_("to"))
    language = models.CharField(_("language"), max_length=5, choices=settings.LANGUAGES)
    content = models.JSONField(default=dict)
    status = models.CharField(_("status"), max_length=10, choices=ReportStatus, default=ReportStatus.DRAFT)
    contact = models.ForeignKey(
        Contact, verbose_name=_("to"), null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    sent_to = models.EmailField(_("sent to"), blank=True)
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, editable=False, on_delete=models.SET_NULL, related_name="+"
    )
    sent_at = models.DateTimeField(_("sent"), null=True, editable=False)
    claimed_at = models.DateTimeField(null=True, editable=False)
    attempts = models.PositiveSmallIntegerField(default=0, editable=False)
    error = models.CharField(_("error"), max_length=500, blank=True, editable=False)
    message_id = models.UUIDField(default=uuid.uuid4, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, editable=False, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)
    idempotency_key = models.UUIDField(unique=True, db_default=RandomUUID(), editable=False)

    objects = ScopedByClientQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-id"]
        verbose_name, verbose_name_plural = _("client report"), _("client reports")
        indexes = [
            models.Index(fields=["status"], condition=Q(status="pending"), name="report_pending"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(period_to__gte=F("period_from")), name="report_period_in_order"
            )
        ]

    def __str__(self):
        return f"{self.period_from:%Y-%m-%d} – {self.period_to:%Y-%m-%d}"
