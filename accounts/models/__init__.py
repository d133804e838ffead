"""Who: people, their tiers and teams."""

from .department import Department
from .team import Team
from .tier import Segment, Tier
from .user import Role, User

__all__ = ["Department", "Role", "Segment", "Team", "Tier", "User"]
