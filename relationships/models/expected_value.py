"""What clients who buy without a contract are expected to buy."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from clients.models import Client
from clients.querysets import ScopedByClientQuerySet


class ValueFit(models.Model):
    """Parameters fitted to the house's own purchases on one day.

    `purchases`: {"r", "alpha", "a", "b", "log_likelihood", "clients"}; `values`: by currency {"p", "q", "gamma",
    "clients"}. Empty where there was too little to fit; `note` says so.
    """

    as_of = models.DateField(unique=True)
    fitted_at = models.DateTimeField(auto_now=True)
    purchases = models.JSONField(default=dict)
    values = models.JSONField(default=dict)
    note = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["-as_of"]
        verbose_name = _("fit of expected value")

    def __str__(self):
        return f"fit of {self.as_of}"


class ExpectedValue(models.Model):
    """Of one client: purchases and value expected in the 12 months after `as_of`. Written in bulk by its job.

    `alive` is the chance that it still buys at all; it is 1 for every one-time buyer and never shown alone.
    """

    client = models.OneToOneField(
        Client, primary_key=True, on_delete=models.CASCADE, related_name="expected_value"
    )
    as_of = models.DateField()
    purchases_so_far = models.PositiveIntegerField()
    first_on = models.DateField()
    last_on = models.DateField()
    alive = models.FloatField()
    purchases = models.FloatField(_("purchases expected"))
    value = models.DecimalField(_("value expected"), max_digits=18, decimal_places=2, null=True)
    currency = models.CharField(max_length=3)

    objects = ScopedByClientQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = _("expected value"), _("expected values")

    def __str__(self):
        return f"{self.client_id}: {self.purchases:.1f}"
