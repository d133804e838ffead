"""Who: people, their tiers and teams."""

from .team import Team
from .tier import Segment, Tier
from .user import Role, User

__all__ = ["Role", "Segment", "Team", "Tier", "User"]
