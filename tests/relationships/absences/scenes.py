"""Days away for tests."""

import datetime

from accounts.models import Absence

MONDAY = datetime.date(2026, 12, 7)
FRIDAY = datetime.date(2026, 12, 11)
BEFORE = "2026-12-01T03:00:00Z"  # ten in the morning in Viet Nam
DURING = "2026-12-09T03:00:00Z"
AFTER = "2026-12-14T03:00:00Z"


def away(person, substitute, first_day=MONDAY, last_day=FRIDAY, **fields):
    return Absence.objects.create(
        person=person, substitute=substitute, first_day=first_day, last_day=last_day, **fields
    )


def day(number, month=12):
    return datetime.date(2026, month, number)
