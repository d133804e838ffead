"""Days, times of day and lengths as people say them, in Vietnamese and English. Pure; days are local calendar days."""

import datetime
from dataclasses import dataclass

from dateutil.relativedelta import relativedelta

from accounts import working_time
from relationships.oneline.patterns import whole

DAY = datetime.timedelta(days=1)
_WEEKDAYS = [
    "thứ hai|thứ 2|monday",
    "thứ ba|thứ 3|tuesday",
    "thứ tư|thứ 4|wednesday",
    "thứ năm|thứ 5|thursday",
    "thứ sáu|thứ 6|friday",
    "thứ bảy|thứ 7|saturday",
    "chủ nhật|cn|sunday",
]
_WEEKDAY = "|".join(_WEEKDAYS)
_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_MONTH = "(?P<month_name>" + "|".join(f"{name}[a-z]*" for name in _MONTHS) + ")"
_NUMBERS = {"một": 1, "hai": 2, "ba": 3, "a": 1, "an": 1, "one": 1, "two": 2, "three": 3}
_N = r"(?P<n>\d{1,3}|một|hai|ba|an?|one|two|three)"
_UNITS = {
    "ngày": "days",
    "day": "days",
    "tuần": "weeks",
    "week": "weeks",
    "tháng": "months",
    "month": "months",
}
_UNIT = "(?P<unit>ngày|tuần|tháng|days?|weeks?|months?)"
_PART = "(?:sáng|trưa|chiều|tối)"
_OF_DAY = "(?: (?:morning|afternoon|evening))?"
_WORKING = "(?:vào |hôm |ngày |trước |on |by |before )?"  # before a day, and read with it


@dataclass(frozen=True)
class Found:
    """A day that was read, and where: `span` in the text. `ahead`: it lies in the future. `is_open`: without a year, as
    a weekday is; the words around it say which way it is meant."""

    day: datetime.date
    span: tuple
    ahead: bool
    is_open: bool = False


def _number(text):
    return int(text) if text.isdecimal() else _NUMBERS.get(text, 1)


def _step(match, sign):
    unit = next(name for word, name in _UNITS.items() if whole(f"{word}s?").match(match["unit"]))
    return relativedelta(**{unit: sign * _number(match["n"])})


def _weekday(match):
    return next(place for place, words in enumerate(_WEEKDAYS) if whole(words).fullmatch(match["weekday"]))


def _monday(today):
    return today - today.weekday() * DAY


def _passed(match, today):
    """The last such day of the week before today."""
    return today - ((today.weekday() - _weekday(match) - 1) % 7 + 1) * DAY


def _coming(match, today):
    return today + ((_weekday(match) - today.weekday() - 1) % 7 + 1) * DAY


def _end_of_month(today):
    return working_time.working_day_on_or_before(today + relativedelta(day=31))


def _after_tet(today):
    """The first working day after the longest run of days off that begins in January or February."""
    for year in (today.year, today.year + 1):
        days = [datetime.date(year, 1, 10) + n * DAY for n in range(60)]
        off = [day for day, _name in working_time.public_holidays(days[0], days[-1])]
        if off and max(off) >= today:
            return working_time.working_day_on_or_after(max(off) + DAY)
    return None


_BEHIND = [
    (f"hôm nay|{_PART} nay|today|this (?:morning|afternoon|evening)", lambda m, today: today),
    (f"{_WORKING}hôm kia|(?:the )?day before yesterday", lambda m, today: today - 2 * DAY),
    (f"{_PART} (?:hôm )?qua|hôm qua|yesterday{_OF_DAY}|last night", lambda m, today: today - DAY),
    (f"(?:cách đây )?{_N} {_UNIT} (?:trước|ago)", lambda m, today: today + _step(m, -1)),
    (
        f"(?:{_PART} )?(?P<weekday>{_WEEKDAY}) tuần (?:trước|rồi)",
        lambda m, today: _monday(today) - 7 * DAY + _weekday(m) * DAY,
    ),
    (f"last (?P<weekday>{_WEEKDAY})", _passed),
    ("tuần (?:trước|rồi)|last week", lambda m, today: today - 7 * DAY),
    ("tháng (?:trước|rồi)|last month", lambda m, today: today - relativedelta(months=1)),
]
_AHEAD = [
    ("(?:sáng |trưa |chiều |tối |ngày )mai|tomorrow" + _OF_DAY, lambda m, today: today + DAY),
    ("ngày kia|ngày mốt|(?:the )?day after tomorrow", lambda m, today: today + 2 * DAY),
    (f"{_N} {_UNIT} nữa|sau {_N.replace('?P<n>', '?P<n2>')} {_UNIT.replace('?P<unit>', '?P<unit2>')}", None),
    (f"(?:in|within) {_N} {_UNIT}", lambda m, today: today + _step(m, 1)),
    (
        f"{_WORKING}(?:{_PART} )?(?P<weekday>{_WEEKDAY}) tuần (?:sau|tới)",
        lambda m, today: _monday(today) + 7 * DAY + _weekday(m) * DAY,
    ),
    (f"{_WORKING}(?:next (?P<weekday>{_WEEKDAY}))", _coming),
    (f"{_WORKING}(?:{_PART} )?(?P<weekday>{_WEEKDAY}) (?:tới|này|sau)", _coming),
    (
        f"{_WORKING}(?:đầu tháng (?:sau|tới)|(?:at )?the (?:beginning|start) of next month|early next month)",
        lambda m, today: today + relativedelta(months=1, day=1),
    ),
    (
        f"{_WORKING}(?:cuối tháng(?: này)?|the end of the month|end of month)",
        lambda m, today: _end_of_month(today),
    ),
    (f"{_WORKING}(?:cuối tuần(?: này)?|the end of the week)", lambda m, today: _monday(today) + 4 * DAY),
    ("tuần (?:sau|tới)|next week", lambda m, today: today + 7 * DAY),
    ("tháng (?:sau|tới)|next month", lambda m, today: today + relativedelta(months=1)),
    ("(?:sau|ra) tết|after tet|after tết", lambda m, today: _after_tet(today)),
]
_DATES = [
    rf"{_WORKING}(?P<year>20\d\d)-(?P<month>\d\d)-(?P<day>\d\d)",
    rf"{_WORKING}(?P<day>\d{{1,2}})[/-](?P<month>\d{{1,2}})(?:[/-](?P<year>20\d\d))?",
    rf"{_WORKING}(?P<day>\d{{1,2}}) tháng (?P<month>\d{{1,2}})(?: năm (?P<year>20\d\d))?",
    rf"{_WORKING}(?:the )?(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?: of)? {_MONTH}(?: (?P<year>20\d\d))?",
    rf"{_WORKING}{_MONTH} (?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?:,? (?P<year>20\d\d))?",
]
_BARE_WEEKDAY = f"{_WORKING}(?:{_PART} )?(?P<weekday>{_WEEKDAY})"


