"""What follow-ups about the client as a whole and its people say of themselves, in the reader's language. No query.

Health that fell, a missing next step, days to remember and the plan; see `wording_care` for the others.
"""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.templatetags.tend import day as written_day
from accounts.templatetags.tend import short_day
from clients.models import Band
from relationships.followups.wording_care import day_of, days_late, days_since, on_day, short
from relationships.models import FollowUpRule as Rule

# --- What -----------------------------------------------------------------------------------------------------


def _band_dropped(facts):
    if facts.get("band") == Band.AT_RISK:
        return _("Find out what is wrong: their health is at risk")
    return _("Find out what is wrong: their health fell")


def _no_next_step(facts):
    return _("Plan a next step")


def _birthday(facts):
    return _("Congratulate %(name)s on their birthday") % {"name": facts.get("name", "")}


def _anniversary(facts):
    years = facts.get("years") or 1
    text = ngettext(
        "Thank them for %(years)d year together", "Thank them for %(years)d years together", years
    )
    return text % {"years": years}


def _plan_action(facts):
    return short(facts.get("text")) or _("Do what the plan says")


WHAT = {
    Rule.BAND_DROPPED: _band_dropped,
    Rule.NO_NEXT_STEP: _no_next_step,
    Rule.BIRTHDAY: _birthday,
    Rule.ANNIVERSARY: _anniversary,
    Rule.PLAN_ACTION: _plan_action,
}

# --- Why ------------------------------------------------------------------------------------------------------


def _band_dropped_reason(facts, today):
    day, bands = day_of(facts, "since"), dict(Band.choices)
    if day is None:
        return ()
    named = {"former": bands.get(facts.get("from"), ""), "band": bands.get(facts.get("band"), "")}
    return (_("Health fell from “%(former)s” to “%(band)s” on %(day)s.") % (named | {"day": short_day(day)}),)


def _no_next_step_reason(facts, today):
    days = days_since(day_of(facts), today)
    if facts.get("step") == "never":
        text = ngettext(
            "Nothing is planned, and no contact has been logged in the %(days)d day we have looked after them.",
            "Nothing is planned, and no contact has been logged in the %(days)d days we have looked after them.",
            days,
        )
    else:
        text = ngettext(
            "Nothing is planned, and the last contact was %(days)d day ago.",
            "Nothing is planned, and the last contact was %(days)d days ago.",
            days,
        )
    return (text % {"days": days},)


def _day_to_come_reason(facts, today):
    """A birthday: how far off the day is."""
    day = day_of(facts)
    if day is None:
        return ()
    away = (day - today).days
    if away == 0:
        return (_("It is today."),)
    if away > 0:
        text = ngettext("It is in %(days)d day, on %(day)s.", "It is in %(days)d days, on %(day)s.", away)
    else:
        text = ngettext(
            "It was %(days)d day ago, on %(day)s.", "It was %(days)d days ago, on %(day)s.", -away
        )
    return (text % {"days": abs(away), "day": short_day(day)},)


def _anniversary_reason(facts, today):
    began = day_of(facts, "since")
    first = _("Their first contract began on %(day)s.") % {"day": written_day(began)} if began else ""
    return first, *_day_to_come_reason(facts, today)


def _plan_action_reason(facts, today):
    goal = (
        _("Of the plan: %(goal)s.") % {"goal": short(facts["goal"])}
        if facts.get("goal")
        else _("Of the plan.")
    )
    day = day_of(facts)
    return goal, on_day(_("To be done by %(day)s."), day), days_late(days_since(day, today))


WHY = {
    Rule.BAND_DROPPED: _band_dropped_reason,
    Rule.NO_NEXT_STEP: _no_next_step_reason,
    Rule.BIRTHDAY: _day_to_come_reason,
    Rule.ANNIVERSARY: _anniversary_reason,
    Rule.PLAN_ACTION: _plan_action_reason,
}
