"""Compares a checked book of invoices with what is there and writes only what is missing.

An invoice or client that is there already (by source and number or reference) stays as people have made it since, so
reading the same file twice changes nothing. One thing is added: a payment that a later file knows of, where the
invoice is still open in full and nobody ever recorded a payment.
"""

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, F
from django.utils.translation import gettext as _

from clients.models import Client, Invoice, InvoiceKind, Payment
from clients.services.changes import tell_changed
from clients.services.revenue import recompute_revenue

from .report import TAKEN, UNCHANGED, WARNING
from .writing import BATCH, copy_rows, one_import

ZERO = Decimal(0)


@dataclass
class InvoiceResult:
    """What an import made new."""

    clients: int = 0
    invoices: int = 0
    credit_notes: int = 0
    payments: int = 0

    @property
    def is_empty(self):
        return not (self.clients or self.invoices or self.credit_notes or self.payments)


def import_invoices(book, *, report, payments_known=None, dry_run=False, progress=None):
    """Write what of `book` (an InvoiceBook) is missing; all of it or, on any error, nothing. Returns an InvoiceResult.

    New clients have no lead. Revenue of the clients touched is computed anew, health and follow-ups hear of it.
    `progress` is called with (lines done, lines). `dry_run` makes the same report and writes nothing. One transaction,
    which holds the rows of the file's clients that were there.
    """
    known = book.mapping.payments_known if payments_known is None else payments_known
    with one_import():
        return _Import(book, report, known, dry_run, progress or (lambda done, total: None)).run()


