"""Generated files with the columns and the oddities of the two files of invoices in `shared/data`."""

import csv
import datetime
import random

DAY = datetime.timedelta(days=1)


def write_receivables(path):
    """300 settled invoices of 2012 and 2013, some late, some disputed; dates day first."""
    rng, rows = random.Random(30), []
    for number in range(300):
        issued = datetime.date(2012, 1, 3) + DAY * rng.randrange(690)
        due = issued + 30 * DAY
        settled = issued + DAY * rng.choice([10, 25, 30, 31, 45, 62, 95, 130])
        days = [issued, due, settled]
        written = [f"{day:%d/%m/%Y}" for day in days]
        amount = f"{rng.uniform(5, 120):.2f}"
        disputed = "Yes" if rng.random() < 0.25 else "No"
        rows.append(
            [
                391,
                f"C-{number % 40}",
                written[0],
                5000 + number,
                *written[:2],
                amount,
                disputed,
                written[2],
                "Paper",
            ]
        )
    header = "countrycode,customerID,PaperlessDate,invoiceNumber,InvoiceDate,DueDate,InvoiceAmount,Disputed,SettledDate"
    _write(path, header + ",PaperlessBill", rows)


def write_retail(path):
    """Invoices and cancellations of 60 customers over 13 months, eight of them under two countries, four of zero."""
    rng, rows = random.Random(31), []
    places = (
        ["United Kingdom"] * 50 + ["EIRE"] * 3 + ["USA", "RSA", "Channel Islands", "Unspecified", "Germany"]
    )
    for number in range(900):
        customer = rng.randrange(60)
        moment = datetime.datetime(2010, 12, 1, 8, tzinfo=datetime.UTC) + DAY * rng.randrange(373)
        place = places[customer % len(places)]
        if customer < 8 and number > 450:
            place = "Belgium"
        cancels = rng.random() < 0.16
        amount = 0 if number in (5, 50, 500, 800) else rng.uniform(1, 900) * (-1 if cancels else 1)
        cancels = amount < 0
        name = f"C{536000 + number}" if cancels else 536000 + number
        rows.append(
            [name, 12000 + customer, place, f"{moment:%Y-%m-%dT%H:%M:%S}", f"{amount:.2f}", 3, int(cancels)]
        )
    _write(path, "invoice_no,customer_id,country,invoice_datetime,amount,lines,is_cancellation", rows)


def _write(path, header, rows):
    with path.open("w", newline="", encoding="utf-8") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(header.split(","))
        writer.writerows(rows)
