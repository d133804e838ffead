"""Reports on their way: once whoever asks twice, again after a failure, never lost and never doubled."""

import datetime
import smtplib
import threading

import pytest
from django.core.mail.backends.locmem import EmailBackend
from django.db import connection
from django.utils import timezone

from clients.models import CareEvent
from relationships import tasks
from relationships.models import ClientReport, ReportStatus
from relationships.reports import sending
from relationships.services.reports import send_report
from tests import factories as make
from tests.guards import texts
from tests.relationships.reports import scene


@pytest.fixture
def posted(book):
    """A report of Lan that waits to be sent."""
    return put_on_its_way(book.alpha, book.lan)


def put_on_its_way(client, author, **fields):
    contact = make.contact(client, "Trâm Phạm", email="tram@client.example")
    report = scene.report(client, created_by=author, **fields)
    return send_report(report=report, version=1, contact=contact, by=author, task=tasks.send_reports)


@pytest.fixture
def server(monkeypatch):
    """A mail server that fails with what `server.error` says."""

    class Server:
        error = None

    send = EmailBackend.send_messages

    def send_messages(self, messages):
        if Server.error:
            raise Server.error
        return send(self, messages)

    monkeypatch.setattr(EmailBackend, "send_messages", send_messages)
    return Server


def later(report, **ago):
    """As if the claim were so long ago."""
    moment = timezone.now() - datetime.timedelta(**ago)
    ClientReport.objects.filter(pk=report.pk).update(claimed_at=moment)


@pytest.mark.django_db
def test_the_mail_carries_the_pdf_and_answers_go_to_the_account_manager(posted, book, mailoutbox):
    assert sending.send_due_reports() == sending.Sent(sent=1)
    [mail] = mailoutbox
    assert (mail.to, mail.reply_to) == (["tram@client.example"], [book.lan.email])
    assert mail.subject == "Report for Alpha Thép Việt, Oct 1, 2026 to Oct 31, 2026"
    assert mail.body.startswith("Dear Trâm Phạm,") and book.lan.name in mail.body
    assert str(posted.message_id) in mail.extra_headers["Message-ID"]
    [(name, pdf, kind)] = mail.attachments
    assert (name, kind) == ("alpha-thep-viet-20261001-20261031.pdf", "application/pdf")
    assert "Next visit by Dec 1" in scene.text_of(pdf)[0]
    posted.refresh_from_db()
    assert (posted.status, posted.error, posted.attempts) == (ReportStatus.SENT, "", 1)
    assert posted.sent_at is not None


@pytest.mark.django_db
def test_the_mail_is_in_the_reports_language(book, mailoutbox):
    put_on_its_way(book.alpha, book.lan, language="vi")
    sending.send_due_reports()
    [mail] = mailoutbox
    assert "01/10/2026" in mail.subject
    assert texts.pieces(f"{mail.subject}\n{mail.body}") & texts.english() == set()


@pytest.mark.django_db
def test_what_is_sent_is_in_the_timeline(posted, book):
    sending.send_due_reports()
    event = CareEvent.objects.get(client=book.alpha, kind="report_sent")
    assert (event.by, event.subject_id) == (book.lan, posted.pk)
    assert event.facts == {"title": "01/10/2026 – 31/10/2026", "who": "Trâm Phạm"}


@pytest.mark.django_db
def test_running_twice_sends_once(posted, mailoutbox):
    tasks.send_reports()
    tasks.send_reports()
    assert len(mailoutbox) == 1 and CareEvent.objects.filter(kind="report_sent").count() == 1


@pytest.mark.django_db
def test_drafts_stay_where_they_are(book, mailoutbox):
    scene.report(book.alpha)
    assert sending.send_due_reports() == sending.Sent() and not mailoutbox


@pytest.mark.django_db
def test_a_failure_is_said_and_tried_again_after_a_pause(posted, server, mailoutbox):
    server.error = smtplib.SMTPDataError(451, b"try again later")
    assert sending.send_due_reports() == sending.Sent(failed=1)
    posted.refresh_from_db()
    assert posted.status == ReportStatus.PENDING and "try again later" in posted.error
    server.error = None
    assert sending.send_due_reports() == sending.Sent()  # too early
    later(posted, minutes=2)
    assert sending.send_due_reports() == sending.Sent(sent=1)
    posted.refresh_from_db()
    assert (posted.error, posted.attempts, len(mailoutbox)) == ("", 2, 1)


