"""Import of invoices: what a line becomes, what is refused, and that a second run writes nothing."""

import csv
import datetime
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from clients.models import Assignment, Client, Invoice, MonthlyRevenue, Payment
from clients.transfer import reading
from tests import factories as make

MAPPING = """
source = "erp"
[columns]
number = "No"
client = "Ref"
client_name = "Customer"
country = "Land"
issued = "Date"
due = "Due"
settled = "Paid"
amount = "Total"
tax = "VAT"
currency = "Cur"
[formats]
date = "DD.MM.YYYY"
delimiter = ";"
decimal_sign = ","
thousands_sign = "."
[defaults]
currency = "VND"
[disputed]
column = "Dispute"
yes = ["J"]
no = ["N"]
[credit_notes]
prefix = "GS"
[countries]
EIRE = "IE"
Moon = ""
[not_used]
Clerk = "nobody asks"
"""
HEADER = "No;Ref;Customer;Land;Date;Due;Paid;Total;VAT;Cur;Dispute;Clerk\n"
LINES = """R1;A;Alpha;Vietnam;05.01.2026;04.02.2026;10.02.2026;1.100,50;100,50;VND;N;x
R2;A;Alpha;VN;06.01.2026;05.02.2026;;2.000;;;J;x
GS1;A;Alpha;VN;07.01.2026;;;-500;;;N;x
R3;B;Beta;EIRE;08.01.2026;;;0;;eur;;x
R4;B;Beta;EIRE;09.01.2026;08.02.2026;01.03.2026;70;;EUR;J;x
"""

pytestmark = pytest.mark.django_db


class Files:
    def __init__(self, path):
        self.path, self.csv, self.toml = path, path / "bills.csv", path / "erp.toml"
        self.toml.write_text(MAPPING, encoding="utf-8")
        self.write(LINES)

    def write(self, lines, header=HEADER):
        data = lines if isinstance(lines, bytes) else (header + lines).encode()
        self.csv.write_bytes(data)

    def load(self, *options, mapping=True):
        out = StringIO()
        chosen = ["--mapping", str(self.toml)] if mapping else []
        call_command("import_invoices", str(self.csv), *chosen, *options, stdout=out)
        return out.getvalue()


@pytest.fixture
def files(tmp_path):
    return Files(tmp_path)


def day(text):
    return datetime.date.fromisoformat(text)


def everything():
    return [
        list(model.objects.order_by("pk").values()) for model in (Client, Invoice, Payment, MonthlyRevenue)
    ]


def invoice(number):
    return Invoice.objects.get(number=number)


def test_a_third_kind_of_file_needs_only_a_mapping(files):
    said = files.load()
    assert "New: 2 clients, 4 invoices, 1 credit notes, 2 payments" in said
    row = invoice("R1")
    assert (row.client.name, row.client.source, row.client.source_ref) == ("Alpha", "erp", "A")
    assert (row.issued_on, row.due_on) == (day("2026-01-05"), day("2026-02-04"))
    assert (row.amount, row.tax, row.currency) == (Decimal("1100.50"), Decimal("100.50"), "VND")
    assert (row.source, row.source_ref, row.version) == ("erp", "R1", 1)


def test_a_settled_day_becomes_a_payment_of_all_of_it(files):
    files.load()
    payment = Payment.objects.get(invoice=invoice("R1"))
    assert (payment.received_on, payment.amount) == (day("2026-02-10"), Decimal("1100.50"))
    assert payment.client == invoice("R1").client
    assert (invoice("R1").paid, invoice("R1").outstanding) == (Decimal("1100.50"), 0)
    assert (invoice("R2").paid, invoice("R2").outstanding) == (0, 2000)


def test_disputes_are_kept_and_end_with_the_payment(files):
    files.load()
    open_one, ended = invoice("R2"), invoice("R4")
    assert (open_one.disputed_on, open_one.dispute_settled_on) == (day("2026-01-06"), None)
    assert open_one.is_disputed and "imported" in open_one.dispute_reason
    assert (ended.disputed_on, ended.dispute_settled_on) == (day("2026-01-09"), day("2026-03-01"))
    assert invoice("R1").disputed_on is None


