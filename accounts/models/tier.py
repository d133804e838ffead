"""What an account manager of each tier is trusted with. Data, edited by an admin."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _


class Segment(models.TextChoices):
    """How much a client matters. Defined here because a tier says which segments it may lead."""

    STANDARD = "standard", _("Standard")
    MAJOR = "major", _("Major")
    KEY = "key", _("Key")


class Tier(models.Model):
    """AM, KAM, Senior AM or RM: capacity in clients, allowed segments, and authority."""

    AM, KAM, SENIOR, RM = "am", "kam", "senior", "rm"

    code = models.SlugField(_("code"), max_length=20, unique=True)
    name = models.CharField(_("name"), max_length=60)
    capacity_min = models.PositiveSmallIntegerField(_("fewest clients"), default=0)
    capacity_max = models.PositiveSmallIntegerField(_("most clients"))
    capacity_is_hard = models.BooleanField(
        _("the maximum is hard"), default=False, help_text=_("Going over it needs an admin's written reason.")
    )
    allowed_segments = ArrayField(
        models.CharField(max_length=10, choices=Segment.choices), verbose_name=_("segments it may lead")
    )
    max_discount_percent = models.DecimalField(
        _("largest discount, %"), max_digits=5, decimal_places=2, default=0
    )
    max_payment_days = models.PositiveSmallIntegerField(_("longest payment term, days"), default=30)

    class Meta:
        ordering = ["id"]
        verbose_name, verbose_name_plural = _("tier"), _("tiers")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(capacity_min__lte=models.F("capacity_max")), name="tier_capacity_in_order"
            )
        ]

    def __str__(self):
        return self.name
