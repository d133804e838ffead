"""When the care after the signature asks for something, and from which step: pure rules, without a query.

`followups.care_select` repeats them in SQL; a test compares the two on made-up books. Days are local days of the house,
working days those of `accounts.working_time`.
"""

from django.utils import timezone

from accounts.working_time import (
    DAY,
    add_working_days,
    house_zone,
    working_day_on_or_after,
    working_day_on_or_before,
)
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
)
# Chasing money and deciding on terms is work, but no next step with the client.
NO_NEXT_STEP = (Rule.COLLECTION, Rule.PROMISE, Rule.APPROVAL)

# Follow-ups that a touch settles when it is named: there the talk is the deed, for this step. Everything else is over
# when its own condition is, since what counts is recorded elsewhere: the kick-off's day, the answer, the money.
DONE_BY_TALKING = frozenset({(Rule.RENEWAL, ""), (Rule.COLLECTION, ""), (Rule.REQUEST, "answered")})

MILESTONE_AHEAD_DAYS = 3
ACCEPTANCE_WORKING_DAYS = 5
RENEWAL_STEPS = (30, 60, 90)  # days before the end of a contract
EXPIRED_DAYS = 180
AUTO_RENEWAL_AHEAD_DAYS = 14
ISSUE_AHEAD_WORKING_DAYS = 1
SENIOR_AFTER_WORKING_DAYS, MANAGER_AFTER_WORKING_DAYS = 1, 3
SATISFACTION_WORKING_DAYS, SATISFACTION_WITHIN_DAYS = 2, 30
ANSWER_TOLD_WITHIN_DAYS = 14
ADVICE_ANSWER_DAYS = 14


def may_be_settled_by_touch(follow_up):
    """Whether a touch that names it settles it: any but a care rule's that waits for its own condition."""
    rule, step = follow_up.rule, follow_up.facts.get("step")
    return rule not in CARE_RULES or (rule, "") in DONE_BY_TALKING or (rule, step) in DONE_BY_TALKING


def needs_naming(follow_up):
    """Whether a touch of its kind leaves it open unless somebody ticks it: a call is not about every invoice."""
    return follow_up.rule in CARE_RULES


def by_deadline(day):
    """The working day on which something must be done that is to be there by `day`."""
    return working_day_on_or_before(day)


def milestone_step(*, due_on, done_on, today):
    """("deliver" or "accept", the working day it is due), or None while nothing is asked of a milestone."""
    if done_on is None:
        near = due_on <= today + MILESTONE_AHEAD_DAYS * DAY
        return ("deliver", by_deadline(due_on)) if near else None
    ask_on = add_working_days(done_on, ACCEPTANCE_WORKING_DAYS)
    return ("accept", ask_on) if ask_on <= today else None


def renewal_step(*, ends_on, today, renews_itself=False, notice_days=0):
    """(step, the working day it is due) of a contract that was not renewed, or None.

    Steps are "90", "60", "30" and "expired", due when they begin; one that `renews_itself` has a single one, "auto",
    due before the notice window opens, and none after its end.
    """
    if renews_itself:
        window = ends_on - notice_days * DAY
        near = window <= today + AUTO_RENEWAL_AHEAD_DAYS * DAY
        return ("auto", by_deadline(window)) if near and ends_on >= today else None
    if ends_on < today:
        return (
            ("expired", working_day_on_or_after(ends_on + DAY))
            if ends_on >= today - EXPIRED_DAYS * DAY
            else None
        )
    for days in RENEWAL_STEPS:
        if ends_on <= today + days * DAY:
            return str(days), working_day_on_or_after(ends_on - days * DAY)
    return None


def collection_step(*, oldest_due_on, steps, today):
    """(days late that the step begins at, the working day it is due) for `steps` (days late), or None before them."""
    reached = [days for days in steps if days <= (today - oldest_due_on).days]
    if not reached:
        return None
    return max(reached), working_day_on_or_after(oldest_due_on + max(reached) * DAY)


def issue_step(*, response_due, resolution_due, now, today):
    """(step, the working day it is due) of an issue in work, or None.

    The two moments are aware; `response_due` is None once answered. A moment missed by more than a working day goes up.
    """
    due_at = min(moment for moment in (response_due, resolution_due) if moment)
    day = timezone.localdate(due_at, house_zone())
    for step, days in (("manager", MANAGER_AFTER_WORKING_DAYS), ("senior", SENIOR_AFTER_WORKING_DAYS)):
        if due_at < now and add_working_days(day, days) <= today:
            return step, add_working_days(day, days)
    if day > add_working_days(today, ISSUE_AHEAD_WORKING_DAYS):
        return None
    return "response" if due_at == response_due else "resolution", by_deadline(day)


def satisfaction_due_on(resolved_on):
    """The working day on which the client is asked how satisfied they are with a solution."""
    return add_working_days(resolved_on, SATISFACTION_WORKING_DAYS)


def limits_of(today):
    """The last days on which something must lie to count now, for the SQL: it compares days alone.

    "N working days after it have come" is "it lies before the N-th working day back from today".
    """
    return {
        "milestones_by": today + MILESTONE_AHEAD_DAYS * DAY,
        "accept_before": working_days_back(today, ACCEPTANCE_WORKING_DAYS),
        "renewals_by": today + max(RENEWAL_STEPS) * DAY,
        "expired_from": today - EXPIRED_DAYS * DAY,
        "windows_by": today + AUTO_RENEWAL_AHEAD_DAYS * DAY,
        "issues_by": add_working_days(today, ISSUE_AHEAD_WORKING_DAYS),
        "senior_before": working_days_back(today, SENIOR_AFTER_WORKING_DAYS),
        "manager_before": working_days_back(today, MANAGER_AFTER_WORKING_DAYS),
        "rated_from": today - SATISFACTION_WITHIN_DAYS * DAY,
        "told_from": today - ANSWER_TOLD_WITHIN_DAYS * DAY,
        "advice_by": today - ADVICE_ANSWER_DAYS * DAY,
    }


def working_days_back(today, count):
    """The `count`-th working day counting back from `today`, which counts where it is one."""
    day = working_day_on_or_before(today)
    for _number in range(count - 1):
        day = working_day_on_or_before(day - DAY)
    return day
