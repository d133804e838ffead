"""Who works in the demo: three regions, five teams, sixteen people, nine of whom log in."""

import datetime
from dataclasses import dataclass

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from django.utils import timezone

from accounts.models import Department, Role, Team, Tier, User

PASSWORD = "tend-demo"
DOMAIN = "tend.example"
JOINED = datetime.timedelta(days=1_000)

SAIGON, HANOI, SINGAPORE = "TP. Hồ Chí Minh", "Hà Nội", "Singapore"
TEAMS = {  # name: region, senior lead, manager
    "Sài Gòn 1": (SAIGON, "senior", "manager"),
    "Sài Gòn 2": (SAIGON, "anh", "manager"),
    "Hà Nội 1": (HANOI, "han", "manager2"),
    "Singapore 1": (SINGAPORE, None, "manager3"),
}


@dataclass(frozen=True)
class Person:
    """`takes` is how many key, major and standard clients they lead; `vietnamese` the share of Vietnamese ones."""

    key: str
    name: str
    tier: str | None = None
    team: str | None = None
    role: str = Role.ACCOUNT_MANAGER
    language: str = "en"
    zone: str = "Asia/Ho_Chi_Minh"
    logs_in: bool = False
    takes: tuple[int, int, int] = (0, 0, 0)
    department: str | None = None
    vietnamese: float = 0.5

    @property
    def email(self):
        return f"{self.key}@{DOMAIN}"


PEOPLE = [
    Person("kam", "Nguyễn Minh Châu", "kam", "Sài Gòn 1", logs_in=True, takes=(4, 0, 0), vietnamese=0.25),
    Person("long", "Vũ Thành Long", "kam", "Hà Nội 1", language="vi", takes=(5, 0, 0), vietnamese=0.6),
    Person(
        "senior",
        "Phạm Quốc Bảo",
        "senior",
        "Sài Gòn 1",
        language="vi",
        logs_in=True,
        takes=(0, 6, 2),
        vietnamese=0.5,
    ),
    Person("anh", "Hoàng Đức Anh", "senior", "Sài Gòn 2", takes=(0, 5, 1), vietnamese=0.3),
    Person("han", "Lý Gia Hân", "senior", "Hà Nội 1", language="vi", takes=(0, 5, 2), vietnamese=0.6),
    Person("am", "Trần Thu Hà", "am", "Sài Gòn 1", logs_in=True, takes=(0, 5, 13), vietnamese=0.5),
    Person(
        "am2",
        "Lê Quang Huy",
        "am",
        "Sài Gòn 2",
        language="vi",
        logs_in=True,
        takes=(0, 4, 13),
        vietnamese=0.6,
    ),
    Person("yen", "Đỗ Hải Yến", "am", "Hà Nội 1", language="vi", takes=(0, 3, 13), vietnamese=0.75),
    Person(
        "daniel",
        "Daniel Okafor",
        "am",
        "Singapore 1",
        zone="Asia/Singapore",
        takes=(0, 3, 12),
        vietnamese=0,
    ),
    # Above the 20 clients of an AM, so that the warning has something to warn of.
    Person("thao", "Ngô Phương Thảo", "am", "Sài Gòn 2", takes=(0, 4, 18), vietnamese=0.35),
    Person(
        "rm", "Võ Ngọc Lan", "rm", "Sài Gòn 2", language="vi", logs_in=True, takes=(0, 4, 22), vietnamese=0.4
    ),
    Person("manager", "Đặng Hoàng Nam", role=Role.MANAGER, logs_in=True),
    Person("manager2", "Bùi Thanh Mai", role=Role.MANAGER, language="vi", logs_in=True),
    Person("manager3", "Tan Wei Ling", role=Role.MANAGER, zone="Asia/Singapore"),
    Person("admin", "Grace Turner", role=Role.ADMIN, logs_in=True),
    Person(
        "production",
        "Hồ Sỹ Tài",
        role=Role.DEPARTMENT,
        language="vi",
        logs_in=True,
        department="production",
    ),
]


def create_people():
    """Writes teams and users and returns {key: User}. Those who do not log in get no usable password."""
    tiers = {tier.code: tier for tier in Tier.objects.all()}
    departments = {department.code: department for department in Department.objects.all()}
    teams = {
        name: Team.objects.create(name=name, region=region)
        for name, (region, _lead, _manager) in TEAMS.items()
    }
    # One hash for all: hashing eight times would take seconds and protect nothing, the password is printed.
    hashed = make_password(PASSWORD)
    users = User.objects.bulk_create(
        User(
            email=person.email,
            name=person.name,
            role=person.role,
            tier=tiers.get(person.tier),
            team=teams.get(person.team),
            department=departments.get(person.department),
            time_zone=person.zone,
            language=person.language,
            joined_at=timezone.now() - JOINED,
            password=hashed if person.logs_in else make_password(None),
        )
        for person in PEOPLE
    )
    by_key = {person.key: user for person, user in zip(PEOPLE, users, strict=True)}
    for name, (_region, lead, manager) in TEAMS.items():
        teams[name].lead, teams[name].manager = by_key.get(lead), by_key[manager]
        teams[name].save(update_fields=["lead", "manager"])
    EmailAddress.objects.bulk_create(
        EmailAddress(user=user, email=user.email, verified=True, primary=True) for user in users
    )
    return by_key
