"""Loads the generated demo book into an empty installation."""

import time

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from clients.models import Client
from relationships.bigbook.copying import patient_connection
from relationships.demo.loader import load_demo_book
from relationships.demo.people import PASSWORD, PEOPLE


class Command(BaseCommand):
    """Writes people, clients, deals, touchpoints and follow-ups. Does nothing where there are clients already."""

    help = __doc__

    def handle(self, *args, **options):
        if settings.TEND_ENV == "production":
            raise CommandError("The demo has log-ins that everyone knows; it is not for TEND_ENV=production.")
        if Client.objects.exists():
            if options["verbosity"]:
                self.stdout.write("There are clients already; the demo book was not loaded.")
            return
        started = time.perf_counter()
        today = timezone.localdate(timezone=timezone.get_default_timezone())
        with patient_connection():  # inventing a year of a busy client takes longer than a request may
            counts = load_demo_book(today=today, say=self.say)
        self.stdout.write(
            f"Demo book: {counts['clients']} clients, {counts['deals']:,} deals, "
            f"{counts['interactions']:,} interactions, {counts['follow_ups']} open follow-ups "
            f"in {time.perf_counter() - started:.1f} s."
        )
        if not options["verbosity"]:  # whoever called us names them
            return
        self.stdout.write(f"Log-ins, password {PASSWORD}:")
        for person in PEOPLE:
            if person.logs_in:
                self.stdout.write(f"  {person.email:<24} {person.name}")

    def say(self, line):
        self.stdout.write(f"  {line}")
        self.stdout.flush()
