"""One sentence for each component of health, made of the numbers that were stored with the score."""

from datetime import date
from decimal import Decimal

from django.utils.translation import gettext, ngettext

from accounts.templatetags.tend import short_money
from clients.models import ContactRole

from . import scoring
from .signals_touches import ROLE_BITS


def _rhythm(facts, health, spec):
    every = facts["every_days"]
    if "last_reached_on" not in facts:
        numbers = {"managed": days_since(health.facts["managed_since"], health)}
        numbers["every"] = spec.cadence_days[health.segment]
        if health.rhythm is None:
            return gettext("Not reached yet; a first contact is expected within %(every)d days.") % numbers
        return gettext("Never reached in %(managed)d days; every %(every)d days is expected.") % numbers
    days = days_since(facts["last_reached_on"], health)
    if days == 0:
        return gettext("Reached today; every %(every)d days is expected.") % {"every": every}
    return ngettext(
        "Last reached %(days)d day ago; every %(every)d days is expected.",
        "Last reached %(days)d days ago; every %(every)d days is expected.",
        days,
    ) % {"days": days, "every": every}


def days_since(day, health):
    """Days from the ISO `day` to the day of the score, below zero for one to come."""
    return (health.as_of - date.fromisoformat(day)).days


def _sentiment(facts, health, spec):
    count, bad = facts.get("ratings", 0), facts.get("bad", 0)
    numbers = {"count": count, "bad": bad, "window": scoring.SENTIMENT_WINDOW_DAYS}
    if not count:
        return gettext("No touch was rated in the last %(window)d days.") % numbers
    if not bad:
        text = ngettext(
            "%(count)d touch was rated in the last %(window)d days, and it was not bad.",
            "%(count)d touches were rated in the last %(window)d days, none of them bad.",
            count,
        )
    else:
        text = ngettext(
            "%(count)d touch was rated in the last %(window)d days, and it was bad.",
            "%(count)d touches were rated in the last %(window)d days, %(bad)d of them bad.",
            count,
        )
    return text % numbers


def _stakeholders(facts, health, spec):
    if not facts["recorded"]:
        return gettext("No contact is recorded yet.")
    numbers = {
        "required": spec.required_roles[health.segment],
        "active": facts["active"],
        "window": scoring.meeting_window_days(spec.cadence_days[health.segment]),
        "roles": ", ".join(role_labels(facts["roles"])),
    }
    if not facts["roles"]:
        text = gettext(
            "No decision role was met in %(window)d days, at least %(required)d expected; "
            "active contacts: %(active)d."
        )
    else:
        text = gettext(
            "Decision roles met in %(window)d days: %(roles)s, at least %(required)d expected; "
            "active contacts: %(active)d."
        )
    return text % numbers


def role_labels(mask):
    """The names of the roles in `facts["stakeholders"]["roles"]`."""
    return [str(ContactRole(role).label) for role, bit in ROLE_BITS.items() if mask & bit]


def _revenue(facts, health, spec):
    if "first_month" not in facts:
        return gettext("No revenue is known before this month.")
    if "months" not in facts:
        return gettext("There is too little revenue history to compare with: 18 to 24 months are needed.")
    if health.revenue is None:
        return gettext("There was no revenue to compare with a year before.")
    percent = round(100 * (facts["now"] / facts["before"] - 1))
    half = facts["months"] == 6
    if percent == 0:
        text = (
            gettext("Revenue of the last 6 months is that of the same months a year before.")
            if half
            else gettext("Revenue of the last 12 months is that of the 12 months before.")
        )
    elif percent < 0:
        text = (
            gettext("Revenue of the last 6 months is %(percent)d%% below the same months a year before.")
            if half
            else gettext("Revenue of the last 12 months is %(percent)d%% below the 12 months before.")
        )
    else:
        text = (
            gettext("Revenue of the last 6 months is %(percent)d%% above the same months a year before.")
            if half
            else gettext("Revenue of the last 12 months is %(percent)d%% above the 12 months before.")
        )
    return text % {"percent": abs(percent)}