def find_day(text, today, *, ahead):
    """The first day that `text` (lower case) names, or None. `ahead`: which way an open one is meant, such as
    "Tuesday" or 12/11 without a year."""
    for expression, day_of in _BEHIND:
        if match := whole(expression).search(text):
            return Found(day_of(match, today), match.span(), False)
    for expression, day_of in _AHEAD:
        if match := whole(expression).search(text):
            day = day_of(match, today) if day_of else today + _later(match)
            return Found(day, match.span(), True) if day else None
    return _dated(text, today, ahead) or _bare_weekday(text, today, ahead)


def _later(match):
    unit, n = match["unit"] or match["unit2"], match["n"] or match["n2"]
    return _step({"unit": unit, "n": n}, 1)


def _dated(text, today, ahead):
    for expression in _DATES:
        match = whole(expression).search(text)
        day = _day_of(match, today, ahead) if match else None
        if day:
            return Found(day, match.span(), day > today, match.groupdict().get("year") is None)
    return None


def _day_of(match, today, ahead):
    """The date that was written; without a year the nearest one the way it is meant. None for 31/2."""
    parts = match.groupdict()
    month = int(parts["month"]) if parts.get("month") else _MONTHS.index(parts["month_name"][:3]) + 1
    try:
        day = datetime.date(int(parts["year"] or today.year), month, int(parts["day"]))
        if parts["year"] is None and (day < today if ahead else day > today):
            day = day.replace(year=day.year + (1 if ahead else -1))
    except ValueError:
        return None
    return day


def _bare_weekday(text, today, ahead):
    match = whole(_BARE_WEEKDAY).search(text)
    if not match:
        return None
    return Found((_coming if ahead else _passed)(match, today), match.span(), ahead, True)


_AFTERNOON = "chiều|tối|pm|p.m."
_TIMES = [
    rf"(?:lúc |at )?(?P<hour>\d{{1,2}})(?:h|:)(?P<minute>\d\d)? ?(?P<part>{_PART}|am|pm)?",
    rf"(?:lúc )?(?P<hour>\d{{1,2}}) giờ(?: (?P<minute>\d\d))? (?P<part>{_PART})",
    r"lúc (?P<hour>\d{1,2}) giờ(?: (?P<minute>\d\d))?",
    r"(?:at )?(?P<hour>\d{1,2}) ?(?P<part>am|pm)",
]


def find_time(text):
    """(time, span) of the first time of day in `text`, or None. The words "sáng nay" stay for the day."""
    for expression in _TIMES:
        for match in whole(expression).finditer(text):
            parts = match.groupdict()
            hour, minute = int(parts["hour"]), int(parts.get("minute") or 0)
            part = parts.get("part") or ""
            if part and whole(_AFTERNOON).fullmatch(part) and hour < 12:
                hour += 12
            if hour < 24 and minute < 60:
                end = (
                    match.start("part") if part and _begins_a_day(text, match.start("part")) else match.end()
                )
                return datetime.time(hour, minute), (match.start(), end)
    return None


def _begins_a_day(text, start):
    return whole(f"{_PART} (?:nay|mai|(?:hôm )?qua|{_WEEKDAY})").match(text, start) is not None


_LENGTHS = [
    (r"(?P<n>\d{1,3}) ?(?:phút|ph|p|minutes?|mins?|m)", 1),
    (r"(?P<n>\d{1,2}(?:[.,]\d)?) ?(?:tiếng|giờ đồng hồ|hours?|hrs?)(?P<half> rưỡi)?", 60),
    (r"(?:một tiếng|an hour|one hour)(?P<half> rưỡi| and a half)?", 60),
]
_HALF_HOUR = "nửa tiếng|nửa giờ|half an hour"


def find_minutes(text):
    """(minutes, span) of the first length in `text`, or None."""
    if match := whole(f"(?:for )?(?:{_HALF_HOUR})").search(text):
        return 30, match.span()
    for expression, unit in _LENGTHS:
        if match := whole(f"(?:trong |for )?{expression}").search(text):
            parts = match.groupdict()
            many = float((parts.get("n") or "1").replace(",", "."))
            return round(many * unit) + (30 if parts.get("half") else 0), match.span()
    return None
