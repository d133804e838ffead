"""The pages of leave: lists, the sheet, calling off, and where the account team shows it."""

import datetime
import json

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import Absence, User
from relationships.leave import back_lately, days_between, handed_over_by, stand_ins_near
from tests import factories as make
from tests.relationships.absences.scenes import AFTER, BEFORE, DURING, FRIDAY, MONDAY, away, day

LIST = reverse("relationships:absences")
NEW = reverse("relationships:absence_new")


def form(substitute, **values):
    usual = {"substitute": substitute.pk, "first_day": "2026-12-07", "last_day": "2026-12-11", "note": ""}
    return usual | values


def edit_url(absence):
    return reverse("relationships:absence_edit", args=[absence.pk])


@pytest.fixture
def before():
    with time_machine.travel(BEFORE, tick=False):
        yield


def test_one_enters_ones_own_days_and_finds_them_listed(book, as_user, before):
    browser = as_user(book.lan)
    assert browser.post(NEW, form(book.mai)).headers["Location"] == LIST
    absence = Absence.objects.get()
    assert (absence.person, absence.entered_by) == (book.lan, book.lan)
    page = browser.get(LIST).content.decode()
    assert "Mon, Dec 7 – Fri, Dec 11" in page and "Mai Đỗ stands in" in page
    assert "You stand in for" not in page and "Your people" not in page
    page = as_user(book.mai).get(LIST).content.decode()
    assert "You stand in for" in page and edit_url(absence) not in page
    for persona in (book.senior, book.manager, book.admin):
        page = as_user(persona).get(LIST).content.decode()
        assert "Lan Nguyễn" in page and edit_url(absence) in page
    for persona in (book.olga, book.other_manager):
        assert "Lan Nguyễn" not in as_user(persona).get(LIST).content.decode()


def test_the_sheet_answers_htmx_with_a_redirect(book, as_user, before):
    answer = as_user(book.lan, htmx=True).post(NEW, form(book.mai))
    assert (answer.status_code, answer.headers["HX-Redirect"]) == (204, LIST)


def test_those_above_enter_it_for_their_people_and_nobody_else_does(book, as_user, before):
    values = form(book.mai, person=book.lan.pk)
    for persona, code in ((book.mai, 404), (book.olga, 404), (book.other_manager, 404), (book.senior, 302)):
        assert as_user(persona).post(NEW, values).status_code == code
    absence = Absence.objects.get()
    assert (absence.person, absence.entered_by) == (book.lan, book.senior)


def test_a_refusal_stands_at_its_field_and_keeps_what_was_typed(book, as_user, before):
    away(book.mai, book.olga, FRIDAY, FRIDAY)
    answer = as_user(book.lan).post(NEW, form(book.mai, note="Alpha first"))
    assert answer.status_code == 422
    assert "Mai Đỗ is away as well" in answer.context["form"].errors["substitute"][0]
    assert "Alpha first" in answer.content.decode()


@pytest.mark.parametrize(
    "values, field",
    [
        ({"last_day": "2026-12-01"}, "last_day"),
        ({"first_day": "soon"}, "first_day"),
        ({"substitute": "0"}, "substitute"),
        ({"note": "a" * 501}, "note"),
        ({"note": "<script>"}, "note"),
    ],
)
def test_what_makes_no_sense_is_422(book, as_user, before, values, field):
    answer = as_user(book.lan).post(NEW, form(book.mai) | values)
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field])


def test_the_nearest_come_first_in_the_choice(book):
    make.user("Zoe", team=make.team("North B", region="North"))
    names = [(person.name, person.nearness) for person in stand_ins_near(book.lan)]
    assert names[:2] == [("Mai Đỗ", 0), ("Sơn Phạm", 0)]
    assert [name for name, near in names if near == 1] == ["Minh Trần", "Zoe"]
    assert [name for name, near in names if near == 2] == ["Nam Lê", "Olga Berg"]


def test_before_saving_it_says_what_it_means(book, as_user, before):
    make.follow_up(book.alpha, book.lan, due_in=-2)
    make.follow_up(book.alpha, book.lan, due_in=7, kind="meeting")
    make.follow_up(book.alpha, book.lan, due_in=60)
    make.contract(book.alpha, ends_in=8)
    values = {"first_day": "2026-12-07", "last_day": "2026-12-11", "substitute": book.mai.pk}
    answer = as_user(book.lan, htmx=True).get(NEW, values)
    text = " ".join(answer.content.decode().split())
    for words in (
        "5 working days of 5",
        "1 client, 2 follow-ups due by then, 1 of them late already",
        "leads 0 clients, +1 on these days",
        "1 meeting or visit is planned on these days.",
        "1 contract ends on these days.",
    ):
        assert words in text
    assert "<form" not in text


def test_half_typed_days_say_nothing(book, as_user, before):
    for values in ({"first_day": "2026-12-07"}, {"first_day": "2026-12-07", "last_day": "1900-13-40"}):
        answer = as_user(book.lan, htmx=True).get(NEW, values)
        assert answer.status_code == 200 and "working" not in answer.content.decode()


