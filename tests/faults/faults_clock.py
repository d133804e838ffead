"""The clock of workers and beats moved: by an hour, by a day, and across daylight saving in three zones."""

import datetime
import time
import zoneinfo

from django.utils import timezone

from relationships.models import ReminderSettings
from tests.faults import book
from tests.faults.scene import wait_until

ZONES = ("Europe/Berlin", "America/New_York", "Australia/Lord_Howe")
HOUR, DAY = 3600, 86_400
EACH = 3
SETTLE_SECONDS = 60


def clock_moved(stage):
    """Workers and beats under a clock that a file moves while they run."""
    scene = stage.scene
    scene.prepare(moved_clock=True)
    scene.empty_queue()
    outcomes = [hour_and_day(stage), morning_missed(stage)]
    zones = ZONES[-1:] if stage.short else ZONES
    outcomes += [daylight_saving(stage, zoneinfo.ZoneInfo(name)) for name in zones]
    scene.set_clock(0)
    if not stage.short:
        outcomes.append(beats_go_on(stage))
    return outcomes


def beats_go_on(stage):
    """Nobody but the beats publishes anything once their clock, which was ahead, is right again."""
    crowd = book.make_crowd("beats", readers=5, each=EACH, mailed=False)
    crowd.add()
    seconds = stage.wait_for_arrival(time.monotonic(), crowd)
    done = "the beats' clock set right after months ahead; nothing is published but by them"
    return stage.outcome("Beats after a clock ahead", done, [crowd], seconds)


class Watch:
    """Moves the clock, lets the workers do what is due, and counts what each reader has got."""

    def __init__(self, stage, crowd):
        self.stage, self.crowd, self.complaints = stage, crowd, []

    def move(self, seconds):
        scene = self.stage.scene
        scene.set_clock(seconds)
        time.sleep(0.3)  # the workers look at the file ten times a second
        scene.publish("deliver_reminders", times=3)
        wait_until(scene.is_idle, "The workers were not done", SETTLE_SECONDS)

    def expect(self, when, *, told, mails):
        """Follow-ups in the app and mails (distinct Message-IDs) of the crowd by now."""
        in_app, _by_mail = self.stage.measure.missing(self.crowd)
        ids = {mail["id"] for mail in self.stage.measure.mails(self.crowd)}
        got = len(self.crowd.due) - len(in_app)
        if (got, len(ids)) != (told, mails):
            self.complaints.append(f"{when}: {got} told and {len(ids)} mails instead of {told} and {mails}")


def hour_and_day(stage):
    """±1 hour and ±1 day around a daily mail in half an hour, with a failed mail under a clock a day ahead."""
    readers = stage.count(30, 3)
    crowd = book.make_crowd("clock", readers=readers, each=2 * EACH, calendar=working_days(3))
    today = timezone.now().astimezone(crowd.zone).date()
    crowd.add(EACH)
    stage.plan(crowd, first_in=1800, last_in=1800)
    first = readers * EACH
    watch = Watch(stage, crowd)
    steps = [("at first", 0, first, 0), ("an hour ahead", HOUR, first, readers)]
    steps += [("an hour behind", -HOUR, first, readers), ("set right", 0, first, readers)]
    steps += [("a day behind", -DAY, first, readers), ("set right again", 0, first, readers)]
    for when, offset, told, mails in steps:
        watch.move(offset)
        watch.expect(when, told=told, mails=mails)
    crowd.add(EACH, on=today + datetime.timedelta(days=1))
    watch.move(0)
    watch.expect("with more due tomorrow", told=first, mails=readers)
    watch.move(DAY)
    watch.expect("a day ahead", told=2 * first, mails=readers)
    watch.move(DAY + HOUR)
    watch.expect("a day and an hour ahead", told=2 * first, mails=2 * readers)
    failed = failed_ahead(stage, watch)
    seconds = stage.wait_for_arrival(time.monotonic(), crowd, limit=5)
    done = f"+1 h, −1 h, −1 day and +1 day around the daily mail of {readers} readers, set right in between"
    outcome = stage.outcome("Clock moved by hours and days", done, [crowd, failed], seconds)
    outcome.complaints += watch.complaints
    return outcome


def failed_ahead(stage, watch):
    """Mails that fail while the clock is a day ahead must not wait for that day once it is right again."""
    crowd = book.make_crowd("ahead", readers=2, each=EACH, calendar=working_days(3))
    watch.move(0)
    crowd.add()
    due_at = stage.plan(crowd, first_in=5, last_in=5)
    stage.scene.set_mail(refuse=[user.email for user in crowd.users])
    watch.move(DAY)
    stage.scene.set_mail()
    time.sleep(max(0, due_at - time.monotonic()))
    watch.move(0)
    watch.move(180)  # three minutes after the clock was set right
    return crowd


