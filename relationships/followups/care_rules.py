"""When the care after the signature asks for something, and from which step: pure rules, without a query.

`followups.care_select` repeats them in SQL; a test compares the two on made-up books. Days are local days of the house,
working days those of `accounts.working_time`. `days` holds the numbers of a rule by name, see `followups.catalog`.
"""

import datetime
import json

from django.utils import timezone

from accounts.working_time import (
    DAY,
    add_working_days,
    house_zone,
    working_day_on_or_after,
    working_day_on_or_before,
)
from clients.models import Band
from relationships.followups.catalog import CATALOG
from relationships.models import FollowUpRule as Rule

# Rules whose follow-ups come and go with the rows that they are about.
CARE_RULES = (
    Rule.KICK_OFF,
    Rule.COMMITMENT,
    Rule.MILESTONE,
    Rule.RENEWAL,
    Rule.COLLECTION,
    Rule.PROMISE,
    Rule.ISSUE,
    Rule.REQUEST,
    Rule.APPROVAL,
    Rule.DEAL,
    Rule.ADVICE,
    Rule.BAND_DROPPED,
    Rule.NO_NEXT_STEP,
    Rule.BIRTHDAY,
    Rule.ANNIVERSARY,
    Rule.PLAN_ACTION,
)
# Chasing money, deciding on terms and good wishes are work, but no next step with the client.
NO_NEXT_STEP = (
    Rule.COLLECTION,
    Rule.PROMISE,
    Rule.APPROVAL,
    Rule.NO_NEXT_STEP,
    Rule.BIRTHDAY,
    Rule.ANNIVERSARY,
)
# Follow-ups that somebody decided on, or that a row of the client's care asks for; the cadence alone is no next step.
PLANNED_BY_HAND = (Rule.MANUAL, Rule.NEXT_STEP, Rule.HANDOVER)
PLANNED_RULES = (*PLANNED_BY_HAND, *(rule for rule in CARE_RULES if rule not in NO_NEXT_STEP))

# Follow-ups that a touch settles when it is named: there the talk is the deed, for this step. Everything else is over
# when its own condition is, since what counts is recorded elsewhere: the kick-off's day, the answer, the money.
DONE_BY_TALKING = frozenset(
    {
        (Rule.RENEWAL, ""),
        (Rule.COLLECTION, ""),
        (Rule.REQUEST, "answered"),
        (Rule.BAND_DROPPED, ""),
        (Rule.BIRTHDAY, ""),
        (Rule.ANNIVERSARY, ""),
    }
)
# It asks how the client is, and any talk of its kind does that.
NEEDS_NO_NAMING = (Rule.BAND_DROPPED,)

# The steps of a renewal, nearest first: what they are called in keys and facts, after the days that a new house has,
# and the number of the catalogue that says from which day each is.
RENEWAL_STEPS = (("30", "third"), ("60", "second"), ("90", "first"))
SATISFACTION_WITHIN_DAYS = 30
ANSWER_TOLD_WITHIN_DAYS = 14
DROP_NEWS_DAYS = 30  # a band that fell before that is no news, unless it is asked about already
DAY_PAST_DAYS = 3  # a birthday or anniversary is wished for so many days afterwards
BANDS_UP = (Band.AT_RISK, Band.WATCH, Band.HEALTHY)


def may_be_settled_by_touch(follow_up):
    """Whether a touch that names it settles it: any but a care rule's that waits for its own condition."""
    rule, step = follow_up.rule, follow_up.facts.get("step")
    return rule not in CARE_RULES or (rule, "") in DONE_BY_TALKING or (rule, step) in DONE_BY_TALKING


def needs_naming(follow_up):
    """Whether a touch of its kind leaves it open unless somebody ticks it: a call is not about every invoice."""
    return follow_up.rule in CARE_RULES and follow_up.rule not in NEEDS_NO_NAMING


