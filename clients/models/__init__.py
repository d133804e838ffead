"""Whom: client organisations, the people there, who looks after them, and what they buy."""

from .assignment import Assignment, AssignmentRole
from .client import Band, Client, ClientStatus, LostReason
from .contact import Contact, ContactRole
from .deal import Deal, DealKind, DealStage
from .key_status import KeyStatus
from .product import Product
from .revenue import MonthlyRevenue

__all__ = [
    "Assignment",
    "AssignmentRole",
    "Band",
    "Client",
    "ClientStatus",
    "Contact",
    "ContactRole",
    "Deal",
    "DealKind",
    "DealStage",
    "KeyStatus",
    "LostReason",
    "MonthlyRevenue",
    "Product",
]
