"""Reads of touchpoints, follow-ups, reminders and scoring models."""

from django.db import models
from django.db.models import F

from clients.querysets import ScopedByClientQuerySet


class InteractionQuerySet(ScopedByClientQuerySet):
    def newest_first(self):
        return self.order_by("-occurred_at", "-id")


class FollowUpQuerySet(ScopedByClientQuerySet):
    def open(self):
        return self.filter(status="open")

    def assigned_to(self, user):
        return self.filter(assignee=user)

    def due_by(self, day):
        return self.filter(due_on__lte=day)

    def ranked(self):
        """The order of Today: the oldest day first, within a day the client with the most revenue."""
        return self.order_by("due_on", F("client__revenue_12m").desc(), "id")


class OwnRatingQuerySet(ScopedByClientQuerySet):
    def newest_first(self):
        return self.order_by("-rated_at", "-id")


class HealthOverrideQuerySet(ScopedByClientQuerySet):
    def running(self, today):
        """Those that are shown on `today` (a date of the house zone): not ended, their last day not over."""
        return self.filter(ended_at__isnull=True, expires_on__gte=today)

    def over(self, today):
        """Those that are shown no more, whether or not the hourly job has seen them."""
        return self.exclude(ended_at__isnull=True, expires_on__gte=today)


class DeliveryQuerySet(models.QuerySet):
    def visible_to(self, user):
        """A reminder is its reader's own."""
        return self.filter(user=user.pk)


class ScoringModelQuerySet(models.QuerySet):
    def current(self):
        """The newest published version. Raises ScoringModel.DoesNotExist before the first migration."""
        return self.order_by("-version")[:1].get()
