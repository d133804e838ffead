"""Reports to clients: drafted from data, reviewed by the account manager, sent by their click."""

import uuid

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.web.publishing import publish_on_commit
from clients.services.changes import create_once, lock_client
from clients.services.editing import EditConflict
from clients.services.versions import write_changes
from relationships.models import ClientReport, ReportStatus
from relationships.reports.content import draft_content, is_empty
from relationships.reports.queries import Period

EDITABLE = (ReportStatus.DRAFT, ReportStatus.FAILED)


class ReportRefused(ValueError):
    """What was asked cannot be done with this report; the message says why."""


@transaction.atomic
def draft_report(*, client, by, period_from, period_to, language, idempotency_key):
    """A new draft with what the data tells of the period; the one made before for a form sent twice."""
    lock_client(client.pk)
    report, _created = create_once(
        ClientReport,
        idempotency_key=idempotency_key,
        client=client,
        period_from=period_from,
        period_to=period_to,
        language=language,
        content=draft_content(client, Period(period_from, period_to), language=language),
        created_by=by,
    )
    return report


@transaction.atomic
def save_report(*, report, version, content):
    """Write the reviewed `content` and return the report. Raises ReportRefused once it is on its way or sent, and
    EditConflict when somebody else saved since the form was opened."""
    saved = _locked(report)
    if saved.status not in EDITABLE:
        raise ReportRefused(_("This report is on its way; it can no longer be changed."))
    write_changes(saved, version, {"content": content})
    return saved


@transaction.atomic
def send_report(*, report, version, contact, by, task):
    """Put the report on its way to `contact`, as reviewed at `version`; `task` is told once this is committed.

    Asked twice, it is sent once. A report that failed keeps its Message-ID unless it now goes to someone else.
    Raises ReportRefused and EditConflict. Three queries.
    """
    saved = _locked(report)
    if saved.status not in EDITABLE:
        return saved
    if saved.version != version:
        raise EditConflict(saved)
    _check_sendable(saved, contact)
    if saved.sent_to and saved.sent_to != contact.email:
        saved.message_id = uuid.uuid4()
    saved.status, saved.contact, saved.sent_to, saved.sent_by = (
        ReportStatus.PENDING,
        contact,
        contact.email,
        by,
    )
    saved.claimed_at, saved.attempts, saved.error = None, 0, ""
    saved.version += 1
    saved.save()
    publish_on_commit(task)
    return saved


def _check_sendable(report, contact):
    if is_empty(report.content):
        raise ReportRefused(_("This report is empty. Write something before it is sent."))
    if contact.client_id != report.client_id or contact.left_on is not None or not contact.email:
        raise ReportRefused(_("This contact cannot be written to."))


def _locked(report):
    return ClientReport.objects.select_for_update(no_key=True).get(pk=report.pk)