def by_deadline(day, made_on=None):
    """The working day on which something must be done that is to be there by `day`.

    Written down (`made_on`) on days off for one of them, it is not late before it was made.
    """
    before = working_day_on_or_before(day)
    return max(before, min(day, made_on)) if made_on else before


def working_days_after(day, count):
    """The `count`-th working day after `day`; 0: the day itself, or the working day behind it."""
    return add_working_days(day, count) if count else working_day_on_or_after(day)


def near_until(today, limit):
    """The last day that counts as near: `limit`, or what is off until the next working day, since it is due before."""
    return max(limit, add_working_days(today, 1) - DAY)


def milestone_step(*, due_on, done_on, today, days, made_on=None):
    """("deliver" or "accept", the working day it is due), or None while nothing is asked of a milestone."""
    if done_on is None:
        near = due_on <= near_until(today, today + days["ahead"] * DAY)
        return ("deliver", by_deadline(due_on, made_on)) if near else None
    ask_on = working_days_after(done_on, days["accept"])
    return ("accept", ask_on) if ask_on <= today else None


def renewal_step(*, ends_on, today, days, renews_itself=False, notice_days=0):
    """(step, the working day it is due) of a contract that was not renewed, or None.

    Steps are "90", "60", "30" and "expired", due when they begin; one that `renews_itself` has a single one, "auto",
    due before the notice window opens, and none after its end.
    """
    if renews_itself:
        window = ends_on - notice_days * DAY
        near = window <= near_until(today, today + days["auto"] * DAY)
        return ("auto", by_deadline(window)) if near and ends_on >= today else None
    if ends_on < today:
        return (
            ("expired", working_day_on_or_after(ends_on + DAY))
            if ends_on >= today - days["expired"] * DAY
            else None
        )
    for step, number in RENEWAL_STEPS:
        if ends_on <= today + days[number] * DAY:
            return step, working_day_on_or_after(ends_on - days[number] * DAY)
    return None


def collection_step(*, oldest_due_on, steps, today):
    """(days late that the step begins at, the working day it is due) for `steps` (days late), or None before them."""
    reached = [days for days in steps if days <= (today - oldest_due_on).days]
    if not reached:
        return None
    return max(reached), working_day_on_or_after(oldest_due_on + max(reached) * DAY)


def issue_step(*, response_due, resolution_due, now, today, days):
    """(step, the working day it is due) of an issue in work, or None.

    The two moments are aware; `response_due` is None once answered. A missed moment goes up after some working days.
    """
    due_at = min(moment for moment in (response_due, resolution_due) if moment)
    day = timezone.localdate(due_at, house_zone())
    for step in ("manager", "senior"):
        up_on = working_days_after(day, days[step])
        if due_at < now and up_on <= today:
            return step, up_on
    if day > near_until(today, add_working_days(today, days["ahead"])):
        return None
    return "response" if due_at == response_due else "resolution", by_deadline(day)


def satisfaction_due_on(resolved_on, days):
    """The working day on which the client is asked how satisfied they are with a solution."""
    return working_days_after(resolved_on, days["satisfaction"])


def band_dropped_due_on(*, band, shown, former, since, today, days, is_key, asked=False):
    """The working day on which a fall is looked into, or None. Bands as computed, after hysteresis: `band` since
    `since` and `former` before; `shown` is a person's word where there is one. `asked`: there is one open.
    A key client at risk is looked into on the day itself.

    Not known before or now is no fall.
    """
    if not {band, shown, former} <= set(BANDS_UP):
        return None
    fell = max(BANDS_UP.index(band), BANDS_UP.index(shown)) < BANDS_UP.index(former)
    is_news = asked or since >= today - DROP_NEWS_DAYS * DAY
    at_once = is_key and shown == Band.AT_RISK
    return working_days_after(since, 0 if at_once else days["within"]) if fell and is_news else None


def asks_for_a_next_step(*, silent_since, has_plan, today, days):
    """Whether a client's next step is asked for. `silent_since`: the last contact, else the day we became theirs."""
    return not has_plan and silent_since <= today - days["after"] * DAY


