"""How it goes: touchpoints, follow-ups with their reminders and escalations, plans, and relationship health."""

from .backtest import Backtest
from .calendar_feed import CalendarFeed
from .delivery import Channel, Delivery, DeliveryKind, DeliveryStatus
from .escalation import Escalation, EscalationEnd, EscalationStep
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
from .note import Note
from .override import HealthOverride
from .own_rating import OwnRating, RatingSource, RatingValue
from .plan_action import PlanAction, PlanActionState
from .reminder_settings import MailKind, ReminderSettings
from .report import ClientReport, ReportStatus
from .rule_setting import RuleSetting
from .scoring_draft import PreviewChange, ScoringDraft, ScoringPreview
from .scoring_run import RunKind, ScoringRange, ScoringRun
from .snooze import MOST_SNOOZES, Snooze

__all__ = [
    "MOST_SNOOZES",
    "Backtest",
    "CalendarFeed",
    "Channel",
    "ClientReport",
    "Delivery",
    "DeliveryKind",
    "DeliveryStatus",
    "Direction",
    "Escalation",
    "EscalationEnd",
    "EscalationStep",
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
    "MailKind",
    "Note",
    "OwnRating",
    "PlanAction",
    "PlanActionState",
    "PreviewChange",
    "RatingSource",
    "RatingValue",
    "ReminderSettings",
    "ReportStatus",
    "RuleSetting",
    "RunKind",
    "ScoringDraft",
    "ScoringModel",
    "ScoringPreview",
    "ScoringRange",
    "ScoringRun",
    "Sentiment",
    "Snooze",
    "ValueFit",
]
