"""Whose clients each role sees and changes."""

import datetime

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from accounts import access
from accounts.models import User
from clients.models import AssignmentRole, Client
from tests import factories as make


def seen(user):
    return set(Client.objects.visible_to(_fresh(user)).values_list("name", flat=True))


def changed(user):
    return set(Client.objects.changeable_by(_fresh(user)).values_list("name", flat=True))


def _fresh(user):
    """As the next request loads them: what a user object remembers lives for one request."""
    return User.objects.with_reach().get(pk=user.pk)


@pytest.mark.parametrize(
    "persona, expected",
    [
        ("lan", {"Alpha Thép Việt"}),
        ("mai", set()),
        ("senior", {"Alpha Thép Việt"}),
        ("manager", {"Alpha Thép Việt"}),
        ("olga", {"Omega Logistics"}),
        ("other_manager", {"Omega Logistics"}),
        ("admin", {"Alpha Thép Việt", "Omega Logistics"}),
    ],
)
def test_each_persona_sees_and_changes_their_portfolio(book, persona, expected):
    user = getattr(book, persona)
    assert seen(user) == expected
    assert changed(user) == expected


def test_anonymous_and_inactive_see_nothing(book):
    book.admin.is_active = False
    book.admin.save()
    assert not Client.objects.visible_to(AnonymousUser()).exists()
    assert not Client.objects.visible_to(book.admin).exists()
    assert not Client.objects.visible_to(None).exists()


def test_a_manager_sees_every_team_of_their_regions(book):
    sibling = make.team("North B", region="North")
    ngoc = make.user("Ngọc", team=sibling)
    make.client("Beta", lead=ngoc)
    assert seen(book.manager) == {"Alpha Thép Việt", "Beta"}
    assert seen(book.senior) == {"Alpha Thép Việt"}


def test_a_client_without_lead_is_for_admins(book):
    make.client("Nobody's")
    assert "Nobody's" in seen(book.admin)
    assert "Nobody's" not in seen(book.manager)


def test_an_account_team_member_sees_the_client_while_the_period_runs(book):
    cover = make.assignment(book.omega, book.lan, role=AssignmentRole.COVER, since_days=1)
    assert changed(book.lan) == {"Alpha Thép Việt", "Omega Logistics"}
    cover.ended_at = timezone.now()
    cover.save()
    assert seen(book.lan) == {"Alpha Thép Việt"}


@pytest.mark.parametrize("days, reads", [(1, True), (0, True), (-1, False)])
def test_a_former_lead_reads_until_the_named_day_and_never_writes(book, days, reads):
    book.alpha.assignments.update(
        ended_at=timezone.now(), read_until=timezone.localdate() + datetime.timedelta(days=days)
    )
    assert ("Alpha Thép Việt" in seen(book.lan)) is reads
    assert changed(book.lan) == set()
    assert "Alpha Thép Việt" not in seen(book.senior)


def test_only_admins_assign(book):
    assert access.may_assign(book.admin)
    for persona in ("lan", "senior", "manager"):
        assert not access.may_assign(getattr(book, persona))


def test_scope_costs_at_most_two_queries_for_each_request(book, django_assert_max_num_queries):
    for persona in ("lan", "senior", "manager", "admin"):
        user = _fresh(getattr(book, persona))
        with django_assert_max_num_queries(3):  # two for the scope, one for the clients
            list(Client.objects.visible_to(user))
        with django_assert_max_num_queries(1):
            list(Client.objects.changeable_by(user))


def test_two_leads_at_one_time_are_refused_by_the_database(book):
    with pytest.raises(Exception, match="assignment_one_lead_at_a_time|assignment_runs_once"):
        make.assignment(book.alpha, book.mai, since_days=3)
