"""Whom a touch can be logged for: what three letters find, else the clients logged for last; and what stands ready."""

import uuid
from dataclasses import dataclass, field

from django.db.models import Exists, OuterRef

from clients.filters import matching
from clients.models import Client, Contact
from relationships.models import Interaction, InteractionContact, InteractionKind

CHOICES_OFFERED = 12
LOGS_LOOKED_BACK = 60


@dataclass(frozen=True)
class Choice:
    """A client, or a contact there. `kind` and `met` (a Contact or None) are what saving it at once would log, once
    for its `key`."""

    client: Client
    contact: Contact | None
    kind: str
    met: Contact | None
    key: uuid.UUID = field(default_factory=uuid.uuid4)

    @property
    def kind_label(self):
        return InteractionKind(self.kind).label


def choices_for(user, words):
    """At most a dozen. Clients with each word in their name come first, then contacts; at most four queries."""
    if words:
        found = _clients_named(user, words)
        found += _contacts_named(user, words, CHOICES_OFFERED - len(found))
    else:
        found = _latest(user)
    ids = [client.pk for client, _contact in found]
    kinds, met = _last_kinds(user, ids), _last_met(ids)
    return [
        Choice(client, contact, kinds.get(client.pk, InteractionKind.CALL), contact or met.get(client.pk))
        for client, contact in found
    ]


def _clients_named(user, words):
    clients = matching(Client.objects.changeable_by(user), words)
    return [
        (row, None) for row in clients.order_by("status", "name_sort", "id").defer("note")[:CHOICES_OFFERED]
    ]


def _contacts_named(user, words, room):
    """People who are still there, at clients in the user's hands."""
    if room <= 0:
        return []
    theirs = Client.objects.changeable_by(user).filter(pk=OuterRef("client"))
    contacts = matching(Contact.objects.here(), words).filter(Exists(theirs))
    contacts = (
        contacts.select_related("client").defer("client__note").order_by("client__status", "name_sort", "id")
    )
    return [(contact.client, contact) for contact in contacts[:room]]


def _latest(user):
    """The clients that the user logged for last, the newest first."""
    logs = Interaction.objects.filter(author=user).newest_first()
    ids = list(dict.fromkeys(logs.values_list("client", flat=True)[:LOGS_LOOKED_BACK]))[:CHOICES_OFFERED]
    clients = Client.objects.changeable_by(user).defer("note").in_bulk(ids)
    return [(clients[pk], None) for pk in ids if pk in clients]


def _last_kinds(user, client_ids):
    """{client id: the user's own last kind there}."""
    touches = Interaction.objects.filter(author=user, client__in=client_ids)
    last = touches.order_by("client_id", "-occurred_at", "-id").distinct("client_id")
    return dict(last.values_list("client_id", "kind")) if client_ids else {}


def _last_met(client_ids):
    """{client id: the contact met last who is still there}."""
    if not client_ids:
        return {}
    met = InteractionContact.objects.filter(interaction__client__in=client_ids, contact__left_on__isnull=True)
    order = ("interaction__client_id", "-interaction__occurred_at", "-interaction_id", "id")
    last = met.order_by(*order).distinct("interaction__client_id").select_related("contact")
    return {row.contact.client_id: row.contact for row in last}
