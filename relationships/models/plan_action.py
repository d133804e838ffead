"""An action of the plan for a client: what we mean to do, who, and by when."""

import pghistory
from django.conf import settings
from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from clients.models import Client
from clients.querysets import ScopedByClientQuerySet


class PlanActionState(models.TextChoices):
    OPEN = "open", _("Open")
    DONE = "done", _("Done")
    DROPPED = "dropped", _("Dropped")


@pghistory.track(pghistory.UpdateEvent(row=pghistory.Old), pghistory.DeleteEvent())
class PlanAction(models.Model):
    """`goal` is what it is meant to bring about. `closed_on` is the day it was done or dropped."""

    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="plan_actions", db_index=False)
    what = models.CharField(_("what"), max_length=300)
    goal = models.CharField(_("what for"), max_length=300, blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("who"), on_delete=models.PROTECT, related_name="plan_actions"
    )
    due_on = models.DateField(_("by"))
    state = models.CharField(_("state"), max_length=10, choices=PlanActionState, default=PlanActionState.OPEN)
    closed_on = models.DateField(_("closed"), null=True, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    idempotency_key = models.UUIDField(unique=True, db_default=RandomUUID(), editable=False)

    objects = ScopedByClientQuerySet.as_manager()

    class Meta:
        ordering = ["due_on", "id"]
        verbose_name, verbose_name_plural = _("action of the plan"), _("actions of the plan")
        constraints = [
            models.CheckConstraint(
                condition=Q(state="open", closed_on__isnull=True)
                | (~Q(state="open") & Q(closed_on__isnull=False)),
                name="plan_action_closed_has_a_day",
            )
        ]
        indexes = [models.Index(fields=["client", "state", "due_on"], name="plan_action_of_client")]

    def __str__(self):
        return self.what
