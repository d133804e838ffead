"""What troubles a client: complaints, technical problems, conflicts; with service levels and clocks that pause."""

import pghistory
from django.conf import settings
from django.contrib.postgres.functions import RandomUUID
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Department, Segment
from clients.querysets import IssueQuerySet, ScopedByClientQuerySet

from .client import Client
from .contact import Contact
from .contract import Contract


class IssueCategory(models.TextChoices):
    COMPLAINT = "complaint", _("Complaint")
    TECHNICAL = "technical", _("Technical problem")
    CONFLICT = "conflict", _("Conflict")
    BILLING = "billing", _("Billing")
    DELIVERY = "delivery", _("Delivery")


class Severity(models.IntegerChoices):
    """The numbers weigh in the health component (HEALTH.md)."""

    LOW = 1, pgettext_lazy("severity", "Low")
    MEDIUM = 3, pgettext_lazy("severity", "Medium")
    HIGH = 5, pgettext_lazy("severity", "High")
    CRITICAL = 10, pgettext_lazy("severity", "Critical")


class IssueStatus(models.TextChoices):
    OPEN = "open", _("In work")
    WAITING = "waiting", _("Waiting for the client")
    RESOLVED = "resolved", _("Resolved")


class SlaPolicy(models.Model):
    """Working hours to the first response and to the resolution, by severity and segment. Data, edited by an admin."""

    severity = models.PositiveSmallIntegerField(_("severity"), choices=Severity)
    segment = models.CharField(_("segment"), max_length=10, choices=Segment)
    response_hours = models.DecimalField(
        _("first response, working hours"), max_digits=6, decimal_places=2, validators=[MinValueValidator(0)]
    )
    resolution_hours = models.DecimalField(
        _("resolution, working hours"), max_digits=6, decimal_places=2, validators=[MinValueValidator(0)]
    )

    class Meta:
        ordering = ["-severity", "segment"]
        verbose_name, verbose_name_plural = _("service level"), _("service levels")
        constraints = [
            models.UniqueConstraint("severity", "segment", name="sla_once"),
            models.CheckConstraint(
                condition=Q(response_hours__gt=0, resolution_hours__gte=F("response_hours")),
                name="sla_responds_before_it_resolves",
            ),
        ]

    def __str__(self):
        return f"{self.severity} {self.segment}"


