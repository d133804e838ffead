"""The people of the access tests: one book seen by everyone who could stand before it.

North: Lan (AM) leads Alpha; Mai is her teammate; Sơn is their senior; Minh manages the region.
South: Olga (AM) leads Omega in another team and region, managed by Nam. Ada is the admin. Đức
is a member of the production department.
"""

from dataclasses import dataclass

from accounts.models import Department, Role, Team, User
from clients.models import Client
from tests import factories as make


@dataclass
class Book:
    lan: User
    mai: User
    senior: User
    manager: User
    olga: User
    other_manager: User
    admin: User
    dept: User
    north: Team
    south: Team
    alpha: Client
    omega: Client


def book():
    """Every persona and the two clients; about 25 rows."""
    manager = make.user("Minh Trần", role=Role.MANAGER, email="manager@example.com")
    other_manager = make.user("Nam Lê", role=Role.MANAGER, email="manager2@example.com")
    north = make.team("North A", region="North", manager=manager)
    south = make.team("South A", region="South", manager=other_manager)
    senior = make.user("Sơn Phạm", tier_code="senior", team=north, email="senior@example.com")
    north.lead = senior
    north.save()
    lan = make.user("Lan Nguyễn", team=north, email="lan@example.com")
    olga = make.user("Olga Berg", team=south, email="olga@example.com")
    return Book(
        lan=lan,
        mai=make.user("Mai Đỗ", team=north, email="mai@example.com"),
        senior=senior,
        manager=manager,
        olga=olga,
        other_manager=other_manager,
        admin=make.user("Ada Admin", role=Role.ADMIN, email="admin@example.com"),
        dept=make.user(
            "Đức Production",
            role=Role.DEPARTMENT,
            email="production@example.com",
            department=Department.objects.get(code="production"),
        ),
        north=north,
        south=south,
        alpha=make.client("Alpha Thép Việt", lead=lan),
        omega=make.client("Omega Logistics", lead=olga),
    )
