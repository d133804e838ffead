"""A note about a client that is no touch: for colleagues, with whom it is meant for, and pinned when it matters."""

import pghistory
from django.conf import settings
from django.contrib.postgres.functions import RandomUUID
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.db import Fold
from clients.models import Attachment, Client
from clients.querysets import ScopedByClientQuerySet


@pghistory.track(pghistory.UpdateEvent(row=pghistory.Old), pghistory.DeleteEvent())
class Note(models.Model):
    """Internal: nothing of it is ever sent to a client. `mentioned` are the colleagues named in it with @, who are told
    in Tend if they may see the client. `documents` are the client's own that it speaks of; they outlive it. `version`
    guards edits."""

    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="notes", db_index=False)
    text = models.TextField(_("note"), max_length=4000)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    mentioned = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="+", blank=True)
    documents = models.ManyToManyField(Attachment, related_name="notes", blank=True)
    pinned_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(_("written"), auto_now_add=True)
    edited_at = models.DateTimeField(null=True, blank=True, editable=False)
    idempotency_key = models.UUIDField(unique=True, db_default=RandomUUID(), editable=False)

    objects = ScopedByClientQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-id"]
        verbose_name, verbose_name_plural = _("note"), _("notes")
        indexes = [
            models.Index(fields=["client", "-created_at", "-id"], name="note_timeline"),
            models.Index(fields=["client"], condition=Q(pinned_at__isnull=False), name="note_pinned"),
            GinIndex(OpClass(Fold("text"), "gin_trgm_ops"), name="note_search"),
        ]

    def __str__(self):
        return self.text[:40]
