"""How a person wants to be reminded."""

import datetime

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _


class MailKind(models.TextChoices):
    """Mails that a person may do without. What they tell stands in Tend all the same."""

    DIGEST = "digest", _("Daily mail")
    INSTANT = "instant", _("Key client at risk, at once")
    WEEKLY = "weekly", _("The team's overdue, each week")


class ReminderSettings(models.Model):
    """A person without a row has the defaults. Times are of the person's own zone.

    The quiet hours begin at `quiet_from` and end at `quiet_until` of the next day; `digest_at` lies outside of them.
    """

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, primary_key=True, on_delete=models.CASCADE, related_name="reminder_settings"
    )
    digest_at = models.TimeField(_("daily mail at"), default=datetime.time(8))
    quiet_from = models.TimeField(_("quiet from"), default=datetime.time(19))
    quiet_until = models.TimeField(_("quiet until"), default=datetime.time(8))
    muted = ArrayField(
        models.CharField(max_length=10, choices=MailKind.choices),
        verbose_name=_("mails not wanted"),
        default=list,
        blank=True,
    )

    class Meta:
        verbose_name, verbose_name_plural = _("reminder settings"), _("reminder settings")

    def __str__(self):
        return str(self.user_id)
