"""Reads of client data. Every one starts at `visible_to(user)` or `changeable_by(user)`. One module for each area."""

from .base import AssignmentQuerySet, ClientQuerySet, ContactQuerySet, ScopedByClientQuerySet
from .contracts import ContractQuerySet
from .deals import DealQuerySet
from .issues import IssueQuerySet
from .receivables import InvoiceQuerySet
from .requests import InternalRequestQuerySet
from .saved_views import SavedViewQuerySet
from .tags import TagQuerySet

__all__ = [
    "AssignmentQuerySet",
    "ClientQuerySet",
    "ContactQuerySet",
    "ContractQuerySet",
    "DealQuerySet",
    "InternalRequestQuerySet",
    "InvoiceQuerySet",
    "IssueQuerySet",
    "SavedViewQuerySet",
    "ScopedByClientQuerySet",
    "TagQuerySet",
]
