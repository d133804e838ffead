"""Words that people put on clients, to find them together."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.db import folded, ordered
from clients.querysets import ScopedByClientQuerySet, TagQuerySet

from .client import Client


class Tag(models.Model):
    """One word of the house. Two that differ only in case or accents are one: a constraint says so."""

    name = models.CharField(_("tag"), max_length=40)
    name_fold = folded("name")
    name_sort = ordered("name")

    objects = TagQuerySet.as_manager()

    class Meta:
        ordering = ["name_sort"]
        verbose_name, verbose_name_plural = _("tag"), _("tags")
        constraints = [models.UniqueConstraint("name_fold", name="tag_once")]

    def __str__(self):
        return self.name


class ClientTag(models.Model):
    """A tag on a client: who put it there and when."""

    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="client_tags", db_index=False)
    tag = models.ForeignKey(Tag, on_delete=models.CASCADE, related_name="client_tags", db_index=False)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    added_at = models.DateTimeField(auto_now_add=True)

    objects = ScopedByClientQuerySet.as_manager()

    class Meta:
        ordering = ["tag__name_sort"]
        verbose_name, verbose_name_plural = _("tag of a client"), _("tags of clients")
        constraints = [models.UniqueConstraint("client", "tag", name="client_tag_once")]
        indexes = [models.Index(fields=["tag", "client"], name="client_tag_clients")]

    def __str__(self):
        return f"{self.client_id}: {self.tag_id}"
