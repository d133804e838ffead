"""Lines that contradict each other are refused before anything is written."""

import datetime

import pytest

from clients.transfer.book import email_of, read_book
from clients.transfer.report import CORRECTED, LEFT_OUT, ImportRefused, Report

from .conftest import ACCOUNTS, PRODUCTS, TEAMS


def refusals(folder):
    with pytest.raises(ImportRefused) as refused:
        read_book(folder.path, Report())
    return [(p.file, p.line, p.column) for p in refused.value.problems], str(refused.value)


def test_sound_book_is_read_with_corrections(folder):
    report = Report()
    book = read_book(folder.path, report)
    assert list(book.accounts) == ["Alpha", "Beta", "Gamma"]
    assert book.managers == {"Max Moor": "East", "Nia Nord": "West"}
    assert [sale.ref for sale in book.sales] == ["S1", "S2", "S3", "S4", "S6"]
    assert book.sales[0].product == "GTX Pro"
    assert book.newest == datetime.date(2017, 5, 9)
    corrected = {(e.file, e.line, e.column) for e in report.entries if e.outcome == CORRECTED}
    assert corrected == {
        ("accounts.csv", 2, "sector"),
        ("accounts.csv", 3, "office_location"),
        ("accounts.csv", 4, "office_location"),
        ("sales_pipeline.csv", 2, "product"),
    }
    left_out = [(e.line, e.detail) for e in report.entries if e.outcome == LEFT_OUT and "pipeline" in e.file]
    assert left_out == [(6, "the deal has no client")]


@pytest.mark.parametrize(
    ("line", "column", "words"),
    [
        ("S1,Ann Ames,GTX Pro,Alpha,Lost,1/1/2017,1/2/2017,0", "opportunity_id", "the same as in line 2"),
        ("S9,Eve Nobody,GTX Pro,Alpha,Lost,1/1/2017,1/2/2017,0", "sales_agent", "Eve Nobody"),
        ("S9,Ann Ames,Toaster,Alpha,Lost,1/1/2017,1/2/2017,0", "product", "Toaster"),
        ("S9,Ann Ames,GTX Pro,Omega,Lost,1/1/2017,1/2/2017,0", "account", "Omega"),
        ("S9,Ann Ames,GTX Pro,Alpha,Won,1/1/2017,,5", "close_date", "needs it"),
        ("S9,Ann Ames,GTX Pro,Alpha,Won,1/1/2017,1/2/2017,", "close_value", "needs it"),
        ("S9,Ann Ames,GTX Pro,Alpha,Won,1/3/2017,1/2/2017,5", "close_date", "before the engage date"),
        ("S9,Ann Ames,GTX Pro,Alpha,Won,31/1/2017,1/2/2017,5", "engage_date", "month/day/year"),
        ("S9,Ann Ames,GTX Pro,Alpha,Won,1/1/2017,1/2/2017,-5", "close_value", "negative"),
    ],
)
def test_wrong_deal_is_refused(folder, line, column, words):
    folder.sale(line)
    places, said = refusals(folder)
    assert places == [("sales_pipeline.csv", 8, column)]
    assert words in said


@pytest.mark.parametrize(
    ("files", "place"),
    [
        ({"accounts": ACCOUNTS + "Alpha,retail,1,1,1,Japan,\n"}, ("accounts.csv", 5, "account")),
        ({"accounts": ACCOUNTS + "Delta,retail,1,1,1,Japan,Omega\n"}, ("accounts.csv", 5, "subsidiary_of")),
        ({"accounts": ACCOUNTS + "Delta,retail,1,1,1,Japan,Delta\n"}, ("accounts.csv", 5, "subsidiary_of")),
        ({"accounts": ACCOUNTS + "Delta,retail,1,1,1,Mordor,\n"}, ("accounts.csv", 5, "office_location")),
        ({"accounts": ACCOUNTS + "Delta,retail,1,1,-4,Japan,\n"}, ("accounts.csv", 5, "employees")),
        ({"products": PRODUCTS + "GTX Pro,X,5\n"}, ("products.csv", 4, "product")),
        ({"sales_teams": TEAMS + "Ann Ames,Max Moor,East\n"}, ("sales_teams.csv", 5, "sales_agent")),
        ({"sales_teams": TEAMS + "Dan Day,Max Moor,West\n"}, ("sales_teams.csv", 5, "regional_office")),
        ({"sales_teams": TEAMS + "Dan Day,Ann Ames,East\n"}, ("sales_teams.csv", 5, "manager")),
        ({"sales_teams": TEAMS + "Zoe Nunez,Max Moor,East\n"}, ("sales_teams.csv", 5, "sales_agent")),
        ({"sales_teams": TEAMS + "李,Max Moor,East\n"}, ("sales_teams.csv", 5, "sales_agent")),
    ],
)
def test_contradictions_are_refused(folder, files, place):
    folder.write(**files)
    places, _said = refusals(folder)
    assert places == [place]


def test_a_circle_of_parents_is_refused(folder):
    folder.write(accounts=ACCOUNTS.replace("United States,\n", "United States,Beta\n"))
    places, said = refusals(folder)
    assert ("accounts.csv", 2, "subsidiary_of") in places
    assert "above itself" in said


def test_problems_of_all_files_come_together(folder):
    folder.write(products="product,series\n", accounts=b"\xff\xfe")
    places, _said = refusals(folder)
    assert [file for file, _line, _column in places] == ["accounts.csv", "products.csv"]


@pytest.mark.parametrize(
    ("name", "email"),
    [
        ("Mei-Mei Johns", "mei-mei.johns@import.example"),
        ("Zoë Núñez", "zoe.nunez@import.example"),
        ("Đỗ Thị Ánh", "do.thi.anh@import.example"),
        ("O'Neil Jr.", "oneil.jr@import.example"),
    ],
)
def test_email_is_made_from_the_name(name, email):
    assert email_of(name) == email
