"""What a follow-up of the care after the signature says of itself, in the reader's language. No query.

`what` names the row it is about, `why` counts to the reader's day. Made from the facts that `followups.care_select`
collects; one that is missing leaves its words out.
"""

import datetime
from decimal import Decimal, InvalidOperation

from django.utils import timezone, translation
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.templatetags.tend import clock, money, short_day
from accounts.templatetags.tend import day as written_day
from clients.models import Severity
from relationships.models import FollowUpRule as Rule

LONGEST_TITLE = 90


def what(rule, facts):
    """What is to be done, a few words that name the row."""
    return _WHAT[rule](facts)


def why(rule, facts, today):
    """The reason in a sentence or two, counted to `today`."""
    return " ".join(filter(None, _WHY[rule](facts, today)))


# --- Pieces ---------------------------------------------------------------------------------------------------


def day_of(facts, name="day"):
    """The day of a fact, or None."""
    try:
        return datetime.date.fromisoformat(facts.get(name) or "")
    except ValueError:
        return None


def amount_of(facts):
    """The amount with its currency, or ""."""
    return _money(facts.get("amount"), facts.get("currency"))


def department_of(facts):
    """The department's name in the reader's language."""
    vietnamese = translation.get_language() == "vi" and facts.get("department_vi")
    return vietnamese or facts.get("department") or _("the department")


def terms_of(facts):
    """What is asked for or granted: "12% discount, 60 days to pay"."""
    parts = []
    discount, days = _number(facts.get("discount")), facts.get("days")
    if discount:
        parts.append(_("%(percent)s%% discount") % {"percent": f"{discount.normalize():f}"})
    if days:
        parts.append(ngettext("%(days)d day to pay", "%(days)d days to pay", days) % {"days": days})
    return ", ".join(parts) or _("other terms")


def short(text):
    """A title that still fits into a line."""
    text = text or ""
    return text if len(text) <= LONGEST_TITLE else f"{text[: LONGEST_TITLE - 1]}…"


def _number(text):
    try:
        return Decimal(text)
    except (InvalidOperation, TypeError, ValueError):
        return None


def _money(text, currency):
    amount = _number(text)
    return "" if amount is None or not currency else money(amount, currency)


def _amounts(facts):
    """What is late, each currency by itself."""
    amounts = sorted((facts.get("amounts") or {}).items())
    return " + ".join(_money(text, currency) for currency, text in amounts)


def _title(facts):
    return {"title": short(facts.get("title"))}


def _about(facts):
    """A deal or contract as it is called: the number where there is one."""
    return " ".join(filter(None, [facts.get("number"), short(facts.get("title"))]))


def days_since(day, today):
    """Whole days from `day` to `today`, never below zero; 0 without a day."""
    return max(0, (today - day).days) if day else 0


def days_late(days):
    """A sentence of its own; "" for none."""
    return ngettext("%(days)d day late.", "%(days)d days late.", days) % {"days": days} if days else ""


def on_day(text, day):
    """`text` with the day in it; "" without one."""
    return text % {"day": short_day(day)} if day else ""


# --- What -----------------------------------------------------------------------------------------------------


def _kick_off(facts):
    return _("Hold the kick-off")


def _commitment(facts):
    return _("Keep the promise: %(text)s") % {"text": short(facts.get("text"))}


def _milestone(facts):
    if facts.get("step") == "accept":
        return _("Ask for the acceptance of “%(title)s”") % _title(facts)
    return _("Deliver “%(title)s”") % _title(facts)


def _renewal(facts):
    named = {"number": facts.get("number", "")}
    if facts.get("step") == "auto":
        return _("Check contract %(number)s before it renews itself") % named
    if facts.get("step") == "expired":
        return _("Contract %(number)s has ended: renew it or say why not") % named
    if facts.get("draft"):
        return _("Get renewal %(draft)s signed") % {"draft": facts["draft"]}
    if facts.get("step") == "90":
        return _("Talk about renewing contract %(number)s") % named
    return _("Prepare the renewal of contract %(number)s") % named


def _collection(facts):
    named = {"amount": _amounts(facts)}
    if facts.get("step") == "remind":
        return _("Remind them of %(amount)s overdue") % named
    if facts.get("step") == "escalate":
        return _("Step in: %(amount)s overdue") % named
    return _("Call about %(amount)s overdue") % named


def _promise(facts):
    return _("Ask about %(amount)s that was promised and has not come") % {"amount": amount_of(facts)}


def _issue(facts):
    step = facts.get("step")
    if step == "satisfaction":
        return _("Ask how satisfied they are: “%(title)s”") % _title(facts)
    if step in ("senior", "manager"):
        return _("Step in: “%(title)s”") % _title(facts)
    if step == "response":
        return _("Answer “%(title)s”") % _title(facts)
    return _("Settle “%(title)s”") % _title(facts)


def _request(facts):
    named = {"department": department_of(facts), "what": short(facts.get("text"))}
    if facts.get("step") == "late":
        return _("Chase %(department)s: %(what)s") % named
    return _("Tell the client what %(department)s answered: %(what)s") % named


def _approval(facts):
    named = {"terms": terms_of(facts), "what": _about(facts)}
    if facts.get("step") == "approved":
        return _("Granted: %(terms)s for %(what)s") % named
    if facts.get("step") == "declined":
        return _("Not granted: %(terms)s for %(what)s") % named
    return _("Decide on %(terms)s for %(what)s") % named


def _deal(facts):
    return _("Ask for the decision on “%(title)s”") % _title(facts)


def _advice(facts):
    return _("Ask what came of the advice: %(text)s") % {"text": short(facts.get("text"))}


