"""Clients and contacts: adding, and edits that never overwrite somebody else's."""

from django.db import transaction

from accounts.models import Segment
from clients.models import Client, Contact

# A change of these changes what the health rests on.
CLIENT_HEALTH_FIELDS = {"segment", "status"}
CONTACT_HEALTH_FIELDS = {"role", "left_on"}


class EditConflict(Exception):
    """Somebody else saved since the form was opened; nothing was written. `saved` is the row as it is now."""

    def __init__(self, saved):
        super().__init__(f"{saved._meta.label} {saved.pk} is at version {saved.version}")
        self.saved = saved


@transaction.atomic
def add_client(*, values):
    """A new client with `values` ({field: value}). It has no lead until one is assigned. One insert."""
    return Client.objects.create(**values)


@transaction.atomic
def save_client(*, client, version, changes):
    """Write `changes` ({field: value}) and return the client as saved; `version` is the one the form showed.

    Raises `EditConflict` when the row is at another version and some value differs from it. Key status is never
    given or taken here. Locks the row; marks its health stale where segment or status changed. Three queries.
    """
    saved = Client.objects.select_for_update(no_key=True).get(pk=client.pk)
    changed = _write(saved, version, changes)
    if changed & CLIENT_HEALTH_FIELDS:
        Client.objects.filter(pk=saved.pk).mark_health_stale()
    return saved


@transaction.atomic
def add_contact(*, client, values):
    """A new contact of `client`; marks its health stale, since who is known there counts. Two queries."""
    contact = Contact.objects.create(client=client, **values)
    Client.objects.filter(pk=client.pk).mark_health_stale()
    return contact


@transaction.atomic
def save_contact(*, contact, version, changes):
    """Write `changes` and return the contact as saved. Raises `EditConflict` as `save_client` does.

    Locks the row; marks the client's health stale where role or leaving changed. Three queries.
    """
    saved = Contact.objects.select_for_update(no_key=True).get(pk=contact.pk)
    changed = _write(saved, version, changes)
    if changed & CONTACT_HEALTH_FIELDS:
        Client.objects.filter(pk=saved.client_id).mark_health_stale()
    return saved


def _write(row, version, changes):
    """Set what differs on the locked `row`; returns the names of the changed fields, none for a form sent twice."""
    changed = {name for name, value in changes.items() if getattr(row, name) != value}
    if not changed:
        return changed
    takes_key = "segment" in changed and Segment.KEY in (row.segment, changes["segment"])
    if row.version != version or takes_key:
        raise EditConflict(row)
    for name in changed:
        setattr(row, name, changes[name])
    row.version += 1
    row.save(update_fields=[*changed, "version", "updated_at"])
    return changed
