"""Reminders that arrive: planned as rows, then each mail is claimed, sent and marked.

In-app reminders are there as soon as the row is. The daily mail goes out at its reader's own time of a working day,
news of a key client at risk at once, outside of quiet hours. Whatever dies in between loses nothing: the rows say what
is due, `claiming` who has it in hand. What failed is tried again after a growing pause; after a downtime everything
that has come together goes out as one mail. One person's bad row or address never keeps the others waiting; a mail
server that is away pauses a run after three people, and one that hangs costs EMAIL_TIMEOUT each of these times.

A mail goes out twice only where SMTP itself cannot say: the worker was killed, or the connection lost, after the server
had taken the mail and before that was known and marked here. Then it has the same Message-ID, and its reader's program
can tell. Rows of such a mail are not put together with others, or it would be another mail.

Recipients are users of Tend and nobody else: the address is read from the user's row, and one that is also that of a
contact at a client is refused.
"""

import logging
import time
from collections import deque
from dataclasses import dataclass
from smtplib import SMTPRecipientsRefused, SMTPResponseException

from django.contrib.postgres.functions import RandomUUID
from django.core.mail import get_connection
from django.db import transaction
from django.utils import timezone

from relationships.followups import claiming, digest, instant
from relationships.followups.letters import read_letters
from relationships.followups.planning import people_to_mail, still_so
from relationships.mail import server_is_away
from relationships.models import Channel, Delivery, DeliveryStatus

# A mail server that three people in a row could not reach is away: the rest wait for the next minute, unclaimed.
UNREACHED_BEFORE_PAUSE = 3
TURN_SECONDS = 60  # of the 300 that a task has; a mail more may take EMAIL_TIMEOUT a few times
PEOPLE_AT_ONCE = 200
MANY_PEOPLE = PEOPLE_AT_ONCE  # from here on a second worker is worth its start
MAILS_A_CLAIM = 10  # of a worker that is killed these go out by themselves, as if they might have arrived
CLAIM_SECONDS = 5  # then it is renewed, see claiming.GRACE
MAILS_A_CONNECTION = 500  # servers count; a new connection now and then costs nothing

logger = logging.getLogger(__name__)


@dataclass
class Delivered:
    """What one turn did: mails sent, mails that failed. `more`: there is work left for another turn."""

    sent: int = 0
    failed: int = 0
    more: bool = False


def are_many():
    """Whether so many people wait for mail that another worker should help."""
    return len(people_to_mail()) > MANY_PEOPLE


def send_due(seconds=TURN_SECONDS):
    """Sends what is due for about `seconds`. Returns a `Delivered`; nothing where enough others are at it."""
    with claiming.a_place() as has_place:
        if not has_place:
            return Delivered()
        turn = Turn(seconds)
        try:
            turn.work()
        finally:
            turn.close()
        return turn.done


class Turn:
    """One worker's stretch of sending over one SMTP connection."""

    def __init__(self, seconds):
        self.done = Delivered()
        self.ends_at = time.monotonic() + seconds
        self.mail = get_connection()
        self.session = claiming.session()
        self.unreached = self.on_this_connection = 0

    def work(self):
        waiting = people_to_mail()
        while waiting:
            with claiming.some_of(waiting, most=PEOPLE_AT_ONCE) as taken:
                if not taken:
                    return
                if not self._send_all(deque(read_letters(taken))):
                    return
                waiting = waiting[waiting.index(taken[-1]) + 1 :]

    def _send_all(self, letters):
        """Sends letters in their order, claimed a few at a time. False when the turn is over."""
        while letters:
            if not self._goes_on():
                return False
            few = [letters.popleft() for _number in range(min(len(letters), MAILS_A_CLAIM))]
            claimed = deque(
                claiming.claim(few)
            )  # without what was closed or moved just now: read anew next time
            self._send_few(claimed)
            if claimed:
                claiming.give_back(claimed)
                letters.extendleft(reversed(claimed))
        return True

    def _send_few(self, claimed):
        """Takes claimed letters from the front and sends them, until their claim grows old or the turn is over."""
        sent, renew_at = [], time.monotonic() + CLAIM_SECONDS
        while claimed and time.monotonic() < renew_at and self._goes_on():
            letter = claimed.popleft()
            if self._deliver(letter):
                sent.append(letter)
                # The last writes of a few mails wait for the disk, and those before are there with them.
                claiming.mark_sent(letter, soon_on_disk=bool(claimed))
        if sent and claiming.session() != self.session:
            claiming.mark_sent(*sent)  # if PostgreSQL crashed, it may have lost what was not on the disk

    def _goes_on(self):
        """False when the turn is over, or the mail server away, or the locks lost with the connection."""
        if self.unreached >= UNREACHED_BEFORE_PAUSE:
            return False
        self.done.more = time.monotonic() > self.ends_at or claiming.session() != self.session
        return not self.done.more

    def _deliver(self, letter):
        """Whether a claimed letter was sent; if not, that is marked."""
        error, uncertain = self._send(letter)
        if error is None:
            self.done.sent, self.unreached = self.done.sent + 1, 0
            return True
        claiming.mark_failed(letter, error, uncertain=uncertain)
        self.done.failed += 1
        self.unreached = self.unreached + 1 if server_is_away(error) else 0
        return False

    def _send(self, letter):
        """(None, False), or the error and whether the mail may have arrived all the same."""
        handed_over = False
        try:
            message = (instant if letter.channel == Channel.INSTANT else digest).compose(letter)
            self.mail.open()
            handed_over = True
            if not self.mail.send_messages([message]):
                raise OSError("the mail server took no message")
        except Exception as error:  # a template, an address, a server: this mail waits, the others go on
            logger.warning("The mail of user %s failed: %s", letter.user.pk, error)
            self.close()
            answered = isinstance(error, SMTPResponseException | SMTPRecipientsRefused)
            return error, handed_over and server_is_away(error) and not answered
        self.on_this_connection += 1
        if self.on_this_connection >= MAILS_A_CONNECTION:
            self.close()
        return None, False

    def close(self):
        self.on_this_connection = 0
        try:
            self.mail.close()
        except Exception as error:  # a connection that is broken already
            logger.info("The mail connection did not close: %s", error)


def ask_again(delivery):
    """Has a mail sent again with the next run, whatever its pause. Returns whether it will be, see `ask_many_again`."""
    return delivery.pk in ask_many_again([delivery.pk])


@transaction.atomic
def ask_many_again(delivery_ids):
    """Has mails sent again with the next run, whatever their pause. Returns the ids of those that will be. Six queries.

    A failed one stays the same mail, with its Message-ID; one that was sent is a new mail. Left as they are: what is
    told in Tend alone, is on its way already, or tells of something that is over.
    """
    rows = Delivery.objects.filter(pk__in=still_so(delivery_ids)).exclude(channel=Channel.IN_APP)
    rows = rows.filter(status__in=(DeliveryStatus.FAILED, DeliveryStatus.SENT))
    found = dict(rows.order_by("pk").select_for_update(of=("self",)).values_list("pk", "status"))
    changes = {"status": DeliveryStatus.PENDING, "send_at": timezone.now(), "error": ""}
    Delivery.objects.filter(pk__in=_of(found, DeliveryStatus.FAILED)).update(**changes)
    Delivery.objects.filter(pk__in=_of(found, DeliveryStatus.SENT)).update(
        **changes,
        message_id=RandomUUID(),
        sent_at=None,
        claimed_at=None,
        attempts=0,
        facts=claiming.without_uncertain(),
    )
    return set(found)


def _of(found, status):
    return [delivery_id for delivery_id, was in found.items() if was == status]
