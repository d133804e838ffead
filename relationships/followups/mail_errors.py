"""The error of a mail, as `dispatch.mark_failed` keeps it ("ClassName: text"), in words for people who send no mail."""

import re

from django.utils.translation import gettext as _

UNREACHED = {
    "ConnectionRefusedError",
    "ConnectionResetError",
    "ConnectionAbortedError",
    "BrokenPipeError",
    "gaierror",
    "OSError",
    "SMTPConnectError",
    "SMTPServerDisconnected",
    "SMTPHeloError",
}
SLOW = {"TimeoutError", "timeout"}
SECRETS = {"SMTPAuthenticationError", "SSLError", "SSLCertVerificationError", "SMTPNotSupportedError"}
# The reply code of the server, in "(550, b'…')".
CODE = re.compile(r"\((\d{3}), ")


def in_words(error):
    """One sentence; "" where there is no error. What the server answered word for word is for admins."""
    if not error:
        return ""
    name, _colon, text = error.partition(":")
    if name in SLOW or "timed out" in text:
        return _("The mail server did not answer in time.")
    if name in UNREACHED:
        return _("The mail server could not be reached.")
    if name in SECRETS:
        return _("The mail server does not let Tend in: its settings need a look.")
    code = CODE.search(text)
    if code and code[1].startswith("4"):
        return _("The mail server asked to try again later.")
    if name == "SMTPRecipientsRefused":
        return _("The mail server refuses this address.")
    if code or name.startswith("SMTP"):
        return _("The mail server refused the mail.")
    return _("The mail could not be made.")
