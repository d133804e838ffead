"""Writing an edit onto a row that somebody else may have saved meanwhile."""

from .editing import EditConflict


def write_changes(row, version, changes):
    """Set what differs on `row`, which the caller holds, and save it; returns the names of the changed fields.

    Raises `EditConflict` when the row is at another version than the form showed; a form sent twice changes nothing.
    """
    changed = {name for name, value in changes.items() if getattr(row, name) != value}
    if not changed:
        return changed
    if row.version != version:
        raise EditConflict(row)
    for name in changed:
        setattr(row, name, changes[name])
    row.version += 1
    stamps = [field.name for field in row._meta.concrete_fields if getattr(field, "auto_now", False)]
    row.save(update_fields=[*changed, "version", *stamps])
    return changed
