"""The daily mail: what has fallen due, as text and as HTML, in the reader's language and zone."""

from dataclasses import dataclass

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import ngettext

from relationships.followups import wording
from relationships.mail import message_id_header
from relationships.models import FollowUp

MOST_LISTED = 30


@dataclass(frozen=True)
class Item:
    client: str
    url: str
    what: str
    why: str
    days_late: int


def compose(user, rows):
    """The mail of these delivery rows to `user`, ready to send. Two queries.

    Rows of one mail share its Message-ID, so that a mail sent twice is one mail to the reader's program.
    """
    with timezone.override(user.zone), translation.override(user.language):
        today = timezone.localdate()
        due = FollowUp.objects.filter(pk__in=[row.follow_up_id for row in rows])
        items = [_item(follow_up, today) for follow_up in due.ranked().select_related("client")]
        earlier = FollowUp.objects.changeable_by(user).open().assigned_to(user).due_by(today)
        context = {
            "user": user,
            "today": today,
            "items": items[:MOST_LISTED],
            "more": max(0, len(items) - MOST_LISTED),
            "earlier": earlier.exclude(pk__in=due.values("pk")).count(),
            "today_url": link("relationships:today"),
            "subject": subject(items),
        }
        return _message(user, rows[0].message_id, context)


def subject(items):
    late = sum(item.days_late > 0 for item in items)
    due = ngettext("%(count)d follow-up is due", "%(count)d follow-ups are due", len(items))
    text = f"Tend: {due}" % {"count": len(items)}
    if late:
        text += ", " + ngettext("%(count)d of them late", "%(count)d of them late", late) % {"count": late}
    return text


def link(name, *args):
    return settings.TEND_BASE_URL.rstrip("/") + reverse(name, args=args)


def _item(follow_up, today):
    return Item(
        client=follow_up.client.name,
        url=link("relationships:client_page", follow_up.client_id),
        what=wording.what(follow_up),
        why=wording.why(follow_up, today),
        days_late=(today - follow_up.due_on).days,
    )


def _message(user, message_id, context):
    mail = EmailMultiAlternatives(
        subject=context["subject"],
        body=render_to_string("emails/digest.txt", context),
        to=[user.email],
        headers={"Message-ID": message_id_header(message_id), "Auto-Submitted": "auto-generated"},
    )
    mail.attach_alternative(render_to_string("emails/digest.html", context), "text/html")
    return mail