def test_a_prefix_makes_a_credit_note_and_zero_stays_an_invoice(files):
    files.load()
    note = invoice("GS1")
    assert (note.kind, note.amount, note.credits, note.due_on) == ("credit_note", -500, None, None)
    assert (invoice("R3").kind, invoice("R3").outstanding) == ("invoice", 0)


def test_clients_come_with_country_and_currency_and_without_a_lead(files):
    said = files.load()
    assert list(Client.objects.order_by("source_ref").values_list("name", "country", "currency")) == [
        ("Alpha", "VN", "VND"),
        ("Beta", "IE", "EUR"),
    ]
    assert not Assignment.objects.exists()
    assert "“EIRE” read as IE (bills.csv Land, 2 lines, first line 5)" in said
    assert "“eur” read as EUR (bills.csv Cur, line 5)" in said
    assert "nobody asks (bills.csv Clerk" in said


def test_revenue_is_written_and_health_marked(files):
    files.load()
    alpha = Client.objects.get(name="Alpha")
    assert list(alpha.monthly_revenue.values_list("month", "amount")) == [(day("2026-01-01"), 2500)]
    assert alpha.health_stale_since is not None


def test_a_second_run_changes_nothing(files):
    files.load()
    before = everything()
    said = files.load()
    assert "Nothing new: all of it is here already, and nothing was changed." in said
    assert everything() == before


def test_what_people_changed_since_stays_and_is_told(files):
    files.load()
    Invoice.objects.filter(number="R2").update(amount=2_500, note="Raised by phone")
    Client.objects.filter(name="Alpha").update(name="Alpha Group")
    said = files.load()
    assert (invoice("R2").amount, invoice("R2").note) == (2_500, "Raised by phone")
    assert Client.objects.filter(name="Alpha Group").exists()
    assert "the invoice is here with another amount, and stays as it is (bills.csv, line 3)" in said


def test_a_later_file_adds_what_is_new_and_what_was_paid(files):
    files.load()
    later = LINES.replace("05.02.2026;;2.000", "05.02.2026;20.03.2026;2.000")
    files.write(later + "R9;A;Alpha;VN;10.02.2026;;;9;;;;x\n")
    said = files.load()
    assert "New: 0 clients, 1 invoices, 0 credit notes, 1 payments" in said
    paid = invoice("R2")
    assert (paid.outstanding, paid.dispute_settled_on, paid.version) == (0, day("2026-03-20"), 2)
    assert paid.payments.get().received_on == day("2026-03-20")
    before = everything()
    files.load()
    assert everything() == before


def test_a_payment_that_somebody_recorded_or_reversed_is_not_doubled(files):
    files.load()
    make.payment(invoice("R2"), amount=300)
    files.write(LINES.replace("05.02.2026;;2.000", "05.02.2026;20.03.2026;2.000"))
    before = everything()
    files.load()
    assert everything() == before
    Payment.objects.filter(amount=300).update(reversed_on=day("2026-04-01"), reverse_reason="Not ours")
    Invoice.objects.filter(number="R2").update(paid=0)
    files.load()
    assert invoice("R2").payments.count() == 1


def test_as_of_takes_the_book_as_it_stood(files):
    said = files.load("--as-of", "2026-02-09")
    assert invoice("R1").outstanding == Decimal("1100.50")
    assert invoice("R4").is_disputed
    assert not Payment.objects.exists()
    assert "settled after the day of the book (bills.csv Paid, 2 lines" in said
    files.load("--as-of", "2026-02-10")
    assert invoice("R1").outstanding == 0
    assert Payment.objects.count() == 1


def test_as_of_leaves_later_invoices_out(files):
    said = files.load("--as-of", "2026-01-06")
    assert list(Invoice.objects.order_by("number").values_list("number", flat=True)) == ["R1", "R2"]
    assert Client.objects.count() == 1
    assert "issued after the day of the book (bills.csv Date, 3 lines, first line 4)" in said


def test_tomorrow_has_not_come(files, time_machine):
    time_machine.move_to(datetime.datetime(2026, 1, 6, 5, tzinfo=datetime.UTC), tick=False)
    files.load()
    assert Invoice.objects.count() == 2


