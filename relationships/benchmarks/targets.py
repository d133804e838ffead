"""Whose page is measured: every main page, as somebody whose page it is, on the book in the database."""

import contextlib
import datetime
from dataclasses import dataclass
from urllib.parse import urlencode

from django.core.management.base import CommandError
from django.db.models import Count, Q
from django.urls import reverse
from django.utils import timezone

from accounts.models import Role, User
from clients.models import Client, Contact, Contract, Deal, Invoice, Issue
from relationships.models import FollowUp, FollowUpKind, FollowUpRule, Interaction

# Each loads by itself into the client page.
PANELS = (
    ("contracts", "clients:contracts"),
    ("delivery", "clients:delivery"),
    ("receivables", "clients:client_receivables"),
    ("issues", "clients:client_issues"),
    ("requests", "clients:client_requests"),
    ("growth", "clients:growth"),
    ("timeline", "relationships:client_timeline"),
    ("health", "relationships:client_health_page"),
)
FULL_QUEUE = 500  # open follow-ups that are due, the most that Today is measured with
# Columns of the most other tables.
DEAREST = "?cols=health.tags.lead.last.next.ends.issues.revenue"
LISTS = (
    ("/renewals/", "clients:renewals", ""),
    ("/receivables/", "clients:receivables", ""),
    ("/deals/", "clients:deals", ""),
    ("/deals/ as a list", "clients:deals", "?view=list"),
    ("/issues/", "clients:issues", ""),
    ("/requests/", "clients:requests", ""),
)


@dataclass
class Target:
    """`fragment`: asked for by htmx, as a part of a page that is there already. `full_queue`: with FULL_QUEUE due."""

    page: str
    path: str
    user: User
    fragment: bool = False
    full_queue: bool = False


@contextlib.contextmanager
def ready(target):
    """What a target needs beside the book is there meanwhile: follow-ups by hand and by rule, up to 100 days late."""
    made = _fill_queue(target.user) if target.full_queue else []
    try:
        yield
    finally:
        FollowUp.objects.filter(pk__in=[row.pk for row in made]).delete()


def _fill_queue(user):
    today = timezone.localdate()
    clients = list(Client.objects.active().led_by(user.pk).values_list("pk", flat=True))
    missing = FULL_QUEUE - FollowUp.objects.changeable_by(user).open().assigned_to(user).due_by(today).count()
    kinds = FollowUpKind.values
    return FollowUp.objects.bulk_create(
        FollowUp(
            client_id=clients[number % len(clients)],
            assignee=user,
            kind=kinds[number % len(kinds)],
            rule=FollowUpRule.COMMITMENT if number % 2 else FollowUpRule.MANUAL,
            reason="" if number % 2 else f"Benchmark {number}",
            subject_id=-number - 1,  # no row has such a number
            facts={"text": f"What sales promised {number}", "day": today.isoformat()} if number % 2 else {},
            due_on=today - datetime.timedelta(days=number % 100),
        )
        for number in range(max(0, missing))
    )


def targets():
    """Raises CommandError where the book has nobody to ask as."""
    person = typical_lead()
    senior = User.objects.filter(teams_led__isnull=False).first() or person
    manager = User.objects.filter(role=Role.MANAGER).first()
    admin = User.objects.filter(role=Role.ADMIN).first()
    if not (manager and admin):
        raise CommandError("The book has no manager or no admin; make one with `./run manage load_book`.")
    yield Target("empty view (the floor)", "/bench/empty/", person)
    yield from _relationship_pages(person, senior, manager, admin)
    for page, name, query in LISTS:
        yield Target(f"{page} (own book)", reverse(name) + query, person)
        yield Target(f"{page} (all)", reverse(name) + query, admin)
    yield Target("/whitespace/ (own book)", reverse("clients:whitespace"), person)
    yield from _client_pages(person, admin)
    yield from _record_pages(person)


