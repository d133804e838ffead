"""Revenue by client and calendar month, the base of the book's ranking and of the revenue component."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from clients.querysets import ScopedByClientQuerySet

from .client import Client


class MonthlyRevenue(models.Model):
    """What a client brought in one calendar month, in the client's currency. `month` is its first day.

    Months from a client's first one on without a row count as zero.
    """

    client = models.ForeignKey(
        Client, on_delete=models.CASCADE, related_name="monthly_revenue", db_index=False
    )
    month = models.DateField(_("month"))
    amount = models.DecimalField(_("amount"), max_digits=18, decimal_places=2)

    objects = ScopedByClientQuerySet.as_manager()

    class Meta:
        ordering = ["client", "month"]
        verbose_name, verbose_name_plural = _("monthly revenue"), _("monthly revenue")
        constraints = [
            # also the index that sums of a client's months are read from, without visiting the rows
            models.UniqueConstraint(
                fields=["client", "month"], include=["amount"], name="revenue_once_a_month"
            ),
            models.CheckConstraint(condition=models.Q(month__day=1), name="revenue_month_is_a_first_day"),
        ]

    def __str__(self):
        return f"{self.month:%Y-%m}"
