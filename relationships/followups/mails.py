"""What every mail to a person here shares: its headers, its foot, and that it goes to nobody else.

List-Unsubscribe by RFC 2369 and one click by RFC 8058, a Message-ID that stays, Auto-Submitted by RFC 3834, so that no
absence note answers. The only address in a mail is its reader's own.
"""

from dataclasses import dataclass

from django.conf import settings
from django.template.loader import get_template
from django.urls import reverse

from relationships.followups import unsubscribe
from relationships.followups.encoding import Mail
from relationships.mail import message_id_header
from relationships.models import MailKind


class NotToClients(Exception):
    """The reader's address is also that of a contact at a client, so nothing is sent there."""


@dataclass(frozen=True)
class Mute:
    """A kind of mail that a foot offers to do without: its `MailKind` and the address for it."""

    kind: MailKind
    url: str


def link(name, *args, **kwargs):
    """The full address of a page, for a mail."""
    return full(reverse(name, args=args, kwargs=kwargs))


def full(path):
    return settings.TEND_BASE_URL.rstrip("/") + path


def mute(user, kind):
    return Mute(kind, link("relationships:unsubscribe", token=unsubscribe.token(user, kind)))


def message(letter, template, subject, context, mutes):
    """The mail of `letter`, made of emails/<template>.txt and .html. `mutes`: what its foot offers, the first is what
    its headers offer. Raises NotToClients. No query."""
    if letter.contact_id is not None:
        raise NotToClients(
            f"{letter.user.email} is also the address of contact {letter.contact_id}, and nothing goes to a client"
        )
    subject = " ".join(subject.split())  # a name with a line break must not break the header
    context |= {
        "user": letter.user,
        "subject": subject,
        "mutes": mutes,
        "settings_url": link("relationships:reminder_settings"),
    }
    mail = Mail(
        subject=subject,
        body=get_template(f"emails/{template}.txt").render(context),
        to=[letter.user.email],
        headers={
            "Message-ID": message_id_header(letter.message_id),
            "Auto-Submitted": "auto-generated",
            "List-Unsubscribe": f"<{mutes[0].url}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        },
    )
    mail.attach_alternative(get_template(f"emails/{template}.html").render(context), "text/html")
    return mail
