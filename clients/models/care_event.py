"""What happened in the care of a client, for the timeline: written once by the services, never changed."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from clients.querysets import ScopedByClientQuerySet

from .client import Client


class CareEventKind(models.TextChoices):
    """Sentences are made of kind and facts in the reader's language (relationships.timeline)."""

    INTAKE = "intake", _("Handed over by sales")
    KICK_OFF = "kick_off", _("Kick-off held")
    COMMITMENT_KEPT = "commitment_kept", _("Promise kept")
    COMMITMENT_WITHDRAWN = "commitment_withdrawn", _("Promise withdrawn")
    CONTRACT_SIGNED = "contract_signed", _("Contract signed")
    CONTRACT_ENDED = "contract_ended", _("Contract ended")
    NOTICE_GIVEN = "notice_given", _("Notice given")
    RENEWAL_OPENED = "renewal_opened", _("Renewal prepared")
    RENEWAL_LOST = "renewal_lost", _("Renewal lost")
    MILESTONE_DONE = "milestone_done", _("Delivered")
    MILESTONE_ACCEPTED = "milestone_accepted", _("Accepted by the client")
    INVOICE_ISSUED = "invoice_issued", _("Invoice issued")
    CREDIT_NOTE = "credit_note", _("Credit note")
    INVOICE_CANCELLED = "invoice_cancelled", _("Invoice cancelled")
    PAYMENT = "payment", _("Payment received")
    PAYMENT_REVERSED = "payment_reversed", _("Payment reversed")
    DISPUTED = "disputed", _("Invoice disputed")
    DISPUTE_SETTLED = "dispute_settled", _("Dispute settled")
    PROMISE_MADE = "promise_made", _("Promise to pay")
    PROMISE_KEPT = "promise_kept", _("Promise to pay kept")
    PROMISE_BROKEN = "promise_broken", _("Promise to pay broken")
    PROMISE_WITHDRAWN = "promise_withdrawn", _("Promise to pay withdrawn")
    ISSUE_OPENED = "issue_opened", _("Issue opened")
    ISSUE_RESPONDED = "issue_responded", _("First response to an issue")
    ISSUE_WAITING = "issue_waiting", _("Issue waits for the client")
    ISSUE_RESUMED = "issue_resumed", _("Issue in work again")
    ISSUE_RESOLVED = "issue_resolved", _("Issue resolved")
    ISSUE_REOPENED = "issue_reopened", _("Issue reopened")
    ISSUE_RATED = "issue_rated", _("Solution rated")
    ISSUE_BREACHED = "issue_breached", _("Service level missed")
    REQUEST_ASKED = "request_asked", _("Department asked")
    REQUEST_ANSWERED = "request_answered", _("Department answered")
    REQUEST_CLOSED = "request_closed", _("Internal request closed")
    DEAL_OPENED = "deal_opened", _("Deal opened")
    DEAL_WON = "deal_won", _("Deal won")
    DEAL_LOST = "deal_lost", _("Deal lost")
    APPROVAL_ASKED = "approval_asked", _("Approval asked")
    APPROVAL_DECIDED = "approval_decided", _("Approval decided")
    ADVICE_GIVEN = "advice_given", _("Advice given")
    ADVICE_ANSWERED = "advice_answered", _("Advice answered")
    RATED = "rated", _("Relationship rated")
    OVERRIDDEN = "overridden", _("Health overridden")
    OVERRIDE_ENDED = "override_ended", _("Override ended")
    SNOOZED = "snoozed", _("Put off")
    REASSIGNED = "reassigned", _("Handed to a colleague")
    REOPENED = "reopened", _("Opened again")
    ESCALATED = "escalated", _("Escalated")
    ESCALATION_ENDED = "escalation_ended", _("Escalation over")
    REPORT_SENT = "report_sent", _("Report sent to the client")


class CareEvent(models.Model):
    """`subject_id` is the row it is about (which table follows from `kind`); `facts` copies names and amounts."""

    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="care_events", db_index=False)
    kind = models.CharField(max_length=20, choices=CareEventKind)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    subject_id = models.BigIntegerField(default=0)
    facts = models.JSONField(default=dict)

    objects = ScopedByClientQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-id"]
        indexes = [models.Index(fields=["client", "-at", "-id"], name="event_of_client")]

    def __str__(self):
        return f"{self.kind} {self.at:%Y-%m-%d}"
