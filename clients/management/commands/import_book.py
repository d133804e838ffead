"""Reads a seller's book (four CSV files) into Tend."""

import argparse
import contextlib
import datetime
from pathlib import Path

import pghistory
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.web.forms import EARLIEST
from clients.models import DealStage
from clients.transfer.book import read_book
from clients.transfer.columns import LATEST
from clients.transfer.importer import CURRENCY, import_book
from clients.transfer.leads import clients_of_share
from clients.transfer.report import CORRECTED, LEFT_OUT, WARNING, ImportRefused, Report

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
            "--report", metavar="FILE", help="write the line-by-line report; - for the screen"
        )

    def handle(self, *args, folder, as_of, dry_run, shift_to_today, report, **options):
        lines = Report()
        # Opened first: better no import than one without its report.
        with report_file(report, self.stdout, folder) as out:
            try:
                book, result = self.load(folder, as_of, lines, dry_run=dry_run, shift=shift_to_today)
            except ImportRefused as error:
                raise CommandError(_("Nothing was written.") + f"\n{error}") from error
            finally:
                if out:
                    lines.write_csv(out)
        self.stdout.write("\n".join(summary(book, result, lines, dry_run=dry_run)))

    def load(self, folder, as_of, lines, *, dry_run, shift):
        today = timezone.localdate(timezone=timezone.get_default_timezone())
        yesterday = today - datetime.timedelta(days=1) if shift else None
        book = read_book(folder, lines)
        with pghistory.context(command="import_book"):
            return book, import_book(book, as_of=as_of, report=lines, shift_to=yesterday, dry_run=dry_run)


def business_day(text):
    """A date of the years that a book may have."""
    try:
        day = datetime.date.fromisoformat(text)
    except ValueError:
        day = None
    if day is None or not EARLIEST <= day <= LATEST:
        years = {"from": EARLIEST.year, "to": LATEST.year}
        raise argparse.ArgumentTypeError(_("give a date as YYYY-MM-DD, %(from)s to %(to)s") % years)
    return day


@contextlib.contextmanager
def report_file(name, screen, folder):
    """Where the line-by-line report goes: a file, the screen for “-”, or nowhere."""
    if name in (None, "-"):
        yield screen if name else None
        return
    if Path(name).exists() and any(Path(name).samefile(path) for path in folder.glob("*.csv")):
        raise CommandError(_("The report would overwrite a file of the book."))
    with contextlib.ExitStack() as stack:
        try:
            out = stack.enter_context(Path(name).open("w", encoding="utf-8", newline=""))
        except OSError as error:
            raise CommandError(_("The report cannot be written: %s") % error) from error
        yield out


def summary(book, result, report, *, dry_run):
    """The lines for the screen: what was read, made, corrected, left out, and what the book says."""
    yield _("Read: %s") % ", ".join(f"{file} {n:,}" for file, n in book.lines_read.items())
    yield made(book, result, dry_run=dry_run)
    if result.days_moved:
        yield _("Dates are moved by %s days.") % f"{result.days_moved:,}"
    for outcome, title in (
        (CORRECTED, _("Corrected")),
        (LEFT_OUT, _("Left out")),
        (WARNING, _("Please look at")),
    ):
        for what, where, count, line in report.groups(outcome):
            yield f"{title}: {what} ({where}, {_first(count, line)})"
    yield from figures(book)


def made(book, result, *, dry_run):
    """One line: what is new, or that nothing is."""
    if not (result.people or result.clients or result.products or result.deals):
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
    return (_("Would be new: %s") if dry_run else _("New: %s")) % (text % values)


def _first(count, line):
    if count == 1:
        return _("line %s") % line
    return _("%(count)s lines, first line %(line)s") % {"count": f"{count:,}", "line": line}


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
    yield _("%(top)s of the %(clients)s clients make %(share)s %% of it.") % values
