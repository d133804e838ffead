"""Timeline entries of the care after the signature, in words: what happened, to what, for how much. No query.

`facts` are what the services keep with the event (clients.services): number, title, amount and currency, day, reason
and others of one kind alone. Older or imported entries may lack any of them, whose words are then left out.
"""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.templatetags.tend import floored, short_day
from clients.models import (
    AdviceAnswer,
    ApprovalStatus,
    LossReason,
    RequestState,
    Severity,
)
from clients.models import CareEventKind as Kind
from relationships.followups import wording
from relationships.followups.wording_care import amount_of, day_of, department_of, short, terms_of
from relationships.models import EscalationEnd, EscalationStep, FollowUp, RatingSource, RatingValue

ICONS = {
    Kind.INTAKE: "handshake",
    Kind.KICK_OFF: "rocket",
    Kind.COMMITMENT_KEPT: "circle-check",
    Kind.COMMITMENT_WITHDRAWN: "circle-x",
    Kind.CONTRACT_SIGNED: "file-check",
    Kind.CONTRACT_ENDED: "file-x",
    Kind.NOTICE_GIVEN: "bell",
    Kind.RENEWAL_OPENED: "refresh-cw",
    Kind.RENEWAL_LOST: "file-x",
    Kind.MILESTONE_DONE: "package-check",
    Kind.MILESTONE_ACCEPTED: "badge-check",
    Kind.INVOICE_ISSUED: "receipt-text",
    Kind.CREDIT_NOTE: "undo-2",
    Kind.INVOICE_CANCELLED: "circle-x",
    Kind.PAYMENT: "banknote",
    Kind.PAYMENT_REVERSED: "undo-2",
    Kind.DISPUTED: "message-square-warning",
    Kind.DISPUTE_SETTLED: "circle-check",
    Kind.PROMISE_MADE: "hand-coins",
    Kind.PROMISE_KEPT: "circle-check",
    Kind.PROMISE_BROKEN: "circle-alert",
    Kind.PROMISE_WITHDRAWN: "circle-x",
    Kind.ISSUE_OPENED: "circle-alert",
    Kind.ISSUE_RESPONDED: "message-circle",
    Kind.ISSUE_WAITING: "pause",
    Kind.ISSUE_RESUMED: "play",
    Kind.ISSUE_RESOLVED: "circle-check",
    Kind.ISSUE_REOPENED: "rotate-ccw",
    Kind.ISSUE_RATED: "star",
    Kind.ISSUE_BREACHED: "alarm-clock",
    Kind.REQUEST_ASKED: "message-circle-question-mark",
    Kind.REQUEST_ANSWERED: "message-circle",
    Kind.REQUEST_CLOSED: "circle-check",
    Kind.DEAL_OPENED: "trending-up",
    Kind.DEAL_WON: "trophy",
    Kind.DEAL_LOST: "circle-x",
    Kind.APPROVAL_ASKED: "stamp",
    Kind.APPROVAL_DECIDED: "stamp",
    Kind.ADVICE_GIVEN: "lightbulb",
    Kind.ADVICE_ANSWERED: "lightbulb",
    Kind.RATED: "gauge",
    Kind.OVERRIDDEN: "message-square-quote",
    Kind.OVERRIDE_ENDED: "undo-2",
    Kind.SNOOZED: "alarm-clock",
    Kind.REASSIGNED: "user-round-plus",
    Kind.REOPENED: "rotate-ccw",
    Kind.ESCALATED: "arrow-up-right",
    Kind.ESCALATION_ENDED: "circle-check",
    Kind.REPORT_SENT: "send",
}
# What the day of these means; the day of the others is the entry's own.
_DAYS = {
    Kind.INTAKE: gettext_lazy("kick-off by %(day)s"),
    Kind.CONTRACT_SIGNED: gettext_lazy("from %(day)s"),
    Kind.RENEWAL_OPENED: gettext_lazy("from %(day)s"),
    Kind.NOTICE_GIVEN: gettext_lazy("on %(day)s"),
    Kind.CONTRACT_ENDED: gettext_lazy("on %(day)s"),
    Kind.PAYMENT: gettext_lazy("on %(day)s"),
    Kind.PROMISE_MADE: gettext_lazy("by %(day)s"),
    Kind.PROMISE_KEPT: gettext_lazy("by %(day)s"),
    Kind.PROMISE_BROKEN: gettext_lazy("by %(day)s"),
    Kind.PROMISE_WITHDRAWN: gettext_lazy("by %(day)s"),
    Kind.REQUEST_ASKED: gettext_lazy("needed by %(day)s"),
    Kind.OVERRIDDEN: gettext_lazy("until %(day)s"),
}
_STATED = {
    Kind.REQUEST_CLOSED: ("state", RequestState),
    Kind.APPROVAL_DECIDED: ("decision", ApprovalStatus),
    Kind.ADVICE_ANSWERED: ("answer", AdviceAnswer),
    Kind.RENEWAL_LOST: ("reason", LossReason),
    Kind.ESCALATION_ENDED: ("end", EscalationEnd),
}
_STEPS = {
    EscalationStep.SNOOZED: gettext_lazy("put off twice, to %(name)s"),
    EscalationStep.SENIOR: gettext_lazy("to %(name)s"),
    EscalationStep.MANAGER: gettext_lazy("further up, to %(name)s"),
    EscalationStep.REASSIGN: gettext_lazy("%(name)s is asked whether another person should lead the client"),
}
_OF_DEPARTMENTS = frozenset({Kind.REQUEST_ASKED, Kind.REQUEST_ANSWERED, Kind.REQUEST_CLOSED})
_OF_OVERRIDES = frozenset({Kind.OVERRIDDEN, Kind.OVERRIDE_ENDED})
_OF_FOLLOW_UPS = frozenset({Kind.SNOOZED, Kind.REASSIGNED, Kind.REOPENED})
_OF_APPROVALS = frozenset({Kind.APPROVAL_ASKED, Kind.APPROVAL_DECIDED})
# Where the words of a client or colleague are kept, in this order.
_NOTES = ("text", "note", "answer", "reason")
LONGEST_NOTE = 400


