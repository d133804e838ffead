"""`./run bench pages`, `logging`, `scoring` and others: prints one table each, measured on the book in the database."""

from django.core.management.base import BaseCommand

from relationships.benchmarks import (
    deliveries,
    followups,
    imports,
    lighthouse,
    logging,
    pages,
    scoring,
    visits,
)

BENCHMARKS = {
    "deliveries": deliveries,
    "followups": followups,
    "lighthouse": lighthouse,
    "logging": logging,
    "pages": pages,
    "scoring": scoring,
    "visits": visits,
    "imports": imports,
}


class Command(BaseCommand):
    help = "Measure page times, logging, scoring and more on the book in the database and print a table."

    def add_arguments(self, parser):
        names = parser.add_subparsers(dest="name", required=True, metavar="|".join(BENCHMARKS))
        for name, benchmark in BENCHMARKS.items():
            benchmark.add_arguments(names.add_parser(name, help=benchmark.__doc__.splitlines()[0]))

    def handle(self, *args, name, **options):
        BENCHMARKS[name].run(options, self.stdout.write)
