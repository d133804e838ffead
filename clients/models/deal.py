"""A sale to a client, won, open or lost."""

import pghistory
from django.conf import settings
from django.contrib.postgres.functions import RandomUUID
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from clients.querysets import DealQuerySet

from .advice import Advice
from .client import Client
from .product import Product


class DealStage(models.TextChoices):
    """The open ones in order, then how it ended."""

    OPEN = "open", _("Spotted")
    PROPOSAL = "proposal", _("Proposal made")
    NEGOTIATION = "negotiation", _("Negotiating")
    WON = "won", _("Won")
    LOST = "lost", pgettext_lazy("deal", "Lost")


class DealKind(models.TextChoices):
    NEW = "new", _("New")
    RENEWAL = "renewal", _("Renewal")
    CROSS_SELL = "cross_sell", _("Cross-sell")
    UP_SELL = "up_sell", _("Up-sell")


@pghistory.track(exclude=["updated_at", "idempotency_key"])
class Deal(models.Model):
    """One product sold, or to be sold, to a client. `amount` is in `currency`, unknown while null.

    `amount` is after `discount_percent`. `advice` is the recommendation that it was made of.
    """

    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="deals")
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="deals")
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="deals"
    )
    stage = models.CharField(_("stage"), max_length=12, choices=DealStage, default=DealStage.OPEN)
    kind = models.CharField(_("kind"), max_length=12, choices=DealKind, default=DealKind.NEW)
    amount = models.DecimalField(
        _("amount"), max_digits=18, decimal_places=2, null=True, blank=True, validators=[MinValueValidator(0)]
    )
    currency = models.CharField(_("currency"), max_length=3, default="VND")
    opened_on = models.DateField(_("opened on"), null=True, blank=True)
    closed_on = models.DateField(_("closed on"), null=True, blank=True)
    title = models.CharField(_("what for"), max_length=200, blank=True)
    probability = models.PositiveSmallIntegerField(
        _("probability, %"), null=True, blank=True, validators=[MaxValueValidator(100)]
    )
    next_step = models.CharField(_("next step"), max_length=300, blank=True)
    expected_on = models.DateField(_("expected to close on"), null=True, blank=True)
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
    lost_reason = models.CharField(_("why lost"), max_length=500, blank=True)
    advice = models.ForeignKey(
        Advice,
        verbose_name=_("advice"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="deals",
    )
    version = models.PositiveIntegerField(default=1, editable=False)
    updated_at = models.DateTimeField(auto_now=True)
    idempotency_key = models.UUIDField(unique=True, db_default=RandomUUID(), editable=False)
    source = models.CharField(max_length=20, blank=True, editable=False)
    source_ref = models.CharField(max_length=200, blank=True, editable=False)

    objects = DealQuerySet.as_manager()

    class Meta:
        ordering = ["-closed_on", "-id"]
        verbose_name, verbose_name_plural = _("deal"), _("deals")
        constraints = [
            models.CheckConstraint(
                condition=Q(amount__isnull=True) | Q(amount__gte=0), name="deal_amount_not_negative"
            ),
            models.CheckConstraint(
                condition=Q(opened_on__isnull=True)
                | Q(closed_on__isnull=True)
                | Q(closed_on__gte=F("opened_on")),
                name="deal_closes_after_it_opens",
            ),
            models.CheckConstraint(
                condition=~Q(stage="won") | Q(amount__isnull=False, closed_on__isnull=False),
                name="deal_won_is_complete",
            ),
            models.UniqueConstraint(
                "source", "source_ref", condition=~Q(source_ref=""), name="deal_once_per_source"
            ),
        ]
        indexes = [
            models.Index(fields=["client", "stage", "-closed_on"], name="deal_of_client"),
            models.Index(  # the board and the list of open deals
                fields=["expected_on", "id"],
                condition=Q(stage__in=["open", "proposal", "negotiation"]),
                name="deal_open",
            ),
        ]

    def __str__(self):
        return f"{self.product_id} {self.stage}"
