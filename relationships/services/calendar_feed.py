"""The secret address of a person's calendar: made, replaced, revoked. The secret itself is nowhere kept."""

import datetime
import hashlib
import secrets

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accounts.models import User
from relationships.models import CalendarFeed

SECRET_BYTES = 32
NOTE_READING_EVERY = datetime.timedelta(hours=1)


@transaction.atomic
def create_feed(*, user):
    """Makes a new address, which ends the one before, and returns its secret: it cannot be shown again.

    The user's row is locked, so of two clicks at once the later one's secret is the one that opens.
    """
    User.objects.select_for_update(no_key=True).get(pk=user.pk)
    revoke_feed(user=user)
    secret = secrets.token_urlsafe(SECRET_BYTES)
    CalendarFeed.objects.create(user=user, token_hash=hashed(secret))
    return secret


def revoke_feed(*, user):
    """Ends the address that runs; returns whether there was one."""
    running = CalendarFeed.objects.filter(user=user, revoked_at__isnull=True)
    return bool(running.update(revoked_at=timezone.now()))


def running_feed(user):
    """The `CalendarFeed` that opens now, or None. One query."""
    return CalendarFeed.objects.filter(user=user, revoked_at__isnull=True).first()


def feed_of_secret(secret):
    """The feed, with its user, that `secret` opens; None for one that is unknown, revoked or of somebody gone."""
    feeds = CalendarFeed.objects.filter(token_hash=hashed(secret), revoked_at__isnull=True)
    return feeds.filter(user__is_active=True).select_related("user").first()


def note_reading(*, feed):
    """Says that the feed was read, at most once an hour: calendar programs ask often."""
    now = timezone.now()
    earlier = Q(last_read_at__isnull=True) | Q(last_read_at__lte=now - NOTE_READING_EVERY)
    CalendarFeed.objects.filter(earlier, pk=feed.pk).update(last_read_at=now)


def hashed(secret):
    return hashlib.sha256(secret.encode()).hexdigest()
