"""Reminders: a row for each follow-up that falls due, delivered however often the job runs or dies.

In-app reminders are there as soon as the row is. The daily mail goes out from 08:00 of a working day in its reader's
own zone: the rows of one person are claimed in one short transaction, sent outside of it, then marked. What a killed
worker leaves in `sending` is taken up after ten minutes, what failed after a growing pause; after a downtime everything
that has come together goes out as one mail. One person's bad row or address never keeps the others waiting.

Recipients are users of Tend and nobody else: the address is read from the user's row, never from a client's.
"""

import datetime
import logging
import uuid
import zoneinfo
from dataclasses import dataclass

from django.core.mail import get_connection
from django.db import connection, transaction
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Least
from django.utils import timezone

from accounts.models import User
from relationships.followups import digest, rules
from relationships.mail import server_is_away
from relationships.models import Channel, Delivery, DeliveryStatus, FollowUp

STUCK_AFTER_MINUTES = 10
ERROR_LENGTH = 500
MOST_ATTEMPTS_COUNTED = 1000  # the column is small; an outage of weeks must not overflow it
# A mail server that three people in a row could not reach is away: the rest wait for the next minute, unclaimed.
UNREACHED_BEFORE_PAUSE = 3
DIGEST_LOCK = 0x7E4D  # first key of the advisory lock on one person's mail; the second is the user's id

logger = logging.getLogger(__name__)

# Follow-ups due in their assignee's own zone that have no row for this day yet. `zones` holds each zone in use with
# its day and with the moment of its next mail.
PLAN = """
INSERT INTO relationships_delivery
    (follow_up_id, user_id, channel, due_on, send_at, status, attempts, sent_at, error, message_id)
SELECT f.id, f.assignee_id, channel.name, f.due_on,
       CASE channel.name WHEN 'in_app' THEN %(now)s ELSE zones.digest_at END,
       CASE channel.name WHEN 'in_app' THEN 'sent' ELSE 'pending' END, 0,
       CASE channel.name WHEN 'in_app' THEN %(now)s END, '', gen_random_uuid()
FROM relationships_followup f
JOIN accounts_user u ON u.id = f.assignee_id AND u.is_active
JOIN unnest(%(zones)s::text[], %(days)s::date[], %(digests)s::timestamptz[])
     AS zones(name, day, digest_at) ON zones.name = u.time_zone
CROSS JOIN (VALUES ('in_app'), ('digest')) AS channel(name)
WHERE f.status = 'open' AND f.due_on <= zones.day
  AND NOT EXISTS (
      SELECT FROM relationships_delivery d
      WHERE d.follow_up_id = f.id AND d.user_id = f.assignee_id AND d.channel = channel.name
        AND d.due_on = f.due_on)
ON CONFLICT (follow_up_id, user_id, channel, due_on) DO NOTHING
"""

# Mail that waits for something that is no longer so: closed, moved, handed over, or its reader has left.
DROP = """
DELETE FROM relationships_delivery d
USING relationships_followup f, accounts_user u
WHERE f.id = d.follow_up_id AND u.id = d.user_id AND d.channel = 'digest'
  AND (d.status IN ('pending', 'failed') OR d.status = 'sending' AND d.claimed_at <= %(stuck_since)s)
  AND (f.status <> 'open' OR f.due_on <> d.due_on OR f.assignee_id <> d.user_id OR NOT u.is_active)
"""


@dataclass
class Delivered:
    """What one run did: rows planned, mails sent, mails that failed."""

    planned: int = 0
    sent: int = 0
    failed: int = 0


def deliver_due():
    """Plans what has fallen due and sends every mail whose time has come. Returns a `Delivered`."""
    done = Delivered(planned=plan_deliveries())
    unreached = 0
    mail = get_connection()
    for user in _people_to_mail():
        rows = claim(user)
        if not rows:
            continue
        error = _send(user, rows, mail)
        if error is None:
            mark_sent(rows)
            done.sent, unreached = done.sent + 1, 0
            continue
        mark_failed(rows, error)
        done.failed, unreached = done.failed + 1, unreached + 1 if server_is_away(error) else 0
        if unreached >= UNREACHED_BEFORE_PAUSE:
            break
    _close(mail)
    return done


