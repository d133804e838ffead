"""Departments that account managers ask for help: technical, production, marketing, finance, legal. Data."""

from django.db import models
from django.utils import translation
from django.utils.translation import gettext_lazy as _


class Department(models.Model):
    """Its members (role: department member) see and answer the requests put to it, and nothing else."""

    code = models.SlugField(_("code"), max_length=20, unique=True)
    name = models.CharField(_("name"), max_length=60)
    name_vi = models.CharField(_("name in Vietnamese"), max_length=60, blank=True)
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        ordering = ["id"]
        verbose_name, verbose_name_plural = _("department"), _("departments")

    def __str__(self):
        return self.name_vi if self.name_vi and translation.get_language() == "vi" else self.name
