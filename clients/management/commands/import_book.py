"""Reads a seller's book (four CSV files) into Tend."""

import datetime
from pathlib import Path

import pghistory
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from clients.models import DealStage
from clients.transfer.book import read_book
from clients.transfer.importer import CURRENCY, import_book
from clients.transfer.leads import clients_of_share
from clients.transfer.report import ImportRefused, Report
from clients.transfer.screen import business_day, grouped, report_file

SHARE_PERCENT = 80


class Command(BaseCommand):
    """Reads accounts.csv, sales_teams.csv, products.csv and sales_pipeline.csv from a folder.

    All or nothing; reading the same files again changes nothing. What happened to each line is in the report.
    """

    help = __doc__

    def add_arguments(self, parser):
        parser.add_argument("folder", type=Path, help="the folder with the four files")
        parser.add_argument(
            "--as-of",
            type=business_day,
            required=True,
            metavar="YYYY-MM-DD",
            help="the day on which the book was taken; the 12 months before it decide who leads a client",
        )
        parser.add_argument("--dry-run", action="store_true", help="report only, write nothing")
        parser.add_argument(
            "--shift-to-today", action="store_true", help="move all dates so that the newest is yesterday"
        )
        parser.add_argument(
            "--contracts",
            action="store_true",
            help="make a contract of twelve months, signed on the close date, of each won deal",
        )
        parser.add_argument(
            "--report", metavar="FILE", help="write the line-by-line report; - for the screen"
        )

    def handle(self, *args, folder, as_of, dry_run, shift_to_today, contracts, report, **options):
        lines = Report()
        # Opened first: better no import than one without its report.
        with report_file(report, self.stdout, folder.glob("*.csv")) as out:
            try:
                choices = {"dry_run": dry_run, "contracts": contracts}
                book, result = self.load(folder, as_of, lines, shift=shift_to_today, **choices)
            except ImportRefused as error:
                raise CommandError(_("Nothing was written.") + f"\n{error}") from error
            finally:
                if out:
                    lines.write_csv(out)
        self.stdout.write("\n".join(summary(book, result, lines, dry_run=dry_run)))

    def load(self, folder, as_of, lines, *, shift, **choices):
        today = timezone.localdate(timezone=timezone.get_default_timezone())
        yesterday = today - datetime.timedelta(days=1) if shift else None
        book = read_book(folder, lines)
        with pghistory.context(command="import_book"):
            return book, import_book(book, as_of=as_of, report=lines, shift_to=yesterday, **choices)


def summary(book, result, report, *, dry_run):
    """The lines for the screen: what was read, made, corrected, left out, and what the book says."""
    yield _("Read: %s") % ", ".join(f"{file} {n:,}" for file, n in book.lines_read.items())
    yield made(book, result, dry_run=dry_run)
    if result.days_moved:
        yield _("Dates are moved by %s days.") % f"{result.days_moved:,}"
    yield from grouped(report)
    yield from figures(book)


def made(book, result, *, dry_run):
    """One line: what is new, or that nothing is."""
    if not (result.people or result.clients or result.products or result.deals or result.contracts):
        return _("Nothing new: all of it is here already, and nothing was changed.")
    values = {
        "clients": f"{result.clients:,}",
        "people": result.people,
        "agents": len(book.agents),
        "managers": len(book.managers),
        "regions": len(set(book.managers.values())),
        "products": result.products,
        "deals": f"{result.deals:,}",
    }
    text = _(
        "%(clients)s clients, %(people)s people (the files name %(agents)s account managers and %(managers)s "
        "managers in %(regions)s regions), %(products)s products, %(deals)s deals"
    )
    said = (_("Would be new: %s") if dry_run else _("New: %s")) % (text % values)
    return said + (_(", %s contracts") % f"{result.contracts:,}" if result.contracts else "")


def figures(book):
    """Clients, won revenue, and how many clients make 80 % of it."""
    won, deals = {}, 0
    for sale in book.sales:
        if sale.stage == DealStage.WON:
            won[sale.account] = won.get(sale.account, 0) + sale.amount
            deals += 1
    groups = {row.values["subsidiary_of"] for row in book.accounts.values()} - {""}
    values = {
        "clients": f"{len(book.accounts):,}",
        "groups": len(groups),
        "deals": f"{deals:,}",
        "revenue": f"{sum(won.values()):,}",
        "currency": CURRENCY,
        "top": clients_of_share(won.values(), SHARE_PERCENT),
        "share": SHARE_PERCENT,
    }
    yield _("The book: %(clients)s clients, %(groups)s of them heads of groups.") % values
    yield _("Won revenue: %(revenue)s %(currency)s in %(deals)s deals.") % values
    yield _("%(top)s of the %(clients)s clients make %(share)s%% of it.") % values
