"""All mail for admins: how it stands, finding it, and sending it again."""

import datetime

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from relationships.deliveries import counts_of, found_by, in_state, standing
from relationships.models import Delivery, DeliveryStatus
from tests import factories as make
from tests.relationships.reminders.scenes import failed, mail, told

URL, AGAIN = "/deliveries/", "/deliveries/again/"


def sent(user, follow_up, **fields):
    now = timezone.now()
    return mail(
        user, follow_up, status=DeliveryStatus.SENT, sent_at=now, claimed_at=now, attempts=1, **fields
    )


def test_headline_says_that_all_mail_is_out(book, as_user):
    sent(book.lan, make.follow_up(book.alpha, book.lan))
    mail(book.lan, make.follow_up(book.alpha, book.lan), send_in=60)
    told(book.lan, make.follow_up(book.alpha, book.lan))
    text = as_user(book.admin).get(URL).text
    assert "All mail is out." in text and "1 more is planned" in text and "As of" in text


def test_headline_counts_mails_and_not_their_rows(book):
    for _ in range(3):
        failed(book.lan, make.follow_up(book.alpha, book.lan))
    mail(book.mai, make.follow_up(book.alpha, book.mai), send_in=-30)
    found = standing(timezone.now())
    assert (found.held_up, found.failed, found.planned) == (2, 1, 0)
    assert found.since is not None and found.tried_at is not None


def test_counts_agree_with_the_list(book):
    for make_one in (sent, failed, failed, mail):
        make_one(book.lan, make.follow_up(book.alpha, book.lan))
    old = sent(book.lan, make.follow_up(book.alpha, book.lan), send_in=-60 * 24 * 9)
    rows = found_by({"days": "7"}, timezone.now())
    counts = counts_of(rows)
    assert counts == {"": 4, "pending": 1, "sending": 0, "sent": 1, "failed": 2}
    assert all(in_state(rows, state).count() == count for state, count in counts.items())
    assert old in found_by({"days": "all"}, timezone.now())


def test_filters_are_in_the_address(book, as_user):
    failed(book.lan, make.follow_up(book.alpha, book.lan, reason="Offer one"))
    sent(book.olga, make.follow_up(book.omega, book.olga, reason="Offer two"))
    browser = as_user(book.admin)
    assert "Offer two" not in browser.get(URL, {"state": "failed"}).text
    assert "Offer two" in browser.get(URL, {"person": "OLGA"}).text
    found = browser.get(URL, {"person": "nguyen", "days": "all", "channel": "digest"}).text
    assert "Offer one" in found and "Offer two" not in found, "accents are ignored"
    assert "No mail matches." in browser.get(URL, {"kind": "weekly"}).text
    for wrong in ({"state": "x"}, {"days": "3"}, {"channel": "in_app"}):
        assert browser.get(URL, wrong).status_code == 422


def test_row_shows_the_error_in_words_and_as_it_came(book, as_user):
    row = failed(book.lan, make.follow_up(book.alpha, book.lan))
    text = as_user(book.admin).get(URL).text
    assert "could not be reached" in text and "[Errno 111]" in text and str(row.message_id) in text


def test_list_takes_as_many_queries_for_many_as_for_few(book, as_user):
    browser = as_user(book.admin)

    def queries(count):
        for _ in range(count):
            failed(book.lan, make.follow_up(book.alpha, book.lan))
        with CaptureQueriesContext(connection) as found:
            answer = browser.get(URL)
        assert answer.status_code == 200
        return len(found)

    few = queries(2)
    assert queries(20) == few <= 12


def test_failed_mail_goes_out_again_as_the_same_mail(book, as_user):
    row = failed(book.lan, make.follow_up(book.alpha, book.lan))
    answer = as_user(book.admin, htmx=True).post(AGAIN, {"delivery": row.pk})
    assert answer.status_code == 200 and "Goes out again" in answer.text
    now = Delivery.objects.get(pk=row.pk)
    assert (now.status, now.message_id, now.error) == (DeliveryStatus.PENDING, row.message_id, "")
    assert now.send_at <= timezone.now()
    again = as_user(book.admin, htmx=True).post(AGAIN, {"delivery": row.pk})
    assert "On its way already" in again.text


def test_sent_mail_goes_out_again_as_a_new_mail_with_all_its_rows(book, as_user):
    first, second = (sent(book.lan, make.follow_up(book.alpha, book.lan)) for _ in range(2))
    Delivery.objects.filter(pk=second.pk).update(message_id=first.message_id)
    as_user(book.admin).post(AGAIN, {"delivery": first.pk})
    rows = Delivery.objects.filter(pk__in=[first.pk, second.pk])
    assert {row.status for row in rows} == {DeliveryStatus.PENDING}
    assert first.message_id not in {row.message_id for row in rows}


def test_what_is_over_stays_as_it_is(book, as_user):
    follow_up = make.follow_up(book.alpha, book.lan)
    row = failed(book.lan, follow_up)
    follow_up.due_on += datetime.timedelta(days=9)
    follow_up.save()
    answer = as_user(book.admin, htmx=True).post(AGAIN, {"delivery": row.pk})
    assert "Over: not sent" in answer.text
    assert Delivery.objects.get(pk=row.pk).status == DeliveryStatus.FAILED


def test_all_failed_of_the_filter_are_sent_again_and_each_is_told(book, as_user):
    mine, others = failed(book.lan, make.follow_up(book.alpha, book.lan)), []
    moved = make.follow_up(book.alpha, book.lan)
    over = failed(book.lan, moved)
    moved.due_on += datetime.timedelta(days=9)
    moved.save()
    others.append(failed(book.olga, make.follow_up(book.omega, book.olga)))
    answer = as_user(book.admin).post(AGAIN, {"all": "1", "person": "Lan"})
    assert "1 goes out again" in answer.text and "1 is over" in answer.text
    states = dict(Delivery.objects.values_list("pk", "status"))
    assert [states[row.pk] for row in (mine, over, *others)] == ["pending", "failed", "failed"]


def test_a_reminder_in_tend_is_no_mail_to_send(book, as_user):
    row = told(book.lan, make.follow_up(book.alpha, book.lan))
    assert as_user(book.admin).post(AGAIN, {"delivery": row.pk}).status_code == 404
