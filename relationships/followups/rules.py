"""When something is due: pure rules of days, without a query. SQL that repeats one of them names it.

A working day is Monday to Friday without the public holidays of Viet Nam, plus the Saturdays that were swapped
for a day off (Nghỉ bù): those are worked. Days are local calendar days.
"""

import datetime
from functools import lru_cache

import holidays

COUNTRY = "VN"
DAY = datetime.timedelta(days=1)
LONGEST_BREAK_DAYS = 30  # no run of days off is nearly as long; a bound for the search of a working day
ASK_AGAIN_AFTER_WORKING_DAYS = 5  # a cadence follow-up ticked off without a contact comes back after a week

DIGEST_AT = datetime.time(8)
QUIET_FROM = datetime.time(19)
BACKOFF_MINUTES = (1, 5, 15, 60, 240)  # after the first, second, … failure; the last one repeats


@lru_cache(maxsize=64)
def _calendar(year):
    """Public holidays and swapped working days of a year. One object a year: the library's grows as it is asked."""
    days = holidays.country_holidays(COUNTRY, years=year)
    return frozenset(days), frozenset(days.weekend_workdays)


def is_working_day(day):
    days_off, swapped = _calendar(day.year)
    return day in swapped or (day.weekday() < 5 and day not in days_off)


def working_day_on_or_after(day):
    return _nearest_working_day(day, DAY)


def working_day_on_or_before(day):
    return _nearest_working_day(day, -DAY)


def _nearest_working_day(day, step):
    for _attempt in range(LONGEST_BREAK_DAYS):
        if is_working_day(day):
            return day
        day += step
    return day


def add_working_days(day, count):
    """The `count`-th working day after `day`."""
    for _number in range(count):
        day = working_day_on_or_after(day + DAY)
    return day


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


def next_digest_at(now, zone):
    """The first 08:00 of a working day in `zone` that is not before `now` (aware). Returns an aware moment."""
    local = now.astimezone(zone)
    day = local.date() if local.time() <= DIGEST_AT else local.date() + DAY
    return datetime.datetime.combine(working_day_on_or_after(day), DIGEST_AT, zone)


def may_mail_at(now, zone):
    """Whether mail may go out at `now`: a working day in `zone`, outside the quiet hours of 19:00 to 08:00."""
    local = now.astimezone(zone)
    return is_working_day(local.date()) and DIGEST_AT <= local.time() < QUIET_FROM


def retry_after(attempts):
    """How long to wait after the `attempts`-th failure."""
    return datetime.timedelta(minutes=BACKOFF_MINUTES[min(attempts, len(BACKOFF_MINUTES)) - 1])
