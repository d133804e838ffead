"""Something to do for a client by a day, with a reason."""

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from clients.models import Client
from relationships.querysets import FollowUpQuerySet

from .interaction import Interaction


class FollowUpKind(models.TextChoices):
    CALL = "call", _("Call")
    MEETING = "meeting", _("Meeting")
    VISIT = "visit", _("Visit")
    EMAIL = "email", _("E-mail")
    MESSAGE = "message", _("Message")
    TASK = "task", _("Task")


class FollowUpRule(models.TextChoices):
    """Where a follow-up comes from."""

    MANUAL = "manual", _("Planned by hand")
    NEXT_STEP = "next_step", _("Next step")
    CADENCE = "cadence", _("Time for contact")
    HANDOVER = "handover", _("New lead")
    KICK_OFF = "kick_off", _("Kick-off")
    COMMITMENT = "commitment", _("Promise to the client")
    MILESTONE = "milestone", _("Delivery")
    RENEWAL = "renewal", _("Renewal")
    COLLECTION = "collection", _("Collection")
    PROMISE = "promise", _("Broken promise to pay")
    ISSUE = "issue", _("Issue")
    REQUEST = "request", _("Internal request")
    APPROVAL = "approval", _("Approval")
    DEAL = "deal", _("Deal")
    ADVICE = "advice", _("Advice")
    BAND_DROPPED = "band_dropped", _("Health fell")
    NO_NEXT_STEP = "no_next_step", _("No next step")
    BIRTHDAY = "birthday", _("Birthday")
    ANNIVERSARY = "anniversary", _("Anniversary")
    PLAN_ACTION = "plan_action", _("Action of the plan")


class FollowUpStatus(models.TextChoices):
    OPEN = "open", _("Open")
    DONE = "done", _("Done")
    CLOSED = "closed", _("Closed by itself")
    CANCELLED = "cancelled", _("Cancelled")


@pghistory.track(pghistory.UpdateEvent(row=pghistory.Old))
class FollowUp(models.Model):
    """At most one is open for each (client, rule, reason, subject): a partial unique index says so.

    `subject_id` is the row a rule is about, where one client may have several: the milestone, issue, request, approval,
    deal, commitment, intake, advice, contact (birthday) or plan action; the rule says which table. 0 for the others.

    `reason` is the text a person typed and is empty for rules, whose reason is worked out from `facts`
    in the reader's language (cadence: {"cadence_days": 30, "last_reached_on": "2026-10-01" or null};
    handover: {"from": "Lan Nguyễn" or "", "since": "2026-11-21"}).
    """

    client = models.ForeignKey(
        Client, verbose_name=_("client"), on_delete=models.CASCADE, related_name="follow_ups"
    )
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("for whom"),
        on_delete=models.PROTECT,
        related_name="follow_ups",
    )
    kind = models.CharField(_("kind"), max_length=10, choices=FollowUpKind, default=FollowUpKind.CALL)
    due_on = models.DateField(_("due"))
    due_time = models.TimeField(
        _("at"), null=True, blank=True
    )  # of what is agreed, by the clock of who has it
    rule = models.CharField(_("source"), max_length=12, choices=FollowUpRule, default=FollowUpRule.MANUAL)
    reason = models.CharField(_("why"), max_length=300, blank=True)
    subject_id = models.BigIntegerField(default=0, editable=False)
    facts = models.JSONField(default=dict, blank=True)
    # Somebody gave it to its assignee, so that no rule hands it on while they may still work on the client.
    is_handed = models.BooleanField(_("reassigned"), default=False, db_default=False)
    snoozes = models.PositiveSmallIntegerField(_("times snoozed"), default=0, db_default=0)
    status = models.CharField(_("status"), max_length=10, choices=FollowUpStatus, default=FollowUpStatus.OPEN)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    closed_by_interaction = models.ForeignKey(
        Interaction, null=True, on_delete=models.SET_NULL, related_name="closed_follow_ups"
    )

    objects = FollowUpQuerySet.as_manager()

    class Meta:
        ordering = ["due_on", "id"]
        verbose_name, verbose_name_plural = _("follow-up"), _("follow-ups")
        constraints = [
            models.UniqueConstraint(
                "client",
                "rule",
                "reason",
                "subject_id",
                condition=Q(status="open"),
                name="follow_up_open_once",
            ),
            models.CheckConstraint(
                condition=Q(status="open", closed_at__isnull=True)
                | (~Q(status="open") & Q(closed_at__isnull=False)),
                name="follow_up_closed_has_a_time",
            ),
        ]
        indexes = [
            # Today: what is open for someone, by day
            models.Index(fields=["assignee", "due_on"], condition=Q(status="open"), name="follow_up_queue"),
            # reminders: everything due, of everyone
            models.Index(fields=["due_on"], condition=Q(status="open"), name="follow_up_due"),
            models.Index(fields=["client", "-closed_at"], name="follow_up_of_client"),
        ]

    def __str__(self):
        return f"{self.get_rule_display()} {self.due_on}"
