"""What a follow-up says of itself, in the reader's language: what is to be done and why. No query.

The facts of a rule are data; words are made from them only when somebody reads, so the same row reads right in every
language and on every day.
"""

import datetime

from django.utils.translation import gettext, ngettext

from accounts.templatetags.tend import short_day
from relationships.followups import wording_care, wording_client
from relationships.followups.care_rules import CARE_RULES
from relationships.models import FollowUpRule


def what(follow_up):
    """What is to be done, a few words: what a person typed, or the rule's own words."""
    if follow_up.reason:
        return follow_up.reason
    if follow_up.rule == FollowUpRule.CADENCE:
        return gettext("Get in touch")
    if follow_up.rule == FollowUpRule.HANDOVER:
        return gettext("Introduce yourself as the new lead")
    if follow_up.rule in wording_client.WHAT:
        return wording_client.WHAT[follow_up.rule](follow_up.facts)
    if follow_up.rule in CARE_RULES:
        return wording_care.what(follow_up.rule, follow_up.facts)
    return follow_up.get_kind_display()


def why(follow_up, today):
    """The reason in one sentence, counted to `today`."""
    if follow_up.rule == FollowUpRule.CADENCE:
        return _cadence_reason(follow_up.facts, today)
    if follow_up.rule == FollowUpRule.HANDOVER:
        return _handover_reason(follow_up.facts)
    if follow_up.rule in wording_client.WHY:
        return " ".join(filter(None, wording_client.WHY[follow_up.rule](follow_up.facts, today)))
    if follow_up.rule in CARE_RULES:
        return wording_care.why(follow_up.rule, follow_up.facts, today)
    if follow_up.rule == FollowUpRule.NEXT_STEP:
        after = _day(follow_up.facts.get("after")) or follow_up.created_at
        return _dated(gettext("The next step after the contact of %(day)s."), after)
    return _dated(gettext("Planned by hand on %(day)s."), follow_up.created_at)


def _cadence_reason(facts, today):
    cadence = int(facts.get("cadence_days") or 0)
    expected = ngettext("every day is expected", "every %(days)d days is expected", cadence) % {
        "days": cadence
    }
    since = _day(facts.get("last_reached_on"))
    if since:
        silent = (today - since).days
        said = ngettext(
            "%(days)d day since the last contact", "%(days)d days since the last contact", silent
        ) % {"days": silent}
        return gettext("%(silence)s; %(expected)s.") % {"silence": said, "expected": expected}
    managed = _day(facts.get("managed_since"))
    if managed is None or managed >= today:
        return gettext("No contact has been logged yet; %(expected)s.") % {"expected": expected}
    looked_after = (today - managed).days
    said = ngettext(
        "No contact logged in the %(days)d day we have looked after them",
        "No contact logged in the %(days)d days we have looked after them",
        looked_after,
    ) % {"days": looked_after}
    return gettext("%(silence)s; %(expected)s.") % {"silence": said, "expected": expected}


def _handover_reason(facts):
    """{"from": the former lead's name or "", "since": the day of the handover}"""
    since = _day(facts.get("since"))
    day = {"day": short_day(since) if since else ""}
    if not facts.get("from"):
        return gettext("You have been their lead since %(day)s.") % day
    return gettext("You took them over from %(name)s on %(day)s.") % (day | {"name": facts["from"]})


def _dated(text, day):
    return text % {"day": short_day(day)}


def _day(text):
    return datetime.date.fromisoformat(text) if text else None
