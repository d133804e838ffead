"""Reads of deals."""

from .base import ScopedByClientQuerySet

OPEN_STAGES = ("open", "proposal", "negotiation")


class DealQuerySet(ScopedByClientQuerySet):
    def open(self):
        return self.filter(stage__in=OPEN_STAGES)

    def won(self):
        return self.filter(stage="won")
