"""The house's working calendar: working days and working hours. Pure, without a query.

A working day is Monday to Friday without the public holidays of Viet Nam, plus the Saturdays that were swapped for a
day off (Nghỉ bù): those are worked. Working hours are those of HOURS in the house zone. Days are local calendar days.
"""

import datetime
import zoneinfo
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


def _stretches(day, zone):
    """(from, to) as aware moments of each stretch of a working day; none of a day off."""
    if not is_working_day(day):
        return
    for start, end in HOURS:
        yield datetime.datetime.combine(day, start, zone), datetime.datetime.combine(day, end, zone)


def add_working_seconds(moment, seconds):
    """The moment when `seconds` of working time have passed since `moment` (aware). None of them: the moment itself."""
    zone, left = house_zone(), seconds
    if left <= 0:
        return moment
    day = moment.astimezone(zone).date()
    while True:
        for start, end in _stretches(day, zone):
            start = max(start, moment)
            if end <= start:
                continue
            length = (end - start).total_seconds()
            if left <= length:
                return start + datetime.timedelta(seconds=left)
            left -= length
        day += DAY


def working_seconds_between(start, end):
    """Seconds of working time from `start` to `end` (aware moments); 0 when they are the other way round."""
    if end <= start:
        return 0
    zone, total = house_zone(), 0
    day, last = start.astimezone(zone).date(), end.astimezone(zone).date()
    while day <= last:
        for opens, closes in _stretches(day, zone):
            total += max(0, (min(closes, end) - max(opens, start)).total_seconds())
        day += DAY
    return int(total)
