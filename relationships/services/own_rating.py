"""The lead's own rating of the relationship: given, renewed, and set back when the client changes hands."""

import uuid

from django.db import transaction
from django.utils import timezone

from clients.models import Assignment, CareEventKind
from clients.services.changes import KeyUsedElsewhere, create_once, lock_client, record_change
from relationships.models import OwnRating, RatingSource, RatingValue

VALUE_AFTER_HANDOVER = RatingValue.WEAK


class NotTheLead(Exception):
    """Only whoever leads the client now rates the relationship; nothing was written."""


class ReasonMissing(ValueError):
    """Red caps the score, so it says why; nothing was written."""


@transaction.atomic
def rate_relationship(*, client, value, by, idempotency_key, note="", at=None):
    """Writes what `by`, who leads `client`, thinks of the relationship (1–5) and returns the OwnRating.

    The same value again is a row of its own: it renews the rating. Sent twice with one key, the first row is
    returned and nothing written. The client's row is locked until commit, so a rating and a handover follow each
    other; a timeline entry is written, health marked stale and scoring hastened. `at` (aware) is now unless given.
    Raises NotTheLead, ReasonMissing for red without `note`, and KeyUsedElsewhere for a key that stands for another
    client, person or value.
    """
    client = lock_client(client.pk)
    if not Assignment.objects.current_leads().filter(client=client, user=by).exists():
        raise NotTheLead
    note = note.strip()
    if value == RatingValue.RED and not note:
        raise ReasonMissing
    rating, created = _write(client, value, by, at or timezone.now(), idempotency_key, note=note)
    if (rating.value, rating.rated_by_id) != (value, by.pk):
        raise KeyUsedElsewhere(str(idempotency_key))
    if created:
        told = {"by": by, "subject_id": rating.pk, "at": rating.rated_at}
        record_change(client.pk, CareEventKind.RATED, **told, value=int(value), note=note)
    return rating


def reset_rating(*, assignment):
    """Sets the rating to 2 for the new lead of `assignment` and returns the OwnRating, which waits for their own.

    Inside the handover's transaction, with the client's row locked. None, and nothing written, where nobody else led
    the client before: there is then no relationship to take over. A lead who comes back after nobody but themselves
    keeps what they said.
    """
    leads = Assignment.objects.leads().filter(client=assignment.client_id).exclude(pk=assignment.pk)
    before = leads.order_by("-started_at", "-pk").values_list("user", flat=True).first()
    if before in (None, assignment.user_id):
        return None
    values = assignment.client, VALUE_AFTER_HANDOVER, assignment.user, assignment.started_at, uuid.uuid4()
    rating, _created = _write(*values, source=RatingSource.HANDOVER)
    told = {"by": assignment.assigned_by, "subject_id": rating.pk, "at": rating.rated_at}
    facts = {"value": int(rating.value), "source": str(rating.source)}
    record_change(assignment.client_id, CareEventKind.RATED, **told, **facts)
    return rating


def _write(client, value, rated_by, at, idempotency_key, **fields):
    return create_once(
        OwnRating,
        idempotency_key=idempotency_key,
        client=client,
        value=value,
        rated_by=rated_by,
        rated_at=at,
        rated_on=timezone.localdate(at, timezone.get_default_timezone()),
        **fields,
    )
