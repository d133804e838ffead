"""Regions, teams and everyone in them."""

import datetime

from django.contrib.auth.hashers import make_password
from django.utils import timezone

from accounts.models import Role, Team, Tier, User
from relationships.demo import words

from .copying import NULL, copy_lines, reserve_ids
from .layout import REGION_TEAMS, TEAM_PEOPLE, tier_of

DOMAIN = "load.example"
USER_COLUMNS = [
    "id",
    "email",
    "name",
    "role",
    "tier",
    "team",
    "time_zone",
    "calendar",
    "language",
    "is_active",
    "joined_at",
    "password",
]
TEAM_COLUMNS = ["id", "name", "region", "lead", "manager"]


def create_people(layout, rng, password):
    """Writes users and teams. `password` is everyone's; without one nobody can log in."""
    layout.first_user = reserve_ids(User, layout.people)
    layout.first_team = reserve_ids(Team, layout.teams)
    tiers = {tier.code: tier.pk for tier in Tier.objects.all()}
    hashed = make_password(password)  # one for all: hashing each would take longer than everything else
    copy_lines(User, USER_COLUMNS, _users(layout, rng, tiers, hashed))
    copy_lines(Team, TEAM_COLUMNS, _teams(layout))


def email_of(user_id):
    return f"user{user_id}@{DOMAIN}"


def _users(layout, rng, tiers, hashed):
    joined = timezone.now() - datetime.timedelta(days=1_500)

    def line(number, role, tier, team):
        name = f"{rng.choice(words.VN_FAMILY)} {rng.choice(words.VN_WOMEN + words.VN_MEN)}"
        rest = f"Asia/Ho_Chi_Minh\tVN\ten\tt\t{joined.isoformat()}\t{hashed}"
        return f"{number}\t{email_of(number)}\t{name}\t{role}\t{tier}\t{team}\t{rest}"

    yield line(layout.first_user, Role.ADMIN, NULL, NULL)
    for region in range(layout.regions):
        yield line(layout.manager_id(region), Role.MANAGER, NULL, NULL)
    for team in range(layout.teams):
        for seat in range(TEAM_PEOPLE):
            tier = tiers[tier_of(team, seat)]
            yield line(layout.member_id(team, seat), Role.ACCOUNT_MANAGER, tier, layout.first_team + team)


def _teams(layout):
    for team in range(layout.teams):
        region, number = team // REGION_TEAMS, layout.first_team + team
        name, place = f"Team {number}", f"Region {layout.manager_id(region)}"
        yield f"{number}\t{name}\t{place}\t{layout.member_id(team, 0)}\t{layout.manager_id(region)}"
