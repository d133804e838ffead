"""When and why a client was key (strategic), and who approved it."""

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from clients.querysets import ScopedByClientQuerySet

from .client import Client


@pghistory.track()
class KeyStatus(models.Model):
    """One period of key status; the running one has no `ended_at`. `Client.segment` follows it."""

    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="key_periods")
    reason = models.CharField(_("reason"), max_length=500)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    started_at = models.DateTimeField(_("from"))
    ended_at = models.DateTimeField(_("to"), null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    end_reason = models.CharField(_("reason for the end"), max_length=500, blank=True)

    objects = ScopedByClientQuerySet.as_manager()

    class Meta:
        ordering = ["-started_at"]
        verbose_name, verbose_name_plural = _("key status"), _("key statuses")
        constraints = [
            models.UniqueConstraint(
                "client", condition=Q(ended_at__isnull=True), name="key_status_runs_once"
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | Q(ended_at__gte=F("started_at")),
                name="key_status_ends_after_it_starts",
            ),
        ]

    def __str__(self):
        return f"{self.started_at:%Y-%m-%d}"
