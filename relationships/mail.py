"""What the mails of Tend share: an id that stays, and how a failure is read."""

import smtplib
from email.utils import parseaddr

from django.conf import settings


def message_id_header(message_id):
    """The Message-ID of a mail that is the same mail to its reader's program however often it is sent."""
    host = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "localhost"
    return f"<{message_id}@{host}>"


def server_is_away(error):
    """Whether nobody's mail would get through: no connection, rather than a refusal of this one."""
    lost = (smtplib.SMTPServerDisconnected, smtplib.SMTPConnectError, smtplib.SMTPAuthenticationError)
    return isinstance(error, lost) or (
        isinstance(error, OSError) and not isinstance(error, smtplib.SMTPException)
    )


def is_refused(error):
    """Whether the server will never take this mail: every address was answered with a permanent code."""
    codes = [code for code, _text in error.recipients.values()] if hasattr(error, "recipients") else []
    return bool(codes) and all(500 <= code < 600 for code in codes)
