"""Advice in the client's interest: what was recommended, why, what was advised against, and the client's answer."""

import pghistory
from django.conf import settings
from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from clients.querysets import ScopedByClientQuerySet

from .client import Client
from .contact import Contact
from .product import Product


class AdviceAnswer(models.TextChoices):
    WAITING = "waiting", _("No answer yet")
    ACCEPTED = "accepted", pgettext_lazy("advice", "Taken")
    POSTPONED = "postponed", _("Later")
    DECLINED = "declined", pgettext_lazy("advice", "Declined")


@pghistory.track(pghistory.UpdateEvent(row=pghistory.Old), pghistory.DeleteEvent())
class Advice(models.Model):
    """A deal made of it keeps the link (`Deal.advice`)."""

    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="advice")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, editable=False, on_delete=models.SET_NULL, related_name="+"
    )
    contact = models.ForeignKey(
        Contact, verbose_name=_("to whom"), null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    product = models.ForeignKey(
        Product, verbose_name=_("product"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    recommendation = models.CharField(_("recommendation"), max_length=500)
    reason = models.TextField(_("why this serves the client"), max_length=2000)
    advised_against = models.CharField(_("what we advised against"), max_length=500, blank=True)
    given_on = models.DateField(_("given on"))
    answer = models.CharField(_("answer"), max_length=10, choices=AdviceAnswer, default=AdviceAnswer.WAITING)
    answered_on = models.DateField(_("answered on"), null=True, blank=True)
    answer_note = models.CharField(_("what they said"), max_length=500, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    idempotency_key = models.UUIDField(unique=True, db_default=RandomUUID(), editable=False)

    objects = ScopedByClientQuerySet.as_manager()

    class Meta:
        ordering = ["-given_on", "-id"]
        verbose_name, verbose_name_plural = _("advice"), _("advice")
        constraints = [
            models.CheckConstraint(
                condition=Q(answer="waiting", answered_on__isnull=True)
                | (~Q(answer="waiting") & Q(answered_on__isnull=False)),
                name="advice_answered_has_a_day",
            )
        ]

    def __str__(self):
        return self.recommendation[:60]
