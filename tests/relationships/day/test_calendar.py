"""The calendar: what stands on which day, whose it is, and at which cost."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import Absence
from relationships.calendar_entries import Stretch
from tests import factories as make

pytestmark = pytest.mark.django_db
TODAY = datetime.date(2026, 11, 23)
LONG_AGO = datetime.datetime(2026, 1, 5, tzinfo=datetime.UTC)


@pytest.fixture(autouse=True)
def monday(time_machine):
    time_machine.move_to("2026-11-23T15:00+07:00", tick=False)
    return time_machine


@pytest.fixture
def url():
    return reverse("relationships:calendar")


def words(answer):
    return " ".join(answer.content.decode().split())


def entries(answer):
    """{day: [(kind, client, what)]} of the days that hold something."""
    return {
        day.date: [(entry.kind, entry.client, entry.what) for entry in day.entries]
        for day in answer.context["planned"].days
        if day.entries
    }


def on(answer, date):
    return next(day for day in answer.context["planned"].days if day.date == date)


# --- Which days ------------------------------------------------------------------------------------------------------


def test_month_is_whole_weeks_from_monday(book, as_user, url):
    days = as_user(book.lan).get(url).context["planned"].days
    assert (days[0].date, days[-1].date) == (datetime.date(2026, 10, 26), datetime.date(2026, 12, 6))
    assert [day.date for day in days if day.today] == [TODAY]
    assert not any(day.outside for day in days if day.date.month == 11)
    assert all(day.outside for day in days if day.date.month != 11)


def test_week_is_seven_days(book, as_user, url):
    days = as_user(book.lan).get(url, {"view": "week", "day": "2026-11-26"}).context["planned"].days
    assert [day.date.day for day in days] == [23, 24, 25, 26, 27, 28, 29]


@pytest.mark.parametrize(
    "date", [datetime.date(2026, 2, 15), datetime.date(2024, 2, 29), datetime.date(2027, 1, 1)]
)
@pytest.mark.parametrize("view", ["month", "week"])
def test_back_and_ahead_leave_no_day_out(date, view):
    stretch = Stretch.around(date, view)
    before, after = Stretch.around(stretch.before, view), Stretch.around(stretch.after, view)
    assert before.last + datetime.timedelta(days=1) == stretch.first
    assert after.first - datetime.timedelta(days=1) == stretch.last
    assert stretch.first <= date <= stretch.last


@pytest.mark.parametrize(
    "query", [{"view": "year"}, {"day": "31/31"}, {"day": "1066-10-14"}, {"person": "x"}]
)
def test_what_makes_no_sense_shows_the_present_month(book, as_user, url, query):
    answer = as_user(book.lan).get(url, query)
    assert answer.status_code == 422
    assert answer.context["stretch"].first == datetime.date(2026, 11, 1)


def test_holidays_and_days_off_are_marked(book, as_user, url):
    answer = as_user(book.lan).get(url, {"day": "2026-09-10"})
    assert on(answer, datetime.date(2026, 9, 2)).holiday
    assert on(answer, datetime.date(2026, 9, 5)).off
    assert not on(answer, datetime.date(2026, 9, 9)).off
    assert on(answer, datetime.date(2026, 9, 2)).holiday in words(answer).replace("&#x27;", "'")


def test_holidays_are_those_of_the_persons_own_country(book, as_user, url):
    book.lan.calendar = "DE"
    book.lan.save()
    answer = as_user(book.lan).get(url, {"day": "2026-10-03"})
    assert not on(answer, datetime.date(2026, 9, 2) + datetime.timedelta(days=27)).holiday
    assert not on(as_user(book.lan).get(url, {"day": "2026-09-02"}), datetime.date(2026, 9, 2)).holiday


def test_days_away_say_who_stands_in(book, as_user, url):
    Absence.objects.create(
        person=book.lan, substitute=book.mai, first_day=TODAY, last_day=datetime.date(2026, 12, 20)
    )
    answer = as_user(book.lan).get(url)
    assert on(answer, TODAY).away == "Away; Mai Đỗ stands in"
    assert on(answer, datetime.date(2026, 12, 6)).away
    assert not on(answer, datetime.date(2026, 11, 22)).away


# --- What stands in them ---------------------------------------------------------------------------------------------


def test_follow_ups_meetings_and_renewals_stand_on_their_day(book, as_user, url):
    make.follow_up(book.alpha, book.lan, due_in=1, reason="Send the offer")
    make.follow_up(
        book.alpha, book.lan, due_in=1, kind="meeting", due_time=datetime.time(14), reason="Quarter"
    )
    make.follow_up(book.alpha, book.lan, due_in=-3, reason="Forgotten")
    make.follow_up(book.alpha, book.lan, reason="Done", status="done", closed_at=timezone.now())
    make.contract(book.alpha, number="HD-1", ends_in=5)
    make.interaction(book.alpha, author=book.lan, kind="visit", days_ago=4)
    make.interaction(book.alpha, author=book.lan, kind="call", days_ago=4)
    answer = as_user(book.lan).get(url)
    name = "Alpha Thép Việt"
    assert entries(answer) == {
        datetime.date(2026, 11, 19): [("held", name, "Visit")],
        datetime.date(2026, 11, 20): [("follow_up", name, "Forgotten")],
        datetime.date(2026, 11, 24): [("meeting", name, "Quarter"), ("follow_up", name, "Send the offer")],
        datetime.date(2026, 11, 28): [("renewal", name, "contract HD-1 ends")],
    }
    body = words(answer)
    assert "2 meetings, 2 follow-ups, 1 contract that ends. 1 is late." in body
    assert "Forgotten · late" in body and "14:00" in body


def test_contract_that_renews_by_itself_says_so_and_a_renewed_one_is_gone(book, as_user, url):
    make.contract(book.alpha, number="HD-1", ends_in=2, auto_renews=True)
    old = make.contract(book.alpha, number="HD-2", ends_in=3)
    make.contract(book.alpha, number="HD-3", starts_in=4, ends_in=400, renews=old)
    make.contract(book.alpha, number="HD-4", ends_in=-5)
    assert [what for day in entries(as_user(book.lan).get(url)).values() for _k, _c, what in day] == [
        "contract HD-4 has ended",
        "contract HD-1 renews by itself",
    ]


def test_day_with_much_leads_to_its_week(book, as_user, url):
    for number in range(9):
        make.follow_up(book.alpha, book.lan, due_in=1, reason=f"Step {number}")
    body = words(as_user(book.lan).get(url))
    assert "5 more" in body and "?view=week&amp;day=2026-11-24" in body
    assert "more<" not in words(as_user(book.lan).get(url, {"view": "week", "day": "2026-11-24"}))


def test_what_is_past_of_the_month_opens_by_a_line(book, as_user, url):
    for days in (-3, -3, -30, 1):
        make.follow_up(book.alpha, book.lan, due_in=days)
    answer = as_user(book.lan).get(url)
    assert answer.context["planned"].earlier == 1
    assert "Earlier this month: 1 day<" in words(answer)
    assert on(answer, TODAY - datetime.timedelta(days=1)).past and not on(answer, TODAY).past
    for query in ({"day": "2026-12-05"}, {"day": "2026-10-05"}, {"view": "week"}):
        assert "Earlier this month" not in words(as_user(book.lan).get(url, query))


def test_empty_month_says_so(book, as_user, url):
    body = words(as_user(book.lan).get(url, {"day": "2026-02-01"}))
    assert "Nothing is planned." in body


def test_client_with_markup_in_its_name_is_escaped(book, as_user, url):
    make.follow_up(make.client("<i>Odd</i>", lead=book.lan), book.lan)
    assert "<i>Odd" not in words(as_user(book.lan).get(url))


# --- Whose -----------------------------------------------------------------------------------------------------------


def test_each_sees_their_own(book, as_user, url):
    make.follow_up(book.alpha, book.lan, reason="Lan's")
    make.contract(book.alpha, ends_in=3)
    make.interaction(book.alpha, author=book.lan, kind="meeting")
    for user in (book.mai, book.senior, book.manager, book.admin, book.olga):
        assert entries(as_user(user).get(url)) == {}


def test_who_answers_for_somebody_may_look_at_their_calendar(book, as_user, url):
    make.follow_up(book.alpha, book.lan, reason="Lan's")
    for user in (book.senior, book.manager, book.admin):
        answer = as_user(user).get(url, {"person": book.lan.pk})
        assert [what for day in entries(answer).values() for _k, _c, what in day] == ["Lan's"]
        assert book.lan in answer.context["people"]["offered"]


def test_nobody_else_may(book, as_user, url):
    for user, person in ((book.mai, book.lan), (book.senior, book.olga), (book.manager, book.olga)):
        assert as_user(user).get(url, {"person": person.pk}).status_code == 404
    assert as_user(book.lan).get(url, {"person": 999_999}).status_code == 404


def test_an_account_manager_alone_has_nobody_to_choose(book, as_user, url):
    assert 'name="person"' not in words(as_user(book.lan).get(url))


def test_who_stands_in_sees_the_work_of_who_is_away_in_their_own(book, as_user, url):
    make.follow_up(book.alpha, book.lan, reason="Lan's")
    Absence.objects.create(person=book.lan, substitute=book.mai, first_day=TODAY, last_day=TODAY)
    assert [what for day in entries(as_user(book.mai).get(url)).values() for _k, _c, what in day] == ["Lan's"]


def test_what_a_former_lead_still_has_on_paper_is_not_shown(book, as_user, url):
    make.follow_up(book.alpha, book.lan, reason="Old plan")
    book.alpha.assignments.update(ended_at=LONG_AGO, read_until=datetime.date(2026, 12, 31))
    assert entries(as_user(book.lan).get(url)) == {}


def test_many_people_are_found_by_name(book, as_user, url, monkeypatch):
    monkeypatch.setattr("relationships.views.calendar_page.PEOPLE_OFFERED", 2)
    answer = as_user(book.admin).get(url)
    assert len(answer.context["people"]["offered"]) == 2 and 'name="who"' in words(answer)
    answer = as_user(book.admin).get(url, {"who": "olga"})
    assert answer.context["people"]["offered"] == [book.olga]


# --- Cost ------------------------------------------------------------------------------------------------------------


def queries_of(browser, url, query):
    with CaptureQueriesContext(connection) as caught:
        assert browser.get(url, query).status_code == 200
    return len(caught)


@pytest.mark.parametrize("query", [{}, {"view": "week"}])
def test_two_of_everything_cost_what_twenty_do(book, as_user, url, query):
    browser = as_user(book.senior)
    query = query | {"person": book.lan.pk}

    def fill(times):
        for number in range(times):
            client = make.client(lead=book.lan)
            make.follow_up(client, book.lan, due_in=number % 5)
            make.contract(client, ends_in=number % 5)
            make.interaction(client, author=book.lan, kind="meeting")

    fill(2)
    few = queries_of(browser, url, query)
    fill(18)
    assert queries_of(browser, url, query) == few <= 12
