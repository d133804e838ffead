"""Tags on clients: put on, taken off, for one client or many."""

from django.db import IntegrityError, transaction
from django.db.models import Value

from accounts.db import Fold
from clients.models import ClientTag, Tag


def tag_named(name):
    """The house's tag with this word, made where it is new; other case or accents make no other."""
    same = Tag.objects.filter(name_fold=Fold(Value(name)))
    found = same.first()
    if found:
        return found
    try:
        with transaction.atomic():
            return Tag.objects.create(name=name)
    except IntegrityError:  # somebody else made it in the same moment
        return same.get()


@transaction.atomic
def add_tags(*, client_ids, tags, by):
    """Puts every one of `tags` on every client; returns {client id: tags it did not have}.

    One that is there already stays as it is, with who put it there. Two statements, whatever the number of clients.
    """
    had = set(ClientTag.objects.filter(client__in=client_ids, tag__in=tags).values_list("client", "tag"))
    new = {pk: [tag for tag in tags if (pk, tag.pk) not in had] for pk in client_ids}
    rows = [ClientTag(client_id=pk, tag=tag, added_by=by) for pk, added in new.items() for tag in added]
    ClientTag.objects.bulk_create(rows, ignore_conflicts=True)
    return new


@transaction.atomic
def remove_tags(*, client_ids, tags):
    """Takes `tags` off the clients; returns {client id: tags it had}. Two statements."""
    rows = ClientTag.objects.filter(client__in=client_ids, tag__in=tags).order_by()
    had = set(rows.values_list("client", "tag"))
    rows.delete()
    return {pk: [tag for tag in tags if (pk, tag.pk) in had] for pk in client_ids}


@transaction.atomic
def change_tags(*, client, add, remove, by):
    """Puts the tags `add` on the client and takes `remove` off; others, which somebody put on meanwhile, stay."""
    remove_tags(client_ids=[client.pk], tags=list(remove))
    add_tags(client_ids=[client.pk], tags=list(add), by=by)
