"""When something is due: pure rules of days, without a query. SQL that repeats one of them names it.

Working days are those of `accounts.working_time`. Days are local calendar days.
"""

import datetime

from accounts.working_time import (
    DAY,
    working_day_on_or_after,
    working_day_on_or_before,
)

BACKOFF_MINUTES = (1, 5, 15, 60, 240)  # after the first, second, … failure; the last one repeats


def cadence_due_on(contact_due_on, last_reached_on):
    """The working day on which a client who has been reached before is due.

    The cadence is the longest silence we accept, so a due day on a weekend or at Tết moves to the working day
    before it; only where that is not after the last contact itself (a short cadence over a long holiday) to the
    one behind. `followups.generate` repeats this in SQL.
    """
    before = working_day_on_or_before(contact_due_on)
    return before if before > last_reached_on else working_day_on_or_after(contact_due_on)


def first_contact_due_on(client_id, cadence_days, managed_since, today):
    """The working day on which a client who was never reached is due: some day within the cadence.

    Spread by the client's number, so that a book going live does not fall due on one morning: counted from the day
    the first lead began, or from `today` where that day has passed. `followups.generate` repeats this in SQL.
    """
    offset = datetime.timedelta(days=1 + client_id % max(1, cadence_days))
    due_on = managed_since + offset
    return working_day_on_or_after(due_on if due_on >= today else today + offset)


def cadence_facts(contact_due_on, last_reached_on):
    """What the reason of a cadence follow-up is told from, in any language, on any later day."""
    return {
        "cadence_days": (contact_due_on - last_reached_on).days,
        "last_reached_on": last_reached_on.isoformat(),
        "contact_due_on": contact_due_on.isoformat(),
    }


def next_month(day):
    """The same day of the next month, or its last day."""
    first = (day.replace(day=1) + 32 * DAY).replace(day=1)
    last = ((first + 32 * DAY).replace(day=1) - DAY).day
    return first.replace(day=min(day.day, last))


def near_days(today):
    """Working days to choose from, with the names of their chips: {"tomorrow": date, …}."""
    far = {
        "tomorrow": today + DAY,
        "days_3": today + 3 * DAY,
        "week_1": today + 7 * DAY,
        "weeks_2": today + 14 * DAY,
        "month_1": next_month(today),
    }
    return {name: working_day_on_or_after(day) for name, day in far.items()}


def retry_after(attempts):
    """How long to wait after the `attempts`-th failure."""
    return datetime.timedelta(minutes=BACKOFF_MINUTES[min(attempts, len(BACKOFF_MINUTES)) - 1])