def _issues(facts, health, spec):
    count, late = facts.get("open", 0), facts.get("late", 0)
    if not count:
        return (
            gettext("No issue is open.") if health.issues is not None else gettext("Issues are not tracked.")
        )
    if critical := facts.get("critical_late"):
        text = ngettext(
            "%(count)d critical issue is past its SLA: %(title)s",
            "%(count)d critical issues are past their SLA, the first: %(title)s",
            critical,
        )
        return text % {"count": critical, "title": facts["names"][0]}
    numbers = {"count": count, "late": late, "title": facts["names"][0]}
    if late:
        text = ngettext(
            "%(count)d issue is open and past its SLA: %(title)s",
            "%(count)d issues are open, %(late)d of them past the SLA; the gravest: %(title)s",
            count,
        )
    else:
        text = ngettext(
            "%(count)d issue is open: %(title)s", "%(count)d issues are open; the gravest: %(title)s", count
        )
    return text % numbers


def _payment(facts, health, spec):
    if health.payment is None:
        return gettext("There are no invoices of the last 24 months with known payments.")
    if count := facts.get("late", 0):
        numbers = {
            "count": count,
            "number": facts["names"][0],
            "days": days_since(facts["since"], health),
            "amount": short_money(Decimal(str(facts["amount"])), facts["currency"]),
        }
        return _late_invoices(count, numbers["days"]) % numbers
    if disputed := facts.get("disputed", 0):
        text = ngettext(
            "No invoice is late; %(count)d is disputed.",
            "No invoice is late; %(count)d are disputed.",
            disputed,
        )
        return text % {"count": disputed}
    return gettext("No invoice is late.")


def _late_invoices(count, days):
    if count == 1:
        return ngettext(
            "Invoice %(number)s is %(days)d day late: %(amount)s",
            "Invoice %(number)s is %(days)d days late: %(amount)s",
            days,
        )
    return gettext("%(count)d invoices are late, %(number)s by %(days)d days: %(amount)s")


def _contract(facts, health, spec):
    if not facts.get("count"):
        return gettext("No contract with a fixed term runs.")
    days = -days_since(facts["ends_on"], health)
    numbers = {"number": facts["names"][0], "days": abs(days), "count": facts["count"]}
    if days < 0 and not facts.get("secured"):
        text = ngettext(
            "Contract %(number)s ended %(days)d day ago and was not renewed.",
            "Contract %(number)s ended %(days)d days ago and was not renewed.",
            numbers["days"],
        )
    elif facts.get("secured"):
        text = ngettext(
            "Contract %(number)s is renewed or renews by itself.",
            "All %(count)d contracts are renewed or renew by themselves.",
            facts["count"],
        )
    elif days == 0:
        text = gettext("Contract %(number)s ends today.")
    elif facts.get("renewal"):
        text = ngettext(
            "Contract %(number)s ends in %(days)d day; its renewal is prepared.",
            "Contract %(number)s ends in %(days)d days; its renewal is prepared.",
            days,
        )
    else:
        text = ngettext(
            "Contract %(number)s ends in %(days)d day.", "Contract %(number)s ends in %(days)d days.", days
        )
    return text % numbers


def _breadth(facts, health, spec):
    if not facts.get("eligible"):
        return gettext("No product fits this client.")
    text = ngettext(
        "Owns %(owned)d of %(eligible)d product that fits.",
        "Owns %(owned)d of %(eligible)d products that fit.",
        facts["eligible"],
    )
    return text % {"owned": facts["owned"], "eligible": facts["eligible"]}


SENTENCES = {
    "rhythm": _rhythm,
    "sentiment": _sentiment,
    "issues": _issues,
    "payment": _payment,
    "contract": _contract,
    "breadth": _breadth,
    "stakeholders": _stakeholders,
    "revenue": _revenue,
}