def morning_missed(stage):
    """Follow-ups due tomorrow whose morning no worker sees: the clock leaps from today past the daily mail."""
    readers = stage.count(10, 2)
    crowd = book.make_crowd("missed", readers=readers, each=EACH, calendar=working_days(3))
    today = timezone.now().astimezone(crowd.zone).date()
    crowd.add(on=today + datetime.timedelta(days=1))
    watch = Watch(stage, crowd)
    watch.move(DAY)  # an hour after their 08:00
    watch.expect("as soon as there was a worker", told=len(crowd.due), mails=readers)
    watch.move(DAY + 23 * HOUR)
    watch.expect("at eight of the next day", told=len(crowd.due), mails=readers)
    stage.scene.set_clock(0)
    done = f"no worker from the day before until an hour after the daily mail of {readers} readers"
    outcome = stage.outcome("Morning missed", done, [crowd], 0)
    outcome.complaints += watch.complaints
    return outcome


def working_days(count):
    """The calendar of a country in which the readers' next days from today on are all working days."""
    today = timezone.now().astimezone(zoneinfo.ZoneInfo(book.morning_zone(timezone.now()))).date()
    return book.country_working_on(*(today + datetime.timedelta(days=number) for number in range(count)))


def daylight_saving(stage, zone):
    """The days on which the zone's clock changes next, in spring and in autumn: one mail a day to each reader."""
    readers, crowds, watches = stage.count(10, 2), [], []
    changes = next_changes(zone)
    for number, day in enumerate(changes[:1] if stage.short else changes):
        crowd, watch = changing_day(
            stage, zone, day, readers, f"{'ab'[number]}{zone.key.rpartition('/')[2].lower()}"
        )
        crowds.append(crowd)
        watches.append(watch)
    stage.scene.set_clock(0)
    days = " and ".join(day.isoformat() for day in changes[: len(crowds)])
    done = (
        f"{2 * readers} readers, half of them with their mail at the hour that is left out or comes twice; "
        f"clock moved through {days}, and back by an hour after the mail"
    )
    outcome = stage.outcome(f"Daylight saving, {zone.key}", done, crowds, 0)
    outcome.complaints += [complaint for watch in watches for complaint in watch.complaints]
    return outcome


def changing_day(stage, zone, day, readers, name):
    """Follow-ups due on the day of the change and the day after, told through it. Returns (crowd, watch)."""
    name = name.replace("_", "")
    calendar = book.country_working_on(day, day + datetime.timedelta(days=1))
    crowd = book.make_crowd(name, readers=2 * readers, each=2 * EACH, zone=zone, calendar=calendar)
    early = [user.pk for user in crowd.users[:readers]]
    ReminderSettings.objects.filter(user__in=early).update(
        digest_at=odd_time(zone, day), quiet_from=datetime.time(23), quiet_until=datetime.time(1)
    )
    crowd.add(EACH, on=day)
    crowd.add(EACH, on=day + datetime.timedelta(days=1))
    watch = Watch(stage, crowd)
    half = 2 * readers * EACH
    for when, hour, minute, ahead, told, mails in (
        ("the evening before", 22, 0, -1, 0, 0),
        ("at half past midnight", 0, 30, 0, half, 0),
        ("after the change", 4, 0, 0, half, readers),
        ("just before eight", 7, 58, 0, half, readers),
        ("at eight", 8, 1, 0, half, 2 * readers),
        ("an hour back", 7, 1, 0, half, 2 * readers),
        ("at noon", 12, 0, 0, half, 2 * readers),
        ("past midnight of the next day", 0, 30, 1, 2 * half, 2 * readers),
        ("at eight of the next day", 8, 1, 1, 2 * half, 4 * readers),
    ):
        moment = datetime.datetime.combine(
            day + datetime.timedelta(days=ahead), datetime.time(hour, minute), zone
        )
        watch.move(moment.timestamp() - time.time())
        watch.expect(f"{zone.key} {day} {when}", told=told, mails=mails)
    return crowd, watch


def next_changes(zone):
    """The next two days on which the zone's distance from UTC changes."""
    day = timezone.localdate() + datetime.timedelta(days=2)
    found = []
    while len(found) < 2:
        midnights = [
            datetime.datetime.combine(day + datetime.timedelta(days=n), datetime.time(), zone) for n in (0, 1)
        ]
        if midnights[0].utcoffset() != midnights[1].utcoffset():
            found.append(day)
        day += datetime.timedelta(days=1)
    return found


def odd_time(zone, day):
    """A time of day that this change leaves out, or lets come twice."""
    for minutes in range(0, 300, 15):
        time_of_day = datetime.time(minutes // 60, minutes % 60)
        moment = datetime.datetime.combine(day, time_of_day, zone)
        if moment.utcoffset() != moment.replace(fold=1).utcoffset():
            later = minutes + 15  # not its very first minute
            return datetime.time(later // 60, later % 60)
    raise ValueError(f"The clock of {zone.key} does not change on {day}.")
