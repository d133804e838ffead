"""What the faults share: how much of each is done, waiting for what is due, and what came of it."""

import random
import time
from dataclasses import dataclass, field

from django.db import connection

from config.console import say
from tests.faults import book
from tests.faults.measure import Told
from tests.faults.scene import wait_until

PROMISED_SECONDS = 180  # everything due arrives within this time of recovery
GIVE_UP_SECONDS = 240
SLOWEST_SECONDS = 6
PLAN_SECONDS = 90


@dataclass
class Outcome:
    """What one fault did and what came of it. `complaints` is what should not have been; empty: it was survived."""

    fault: str
    done: str
    told: Told
    seconds: float | None  # from recovery until everything due had arrived; None: not within GIVE_UP_SECONDS
    requests: int = 0
    failed: int = 0
    slowest: float = 0
    notes: list = field(default_factory=list)
    complaints: list = field(default_factory=list)


class Stage:
    """`count` scales what a full run does; a short one has its own numbers."""

    def __init__(self, scene, measure, *, short=False, scale=1.0, seed=0):
        self.scene, self.measure = scene, measure
        self.short, self.scale = short, scale
        self.random = random.Random(seed)

    def count(self, full, short):
        return short if self.short else max(1, round(full * self.scale))

    def say(self, text):
        say(f"{time.strftime('%H:%M:%S')}   {text}")

    def forget_connection(self):
        """Our own connection does not outlive the server that is killed."""
        connection.close()

    def plan(self, crowd, *, first_in, last_in):
        """Waits until every follow-up of the crowd has its rows, as it has by the morning of an ordinary day; then sets
        the readers' daily mails to moments from `first_in` to `last_in` seconds from now.

        Returns when (monotonic) the last one is due.
        """
        query = (
            "SELECT count(*) FROM relationships_delivery WHERE channel = 'digest' AND follow_up_id = ANY(%s)"
        )
        self.scene.publish("deliver_reminders")
        wait_until(
            lambda: self.measure.value(query, list(crowd.due)) >= len(crowd.due),
            f"Not all of {crowd.name} had a row of a mail",
            PLAN_SECONDS,
        )
        book.spread_digests(crowd, first_in=first_in, last_in=last_in)
        return time.monotonic() + last_in

    def wait_for_arrival(self, since, *crowds, limit=None):
        """Seconds from `since` (monotonic) until nothing is missing; None when something is after `limit` seconds."""
        limit = limit or (60 if self.short else GIVE_UP_SECONDS)
        while any(any(self.measure.missing(crowd)) for crowd in crowds):
            if time.monotonic() - since > limit:
                return None
            if self.short:  # the full run waits for beat's own sweep
                self.scene.publish("deliver_reminders")
            time.sleep(0.5)
        return time.monotonic() - since

    def wait_until_sending(self, seconds):
        """Whether a worker was in the middle of a mail within `seconds`."""
        deadline = time.monotonic() + seconds
        query = "SELECT EXISTS (SELECT FROM relationships_delivery WHERE status = 'sending')"
        while not self.measure.value(query):
            if time.monotonic() > deadline:
                return False
            time.sleep(0.03)
        return True

    def slices(self, crowd, parts, each):
        """The crowd's users, each `each` times over, in random order and in `parts` lists."""
        slots = [user for user in crowd.users for _n in range(each)]
        self.random.shuffle(slots)
        return [slots[number::parts] for number in range(parts)]

    def outcome(self, fault, done, crowds, seconds, *, visitors=None, notes=(), doubled_allowed=False):
        """The Outcome of a fault, with every complaint that what was measured gives reason for."""
        parts = [self.measure.told(crowd) for crowd in crowds]
        told = Told(**{name: sum(getattr(part, name) for part in parts) for name in vars(parts[0])})
        result = Outcome(fault, done, told, seconds, notes=list(notes))
        if visitors is not None:
            result.requests, result.failed = len(visitors.visits), len(visitors.failures())
            result.slowest = visitors.slowest()
            result.notes += [f"web: {visitors.problems()}"] if result.failed else []
            lost = visitors.writes_lost(self.measure)
            if lost:
                result.complaints.append(f"{lost} writes that the web had confirmed are gone")
        result.complaints += complaints_of(result, doubled_allowed)
        self.say(f"{fault}: {'survived' if not result.complaints else '; '.join(result.complaints)}")
        return result


def complaints_of(result, doubled_allowed):
    told = result.told
    found = []
    for number, what in (
        (told.lost, "due reminders lost"),
        (told.in_app_doubled, "doubled in the app"),
        (told.follow_ups_doubled, "follow-ups doubled"),
        (told.told_twice, "told twice by different mails"),
    ):
        if number:
            found.append(f"{number} {what}")
    if told.mails_doubled and not doubled_allowed:
        found.append(f"{told.mails_doubled} mails doubled where SMTP was not in doubt")
    if result.seconds is None or result.seconds > PROMISED_SECONDS:
        found.append("not everything within 3 minutes of recovery")
    return found


def complain_of_web(result, *, timed):
    """Adds to an Outcome what the web must not have noticed of its fault, and returns it.

    Seconds count where the run is `timed`: the short one shares the machine with the other tests.
    """
    if result.failed:
        result.complaints.append(f"{result.failed} web requests failed")
    if timed and result.slowest > SLOWEST_SECONDS:
        result.complaints.append(f"a web request took {result.slowest:.1f} s")
    return result
