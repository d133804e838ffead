"""Saved views: kept, changed, pinned, and the reader's own columns."""

from django.db import IntegrityError, transaction

from clients.models import SavedView
from clients.querysets.saved_views import DEFAULT_NAME


class NameTaken(ValueError):
    """The owner has a view of this name; nothing was written."""


def save_view(*, owner, name, query, is_shared, is_pinned):
    """Keeps a new view and returns it. Raises NameTaken."""
    try:
        with transaction.atomic():
            view = SavedView.objects.create(owner=owner, name=name, query=query, is_shared=is_shared)
            pin_view(view=view, by=owner, is_pinned=is_pinned)
    except IntegrityError:
        raise NameTaken(name) from None
    return view


def change_view(*, view, name, is_shared, is_pinned, query=None):
    """Another name or reach, and with `query` another content. Raises NameTaken."""
    view.name, view.is_shared = name, is_shared
    view.query = view.query if query is None else query
    try:
        with transaction.atomic():
            view.save(update_fields=["name", "is_shared", "query"])
            pin_view(view=view, by=view.owner, is_pinned=is_pinned)
    except IntegrityError:
        raise NameTaken(name) from None
    return view


def pin_view(*, view, by, is_pinned):
    """Makes the view a tab of `by`, or no tab; sent twice it is the same."""
    if is_pinned:
        view.pinned_by.add(by)
    else:
        view.pinned_by.remove(by)


def keep_columns(*, owner, query):
    """Makes the columns of `query` those that `owner` sees unless an address says otherwise; "" goes back to Tend's."""
    if query:
        SavedView.objects.update_or_create(owner=owner, name=DEFAULT_NAME, defaults={"query": query})
    else:
        SavedView.objects.filter(owner=owner, name=DEFAULT_NAME).delete()
