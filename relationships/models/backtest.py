"""How well the score has ranked what followed."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from .health import ScoringModel
from .long_work import LongWork


class Backtest(LongWork):
    """One backtest: the model, the past days it was asked at, and what came out (`result`, see health.backtest.run).

    One at a time is waited for or worked on. A double click is one row, by `idempotency_key`.
    """

    model = models.ForeignKey(ScoringModel, on_delete=models.PROTECT, related_name="+")
    days = models.JSONField(default=list)  # ISO days, oldest first
    horizon_days = models.PositiveSmallIntegerField(default=180)
    result = models.JSONField(default=dict, editable=False)
    idempotency_key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)

    class Meta:
        ordering = ["-requested_at", "-id"]
        verbose_name, verbose_name_plural = _("backtest"), _("backtests")
        constraints = [
            models.UniqueConstraint(
                fields=["ended_at"],
                condition=Q(ended_at__isnull=True),
                nulls_distinct=False,
                name="backtest_one_at_a_time",
            )
        ]

    def __str__(self):
        return f"backtest {self.pk}"
