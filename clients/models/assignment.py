"""Who looks after a client, from when to when, and why."""

import pghistory
from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _

from clients.querysets import AssignmentQuerySet

from .client import Client


class AssignmentRole(models.TextChoices):
    LEAD = "lead", _("Lead")
    SUPPORT = "support", _("Support")
    TECHNICAL = "technical", _("Technical")
    FINANCE = "finance", _("Finance")
    SPONSOR = "sponsor", _("Executive sponsor")
    COVER = "cover", _("Cover")


class TimeRange(Func):
    function = "TSTZRANGE"
    output_field = DateTimeRangeField()


@pghistory.track()
class Assignment(models.Model):
    """One period in which one person has one role for a client. `ended_at` null: it runs.

    A former lead may read until `read_until` (a handover names it) and never writes.
    """

    client = models.ForeignKey(
        Client, verbose_name=_("client"), on_delete=models.CASCADE, related_name="assignments"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("person"),
        on_delete=models.PROTECT,
        related_name="assignments",
    )
    role = models.CharField(_("role"), max_length=10, choices=AssignmentRole, default=AssignmentRole.LEAD)
    started_at = models.DateTimeField(_("from"))
    ended_at = models.DateTimeField(_("to"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=500)
    override_reason = models.CharField(_("reason for going over capacity"), max_length=500, blank=True)
    assigned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("assigned by"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    read_until = models.DateField(_("may read until"), null=True, blank=True)

    objects = AssignmentQuerySet.as_manager()

    class Meta:
        ordering = ["-started_at", "-id"]
        verbose_name, verbose_name_plural = _("assignment"), _("assignments")
        constraints = [
            ExclusionConstraint(
                name="assignment_one_lead_at_a_time",
                expressions=[
                    ("client", RangeOperators.EQUAL),
                    (TimeRange("started_at", "ended_at"), RangeOperators.OVERLAPS),
                ],
                condition=Q(role="lead"),
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | Q(ended_at__gte=F("started_at")),
                name="assignment_ends_after_it_starts",
            ),
            models.UniqueConstraint(
                "client", "user", "role", condition=Q(ended_at__isnull=True), name="assignment_runs_once"
            ),
        ]
        indexes = [
            # visible_to: the clients of some people, with the dates that decide, from the index alone
            models.Index(
                fields=["user"],
                include=["client", "role", "started_at", "ended_at"],
                name="assignment_of_user",
            ),
            # the lead of each client in a list
            models.Index(
                fields=["client"], condition=Q(role="lead", ended_at__isnull=True), name="assignment_lead_now"
            ),
        ]

    def __str__(self):
        return f"{self.get_role_display()} {self.started_at:%Y-%m-%d}"
