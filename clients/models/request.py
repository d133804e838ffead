"""Internal coordination: what an account manager asks of another department for a client."""

import pghistory
from django.conf import settings
from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Department
from clients.querysets import InternalRequestQuerySet

from .client import Client
from .contract import Contract
from .deal import Deal
from .issue import Issue


class RequestState(models.TextChoices):
    OPEN = "open", _("Open")
    TAKEN = "taken", _("In work")
    DONE = "done", _("Done")
    DECLINED = "declined", _("Declined")
    WITHDRAWN = "withdrawn", _("Withdrawn")


@pghistory.track(pghistory.UpdateEvent(row=pghistory.Old), pghistory.DeleteEvent())
class InternalRequest(models.Model):
    """The department's people see `what`, `details`, the client's name and the answers; nothing else of the client."""

    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="requests", db_index=False)
    department = models.ForeignKey(
        Department,
        verbose_name=_("department"),
        on_delete=models.PROTECT,
        related_name="requests",
        db_index=False,
    )
    what = models.CharField(_("what is needed"), max_length=200)
    details = models.TextField(_("details"), max_length=4000, blank=True)
    issue = models.ForeignKey(
        Issue,
        verbose_name=_("issue"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="requests",
    )
    contract = models.ForeignKey(
        Contract,
        verbose_name=_("contract"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="requests",
    )
    deal = models.ForeignKey(
        Deal,
        verbose_name=_("deal"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="requests",
    )
    due_on = models.DateField(_("needed by"))
    state = models.CharField(_("state"), max_length=10, choices=RequestState, default=RequestState.OPEN)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, editable=False, on_delete=models.SET_NULL, related_name="+"
    )
    taken_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, editable=False, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(_("asked"), auto_now_add=True)
    closed_at = models.DateTimeField(_("closed"), null=True, editable=False)
    idempotency_key = models.UUIDField(unique=True, db_default=RandomUUID(), editable=False)

    objects = InternalRequestQuerySet.as_manager()

    class Meta:
        ordering = ["due_on", "id"]
        verbose_name, verbose_name_plural = _("internal request"), _("internal requests")
        indexes = [
            models.Index(fields=["client", "state"], name="request_of_client"),
            models.Index(fields=["department", "state", "due_on"], name="request_of_department"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["open", "taken"], closed_at__isnull=True)
                | (~Q(state__in=["open", "taken"]) & Q(closed_at__isnull=False)),
                name="request_closed_has_a_time",
            )
        ]

    def __str__(self):
        return self.what


class RequestAnswer(models.Model):
    """One answer in the thread of a request, from the department or from who asked."""

    request = models.ForeignKey(InternalRequest, on_delete=models.CASCADE, related_name="answers")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    text = models.TextField(_("answer"), max_length=4000)
    created_at = models.DateTimeField(auto_now_add=True)
    idempotency_key = models.UUIDField(unique=True, db_default=RandomUUID(), editable=False)

    class Meta:
        ordering = ["created_at", "id"]
        verbose_name, verbose_name_plural = _("answer"), _("answers")

    def __str__(self):
        return self.text[:40]
