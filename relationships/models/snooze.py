"""A follow-up that was put off: from which day to which, by whom and why."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from .follow_up import FollowUp

MOST_SNOOZES = 2  # then who stands above the assignee sees it


class Snooze(models.Model):
    """Written once with the move, never changed. `FollowUp.snoozes` counts them."""

    follow_up = models.ForeignKey(FollowUp, on_delete=models.CASCADE, related_name="snoozed")
    from_day = models.DateField(_("from"))
    to_day = models.DateField(_("to"))
    reason = models.CharField(_("why"), max_length=300)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["at", "id"]
        verbose_name, verbose_name_plural = _("snooze"), _("snoozes")

    def __str__(self):
        return f"{self.from_day} → {self.to_day}"
