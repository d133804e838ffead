"""When a late follow-up goes up, and how far: pure rules, without a query.

`followups.escalate_sql` repeats them; a test compares the two on made-up follow-ups. Days are local days of the house,
working days those of `accounts.working_time`.
"""

from accounts.working_time import DAY, is_working_day
from relationships.followups.care_rules import working_days_back
from relationships.models import EscalationStep as Step
from relationships.models import FollowUpRule as Rule

# From the lowest to the highest. Being put off twice is told at once, the others by working days.
STEPS = (Step.SNOOZED, Step.SENIOR, Step.MANAGER, Step.REASSIGN)
BY_DAYS = STEPS[1:]
# Collection and issues have steps of their own and do not go up a second time; who decides on terms stands above.
NEVER = (Rule.COLLECTION, Rule.ISSUE, Rule.APPROVAL)


def counted_from(due_on, *, last_reached_on=None, back_on=None, handed_on=None, lead_since=None):
    """The day that working days late are counted from: the latest of the due day and what gave a fresh start.

    `last_reached_on`: the last contact that reached the client; `back_on`: the last day of the last absence of the
    assignee or the lead; `handed_on`: when it was handed to the assignee; `lead_since`: since when the client has its
    lead. Each may be None.
    """
    return max(day for day in (due_on, last_reached_on, back_on, handed_on, lead_since) if day)


def working_days_late(since, today):
    """How many working days have come after `since`, today among them; 0 for a day to come."""
    days = (today - since).days
    return sum(is_working_day(since + number * DAY) for number in range(1, days + 1))


def after_days(count, *, is_key):
    """Of a key client in half the working days, rounded up."""
    return -(-count // 2) if is_key else count


def steps_due(since, today, days, *, is_key):
    """The steps that are due, the lowest first. `days`: {"senior": 3, …}, working days late."""
    late = working_days_late(since, today)
    return [step for step in BY_DAYS if late >= after_days(days[step], is_key=is_key)]


def goes_up(rule, *, is_key, amount=None, limit):
    """Whether a late follow-up goes up at all. `amount`: what it is about, in the house currency; None: no money, or
    money without a rate, which is not guessed."""
    if rule in NEVER:
        return False
    return is_key or rule == Rule.RENEWAL or (amount is not None and amount >= limit)


def limits_of(today, days):
    """For the SQL, which compares days alone: a step is due when it is counted from a day before the one given here.

    {"senior_before": date, "key_senior_before": date, …}
    """
    limits = {}
    for step in BY_DAYS:
        limits[f"{step}_before"] = working_days_back(today, days[step])
        limits[f"key_{step}_before"] = working_days_back(today, after_days(days[step], is_key=True))
    return limits
