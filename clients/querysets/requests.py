"""Reads of internal requests: the only client data that a department's people see, and only their own department's."""

from accounts import access

from .base import ScopedByClientQuerySet


class InternalRequestQuerySet(ScopedByClientQuerySet):
    def visible_to(self, user):
        """Those of clients that `user` sees; for a department member those put to the department."""
        department = access.department_of(user)
        return self.filter(department=department) if department else super().visible_to(user)

    def answerable_by(self, user):
        """Those that `user` may answer: the department asked, and whoever may change the client."""
        department = access.department_of(user)
        return self.filter(department=department) if department else self.changeable_by(user)

    def open(self):
        return self.filter(state__in=["open", "taken"])