_WHAT = {
    Rule.KICK_OFF: _kick_off,
    Rule.COMMITMENT: _commitment,
    Rule.MILESTONE: _milestone,
    Rule.RENEWAL: _renewal,
    Rule.COLLECTION: _collection,
    Rule.PROMISE: _promise,
    Rule.ISSUE: _issue,
    Rule.REQUEST: _request,
    Rule.APPROVAL: _approval,
    Rule.DEAL: _deal,
    Rule.ADVICE: _advice,
}


# --- Why ------------------------------------------------------------------------------------------------------


def _kick_off_reason(facts, today):
    day = day_of(facts)
    sold = _("Sold by %(name)s.") % {"name": facts["name"]} if facts.get("name") else ""
    return sold, on_day(_("To be held by %(day)s."), day)


def _commitment_reason(facts, today):
    day = day_of(facts)
    return on_day(_("Promised for %(day)s."), day), days_late(days_since(day, today))


def _milestone_reason(facts, today):
    day, number = day_of(facts), facts.get("number") or ""
    contract = _("Contract %(number)s.") % {"number": number} if number else ""
    if facts.get("step") == "accept":
        return on_day(_("Delivered on %(day)s and not accepted yet."), day), contract
    return on_day(_("To be there by %(day)s."), day), days_late(days_since(day, today)), contract


def _renewal_reason(facts, today):
    ends_on = day_of(facts, "ends_on")
    worth = ", ".join(filter(None, [short(facts.get("title")), amount_of(facts)]))
    if ends_on is None:
        return (worth,)
    if facts.get("step") == "auto":
        window = day_of(facts) or ends_on
        text = _("Notice can be given until %(window)s; it ends on %(end)s.")
        return text % {"window": short_day(window), "end": written_day(ends_on)}, worth
    left = (ends_on - today).days
    if left < 0:
        text = ngettext(
            "Ended %(days)d day ago and was not renewed.",
            "Ended %(days)d days ago and was not renewed.",
            -left,
        )
    else:
        text = ngettext("Ends in %(days)d day, on %(day)s.", "Ends in %(days)d days, on %(day)s.", left)
    return text % {"days": abs(left), "day": written_day(ends_on)}, worth


def _collection_reason(facts, today):
    count, days = facts.get("count") or 0, days_since(day_of(facts), today)
    invoices = ngettext("%(count)d invoice is overdue", "%(count)d invoices are overdue", count)
    oldest = ngettext("%(number)s for %(days)d day", "%(number)s for %(days)d days", days)
    oldest %= {"number": facts.get("number", ""), "days": days}
    text = _("%(invoices)s, %(oldest)s.") if count == 1 else _("%(invoices)s, the oldest %(oldest)s.")
    return (text % {"invoices": invoices % {"count": count}, "oldest": oldest},)


def _promise_reason(facts, today):
    day = day_of(facts)
    if facts.get("who") and day:
        said = _("%(name)s promised it for %(day)s.") % {"name": facts["who"], "day": short_day(day)}
    else:
        said = on_day(_("It was promised for %(day)s."), day)
    about = _("Invoice %(number)s.") % {"number": facts["number"]} if facts.get("number") else ""
    return said, about


def _issue_reason(facts, today):
    severity = dict(Severity.choices).get(facts.get("severity"))
    weight = _("Severity: %(severity)s.") % {"severity": severity} if severity else ""
    if facts.get("step") == "satisfaction":
        return (on_day(_("Solved on %(day)s; nobody has asked yet."), day_of(facts)),)
    due_at = parse_datetime(facts.get("at") or "")
    if due_at is None:
        return (weight,)
    if facts.get("clock") == "response":
        text = (
            _("The first response was due %(moment)s.")
            if due_at < timezone.now()
            else _("The first response is due %(moment)s.")
        )
    else:
        text = (
            _("The solution was due %(moment)s.")
            if due_at < timezone.now()
            else _("The solution is due %(moment)s.")
        )
    return text % {"moment": f"{short_day(due_at)}, {clock(due_at)}"}, weight


def _request_reason(facts, today):
    day = day_of(facts)
    if facts.get("step") == "late":
        return on_day(_("Needed by %(day)s."), day), days_late(days_since(day, today))
    closed = _("Declined on %(day)s.") if facts.get("state") == "declined" else _("Done on %(day)s.")
    return on_day(closed, day), facts.get("answer") or ""


def _approval_reason(facts, today):
    name, reason = facts.get("name") or "", facts.get("reason") or ""
    if facts.get("step") == "pending":
        return (_("%(name)s asks: %(reason)s") % {"name": name, "reason": reason} if name else reason,)
    decided = on_day(_("Decided on %(day)s."), day_of(facts))
    return decided, _("%(name)s: %(reason)s") % {"name": name, "reason": reason} if reason else name


def _deal_reason(facts, today):
    step = _("Next step: %(step)s.") % {"step": facts["next_step"]} if facts.get("next_step") else ""
    worth = amount_of(facts)
    return on_day(_("Expected to close by %(day)s."), day_of(facts)), f"{worth}." if worth else "", step


def _advice_reason(facts, today):
    days = days_since(day_of(facts), today)
    text = ngettext("Given %(days)d day ago, no answer yet.", "Given %(days)d days ago, no answer yet.", days)
    return (text % {"days": days},)


_WHY = {
    Rule.KICK_OFF: _kick_off_reason,
    Rule.COMMITMENT: _commitment_reason,
    Rule.MILESTONE: _milestone_reason,
    Rule.RENEWAL: _renewal_reason,
    Rule.COLLECTION: _collection_reason,
    Rule.PROMISE: _promise_reason,
    Rule.ISSUE: _issue_reason,
    Rule.REQUEST: _request_reason,
    Rule.APPROVAL: _approval_reason,
    Rule.DEAL: _deal_reason,
    Rule.ADVICE: _advice_reason,
}
