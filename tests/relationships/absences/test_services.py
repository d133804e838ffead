"""Days away: what is taken, what is refused and at which field, also of two at once."""

import threading

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from accounts.models import Absence, User
from clients.services.refusals import Refused
from relationships.services.absences import (
    AbsenceChanged,
    as_seen,
    cancel_absence,
    change_absence,
    plan_absence,
)
from tests import factories as make
from tests.relationships.absences.scenes import AFTER, BEFORE, DURING, FRIDAY, MONDAY, away, day


@pytest.fixture(autouse=True)
def before():
    with time_machine.travel(BEFORE, tick=False):
        yield


def plan(book, **values):
    usual = {
        "person": book.lan,
        "substitute": book.mai,
        "first_day": MONDAY,
        "last_day": FRIDAY,
        "by": book.lan,
    }
    return plan_absence(**usual | values)


def refusal(write, *arguments, **values):
    """(field, text) of what is refused; nothing is written."""
    before = list(Absence.objects.order_by("pk").values())
    with pytest.raises(Refused) as refused:
        write(*arguments, **values)
    assert list(Absence.objects.order_by("pk").values()) == before
    return refused.value.field, refused.value.text


def test_days_away_are_kept_with_who_entered_them(book):
    absence = plan(book, by=book.senior, note="  Alpha waits for its offer ")
    assert (absence.person, absence.substitute, absence.entered_by) == (book.lan, book.mai, book.senior)
    assert (absence.first_day, absence.last_day, absence.cancelled_at) == (MONDAY, FRIDAY, None)
    assert absence.note == "Alpha waits for its offer"


def test_sent_twice_it_is_one(book):
    assert plan(book) == plan(book)
    assert Absence.objects.count() == 1


def test_it_may_have_begun_already(book):
    assert plan(book, first_day=day(28, 11)).first_day == day(28, 11)


@pytest.mark.parametrize(
    "values, field, words",
    [
        ({"first_day": FRIDAY, "last_day": MONDAY}, "last_day", "before the first"),
        ({"last_day": MONDAY.replace(year=2027, day=8)}, "last_day", "a year"),
        ({"first_day": day(23, 11), "last_day": day(30, 11)}, "last_day", "over already"),
    ],
)
def test_days_that_make_no_sense_are_refused(book, values, field, words):
    found, text = refusal(plan, book, **values)
    assert found == field and words in text


def test_the_past_is_that_of_the_persons_own_zone(book):
    User.objects.filter(pk=book.lan.pk).update(time_zone="America/Los_Angeles")
    last = day(30, 11)  # there it is still the 30th, at seven in the evening
    assert plan(book, first_day=last, last_day=last).last_day == last


@pytest.mark.parametrize(
    "name, words",
    [("lan", "Somebody else"), ("dept", "cannot stand in"), ("admin", "cannot stand in"), (None, "cannot")],
)
def test_who_cannot_stand_in_is_refused(book, name, words):
    substitute = getattr(book, name) if name else make.user("Gone", is_active=False)
    field, text = refusal(plan, book, substitute=substitute)
    assert field == "substitute" and words in text


def test_a_substitute_who_is_away_is_refused_with_their_days(book):
    away(book.mai, book.olga, day(11), day(12))
    field, text = refusal(plan, book)
    assert field == "substitute"
    assert "Mai Đỗ is away as well: Fri, Dec 11 – Sat, Dec 12" in text
    Absence.objects.update(first_day=day(12))
    assert plan(book)


def test_somebody_who_is_needed_as_a_substitute_is_refused_with_whom_for(book):
    away(book.olga, book.lan, day(1), MONDAY)
    field, text = refusal(plan, book)
    assert field == "first_day"
    assert "Lan Nguyễn stands in for Olga Berg" in text
    assert plan(book, first_day=day(8))


def test_one_who_is_away_already_is_told_when(book):
    away(book.lan, book.mai, FRIDAY, day(20))
    field, text = refusal(plan, book, substitute=book.olga)
    assert field == "first_day" and "Lan Nguyễn is away already: Fri, Dec 11 – Sun, Dec 20" in text


def test_a_department_member_keeps_no_clients_to_stand_in_for(book):
    assert refusal(plan, book, person=book.dept)[0] == "person"


