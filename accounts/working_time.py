"""The house's working calendar: working days and working hours. Pure, without a query.

A working day is Monday to Friday without the public holidays of Viet Nam, plus the Saturdays that were swapped for a
day off (Nghỉ bù): those are worked. Working hours are those of HOURS in the house zone. Days are local calendar days.
The house's rules go by Viet Nam; what reaches one person goes by the calendar of the country they chose (`country`).
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
# The languages of Tend as the calendars' names of holidays know them.
_HOLIDAY_LANGUAGES = {"en": "en_US", "vi": "vi"}
SECONDS_A_DAY = sum((b.hour - a.hour) * 3600 + (b.minute - a.minute) * 60 for a, b in HOURS)


@lru_cache(maxsize=256)
def _calendar(year, country):
    """Public holidays, swapped working days and days of the weekend of a year.

    One object a year: the library's grows as it is asked.
    """
    days = holidays.country_holidays(country, years=year)
    return frozenset(days), frozenset(days.weekend_workdays), frozenset(days.weekend)


def is_working_day(day, country=COUNTRY):
    days_off, swapped, weekend = _calendar(day.year, country)
    return day in swapped or (day.weekday() not in weekend and day not in days_off)


def public_holidays(first, last, country=COUNTRY, language="en"):
    """[(day, name)] of the public holidays from `first` to `last`, both included, that would else be working days.

    Names are in `language` where the calendar has them, else in its own.
    """
    years = range(first.year, last.year + 1)
    names = holidays.country_holidays(country, years=years, language=_HOLIDAY_LANGUAGES.get(language))
    days = (first + DAY * number for number in range((last - first).days + 1))
    weekend = _calendar(first.year, country)[2]
    return [(day, names[day]) for day in days if day in names and day.weekday() not in weekend]


def working_days_between(first, last, country=COUNTRY):
    """How many working days there are from `first` to `last`, both included."""
    days = (first + DAY * number for number in range((last - first).days + 1))
    return sum(is_working_day(day, country) for day in days)


def working_day_on_or_after(day, country=COUNTRY):
    return _nearest_working_day(day, DAY, country)


def working_day_on_or_before(day, country=COUNTRY):
    return _nearest_working_day(day, -DAY, country)


def _nearest_working_day(day, step, country):
    for _attempt in range(LONGEST_BREAK_DAYS):
        if is_working_day(day, country):
            return day
        day += step
    return day


def add_working_days(day, count, country=COUNTRY):
    """The `count`-th working day after `day`."""
    for _number in range(count):
        day = working_day_on_or_after(day + DAY, country)
    return day


@lru_cache(maxsize=1)
def known_countries():
    """Codes of the countries whose calendar a person may choose."""
    return frozenset(holidays.list_supported_countries(include_aliases=False))


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