class _Import:
    def __init__(self, book, report, payments_known, dry_run, progress):
        self.book, self.report, self.dry_run, self.progress = book, report, dry_run, progress
        self.payments_known, self.source = payments_known, book.mapping.source
        self.result = InvoiceResult()
        self.words = {  # looked up once, not for each line
            "invoice": _("Invoice"),
            "credit_note": _("Credit note"),
            "payment": _("Payment"),
            "disputed": _("Disputed, says the imported file"),
        }

    def run(self):
        clients = self._clients()
        there = self._invoices_there({client.pk for client in clients.values()})
        touched, payments = set(), []
        for start in range(0, len(self.book.bills), BATCH):
            bills = self.book.bills[start : start + BATCH]
            new = [bill for bill in bills if bill.key not in there]
            payments += self._write_invoices(new, clients, touched)
            payments += self._late_payments(bills, there, touched)
            self._write(Payment, payments)
            payments.clear()
            self.progress(start + len(bills), len(self.book.bills))
        if not self.dry_run and touched:
            recompute_revenue(clients=Client.objects.filter(pk__in=touched))
            tell_changed(sorted(touched))
        return self.result

    def _write(self, model, rows):
        """The new keys; none of a dry run."""
        return [None] * len(rows) if self.dry_run else copy_rows(model, rows)

    def _write_clients(self, rows):
        """Not by COPY: the audit events of new clients say which command made them."""
        return rows if self.dry_run else Client.objects.bulk_create(rows, batch_size=BATCH)

    def _note(self, is_new, line, what, detail):
        self.report.note(
            TAKEN if is_new else UNCHANGED, self.book.file, line, what, detail=f"{what}: {detail}"
        )

    # --- clients --------------------------------------------------------------------------------------------

    def _clients(self):
        """{reference: Client}; new ones are written, those that were there are locked in the order of all writers."""
        customers = self.book.customers
        rows = Client.objects.filter(source=self.source, source_ref__in=list(customers)).order_by("pk")
        clients = {
            row.source_ref: row for row in (rows if self.dry_run else rows.select_for_update(no_key=True))
        }
        new = {ref: self._client(row) for ref, row in customers.items() if ref not in clients}
        for ref, row in customers.items():
            self._note(ref in new, row.line, _("Client"), f"{row.name} ({ref})")
        self._write_clients(list(new.values()))
        self.result.clients = len(new)
        return clients | new

    def _client(self, row):
        return Client(
            name=row.name, country=row.country, currency=row.currency, source=self.source, source_ref=row.ref
        )

    # --- invoices -------------------------------------------------------------------------------------------

    def _invoices_there(self, client_ids):
        """{lower number: its values} of this source. `may_settle`: nothing came in yet, and its client is locked."""
        rows = Invoice.objects.filter(source=self.source).annotate(n=Count("payments"))
        names = ("number", "pk", "amount", "outstanding", "client_id", "n")
        there = {}
        for values in rows.values_list(*names):
            row = dict(zip(names, values, strict=True))
            untouched = not row["n"] and row["outstanding"] == row["amount"] > 0
            there[row["number"].lower()] = row | {"may_settle": untouched and row["client_id"] in client_ids}
        return there

    def _write_invoices(self, bills, clients, touched):
        """Writes new ones; returns the payments that settled them, not yet written."""
        keys = self._write(Invoice, [self._invoice(bill, clients[bill.client].pk) for bill in bills])
        payments = []
        for bill, key in zip(bills, keys, strict=True):
            self._note(True, bill.line, self._name_of(bill), bill.number)
            client_id = clients[bill.client].pk
            touched.add(client_id)
            if bill.settled:
                payments.append(self._payment(bill, key, client_id))
        credit_notes = sum(bill.is_credit for bill in bills)
        self.result.credit_notes += credit_notes
        self.result.invoices += len(bills) - credit_notes
        return payments

    def _name_of(self, bill):
        return self.words["credit_note" if bill.is_credit else "invoice"]

    def _invoice(self, bill, client_id):
        return {
            "client_id": client_id,
            "kind": InvoiceKind.CREDIT_NOTE.value if bill.is_credit else InvoiceKind.INVOICE.value,
            "number": bill.number,
            "issued_on": bill.issued,
            "due_on": bill.due,
            "amount": bill.amount,
            "tax": bill.tax,
            "currency": bill.currency,
            "payments_known": self.payments_known,
            "paid": bill.amount if bill.settled else ZERO,
            # The file says that it was disputed, not since when; it cannot have been before the invoice.
            "disputed_on": bill.issued if bill.disputed else None,
            "dispute_reason": self.words["disputed"] if bill.disputed else "",
            "dispute_settled_on": bill.settled if bill.disputed else None,
            "source": self.source,
            "source_ref": bill.number,
        }

    # --- payments -------------------------------------------------------------------------------------------

    def _payment(self, bill, invoice_id, client_id):
        self._note(True, bill.line, self.words["payment"], f"{bill.number}, {bill.settled.isoformat()}")
        self.result.payments += 1
        return {
            "client_id": client_id,
            "invoice_id": invoice_id,
            "received_on": bill.settled,
            "amount": bill.amount,
        }

    def _late_payments(self, bills, there, touched):
        """Payments of invoices that were there, open in full, and that this file calls settled."""
        payments, by_day = [], defaultdict(list)
        for bill in bills:
            row = there.get(bill.key)
            if row is None:
                continue
            if bill.settled and row["may_settle"] and row["amount"] == bill.amount:
                payments.append(self._payment(bill, row["pk"], row["client_id"]))
                by_day[bill.settled].append(row["pk"])
                touched.add(row["client_id"])
            else:
                self._there_already(bill, row)
        if not self.dry_run:
            for day, ids in by_day.items():
                self._settle(day, ids)
        return payments

    def _settle(self, day, ids):
        Invoice.objects.filter(pk__in=ids).update(paid=F("amount"), version=F("version") + 1)
        disputed = Invoice.objects.filter(pk__in=ids).disputed()
        disputed.update(dispute_settled_on=day)

    def _there_already(self, bill, row):
        self._note(False, bill.line, self._name_of(bill), bill.number)
        if row["amount"] != bill.amount:
            what = _("the invoice is here with another amount, and stays as it is")
            detail = f"{what}: {bill.number}, {row['amount']} ≠ {bill.amount}"
            self.report.note(WARNING, self.book.file, bill.line, what, detail=detail)


def revenue_of(book):
    """({month: net amount by currency}, {client: net amount}) as the file tells it, for the figures on the screen."""
    months, clients = defaultdict(lambda: defaultdict(Decimal)), defaultdict(lambda: defaultdict(Decimal))
    for bill in book.bills:
        months[bill.currency][bill.issued.replace(day=1)] += bill.amount - bill.tax
        clients[bill.currency][bill.client] += bill.amount - bill.tax
    return months, clients
