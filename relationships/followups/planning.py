"""What is to be told to whom: a row for each thing, reader and channel, made however often the job runs or dies.

One statement for each source. A row is there once by its constraint, so planning may be lost, doubled or run twice at
once. Days, the moment of the daily mail and quiet hours are those of each reader's zone, calendar and wishes; they are
worked out once for each set of these in use. Mail that waits for what is no longer so is dropped, and planned anew
when it is so again.

A clock that was ahead leaves rows that wait for a moment too far off: each planning sets waiting rows to the next
moment as it is seen now. Nothing here rests on the last run, so a run of long ago is as good as one of a minute ago.
"""

import datetime

from django.db import connection, transaction
from django.db.models import Count
from django.utils import timezone

from accounts.models import User
from relationships.followups import planning_sql, rules
from relationships.followups.mail_times import DIGEST_AT, QUIET_FROM, QUIET_UNTIL, MailTimes
from relationships.followups.overdue import overdue_of_team

PLAN_LOCK = 0x7E4C  # advisory: one planning at a time is enough
RETURN_TOLD_AFTER_DAYS = 7  # whoever has been back for longer knows
PAUSES = [datetime.timedelta(minutes=minutes) for minutes in rules.BACKOFF_MINUTES]

SOURCES = (
    planning_sql.FOLLOW_UPS,
    planning_sql.ESCALATIONS,
    planning_sql.COVERS,
    planning_sql.RETURNS,
)


@transaction.atomic
def plan_deliveries():
    """Makes the rows that are missing, drops mail without a reason, sets moments right. Returns how many are new.

    0 while another worker plans: what it does is the same.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [PLAN_LOCK])
        if not cursor.fetchone()[0]:
            return 0
        given = values()
        for statement in (planning_sql.READERS, planning_sql.DROP, planning_sql.READ, planning_sql.RETIME):
            cursor.execute(statement, given)
        planned = 0
        for statement in SOURCES:
            cursor.execute(statement, given)
            planned += cursor.rowcount
        return planned + _plan_weekly(cursor, given)


def _plan_weekly(cursor, given):
    """What was late in the team on the first working day of the week, for whoever has not been told of this week."""
    cursor.execute(planning_sql.WEEKLY_READERS, given)
    late = []
    first_days = dict(cursor.fetchall())
    for user in User.objects.filter(pk__in=first_days):
        overdue = overdue_of_team(user, first_days[user.pk]).order_by()
        found = overdue.aggregate(count=Count("pk"), people=Count("assignee", distinct=True))
        if found["count"]:
            late.append((user.pk, found["count"], found["people"]))
    if not late:
        return 0
    readers, counts, people = map(list, zip(*late, strict=True))
    cursor.execute(
        planning_sql.WEEKLY,
        given | {"late_readers": readers, "late_counts": counts, "late_people": people},
    )
    return cursor.rowcount


def people_to_mail():
    """Ids of people whom mail waits for and may reach now, those whose mail failed before at the end. Three queries."""
    with connection.cursor() as cursor:
        cursor.execute(planning_sql.WAITING, {"now": timezone.now()})
        waiting = [user_id for (user_id,) in cursor.fetchall()]
        if not waiting:
            return []
        cursor.execute(planning_sql.WITHIN_REACH, values(waiting))
        within_reach = {user_id for (user_id,) in cursor.fetchall()}
    return [user_id for user_id in waiting if user_id in within_reach]


def settle_of(user_ids):
    """Drops what is no longer so of these people, with what a dead worker left behind, and puts off what has missed the
    morning's mail. Their locks must be held. Three queries."""
    given = values(user_ids)
    with connection.cursor() as cursor:
        cursor.execute(planning_sql.DROP_OF, given)
        cursor.execute(planning_sql.MISSED_OF, given)


def still_so(delivery_ids):
    """Which of these mails would still be planned for their readers. A set of ids; two queries."""
    with connection.cursor() as cursor:
        cursor.execute(planning_sql.STILL_SO, values() | {"deliveries": list(delivery_ids)})
        return {delivery_id for (delivery_id,) in cursor.fetchall()}


def values(user_ids=None):
    """What the statements of planning_sql ask for, as of now; of everyone or of some. One query."""
    now = timezone.now()
    times = _times_in_use(user_ids)
    days = [each.day(now) for each in times]
    return {
        "now": now,
        "only": user_ids,
        "zones": [each.zone_name for each in times],
        "calendars": [each.calendar for each in times],
        "digest_times": [each.digest_at for each in times],
        "quiet_from": [each.quiet_from for each in times],
        "quiet_until": [each.quiet_until for each in times],
        "days": days,
        "digests": [each.next_digest_at(now) for each in times],
        "last_digests": [each.last_digest_at(now) for each in times],
        "mails": [each.next_mail_at(now) for each in times],
        "open": [each.may_mail_at(now) for each in times],
        "weeks": [each.first_working_day(day) for each, day in zip(times, days, strict=True)],
        "last_day": max(days, default=now.date()),
        "digest_time": DIGEST_AT,
        "quiet_from_time": QUIET_FROM,
        "quiet_until_time": QUIET_UNTIL,
        "pauses": PAUSES,
        "pauses_known": len(PAUSES),
        "told_after_leave_days": RETURN_TOLD_AFTER_DAYS,
    }


def _times_in_use(user_ids):
    """The different `MailTimes` of active people. One query, and as many rows as there are sets of wishes."""
    people = User.objects.active().order_by()
    if user_ids is not None:
        people = people.filter(pk__in=user_ids)
    wishes = ("digest_at", "quiet_from", "quiet_until")
    rows = people.values_list(
        "time_zone", "calendar", *(f"reminder_settings__{name}" for name in wishes)
    ).distinct()
    return list({_times(*row) for row in rows})


def _times(zone_name, calendar, digest_at, *quiet):
    return (
        MailTimes(zone_name, calendar)
        if digest_at is None
        else MailTimes(zone_name, calendar, digest_at, *quiet)
    )
