"""Teams: a region's account managers, led by a senior, answered for by a manager."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.db import in_order


class Team(models.Model):
    """A manager sees the clients of every team in the regions of the teams that they manage."""

    name = models.CharField(_("name"), max_length=80, unique=True)
    region = models.CharField(_("region"), max_length=80, db_index=True)
    lead = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("senior lead"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="teams_led",
    )
    manager = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("manager"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="teams_managed",
    )

    class Meta:
        ordering = [in_order("region"), in_order("name")]
        verbose_name, verbose_name_plural = _("team"), _("teams")

    def __str__(self):
        return self.name