def test_unknown_payments_owe_nothing(files):
    said = files.load("--payments-unknown")
    assert not Payment.objects.exists()
    assert not Invoice.objects.filter(outstanding__gt=0).exists()
    assert not Invoice.objects.filter(payments_known=True).exists()
    assert "payments are not known, so none is taken (bills.csv Paid, 2 lines" in said


def test_a_dry_run_says_the_same(files):
    dry = files.load("--dry-run").splitlines()
    wet = files.load().splitlines()
    assert dry[1].replace("Would be new", "New") == wet[1]
    assert dry[2:] == [line for line in wet[2:] if not line.startswith("Outstanding")]


def test_a_dry_run_leaves_the_database_empty(files):
    files.load("--dry-run")
    assert not Client.objects.exists() and not Invoice.objects.exists()


WRONG = [
    (
        "R1;A;Alpha;VN;05.01.2026;;;1;;;;x\nr1;B;B;VN;05.01.2026;;;1;;;;x\n",
        3,
        "No",
        "the same number as in line 2",
    ),
    ("R1;A;Alpha;VN;31.02.2026;;;1;;;;x\n", 2, "Date", "is not a date written DD.MM.YYYY"),
    ("R1;A;Alpha;VN;;;;1;;;;x\n", 2, "Date", "must not be empty"),
    ("R1;A;Alpha;VN;05.01.1026;;;1;;;;x\n", 2, "Date", "not a year of business"),
    ("R1;A;Alpha;VN;05.01.2026;04.01.2026;;1;;;;x\n", 2, "Due", "due before it was issued"),
    ("R1;A;Alpha;VN;05.01.2026;;04.01.2026;1;;;;x\n", 2, "Paid", "settled before it was issued"),
    ("R1;A;Alpha;VN;05.01.2026;;;-1;;;;x\n", 2, "Total", "not marked as a credit note"),
    ("GS1;A;Alpha;VN;05.01.2026;;;1;;;;x\n", 2, "Total", "must not be above zero"),
    ("R1;A;Alpha;VN;05.01.2026;;;1.5;;;;x\n", 2, "Total", "is not an amount with at most 2 decimals"),
    ("R1;A;Alpha;VN;05.01.2026;;;1,123;;;;x\n", 2, "Total", "is not an amount"),
    ("R1;A;Alpha;VN;05.01.2026;;;;;;;x\n", 2, "Total", "must not be empty"),
    ("R1;A;Alpha;VN;05.01.2026;;;10;11;;;x\n", 2, "VAT", "the tax is no part of the amount"),
    ("R1;A;Alpha;VN;05.01.2026;;;10;;euro;;x\n", 2, "Cur", "not a currency of three letters"),
    ("R1;A;Alpha;VN;05.01.2026;;;10;;;yes;x\n", 2, "Dispute", "“yes” is not one of J, N"),
    ("R1;A;Alpha;Atlantis;05.01.2026;;;10;;;;x\n", 2, "Land", "not a country that we know"),
    ("R1;;Alpha;VN;05.01.2026;;;10;;;;x\n", 2, "Ref", "must not be empty"),
    (f"{'R' * 61};A;Alpha;VN;05.01.2026;;;10;;;;x\n", 2, "No", "longer than 60 characters"),
    ("R1;A;<script>;VN;05.01.2026;;;10;;;;x\n", 2, "Customer", "Plain text only"),
    ("R1;A;Alpha;VN\n", 2, "Date", "the line has 4 fields, the header 12"),
]


