"""Which picture stands for what, in one place, and small helpers of the components."""

import functools
import math
from urllib.parse import quote

from django import template
from django.conf import settings
from django.utils.safestring import mark_safe

register = template.Library()

# Names of Lucide icons. Bands differ in shape as well as colour.
BAND_ICONS = {
    "healthy": "circle-check",
    "watch": "triangle-alert",
    "at_risk": "octagon-alert",
    "unknown": "circle-dashed",
}
KIND_ICONS = {
    # kinds of interaction
    "call": "phone",
    "meeting": "users",
    "visit": "map-pin",
    "email": "mail",
    "message": "message-circle",
    "event": "calendar-days",
    "gift": "gift",
    "review": "clipboard-check",
    # kinds of follow-up
    "cadence": "hourglass",
    "manual": "pencil",
    "renewal": "refresh-cw",
    "collection": "receipt-text",
    "promise": "hand-coins",
    "issue": "circle-alert",
    "kick_off": "rocket",
    "commitment": "handshake",
    "milestone": "flag",
    "request": "message-circle-question-mark",
    "approval": "stamp",
    "deal": "trending-up",
    "advice": "lightbulb",
    "plan_action": "route",
    "no_next_step": "signpost",
    "birthday": "gift",
    "anniversary": "party-popper",
    "band_dropped": "trending-down",
    "handover": "arrow-left-right",
}
SENTIMENT_ICONS = {-2: "angry", -1: "frown", 0: "meh", 1: "smile", 2: "laugh"}


@register.filter
def band_icon(band):
    return BAND_ICONS.get(band, "circle-dashed")


@register.filter
def kind_icon(kind):
    return KIND_ICONS.get(kind, "circle-check")


@register.filter
def sentiment_icon(value):
    """Accepts −2…2 as number or text, as form options carry it."""
    try:
        return SENTIMENT_ICONS.get(int(value), "meh")
    except (TypeError, ValueError):
        return "meh"


@register.filter
def floor(value):
    """A score as it is shown: rounded down, so that 74.6 never reads as the healthy 75. "" when not known."""
    try:
        return math.floor(value)
    except (TypeError, ValueError, OverflowError):
        return ""


@register.filter
def positive(number):
    """Without its sign: −3 days until due are 3 days late."""
    return abs(number or 0)


@register.filter
def score_tone(value):
    """A 0–100 value as the tone of its bar: the same lines as the bands."""
    if value is None:
        return "none"
    return "good" if value >= 75 else "warn" if value >= 50 else "bad"


@register.filter
def initials(name):
    """The first letters of the first and the last word: family and given name in either order."""
    words = str(name or "").split()
    if not words:
        return "?"
    return (words[0][0] + (words[-1][0] if len(words) > 1 else "")).upper()


@register.filter
def share_of(part, whole):
    """Whole per cent of `whole`, 0–100, for the width of a bar; 0 when there is nothing to share."""
    try:
        return max(0, min(100, round(100 * float(part) / float(whole))))
    except (TypeError, ValueError, ZeroDivisionError):
        return 0


@register.filter
def room_left(maximum, load):
    """How many more fit; below zero when over."""
    return (maximum or 0) - (load or 0)


# The first part of an address: the place of the navigation that it belongs to, where they differ.
PLACES = {
    "advice": "deals",
    "contacts": "clients",
    "contracts": "clients",
    "commitments": "clients",
    "documents": "clients",
    "follow-ups": "today",
    "intakes": "clients",
    "invoices": "receivables",
    "milestones": "clients",
    "notes": "clients",
    "overrides": "portfolio",
    "payment-promises": "receivables",
    "payments": "receivables",
    "plan": "clients",
    "ratings": "clients",
    "reports": "clients",
    "touches": "clients",
    "whitespace": "deals",
}


@register.simple_tag
def place_of(path):
    """/contacts/7/ → clients"""
    first = path.strip("/").partition("/")[0]
    return PLACES.get(first, first)


@register.simple_tag
@functools.cache
def mark_address():
    """Tend's mark as a data address, so that neither the page nor its icon asks the server for it."""
    drawing = (settings.BASE_DIR / "static/img/mark.svg").read_text()
    return mark_safe(
        f"data:image/svg+xml,{quote(' '.join(drawing.split()), safe=' /:=()')}"
    )  # quotes are quoted
