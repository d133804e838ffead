"""A late follow-up that somebody above is told of."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from clients.models import Client
from relationships.querysets import EscalationQuerySet

from .follow_up import FollowUp


class EscalationStep(models.TextChoices):
    SNOOZED = "snoozed", _("Put off twice")
    SENIOR = "senior", _("To the senior")
    MANAGER = "manager", _("To the manager")
    REASSIGN = "reassign", _("Offer to reassign the client")


class EscalationEnd(models.TextChoices):
    TOUCHED = "touched", _("The client was reached")
    SETTLED = "settled", _("The follow-up is settled")
    MOVED = "moved", _("The follow-up was put off or handed on")
    KEPT = "kept", _("The client stays with the lead")
    REASSIGNED = "reassigned", _("The client has another lead")


class Escalation(models.Model):
    """One step up for one follow-up. `counted_from` is the day that its working days are counted from.

    A real touchpoint ends what runs and counts anew, so a step comes once for each such day: a constraint says so.
    """

    follow_up = models.ForeignKey(FollowUp, on_delete=models.CASCADE, related_name="escalations")
    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="escalations", db_index=False)
    step = models.CharField(_("step"), max_length=10, choices=EscalationStep)
    to = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("to whom"),
        on_delete=models.CASCADE,
        related_name="escalations",
    )
    counted_from = models.DateField(_("counted from"))
    at = models.DateTimeField(_("when"))
    ended_at = models.DateTimeField(_("over"), null=True, blank=True)
    end = models.CharField(_("why it is over"), max_length=10, choices=EscalationEnd, blank=True)

    objects = EscalationQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-id"]
        verbose_name, verbose_name_plural = _("escalation"), _("escalations")
        constraints = [
            models.UniqueConstraint("follow_up", "step", "counted_from", name="escalation_once"),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, end="") | (Q(ended_at__isnull=False) & ~Q(end="")),
                name="escalation_ends_for_a_reason",
            ),
        ]
        indexes = [
            models.Index(fields=["to", "-at"], condition=Q(ended_at__isnull=True), name="escalation_running"),
            models.Index(fields=["client", "-at"], name="escalation_of_client"),
        ]

    def __str__(self):
        return f"{self.step} {self.at:%Y-%m-%d}"
