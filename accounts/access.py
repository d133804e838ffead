"""The only interpreter of roles: whose clients may this user see, change, assign, export.

It answers with a `Scope`, which `clients.querysets` turns into SQL; nothing else looks at `user.role`.

| role                      | sees and changes                              | assigns, marks key |
|---------------------------|-----------------------------------------------|--------------------|
| account manager           | clients they lead or serve on the team of     | no                 |
| … who leads a team        | those, and their team's                       | no                 |
| former lead               | sees until the date the handover names        | no                 |
| whoever stands in         | also the clients of who is away, those days   | no                 |
| manager                   | clients led in the regions they answer for    | no                 |
| admin                     | every client, with a lead or without          | yes                |
| department member         | no client; the requests put to the department | no                 |
"""

from dataclasses import dataclass, replace
from decimal import Decimal

from django.db.models import Q
from django.utils import timezone

from .models import Absence, Role, Team, User


@dataclass(frozen=True)
class Scope:
    """Clients of the users in `people_ids`, or of everyone; `handovers_of` adds a former lead's read-only ones.

    Ids, not a subquery: the planner then knows how few clients an account manager has.
    """

    everyone: bool = False
    people_ids: tuple[int, ...] = ()
    handovers_of: int | None = None


NOBODY = Scope()

# All that a department member may open beside log-in and preferences.
DEPARTMENT_PAGES = frozenset(
    {"clients:requests", "clients:request_page", "clients:request_answer", "clients:request_state"}
)


def _is_known(user):
    return bool(user and user.is_authenticated and user.is_active)


def scope_to_see(user):
    """Whose clients `user` may read. At most two queries for each request, see `_people_of`."""
    scope = scope_to_change(user)
    return replace(scope, handovers_of=user.pk) if scope.people_ids else scope


def scope_to_change(user):
    """Whose clients `user` may write to."""
    if not keeps_clients(user):
        return NOBODY
    if user.role == Role.ADMIN:
        return Scope(everyone=True)
    return Scope(people_ids=_people_of(user))


def keeps_clients(user):
    """Whether pages about clients are for `user` at all; department members have the requests alone."""
    return _is_known(user) and user.role != Role.DEPARTMENT


def may_open(user, view_name):
    """Whether `user` may open the view of this URL name at all. What it shows is asked of the scope."""
    if department_of(user) is None:
        return True
    return not view_name.startswith(("clients:", "relationships:")) or view_name in DEPARTMENT_PAGES


def department_of(user):
    """The id of the department whose requests `user` answers, or None for everyone who keeps clients."""
    return user.department_id if _is_known(user) and user.role == Role.DEPARTMENT else None


def _people_of(user):
    """The user, those they answer for and those they stand in for today."""
    return tuple(sorted({*_answered_for(user), *covered_by(user)}))


def _answered_for(user):
    """Ids of the user and of those they answer for; remembered on the user object, which lives for one request."""
    if not hasattr(user, "_answered_ids"):  # request.user is a proxy with a __dict__ of its own
        people = User.objects.none()
        if user.role == Role.MANAGER:
            people = User.objects.in_regions_of(user)
        elif leads_team(user):
            people = User.objects.in_teams_led_by(user)
        user._answered_ids = {user.pk, *people.values_list("pk", flat=True)}
    return user._answered_ids


def covered_by(user):
    """Ids of the people who are away today and whom `user` stands in for; remembered on the user object.

    Standing in gives that person's own clients, not those of a team or region they answer for.
    """
    if not keeps_clients(user):
        return ()
    if not hasattr(user, "_covered_ids"):
        running = Absence.objects.running(timezone.now()).filter(substitute=user.pk)
        user._covered_ids = list(running.values_list("person", flat=True))
    return tuple(user._covered_ids)


def people_whose_leave(user):
    """The active people whose days away `user` may enter and change: themselves and those they answer for, not those
    they only stand in for; for admins everyone who keeps clients."""
    if not keeps_clients(user):
        return User.objects.none()
    people = User.objects.active().exclude(role=Role.DEPARTMENT)
    return people if user.role == Role.ADMIN else people.filter(pk__in=_answered_for(user))


