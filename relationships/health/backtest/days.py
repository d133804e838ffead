"""Which past days a backtest may be asked at."""

import datetime

from django.db.models import Min

from accounts import working_time
from clients.models import Assignment, AssignmentRole
from relationships.health.sql import months_before

HORIZON_DAYS = 180
MONTHS = 6  # complete calendar months of revenue before and after the month of the day
DAYS, SPACING = 6, 30
MOST_DAYS, SPACINGS = 12, (7, 90)
DAY = datetime.timedelta(days=1)


def newest_day(today):
    """The last day of which all that counts is over by `today`: 180 days, and 6 whole months after its own."""
    return min(today - HORIZON_DAYS * DAY, months_before(today, MONTHS) - DAY)


def first_possible(first_led_on):
    """From which day on a house whose first client was led from `first_led_on` can be tested at all."""
    after = months_before(first_led_on, -MONTHS - 1)
    return max(first_led_on + HORIZON_DAYS * DAY, after)


def tested_days(today, count, spacing):
    """`count` days, `spacing` days apart, oldest first."""
    newest = newest_day(today)
    return [newest - spacing * back * DAY for back in reversed(range(count))]


def first_led_on():
    """The day on which the first client got a lead, or None. One query."""
    led = Assignment.objects.filter(role=AssignmentRole.LEAD)
    started = led.aggregate(first=Min("started_at"))["first"]
    return started and started.astimezone(working_time.house_zone()).date()


def days_with_history(today, first, spacing, at_most=DAYS):
    """How many of `tested_days` lie at or after `first`, the day on which somebody began to lead a client."""
    if first is None or first > newest_day(today):
        return 0
    return min(at_most, (newest_day(today) - first).days // spacing + 1)
