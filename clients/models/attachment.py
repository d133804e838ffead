"""Documents of a client, stored outside the static files and served only through a scoped view."""

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from clients.querysets import ScopedByClientQuerySet

from .client import Client
from .contract import Contract, Milestone
from .issue import Issue


def stored_name(attachment, filename):
    """A name that says nothing: what was typed stays in `name` and never becomes a path."""
    key = uuid.uuid4().hex
    return f"{key[:2]}/{key}"


class Attachment(models.Model):
    """`content_type` is what the content itself says, from an allow-list; `name` is shown and offered for download."""

    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="attachments")
    contract = models.ForeignKey(
        Contract, null=True, blank=True, on_delete=models.CASCADE, related_name="attachments"
    )
    milestone = models.ForeignKey(
        Milestone, null=True, blank=True, on_delete=models.CASCADE, related_name="attachments"
    )
    issue = models.ForeignKey(
        Issue, null=True, blank=True, on_delete=models.CASCADE, related_name="attachments"
    )
    name = models.CharField(_("name"), max_length=200)
    content_type = models.CharField(max_length=100)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    file = models.FileField(upload_to=stored_name, max_length=100)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    uploaded_at = models.DateTimeField(auto_now_add=True)

    objects = ScopedByClientQuerySet.as_manager()

    class Meta:
        ordering = ["-uploaded_at", "-id"]
        verbose_name, verbose_name_plural = _("document"), _("documents")

    def __str__(self):
        return self.name