def _relationship_pages(person, senior, manager, admin):
    yield Target("/today/", reverse("relationships:today"), person)
    yield Target(f"/today/ ({FULL_QUEUE} due)", reverse("relationships:today"), person, full_queue=True)
    yield Target("/clients/ (own book)", reverse("clients:list"), person)
    yield Target("/clients/ (every client)", reverse("clients:list"), admin)
    yield Target("/clients/?cols= (dearest)", reverse("clients:list") + DEAREST, admin)
    yield Target("/clients/?sort= (every client)", reverse("clients:list") + "?sort=-revenue", admin)
    yield Target("/clients/?q= (search)", reverse("clients:list") + "?q=cong", admin)
    yield from _searches(person, admin)
    yield Target("/calendar/", reverse("relationships:calendar"), person)
    yield Target("/calendar/ (week)", reverse("relationships:calendar") + "?view=week", person)
    yield Target("/portfolio/ (team)", reverse("relationships:portfolio"), senior)
    yield Target("/portfolio/ (region)", reverse("relationships:portfolio"), manager)
    yield Target("/portfolio/ (all)", reverse("relationships:portfolio"), admin)
    yield Target("/assignments/", reverse("relationships:assignments"), admin)
    yield Target("/ratings/", reverse("relationships:ratings"), person)
    yield Target("/overrides/", reverse("relationships:overrides"), admin)
    yield Target("/scoring/", reverse("relationships:scoring_model"), admin)
    yield Target("/scoring/runs/", reverse("relationships:scoring_runs"), admin)


def _searches(person, admin):
    """The dialog's list: before typing, a common word, a slip, a number, and something to begin for a client."""
    name = Client.objects.changeable_by(person).order_by("pk").values_list("name", flat=True)[0]
    number = Invoice.objects.order_by("-pk").values_list("number", flat=True).first() or "1"
    searches = (
        ("before typing", ""),
        ("a client", name),
        ("a common word", "cong"),
        ("a slip", "nguyem"),
        ("a number", number),
        ("a command", f"log {name}"),
        ("nothing", "qwzxv"),
    )
    for user, whose in ((person, "own book"), (admin, "all")):
        for what, words in searches:
            query = urlencode({"brief": 1, "q": words})
            yield Target(
                f"/search/ {what} ({whose})",
                f"{reverse('relationships:search')}?{query}",
                user,
                fragment=True,
            )


def _client_pages(person, admin):
    """The page of a middling client and of the one with the most touches, and the panels of the latter."""
    busy, quiet = clients_to_open(person)
    yield Target("/clients/<id>/ (typical)", reverse("relationships:client_page", args=[quiet]), person)
    yield Target("/clients/<id>/ (most touches)", reverse("relationships:client_page", args=[busy]), admin)
    for panel, name in PANELS:
        yield Target(f"  panel {panel}", reverse(name, args=[busy]), admin, fragment=True)


def _record_pages(person):
    """The newest contract, invoice, issue and open deal of a person's book."""
    records = (
        ("/contracts/<id>/", "clients:contract_page", Contract.objects.signed()),
        ("/invoices/<id>/", "clients:invoice_page", Invoice.objects.open()),
        ("/issues/<id>/", "clients:issue_page", Issue.objects.all()),
        ("/deals/<id>/", "clients:deal_page", Deal.objects.open()),
        ("/contacts/<id>/", "relationships:contact_page", Contact.objects.here()),
    )
    for page, name, rows in records:
        row = rows.changeable_by(person).order_by("-pk").first()
        if row is not None:
            yield Target(page, reverse(name, args=[row.pk]), person)


def typical_lead():
    leads = User.objects.account_managers().annotate(
        load=Count("assignments", filter=Q(assignments__ended_at=None, assignments__role="lead"))
    )
    person = (
        leads.filter(load__gte=1, tier__code="am").order_by("-load", "id").first()
        or leads.order_by("-load").first()
    )
    if person is None:
        raise CommandError(
            "The book has no account manager with clients; make one with `./run manage load_book`."
        )
    return person


def clients_to_open(person):
    """The client with the most touches of all, and the middle one of this person's book."""
    busy = (
        Interaction.objects.values("client")
        .annotate(n=Count("id"))
        .order_by("-n")
        .values_list("client", flat=True)
        .first()
    )
    own = list(
        Client.objects.changeable_by(person)
        .order_by("-last_interaction_at", "id")
        .values_list("pk", flat=True)
    )
    return busy or own[0], own[len(own) // 2]
