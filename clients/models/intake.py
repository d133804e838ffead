"""The moment sales hands a client over: what was sold and promised, and the kick-off that follows."""

import pghistory
from django.conf import settings
from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from clients.querysets import ScopedByClientQuerySet

from .client import Client
from .contact import Contact
from .contract import Contract


@pghistory.track(pghistory.UpdateEvent(row=pghistory.Old), pghistory.DeleteEvent())
class Intake(models.Model):
    """One hand-over from sales. `kick_off_by` becomes a follow-up until `kicked_off_on` is known."""

    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="intakes")
    contract = models.ForeignKey(
        Contract,
        verbose_name=_("contract"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="intakes",
    )
    sold_by = models.CharField(_("who sold"), max_length=120)
    handed_over_on = models.DateField(_("handed over on"))
    what_was_sold = models.TextField(_("what was sold"), max_length=2000, blank=True)
    first_steps = models.TextField(_("first steps"), max_length=2000, blank=True)
    people = models.ManyToManyField(Contact, verbose_name=_("people there"), related_name="+", blank=True)
    kick_off_by = models.DateField(_("kick-off by"))
    kicked_off_on = models.DateField(_("kick-off held on"), null=True, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, editable=False, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)
    idempotency_key = models.UUIDField(unique=True, db_default=RandomUUID(), editable=False)

    objects = ScopedByClientQuerySet.as_manager()

    class Meta:
        ordering = ["-handed_over_on", "-id"]
        verbose_name, verbose_name_plural = _("intake"), _("intakes")
        indexes = [
            models.Index(
                fields=["kick_off_by"], condition=Q(kicked_off_on__isnull=True), name="intake_before_kick_off"
            )
        ]

    def __str__(self):
        return f"{self.handed_over_on:%Y-%m-%d}"


class CommitmentStatus(models.TextChoices):
    OPEN = "open", _("Open")
    KEPT = "kept", _("Kept")
    WITHDRAWN = "withdrawn", _("Withdrawn")


@pghistory.track(pghistory.UpdateEvent(row=pghistory.Old), pghistory.DeleteEvent())
class Commitment(models.Model):
    """Something we promised the client; open until somebody says kept or withdrawn."""

    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="commitments", db_index=False)
    intake = models.ForeignKey(
        Intake, null=True, blank=True, on_delete=models.CASCADE, related_name="commitments"
    )
    text = models.CharField(_("what was promised"), max_length=300)
    due_on = models.DateField(_("by when"), null=True, blank=True)
    status = models.CharField(
        _("status"), max_length=10, choices=CommitmentStatus, default=CommitmentStatus.OPEN
    )
    decided_on = models.DateField(_("decided on"), null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, editable=False, on_delete=models.SET_NULL, related_name="+"
    )
    note = models.CharField(_("note"), max_length=500, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, editable=False, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    objects = ScopedByClientQuerySet.as_manager()

    class Meta:
        ordering = ["due_on", "id"]
        verbose_name, verbose_name_plural = _("promise"), _("promises")
        indexes = [models.Index(fields=["client", "status"], name="commitment_of_client")]
        constraints = [
            models.CheckConstraint(
                condition=Q(status="open", decided_on__isnull=True)
                | (~Q(status="open") & Q(decided_on__isnull=False)),
                name="commitment_decided_has_a_day",
            )
        ]

    def __str__(self):
        return self.text
