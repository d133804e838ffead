"""What an import writes, and that a second one writes nothing."""

import datetime
from decimal import Decimal

import pytest
from django.db import IntegrityError

from accounts.models import Role, Team, User
from clients.models import Assignment, Client, Deal, MonthlyRevenue, Product
from clients.transfer import importer
from clients.transfer.book import read_book
from clients.transfer.importer import import_book
from clients.transfer.leads import clients_of_share, year_before
from clients.transfer.report import TAKEN, UNCHANGED, WARNING, Report
from tests import factories as make

from .conftest import ACCOUNTS, SALES

AS_OF = datetime.date(2018, 1, 1)
MODELS = [User, Team, Product, Client, Assignment, Deal, MonthlyRevenue]

pytestmark = pytest.mark.django_db


def load(folder, *, as_of=AS_OF, **options):
    report = Report()
    result = import_book(read_book(folder.path, report), as_of=as_of, report=report, **options)
    return result, report


def everything():
    """Every value of every row that an import may write."""
    return {model: list(model.objects.order_by("pk").values()) for model in MODELS}


def warnings(report):
    return [entry.detail for entry in report.entries if entry.outcome == WARNING]


def test_book_becomes_people_teams_products_clients_and_deals(folder):
    result, _report = load(folder)
    assert (result.people, result.clients, result.products, result.deals) == (5, 3, 2, 5)
    ann = User.objects.get(email="ann.ames@import.example")
    assert (ann.name, ann.role, ann.tier.code) == ("Ann Ames", Role.ACCOUNT_MANAGER, "am")
    assert not ann.has_usable_password()
    assert (ann.team.region, ann.team.manager.email) == ("East", "max.moor@import.example")
    assert ann.team.manager.role == Role.MANAGER
    assert set(Team.objects.values_list("region", flat=True)) == {"East", "West"}
    beta = Client.objects.get(name="Beta")
    assert (beta.parent.name, beta.industry, beta.country) == ("Alpha", "Medical", "PH")
    assert (beta.employees, beta.currency, beta.segment) == (495, "USD", "standard")
    assert Product.objects.get(code="GTX-PRO").list_price == 4821


def test_deals_keep_stage_dates_and_cents(folder):
    load(folder)
    deal = Deal.objects.get(source_ref="S2")
    assert (deal.stage, deal.amount, deal.currency) == ("won", Decimal("5000.50"), "USD")
    assert (deal.opened_on, deal.closed_on) == (datetime.date(2016, 10, 20), datetime.date(2017, 5, 9))
    assert deal.owner.email == "bob.bay@import.example"
    stages = dict(Deal.objects.values_list("source_ref", "stage"))
    assert stages == {"S1": "won", "S2": "won", "S3": "won", "S4": "lost", "S6": "open"}


def test_won_deals_make_the_monthly_revenue(folder):
    load(folder)
    alpha = MonthlyRevenue.objects.filter(client__name="Alpha").order_by("month")
    months = [(datetime.date(2017, 3, 1), Decimal(4000)), (datetime.date(2017, 5, 1), Decimal("5000.50"))]
    assert list(alpha.values_list("month", "amount")) == months


def test_lead_is_who_won_most_in_twelve_months_then_ever(folder):
    _result, report = load(folder)
    leads = dict(Assignment.objects.values_list("client__name", "user__name"))
    assert leads == {"Alpha": "Bob Bay", "Beta": "Ann Ames"}
    assert warnings(report)[-2:] == [
        "Beta: nothing won in the last 12 months; older deals decided on the lead",
        "Gamma: no lead: nothing was ever won there",
    ]


def test_lead_ignores_what_was_won_after_the_book_was_taken(folder):
    load(folder, as_of=datetime.date(2017, 4, 1))
    assert Assignment.objects.get(client__name="Alpha").user.name == "Ann Ames"


def test_agents_without_deals_are_named(folder):
    folder.write(sales_pipeline=SALES.replace("S6,Zoë Núñez", "S6,Ann Ames"))
    _result, report = load(folder)
    assert "an agent without deals of a client: Zoë Núñez" in warnings(report)


