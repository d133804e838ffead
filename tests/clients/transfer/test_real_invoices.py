"""Files of invoices against sums made by plain Python from the same files.

Each test runs on a generated file, and on the real one where it lies beside the project.
"""

import csv
import datetime
from collections import Counter, defaultdict
from decimal import Decimal
from io import StringIO

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db.models import F, Sum

from clients.ageing import ageing_on
from clients.models import Assignment, Client, Invoice, MonthlyRevenue, Payment
from clients.transfer.mapping import SHIPPED

from . import invoice_shapes

DATA = settings.BASE_DIR.parent / "shared" / "data"
IBM, RETAIL = DATA / "receivables" / "ibm.csv", DATA / "online_retail" / "invoices.csv"
KINDS = ["generated", *(["real"] if DATA.is_dir() else [])]
MAPPINGS = {
    "ibm.csv": "ibm_receivables.toml",
    "receivables.csv": "ibm_receivables.toml",
    "invoices.csv": "online_retail.toml",
    "retail.csv": "online_retail.toml",
}
DAYS = ["2012-03-20", "2013-01-22", "2013-06-30"]
# What the README says of the real ones.
SAYS = {
    IBM: ["New: 100 clients, 2,466 invoices, 0 credit notes, 2,466 payments", "countrycode, line 1"],
    RETAIL: [
        "New: 4,372 clients, 18,536 invoices, 3,654 credit notes, 0 payments",
        "Revenue: 8,300,065.81 GBP",
        "1,171 of the 4,372 clients make 80% of it.",
        "the client is under two countries (invoices.csv country, 8 lines",
    ],
}

pytestmark = pytest.mark.django_db


@pytest.fixture(params=KINDS)
def receivables(request, tmp_path):
    if request.param == "real":
        return IBM
    invoice_shapes.write_receivables(tmp_path / "receivables.csv")
    return tmp_path / "receivables.csv"


@pytest.fixture(params=KINDS)
def retail(request, tmp_path):
    if request.param == "real":
        return RETAIL
    invoice_shapes.write_retail(tmp_path / "retail.csv")
    return tmp_path / "retail.csv"


def load(path, *options):
    out = StringIO()
    call_command("import_invoices", str(path), *options, stdout=out)
    said = out.getvalue()
    for words in SAYS.get(path, []) if not options else []:
        assert words in said
    return said


