"""A way to look at the client list that is worth a name: its filters, order and columns."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.db import in_order
from clients.querysets import SavedViewQuerySet


class SavedView(models.Model):
    """`query` is the query string of the list, without its page. It holds words of filters, never rows."""

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="saved_views", db_index=False
    )
    name = models.CharField(_("name"), max_length=60)
    query = models.CharField(max_length=2000, blank=True)
    is_shared = models.BooleanField(_("for my team too"), default=False)
    pinned_by = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="pinned_views", blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = SavedViewQuerySet.as_manager()

    class Meta:
        ordering = [in_order("name"), "id"]
        verbose_name, verbose_name_plural = _("saved view"), _("saved views")
        constraints = [models.UniqueConstraint("owner", "name", name="saved_view_once")]

    def __str__(self):
        return self.name
