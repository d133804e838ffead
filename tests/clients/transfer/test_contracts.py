"""Won deals of a book as contracts of twelve months."""

import datetime
from decimal import Decimal

import pytest

from clients.models import Client, Contract, ContractLine, Deal
from clients.transfer.book import read_book
from clients.transfer.contracts import last_day
from clients.transfer.importer import import_book
from clients.transfer.report import LEFT_OUT, TAKEN, Report
from tests import factories as make

pytestmark = pytest.mark.django_db


def load(folder, **options):
    report = Report()
    book = read_book(folder.path, report)
    options = {"as_of": datetime.date(2018, 1, 1), "contracts": True} | options
    return import_book(book, report=report, **options), report


def rows():
    return [list(model.objects.order_by("pk").values()) for model in (Contract, ContractLine, Deal)]


def test_every_won_deal_becomes_a_contract_with_its_line(folder):
    result, report = load(folder)
    assert result.contracts == Contract.objects.count() == ContractLine.objects.count() == 3
    contract = Contract.objects.get(source_ref="S2")
    assert (contract.number, contract.title, contract.state) == ("S2", "GTX Pro", "signed")
    assert (contract.client.name, contract.deal.source_ref) == ("Alpha", "S2")
    assert (contract.value, contract.currency) == (Decimal("5000.50"), "USD")
    assert contract.signed_on == contract.starts_on == datetime.date(2017, 5, 9)
    assert contract.ends_on == datetime.date(2018, 5, 8)
    line = contract.lines.get()
    assert (line.product.code, line.quantity, line.unit_price) == ("GTX-PRO", 1, Decimal("5000.50"))
    assert line.client == contract.client
    assert ("sales_pipeline.csv", 3, "S2: GTX Pro") in [
        (entry.file, entry.line, entry.detail) for entry in report.entries if entry.outcome == TAKEN
    ]


def test_without_the_option_there_are_none(folder):
    result, _report = load(folder, contracts=False)
    assert result.contracts == Contract.objects.count() == 0


def test_contracts_may_follow_a_book_that_is_here_and_move_with_it(folder):
    moved = datetime.date(2026, 11, 21)
    load(folder, contracts=False, shift_to=moved)
    load(folder, shift_to=moved)
    assert Contract.objects.latest("signed_on").signed_on == moved
    assert Deal.objects.count() == 5


def test_a_second_run_changes_nothing_and_leaves_what_people_made(folder):
    load(folder)
    Contract.objects.filter(source_ref="S1").update(value=7, title="Renamed")
    before = rows()
    result, _report = load(folder)
    assert result.contracts == 0
    assert rows() == before


def test_a_dry_run_counts_and_writes_nothing(folder):
    result, report = load(folder, dry_run=True)
    assert (result.contracts, Contract.objects.count()) == (3, 0)
    assert report.count(TAKEN) > 3


def test_a_number_that_the_client_has_is_left_out_and_told(folder):
    load(folder, contracts=False)
    make.contract(Client.objects.get(name="Alpha"), number="S1")
    result, report = load(folder)
    assert result.contracts == 2
    assert [e.detail for e in report.entries if e.outcome == LEFT_OUT and "S1" in e.detail] == [
        "the client has another contract of this number: S1"
    ]


@pytest.mark.parametrize(
    ("start", "end"),
    [("2016-10-20", "2017-10-19"), ("2016-02-29", "2017-02-28"), ("2017-03-01", "2018-02-28")],
)
def test_a_term_is_twelve_months(start, end):
    assert last_day(datetime.date.fromisoformat(start)) == datetime.date.fromisoformat(end)
