"""A person's word over the computed health, for a while."""

import uuid

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from clients.models import Client
from relationships.querysets import HealthOverrideQuerySet


class HealthOverride(models.Model):
    """The score shown until `expires_on` (last day, at most 30 days on); the computed one goes on beneath.

    `computed_score` is what was computed when it was made, `computed_at_end` when it ended. `was_right` is worked out
    then: |computed_at_end − score| < |computed_at_end − computed_score|, that is, the computed score ended nearer to
    what was said than to where it started; halfway, or no movement at all, is not nearer. Null where that cannot be
    told: either computed score is unknown, `score` was what was computed anyway, or it ended on the day it was made.
    """

    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="overrides")
    score = models.FloatField(_("health"), validators=[MinValueValidator(0), MaxValueValidator(100)])
    reason = models.CharField(_("why"), max_length=500)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    made_at = models.DateTimeField()
    expires_on = models.DateField(_("until"))
    ended_at = models.DateTimeField(null=True, editable=False)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, editable=False, on_delete=models.SET_NULL, related_name="+"
    )
    computed_score = models.FloatField(null=True, editable=False)
    computed_at_end = models.FloatField(null=True, editable=False)
    was_right = models.BooleanField(null=True, editable=False)
    idempotency_key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)

    objects = HealthOverrideQuerySet.as_manager()

    class Meta:
        ordering = ["-made_at", "-id"]
        verbose_name, verbose_name_plural = _("health override"), _("health overrides")
        constraints = [
            models.UniqueConstraint("client", condition=Q(ended_at__isnull=True), name="override_one_runs"),
            models.CheckConstraint(condition=Q(score__range=(0, 100)), name="override_in_range"),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | Q(ended_at__gte=F("made_at")),
                name="override_ends_after_it_starts",
            ),
        ]

    def __str__(self):
        return f"{self.client_id}: {self.score:g} until {self.expires_on}"
