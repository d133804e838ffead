"""Whom: client organisations, the people there, who looks after them, what they buy, owe and complain of."""

from .advice import Advice, AdviceAnswer
from .approval import Approval, ApprovalStatus
from .assignment import Assignment, AssignmentRole
from .attachment import Attachment
from .care_event import CareEvent, CareEventKind
from .client import Band, Client, ClientStatus, LostReason
from .contact import Contact, ContactRole
from .contract import Contract, ContractLine, ContractState, ContractStatus, LossReason, Milestone
from .deal import Deal, DealKind, DealStage
from .intake import Commitment, CommitmentStatus, Intake
from .issue import (
    ClockStop,
    Issue,
    IssueCategory,
    IssueClock,
    IssueEntry,
    IssueEntryKind,
    IssueStatus,
    Severity,
    SlaPolicy,
)
from .key_status import KeyStatus
from .product import Product
from .receivable import (
    DunningAction,
    DunningStep,
    ExchangeRate,
    Invoice,
    InvoiceKind,
    InvoiceState,
    Payment,
    PaymentMethod,
    PaymentPromise,
    PromiseStatus,
)
from .request import InternalRequest, RequestAnswer, RequestState
from .revenue import MonthlyRevenue
from .saved_view import SavedView
from .tag import ClientTag, Tag

__all__ = [
    "Advice",
    "AdviceAnswer",
    "Approval",
    "ApprovalStatus",
    "Assignment",
    "AssignmentRole",
    "Attachment",
    "Band",
    "CareEvent",
    "CareEventKind",
    "Client",
    "ClientStatus",
    "ClientTag",
    "ClockStop",
    "Commitment",
    "CommitmentStatus",
    "Contact",
    "ContactRole",
    "Contract",
    "ContractLine",
    "ContractState",
    "ContractStatus",
    "Deal",
    "DealKind",
    "DealStage",
    "DunningAction",
    "DunningStep",
    "ExchangeRate",
    "Intake",
    "InternalRequest",
    "Invoice",
    "InvoiceKind",
    "InvoiceState",
    "Issue",
    "IssueCategory",
    "IssueClock",
    "IssueEntry",
    "IssueEntryKind",
    "IssueStatus",
    "KeyStatus",
    "LossReason",
    "LostReason",
    "Milestone",
    "MonthlyRevenue",
    "Payment",
    "PaymentMethod",
    "PaymentPromise",
    "Product",
    "PromiseStatus",
    "RequestAnswer",
    "RequestState",
    "SavedView",
    "Severity",
    "SlaPolicy",
    "Tag",
]
