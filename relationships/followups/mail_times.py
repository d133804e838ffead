"""When mail may reach somebody: their day, their daily mail, their quiet hours. Pure, without a query.

Everything goes by the wall clock of the reader's zone and the working calendar of their country, so the daily mail
comes at the same time of day in summer and in winter. A time that the clock leaps over in spring means the moment an
hour (or as far as it leaps) later; one that comes twice in autumn means the first.
"""

import datetime
import zoneinfo
from dataclasses import dataclass
from functools import cached_property

from accounts.working_time import COUNTRY, DAY, LONGEST_BREAK_DAYS, is_working_day

DIGEST_AT = datetime.time(8)
QUIET_FROM = datetime.time(19)
QUIET_UNTIL = datetime.time(8)
MIDNIGHT = datetime.time(0)


@dataclass(frozen=True)
class MailTimes:
    """One person's wishes, or those of many who share them. Quiet from and until the same time: never quiet."""

    zone_name: str
    calendar: str = COUNTRY
    digest_at: datetime.time = DIGEST_AT
    quiet_from: datetime.time = QUIET_FROM
    quiet_until: datetime.time = QUIET_UNTIL

    @cached_property
    def zone(self):
        return zoneinfo.ZoneInfo(self.zone_name)

    def day(self, now):
        """The reader's calendar day at `now` (aware)."""
        return now.astimezone(self.zone).date()

    def next_digest_at(self, now):
        """The first daily mail of a working day that is not before `now`; an aware moment in UTC."""
        day = self.day(now)
        for _attempt in range(LONGEST_BREAK_DAYS):
            moment = self._moment(day, self.digest_at)
            if moment >= now and self._works_on(day):
                return moment
            day += DAY
        return moment

    def last_digest_at(self, now):
        """The newest daily mail of a working day that is not after `now`; an aware moment in UTC."""
        day = self.day(now)
        for _attempt in range(LONGEST_BREAK_DAYS):
            moment = self._moment(day, self.digest_at)
            if moment <= now and self._works_on(day):
                return moment
            day -= DAY
        return moment

    def may_mail_at(self, now):
        """Whether mail may go out at `now`: on a working day, outside the quiet hours."""
        local = now.astimezone(self.zone)
        return self._works_on(local.date()) and not self.is_quiet(local.time())

    def next_mail_at(self, now):
        """The first moment from `now` on at which mail may go out; in UTC."""
        if self.may_mail_at(now):
            return now
        day = self.day(now)
        for _attempt in range(LONGEST_BREAK_DAYS):
            for time in (MIDNIGHT, self.quiet_until):
                moment = self._moment(day, time)
                if moment > now and self.may_mail_at(moment):
                    return moment
            day += DAY
        return now

    def first_working_day(self, day):
        """The first working day of the week of `day`, which begins on Monday; None for a week without one."""
        monday = day - day.weekday() * DAY
        week = (monday + number * DAY for number in range(7))
        return next((day for day in week if self._works_on(day)), None)

    def is_quiet(self, time):
        """Whether a time of day lies in the quiet hours."""
        if self.quiet_from <= self.quiet_until:
            return self.quiet_from <= time < self.quiet_until
        return time >= self.quiet_from or time < self.quiet_until

    def _works_on(self, day):
        return is_working_day(day, self.calendar)

    def _moment(self, day, time):
        """In UTC, since moments of one zone would be compared by their wall clocks."""
        return datetime.datetime.combine(day, time, self.zone).astimezone(datetime.UTC)