def plan_action_due_on(*, due_on, today, days, made_on=None):
    """The working day on which an open action of the plan is due, or None while it is far."""
    is_near = due_on <= near_until(today, today + days["ahead"] * DAY)
    return by_deadline(due_on, made_on) if is_near else None


def day_to_remember(*, first, today, days, from_year=0):
    """(the day it comes round, the working day to do something about it) of a birthday or an anniversary, or None.

    From `ahead` days before to three days after. 29 February comes round on the 28th where there is none.
    """
    for day in days_around(today, days):
        if day.year - first.year >= from_year and day == first_in(first, day.year):
            return day, by_deadline(day)
    return None


def first_in(first, year):
    """The day on which `first` comes round in a year."""
    try:
        return first.replace(year=year)
    except ValueError:
        return datetime.date(year, 2, 28)


def days_around(today, days):
    """The days whose birthdays and anniversaries are asked for on `today`."""
    last = near_until(today, today + days["ahead"] * DAY)
    first = today - DAY_PAST_DAYS * DAY
    return [first + number * DAY for number in range((last - first).days + 1)]


def limits_of(today, settings):
    """What the rules as they are set ({rule: Setting}) make of `today`, for the SQL, which compares days alone.

    "N working days after it have come" is "it lies before the N-th working day back from today".
    """
    days = {rule: settings[rule].days for rule in CATALOG}
    renewal, issue, milestone = days[Rule.RENEWAL], days[Rule.ISSUE], days[Rule.MILESTONE]
    return {
        "milestones_by": near_until(today, today + milestone["ahead"] * DAY),
        "accept_before": working_days_back(today, milestone["accept"]),
        "accept_shift": milestone["accept"],
        "renewals_by": today + max(renewal[number] for _step, number in RENEWAL_STEPS) * DAY,
        **{f"renewal_{step}": renewal[number] for step, number in RENEWAL_STEPS},
        "expired_from": today - renewal["expired"] * DAY,
        "windows_by": near_until(today, today + renewal["auto"] * DAY),
        "issues_by": near_until(today, add_working_days(today, issue["ahead"])),
        "senior_before": working_days_back(today, issue["senior"]),
        "senior_shift": issue["senior"],
        "manager_before": working_days_back(today, issue["manager"]),
        "manager_shift": issue["manager"],
        "rated_from": today - SATISFACTION_WITHIN_DAYS * DAY,
        "satisfaction_shift": issue["satisfaction"],
        "told_from": today - ANSWER_TOLD_WITHIN_DAYS * DAY,
        "advice_days": days[Rule.ADVICE]["answer"],
        "advice_by": today - days[Rule.ADVICE]["answer"] * DAY,
        "dropped_from": today - DROP_NEWS_DAYS * DAY,
        "band_shift": days[Rule.BAND_DROPPED]["within"],
        "silent_by": today - days[Rule.NO_NEXT_STEP]["after"] * DAY,
        "actions_by": near_until(today, today + days[Rule.PLAN_ACTION]["ahead"] * DAY),
        "birthdays": _calendar_days(today, days[Rule.BIRTHDAY]),
        "anniversaries": _calendar_days(today, days[Rule.ANNIVERSARY]),
    }


def _calendar_days(today, days):
    """JSON of {month and day of the first time, as 1231: the day it comes round} for `days_around` today."""
    found = {}
    for day in days_around(today, days):
        found[day.month * 100 + day.day] = day.isoformat()
        if first_in(datetime.date(2000, 2, 29), day.year) == day:
            found[229] = day.isoformat()
    return json.dumps(found)


def working_days_back(today, count):
    """The `count`-th working day counting back from `today`, which counts where it is one; 0: the day after that."""
    day = working_day_on_or_before(today)
    for _number in range(count - 1):
        day = working_day_on_or_before(day - DAY)
    return day if count else day + DAY