def plan_deliveries():
    """Makes the rows of everything due that has none, drops those without a reason. Returns how many are new."""
    now = timezone.now()
    names = list(User.objects.active().order_by().values_list("time_zone", flat=True).distinct())
    zones = [zoneinfo.ZoneInfo(name) for name in names]
    values = {
        "now": now,
        "zones": names,
        "days": [now.astimezone(zone).date() for zone in zones],
        "digests": [rules.next_digest_at(now, zone) for zone in zones],
    }
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(DROP, {"stuck_since": _stuck_since(now)})
        cursor.execute(PLAN, values)
        return cursor.rowcount


def _stuck_since(now):
    return now - datetime.timedelta(minutes=STUCK_AFTER_MINUTES)


def _due(now):
    """Digest rows to be sent now: waiting, failed and paused long enough, or left behind by a dead worker."""
    waiting = Q(status__in=[DeliveryStatus.PENDING, DeliveryStatus.FAILED], send_at__lte=now)
    stuck = Q(status=DeliveryStatus.SENDING, claimed_at__lte=_stuck_since(now))
    return Delivery.objects.filter(waiting | stuck, channel=Channel.DIGEST)


def _people_to_mail():
    """Active people with mail to be sent who are not in their quiet hours; those who failed before come last."""
    now = timezone.now()
    due = _due(now).filter(user=OuterRef("pk"))
    people = User.objects.active().filter(Exists(due)).annotate(retried=Exists(due.filter(attempts__gt=0)))
    return [user for user in people.order_by("retried", "pk") if rules.may_mail_at(now, user.zone)]


def _send(user, rows, mail):
    """Sends one person's mail; returns None or the error. A connection that failed is closed for the next one."""
    try:
        mail.open()
        if not mail.send_messages([digest.compose(user, rows)]):
            raise OSError("the mail server took no message")
    except Exception as error:  # a template, an address, a server: this person's mail waits, the others go on
        logger.warning("The mail of user %s failed: %s", user.pk, error)
        _close(mail)
        return error
    return None


def _close(mail):
    try:
        mail.close()
    except Exception as error:  # a connection that is broken already
        logger.info("The mail connection did not close: %s", error)


@transaction.atomic
def claim(user):
    """The rows of one person's next mail, marked `sending`; [] where another worker has them.

    A mail that failed earlier the same day goes out again by itself under its own Message-ID, since it may have
    arrived after all. Anything older comes together with the rest in one new mail. Only clients in the reader's
    hands are ever told of.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", [DIGEST_LOCK, user.pk])
        if not cursor.fetchone()[0]:
            return []
    now = timezone.now()
    still_theirs = FollowUp.objects.changeable_by(user).open().assigned_to(user)
    due = _due(now).filter(user=user, follow_up__in=still_theirs, follow_up__due_on=F("due_on"))
    rows = list(due.select_for_update(of=("self",)))
    again = [row for row in rows if row.claimed_at and _same_day(row.claimed_at, now, user.zone)]
    message_id = again[0].message_id if again else uuid.uuid4()
    rows = [row for row in again if row.message_id == message_id] if again else rows
    Delivery.objects.filter(pk__in=[row.pk for row in rows]).update(
        status=DeliveryStatus.SENDING,
        claimed_at=now,
        attempts=Least(F("attempts") + 1, MOST_ATTEMPTS_COUNTED),
        message_id=message_id,
    )
    for row in rows:
        row.message_id, row.attempts = message_id, row.attempts + 1
    return rows


def _same_day(one, other, zone):
    return one.astimezone(zone).date() == other.astimezone(zone).date()


def mark_sent(rows):
    """Only rows that are still in `sending` under this mail's id: another worker may have taken them up."""
    _ours(rows).update(status=DeliveryStatus.SENT, sent_at=timezone.now(), error="")


def mark_failed(rows, error):
    """Keeps the error for people to read and sets the time of the next attempt: soon when nobody's mail gets out."""
    attempts = 1 if server_is_away(error) else max(row.attempts for row in rows)
    _ours(rows).update(
        status=DeliveryStatus.FAILED,
        error=f"{type(error).__name__}: {error}"[:ERROR_LENGTH],
        send_at=timezone.now() + rules.retry_after(attempts),
    )


def _ours(rows):
    return Delivery.objects.filter(
        pk__in=[row.pk for row in rows],
        status=DeliveryStatus.SENDING,
        message_id=rows[0].message_id,
    )
