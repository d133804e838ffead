"""The calendar feed, read back with the parser of icalendar."""

import datetime
import hashlib
import re

import time_machine
from django.test import Client as Browser
from django.utils import timezone
from icalendar import Calendar

from accounts.models import Absence
from relationships.followups.feed import calendar_of
from relationships.models import CalendarFeed, FollowUpStatus
from relationships.services.calendar_feed import create_feed, revoke_feed
from relationships.services.follow_ups import complete_follow_up
from tests import factories as make

DAY = datetime.timedelta(days=1)


def events(user):
    """{UID without its host: event}"""
    user = type(user).objects.get(pk=user.pk)  # as a request would read them
    calendar = Calendar.from_ical(calendar_of(user))
    return {str(event["UID"]).partition("@")[0]: event for event in calendar.walk("VEVENT")}


def link(as_user, user):
    return re.search(r"/calendar/[\w-]+\.ics", as_user(user).post("/reminders/calendar/").text)[0]


def test_follow_up_is_an_all_day_event_whose_uid_stays(book):
    with time_machine.travel(timezone.now() - DAY):
        row = make.follow_up(book.alpha, book.lan, due_in=6, reason="Send the offer")
    before = events(book.lan)[f"follow-up-{row.pk}"]
    row.due_on += 3 * DAY
    row.save()
    after = events(book.lan)[f"follow-up-{row.pk}"]
    assert after["SUMMARY"] == "Alpha Thép Việt: Send the offer"
    assert after.decoded("DTSTART") == row.due_on and after.decoded("DTEND") == row.due_on + DAY
    assert (before["SEQUENCE"], after["SEQUENCE"]) == (0, 1)
    assert after.decoded("LAST-MODIFIED") > before.decoded("LAST-MODIFIED")
    assert f"/clients/{book.alpha.pk}/" in after["DESCRIPTION"]


def test_done_ones_vanish_and_late_ones_keep_their_day(book):
    done = make.follow_up(book.alpha, book.lan)
    late = make.follow_up(book.alpha, book.lan, due_in=-4)
    far = make.follow_up(book.alpha, book.lan, due_in=200)
    complete_follow_up(follow_up=done, by=book.lan)
    found = events(book.lan)
    assert set(found) == {f"follow-up-{late.pk}"} and far.status == FollowUpStatus.OPEN
    event = found[f"follow-up-{late.pk}"]
    assert event["SUMMARY"].endswith("(late)") and event.decoded("DTSTART") == late.due_on


def test_any_text_survives_and_lines_are_folded(book):
    book.alpha.name = "Công ty Đá, Gạch; “Ngói” \\ Nguyễn & Sons " + "ấ" * 60
    book.alpha.save()
    row = make.follow_up(book.alpha, book.lan, reason="First\nsecond, third; BEGIN:VEVENT")
    assert all(len(line) <= 75 for line in calendar_of(book.lan).split(b"\r\n"))
    event = events(book.lan)[f"follow-up-{row.pk}"]
    assert event["SUMMARY"] == f"{book.alpha.name}: {row.reason}"


def test_scope_is_asked_each_time(book):
    make.follow_up(book.alpha, book.lan)
    assert events(book.lan)
    book.alpha.assignments.update(ended_at=timezone.now(), read_until=timezone.localdate() + 7 * DAY)
    assert not events(book.lan)


def test_contract_ends_of_ones_own_clients(book):
    mine = make.contract(book.alpha, ends_in=60)
    make.contract(book.omega, ends_in=60)
    make.contract(book.alpha, ends_in=300)
    found = events(book.lan)
    assert set(found) == {f"contract-{mine.pk}"}
    assert found[f"contract-{mine.pk}"].decoded("DTSTART") == mine.ends_on
    assert not events(book.senior), "the team's are not one's own"


def test_days_away_and_cover(book):
    today = timezone.localdate()
    row = Absence.objects.create(
        person=book.lan, substitute=book.mai, first_day=today, last_day=today + DAY, note="Call Alpha, please"
    )
    task = make.follow_up(book.alpha, book.lan)
    own, cover = events(book.lan)[f"absence-{row.pk}"], events(book.mai)[f"cover-{row.pk}"]
    assert "Mai" in own["SUMMARY"] and "Lan" in cover["SUMMARY"] and "Call Alpha" in cover["DESCRIPTION"]
    assert own.decoded("DTEND") == today + 2 * DAY
    assert "Lan" in events(book.mai)[f"follow-up-{task.pk}"]["DESCRIPTION"]
    row.cancelled_at = timezone.now()
    row.save()
    assert not events(book.mai)


def test_secret_is_shown_once_and_kept_as_a_hash(book, as_user):
    url = link(as_user, book.lan)
    secret = url.removeprefix("/calendar/").removesuffix(".ics")
    feed = CalendarFeed.objects.get()
    assert feed.token_hash == hashlib.sha256(secret.encode()).hexdigest() and len(secret) == 43
    assert secret not in as_user(book.lan).get("/reminders/settings/").text
    answer = Browser().get(url)
    assert answer.status_code == 200 and answer["Content-Type"].startswith("text/calendar")
    assert "private" in answer["Cache-Control"]
    assert Browser().get(url, headers={"If-None-Match": answer["ETag"]}).status_code == 304


def test_new_revoked_and_closed_addresses(book, as_user):
    old, new = link(as_user, book.lan), link(as_user, book.lan)
    assert [Browser().get(url).status_code for url in (old, new)] == [404, 200]
    as_user(book.lan).post("/reminders/calendar/end/")
    assert Browser().get(new).status_code == 404
    last = f"/calendar/{create_feed(user=book.mai)}.ics"
    book.mai.is_active = False
    book.mai.save()
    assert Browser().get(last).status_code == 404
    assert Browser().get(f"/calendar/{create_feed(user=book.dept)}.ics").status_code == 404
    assert not revoke_feed(user=book.lan)


def test_reading_is_noted_once_an_hour(book):
    url = f"/calendar/{create_feed(user=book.lan)}.ics"
    noted = []
    for minutes in (0, 20, 61):
        with time_machine.travel(timezone.now() + datetime.timedelta(minutes=minutes), tick=False):
            Browser().get(url)
            noted.append(CalendarFeed.objects.get().last_read_at)
    assert noted[0] == noted[1] < noted[2]


def test_file_is_in_the_readers_language_and_names_itself(book):
    book.lan.language = "vi"
    book.lan.save()
    make.follow_up(book.alpha, book.lan, due_in=-1)
    calendar = Calendar.from_ical(calendar_of(book.lan))
    assert calendar["METHOD"] == "PUBLISH" and calendar["X-WR-CALNAME"] == "Tend"
    assert calendar["X-PUBLISHED-TTL"] == "PT1H" and calendar_of(book.lan) == calendar_of(book.lan)
