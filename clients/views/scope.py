"""The scoped fetch that opens every view of a client or of something that belongs to one."""

from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef
from django.shortcuts import get_object_or_404


def with_may_change(queryset, user):
    """Adds `may_change` to rows that `user` sees: a former lead reads and does not write. No query of its own."""
    changeable = queryset.model.objects.changeable_by(user).filter(pk=OuterRef("pk"))
    return queryset.annotate(may_change=Exists(changeable))


def fetch_visible(queryset, user, pk):
    """The row with `may_change`, or 404: outside one's portfolio nothing exists. One query."""
    return get_object_or_404(with_may_change(queryset.visible_to(user), user), pk=pk)


def fetch_changeable(queryset, user, pk):
    """The row, 404 when `user` may not see it, 403 when they may only read it. One query."""
    row = fetch_visible(queryset, user, pk)
    if not row.may_change:
        raise PermissionDenied
    return row