def lines_of(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def british(text):
    day, month, year = map(int, text.split("/"))
    return datetime.date(year, month, day)


def ageing_by_hand(lines, day):
    """{bucket: amount} of what was issued and not yet settled at the end of a day, from the file itself."""
    found = dict.fromkeys(("not_due", "d1_30", "d31_60", "d61_90", "d90_plus"), Decimal(0))
    for line in lines:
        if british(line["InvoiceDate"]) <= day < british(line["SettledDate"]):
            late = (day - british(line["DueDate"])).days
            bucket = (
                "not_due" if late <= 0 else "d1_30" if late <= 30 else "d31_60" if late <= 60 else "d61_90"
            )
            found[bucket if late <= 90 else "d90_plus"] += Decimal(line["InvoiceAmount"])
    return found


def test_outstanding_and_ageing_equal_a_calculation_by_hand(receivables):
    load(receivables)
    lines = lines_of(receivables)
    for text in DAYS:
        day = datetime.date.fromisoformat(text)
        by_hand = ageing_by_hand(lines, day)
        assert by_hand["not_due"] > 0
        assert by_hand["d1_30"] > 0
        assert ageing_on(Invoice.objects.all(), day) == {"USD": by_hand}
    assert not Invoice.objects.filter(outstanding__gt=0).exists()


@pytest.mark.parametrize("text", DAYS)
def test_the_book_as_of_a_day_owes_the_same_in_its_stored_column(receivables, text):
    day = datetime.date.fromisoformat(text)
    load(receivables, "--as-of", text)
    by_hand = ageing_by_hand(lines_of(receivables), day)
    rows = Invoice.objects.open().with_age(day).order_by().values("bucket").annotate(sum=Sum("outstanding"))
    assert {row["bucket"]: row["sum"] for row in rows} == {name: n for name, n in by_hand.items() if n}


def test_days_payments_and_disputes_are_kept_and_read_again_change_nothing(receivables):
    load(receivables)
    lines = lines_of(receivables)
    check_that_reading_again_changes_nothing(receivables)
    assert Client.objects.count() == len({line["customerID"] for line in lines})
    assert Invoice.objects.count() == Payment.objects.count() == len(lines)
    for line in (lines[0], lines[len(lines) // 2], lines[-1]):
        row = Invoice.objects.get(number=line["invoiceNumber"])
        assert (row.issued_on, row.due_on) == (british(line["InvoiceDate"]), british(line["DueDate"]))
        assert row.payments.get().received_on == british(line["SettledDate"])
    disputed = Invoice.objects.filter(disputed_on__isnull=False)
    assert disputed.count() == sum(line["Disputed"] == "Yes" for line in lines) > 0
    late = Payment.objects.filter(received_on__gt=F("invoice__due_on")).count()
    assert late == sum(british(line["SettledDate"]) > british(line["DueDate"]) for line in lines)


def test_retail_is_taken_as_it_is_and_read_again_changes_nothing(retail):
    """One import for all that is asked of it: the real file has 22,190 lines."""
    said, lines = load(retail), lines_of(retail)
    check_monthly_revenue(lines, retail)
    check_credit_notes(lines)
    check_clients_and_payments(lines, said, retail)
    check_that_reading_again_changes_nothing(retail)


def check_monthly_revenue(lines, retail):
    by_hand = defaultdict(Decimal)
    for line in lines:
        by_hand[line["invoice_datetime"][:7]] += Decimal(line["amount"])
    months = MonthlyRevenue.objects.order_by().values("month").annotate(sum=Sum("amount"))
    assert {f"{row['month']:%Y-%m}": row["sum"] for row in months} == by_hand
    if retail == RETAIL:
        assert sum(by_hand.values()) == Decimal("8300065.81")


def check_credit_notes(lines):
    """Cancellations become credit notes, and an invoice of zero stays one."""
    notes = Invoice.objects.filter(kind="credit_note")
    assert notes.count() == sum(line["is_cancellation"] == "1" for line in lines) > 0
    assert not notes.exclude(number__startswith="C").exists()
    assert Invoice.objects.filter(kind="invoice", amount=0).count() == 4


def check_clients_and_payments(lines, said, retail):
    """Payments that are not known owe nothing; clients have their country and no lead."""
    assert not Invoice.objects.filter(outstanding__gt=0).exists()
    assert not Invoice.objects.filter(payments_known=True).exists()
    assert not Assignment.objects.exists()
    assert Client.objects.count() == len({line["customer_id"] for line in lines})
    of_client = defaultdict(Counter)
    for line in lines:
        of_client[line["customer_id"]][line["country"]] += 1
    doubtful = {ref for ref, names in of_client.items() if len(names) > 1}
    assert len(doubtful) == 8
    assert f"the client is under two countries ({retail.name} country, 8 lines" in said
    codes = dict(Client.objects.exclude(source_ref__in=doubtful).values_list("source_ref", "country"))
    expected = {
        "United Kingdom": "GB",
        "EIRE": "IE",
        "RSA": "ZA",
        "USA": "US",
        "Unspecified": "",
        "Germany": "DE",
    }
    for ref, code in codes.items():
        (name,) = of_client[ref]
        assert code == expected.get(name, code)
    assert {"GB", "IE", "US", "ZA", "", "DE"} <= set(codes.values())


def check_that_reading_again_changes_nothing(path):
    tables = (Client, Invoice, Payment, MonthlyRevenue)
    before = [list(model.objects.order_by("pk").values()) for model in tables]
    assert "Nothing new" in load(path, "--mapping", str(SHIPPED / MAPPINGS[path.name]))
    assert [list(model.objects.order_by("pk").values()) for model in tables] == before
