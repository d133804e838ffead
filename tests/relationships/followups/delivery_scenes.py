"""What the tests of reminders share: moments, a mail server that refuses, and short ways to ask for rows."""

import smtplib

from django.core import mail

from relationships.models import Delivery

FRIDAY_EARLY = "2026-11-20T07:00+07:00"
FRIDAY_EIGHT = "2026-11-20T08:01+07:00"
MONDAY_EIGHT = "2026-11-23T08:00+07:00"


class Refusing:
    """A mail backend that fails for the addresses in `refused`, or for everyone while `error` is set."""

    refused, error, attempts = frozenset(), None, 0

    def __init__(self, **kwargs):
        pass

    def open(self):
        pass

    def close(self):
        pass

    def send_messages(self, messages):
        type(self).attempts += 1
        if self.error:
            raise self.error
        for message in messages:
            if set(message.to) & self.refused:
                raise smtplib.SMTPRecipientsRefused(dict.fromkeys(message.to, (550, b"no such user")))
            mail.outbox.append(message)
        return len(messages)


def digests(**filters):
    return Delivery.objects.filter(channel="digest", **filters)


def in_app(**filters):
    return Delivery.objects.filter(channel="in_app", **filters)


def told_by(channel, user):
    """Kinds of the rows of one channel for one person, sorted."""
    return sorted(Delivery.objects.filter(channel=channel, user=user).values_list("kind", flat=True))


def readers_of_mail():
    return sorted(address for message in mail.outbox for address in message.to)
