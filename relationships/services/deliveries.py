"""What people do to deliveries: reading them, and having mail sent again."""

from dataclasses import dataclass

from django.utils import timezone

from accounts.web.publishing import publish_on_commit
from relationships.followups import dispatch
from relationships.models import Channel, Delivery, DeliveryStatus
from relationships.tasks import send_reminders

ASKED, ON_ITS_WAY, OVER = "asked", "on_its_way", "over"


@dataclass(frozen=True)
class Outcome:
    """What asking again did to one delivery. `done`: ASKED; ON_ITS_WAY, it goes out by itself; OVER, there is nothing
    to tell any more."""

    delivery: Delivery
    done: str


def mark_read(*, user, ids):
    """Marks these of the reader's own reminders as read; returns how many were not yet."""
    return _read(Delivery.objects.filter(user=user, pk__in=ids))


def mark_all_read(*, user, up_to):
    """Marks all of the reader's own up to the one numbered `up_to`: what came since has not been seen."""
    return _read(Delivery.objects.filter(user=user, pk__lte=up_to))


def _read(rows):
    return rows.in_app().filter(read_at__isnull=True).update(read_at=timezone.now())


def send_again(*, deliveries):
    """Has these mails sent again with the next run and returns an `Outcome` for each, in their order.

    One that was sent goes out as a new mail with all that was in it; a failed one as the same. The run is hastened,
    and comes within a minute where the queue loses that.
    """
    ids = [row.pk for row in deliveries]
    sent = [row.message_id for row in deliveries if row.status == DeliveryStatus.SENT]
    together = Delivery.objects.mail().filter(message_id__in=sent).values_list("pk", flat=True)
    asked = dispatch.ask_many_again([*ids, *together])
    if asked:
        publish_on_commit(send_reminders)
    now = Delivery.objects.filter(pk__in=ids).in_bulk()
    return [Outcome(now.get(row.pk, row), _done(now.get(row.pk), asked)) for row in deliveries]


def _done(row, asked):
    if row is not None and row.pk in asked:
        return ASKED
    waits = row is not None and row.status in (DeliveryStatus.PENDING, DeliveryStatus.SENDING)
    return ON_ITS_WAY if waits and row.channel != Channel.IN_APP else OVER