def icon(kind):
    """The name of a Lucide icon."""
    return ICONS.get(kind, "circle-dot")


def sentence(kind, facts):
    """What happened, in the reader's language: "Payment received: INV-12 · 40,000,000 ₫"."""
    label = dict(Kind.choices).get(kind, kind)
    details = " · ".join(str(detail) for detail in _details(kind, facts) if detail)
    return _("%(what)s: %(details)s") % {"what": label, "details": details} if details else str(label)


def note(kind, facts):
    """What was said with it, shortened; "" where nothing was, or where the sentence says it already."""
    said = {_STATED.get(kind, ("",))[0], _name_of(facts)}
    text = next((str(facts[name]) for name in _NOTES if facts.get(name) and name not in said), "")
    return text if len(text) <= LONGEST_NOTE else f"{text[:LONGEST_NOTE]}…"


def _details(kind, facts):
    yield from _escalated(facts) if kind == Kind.ESCALATED else ()
    yield from _handled(kind, facts) if kind in _OF_FOLLOW_UPS else ()
    yield department_of(facts) if kind in _OF_DEPARTMENTS and facts.get("department") else ""
    yield _name(facts)
    yield terms_of(facts) if kind in _OF_APPROVALS else ""
    yield amount_of(facts)
    yield from _opinion(kind, facts)
    day = day_of(facts)
    yield _DAYS[kind] % {"day": short_day(day)} if kind in _DAYS and day else ""
    yield _stated(kind, facts)
    yield _asked(facts) if kind == Kind.ESCALATION_ENDED else ""
    yield from _marks(kind, facts)


def _name_of(facts):
    """Which fact names it: the title, else what was promised or asked."""
    return next((name for name in ("title", "text", "what") if facts.get(name)), "")


def _name(facts):
    return " ".join(filter(None, [facts.get("number"), short(facts.get(_name_of(facts)))]))


def _stated(kind, facts):
    """How it ended, in words."""
    name, choices = _STATED.get(kind, ("", None))
    value = facts.get(name)
    return dict(choices.choices).get(value, value) if value else ""


def _opinion(kind, facts):
    """What was thought of the relationship: the rating, or the score said and the one computed."""
    if kind == Kind.RATED and facts.get("value") in RatingValue.values:
        label = RatingValue(facts["value"]).label
        yield _("%(points)s of 5, %(word)s") % {"points": facts["value"], "word": label}
        yield _("set at the handover") if facts.get("source") == RatingSource.HANDOVER else ""
    if kind in _OF_OVERRIDES and isinstance(facts.get("score"), int | float):
        yield _("said %(score)s") % {"score": floored(facts["score"])}
    if kind in _OF_OVERRIDES and isinstance(facts.get("computed"), int | float):
        yield _("computed %(score)s") % {"score": floored(facts["computed"])}
    if kind == Kind.OVERRIDE_ENDED and facts.get("right") is not None:
        yield _("was right") if facts["right"] else _("was not right")


def _escalated(facts):
    """To whom, what is late, of whom and since how many working days."""
    said = _STEPS.get(facts.get("step"))
    yield said % {"name": facts["to"]} if said and facts.get("to") else ""
    yield _asked(facts)
    yield facts.get("whose")
    days = facts.get("days")
    yield (
        ngettext("%(days)d working day late", "%(days)d working days late", days) % {"days": days}
        if days
        else ""
    )


def _handled(kind, facts):
    """What the follow-up asks for, and to which day or whom it went."""
    yield _asked(facts)
    to_day = day_of(facts, "to_day")
    if kind == Kind.SNOOZED and to_day:
        yield _("to %(day)s") % {"day": short_day(to_day)}
    if kind == Kind.REASSIGNED and facts.get("to"):
        yield _("%(old)s → %(new)s") % {"old": facts.get("from") or "?", "new": facts["to"]}


def _asked(facts):
    """What the follow-up asks for that it is about."""
    about = facts.get("follow_up")
    return short(wording.what(FollowUp(**about))) if about else ""


def _marks(kind, facts):
    if kind == Kind.ISSUE_OPENED and facts.get("severity"):
        yield dict(Severity.choices).get(facts["severity"], "")
    if kind == Kind.ISSUE_RATED and facts.get("satisfaction"):
        yield _("%(points)s of 5") % {"points": facts["satisfaction"]}
    if kind == Kind.ISSUE_BREACHED:
        yield _("first response") if facts.get("clock") == "response" else _("solution")
    if facts.get("late"):
        yield _("late")
    if facts.get("automatic"):
        yield _("by itself")
    if facts.get("renews"):
        yield _("renews %(number)s") % {"number": facts["renews"]}
    if facts.get("invoice"):
        yield _("for %(number)s") % {"number": facts["invoice"]}
    if facts.get("who") and kind in (Kind.PROMISE_MADE, Kind.ISSUE_OPENED, Kind.MILESTONE_ACCEPTED):
        yield facts["who"]
