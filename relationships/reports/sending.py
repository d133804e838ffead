"""Reports on their way: claimed one by one, sent as PDF to the contact, then marked.

A claim is a conditional UPDATE, so two workers never send the same one. What a killed worker leaves claimed is taken
up after ten minutes under the same Message-ID; what failed is tried again after a growing pause, at most
MOST_ATTEMPTS times, and says so all along. While the mail server is away nothing counts as an attempt.
"""

import datetime
import logging
from dataclasses import dataclass

from django.core.mail import EmailMessage, get_connection
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext

from clients.models import CareEventKind
from clients.services.changes import record_change
from relationships.followups.rules import retry_after
from relationships.mail import is_refused, message_id_header, server_is_away
from relationships.models import ClientReport, ReportStatus

from .render import file_name, house_name, period_in_words, render_report

STUCK_AFTER = datetime.timedelta(minutes=10)
MOST_ATTEMPTS = 6
ERROR_LENGTH = 500

logger = logging.getLogger(__name__)


@dataclass
class Sent:
    """What one run did."""

    sent: int = 0
    failed: int = 0


def send_due_reports():
    """Send every report whose time has come. Returns a Sent. A mail server that is away ends the run."""
    done, mail = Sent(), get_connection()
    for row in _due(timezone.now()):
        report = claim(row)
        if report is None:
            continue
        error = _send(report, mail)
        if error is None:
            mark_sent(report)
            done.sent += 1
            continue
        mark_failed(report, error)
        done.failed += 1
        if server_is_away(error):
            break
    return done


def _due(now):
    """Pending reports that nobody has in hand, the oldest first. One query; there are few."""
    rows = ClientReport.objects.filter(status=ReportStatus.PENDING).order_by("updated_at", "pk")
    return [row for row in rows.only("pk", "claimed_at", "attempts", "error") if _is_due(row, now)]


def _is_due(row, now):
    if row.claimed_at is None:
        return True
    pause = retry_after(max(1, row.attempts)) if row.error else STUCK_AFTER
    return row.claimed_at + pause <= now


def claim(row):
    """The whole report, marked as in hand; None when another worker was quicker."""
    claimed = ClientReport.objects.filter(
        pk=row.pk, status=ReportStatus.PENDING, claimed_at=row.claimed_at
    ).update(claimed_at=timezone.now(), attempts=row.attempts + 1, error="")
    if not claimed:
        return None
    people = ("client", "contact", "sent_by", "created_by")
    return ClientReport.objects.select_related(*people).get(pk=row.pk)


def _send(report, mail):
    """None, or the error. The connection opens for the first mail and is closed by whatever went wrong."""
    try:
        mail.open()
        if not mail.send_messages([compose(report)]):
            raise OSError("the mail server took no message")
    except Exception as error:  # a template, an address, a server: this report waits, the others go on
        logger.warning("Report %s was not sent: %s", report.pk, error)
        mail.close()
        return error
    return None


def compose(report):
    """The mail to the contact, in the report's language, with the PDF. Answers go to the account manager."""
    with translation.override(report.language):
        period = period_in_words(report)
        context = {
            "contact": report.contact,
            "client": report.client,
            "period": period,
            "person": report.sent_by,
            "house": house_name(),
        }
        mail = EmailMessage(
            subject=gettext("Report for %(client)s, %(period)s")
            % {"client": report.client.name, "period": period},
            body=render_to_string("emails/report.txt", context),
            to=[report.sent_to],
            reply_to=[report.sent_by.email] if report.sent_by else None,
            headers={"Message-ID": message_id_header(report.message_id)},
        )
    mail.attach(file_name(report), render_report(report), "application/pdf")
    return mail


@transaction.atomic
def mark_sent(report):
    """Sent, with its timeline entry. A mail that is out stays marked whatever happens to the entry."""
    if not _ours(report).update(status=ReportStatus.SENT, sent_at=timezone.now(), error=""):
        return
    try:
        with transaction.atomic():
            _record(report)
    except Exception:  # otherwise the client would get the same mail again and again
        logger.exception("The timeline does not tell of report %s", report.pk)


def _record(report):
    record_change(
        report.client_id,
        CareEventKind.REPORT_SENT,
        by=report.sent_by,
        subject_id=report.pk,
        title=f"{report.period_from:%d/%m/%Y} – {report.period_to:%d/%m/%Y}",
        who=report.contact.name if report.contact else report.sent_to,
    )


def mark_failed(report, error):
    """Keeps the error for people to read. It waits for another attempt unless that makes no sense any more."""
    if server_is_away(error):
        given_up, attempts = False, 1
    else:
        given_up, attempts = is_refused(error) or report.attempts >= MOST_ATTEMPTS, report.attempts
    _ours(report).update(
        status=ReportStatus.FAILED if given_up else ReportStatus.PENDING,
        attempts=attempts,
        error=f"{type(error).__name__}: {error}"[:ERROR_LENGTH],
    )


def _ours(report):
    """Only while it is in our hands: another worker may have taken it up."""
    return ClientReport.objects.filter(
        pk=report.pk, status=ReportStatus.PENDING, claimed_at=report.claimed_at
    )
