"""Who is away in the demo and who stands in: somebody now, the account manager until the day before yesterday, the key
account manager soon."""

import datetime

from accounts.models import Absence

# person, substitute, first and last day counted from today, note
ABSENCES = (
    ("thao", "am2", -1, 6, "Báo giá cho khách lớn đã gửi hết, chỉ cần theo dõi phản hồi."),
    ("am", "senior", -8, -2, "Invoices and renewals are up to date; call me if something burns."),
    ("kam", "senior", 12, 18, ""),
)


def create_absences(users, today):
    """Writes the absences and returns how many."""
    rows = [
        Absence(
            person=users[person],
            substitute=users[substitute],
            first_day=today + datetime.timedelta(days=first),
            last_day=today + datetime.timedelta(days=last),
            note=note,
            entered_by=users[person],
        )
        for person, substitute, first, last, note in ABSENCES
    ]
    return len(Absence.objects.bulk_create(rows))
