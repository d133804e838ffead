"""A book of invoices as one file describes it: who was billed, what for how much, and what was settled when.

Everything is read and checked before anything is written; lines that contradict each other are refused.
"""

import datetime
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from decimal import Decimal

from django.utils.translation import gettext as _

from .invoice_columns import roles_of, table_of
from .reading import read_table
from .report import LEFT_OUT, WARNING


@dataclass(slots=True)
class Bill:
    """One invoice or credit note. `settled` is the day on which all of it was paid, None while it is open."""

    line: int
    number: str
    client: str
    issued: datetime.date
    due: datetime.date | None
    settled: datetime.date | None
    amount: Decimal
    tax: Decimal
    currency: str
    is_credit: bool
    disputed: bool

    @property
    def key(self):
        """What the number is known by: numbers that differ in capitals only are the same."""
        return self.number.lower()


@dataclass(slots=True)
class Customer:
    """A client of the file, with the line that named it first."""

    line: int
    ref: str
    name: str
    country: str
    currency: str


@dataclass
class InvoiceBook:
    """`customers` by reference. `lines_read` counts the lines below the header."""

    file: str
    mapping: object
    bills: list[Bill]
    customers: dict[str, Customer] = field(default_factory=dict)
    lines_read: int = 0


def read_invoices(path, mapping, report, *, as_of, payments_known=None, progress=None):
    """The InvoiceBook in a file (a Path) as it stood at the end of `as_of` (a date).

    Invoices of later days are left out, and payments of later days were not there yet. `payments_known` overrides the
    mapping. Raises ImportRefused, naming lines and columns, unless all of it is sound.
    """
    rows = read_table(path.parent, table_of(mapping, path.name), report, progress)
    report.stop_if_refused()
    known = mapping.payments_known if payments_known is None else payments_known
    bills = _Checker(path.name, mapping, report, as_of, known).bills(rows)
    report.stop_if_refused()
    kept = {bill.line for bill in bills}
    customers = _customers(path.name, mapping, [row for row in rows if row.line in kept], bills, report)
    return InvoiceBook(path.name, mapping, bills, customers, len(rows))


class _Checker:
    def __init__(self, file, mapping, report, as_of, payments_known):
        self.file, self.mapping, self.report = file, mapping, report
        self.as_of, self.payments_known = as_of, payments_known
        self.roles = roles_of(mapping)

    def bills(self, rows):
        found, lines = [], {}
        for row in rows:
            bill = self.bill(row)
            first = lines.setdefault(bill.key, row.line)
            if first != row.line:
                self.refuse(row.line, "number", _("the same number as in line %s") % first)
            self.check(bill)
            if bill.issued > self.as_of:
                self.left_out(row.line, "issued", _("issued after the day of the book"))
            else:
                found.append(self.as_it_stood(bill))
        return found

    def bill(self, row):
        def value(role):
            column = self.roles.get(role)
            return row.values[column] if column else None

        amount, tax = value("amount"), value("tax") or Decimal(0)
        prefix, number = self.mapping.credit_prefix, value("number")
        is_credit = bool(value("credit_note")) or bool(prefix and number.startswith(prefix))
        is_credit = is_credit or (self.mapping.credit_below_zero and amount < 0)
        due = value("due")
        if due is None and self.mapping.due_days is not None and not is_credit:
            due = value("issued") + datetime.timedelta(days=self.mapping.due_days)
        return Bill(
            line=row.line,
            number=number,
            client=value("client"),
            issued=value("issued"),
            due=due,
            settled=value("settled"),
            amount=amount,
            tax=tax,
            currency=value("currency") or self.mapping.currency,
            is_credit=is_credit,
            disputed=bool(value("disputed")),
        )

    def check(self, bill):
        """The sign of the amount, the order of the days."""
        if bill.is_credit and bill.amount > 0:
            self.refuse(bill.line, "amount", _("a credit note must not be above zero"))
        if not bill.is_credit and bill.amount < 0:
            self.refuse(bill.line, "amount", _("below zero, and not marked as a credit note"))
        if bill.tax * bill.amount < 0 or abs(bill.tax) > abs(bill.amount):
            self.refuse(bill.line, "tax", _("the tax is no part of the amount"))
        if bill.due and bill.due < bill.issued:
            self.refuse(bill.line, "due", _("due before it was issued"))
        if bill.settled and bill.settled < bill.issued:
            self.refuse(bill.line, "settled", _("settled before it was issued"))

    def as_it_stood(self, bill):
        """The bill at the end of the day of the book; what is not taken of its payment is told."""
        if bill.settled is None:
            return bill
        reason = ""
        if not self.payments_known:
            reason = _("payments are not known, so none is taken")
        elif bill.is_credit or not bill.amount:
            reason = _("nothing was to be paid")
        elif bill.settled > self.as_of:
            reason = _("settled after the day of the book")
        if reason:
            self.left_out(bill.line, "settled", reason)
            bill.settled = None
        return bill

    def refuse(self, line, role, reason):
        self.report.refuse(self.file, line, self.roles.get(role, role), reason)

    def left_out(self, line, role, reason):
        self.report.note(LEFT_OUT, self.file, line, reason, column=self.roles.get(role, role))


def _customers(file, mapping, rows, bills, report):
    """{reference: Customer}. Where lines disagree, the most frequent word wins, the first of equals, and it is told."""
    roles = roles_of(mapping)
    first, said = {}, {role: defaultdict(Counter) for role in ("client_name", "country", "currency")}
    for row, bill in zip(rows, bills, strict=True):
        first.setdefault(bill.client, row.line)
        said["currency"][bill.client][bill.currency] += 1
        for role in ("client_name", "country"):
            if role in roles and row.values[roles[role]]:
                said[role][bill.client][row.values[roles[role]]] += 1
    what = {
        "client_name": _("the client has two names"),
        "country": _("the client is under two countries"),
        "currency": _("the client is billed in two currencies; only its own counts as revenue"),
    }
    for role, reason in what.items():
        for ref, words in said[role].items():
            if len(words) > 1:
                detail = _("%(reason)s: %(ref)s (%(words)s); %(taken)s is taken") % {
                    "reason": reason,
                    "ref": ref,
                    "words": ", ".join(f"{word} {count}×" for word, count in words.most_common()),
                    "taken": words.most_common(1)[0][0],
                }
                column = roles.get(role, "")
                report.note(WARNING, file, first[ref], reason, column=column, detail=detail)
    return {
        ref: Customer(
            line=line,
            ref=ref,
            name=_most(said["client_name"][ref]) or mapping.client_name.replace("{client}", ref)[:200],
            country=_most(said["country"][ref]) or mapping.country,
            currency=_most(said["currency"][ref]),
        )
        for ref, line in first.items()
    }


def _most(words):
    return words.most_common(1)[0][0] if words else ""
