"""Asking for more than one's tier may grant: a discount or a payment term, decided by the senior or manager."""

import pghistory
from django.conf import settings
from django.contrib.postgres.functions import RandomUUID
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from clients.querysets import ScopedByClientQuerySet

from .client import Client
from .contract import Contract
from .deal import Deal


class ApprovalStatus(models.TextChoices):
    PENDING = "pending", _("Waiting for a decision")
    APPROVED = "approved", _("Approved")
    DECLINED = "declined", _("Declined")
    WITHDRAWN = "withdrawn", _("Withdrawn")


@pghistory.track(pghistory.UpdateEvent(row=pghistory.Old), pghistory.DeleteEvent())
class Approval(models.Model):
    """One question about one deal or contract. An approved one covers terms up to what it names."""

    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="approvals")
    deal = models.ForeignKey(Deal, null=True, blank=True, on_delete=models.CASCADE, related_name="approvals")
    contract = models.ForeignKey(
        Contract, null=True, blank=True, on_delete=models.CASCADE, related_name="approvals"
    )
    discount_percent = models.DecimalField(
        _("discount, %"),
        max_digits=5,
        decimal_places=2,
        default=0,
        validators=[MinValueValidator(0), MaxValueValidator(100)],
    )
    payment_days = models.PositiveSmallIntegerField(
        _("payment term, days"), default=0, validators=[MaxValueValidator(365)]
    )
    reason = models.CharField(_("why"), max_length=500)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, editable=False, on_delete=models.SET_NULL, related_name="+"
    )
    asked_at = models.DateTimeField(_("asked"), auto_now_add=True)
    status = models.CharField(
        _("status"), max_length=10, choices=ApprovalStatus, default=ApprovalStatus.PENDING
    )
    answer = models.CharField(_("answer"), max_length=500, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, editable=False, on_delete=models.SET_NULL, related_name="+"
    )
    decided_at = models.DateTimeField(_("decided"), null=True, editable=False)
    idempotency_key = models.UUIDField(unique=True, db_default=RandomUUID(), editable=False)

    objects = ScopedByClientQuerySet.as_manager()

    class Meta:
        ordering = ["-asked_at", "-id"]
        verbose_name, verbose_name_plural = _("approval"), _("approvals")
        constraints = [
            models.CheckConstraint(
                condition=Q(deal__isnull=False, contract__isnull=True)
                | Q(deal__isnull=True, contract__isnull=False),
                name="approval_of_one_thing",
            ),
            models.UniqueConstraint(
                "deal", condition=Q(status="pending", deal__isnull=False), name="approval_of_deal_waits_once"
            ),
            models.UniqueConstraint(
                "contract",
                condition=Q(status="pending", contract__isnull=False),
                name="approval_of_contract_waits_once",
            ),
            models.CheckConstraint(
                condition=Q(status="pending", decided_at__isnull=True)
                | (~Q(status="pending") & Q(decided_at__isnull=False)),
                name="approval_decided_has_a_time",
            ),
        ]

    def __str__(self):
        return f"{self.discount_percent} % / {self.payment_days} d"
