"""Runs of the scoring: what was scored when, by which version, and how far it came."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from .health import ScoringModel


class RunKind(models.TextChoices):
    NIGHTLY = "nightly", _("All clients")
    SWEEP = "sweep", _("Changed clients")


class ScoringRun(models.Model):
    """One run. A nightly one is unique for its day and model and cut into ranges, so that several workers share it and
    what a killed one left is taken up by the next. A sweep that finds nothing writes no row.
    """

    kind = models.CharField(_("kind"), max_length=10, choices=RunKind)
    as_of = models.DateField(_("as of"))
    model = models.ForeignKey(ScoringModel, on_delete=models.PROTECT, related_name="+")
    started_at = models.DateTimeField(_("started"))
    ended_at = models.DateTimeField(_("ended"), null=True)
    clients = models.PositiveIntegerField(_("clients"), default=0)
    written = models.PositiveIntegerField(_("scored"), default=0)
    skipped = models.PositiveIntegerField(_("left to others"), default=0)
    failed = models.PositiveIntegerField(_("failed"), default=0)

    class Meta:
        ordering = ["-started_at", "-id"]
        verbose_name, verbose_name_plural = _("scoring run"), _("scoring runs")
        constraints = [
            models.UniqueConstraint(
                "as_of", "model", condition=models.Q(kind="nightly"), name="run_once_a_night"
            )
        ]
        indexes = [models.Index(fields=["-started_at", "-id"], name="run_newest")]

    def __str__(self):
        return f"{self.kind} {self.as_of}"


class ScoringRange(models.Model):
    """Clients `first_id` to `last_id` of a run. Done when `ended_at` is set; who works on it holds an advisory lock."""

    run = models.ForeignKey(ScoringRun, on_delete=models.CASCADE, related_name="ranges")
    first_id = models.BigIntegerField()
    last_id = models.BigIntegerField()
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    written = models.PositiveIntegerField(default=0)
    skipped = models.PositiveIntegerField(default=0)
    failed = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["run", "first_id"]
        constraints = [models.UniqueConstraint("run", "first_id", name="range_once")]

    def __str__(self):
        return f"{self.first_id}–{self.last_id}"
