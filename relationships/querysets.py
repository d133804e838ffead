"""Reads of touchpoints, follow-ups, reminders and scoring models."""

import datetime

from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from clients.querysets import ScopedByClientQuerySet

HELD_UP_AFTER_MINUTES = 15


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


class EscalationQuerySet(ScopedByClientQuerySet):
    def running(self):
        return self.filter(ended_at__isnull=True)


class DeliveryQuerySet(models.QuerySet):
    def visible_to(self, user):
        """One's own, as long as one may read the client they are about: a handover takes the words with it."""
        clients = self.model._meta.get_field("client").related_model.objects.visible_to(user)
        return self.filter(
            Q(client__isnull=True) | Exists(clients.filter(pk=OuterRef("client"))), user=user.pk
        )

    def in_app(self):
        """What stands in the list under the bell."""
        return self.filter(channel="in_app", status="sent")

    def mail(self):
        return self.exclude(channel="in_app")

    def held_up(self, now):
        """Mail that should be out at `now` and is not: failed, or waiting longer than a sweep or two."""
        since = now - datetime.timedelta(minutes=HELD_UP_AFTER_MINUTES)
        late = Q(status="failed") | Q(status="pending", send_at__lte=since)
        return self.mail().filter(late | Q(status="sending", claimed_at__lte=since))

    def unread(self):
        """What the bell counts: not read, and not about a follow-up that is closed by now."""
        settled = Q(follow_up__isnull=False) & ~Q(follow_up__status="open")
        return self.in_app().filter(read_at__isnull=True).exclude(settled)


class ScoringModelQuerySet(models.QuerySet):
    def current(self):
        """The newest published version. Raises ScoringModel.DoesNotExist before the first migration."""
        return self.order_by("-version")[:1].get()