def test_the_database_itself_refuses_two_at_once(book):
    away(book.lan, book.mai)
    with pytest.raises(IntegrityError, match="absence_once_a_day"), transaction.atomic():
        away(book.lan, book.olga, FRIDAY, day(15))


def test_what_is_to_come_may_become_anything(book):
    absence = plan(book)
    values = {"substitute": book.olga, "first_day": day(8), "last_day": day(20), "note": "New"}
    change_absence(absence=absence, **values)
    absence.refresh_from_db()
    assert {name: getattr(absence, name) for name in values} == values


def test_what_runs_is_prolonged_and_shortened_and_keeps_its_first_day(book):
    absence = plan(book)
    values = {"substitute": book.mai, "first_day": MONDAY, "note": ""}
    with time_machine.travel(DURING, tick=False):
        assert change_absence(absence=absence, last_day=day(18), **values).last_day == day(18)
        assert change_absence(absence=absence, last_day=day(8), **values).last_day == day(8)
    absence.last_day = FRIDAY
    absence.save()
    with time_machine.travel(DURING, tick=False):
        assert refusal(change_absence, absence=absence, last_day=MONDAY, **values)[0] == "last_day"
        moved = values | {"first_day": day(8)}
        assert refusal(change_absence, absence=absence, last_day=FRIDAY, **moved)[0] == "first_day"


def test_another_substitute_is_asked_about_the_days_that_are_left(book):
    absence = plan(book)
    away(book.olga, book.senior, MONDAY, MONDAY)
    values = {"first_day": MONDAY, "last_day": FRIDAY, "note": "", "substitute": book.olga}
    assert refusal(change_absence, absence=absence, **values)[0] == "substitute"
    with time_machine.travel(DURING, tick=False):
        assert change_absence(absence=absence, **values).substitute == book.olga


def test_what_is_over_or_called_off_stays(book):
    absence = plan(book)
    values = {"substitute": book.mai, "first_day": MONDAY, "last_day": day(20), "note": ""}
    with time_machine.travel(AFTER, tick=False):
        assert "no longer" in refusal(change_absence, absence=absence, **values)[1]
        assert cancel_absence(absence=absence).cancelled_at is None
    cancel_absence(absence=absence)
    assert "no longer" in refusal(change_absence, absence=absence, **values)[1]


def test_two_editors_do_not_overwrite_each_other(book):
    absence = plan(book)
    seen = as_seen(absence)
    values = {"substitute": book.mai, "first_day": MONDAY, "note": "", "seen": seen}
    change_absence(absence=absence, last_day=day(18), **values)
    with pytest.raises(AbsenceChanged) as changed:
        change_absence(absence=absence, last_day=day(20), **values)
    assert changed.value.absence.last_day == day(18)


def test_called_off_before_it_begins_it_stays_as_a_row_and_frees_its_days(book):
    absence = plan(book)
    assert cancel_absence(absence=absence).cancelled_at is not None
    at = cancel_absence(absence=absence).cancelled_at
    assert Absence.objects.get(pk=absence.pk).cancelled_at == at
    assert plan(book) != absence


def test_called_off_on_its_first_day_it_never_was(book):
    absence = plan(book, first_day=day(1), last_day=day(3))
    assert cancel_absence(absence=absence).cancelled_at is not None


def test_called_off_while_it_runs_it_ended_yesterday(book):
    absence = plan(book)
    with time_machine.travel(DURING, tick=False):
        ended = cancel_absence(absence=absence)
        assert (ended.last_day, ended.cancelled_at) == (day(8), None)
        assert not Absence.objects.running(timezone.now()).exists()


@pytest.mark.django_db(transaction=True)
def test_two_who_choose_each_other_at_once_are_not_both_taken(book):
    """Each plan is fine alone; together nobody would be there. One of the two is refused, whichever is later."""
    outcomes, start = [], threading.Barrier(2)

    def choose(person, substitute):
        start.wait()
        try:
            plan(book, person=person, substitute=substitute)
            outcomes.append("taken")
        except Refused as refused:
            outcomes.append(refused.field)
        finally:
            connection.close()

    pairs = [(book.lan, book.mai), (book.mai, book.lan)]
    threads = [threading.Thread(target=choose, args=pair) for pair in pairs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) in (["substitute", "taken"], ["first_day", "taken"])
    assert Absence.objects.count() == 1
