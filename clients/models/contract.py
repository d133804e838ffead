"""What a client has signed: contracts with their lines, their milestones, and the chain of renewals."""

import pghistory
from django.conf import settings
from django.contrib.postgres.functions import RandomUUID
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.db import fold_of
from accounts.models import Department
from clients.querysets import ContractQuerySet, ScopedByClientQuerySet

from .client import CURRENCY, Client
from .contact import Contact
from .deal import Deal
from .product import Product

CONTRACT_WORDS = fold_of("number", "title")  # what a search looks through


class ContractState(models.TextChoices):
    """What somebody decided. What the dates make of it is the status, see ContractQuerySet.with_status."""

    DRAFT = "draft", pgettext_lazy("contract", "Draft")
    SIGNED = "signed", _("Signed")
    ENDED = "ended", _("Ended")
    LOST = "lost", pgettext_lazy("renewal", "Not renewed")


class ContractStatus(models.TextChoices):
    """State and dates together; worked out, never stored."""

    DRAFT = "draft", pgettext_lazy("contract", "Draft")
    ACTIVE = "active", pgettext_lazy("contract", "Active")
    IN_NOTICE = "in_notice", _("In notice")
    RENEWED = "renewed", _("Renewed")
    EXPIRED = "expired", _("Expired")
    ENDED = "ended", _("Ended")
    LOST = "lost", pgettext_lazy("renewal", "Not renewed")


class LossReason(models.TextChoices):
    """Why a renewal or a deal was lost."""

    PRICE = "price", _("Price")
    SERVICE = "service", _("Service or quality")
    COMPETITOR = "competitor", _("Went to a competitor")
    NO_NEED = "no_need", _("No need any more")
    BUDGET = "budget", _("No budget")
    OTHER = "other", _("Other")


@pghistory.track(pghistory.UpdateEvent(row=pghistory.Old), pghistory.DeleteEvent())
class Contract(models.Model):
    """One agreement with a client. `ends_on` is its last day, null without a fixed term; `value` is the whole term's.

    `renews` is the contract before it. At most one renewal of a contract is not lost: a partial unique index says so.
    A draft with `renews` is an open renewal, a lost one keeps its reason.
    """

    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="contracts", db_index=False)
    number = models.CharField(_("number"), max_length=60)
    title = models.CharField(_("title"), max_length=200)
    state = models.CharField(_("state"), max_length=10, choices=ContractState, default=ContractState.DRAFT)
    value = models.DecimalField(
        _("value"), max_digits=18, decimal_places=2, validators=[MinValueValidator(0)], default=0
    )
    currency = models.CharField(_("currency"), max_length=3, default="VND", validators=[CURRENCY])
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("to"), null=True, blank=True)
    notice_days = models.PositiveSmallIntegerField(
        _("notice, days"), default=30, validators=[MaxValueValidator(730)]
    )
    auto_renews = models.BooleanField(_("renews by itself"), default=False)
    notice_given_on = models.DateField(_("notice given on"), null=True, blank=True)
    signed_on = models.DateField(_("signed on"), null=True, blank=True)
    ended_on = models.DateField(_("ended on"), null=True, blank=True)
    end_reason = models.CharField(_("reason for the end"), max_length=500, blank=True)
    renews = models.ForeignKey(
        "self",
        verbose_name=_("renews"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="renewals",
    )
    lost_on = models.DateField(_("lost on"), null=True, blank=True)
    lost_reason = models.CharField(_("why"), max_length=20, choices=LossReason, blank=True)
    lost_note = models.CharField(_("what was said"), max_length=500, blank=True)
    deal = models.ForeignKey(Deal, null=True, blank=True, on_delete=models.SET_NULL, related_name="contracts")
    discount_percent = models.DecimalField(
        _("discount, %"),
        max_digits=5,
        decimal_places=2,
        default=0,
        validators=[MinValueValidator(0), MaxValueValidator(100)],
    )
    payment_days = models.PositiveSmallIntegerField(
        _("payment term, days"), default=30, validators=[MaxValueValidator(365)]
    )
    note = models.TextField(_("note"), max_length=4000, blank=True)
    source = models.CharField(max_length=20, blank=True, editable=False)
    source_ref = models.CharField(max_length=200, blank=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, editable=False, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    updated_at = models.DateTimeField(_("updated"), auto_now=True)
    idempotency_key = models.UUIDField(unique=True, db_default=RandomUUID(), editable=False)

    objects = ContractQuerySet.as_manager()

    class Meta:
        ordering = ["-starts_on", "-id"]
        verbose_name, verbose_name_plural = _("contract"), _("contracts")
        indexes = [
            models.Index(fields=["client", "state", "ends_on"], name="contract_of_client"),
            models.Index(  # /renewals/ and the renewal rule: what ends, of the whole book
                fields=["ends_on", "id"],
                include=["client"],
                condition=Q(state="signed", ends_on__isnull=False),
                name="contract_ending",
            ),
            GinIndex(OpClass(CONTRACT_WORDS, "gin_trgm_ops"), name="contract_search"),
        ]
        constraints = [
            models.UniqueConstraint("client", "number", name="contract_number_once_a_client"),
            models.UniqueConstraint("renews", condition=~Q(state="lost"), name="contract_renewed_once"),
            models.UniqueConstraint(
                "source", "source_ref", condition=~Q(source_ref=""), name="contract_once_per_source"
            ),
            models.CheckConstraint(condition=~Q(renews=F("id")), name="contract_does_not_renew_itself"),
            models.CheckConstraint(condition=Q(value__gte=0), name="contract_value_not_negative"),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="contract_ends_after_it_starts",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "lost"]) | Q(signed_on__isnull=False),
                name="contract_signed_has_a_day",
            ),
            models.CheckConstraint(
                condition=~Q(state="ended") | Q(ended_on__isnull=False), name="contract_ended_has_a_day"
            ),
            models.CheckConstraint(
                condition=~Q(state="lost") | (Q(lost_on__isnull=False) & ~Q(lost_reason="")),
                name="contract_lost_has_a_reason",
            ),
        ]

    def __str__(self):
        return self.number


