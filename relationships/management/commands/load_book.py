"""Writes a large made-up book by COPY, for measuring."""

import random
import time

import pgtrigger
from django.core.management.base import BaseCommand, CommandError
from django.db import connection, transaction
from django.db.models import Count
from django.utils import timezone

from accounts.models import Role, Team, User
from clients.models import Client
from relationships.bigbook.clients import COLUMNS, create_clients
from relationships.bigbook.copying import bare_tables, patient_connection
from relationships.bigbook.layout import Layout
from relationships.bigbook.people import create_people
from relationships.bigbook.touches import create_interactions
from relationships.followups.care import refresh_care_follow_ups
from relationships.followups.generate import generate_cadence_follow_ups
from relationships.health.refresh import score_clients
from relationships.models import Interaction, InteractionContact

SEED = 20_000
PROGRESS_SECONDS = 5
WRITTEN = [Team, User, *COLUMNS, Interaction, InteractionContact]
ANALYZED = ["accounts", "clients", "relationships"]


class Command(BaseCommand):
    """Makes up clients, people, contacts, interactions, contracts, money, issues, deals, and writes them by COPY.

    The rows are one transaction and carry no audit events: `pgtrigger.ignore` sets a variable of the transaction
    that every audit trigger looks at first. Health and follow-ups by rule are computed afterwards by their jobs.
    """

    help = __doc__

    def add_arguments(self, parser):
        parser.add_argument("--clients", type=int, default=20_000)
        parser.add_argument("--interactions", type=int, default=1_000_000)
        parser.add_argument("--invoices", type=int, help="15 a client where not given")
        parser.add_argument("--contracts", type=int, help="3 a client where not given")
        parser.add_argument("--issues", type=int, help="5 for 2 clients where not given")
        parser.add_argument(
            "--deals", type=int, help="won, of clients with invoices; where not given one a month of revenue"
        )
        parser.add_argument(
            "--rows-only", action="store_true", help="leave health and follow-ups to their jobs"
        )
        parser.add_argument("--add", action="store_true", help="add to a book that has clients already")
        parser.add_argument("--password", help="everyone's password; without one nobody can log in")

    def handle(self, *args, clients, interactions, deals, add, password, rows_only, **options):
        sizes = sizes_of(clients, options)
        if clients < 1 or min(interactions, deals or 0, *sizes.values()) < 0:
            raise CommandError("Give at least 1 client and 0 of everything else.")
        if Client.objects.exists() and not add:
            raise CommandError("There are clients already; --add adds to them.")
        self.started = self.told = time.perf_counter()
        # Another book on top must not draw the same keys again.
        layout, rng = (
            Layout(clients, interactions, deals=deals, **sizes),
            random.Random(f"{SEED} {Client.objects.count()}"),
        )
        today = timezone.localdate(timezone=timezone.get_default_timezone())
        with patient_connection():
            self.load(layout, rng, today, password)
            if not rows_only:
                self.work_out()
        self.close(layout, password)

    def load(self, layout, rng, today, password):
        with pgtrigger.ignore(), transaction.atomic(), bare_tables(WRITTEN, self.progress):
            create_people(layout, rng, password)
            create_clients(layout, rng, today, self.progress)
            create_interactions(layout, rng, today, self.progress)
        self.say("Analyzing")
        self.analyze()

    def work_out(self):
        self.say("Health of every client")
        score_clients()
        self.say("Follow-ups")
        generate_cadence_follow_ups()
        refresh_care_follow_ups()
        self.analyze()

    def progress(self, what, done, total):
        if done == total or time.perf_counter() - self.told > PROGRESS_SECONDS:
            self.told = time.perf_counter()
            self.say(f"{done:,} of {total:,} {what}")

    def say(self, line):
        self.stdout.write(f"{time.perf_counter() - self.started:6.1f} s  {line}")
        self.stdout.flush()

    def analyze(self):
        """Fresh statistics and visibility maps: without them the first queries would be planned blindly."""
        tables = [t for t in connection.introspection.table_names() if t.split("_")[0] in ANALYZED]
        with connection.cursor() as cursor:
            for table in tables:
                cursor.execute(f"VACUUM (ANALYZE) {connection.ops.quote_name(table)}")

    def close(self, layout, password):
        self.say(
            f"{layout.clients:,} clients, {layout.interactions:,} interactions, {layout.invoices:,} invoices, "
            f"{layout.contracts:,} contracts and {layout.issues:,} issues are written."
        )
        self.stdout.write(f"Log-ins{'' if password else ' (without a password: none was given)'}:")
        for title, email in log_ins(layout):
            self.stdout.write(f"  {title:<16} {email}")


def sizes_of(clients, options):
    """How many rows of each kind: as asked for, else in proportion to the clients."""
    usual = {"invoices": 15 * clients, "contracts": 3 * clients, "issues": 5 * clients // 2}
    return {name: usual[name] if options.get(name) is None else options[name] for name in usual}


def log_ins(layout):
    """(title, e-mail) of people whose books are typical or the largest of their kind."""
    new = User.objects.filter(pk__gte=layout.first_user, pk__lt=layout.first_user + layout.people)
    by_team = new.filter(teams_led__isnull=False).annotate(
        load=Count("teams_led__members__assignments"), own=Count("assignments")
    )
    yield "AM", new.filter(tier__code="am").order_by("pk").values_list("email", flat=True)[0]
    yield "biggest senior", by_team.order_by("-load", "pk").values_list("email", flat=True)[0]
    yield "manager", new.filter(role=Role.MANAGER).order_by("pk").values_list("email", flat=True)[0]
    yield "admin", new.filter(role=Role.ADMIN).values_list("email", flat=True)[0]
