"""The clocks of an issue's service level. Pure: from runs of the clock to what is used, left and due.

A run is (started_at, stopped_at), the latter None while it runs. Runs are in order and do not overlap. Both clocks
share them: the one to the first response ends with the response, the one to the resolution with the resolution.
Seconds are working seconds of the house calendar, hours are working hours.
"""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from accounts.templatetags.tend import NBSP
from accounts.working_time import SECONDS_A_DAY, add_working_seconds, working_seconds_between

HOUR, MINUTE = 3600, 60


def used_seconds(runs, at):
    """Working seconds that the clock had run by the moment `at`."""
    return sum(working_seconds_between(started, _end(stopped, at)) for started, stopped in runs)


def _end(stopped, at):
    return at if stopped is None else min(stopped, at)


def sla_ratio(runs, at, hours):
    """Used time over the service level of `hours`: 1.0 is all of it, more is late."""
    return used_seconds(runs, at) / sla_seconds(hours)


def sla_seconds(hours):
    """Hours as data has them (a Decimal) in whole seconds."""
    return int(hours * HOUR)


def due_at(runs, hours):
    """The moment when the clock has run for `hours`; where it stands before, as if it had gone on from its stop."""
    left = sla_seconds(hours)
    for started, stopped in runs:
        used = None if stopped is None else working_seconds_between(started, stopped)
        if used is None or left <= used:
            return add_working_seconds(started, left)
        left -= used
    return add_working_seconds(runs[-1][1], left)


def left_until(due, at):
    """Working seconds from `at` to a due moment; below zero when it has passed."""
    return working_seconds_between(at, due) if at <= due else -working_seconds_between(due, at)


@dataclass(frozen=True)
class Clock:
    """A clock at a moment. `left` in working seconds, below zero when late; `due_at` None unless it runs.

    `state` is running, waiting or done.
    """

    state: str
    left: int
    used: int
    due_at: object = None
    done_at: object = None

    @property
    def is_late(self):
        return self.left < 0

    @property
    def level(self):
        """The service level in words: 4 h. For a clock that was read from its runs."""
        return duration(self.used + self.left)

    @property
    def words(self):
        """How it stands: 3 h left, 2 h late, paused with 3 h left, done in 5 h."""
        texts = {
            ("running", False): _("%(time)s left"),
            ("running", True): _("%(time)s late"),
            ("waiting", False): _("paused with %(time)s left"),
            ("waiting", True): _("paused, %(time)s late"),
            ("done", False): _("done in %(time)s"),
            ("done", True): _("done %(time)s late"),
        }
        seconds = self.used if self.state == "done" and not self.is_late else abs(self.left)
        return texts[self.state, self.is_late] % {"time": duration(seconds)}


def read_clock(runs, *, hours, at, done_at=None):
    """The `Clock` of a service level of `hours` at the moment `at`; `done_at` is when it was answered or resolved."""
    used = used_seconds(runs, done_at or at)
    left = sla_seconds(hours) - used
    if done_at is not None:
        return Clock("done", left, used, done_at=done_at)
    if runs and runs[-1][1] is None:
        return Clock("running", left, used, due_at=due_at(runs, hours))
    return Clock("waiting", left, used)


def duration(seconds):
    """Working time in words: 45 min, 3 h 20 min, 2 d 4 h; a day is a working day of eight hours. Never broken up."""
    if seconds >= SECONDS_A_DAY:
        days, rest = divmod(seconds, SECONDS_A_DAY)
        values = {"d": days, "h": rest // HOUR}
        words = _("%(d)d d %(h)d h") if values["h"] else _("%(d)d d")
    else:
        hours, rest = divmod(seconds, HOUR)
        values = {"h": hours, "min": rest // MINUTE}
        words = _("%(min)d min") if not hours else _("%(h)d h %(min)d min") if values["min"] else _("%(h)d h")
    return (words % values).replace(" ", NBSP)
