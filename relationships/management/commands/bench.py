"""`./run bench pages`, `scoring` and `imports`: prints one table each, measured on the book in the database."""

from django.core.management.base import BaseCommand

from relationships.benchmarks import imports, pages, scoring

BENCHMARKS = {"pages": pages, "scoring": scoring, "imports": imports}


class Command(BaseCommand):
    help = (
        "Measure page times, scoring or the import of invoices on the book in the database and print a table."
    )

    def add_arguments(self, parser):
        names = parser.add_subparsers(dest="name", required=True, metavar="|".join(BENCHMARKS))
        for name, benchmark in BENCHMARKS.items():
            benchmark.add_arguments(names.add_parser(name, help=benchmark.__doc__.splitlines()[0]))

    def handle(self, *args, name, **options):
        BENCHMARKS[name].run(options, self.stdout.write)
