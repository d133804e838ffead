"""The signed address in a mail's foot by which its reader does without that kind of mail, log-in or not.

It works as long as the mail is kept, so it has no end; it tells nothing but a user's id and a kind of mail, and can do
nothing but mute and undo that. A new SECRET_KEY makes old addresses void.
"""

from django.core import signing

from accounts.models import User
from relationships.models import MailKind

SALT = "relationships.followups.unsubscribe"


def token(user, mail_kind):
    """The text that stands for this person and this `MailKind` in `relationships:unsubscribe`."""
    return signing.dumps([user.pk, MailKind(mail_kind).value], salt=SALT)


def read_token(text):
    """`(user, MailKind)` of a text that `token` made; None for any other, or where nobody active is behind it."""
    try:
        user_id, kind = signing.loads(text, salt=SALT)
        user = User.objects.active().get(pk=user_id)
        return user, MailKind(kind)
    except (signing.BadSignature, ValueError, TypeError, User.DoesNotExist):
        return None
