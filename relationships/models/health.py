"""Stored health: the scoring model's versions, each client's current score, and its history."""

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from clients.models import Band, Client
from clients.querysets import ScopedByClientQuerySet
from relationships.querysets import ScoringModelQuerySet

from .override import HealthOverride


class ScoringModel(models.Model):
    """One published version of weights, cadences, bands and switches. It never changes: a trigger says so.

    `spec` is read and checked by `relationships.health.scoring.Spec`, which documents its shape.
    """

    version = models.PositiveIntegerField(_("version"), unique=True)
    spec = models.JSONField()
    note = models.CharField(_("why"), max_length=500)
    published_at = models.DateTimeField(_("published"))
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )

    objects = ScoringModelQuerySet.as_manager()

    class Meta:
        ordering = ["-version"]
        verbose_name, verbose_name_plural = _("scoring model"), _("scoring models")
        triggers = [pgtrigger.Protect(name="published_stays", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self):
        return f"v{self.version}"


class _Health(models.Model):
    """What one scoring of one client gives. Components are 0–100 or null where not known or not applicable."""

    score = models.FloatField(null=True)
    raw = models.FloatField(null=True)
    coverage = models.FloatField(default=0)
    band = models.CharField(max_length=10, choices=Band, default=Band.UNKNOWN)
    caps = ArrayField(models.CharField(max_length=30), default=list)
    rhythm = models.FloatField(null=True)
    sentiment = models.FloatField(null=True)
    issues = models.FloatField(null=True)
    payment = models.FloatField(null=True)
    contract = models.FloatField(null=True)
    breadth = models.FloatField(null=True)
    stakeholders = models.FloatField(null=True)
    revenue = models.FloatField(null=True)
    model = models.ForeignKey(ScoringModel, on_delete=models.PROTECT, related_name="+")

    class Meta:
        abstract = True


class HealthScore(_Health):
    """The current health of one client, written in bulk by `health.refresh` only.

    `score` and `band` are the computed ones; `shown_score` and `shown_band` are those of the running `override` where
    there is one, else the same. `trend` is the change of `score` in 30 days, null where it was not known then.
    `facts` holds what the reasons are worked out from, with the ids of the rows behind them.
    `before` is the score and components as they stood before the last change, for "what moved it".
    `pending_band` since `pending_since`: the band the score points at while hysteresis still holds `band`.
    `snapshot_on`: the day of the newest snapshot, so that a weekly one needs no look into the history.
    """

    client = models.OneToOneField(Client, primary_key=True, on_delete=models.CASCADE, related_name="health")
    segment = models.CharField(max_length=10)
    as_of = models.DateField()
    computed_at = models.DateTimeField()
    facts = models.JSONField(default=dict)
    before = models.JSONField(default=dict)
    shown_score = models.FloatField(null=True)
    shown_band = models.CharField(max_length=10, choices=Band, default=Band.UNKNOWN)
    override = models.ForeignKey(
        HealthOverride, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    trend = models.FloatField(null=True)
    band_since = models.DateField()
    pending_band = models.CharField(max_length=10, blank=True)
    pending_since = models.DateField(null=True)
    snapshot_on = models.DateField(null=True)

    objects = ScopedByClientQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = _("health score"), _("health scores")

    def __str__(self):
        return f"{self.client_id}: {self.band}"


class HealthSnapshot(_Health):
    """Health of a client at the end of a day: written on change, at least weekly. Partitioned by month.

    `computed_at` is the moment up to which it knew the facts; null in rows older than that column.
    """

    pk = models.CompositePrimaryKey("client_id", "taken_on")
    client = models.ForeignKey(
        Client, on_delete=models.CASCADE, related_name="health_history", db_index=False
    )
    taken_on = models.DateField()
    segment = models.CharField(max_length=10)
    computed_at = models.DateTimeField(null=True)
    shown_score = models.FloatField(null=True)
    shown_band = models.CharField(max_length=10, choices=Band, default=Band.UNKNOWN)

    objects = ScopedByClientQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = _("health snapshot"), _("health snapshots")
        ordering = ["client", "taken_on"]

    def __str__(self):
        return f"{self.client_id} {self.taken_on}: {self.band}"
