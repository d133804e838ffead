"""The client list as a file: whose clients, which columns and order, and nothing that a spreadsheet would run."""

import csv
import datetime
import io

import pytest
from django.utils import timezone
from openpyxl import load_workbook

from accounts.web.xlsx_export import write_xlsx
from clients.models import Client, ClientTag, Tag
from tests import factories as make

SHEET, FILE = "/clients/bulk/export/", "/clients/export/"


def read_csv(answer):
    assert answer.status_code == 200 and answer["Content-Disposition"].startswith("attachment")
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"), newline="")))


def read_xlsx(answer):
    return list(load_workbook(io.BytesIO(answer.content)).active.iter_rows(values_only=True))


def test_the_file_has_what_the_list_shows(book, as_user):
    ClientTag.objects.create(client=book.alpha, tag=Tag.objects.create(name="Thép"))
    Client.objects.filter(pk=book.alpha.pk).update(city="Huế", country="VN", tax_code="0312")
    ask = {"client": [book.alpha.pk], "fits": "cols=tags,city", "format": "csv"}
    header, row = read_csv(as_user(book.lan).get(FILE, ask))
    assert header == ["Number", "Client", "Tax code", "Tags", "Town", "Country"]
    assert row == [str(book.alpha.pk), "Alpha Thép Việt", "0312", "Thép", "Huế", "VN"]


def test_days_and_numbers_stay_such_in_excel(book, as_user):
    today = timezone.localdate()
    changes = {"next_follow_up_on": today, "last_interaction_at": timezone.now(), "revenue_12m": 1500}
    changes |= {
        "health_score": 74.9,
        "health_band": "watch",
        "health_trend": -5.25,
        "revenue_12m_before": 1000,
    }
    Client.objects.filter(pk=book.alpha.pk).update(**changes)
    ask = {"all": "1", "fits": "cols=health,last,next,revenue,change", "format": "xlsx"}
    header, row = read_xlsx(as_user(book.lan).get(FILE, ask))
    found = dict(zip(header, row, strict=True))
    assert found["Health"] == "Watch" and found["Score"] == 74 and found["Points in 30 days"] == -5.2
    assert found["Next step"].date() == today and found["Last contact"].date() == today
    assert found["Revenue, 12 months"] == 1500 and found["Currency"] == "VND" and found["Change, %"] == 50


@pytest.mark.parametrize("start", list("=+-@") + ["\t=", "＝"])
def test_no_cell_is_a_formula(book, as_user, start):
    name = f"{start}HYPERLINK(1)"
    Client.objects.filter(pk=book.alpha.pk).update(name=name, city=name)
    ask = {"all": "1", "fits": "cols=city"}
    _header, row = read_csv(as_user(book.lan).get(FILE, ask | {"format": "csv"}))
    assert row[1].startswith("'") or row[1].startswith("\t'"), row
    assert row[3].startswith("'") or row[3].startswith("\t'"), row
    answer = as_user(book.lan).get(FILE, ask | {"format": "xlsx"})
    cell = load_workbook(io.BytesIO(answer.content)).active["B2"]
    assert cell.data_type == "s" and cell.value == name


def test_what_a_sheet_cannot_hold_is_left_out():
    content = write_xlsx("Clients\x01", ["A"], [["a\x02b\ufffe"], [None], [datetime.date(2026, 11, 22)]])
    rows = list(load_workbook(io.BytesIO(content)).active.iter_rows(values_only=True))
    assert rows[1] == ("ab",) and rows[3][0].date() == datetime.date(2026, 11, 22)


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_others_clients_are_in_no_file(book, as_user, kind):
    ask = {"client": [book.alpha.pk, book.omega.pk, 10**12], "format": kind}
    read = read_csv if kind == "csv" else read_xlsx
    assert [row[1] for row in read(as_user(book.lan).get(FILE, ask))] == ["Client", "Alpha Thép Việt"]
    everything = [row[1] for row in read(as_user(book.admin).get(FILE, {"all": "1", "format": kind}))]
    assert everything == ["Client", "Alpha Thép Việt", "Omega Logistics"]
    sheet = as_user(book.lan).get(SHEET, ask)
    assert "2 of the chosen ones are not yours to see" in sheet.text and "Omega" not in sheet.text


def test_a_large_file_is_read_in_parts(book, as_user, monkeypatch):
    monkeypatch.setattr("clients.views.bulk.ROWS_AT_ONCE", 2)
    names = [make.client(f"More {n}", lead=book.lan).name for n in range(4)]
    found = read_csv(as_user(book.lan).get(FILE, {"all": "1", "fits": "sort=-name", "format": "csv"}))
    assert [row[1] for row in found] == ["Client", *reversed(names), "Alpha Thép Việt"]


@pytest.mark.parametrize("person", ["olga", "mai"])
def test_without_one_client_of_ones_own_there_is_no_file(book, as_user, person):
    answer = as_user(getattr(book, person)).get(SHEET, {"client": [book.alpha.pk]})
    assert answer.status_code == 422 and "Alpha" not in answer.text


def test_the_file_is_in_the_order_of_the_list(book, as_user):
    for name, revenue in (("Beta", 5), ("Gamma", 9)):
        Client.objects.filter(pk=make.client(name, lead=book.lan).pk).update(revenue_12m=revenue)
    ask = {"all": "1", "fits": "sort=-revenue&segment=standard", "format": "csv"}
    names = [row[1] for row in read_csv(as_user(book.lan).get(FILE, ask))]
    assert names == ["Client", "Gamma", "Beta", "Alpha Thép Việt"]


def test_ones_own_columns_are_those_of_the_file(book, as_user):
    browser = as_user(book.lan)
    browser.post("/clients/columns/", {"cols": "industry"})
    header, *_rows = read_csv(browser.get(FILE, {"all": "1", "format": "csv"}))
    assert header == ["Number", "Client", "Tax code", "Industry"]


@pytest.mark.parametrize(
    "ask",
    [
        {},
        {"all": "1"},
        {"all": "1", "format": "exe"},
        {"format": "csv"},
        {"all": "1", "fits": "band=purple", "format": "csv"},
        {"client": "x", "format": "csv"},
        {"all": "1", "fits": "x" * 2001, "format": "csv"},
    ],
)
def test_a_file_of_nonsense_is_refused(book, as_user, ask):
    answer = as_user(book.lan).get(FILE, ask)
    assert answer.status_code == 422 and "Content-Disposition" not in answer.headers


def test_a_file_has_an_end(book, as_user, monkeypatch):
    monkeypatch.setattr("clients.views.bulk.MOST_EXPORTED", 1)
    browser, ask = as_user(book.admin), {"all": "1", "format": "csv"}
    assert browser.get(FILE, ask).status_code == 422
    assert "A file holds at most 1 client" in browser.get(SHEET, ask).text


def test_a_file_takes_the_same_queries_for_2_and_for_20(book, as_user, django_assert_max_num_queries):
    browser = as_user(book.lan)
    ask = {"all": "1", "fits": "cols=tags,lead,group,ends,issues", "format": "xlsx"}
    make.client(lead=book.lan)
    with django_assert_max_num_queries(8) as few:
        assert len(read_xlsx(browser.get(FILE, ask))) == 3
    for _n in range(18):
        make.client(lead=book.lan, parent=book.alpha)
    with django_assert_max_num_queries(8) as many:
        assert len(read_xlsx(browser.get(FILE, ask))) == 21
    assert len(many) == len(few)
