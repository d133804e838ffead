"""Reads of issues."""

from django.db.models import Q

from .base import ScopedByClientQuerySet

OPEN_STATUSES = ("open", "waiting")


class IssueQuerySet(ScopedByClientQuerySet):
    def open(self):
        """Not resolved: being worked on, or waiting for the client."""
        return self.filter(status__in=OPEN_STATUSES)

    def past_sla(self, moment):
        """Open ones whose first response or resolution is late at `moment`. A clock that waits is never late."""
        response = Q(first_responded_at__isnull=True, response_due_at__lt=moment)
        return self.filter(response | Q(resolution_due_at__lt=moment), status="open")
