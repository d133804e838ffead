"""Prints how well expected value told what came, on the house's book or on a file of invoices."""

import datetime
import io
from pathlib import Path

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from clients.models import Client
from relationships.health.refresh import as_of_today
from relationships.value.backtest import DAYS_AHEAD, Outcome, backtest


class Command(BaseCommand):
    """With --file the invoices are imported, measured and rolled back; nothing of them stays in the database."""

    help = __doc__

    def add_arguments(self, parser):
        parser.add_argument("days", nargs="+", type=datetime.date.fromisoformat, metavar="DAY")
        parser.add_argument("--file", help="invoices, as import_invoices reads them, instead of the book")
        parser.add_argument("--mapping", type=Path, help="what its columns are; see import_invoices")
        parser.add_argument("--ahead", type=int, default=DAYS_AHEAD, help=f"days ahead ({DAYS_AHEAD})")

    def handle(self, *args, days, file, mapping, ahead, **options):
        if not file and max(days) + datetime.timedelta(ahead) > as_of_today():
            raise CommandError(f"The {ahead} days after the last of these days are not over.")
        with transaction.atomic():
            source = _import(file, mapping) if file else ""
            found = {day: backtest(day, source=source, days=ahead) for day in sorted(days)}
            transaction.set_rollback(True)
        for day, outcome in found.items():
            if not isinstance(outcome, Outcome):
                self.stderr.write(f"{day}: {outcome.note}")
        outcomes = [outcome for outcome in found.values() if isinstance(outcome, Outcome)]
        if outcomes:
            self.stdout.write("\n".join(table(outcomes)))


def _import(file, mapping):
    """Reads the file into the database. Returns the source that its clients are known by."""
    newest = Client.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    call_command("import_invoices", file, mapping=mapping, stdout=io.StringIO())
    source = Client.objects.filter(pk__gt=newest).values_list("source", flat=True).first()
    if source is None:
        raise CommandError("The file brought no new client; its book is here already: leave --file out.")
    return source


def table(outcomes):
    """Lines of a Markdown table, a column for each day."""
    yield _line("as of", [f"{outcome.as_of:%Y-%m-%d}" for outcome in outcomes])
    yield _line("---", ["---:"] * len(outcomes))
    for title, of in ROWS:
        yield _line(title, [of(outcome) for outcome in outcomes])


def _line(title, cells):
    return f"| {' | '.join([title, *cells])} |"


def _auc(name):
    return lambda outcome: f"{outcome.auc[name]:.3f}"


def _error(name):
    return lambda outcome: f"{outcome.error[name]:,.0f}"


def _signed_interval(gain):
    return "{:+.3f} ({:+.3f} to {:+.3f})".format(*gain) if gain else "–"


def _fit(outcome):
    return "{:.3f}, {:.2f}, {:.4g}, {:.4g}".format(*outcome.model.purchases)


def _fit_of_values(outcome):
    return "{:.2f}, {:.2f}, {:.0f}".format(*outcome.model.values[outcome.currency])


ROWS = [
    ("clients who had bought", lambda outcome: f"{outcome.clients:,}"),
    ("of them bought again", lambda outcome: f"{outcome.bought_again:.1%}"),
    ("AUC, expected purchases", _auc("expected purchases")),
    ("AUC, days since the last invoice", _auc("recency")),
    ("difference of the two (95 %)", lambda outcome: _signed_interval(outcome.gain)),
    ("AUC, number of purchases so far", _auc("purchases so far")),
    ("AUC, P(alive) alone", _auc("P(alive)")),
    ("purchases expected", lambda outcome: f"{outcome.purchases[0]:,.0f}"),
    ("purchases that came", lambda outcome: f"{outcome.purchases[1]:,}"),
    ("value expected", lambda outcome: f"{outcome.value[0]:,.0f}"),
    ("value that came", lambda outcome: f"{outcome.value[1]:,.0f}"),
    ("expected ÷ came", lambda outcome: f"{outcome.value[0] / outcome.value[1]:.2f}"),
    ("error a client: the models", _error("model")),
    ("error a client: as in the days before", _error("the days before")),
    ("error a client: mean of clients as silent", _error("clients as silent")),
    ("r, α (weeks), a, b", _fit),
    ("p, q, γ", _fit_of_values),
]
