"""What we sell."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.db import in_order
from accounts.models import Segment


class Product(models.Model):
    """A product of a series, with its list price."""

    code = models.CharField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=120)
    series = models.CharField(_("series"), max_length=60, blank=True)
    list_price = models.DecimalField(_("list price"), max_digits=18, decimal_places=2)
    currency = models.CharField(_("currency"), max_length=3, default="VND")
    # Whom it may be offered to; empty means everyone.
    segments = ArrayField(
        models.CharField(max_length=10, choices=Segment),
        verbose_name=_("for segments"),
        default=list,
        blank=True,
    )
    industries = ArrayField(
        models.CharField(max_length=80), verbose_name=_("for industries"), default=list, blank=True
    )
    is_active = models.BooleanField(_("on sale"), default=True)

    class Meta:
        ordering = [in_order("series"), in_order("name")]
        verbose_name, verbose_name_plural = _("product"), _("products")
        constraints = [
            models.CheckConstraint(condition=models.Q(list_price__gte=0), name="product_price_not_negative")
        ]

    def __str__(self):
        return self.name
