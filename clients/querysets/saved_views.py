"""Reads of saved views."""

from django.db import models
from django.db.models import Exists, OuterRef, Q

# The view without a name holds the columns that its owner sees unless an address says otherwise. Nobody else sees it.
DEFAULT_NAME = ""


class SavedViewQuerySet(models.QuerySet):
    def visible_to(self, user):
        """One's own, and what people of one's team share. A view shows each reader their own clients alone."""
        shared = Q(is_shared=True, owner__team__isnull=False, owner__team=user.team_id) & ~Q(
            name=DEFAULT_NAME
        )
        return self.filter(Q(owner=user) | shared)

    def named(self):
        return self.exclude(name=DEFAULT_NAME)

    def with_pin(self, user):
        """Adds `is_pinned`, whether `user` has it as a tab, and the owner. No query of its own."""
        pins = self.model.pinned_by.through.objects.filter(savedview=OuterRef("pk"), user=user.pk)
        return self.select_related("owner").annotate(is_pinned=Exists(pins))
