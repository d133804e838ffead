"""The group of a client: what the reader may see as a tree, the rest as a number."""

import pytest

from clients.models import Client
from relationships.company_tree import group_of
from tests import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def group(book):
    """Holding (led by Olga) over Alpha, Beta (Lan), Gamma (Olga); Delta (Lan) under Gamma."""
    holding = make.client("Holding", lead=book.olga)
    Client.objects.filter(pk=book.alpha.pk).update(parent=holding, revenue_12m=500, currency="VND")
    beta = make.client("Beta", lead=book.lan, parent=holding, revenue_12m=70, currency="USD")
    gamma = make.client("Gamma", lead=book.olga, parent=holding)
    delta = make.client("Delta", lead=book.lan, parent=gamma, revenue_12m=30, status="active")
    return {"holding": holding, "beta": beta, "gamma": gamma, "delta": delta}


def lines(client, user):
    return [(company.client.name, company.depth) for company in group_of(client, user).companies]


def test_an_admin_sees_the_whole_tree(book, group):
    expected = [("Holding", 0), ("Alpha Thép Việt", 1), ("Beta", 1), ("Gamma", 1), ("Delta", 2)]
    for client in (book.alpha, group["holding"], group["delta"]):
        assert lines(Client.objects.get(pk=client.pk), book.admin) == expected
    assert group_of(book.alpha, book.admin).hidden == 0
    assert group_of(book.alpha, book.admin).top.name == "Holding"


def test_others_are_only_counted(book, group):
    found = group_of(book.alpha, book.lan)
    assert lines(book.alpha, book.lan) == [("Alpha Thép Việt", 0), ("Beta", 0), ("Delta", 0)]
    assert found.hidden == 2 and found.revenue == [("USD", 70), ("VND", 530)]
    assert found.top is None
    assert [company.lead for company in found.companies] == [book.lan] * 3
    assert [company.is_here for company in found.companies] == [True, False, False]


def test_lost_companies_count_no_revenue(book, group):
    Client.objects.filter(pk=group["beta"].pk).update(
        status="lost", lost_on="2026-01-01", lost_reason="price"
    )
    assert group_of(book.alpha, book.lan).revenue == [("VND", 530)]


def test_the_panel_names_nobody_outside_the_scope(book, group, as_user):
    page = as_user(book.lan).get(f"/clients/{book.alpha.pk}/group/").content.decode()
    assert "2 more companies of this group are looked after by others." in page
    assert "in 12 months, of the companies you see" in page
    assert "Gamma" not in page and "Beta" in page and "Lan Nguyễn" in page


def test_only_a_client_of_a_group_has_the_tab(book, group, as_user):
    browser = as_user(book.lan)
    own = browser.get(book.alpha.get_absolute_url()).content.decode()
    assert 'id="client-tab-group"' in own
    single = make.client("Single", lead=book.lan)
    page = browser.get(single.get_absolute_url()).content.decode()
    assert 'id="client-tab-group"' not in page
    assert "belongs to no group" in browser.get(f"/clients/{single.pk}/group/").content.decode()
    top = as_user(book.olga).get(group["holding"].get_absolute_url()).content.decode()
    assert 'id="client-tab-group"' in top


def test_a_circle_ends(book):
    one = make.client("One", lead=book.lan)
    two = make.client("Two", lead=book.lan, parent=one)
    Client.objects.filter(pk=one.pk).update(parent=two)
    found = group_of(Client.objects.get(pk=one.pk), book.lan)
    assert found.hidden == 0 and {company.client.name for company in found.companies} <= {"One", "Two"}


def test_the_tree_costs_the_same_at_2_companies_and_at_20(book, as_user, django_assert_max_num_queries):
    browser, counts, parent = as_user(book.lan), [], book.alpha
    for more in (2, 18):
        for n in range(more):
            parent = make.client(f"Company {more} {n}", lead=book.lan, parent=book.alpha if n % 4 else parent)
        with django_assert_max_num_queries(9) as found:
            browser.get(f"/clients/{book.alpha.pk}/group/")
        counts.append(len(found))
    assert counts[0] == counts[1]
