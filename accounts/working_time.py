"""The house's working calendar: working days and working hours. Pure, without a query.

A working day is Monday to Friday without the public holidays of Viet Nam, plus the Saturdays that were swapped for a
day off (Nghỉ bù): those are worked. Working hours are those of HOURS in the house zone. Days are local calendar days.
"""

import datetime
import zoneinfo
from bisect import bisect_right
from functools import lru_cache

import holidays
from django.conf import settings

COUNTRY = "VN"
DAY = datetime.timedelta(days=1)
LONGEST_BREAK_DAYS = 30  # no run of days off is nearly as long; a bound for the search of a working day
# (from, to) of each stretch of a working day: eight hours with an hour at noon.
HOURS = (
    (datetime.time(8), datetime.time(12)),
    (datetime.time(13), datetime.time(17)),
)
SECONDS_A_DAY = sum((b.hour - a.hour) * 3600 + (b.minute - a.minute) * 60 for a, b in HOURS)


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


def house_zone():
    return zoneinfo.ZoneInfo(settings.TIME_ZONE)


@lru_cache(maxsize=64)
def _working_days(year):
    """The working days of a year in order. Long spans are counted in this list instead of day by day."""
    first, last = datetime.date(year, 1, 1), datetime.date(year, 12, 31)
    days = (first + DAY * number for number in range((last - first).days + 1))
    return tuple(day for day in days if is_working_day(day))


def _stretches(day):
    """(from, to) as moments in UTC of each stretch of a working day; none of a day off."""
    if not is_working_day(day):
        return []
    zone = house_zone()
    return [
        tuple(datetime.datetime.combine(day, edge, zone).astimezone(datetime.UTC) for edge in stretch)
        for stretch in HOURS
    ]


def _local_day(moment):
    return moment.astimezone(house_zone()).date()


def add_working_seconds(moment, seconds):
    """The moment when `seconds` (whole ones) of working time have passed since `moment` (aware).

    None of them: the moment itself. A span that ends with a stretch ends there, and not when the next one opens.
    """
    left = datetime.timedelta(seconds=seconds)
    if left <= datetime.timedelta():
        return moment
    day = _local_day(moment)
    due, left = _pass(day, moment, left)
    if due is None:
        full_days = -(-left // datetime.timedelta(seconds=SECONDS_A_DAY)) - 1
        left -= full_days * datetime.timedelta(seconds=SECONDS_A_DAY)
        due, _nothing = _pass(_working_day_after(day, full_days + 1), moment, left)
    return due


def _pass(day, moment, left):
    """(when `left` of working time has passed on `day` from `moment` on, None) or (None, what is then still left)."""
    for opens, closes in _stretches(day):
        opens = max(opens, moment)
        length = max(closes - opens, datetime.timedelta())
        if left <= length:
            return opens + left, None
        left -= length
    return None, left


def _working_day_after(day, count):
    """The `count`-th working day after `day`, found year by year."""
    year, place = day.year, _count_up_to(day) + count - 1
    while place >= len(_working_days(year)):
        place -= len(_working_days(year))
        year += 1
    return _working_days(year)[place]


def working_seconds_between(start, end):
    """Whole seconds of working time from `start` to `end` (aware moments); 0 when they are the other way round."""
    if end <= start:
        return 0
    first, last = _local_day(start), _local_day(end)
    total = _passed(first, start, end)
    if last > first:
        total += _passed(last, start, end)
        between = _count_up_to(last - DAY) - _count_up_to(first)
        between += sum(len(_working_days(year)) for year in range(first.year, (last - DAY).year))
        total += between * datetime.timedelta(seconds=SECONDS_A_DAY)
    return total // datetime.timedelta(seconds=1)


def _passed(day, start, end):
    """Working time of `day` that lies between two moments."""
    nothing = datetime.timedelta()
    lengths = (max(nothing, min(closes, end) - max(opens, start)) for opens, closes in _stretches(day))
    return sum(lengths, nothing)


def _count_up_to(day):
    """How many working days its year has had by the end of `day`."""
    return bisect_right(_working_days(day.year), day)
