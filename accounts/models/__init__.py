"""Who: people, their tiers and teams, and when they are away."""

from .absence import Absence
from .department import Department
from .team import Team
from .tier import Segment, Tier
from .user import Role, User

__all__ = ["Absence", "Department", "Role", "Segment", "Team", "Tier", "User"]