@pghistory.track(
    pghistory.UpdateEvent(row=pghistory.Old, condition=pghistory.AnyChange(exclude=["updated_at"])),
    pghistory.DeleteEvent(),
)
class Issue(models.Model):
    """The service level is copied when the issue opens. `title` may be shown to the client, `description` never is.

    `response_due_at` and `resolution_due_at` are moments on the working calendar; the latter is null while the
    clock stands still (waiting, resolved). The clock's runs are rows of IssueClock, so that any past day can be
    told.
    """

    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="issues", db_index=False)
    title = models.CharField(_("what is wrong"), max_length=200)
    description = models.TextField(_("internal description"), max_length=4000, blank=True)
    category = models.CharField(
        _("category"), max_length=12, choices=IssueCategory, default=IssueCategory.COMPLAINT
    )
    severity = models.PositiveSmallIntegerField(_("severity"), choices=Severity, default=Severity.MEDIUM)
    status = models.CharField(_("status"), max_length=10, choices=IssueStatus, default=IssueStatus.OPEN)
    contact = models.ForeignKey(
        Contact,
        verbose_name=_("raised by"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    department = models.ForeignKey(
        Department,
        verbose_name=_("department asked"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    contract = models.ForeignKey(
        Contract,
        verbose_name=_("contract"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="issues",
    )
    opened_at = models.DateTimeField(_("opened"))
    opened_on = models.DateField(editable=False)  # the local day in the house zone
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, editable=False, on_delete=models.SET_NULL, related_name="+"
    )
    response_hours = models.DecimalField(max_digits=6, decimal_places=2, editable=False)
    resolution_hours = models.DecimalField(max_digits=6, decimal_places=2, editable=False)
    response_due_at = models.DateTimeField(_("first response due"), editable=False)
    resolution_due_at = models.DateTimeField(_("resolution due"), null=True, editable=False)
    first_responded_at = models.DateTimeField(_("first response"), null=True, blank=True)
    resolved_at = models.DateTimeField(_("resolved"), null=True, blank=True)
    resolution = models.TextField(_("resolution"), max_length=2000, blank=True)
    satisfaction = models.PositiveSmallIntegerField(
        _("satisfaction, 1 to 5"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(5)],
    )
    reopened = models.PositiveSmallIntegerField(_("times reopened"), default=0, editable=False)
    breached_at = models.DateTimeField(_("service level missed"), null=True, editable=False)
    source = models.CharField(max_length=20, blank=True, editable=False)
    source_ref = models.CharField(max_length=200, blank=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)
    idempotency_key = models.UUIDField(unique=True, db_default=RandomUUID(), editable=False)

    objects = IssueQuerySet.as_manager()

    class Meta:
        ordering = ["-opened_at", "-id"]
        verbose_name, verbose_name_plural = _("issue"), _("issues")
        indexes = [
            models.Index(fields=["client", "-opened_at"], name="issue_of_client"),
            models.Index(  # health, the header line, the rules: what is open of a client
                fields=["client", "-severity"],
                condition=Q(status__in=["open", "waiting"]),
                name="issue_open_of_client",
            ),
            models.Index(  # the minute's look for what has just missed its service level
                fields=["resolution_due_at"], condition=Q(status="open"), name="issue_due"
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(status="resolved", resolved_at__isnull=False)
                | (~Q(status="resolved") & Q(resolved_at__isnull=True)),
                name="issue_resolved_has_a_time",
            ),
            models.CheckConstraint(
                condition=Q(satisfaction__isnull=True) | Q(satisfaction__range=(1, 5)),
                name="issue_satisfaction_1_to_5",
            ),
            models.UniqueConstraint(
                "source", "source_ref", condition=~Q(source_ref=""), name="issue_once_per_source"
            ),
        ]

    def __str__(self):
        return self.title


class ClockStop(models.TextChoices):
    WAITING = "waiting", _("Waiting for the client")
    RESOLVED = "resolved", _("Resolved")


class IssueClock(models.Model):
    """One run of an issue's resolution clock; `stopped_at` null: it runs. `stopped_for` says why it stood."""

    issue = models.ForeignKey(Issue, on_delete=models.CASCADE, related_name="clock_runs", db_index=False)
    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="+", db_index=False)
    started_at = models.DateTimeField()
    stopped_at = models.DateTimeField(null=True)
    stopped_for = models.CharField(max_length=10, choices=ClockStop, blank=True)

    objects = ScopedByClientQuerySet.as_manager()

    class Meta:
        ordering = ["started_at", "id"]
        indexes = [models.Index(fields=["client", "stopped_for"], name="clock_of_client")]
        constraints = [
            models.UniqueConstraint("issue", condition=Q(stopped_at__isnull=True), name="clock_runs_once"),
            models.UniqueConstraint("issue", "started_at", name="clock_starts_once"),
            models.CheckConstraint(
                condition=Q(stopped_at__isnull=True, stopped_for="")
                | (Q(stopped_at__gte=F("started_at")) & ~Q(stopped_for="")),
                name="clock_stops_after_it_starts",
            ),
        ]

    def __str__(self):
        return f"{self.issue_id} {self.started_at:%Y-%m-%d %H:%M}"


class IssueEntryKind(models.TextChoices):
    OPENED = "opened", _("Opened")
    RESPONDED = "responded", _("First response")
    WAITING = "waiting", _("Waiting for the client")
    RESUMED = "resumed", _("In work again")
    RESOLVED = "resolved", _("Resolved")
    REOPENED = "reopened", _("Reopened")
    RATED = "rated", _("Rated by the client")
    NOTE = "note", _("Note")


class IssueEntry(models.Model):
    """What happened to an issue, kept for ever; reopening adds to it."""

    issue = models.ForeignKey(Issue, on_delete=models.CASCADE, related_name="entries")
    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="+", db_index=False)
    kind = models.CharField(max_length=10, choices=IssueEntryKind)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    text = models.TextField(max_length=2000, blank=True)

    objects = ScopedByClientQuerySet.as_manager()

    class Meta:
        ordering = ["at", "id"]

    def __str__(self):
        return f"{self.issue_id} {self.kind}"
