"""What an admin sets of each rule that makes follow-ups. What may be set is said in followups.catalog."""

import pghistory
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Segment


@pghistory.track(pghistory.UpdateEvent(row=pghistory.Old))
class RuleSetting(models.Model):
    """One row for each rule of `followups.catalog`; one that is missing stands for the rule's defaults.

    `days` holds the rule's numbers by name, `segments` and tier codes in `tiers` of clients and leads it is for: empty
    means all. `version` guards edits.
    """

    rule = models.CharField(_("rule"), max_length=12, unique=True)
    is_on = models.BooleanField(_("on"), default=True)
    days = models.JSONField(default=dict)
    segments = ArrayField(
        models.CharField(max_length=10, choices=Segment.choices),
        verbose_name=_("segments"),
        default=list,
        blank=True,
    )
    tiers = ArrayField(models.CharField(max_length=20), verbose_name=_("tiers"), default=list, blank=True)
    version = models.PositiveIntegerField(default=1)
    changed_at = models.DateTimeField(_("changed"), auto_now=True)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        ordering = ["rule"]
        verbose_name, verbose_name_plural = _("rule"), _("rules")

    def __str__(self):
        return self.rule
