"""How it goes: touchpoints, follow-ups and their reminders, and relationship health."""

from .backtest import Backtest
from .delivery import Channel, Delivery, DeliveryStatus
from .expected_value import ExpectedValue, ValueFit
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
from .override import HealthOverride
from .own_rating import OwnRating, RatingSource, RatingValue
from .report import ClientReport, ReportStatus
from .scoring_draft import PreviewChange, ScoringDraft, ScoringPreview
from .scoring_run import RunKind, ScoringRange, ScoringRun

__all__ = [
    "Backtest",
    "Channel",
    "ClientReport",
    "Delivery",
    "DeliveryStatus",
    "Direction",
    "ExpectedValue",
    "FollowUp",
    "FollowUpKind",
    "FollowUpRule",
    "FollowUpStatus",
    "HealthOverride",
    "HealthScore",
    "HealthSnapshot",
    "Interaction",
    "InteractionContact",
    "InteractionKind",
    "InteractionSource",
    "OwnRating",
    "PreviewChange",
    "RatingSource",
    "RatingValue",
    "ReportStatus",
    "RunKind",
    "ScoringDraft",
    "ScoringModel",
    "ScoringPreview",
    "ScoringRange",
    "ScoringRun",
    "Sentiment",
    "ValueFit",
]
