"""Notes about a client: written, changed, pinned, deleted; and telling the colleagues whom they name."""

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accounts import access
from accounts.models import Role, User
from clients.models import Assignment, AssignmentRole
from clients.services.attachments import add_document
from clients.services.changes import create_once
from clients.services.editing import EditConflict
from relationships.mentions import people_meant
from relationships.models import Channel, Delivery, DeliveryKind, DeliveryStatus, Note

LONGEST_TOLD = 200  # letters of a note under the bell


def colleagues_of(client):
    """Everyone who may read `client`, by name: the other way round of `Client.objects.visible_to`. One query."""
    assignments = Assignment.objects.filter(client=client.pk)
    serving = assignments.running().values("user")
    handed_over = assignments.filter(
        role=AssignmentRole.LEAD, ended_at__lte=timezone.now(), read_until__gte=timezone.localdate()
    ).exclude(user__role=Role.DEPARTMENT)
    may_read = Q(pk__in=access.who_may_work_for(serving).order_by().values("pk"))
    may_read |= Q(role=Role.ADMIN) | Q(pk__in=handed_over.values("user"))
    return User.objects.active().filter(may_read).order_by("name_sort", "pk")


@transaction.atomic
def add_note(*, client, text, by, pinned=False, idempotency_key):
    """(note, whom it told): a new note, once for each key; a second call tells nobody.

    A note is no touch: cadence, health and dates stay as they are. Raises KeyUsedElsewhere.
    """
    pinned_at = timezone.now() if pinned else None
    note, created = create_once(
        Note, idempotency_key=idempotency_key, client=client, text=text, author=by, pinned_at=pinned_at
    )
    return note, _tell(note) if created else []


@transaction.atomic
def save_note(*, note, version, text):
    """(note as saved, whom it told anew): the new words; `version` is the one that the form showed.

    Raises EditConflict when somebody else saved meanwhile; the same words again change nothing. Locks the row.
    """
    saved = _locked(note)
    if saved.text == text:
        return saved, []
    if saved.version != version:
        raise EditConflict(saved)
    saved.text, saved.edited_at = text, timezone.now()
    saved.version += 1
    saved.save(update_fields=["text", "edited_at", "version"])
    return saved, _tell(saved)


@transaction.atomic
def pin_note(*, note, pinned):
    """The note, at the top of the client's page or no longer; it is so already: fine. Locks the row."""
    saved = _locked(note)
    if pinned != (saved.pinned_at is not None):
        saved.pinned_at = timezone.now() if pinned else None
        saved.save(update_fields=["pinned_at"])
    return saved


@transaction.atomic
def delete_note(*, note, version):
    """The note goes, and from under every bell; the audit trail keeps it. Raises EditConflict as `save_note` does."""
    saved = _locked(note)
    if saved.version != version:
        raise EditConflict(saved)
    _told_of(saved).delete()
    saved.delete()


@transaction.atomic
def attach_document(*, note, client, upload, document, by):
    """Keep an uploaded file as one of the client's documents (see `add_document`), and let the note speak of it."""
    kept = add_document(client=client, upload=upload, document=document, by=by)
    note.documents.add(kept)
    return kept


def _locked(note):
    rows = Note.objects.select_for_update(no_key=True, of=("self",))
    return rows.select_related("client", "author").get(pk=note.pk)


def _tell(note):
    """Writes down whom the note names, tells those who do not know yet, and returns them: a row for each under the
    bell, once by its constraint. Whoever is named no longer finds it there no more."""
    readers = colleagues_of(note.client)
    meant = [person for person in people_meant(note.text, readers) if person.pk != note.author_id]
    note.mentioned.set(meant)
    rows = _told_of(note)
    rows.exclude(user__in=[person.pk for person in meant]).delete()
    known = set(rows.values_list("user", flat=True))
    facts = {"by": note.author.name if note.author else "", "text": _told_text(note)}
    rows.update(facts=facts)
    Delivery.objects.bulk_create(
        [_delivery(note, person, facts) for person in meant if person.pk not in known], ignore_conflicts=True
    )
    return [person for person in meant if person.pk not in known]


def _told_of(note):
    return Delivery.objects.filter(kind=DeliveryKind.MENTION, key=str(note.pk))


def _told_text(note):
    text = " ".join(note.text.split())
    return text if len(text) <= LONGEST_TOLD else f"{text[:LONGEST_TOLD]}…"


def _delivery(note, person, facts):
    now = timezone.now()
    return Delivery(
        kind=DeliveryKind.MENTION,
        key=str(note.pk),
        client=note.client,
        facts=facts,
        user=person,
        channel=Channel.IN_APP,
        due_on=timezone.localdate(now, person.zone),
        send_at=now,
        status=DeliveryStatus.SENT,
        sent_at=now,
    )