def absences_to_change(user):
    """The absences of the `people_whose_leave` it is."""
    return Absence.objects.filter(person__in=people_whose_leave(user).values("pk"))


def absences_to_see(user):
    """Those, and the ones in which `user` stands in."""
    if not keeps_clients(user):
        return Absence.objects.none()
    return Absence.objects.filter(Q(person__in=people_whose_leave(user).values("pk")) | Q(substitute=user.pk))


def stand_ins():
    """Who may stand in for somebody: active account managers, seniors among them, and managers."""
    keeps = Q(role=Role.MANAGER) | Q(role=Role.ACCOUNT_MANAGER, tier__isnull=False)
    return User.objects.active().filter(keeps)


def people_in_scope(user):
    """The account managers whose work `user` may look at: themselves and those they answer for."""
    scope = scope_to_change(user)
    people = User.objects.account_managers()
    return people if scope.everyone else people.filter(pk__in=scope.people_ids)


def may_assign(user):
    """Admins assign leads and decide on key status."""
    return _is_known(user) and user.role == Role.ADMIN


def may_see_portfolio(user):
    """Managers, admins and seniors who lead a team answer for more clients than their own."""
    return keeps_clients(user) and (user.role != Role.ACCOUNT_MANAGER or leads_team(user))


@dataclass(frozen=True)
class Authority:
    """The largest discount and the longest payment term somebody may grant; None is without a limit."""

    discount_percent: Decimal | None = Decimal(0)
    payment_days: int | None = 0

    def covers(self, *, discount_percent, payment_days):
        """Whether these terms may be granted without asking."""
        within_discount = self.discount_percent is None or discount_percent <= self.discount_percent
        return within_discount and (self.payment_days is None or payment_days <= self.payment_days)


def authority_of(user):
    """What `user` may grant a client: managers and admins anything, account managers what their tier says."""
    if not keeps_clients(user):
        return Authority()
    if user.role in (Role.MANAGER, Role.ADMIN):
        return Authority(discount_percent=None, payment_days=None)
    if user.tier is None:
        return Authority()
    return Authority(user.tier.max_discount_percent, user.tier.max_payment_days)


def people_above(person):
    """Who answers for the clients that `person` leads: the senior of their team, managers of their region, admins.

    Without a person, admins alone. One query when read.
    """
    above = Q(role=Role.ADMIN)
    team = person.team if person else None
    if team:
        above |= Q(pk=team.lead_id, role=Role.ACCOUNT_MANAGER)
        above |= Q(pk__in=Team.objects.filter(region=team.region).values("manager"), role=Role.MANAGER)
    people = User.objects.active().filter(above)
    return people.exclude(pk=person.pk) if person else people


def who_may_work_for(people):
    """Active users who may work on the clients of the users `people` (ids, or a queryset of them): they themselves,
    their senior, the managers of their region, and whoever stands in for them today. Admins, who always may, are left
    out unless they are among these. One query when read."""
    teams = User.objects.filter(pk__in=people).values("team")
    regions = Team.objects.filter(pk__in=teams).values("region")
    standing_in = Absence.objects.running(timezone.now()).filter(person__in=people).values("substitute")
    who = Q(pk__in=people) | Q(pk__in=standing_in)
    who |= Q(role=Role.ACCOUNT_MANAGER, pk__in=Team.objects.filter(pk__in=teams).values("lead"))
    who |= Q(role=Role.MANAGER, pk__in=Team.objects.filter(region__in=regions).values("manager"))
    return User.objects.active().exclude(role=Role.DEPARTMENT).filter(who)


def may_set_up(user):
    """Admins keep the data that rules rest on: products, service levels, dunning steps, exchange rates."""
    return _is_known(user) and user.role == Role.ADMIN


def leads_team(user):
    """Whether `user` is the senior of a team; remembered on the user object."""
    if not _is_known(user):
        return False
    if not hasattr(user, "_leads_team"):
        user._leads_team = user.teams_led.exists()
    return user._leads_team


def home_page(user):
    """The URL name of the page a user starts on."""
    if user.role == Role.DEPARTMENT:
        return "clients:requests"
    if user.role == Role.MANAGER:
        return "relationships:portfolio"
    return "relationships:assignments" if user.role == Role.ADMIN else "relationships:today"
