"""Puts the demo book together, in one transaction."""

import datetime
import random
from collections import Counter

import pghistory
from django.db import connection, transaction

from clients.models import Client, ClientStatus, LostReason, Product
from clients.services.revenue import recompute_revenue
from relationships.followups.care import refresh_care_follow_ups
from relationships.followups.escalate import escalate_late
from relationships.followups.generate import generate_cadence_follow_ups
from relationships.health import runs
from relationships.health.refresh import as_of_today, score_clients
from relationships.services.follow_ups import refresh_next_follow_up
from relationships.value.refresh import refresh_expected_values

from .actions import create_actions
from .contracts import create_contracts
from .events import create_events
from .firms import create_firms, invent_firms
from .growth import create_growth
from .leave import create_absences
from .lists import create_lists
from .money import create_money
from .notes import create_notes
from .opinions import create_overrides, create_ratings
from .people import create_people
from .plans import create_plans
from .portfolios import create_assignments, deal_out
from .recording import record_in_time
from .sales import create_sales
from .touches import create_touches
from .troubles import create_troubles

SEED = 20_180_101
WEEKS_OF_HEALTH = 26


def load_demo_book(*, today, say):
    """Write the book as of `today` (a date) into a database without clients; `say` gets a line for each step.

    People to touchpoints are one transaction; health and cadence follow-ups come after it, as their jobs would.

    The same seed and day give the same book. Returns the counts of what was written.
    """
    rng = random.Random(SEED)
    with transaction.atomic(), pghistory.context(command="load_demo"):
        users = create_people()
        say(f"{len(users)} people")
        firms = invent_firms(rng)
        deal_out(firms, rng)
        create_firms(firms, rng, today)
        say(f"{len(firms)} clients")
        periods = create_assignments(firms, users, rng, today)
        deals = create_sales(firms, users, rng, today)
        say(f"{deals:,} deals")
        touches = create_touches(firms, periods, rng, today)
        interactions = sum(map(len, touches.values()))
        say(f"{interactions:,} interactions")
        create_contracts(firms, users, list(Product.objects.order_by("pk")), rng, today)
        invoices = create_money(firms, users, rng, today)
        issues = create_troubles(firms, users, rng, today)
        create_growth(firms, users, rng, today)
        create_events(today)
        ratings = create_ratings(firms, periods, today)
        say(f"{invoices:,} invoices, {issues} issues, {ratings} ratings")
        follow_ups = create_plans(firms, touches, users, rng, today)
        _lose(firms, today)
        actions, absences = create_actions(firms, users, today), create_absences(users, today)
        notes = create_notes(firms, users, today)
        say(f"{actions} actions of plans, {absences} absences, {notes} notes")
        tagged, views = create_lists(firms, users)
        say(f"{tagged} tags on clients, {views} saved views")
        record_in_time()
        recompute_revenue(clients=Client.objects.all())
    # Fresh tables have no statistics, and without them the planner can choose seconds for each scoring.
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    create_overrides(users, today)
    say("health of the last half year")
    _score_past_weeks(today)
    refresh_expected_values(as_of=today)
    generate_cadence_follow_ups()
    refresh_care_follow_ups()
    escalate_late()
    refresh_next_follow_up(Client.objects.values_list("pk", flat=True))
    return Counter(clients=len(firms), deals=deals, interactions=interactions, follow_ups=follow_ups)


def _score_past_weeks(today):
    """Health as it would have been computed each week, so that trends and changes of band have a past."""
    for weeks in range(WEEKS_OF_HEALTH, 0, -1):
        score_clients(as_of=today - datetime.timedelta(weeks=weeks))
    if today == as_of_today():  # as a run, so that its page has one to show
        runs.work_on(runs.start_nightly()[0])
    score_clients(as_of=today)


def _lose(firms, today):
    lost = [firm.row.pk for firm in firms if firm.profile == "lost"]
    Client.objects.filter(pk__in=lost).update(
        status=ClientStatus.LOST, lost_on=today, lost_reason=LostReason.COMPETITOR
    )
