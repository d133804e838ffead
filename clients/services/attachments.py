"""Documents of a client and what is theirs: kept, taken away, and what no row speaks of any more swept."""

import datetime
import hashlib
import re
from functools import partial

from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone

from clients.models import Attachment

from .changes import lock_client

# A file without a row is swept after this long: nobody uploads for a day.
SWEPT_AFTER = datetime.timedelta(days=1)
FOLDER, FILE = re.compile(r"[0-9a-f]{2}\Z"), re.compile(r"[0-9a-f]{32}\Z")


def add_document(*, client, upload, document, by, contract=None, milestone=None, issue=None):
    """Keep an uploaded file that passed `clients.documents.inspect` (`document`) and return its row.

    The same file put to the same place twice by one person is kept once. When the row cannot be written the file goes
    again; what a rollback around this one leaves behind, `sweep_files` takes. Locks the client.
    """
    place = {"contract": contract, "milestone": milestone, "issue": issue}
    if any(row is not None and row.client_id != client.pk for row in place.values()):
        raise ValueError("A document belongs to what it is put to")
    kept = Attachment(
        client=client,
        name=document.name,
        content_type=document.content_type,
        size=upload.size,
        sha256=_sha256(upload),
        uploaded_by=by,
        **place,
    )
    try:
        return _keep_once(kept, upload, place)
    except BaseException:
        if kept.file:
            default_storage.delete(kept.file.name)
        raise


@transaction.atomic
def _keep_once(kept, upload, place):
    """Write the file and its row, or return the row that is there already."""
    lock_client(kept.client_id)
    same = {"client": kept.client, "name": kept.name, "sha256": kept.sha256, "uploaded_by": kept.uploaded_by}
    earlier = Attachment.objects.filter(**same, **place).first()
    if earlier is not None:
        return earlier
    kept.file.save(kept.name, upload, save=False)
    kept.save()
    return kept


@transaction.atomic
def remove_document(*, attachment):
    """Take the document away; its file goes once that is certain. Sent twice it counts once. Locks the client."""
    lock_client(attachment.client_id)
    Attachment.objects.filter(pk=attachment.pk).delete()
    transaction.on_commit(partial(default_storage.delete, attachment.file.name), robust=True)


def sweep_files(*, older_than=SWEPT_AFTER):
    """Delete files that no row names, from rollbacks, crashes and deleted clients; returns how many.

    Only what looks like a name of ours is looked at, so that a folder set wrongly loses nothing. Twice or at once:
    the same outcome. A query a folder, of which there are 256 at most.
    """
    before, swept = timezone.now() - older_than, 0
    for folder in _names(default_storage, "", folders=True):
        found = {f"{folder}/{name}" for name in _names(default_storage, folder)}
        spoken_for = set(Attachment.objects.filter(file__in=found).values_list("file", flat=True))
        for name in sorted(found - spoken_for):
            swept += _sweep(name, before)
    return swept


def _names(storage, path, *, folders=False):
    """The names in a folder that look like ours; none where it does not exist yet."""
    try:
        directories, files = storage.listdir(path)
    except FileNotFoundError:
        return []
    names, pattern = (directories, FOLDER) if folders else (files, FILE)
    return sorted(name for name in names if pattern.match(name))


def _sweep(name, before):
    try:
        if default_storage.get_modified_time(name) >= before:
            return 0
    except FileNotFoundError:  # another sweep was quicker
        return 0
    default_storage.delete(name)
    return 1


def _sha256(upload):
    digest = hashlib.sha256()
    for chunk in upload.chunks():
        digest.update(chunk)
    upload.seek(0)
    return digest.hexdigest()