def test_a_load_over_capacity_is_warned_of_and_taken(folder):
    many = [f"C{n},retail,2000,1,1,Japan," for n in range(21)]
    wins = [f"W{n},Ann Ames,GTX Pro,C{n},Won,1/1/2017,2/1/2017,10" for n in range(21)]
    folder.write(accounts=ACCOUNTS + "\n".join(many) + "\n", sales_pipeline=SALES + "\n".join(wins) + "\n")
    _result, report = load(folder)
    assert "Ann Ames leads 22 clients, more than the 20 of an AM" in warnings(report)
    assert Assignment.objects.filter(user__name="Ann Ames").count() == 22


def test_every_line_is_in_the_report(folder):
    _result, report = load(folder)
    said = {(e.file, e.line) for e in report.entries}
    lines = {"accounts.csv": 4, "sales_teams.csv": 4, "products.csv": 3, "sales_pipeline.csv": 7}
    assert {(file, n) for file, last in lines.items() for n in range(2, last + 1)} <= said


def test_second_import_changes_nothing(folder):
    load(folder)
    before = everything()
    result, report = load(folder)
    assert everything() == before
    assert (result.people, result.clients, result.products, result.deals) == (0, 0, 0, 0)
    assert report.count(TAKEN) == 0
    assert report.count(UNCHANGED) == 5 + 2 + 3 + 5


def test_second_import_keeps_what_people_changed(folder):
    load(folder)
    Client.objects.filter(name="Alpha").update(name="Alpha Holding", industry="Energy")
    load(folder)
    alpha = Client.objects.get(source_ref="Alpha")
    assert (alpha.name, alpha.industry) == ("Alpha Holding", "Energy")
    assert Client.objects.count() == 3


def test_second_import_adds_what_is_new(folder):
    load(folder)
    folder.sale("S7,Ann Ames,GTX Pro,Gamma,Won,1/3/2017,3/3/2017,70")
    result, _report = load(folder)
    assert (result.clients, result.deals) == (0, 1)
    assert MonthlyRevenue.objects.get(client__name="Gamma").amount == 70


def test_dry_run_reports_the_same_and_writes_nothing(folder):
    before = everything()
    dry, dry_report = load(folder, dry_run=True)
    assert everything() == before
    wet, wet_report = load(folder)
    assert (dry.people, dry.clients, dry.products, dry.deals) == (5, 3, 2, 5)
    assert wet.leads == dry.leads
    assert wet_report.entries == dry_report.entries


def test_an_error_on_the_way_leaves_the_database_as_it_was(folder, monkeypatch):
    before = everything()

    def broken(*, clients):
        raise IntegrityError("no revenue today")

    monkeypatch.setattr(importer, "recompute_revenue", broken)
    with pytest.raises(IntegrityError):
        load(folder)
    assert everything() == before


def test_dates_move_so_that_the_newest_is_the_day_asked_for(folder):
    day = datetime.date(2026, 11, 20)
    result, _report = load(folder, shift_to=day)
    assert max(Deal.objects.filter(closed_on__isnull=False).values_list("closed_on", flat=True)) == day
    assert result.days_moved == (day - datetime.date(2017, 5, 9)).days
    assert Assignment.objects.get(client__name="Alpha").user.name == "Bob Bay"


def test_a_book_that_was_moved_stays_where_it_is(folder):
    load(folder, shift_to=datetime.date(2026, 11, 20))
    before = everything()
    load(folder, shift_to=datetime.date(2026, 12, 24))
    load(folder)
    assert everything() == before


def test_a_client_of_the_same_name_is_pointed_out(folder):
    make.client("Alpha")
    _result, report = load(folder)
    assert "another client has the same name: Alpha" in warnings(report)
    assert Client.objects.filter(name="Alpha").count() == 2


def test_new_clients_wait_for_scoring(folder):
    load(folder)
    assert Client.objects.filter(health_stale_since__isnull=False).count() == 3


@pytest.mark.parametrize(
    ("day", "before"),
    [((2018, 1, 1), (2017, 1, 1)), ((2024, 2, 29), (2023, 3, 1)), ((2025, 2, 28), (2024, 2, 28))],
)
def test_year_before(day, before):
    assert year_before(datetime.date(*day)) == datetime.date(*before)


@pytest.mark.parametrize(
    ("amounts", "count"), [([50, 30, 15, 5], 2), ([1], 1), ([], 0), ([0, 0], 1), ([10] * 10, 8)]
)
def test_clients_of_share_counts_up_to_the_line(amounts, count):
    assert clients_of_share([Decimal(amount) for amount in amounts], 80) == count