class ContractLine(models.Model):
    """A product with quantity and price; what a client owns is read from the lines of signed contracts."""

    contract = models.ForeignKey(Contract, on_delete=models.CASCADE, related_name="lines")
    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="+", db_index=False)
    product = models.ForeignKey(
        Product, verbose_name=_("product"), on_delete=models.PROTECT, related_name="+"
    )
    quantity = models.DecimalField(
        _("quantity"), max_digits=12, decimal_places=2, default=1, validators=[MinValueValidator(0)]
    )
    unit_price = models.DecimalField(
        _("price"), max_digits=18, decimal_places=2, validators=[MinValueValidator(0)]
    )

    objects = ScopedByClientQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        verbose_name, verbose_name_plural = _("contract line"), _("contract lines")
        indexes = [models.Index(fields=["client", "product"], include=["contract"], name="line_of_client")]
        constraints = [
            models.CheckConstraint(
                condition=Q(quantity__gt=0, unit_price__gte=0), name="contract_line_in_range"
            )
        ]

    def __str__(self):
        return f"{self.product_id} × {self.quantity}"

    @property
    def amount(self):
        """Before the contract's discount, in its currency."""
        return self.quantity * self.unit_price


@pghistory.track(pghistory.UpdateEvent(row=pghistory.Old), pghistory.DeleteEvent())
class Milestone(models.Model):
    """What is to be delivered by a day, done, then accepted by the client (nghiệm thu).

    An invoice may hang on it: it falls due `payment_days` after the acceptance.
    """

    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="milestones", db_index=False)
    contract = models.ForeignKey(Contract, on_delete=models.CASCADE, related_name="milestones")
    title = models.CharField(_("what"), max_length=200)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("by whom"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    department = models.ForeignKey(
        Department,
        verbose_name=_("department"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    due_on = models.DateField(_("due"))
    done_on = models.DateField(_("done on"), null=True, blank=True)
    accepted_on = models.DateField(_("accepted on"), null=True, blank=True)
    accepted_by = models.ForeignKey(
        Contact,
        verbose_name=_("accepted by"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    acceptance_note = models.CharField(_("note on the acceptance"), max_length=500, blank=True)
    payment_days = models.PositiveSmallIntegerField(
        _("invoice due days after acceptance"), null=True, blank=True, validators=[MaxValueValidator(365)]
    )
    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)
    idempotency_key = models.UUIDField(unique=True, db_default=RandomUUID(), editable=False)

    objects = ScopedByClientQuerySet.as_manager()

    class Meta:
        ordering = ["due_on", "id"]
        verbose_name, verbose_name_plural = _("milestone"), _("milestones")
        indexes = [
            models.Index(fields=["client", "due_on"], name="milestone_of_client"),
            models.Index(  # the rule of late deliveries
                fields=["due_on"], condition=Q(accepted_on__isnull=True), name="milestone_open"
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(accepted_on__isnull=True) | Q(done_on__lte=F("accepted_on")),
                name="milestone_accepted_after_done",
            )
        ]

    def __str__(self):
        return self.title
