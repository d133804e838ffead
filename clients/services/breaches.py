"""The minute's look for issues that have just missed their service level."""

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from clients.models import CareEvent, CareEventKind, Issue

from .changes import tell_changed
from .issues import issue_facts

BATCH_ROWS = 200


def note_breaches(at=None):
    """Marks open issues whose first response or resolution has fallen due, tells of them, and returns how many.

    Once for each of the two clocks, however often and by however many it is run: a row that another run holds is left
    to that one. Batches of a transaction each, so that a crash loses nothing that was told.
    """
    at, noted = at or timezone.now(), 0
    while found := _note_batch(at):
        noted += found
    return noted


@transaction.atomic
def _note_batch(at):
    """Locks issue and client together and waits for neither: the services lock the client before the issue."""
    due = _not_yet_noted(at).select_related("client").order_by("pk")
    issues = list(due.select_for_update(skip_locked=True, no_key=True, of=("self", "client"))[:BATCH_ROWS])
    if not issues:
        return 0
    Issue.objects.filter(pk__in=[issue.pk for issue in issues]).update(breached_at=at, updated_at=at)
    CareEvent.objects.bulk_create(_event(issue, at) for issue in issues)
    tell_changed(sorted({issue.client_id for issue in issues}))
    return len(issues)


def _not_yet_noted(at):
    """Late ones without a mark, or marked for the response and now late with the resolution too."""
    again = Q(resolution_due_at__lt=at, breached_at__lt=F("resolution_due_at"))
    return Issue.objects.past_sla(at).filter(Q(breached_at__isnull=True) | again)


def _event(issue, at):
    """`clock` says which service level was missed: response or resolution."""
    late = issue.resolution_due_at is not None and issue.resolution_due_at < at
    facts = issue_facts(issue) | {"clock": "resolution" if late else "response"}
    kind = CareEventKind.ISSUE_BREACHED
    return CareEvent(client_id=issue.client_id, kind=kind, at=at, subject_id=issue.pk, facts=facts)
