"""How well the score has ranked what followed."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from .health import ScoringModel
from .long_work import LongWork


class Backtest(LongWork):
    """One backtest: the model, the past days it was asked at, and what came out (`result`, see health.backtest)."""

    model = models.ForeignKey(ScoringModel, on_delete=models.PROTECT, related_name="+")
    days = models.JSONField(default=list)  # ISO days, oldest first
    horizon_days = models.PositiveSmallIntegerField(default=180)
    result = models.JSONField(default=dict, editable=False)

    class Meta:
        ordering = ["-requested_at", "-id"]
        verbose_name, verbose_name_plural = _("backtest"), _("backtests")

    def __str__(self):
        return f"backtest {self.pk}"
