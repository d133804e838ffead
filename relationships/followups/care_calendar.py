"""Working days for SQL: two arrays from which any working day around today is read. They travel once a statement."""

from functools import lru_cache

from accounts import working_time

# A day outside stays where it is: three years late, nobody minds a Sunday.
DAYS_BACK, DAYS_AHEAD = 3 * 366, 2 * 366

# `working` lists working days; `passed` tells for each day from %(first_day)s how many of them it has seen.
CALENDAR = """
cal AS MATERIALIZED (SELECT %(working)s::date[] AS working, %(passed)s::int[] AS passed)"""


def due_on(day, shift):
    """SQL for the working day of `day`: on or before it (shift -1), on or after it (0), the shift-th after it."""
    return f"""coalesce((SELECT working FROM cal)[CASE {shift}
        WHEN -1 THEN (SELECT passed FROM cal)[{day} - %(first_day)s::date + 1]
        WHEN 0 THEN (SELECT passed FROM cal)[{day} - %(first_day)s::date] + 1
        ELSE (SELECT passed FROM cal)[{day} - %(first_day)s::date + 1] + {shift} END], {day})"""


@lru_cache(maxsize=2)
def calendar(today):
    """The parameters of CALENDAR and `due_on`."""
    first = today - DAYS_BACK * working_time.DAY
    days = [first + number * working_time.DAY for number in range(DAYS_BACK + DAYS_AHEAD)]
    working, passed = [], []
    for day in days:
        if working_time.is_working_day(day):
            working.append(day)
        passed.append(len(working))
    return {"first_day": first, "working": working, "passed": passed}