def test_public_holidays_are_no_days_away(book):
    """Tết 2027: of 4 to 12 February, two are worked in Viet Nam, and seven in Germany."""
    first, last = datetime.date(2027, 2, 4), datetime.date(2027, 2, 12)
    days = days_between(book.lan, first, last, "vi")
    assert (days.calendar, days.working, len(days.holidays)) == (9, 2, 5)
    assert days.holidays[0] == (first, "29 Tết")
    book.lan.calendar = "DE"
    assert days_between(book.lan, first, last, "vi").working == 7


def test_work_of_others_is_not_handed_over(book, before):
    make.follow_up(book.alpha, book.mai)
    make.client("Lost", lead=book.lan, status="lost", lost_on=timezone.localdate())
    handed = handed_over_by(book.lan, MONDAY, FRIDAY)
    assert (handed.clients, handed.due) == (1, 0)


def test_the_substitute_reads_and_does_not_change(book, as_user, before):
    absence = away(book.lan, book.mai)
    browser = as_user(book.mai)
    cancel = reverse("relationships:absence_cancel", args=[absence.pk])
    assert browser.post(edit_url(absence), form(book.mai)).status_code == 403
    assert browser.post(cancel).status_code == 403
    absence.refresh_from_db()
    assert absence.cancelled_at is None


def test_changed_and_changed_meanwhile(book, as_user, before):
    absence = away(book.lan, book.mai)
    browser = as_user(book.lan)
    seen = browser.get(edit_url(absence)).context["form"].initial["seen"]
    assert browser.post(edit_url(absence), form(book.olga, seen=seen)).status_code == 302
    answer = browser.post(edit_url(absence), form(book.mai, seen=seen))
    assert answer.status_code == 409 and "Somebody changed it meanwhile" in answer.content.decode()
    again = form(book.mai, seen=answer.context["form"].data["seen"])
    assert browser.post(edit_url(absence), again).status_code == 302
    absence.refresh_from_db()
    assert absence.substitute == book.mai


def test_what_runs_is_ended_with_yesterday(book, as_user):
    absence = away(book.lan, book.mai)
    with time_machine.travel(DURING, tick=False):
        seen = as_user(book.senior).get(edit_url(absence)).context["form"].initial["seen"]
        values = form(book.mai, first_day="2026-11-01", last_day="2026-12-15", seen=seen)
        assert as_user(book.senior).post(edit_url(absence), values).status_code == 302  # the first day stays
        absence.refresh_from_db()
        assert (absence.first_day, absence.last_day) == (MONDAY, day(15))
        as_user(book.lan).post(reverse("relationships:absence_cancel", args=[absence.pk]))
        absence.refresh_from_db()
        assert (absence.last_day, absence.cancelled_at) == (day(8), None)
        answer = as_user(book.lan, htmx=True).get(edit_url(absence))
        assert answer.status_code == 409 and "toast" in json.loads(answer.headers["HX-Trigger"])


def test_the_account_team_says_who_is_away_and_who_stands_in(book, as_user):
    away(book.lan, book.mai)
    page = reverse("relationships:client_page", args=[book.alpha.pk])
    counts = []
    for moment, told in ((BEFORE, False), (DURING, True), (AFTER, False)):
        with time_machine.travel(moment, tick=False):
            browser = as_user(book.senior)
            with CaptureQueriesContext(connection) as queries:
                text = browser.get(page).content.decode()
            counts.append(len(queries))
            assert ("away until Fri, Dec 11, Mai Đỗ stands in" in text) is told
            assert ("away until Fri, Dec 11" in browser.get(reverse("clients:list")).content.decode()) is told
    assert len(set(counts)) == 1


def test_the_list_costs_the_same_for_two_and_for_twenty(book, as_user, before):
    def count():
        with CaptureQueriesContext(connection) as queries:
            assert as_user(book.manager).get(LIST).status_code == 200
        return len(queries)

    away(book.lan, book.mai)
    few = count()
    for number in range(20):
        person = make.user(team=book.north)
        away(person, book.mai, day(1 + number % 5), FRIDAY)
    assert count() == few


def test_a_long_list_goes_on_behind_a_cursor(book, as_user, before):
    for number in range(35):
        away(make.user(f"Person {number:02}", team=book.north), book.mai, day(1), FRIDAY)
    browser = as_user(book.senior)
    page = browser.get(LIST).context["page"]
    assert len(page) == 30
    rest = browser.get(LIST, {"cursor": page.next_cursor}).context["page"]
    assert len(rest) == 5
    assert browser.get(LIST, {"cursor": "nonsense"}).status_code == 200


def test_today_points_back_for_some_days(book):
    absence = away(book.lan, book.mai)
    for today, told in ((FRIDAY, False), (day(12), True), (day(16), True), (day(17), False)):
        assert back_lately(book.lan, today) == (absence if told else None)
    assert back_lately(book.mai, day(12)) is None
    absence.cancelled_at = timezone.now()
    absence.save()
    assert back_lately(book.lan, day(12)) is None


def test_a_substitute_who_has_left_is_pointed_out(book, as_user, before):
    away(book.lan, book.mai)
    User.objects.filter(pk=book.mai.pk).update(is_active=False)
    assert "The substitute has left" in as_user(book.lan).get(LIST).content.decode()
