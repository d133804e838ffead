"""Putting off: with a day and a reason, twice at most; then who stands above decides."""

import datetime
import json

import pytest
from django.urls import reverse

from clients.models import CareEvent
from relationships import timeline
from relationships.followups.care import refresh_care_follow_ups
from relationships.models import FollowUp, Snooze
from relationships.services.follow_ups import ReasonMissing, SnoozedOften, snooze_follow_up
from tests import factories as make

pytestmark = pytest.mark.django_db
date = datetime.date


@pytest.fixture(autouse=True)
def monday(time_machine):
    time_machine.move_to("2026-11-23T09:00+07:00", tick=False)
    return time_machine


@pytest.fixture
def follow_up(book):
    return make.follow_up(book.alpha, book.lan, reason="Send the offer", due_in=-3)


def snooze(follow_up, by, day, reason="They asked for it"):
    return snooze_follow_up(follow_up=follow_up, due_on=day, reason=reason, by=by)


def url_of(follow_up):
    return reverse("relationships:follow_up_snooze", args=[follow_up.pk])


def put_off_twice(follow_up, by):
    snooze(follow_up, by, date(2026, 11, 25))
    return snooze(follow_up, by, date(2026, 11, 27))


def test_a_snooze_is_kept_counted_and_told(book, follow_up):
    moved = snooze(follow_up, book.lan, date(2026, 11, 25), reason=" Their buyer is away ")
    assert (moved.due_on, moved.snoozes, moved.facts["moved_from"]) == (date(2026, 11, 25), 1, "2026-11-20")
    kept = Snooze.objects.get()
    assert (kept.from_day, kept.to_day) == (date(2026, 11, 20), date(2026, 11, 25))
    assert (kept.reason, kept.by) == ("Their buyer is away", book.lan)
    entry = timeline.entries(book.alpha)[0][0]
    assert entry.sentence == "Put off: Send the offer · to Wed, Nov 25"
    assert (entry.note, entry.facts["by"], entry.icon) == ("Their buyer is away", "Lan Nguyễn", "alarm-clock")
    book.alpha.refresh_from_db()
    assert book.alpha.next_follow_up_on == date(2026, 11, 25)


def test_the_same_sent_twice_counts_once(book, as_user, follow_up):
    browser, sent = as_user(book.lan, htmx=True), {"due_on": "2026-11-25", "why": "answer"}
    assert [browser.post(url_of(follow_up), sent).status_code for _click in range(2)] == [204, 204]
    assert Snooze.objects.count() == CareEvent.objects.count() == FollowUp.objects.get().snoozes == 1


def test_a_reason_is_needed_as_a_chip_or_in_words(book, as_user, follow_up):
    browser = as_user(book.lan, htmx=True)
    answer = browser.post(url_of(follow_up), {"other_day": "2026-12-01", "reason": " "})
    assert answer.status_code == 422 and 'id="id_why_error"' in answer.content.decode()
    assert 'value="2026-12-01"' in answer.content.decode()
    browser.post(url_of(follow_up), {"other_day": "2026-12-01", "why": "busy"})
    assert Snooze.objects.get().reason == "Other work goes first"
    with pytest.raises(ReasonMissing):
        snooze(follow_up, book.lan, date(2026, 12, 8), reason=" ")
    assert FollowUp.objects.get().due_on == date(2026, 12, 1)


def test_bringing_forward_is_no_snooze_and_needs_no_reason(book, as_user):
    planned = make.follow_up(book.alpha, book.lan, due_in=10, snoozes=2)
    as_user(book.lan).post(url_of(planned), {"due_on": "2026-11-25"})
    planned.refresh_from_db()
    assert (planned.due_on, planned.snoozes) == (date(2026, 11, 25), 2)
    assert not Snooze.objects.exists() and not CareEvent.objects.exists()


def test_a_third_time_is_refused_and_says_who_decides(book, as_user, follow_up):
    put_off_twice(follow_up, book.lan)
    with pytest.raises(SnoozedOften):
        snooze(follow_up, book.lan, date(2026, 12, 1))
    browser = as_user(book.lan, htmx=True)
    offered = browser.get(url_of(follow_up)).content.decode()
    assert "so Sơn Phạm sees it now" in offered and 'name="why"' not in offered
    assert reverse("relationships:follow_up_reassign", args=[follow_up.pk]) in offered
    sent = {"due_on": "2026-12-03", "reason": "What was typed"}
    answer = browser.post(url_of(follow_up), sent)
    body = answer.content.decode()
    assert answer.status_code == 422 and "You can do it, log a contact, hand it on" in body
    assert 'value="What was typed"' in body
    follow_up.refresh_from_db()
    assert (follow_up.due_on, follow_up.snoozes, Snooze.objects.count()) == (date(2026, 11, 27), 2, 2)


@pytest.mark.parametrize("who", ["senior", "manager", "admin"])
def test_whoever_stands_above_may_still_put_it_off(book, follow_up, who):
    put_off_twice(follow_up, book.lan)
    assert snooze(follow_up, getattr(book, who), date(2026, 12, 1)).snoozes == 3


def test_a_colleague_on_the_team_may_not(book, follow_up):
    make.assignment(book.alpha, book.mai, role="support")
    put_off_twice(follow_up, book.lan)
    with pytest.raises(SnoozedOften):
        snooze(follow_up, book.mai, date(2026, 12, 1))


def test_earlier_snoozes_are_shown_with_their_reasons(book, as_user, follow_up):
    snooze(follow_up, book.lan, date(2026, 11, 25), reason="Their buyer is away")
    body = as_user(book.senior, htmx=True).get(url_of(follow_up)).content.decode()
    assert "Put off from Fri, Nov 20 to Wed, Nov 25: Their buyer is away" in " ".join(body.split())


def test_a_new_situation_counts_anew(book, monday):
    """A renewal put off twice at 90 days asks anew at 60."""
    make.contract(book.alpha, ends_in=85)
    refresh_care_follow_ups([book.alpha.pk])
    renewal = FollowUp.objects.get(rule="renewal")
    put_off_twice(renewal, book.lan)
    refresh_care_follow_ups([book.alpha.pk])
    renewal.refresh_from_db()
    assert (renewal.due_on, renewal.snoozes) == (date(2026, 11, 27), 2)
    monday.move_to("2026-12-21T09:00+07:00")
    refresh_care_follow_ups([book.alpha.pk])
    renewal.refresh_from_db()
    assert (renewal.facts["step"], renewal.snoozes) == ("60", 0)
    assert snooze(renewal, book.lan, date(2026, 12, 28)).snoozes == 1


def test_ticking_off_a_cadence_does_not_wipe_its_snoozes(book, as_user):
    asked = make.follow_up(book.alpha, book.lan, rule="cadence", reason="", due_in=-1, snoozes=2)
    as_user(book.lan).post(reverse("relationships:follow_up_done", args=[asked.pk]))
    assert FollowUp.objects.open().get().snoozes == 2


def test_what_is_closed_is_not_put_off(book, as_user, follow_up):
    FollowUp.objects.update(status="done", closed_at=datetime.datetime.now(datetime.UTC))
    answer = as_user(book.lan, htmx=True).post(url_of(follow_up), {"due_on": "2026-11-25", "why": "busy"})
    assert "closed meanwhile" in json.loads(answer.headers["HX-Trigger"])["toast"]["text"]
    assert not Snooze.objects.exists()