@pytest.mark.django_db
def test_it_is_given_up_after_six_attempts(posted, server):
    server.error = smtplib.SMTPDataError(451, b"try again later")
    for _attempt in range(sending.MOST_ATTEMPTS):
        later(posted, days=1)
        sending.send_due_reports()
    posted.refresh_from_db()
    assert (posted.status, posted.attempts) == (ReportStatus.FAILED, 6)
    later(posted, days=1)
    assert sending.send_due_reports() == sending.Sent()


@pytest.mark.django_db
def test_an_address_that_is_refused_for_good_is_given_up_at_once(posted, server):
    server.error = smtplib.SMTPRecipientsRefused({"tram@client.example": (550, b"no such user")})
    sending.send_due_reports()
    posted.refresh_from_db()
    assert posted.status == ReportStatus.FAILED and "no such user" in posted.error


@pytest.mark.django_db
def test_a_server_that_is_away_ends_the_run_and_counts_for_nothing(book, posted, server):
    put_on_its_way(book.omega, book.olga)
    server.error = ConnectionRefusedError("nobody there")
    for _attempt in range(sending.MOST_ATTEMPTS + 2):
        for report in ClientReport.objects.all():
            later(report, days=1)
        assert sending.send_due_reports() == sending.Sent(failed=1)
    states = ClientReport.objects.values_list("status", flat=True)
    assert set(states) == {ReportStatus.PENDING}
    server.error = None
    for report in ClientReport.objects.all():
        later(report, days=1)
    assert sending.send_due_reports() == sending.Sent(sent=2)


@pytest.mark.django_db
def test_one_that_cannot_be_drawn_does_not_stop_the_others(book, posted, monkeypatch, mailoutbox):
    other = put_on_its_way(book.omega, book.olga)
    draw = sending.render_report

    def choke(report):
        if report.pk == posted.pk:
            raise ValueError("no such letter")
        return draw(report)

    monkeypatch.setattr(sending, "render_report", choke)
    assert sending.send_due_reports() == sending.Sent(sent=1, failed=1)
    other.refresh_from_db()
    assert other.status == ReportStatus.SENT


@pytest.mark.django_db
def test_what_a_killed_worker_held_goes_out_under_the_same_id(posted, mailoutbox, monkeypatch):
    [row] = sending._due(timezone.now())
    assert sending.claim(row) is not None  # and then the worker dies
    assert sending.send_due_reports() == sending.Sent()
    later(posted, minutes=11)
    assert sending.send_due_reports() == sending.Sent(sent=1)
    assert str(posted.message_id) in mailoutbox[0].extra_headers["Message-ID"]


@pytest.mark.django_db
def test_a_claim_that_somebody_else_has_is_left_alone(posted):
    [row] = sending._due(timezone.now())
    [same] = sending._due(timezone.now())
    held = sending.claim(row)
    assert sending.claim(same) is None
    later(posted, minutes=11)
    sending.mark_sent(held)  # taken up by another worker meanwhile
    posted.refresh_from_db()
    assert posted.status == ReportStatus.PENDING


@pytest.mark.django_db
def test_a_timeline_that_fails_does_not_send_again(posted, monkeypatch, mailoutbox, caplog):
    def fail(*args, **kwargs):
        raise RuntimeError("no room")

    monkeypatch.setattr(sending, "record_change", fail)
    sending.send_due_reports()
    posted.refresh_from_db()
    assert posted.status == ReportStatus.SENT and "The timeline does not tell" in caplog.text


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_send_one_mail(book, mailoutbox):
    for _number in range(5):
        put_on_its_way(book.alpha, book.lan)
    barrier, errors = threading.Barrier(3), []

    def work():
        try:
            barrier.wait(10)
            tasks.send_reports()
        except Exception as error:  # handed to the test below
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert not errors
    ids = [mail.extra_headers["Message-ID"] for mail in mailoutbox]
    assert len(ids) == len(set(ids)) == 5
    assert CareEvent.objects.filter(kind="report_sent").count() == 5
