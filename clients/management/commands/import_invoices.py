"""Reads a file of invoices into Tend, with the clients that they name."""

import time
from pathlib import Path

import pghistory
from django.core.management.base import BaseCommand, CommandError
from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from clients.models import Invoice
from clients.transfer.invoice_importer import import_invoices, revenue_of
from clients.transfer.invoices import read_invoices
from clients.transfer.leads import clients_of_share
from clients.transfer.mapping import MappingWrong, choose_mapping, read_mapping, shipped_mappings
from clients.transfer.reading import read_header
from clients.transfer.report import ImportRefused, Report
from clients.transfer.screen import business_day, grouped, report_file

SHARE_PERCENT = 80
PROGRESS_SECONDS = 2


class Command(BaseCommand):
    """Reads one CSV file with a line for each invoice; a mapping says which column is what (docs/importing.md).

    All or nothing; reading the same file again changes nothing. What happened to each line is in the report.
    """

    help = __doc__

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path, help="the file with a line for each invoice")
        parser.add_argument(
            "--mapping",
            type=Path,
            metavar="FILE",
            help="which column is what (TOML); without it the header decides between the shipped ones",
        )
        parser.add_argument(
            "--payments-unknown",
            action="store_true",
            help="the file does not tell what was paid: nothing counts as outstanding or late",
        )
        parser.add_argument(
            "--as-of",
            type=business_day,
            metavar="YYYY-MM-DD",
            help="take the book as it stood at the end of that day; today without it",
        )
        parser.add_argument("--dry-run", action="store_true", help="report only, write nothing")
        parser.add_argument(
            "--report", metavar="FILE", help="write the line-by-line report; - for the screen"
        )

    def handle(self, *args, file, mapping, payments_unknown, as_of, dry_run, report, **options):
        self.told = time.perf_counter()
        lines = Report()
        # Opened first: better no import than one without its report.
        with report_file(report, self.stdout, [file, *([mapping] if mapping else [])]) as out:
            try:
                known = False if payments_unknown else None
                book = self.read(file, mapping, lines, as_of or _today(), known)
                with pghistory.context(command="import_invoices"):
                    result = import_invoices(
                        book, report=lines, payments_known=known, dry_run=dry_run, progress=self.written
                    )
            except MappingWrong as error:
                raise CommandError(str(error)) from error
            except ImportRefused as error:
                raise CommandError(_("Nothing was written.") + f"\n{error}") from error
            finally:
                if out:
                    lines.write_csv(out)
        self.stdout.write("\n".join(summary(book, result, lines, dry_run=dry_run)))

    def read(self, file, mapping, lines, as_of, known):
        chosen = read_mapping(mapping) if mapping else choose(file, lines)
        return read_invoices(file, chosen, lines, as_of=as_of, payments_known=known, progress=self.lines_read)

    def lines_read(self, count):
        self.progress(_("%s lines are read") % f"{count:,}")

    def written(self, done, total):
        self.progress(_("%(done)s of %(total)s invoices") % {"done": f"{done:,}", "total": f"{total:,}"})

    def progress(self, text):
        """A line on the screen now and then: nothing for a small file."""
        if time.perf_counter() - self.told > PROGRESS_SECONDS:
            self.told = time.perf_counter()
            self.stdout.write(text)
            self.stdout.flush()


def _today():
    return timezone.localdate(timezone=timezone.get_default_timezone())


def choose(file, lines):
    """The shipped mapping that fits the header of the file."""
    mappings = shipped_mappings()
    headers = read_header(file, {",", *(mapping.delimiter for mapping in mappings)}, lines)
    lines.stop_if_refused()
    return choose_mapping(mappings, headers)


def summary(book, result, report, *, dry_run):
    """The lines for the screen: what was read, made, corrected, left out, and what the book says."""
    values = {"file": book.file, "lines": f"{book.lines_read:,}", "mapping": book.mapping.name}
    yield _("Read: %(file)s, %(lines)s lines, by the mapping %(mapping)s") % values
    yield made(result, dry_run=dry_run)
    yield from grouped(report)
    yield from figures(book)
    if not dry_run:
        yield from standing(book)


def made(result, *, dry_run):
    """One line: what is new, or that nothing is."""
    if result.is_empty:
        return _("Nothing new: all of it is here already, and nothing was changed.")
    values = {name: f"{value:,}" for name, value in vars(result).items()}
    text = _(
        "%(clients)s clients, %(invoices)s invoices, %(credit_notes)s credit notes, %(payments)s payments"
    )
    return (_("Would be new: %s") if dry_run else _("New: %s")) % (text % values)


def figures(book):
    """Revenue by month and how many clients make 80 % of it, for each currency of the file."""
    months, clients = revenue_of(book)
    for currency in sorted(months):
        values = {
            "revenue": f"{sum(months[currency].values()):,}",
            "currency": currency,
            "top": f"{clients_of_share(clients[currency].values(), SHARE_PERCENT):,}",
            "clients": f"{len(clients[currency]):,}",
            "share": SHARE_PERCENT,
        }
        yield _("Revenue: %(revenue)s %(currency)s net of credit notes and tax.") % values
        yield _("%(top)s of the %(clients)s clients make %(share)s%% of it.") % values
        for month, amount in sorted(months[currency].items()):
            yield f"  {month:%Y-%m}  {amount:>16,}"


def standing(book):
    """What is outstanding of this source now, for each currency."""
    rows = Invoice.objects.filter(source=book.mapping.source).open().order_by("currency").values("currency")
    for currency, amount in rows.annotate(sum=Sum("outstanding")).values_list("currency", "sum"):
        yield _("Outstanding: %(amount)s %(currency)s") % {"amount": f"{amount:,}", "currency": currency}
