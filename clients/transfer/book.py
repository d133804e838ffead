"""A seller's book as four files describe it: client companies, sales teams, products and deals.

Everything is read and checked before anything is written; lines that contradict each other are refused.
"""

import datetime
import unicodedata
from dataclasses import dataclass, field
from decimal import Decimal

from django.utils.text import slugify
from django.utils.translation import gettext as _

from clients.models import DealStage

from . import columns
from .reading import Row, read_table
from .report import CORRECTED, LEFT_OUT

EMAIL_DOMAIN = "import.example"


@dataclass(slots=True)
class Sale:
    """One deal that has a client."""

    line: int
    ref: str
    agent: str
    product: str
    account: str
    stage: str
    opened_on: datetime.date | None
    closed_on: datetime.date | None
    amount: Decimal | None


@dataclass
class Book:
    """Rows by name, names checked against each other. `lines_read` counts the lines of each file."""

    accounts: dict[str, Row]
    agents: dict[str, Row]
    products: dict[str, Row]
    sales: list[Sale]
    lines_read: dict[str, int] = field(default_factory=dict)

    @property
    def managers(self):
        """{manager: regional office}"""
        return {row.values["manager"]: row.values["regional_office"] for row in self.agents.values()}

    @property
    def newest(self):
        """The last date of the book, or None when it has no dates."""
        days = [day for sale in self.sales for day in (sale.opened_on, sale.closed_on) if day]
        return max(days, default=None)

    def move(self, days):
        """Move every date by a whole number of days."""
        step = datetime.timedelta(days=days)
        for sale in self.sales:
            sale.opened_on = sale.opened_on and sale.opened_on + step
            sale.closed_on = sale.closed_on and sale.closed_on + step


def read_book(folder, report):
    """The Book in `folder` (a Path). Raises ImportRefused, naming lines and columns, unless all of it is sound."""
    tables = [columns.ACCOUNTS, columns.TEAMS, columns.PRODUCTS, columns.SALES]
    rows = {table.file: read_table(folder, table, report) for table in tables}
    report.stop_if_refused()
    accounts = _by_name(rows, columns.ACCOUNTS, "account", report)
    agents = _by_name(rows, columns.TEAMS, "sales_agent", report)
    products = _by_name(rows, columns.PRODUCTS, "product", report)
    _check_groups(accounts, report)
    _check_people(agents, report)
    sales = _sales(rows[columns.SALES.file], accounts, agents, products, report)
    report.stop_if_refused()
    return Book(accounts, agents, products, sales, {file: len(found) for file, found in rows.items()})


def email_of(name):
    """first.last@import.example, without accents."""
    letters = unicodedata.normalize("NFD", name.lower().replace("đ", "d"))
    plain = "".join(c if c.isascii() and (c.isalnum() or c in "- ") else "" for c in letters)
    return ".".join(plain.split()) + "@" + EMAIL_DOMAIN


def product_code(name):
    return slugify(name).upper()


def _by_name(rows, table, column, report):
    found = {}
    for row in rows[table.file]:
        name = row.values[column]
        first = found.setdefault(name, row)
        if first is not row:
            report.refuse(table.file, row.line, column, _("the same name as in line %s") % first.line)
    return found


def _check_groups(accounts, report):
    """Parents exist, and no company is above itself."""
    file, column = columns.ACCOUNTS.file, "subsidiary_of"
    for name, row in accounts.items():
        above, seen = row.values[column], {name}
        if above and above not in accounts:
            report.refuse(file, row.line, column, _("“%s” is not in this file") % above)
        while above in accounts:
            if above in seen:
                report.refuse(file, row.line, column, _("“%s” would be above itself") % name)
                break
            seen.add(above)
            above = accounts[above].values[column]


def _check_people(agents, report):
    """A manager answers for one office, nobody is both, and no two people get the same e-mail."""
    file, offices, emails = columns.TEAMS.file, {}, {}
    for name, row in agents.items():
        manager, office = row.values["manager"], row.values["regional_office"]
        if offices.setdefault(manager, office) != office:
            reason = _("“%(manager)s” is already the manager of %(office)s")
            names = {"manager": manager, "office": offices[manager]}
            report.refuse(file, row.line, "regional_office", reason % names)
        if manager in agents:
            report.refuse(file, row.line, "manager", _("“%s” is also an agent") % manager)
        for column, person in (("sales_agent", name), ("manager", manager)):
            email = email_of(person)
            if email.startswith("@"):
                report.refuse(file, row.line, column, _("no e-mail can be made from “%s”") % person)
            elif emails.setdefault(email, person) != person:
                values = {"email": email, "other": emails[email]}
                reason = _("the e-mail %(email)s would also be that of “%(other)s”") % values
                report.refuse(file, row.line, column, reason)


def _sales(rows, accounts, agents, products, report):
    file, sales, lines = columns.SALES.file, [], {}
    by_letters = {_letters(name): name for name in products}
    for row in rows:
        values = row.values
        first = lines.setdefault(values["opportunity_id"], row.line)
        if first != row.line:
            report.refuse(file, row.line, "opportunity_id", _("the same as in line %s") % first)
        if values["sales_agent"] not in agents:
            reason = _("“%s” is not an agent of sales_teams.csv") % values["sales_agent"]
            report.refuse(file, row.line, "sales_agent", reason)
        product = _product(row, products, by_letters, report)
        _check_deal(row, report)
        if not values["account"]:
            report.note(LEFT_OUT, file, row.line, _("the deal has no client"), column="account")
        elif values["account"] not in accounts:
            report.refuse(
                file, row.line, "account", _("“%s” is not a client of accounts.csv") % values["account"]
            )
        elif product:
            sales.append(_sale(row, product))
    return sales


def _product(row, products, by_letters, report):
    """The product meant, which may be spelt with other spaces or capitals than in products.csv."""
    found = row.values["product"]
    if found in products:
        return found
    meant = by_letters.get(_letters(found))
    if meant is None:
        report.refuse(
            columns.SALES.file, row.line, "product", _("“%s” is not a product of products.csv") % found
        )
    else:
        correction = _("“%(found)s” read as %(meant)s") % {"found": found, "meant": meant}
        report.note(CORRECTED, columns.SALES.file, row.line, correction, column="product")
    return meant


def _letters(name):
    return "".join(name.split()).casefold()


def _check_deal(row, report):
    """A won deal says when and for how much, and nothing closes before it opens."""
    values, file = row.values, columns.SALES.file
    opened, closed = values["engage_date"], values["close_date"]
    if values["deal_stage"] == DealStage.WON:
        for column in ("close_date", "close_value"):
            if values[column] is None:
                report.refuse(file, row.line, column, _("a won deal needs it"))
    if opened and closed and closed < opened:
        report.refuse(file, row.line, "close_date", _("before the engage date"))


def _sale(row, product):
    values = row.values
    return Sale(
        line=row.line,
        ref=values["opportunity_id"],
        agent=values["sales_agent"],
        product=product,
        account=values["account"],
        stage=values["deal_stage"],
        opened_on=values["engage_date"],
        closed_on=values["close_date"],
        amount=values["close_value"],
    )
