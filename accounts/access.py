"""The only interpreter of roles: whose clients may this user see, change, assign, export.

It answers with a `Scope`, which `clients.querysets` turns into SQL; nothing else looks at `user.role`.

| role                      | sees and changes                              | assigns, marks key |
|---------------------------|-----------------------------------------------|--------------------|
| account manager           | clients they lead or serve on the team of     | no                 |
| … who leads a team        | those, and their team's                       | no                 |
| former lead               | sees until the date the handover names        | no                 |
| manager                   | clients led in the regions they answer for    | no                 |
| admin                     | every client, with a lead or without          | yes                |
"""

from dataclasses import dataclass, replace

from .models import Role, User


@dataclass(frozen=True)
class Scope:
    """Clients of the users in `people_ids`, or of everyone; `handovers_of` adds a former lead's read-only ones.

    Ids, not a subquery: the planner then knows how few clients an account manager has.
    """

    everyone: bool = False
    people_ids: tuple[int, ...] = ()
    handovers_of: int | None = None


NOBODY = Scope()


def _is_known(user):
    return bool(user and user.is_authenticated and user.is_active)


def scope_to_see(user):
    """Whose clients `user` may read. At most two queries for each request, see `_people_of`."""
    scope = scope_to_change(user)
    return replace(scope, handovers_of=user.pk) if scope.people_ids else scope


def scope_to_change(user):
    """Whose clients `user` may write to."""
    if not _is_known(user):
        return NOBODY
    if user.role == Role.ADMIN:
        return Scope(everyone=True)
    return Scope(people_ids=_people_of(user))


def _people_of(user):
    """The user and those they answer for; remembered on the user object, which lives for one request."""
    if not hasattr(user, "_people_ids"):  # request.user is a proxy with a __dict__ of its own
        people = User.objects.none()
        if user.role == Role.MANAGER:
            people = User.objects.in_regions_of(user)
        elif leads_team(user):
            people = User.objects.in_teams_led_by(user)
        user._people_ids = (user.pk, *people.values_list("pk", flat=True))
    return user._people_ids


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
    return _is_known(user) and (user.role != Role.ACCOUNT_MANAGER or leads_team(user))


def leads_team(user):
    """Whether `user` is the senior of a team; remembered on the user object."""
    if not _is_known(user):
        return False
    if not hasattr(user, "_leads_team"):
        user._leads_team = user.teams_led.exists()
    return user._leads_team


def home_page(user):
    """The URL name of the page a user starts on."""
    if user.role == Role.MANAGER:
        return "relationships:portfolio"
    return "relationships:assignments" if user.role == Role.ADMIN else "relationships:today"