@pytest.mark.parametrize(("lines", "line", "column", "words"), WRONG)
def test_wrong_lines_are_named_and_nothing_is_written(files, lines, line, column, words):
    files.write(lines + "R99;Z;Zeta;VN;05.01.2026;;;1;;;;x\n")
    with pytest.raises(CommandError) as refused:
        files.load()
    said = str(refused.value).splitlines()
    assert said[0] == "Nothing was written."
    assert said[1].startswith(f"bills.csv, line {line}, column {column}: ")
    assert words in said[1]
    assert not Client.objects.exists() and not Invoice.objects.exists()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"\xef\xbb\xbf" + HEADER.encode() + LINES.encode(), "byte-order mark"),
        ((HEADER + LINES).encode("utf-16"), "UTF-16"),
        ((HEADER + "R1;A;K\u00fchl;VN;05.01.2026;;;1;;;;x\n").encode("latin-1"), "0xFC is not UTF-8"),
        (b"", "the file is empty"),
        (HEADER.encode() + b"\0", "NUL"),
        (b"No;Ref\nR1;A\n", "the column is missing"),
    ],
)
def test_files_that_are_no_table_are_refused(files, content, words):
    files.write(content)
    with pytest.raises(CommandError, match="Nothing was written") as refused:
        files.load()
    assert words in str(refused.value)
    assert not Invoice.objects.exists()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"\xef\xbb\xbf" + HEADER.encode(), "byte-order mark"),
        (b"", "the file is empty"),
        (b"No;R\xfcf\n", "0xFC is not UTF-8"),
    ],
)
def test_a_header_that_cannot_be_read_is_refused_before_a_mapping_is_chosen(files, content, words):
    files.write(content)
    with pytest.raises(CommandError, match=words):
        files.load(mapping=False)


def test_a_file_that_is_too_large_is_not_read_to_its_end(files, monkeypatch):
    monkeypatch.setattr(reading, "MAX_FILE_BYTES", 300)
    with pytest.raises(CommandError, match="larger than"):
        files.load()


def test_a_header_that_no_mapping_fits_says_what_to_do(files):
    with pytest.raises(CommandError, match="No mapping fits this file; give one with --mapping"):
        files.load(mapping=False)


def test_a_missing_file_is_one_sentence(files):
    files.csv.unlink()
    for mapping in (True, False):
        with pytest.raises(CommandError, match="bills.csv, line 1, column 1: the file cannot be read"):
            files.load(mapping=mapping)


def test_the_report_overwrites_neither_the_file_nor_the_mapping(files):
    for path in (files.csv, files.toml):
        with pytest.raises(CommandError, match="would overwrite"):
            files.load("--report", str(path))
    files.load("--report", str(files.path / "report.csv"))
    report = (files.path / "report.csv").read_text(encoding="utf-8")
    assert "bills.csv,2,Taken,,Invoice: R1" in report
    assert 'bills.csv,2,Taken,,"Payment: R1, 2026-02-10"' in report


def test_no_cell_of_the_report_begins_a_formula(files):
    files.csv.rename(files.path / "=bills.csv")
    files.csv = files.path / "=bills.csv"
    files.write('=1+1;A;"=HYPERLINK(1)";VN;05.01.2026;;;1;;;;x\n')
    files.load("--report", str(files.path / "report.csv"))
    with (files.path / "report.csv").open(newline="", encoding="utf-8") as report:
        cells = [cell for row in csv.reader(report) for cell in row]
    assert "'=bills.csv" in cells
    assert not [cell for cell in cells if cell.startswith("=")]


def test_two_names_of_one_client_are_told_and_the_more_frequent_is_taken(files):
    files.write(LINES + "R8;A;Alfa;VN;05.01.2026;;;1;;;;x\nR9;A;Alpha;VN;05.01.2026;;;1;;USD;;x\n")
    said = files.load()
    assert Client.objects.get(source_ref="A").name == "Alpha"
    assert "the client has two names (bills.csv Customer, line 2)" in said
    assert "only its own counts as revenue (bills.csv Cur, line 2)" in said


def test_many_lines_report_their_progress(files, monkeypatch):
    monkeypatch.setattr("clients.management.commands.import_invoices.PROGRESS_SECONDS", -1)
    monkeypatch.setattr(reading, "PROGRESS_LINES", 2)
    said = files.load()
    assert "2 lines are read" in said
    assert "5 of 5 invoices" in said


def test_the_same_statements_for_few_and_for_many_lines(files):
    counts = []
    for first, count in ((10_000, 2), (20_000, 200)):
        numbers = range(first, first + count)
        files.write("".join(f"R{n};C{n};Name {n};VN;05.01.2026;;06.01.2026;1;;;;x\n" for n in numbers))
        with CaptureQueriesContext(connection) as seen:
            files.load()
        counts.append(len(seen))
    assert counts[0] == counts[1] < 30
