"""Import of 100,000 invoices, and of the same file once more; everything is rolled back at the end."""

import random
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path

from django.core.management import call_command
from django.db import connection, transaction

from clients.models import Invoice, Payment

CLIENTS = 5_000
MAPPING = """
source = "bench"
[columns]
number = "Number"
client = "Client"
client_name = "Name"
country = "Country"
issued = "Issued"
due = "Due"
settled = "Settled"
amount = "Amount"
tax = "Tax"
currency = "Currency"
[formats]
date = "DD/MM/YYYY"
[disputed]
column = "Disputed"
yes = ["Yes"]
no = ["No"]
"""


class Silence:
    """Takes what the import says and keeps nothing."""

    def write(self, text):
        return len(text)

    def flush(self):
        return None


def add_arguments(parser):
    parser.add_argument("--invoices", type=int, default=100_000, help="lines of the file (100,000)")


def run(options, write):
    """Prints the seconds of both runs. The database is as before afterwards."""
    count = options["invoices"]
    with tempfile.TemporaryDirectory() as folder, transaction.atomic():
        file, mapping = Path(folder) / "invoices.csv", Path(folder) / "mapping.toml"
        mapping.write_text(MAPPING, encoding="utf-8")
        _write_file(file, count)
        write(f"{count:,} lines, {file.stat().st_size / 2**20:.1f} MB, {CLIENTS:,} clients; one process")
        for name in ("import", "the same file again"):
            started = time.perf_counter()
            call_command("import_invoices", str(file), mapping=mapping, stdout=Silence())
            connection.check_constraints()  # what a commit would check
            seconds = time.perf_counter() - started
            write(f"{name:<22}{seconds:>7.1f} s{count / seconds:>10,.0f} lines/s")
        made = Invoice.objects.filter(source="bench")
        write(
            f"{made.count():,} invoices, {Payment.objects.filter(invoice__in=made).count():,} payments; rolled back"
        )
        transaction.set_rollback(True)


def _write_file(path, count):
    rng, first = random.Random(count), date(2024, 1, 1)
    with path.open("w", encoding="utf-8") as out:
        out.write("Number,Client,Name,Country,Issued,Due,Settled,Amount,Tax,Currency,Disputed\n")
        for number in range(count):
            client = rng.randrange(CLIENTS)
            issued = first + timedelta(days=rng.randrange(900))
            due, settled = issued + timedelta(days=30), issued + timedelta(days=rng.randrange(5, 90))
            paid = f"{settled:%d/%m/%Y}" if rng.random() < 0.9 else ""
            amount = rng.randrange(1_000, 90_000) * 1_100
            disputed = "Yes" if rng.random() < 0.05 else "No"
            out.write(
                f"B{number:07},K{client},Công ty {client},VN,{issued:%d/%m/%Y},{due:%d/%m/%Y},{paid},"
                f"{amount},{amount // 11},VND,{disputed}\n"
            )
