"""The bell's count, the list under it, and that nobody reads what is not theirs any more."""

import datetime

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from relationships.models import Delivery, FollowUpStatus
from relationships.reminders import MOST_COUNTED, bell_of
from tests import factories as make
from tests.relationships.reminders.scenes import failed, mail, told

BELL, LIST, READ = "/reminders/bell/", "/reminders/", "/reminders/read/"


def close(follow_up):
    follow_up.status, follow_up.closed_at = FollowUpStatus.DONE, timezone.now()
    follow_up.save()


def test_bell_counts_what_is_new_and_open(book, as_user):
    first, second = (make.follow_up(book.alpha, book.lan) for _ in range(2))
    told(book.lan, first)
    told(book.lan, second)
    told(book.mai, make.follow_up(book.alpha, book.mai))
    assert "2 new" in as_user(book.lan).get(BELL).text
    close(second)
    assert bell_of(book.lan).unread == 1


def test_bell_says_no_more_than_99(book):
    rows = [make.follow_up(book.alpha, book.lan) for _ in range(MOST_COUNTED + 1)]
    for row in rows:
        told(book.lan, row)
    assert bell_of(book.lan).shown == "99+"


def test_bell_answers_nothing_while_the_page_shows_the_same(book, as_user):
    told(book.lan, make.follow_up(book.alpha, book.lan))
    browser = as_user(book.lan)
    assert browser.get(BELL, {"shown": "1"}).status_code == 204
    assert browser.get(BELL, {"shown": "2"}).status_code == 200
    assert browser.get(BELL).status_code == 200


def test_bell_costs_two_queries_beside_session_and_reader(book, as_user):
    told(book.senior, make.follow_up(book.alpha, book.senior))
    browser = as_user(book.senior)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        browser.get(BELL)
    assert len(queries) <= 4


def test_page_asks_for_the_count_afterwards(book, as_user):
    told(book.lan, make.follow_up(book.alpha, book.lan))
    page = as_user(book.lan).get("/today/").text
    assert 'hx-get="/reminders/bell/"' in page and "1 new" not in page
    assert BELL not in as_user(book.dept).get("/requests/").text


def test_former_lead_learns_nothing(book, as_user):
    told(book.lan, make.follow_up(book.alpha, book.lan, reason="Ask about the merger"))
    assert "merger" in as_user(book.lan).get(LIST).text
    book.alpha.assignments.update(ended_at=timezone.now())
    answer = as_user(book.lan).get(LIST)
    assert "merger" not in answer.text and "Alpha" not in answer.text
    assert bell_of(type(book.lan).objects.get(pk=book.lan.pk)).unread == 0


def test_list_is_newest_first_and_says_what_became(book, as_user):
    done, moved, handed = (
        make.follow_up(book.alpha, book.lan, reason=name) for name in ("Aa1", "Bb2", "Cc3")
    )
    told(book.lan, done, hours_ago=50)
    told(book.lan, moved, hours_ago=26)
    told(book.lan, handed)
    close(done)
    moved.due_on += datetime.timedelta(days=3)
    moved.save()
    handed.assignee = book.mai
    handed.save()
    text = as_user(book.lan).get(LIST).text
    assert text.index("Cc3") < text.index("Bb2") < text.index("Aa1")
    assert ">Done<" in text and "Moved to" in text and "Now with Mai" in text


def test_list_shows_pages_with_the_same_queries(book, as_user):
    def queries(count):
        for _ in range(count):
            told(book.lan, make.follow_up(book.alpha, book.lan))
        with CaptureQueriesContext(connection) as found:
            answer = as_user(book.lan).get(LIST)
        return len(found), answer

    few, _answer = queries(2)
    many, answer = queries(58)
    assert few == many and 'rel="next"' in answer.text and answer.text.count('class="reminder ') == 50


def test_list_without_anything_says_so(book, as_user):
    text = as_user(book.lan).get(LIST).text
    assert "whom you stand in for appears here" in text and "Mark all as read" not in text


def test_opening_the_list_writes_nothing(book, as_user):
    row = told(book.lan, make.follow_up(book.alpha, book.lan))
    text = as_user(book.lan).get(LIST).text
    assert f'name="ids" value="{row.pk}"' in text and 'hx-trigger="load"' in text
    row.refresh_from_db()
    assert row.read_at is None


def test_what_was_on_show_is_marked_and_only_ones_own(book, as_user):
    mine, later = (told(book.lan, make.follow_up(book.alpha, book.lan)) for _ in range(2))
    others = told(book.mai, make.follow_up(book.alpha, book.mai))
    answer = as_user(book.lan, htmx=True).post(READ, {"ids": f"{mine.pk},{others.pk}"})
    assert answer.status_code == 204 and "reminders-read" in answer.headers["HX-Trigger"]
    assert list(Delivery.objects.filter(read_at__isnull=False)) == [mine]
    again = Delivery.objects.get(pk=mine.pk).read_at
    as_user(book.lan).post(READ, {"ids": str(mine.pk)})
    assert Delivery.objects.get(pk=mine.pk).read_at == again
    assert later.read_at is None


def test_all_are_marked_up_to_the_newest_that_was_seen(book, as_user):
    seen, since = (told(book.lan, make.follow_up(book.alpha, book.lan)) for _ in range(2))
    answer = as_user(book.lan).post(READ, {"up_to": seen.pk})
    assert answer.status_code == 302
    assert list(Delivery.objects.filter(read_at__isnull=True)) == [since]
    for wrong in ({"ids": "1;drop"}, {"up_to": "0"}, {"ids": "1," * 200}):
        assert as_user(book.lan).post(READ, wrong).status_code == 422


def test_mail_that_does_not_get_out_is_told_to_its_reader(book, as_user):
    failed(book.lan, make.follow_up(book.alpha, book.lan))
    text = as_user(book.lan).get(LIST).text
    assert "The mail server could not be reached." in text and "tries again" in text and "Errno" not in text
    assert "Your mail does not get out" in as_user(book.lan).get(BELL).text
    assert "could not be reached" not in as_user(book.mai).get(LIST).text


def test_mail_that_waits_too_long_is_told_and_planned_mail_is_not(book, as_user):
    mail(book.lan, make.follow_up(book.alpha, book.lan), send_in=-20)
    mail(book.mai, make.follow_up(book.alpha, book.mai), send_in=20)
    assert "still on its way" in as_user(book.lan).get(LIST).text
    assert bell_of(book.lan).is_held_up and not bell_of(book.mai).is_held_up
