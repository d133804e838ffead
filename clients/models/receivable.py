"""Money a client owes: invoices, payments, promises to pay. Receivables, not bookkeeping."""

import pghistory
from django.conf import settings
from django.contrib.postgres.functions import RandomUUID
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Case, F, Q, Value, When
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.db import Fold
from clients.querysets import InvoiceQuerySet, ScopedByClientQuerySet

from .client import CURRENCY, Client
from .contact import Contact
from .contract import Contract, Milestone


class InvoiceKind(models.TextChoices):
    INVOICE = "invoice", _("Invoice")
    CREDIT_NOTE = "credit_note", _("Credit note")


class InvoiceState(models.TextChoices):
    ISSUED = "issued", _("Issued")
    CANCELLED = "cancelled", _("Cancelled")


# Kept by clients.services.receivables from the payments and credit notes; no edit of a person.
MAINTAINED_INVOICE = ["paid", "credited", "outstanding", "updated_at"]


@pghistory.track(
    pghistory.UpdateEvent(row=pghistory.Old, condition=pghistory.AnyChange(exclude=MAINTAINED_INVOICE)),
    pghistory.DeleteEvent(),
    exclude=["outstanding"],
)
class Invoice(models.Model):
    """`amount` is gross with `tax` in it; of a credit note both are below zero, and `credits` is its invoice.

    `due_on` is null while it hangs on the acceptance of `milestone`, or where no due day is known. With
    `payments_known` false nothing is outstanding, so nothing counts as late. `paid` and `credited` are sums of
    payments and credit notes, kept in the same transaction; `outstanding` follows from them in the database.
    """

    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="invoices", db_index=False)
    contract = models.ForeignKey(
        Contract,
        verbose_name=_("contract"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="invoices",
    )
    milestone = models.ForeignKey(
        Milestone,
        verbose_name=_("falls due after the acceptance of"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="invoices",
    )
    kind = models.CharField(_("kind"), max_length=12, choices=InvoiceKind, default=InvoiceKind.INVOICE)
    state = models.CharField(_("state"), max_length=10, choices=InvoiceState, default=InvoiceState.ISSUED)
    number = models.CharField(_("number"), max_length=60)
    issued_on = models.DateField(_("issued on"))
    due_on = models.DateField(_("due"), null=True, blank=True)
    amount = models.DecimalField(_("amount with tax"), max_digits=18, decimal_places=2)
    tax = models.DecimalField(_("of it tax"), max_digits=18, decimal_places=2, default=0)
    currency = models.CharField(_("currency"), max_length=3, default="VND", validators=[CURRENCY])
    credits = models.ForeignKey(
        "self",
        verbose_name=_("credit for"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="credit_notes",
    )
    payments_known = models.BooleanField(default=True, editable=False)
    paid = models.DecimalField(max_digits=18, decimal_places=2, default=0, editable=False)
    credited = models.DecimalField(max_digits=18, decimal_places=2, default=0, editable=False)
    outstanding = models.GeneratedField(
        expression=Case(
            When(
                Q(kind="invoice", state="issued", payments_known=True),
                then=F("amount") - F("paid") - F("credited"),
            ),
            default=Value(0),
            output_field=models.DecimalField(max_digits=18, decimal_places=2),
        ),
        output_field=models.DecimalField(max_digits=18, decimal_places=2),
        db_persist=True,
    )
    disputed_on = models.DateField(_("disputed on"), null=True, blank=True)
    dispute_reason = models.CharField(_("reason of the dispute"), max_length=500, blank=True)
    dispute_settled_on = models.DateField(_("dispute settled on"), null=True, blank=True)
    cancelled_on = models.DateField(_("cancelled on"), null=True, blank=True)
    cancel_reason = models.CharField(_("reason for cancelling"), max_length=500, blank=True)
    note = models.CharField(_("note"), max_length=500, blank=True)
    source = models.CharField(max_length=20, blank=True, editable=False)
    source_ref = models.CharField(max_length=200, blank=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, editable=False, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    updated_at = models.DateTimeField(_("updated"), auto_now=True)
    idempotency_key = models.UUIDField(unique=True, db_default=RandomUUID(), editable=False)

    objects = InvoiceQuerySet.as_manager()

    class Meta:
        ordering = ["-issued_on", "-id"]
        verbose_name, verbose_name_plural = _("invoice"), _("invoices")
        indexes = [
            models.Index(fields=["client", "-issued_on"], name="invoice_of_client"),
            models.Index(  # ageing, /receivables/ and the collection rule: only what is open, from the index alone
                fields=["client", "due_on"],
                include=["outstanding", "currency", "disputed_on", "dispute_settled_on"],
                condition=Q(outstanding__gt=0),
                name="invoice_open",
            ),
            GinIndex(OpClass(Fold("number"), "gin_trgm_ops"), name="invoice_search"),
        ]
        constraints = [
            models.UniqueConstraint(Lower("number"), "source", name="invoice_number_once_a_source"),
            models.UniqueConstraint(
                "source", "source_ref", condition=~Q(source_ref=""), name="invoice_once_per_source"
            ),
            models.CheckConstraint(
                condition=Q(kind="invoice", amount__gte=0, credits__isnull=True)
                | Q(kind="credit_note", amount__lte=0),
                name="invoice_amount_has_its_sign",
            ),
            models.CheckConstraint(
                condition=Q(paid__gte=0, credited__gte=0)
                & (Q(kind="credit_note") | Q(amount__gte=F("paid") + F("credited"))),
                name="invoice_not_overpaid",
            ),
            models.CheckConstraint(
                condition=Q(due_on__isnull=True) | Q(due_on__gte=F("issued_on")),
                name="invoice_due_after_it_is_issued",
            ),
            models.CheckConstraint(
                condition=Q(disputed_on__isnull=True) | ~Q(dispute_reason=""),
                name="invoice_dispute_has_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(state="issued") | (Q(cancelled_on__isnull=False) & ~Q(cancel_reason="")),
                name="invoice_cancelled_has_a_reason",
            ),
        ]

    def __str__(self):
        return self.number

    @property
    def is_disputed(self):
        return self.disputed_on is not None and self.dispute_settled_on is None


class PaymentMethod(models.TextChoices):
    TRANSFER = "transfer", _("Bank transfer")
    CASH = "cash", _("Cash")
    CARD = "card", _("Card")
    OTHER = "other", _("Other")


@pghistory.track(pghistory.UpdateEvent(row=pghistory.Old), pghistory.DeleteEvent())
class Payment(models.Model):
    """Money received for one invoice; a mistaken one is reversed with a reason and counts no more."""

    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="payments", db_index=False)
    invoice = models.ForeignKey(Invoice, on_delete=models.CASCADE, related_name="payments")
    received_on = models.DateField(_("received on"))
    amount = models.DecimalField(_("amount"), max_digits=18, decimal_places=2)
    method = models.CharField(_("how"), max_length=10, choices=PaymentMethod, default=PaymentMethod.TRANSFER)
    reference = models.CharField(_("reference"), max_length=120, blank=True)
    reversed_on = models.DateField(_("reversed on"), null=True, blank=True)
    reverse_reason = models.CharField(_("reason for the reversal"), max_length=500, blank=True)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, editable=False, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(_("recorded"), auto_now_add=True)
    idempotency_key = models.UUIDField(unique=True, db_default=RandomUUID(), editable=False)

    objects = ScopedByClientQuerySet.as_manager()

    class Meta:
        ordering = ["-received_on", "-id"]
        verbose_name, verbose_name_plural = _("payment"), _("payments")
        indexes = [models.Index(fields=["client", "-received_on"], name="payment_of_client")]
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="payment_above_zero"),
            models.CheckConstraint(
                condition=Q(reversed_on__isnull=True) | ~Q(reverse_reason=""),
                name="payment_reversal_has_a_reason",
            ),
        ]

    def __str__(self):
        return f"{self.received_on:%Y-%m-%d} {self.amount}"


class PromiseStatus(models.TextChoices):
    OPEN = "open", _("Open")
    KEPT = "kept", pgettext_lazy("promise to pay", "Kept")
    BROKEN = "broken", _("Broken")
    WITHDRAWN = "withdrawn", _("Withdrawn")


@pghistory.track(pghistory.UpdateEvent(row=pghistory.Old), pghistory.DeleteEvent())
class PaymentPromise(models.Model):
    """A client's word to pay `amount` by `promised_for`: kept when that much came in between, else broken.

    A broken one comes back to Today until the money came in later, a new promise is made, or it is withdrawn
    (`settled_on`).
    """

    client = models.ForeignKey(
        Client, on_delete=models.CASCADE, related_name="payment_promises", db_index=False
    )
    invoice = models.ForeignKey(
        Invoice,
        verbose_name=_("invoice"),
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="promises",
    )
    amount = models.DecimalField(
        _("amount"), max_digits=18, decimal_places=2, validators=[MinValueValidator(0)]
    )
    currency = models.CharField(_("currency"), max_length=3, default="VND", validators=[CURRENCY])
    promised_on = models.DateField(_("promised on"))
    promised_for = models.DateField(_("to be paid by"))
    contact = models.ForeignKey(
        Contact, verbose_name=_("by whom"), null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    status = models.CharField(_("status"), max_length=10, choices=PromiseStatus, default=PromiseStatus.OPEN)
    broken_on = models.DateField(null=True, editable=False)
    settled_on = models.DateField(null=True, editable=False)
    note = models.CharField(_("note"), max_length=500, blank=True)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, editable=False, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    idempotency_key = models.UUIDField(unique=True, db_default=RandomUUID(), editable=False)

    objects = ScopedByClientQuerySet.as_manager()

    class Meta:
        ordering = ["-promised_for", "-id"]
        verbose_name, verbose_name_plural = _("promise to pay"), _("promises to pay")
        indexes = [
            models.Index(fields=["client", "status"], name="promise_of_client"),
            models.Index(fields=["promised_for"], condition=Q(status="open"), name="promise_open"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="promise_above_zero"),
            models.CheckConstraint(
                condition=Q(promised_for__gte=F("promised_on")), name="promise_for_a_later_day"
            ),
        ]

    def __str__(self):
        return f"{self.promised_for:%Y-%m-%d} {self.amount}"


class DunningAction(models.TextChoices):
    REMIND = "remind", _("Remind")
    CALL = "call", _("Call")
    ESCALATE = "escalate", _("Senior or manager")


class DunningStep(models.Model):
    """From how many days late what is done about money. Data, edited by an admin."""

    days_late = models.PositiveSmallIntegerField(_("from days late"), unique=True)
    action = models.CharField(_("what is done"), max_length=10, choices=DunningAction)

    class Meta:
        ordering = ["days_late"]
        verbose_name, verbose_name_plural = _("dunning step"), _("dunning steps")

    def __str__(self):
        return f"{self.days_late}: {self.get_action_display()}"


class ExchangeRate(models.Model):
    """What one unit of `currency` is worth in the house currency from `valid_from` until the next row of it."""

    currency = models.CharField(_("currency"), max_length=3, validators=[CURRENCY])
    valid_from = models.DateField(_("from"))
    rate = models.DecimalField(_("in the house currency"), max_digits=20, decimal_places=8)

    class Meta:
        ordering = ["currency", "-valid_from"]
        verbose_name, verbose_name_plural = _("exchange rate"), _("exchange rates")
        constraints = [
            models.UniqueConstraint("currency", "valid_from", name="rate_once_a_day"),
            models.CheckConstraint(condition=Q(rate__gt=0), name="rate_above_zero"),
        ]

    def __str__(self):
        return f"{self.currency} {self.valid_from:%Y-%m-%d}"
