"""How it goes: touchpoints, follow-ups and their reminders, and relationship health."""

from .delivery import Channel, Delivery, DeliveryStatus
from .follow_up import FollowUp, FollowUpKind, FollowUpRule, FollowUpStatus
from .health import HealthScore, HealthSnapshot, ScoringModel
from .interaction import (
    Direction,
    Interaction,
    InteractionContact,
    InteractionKind,
    InteractionSource,
    Sentiment,
)
from .report import ClientReport, ReportStatus

__all__ = [
    "Channel",
    "ClientReport",
    "Delivery",
    "DeliveryStatus",
    "Direction",
    "FollowUp",
    "FollowUpKind",
    "FollowUpRule",
    "FollowUpStatus",
    "HealthScore",
    "HealthSnapshot",
    "Interaction",
    "InteractionContact",
    "InteractionKind",
    "InteractionSource",
    "ReportStatus",
    "ScoringModel",
    "Sentiment",
]
