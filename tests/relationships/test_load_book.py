"""The big book for measuring: as many rows as asked for, references intact, audit and indexes as before."""

import datetime
import random
import re
from array import array
from collections import Counter
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection
from django.db.models import Count, F, Q, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone

from accounts.models import Team, User
from clients.models import (
    CareEvent,
    Client,
    Contact,
    Contract,
    ContractLine,
    Deal,
    InternalRequest,
    Invoice,
    Issue,
    IssueClock,
    KeyStatus,
    Milestone,
    MonthlyRevenue,
    Payment,
    PaymentPromise,
)
from clients.services.revenue import recompute_revenue, roll_revenue_years
from relationships.bigbook.layout import Layout
from relationships.bigbook.money import Money
from relationships.models import FollowUp, HealthScore, Interaction, InteractionContact
from tests import factories as make

SCHEMA = """
    SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid), convalidated FROM pg_constraint
    WHERE connamespace = 'public'::regnamespace
    UNION ALL SELECT tablename, indexname, indexdef, true FROM pg_indexes WHERE schemaname = 'public'
"""

# PostgreSQL writes the casts of a list of texts another way once an index was made from its own words.
CASTS = re.compile(r"::(character varying|text)(\[\])?|[()]")
TIERS = {"am": 20, "kam": 4, "senior": 10}


def load(*options):
    out = StringIO()
    call_command("load_book", *options, stdout=out)
    return out.getvalue()


def schema():
    with connection.cursor() as cursor:
        cursor.execute(SCHEMA)
        return {
            (table, name, CASTS.sub("", definition), valid)
            for table, name, definition, valid in cursor.fetchall()
            if "healthsnapshot_" not in table
        }


@pytest.mark.django_db(transaction=True)
def test_book_has_what_was_asked_for():
    before = schema()
    said = load("--clients", "400", "--interactions", "3000", "--password", "a long enough password")
    assert schema() == before
    check_sizes()
    check_people(said)
    check_references()
    check_what_follows()
    check_agreements()
    check_money()
    check_troubles()
    check_a_second_book()


def check_sizes():
    assert Client.objects.count() == 400
    assert Interaction.objects.count() == 3_000
    touches = Client.objects.annotate(n=Count("interactions")).values_list("n", flat=True)
    assert 120 <= sum(n == 0 for n in touches) <= 160
    assert max(touches) > 5 * 3_000 / 400
    assert Contact.objects.count() > 400
    assert set(Client.objects.values_list("segment", flat=True)) == {"key", "major", "standard"}
    assert KeyStatus.objects.count() == Client.objects.filter(segment="key").led().count()
    assert MonthlyRevenue.objects.values("month").distinct().count() == 24


def check_people(said):
    leads = Q(assignments__role="lead", assignments__ended_at=None)
    loads = User.objects.filter(tier__isnull=False).annotate(load=Count("assignments", filter=leads))
    most = {
        tier: max(n for code, n in loads.values_list("tier__code", "load") if code == tier) for tier in TIERS
    }
    assert most == TIERS
    assert Team.objects.filter(lead__tier__code="senior", manager__role="manager").count() == 3
    emails = [line.split()[-1] for line in said.splitlines() if line.endswith("@load.example")]
    assert len(emails) == 4
    for user in User.objects.filter(email__in=emails):
        assert user.check_password("a long enough password")


def check_references():
    """Foreign keys were off while rows came in."""
    assert not InteractionContact.objects.exclude(contact__client=F("interaction__client")).exists()
    assert (
        not Interaction.objects.filter(author=None).exclude(client__in=Client.objects.without_lead()).exists()
    )
    assert Deal.objects.filter(client__isnull=False, product__isnull=False).count() == Deal.objects.count()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT (SELECT count(*) FROM clients_clientevent), (SELECT count(*) FROM clients_dealevent)"
        )
        assert cursor.fetchone() == (0, 0)


def check_agreements():
    assert Contract.objects.count() == 1_200
    value = Sum(F("lines__quantity") * F("lines__unit_price")) * (100 - F("discount_percent")) / 100
    assert not Contract.objects.annotate(sum=value).exclude(value=F("sum")).exists()
    assert not ContractLine.objects.exclude(client=F("contract__client")).exists()
    assert not Contract.objects.filter(renews__isnull=False).exclude(client=F("renews__client")).exists()
    today = timezone.localdate()
    statuses = set(Contract.objects.with_status(today).values_list("status", flat=True))
    assert {"active", "in_notice", "renewed", "expired", "draft", "lost"} <= statuses
    assert Milestone.objects.filter(accepted_on__isnull=False).exists()
    assert Milestone.objects.filter(done_on__isnull=True, due_on__lt=today).exists()
    assert not Milestone.objects.exclude(client=F("contract__client")).exists()


def check_money():
    """Sums that the services keep are the sums of the rows."""
    assert Invoice.objects.count() == 6_000
    received = Coalesce(Sum("payments__amount"), Decimal(0))
    assert not Invoice.objects.annotate(sum=received).exclude(paid=F("sum")).exists()
    assert not Payment.objects.exclude(client=F("invoice__client")).exists()
    assert not Payment.objects.filter(received_on__gt=timezone.localdate()).exists()
    assert not Payment.objects.filter(received_on__lt=F("invoice__issued_on")).exists()
    buckets = set(Invoice.objects.open().with_age(timezone.localdate()).values_list("bucket", flat=True))
    assert buckets == {"not_due", "d1_30", "d31_60", "d61_90", "d90_plus"}
    assert Invoice.objects.open().disputed().exists()
    assert set(PaymentPromise.objects.values_list("status", flat=True)) == {"open", "broken"}
    assert not PaymentPromise.objects.exclude(amount=F("invoice__outstanding")).exists()


def check_troubles():
    assert Issue.objects.count() == IssueClock.objects.count() == 1_000
    assert 10 <= Issue.objects.open().count() <= 100
    assert Issue.objects.filter(status="waiting", resolution_due_at=None).exists()
    assert not Issue.objects.filter(status="resolved", clock_runs__stopped_at=None).exists()
    assert not Issue.objects.filter(status="open").exclude(clock_runs__stopped_at=None).exists()
    assert Issue.objects.filter(breached_at__isnull=False).exists()
    assert InternalRequest.objects.filter(state__in=["open", "taken"]).exists()
    assert CareEvent.objects.filter(kind="issue_opened").count() == 1_000


def check_what_follows():
    """Rows agree with what the services and jobs would have made of them."""
    assert roll_revenue_years() == 0
    assert recompute_revenue(clients=Client.objects.all()) == 0
    assert Client.objects.aggregate(sum=Sum("revenue_12m"))["sum"] > 0
    assert not Client.objects.led().filter(health_as_of=None).exists()
    cadence = Counter(FollowUp.objects.open().filter(rule="cadence").values_list("client", flat=True))
    assert len(cadence) == Client.objects.led().count()


def check_a_second_book():
    with pytest.raises(CommandError, match="--add"):
        load("--clients", "10", "--interactions", "10")
    for _ in range(2):
        load("--clients", "10", "--interactions", "100", "--add")
    assert (Client.objects.count(), Interaction.objects.count()) == (420, 3_200)
    assert (Invoice.objects.count(), Contract.objects.count(), Issue.objects.count()) == (6_300, 1_260, 1_050)
    client = make.client("After the book")  # numbers go on behind those that were written
    assert client.pk > Client.objects.exclude(pk=client.pk).latest("pk").pk
    assert not User.objects.latest("pk").has_usable_password()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "sizes",
    [
        ("0", "5"),
        ("5", "-1"),
        ("5", "5", "--invoices", "-1"),
        ("5", "5", "--issues", "-1"),
        ("5", "5", "--deals", "-1"),
    ],
)
def test_impossible_sizes_are_refused(sizes):
    with pytest.raises(CommandError, match="at least 1 client"):
        load("--clients", sizes[0], "--interactions", *sizes[1:])


@pytest.mark.django_db(transaction=True)
def test_sizes_are_taken_as_given_and_nothing_is_fine():
    sizes = {"clients": 30, "interactions": 30, "invoices": 7, "contracts": 0, "issues": 1, "deals": 30}
    load("--rows-only", *(f"--{name}={size}" for name, size in sizes.items()))
    billed = Client.objects.filter(invoices__isnull=False)
    won = billed.annotate(won=Count("deals", filter=Q(deals__stage="won"))).values_list("won", flat=True)
    assert set(won) == {1}
    assert (Invoice.objects.count(), Contract.objects.count(), Issue.objects.count()) == (7, 0, 1)
    assert recompute_revenue(clients=Client.objects.all()) == 0
    assert not HealthScore.objects.exists()
    assert not FollowUp.objects.filter(rule="cadence").exists()


@pytest.mark.parametrize("count", [0, 1, 5, 13, 40])
def test_invoices_of_a_client_add_up_to_its_revenue(count):
    layout = Layout(1, 0, invoices=count)
    money = Money(layout, random.Random(count), datetime.date(2026, 11, 22), "now")
    months = [datetime.date(2025, month, 1) for month in range(1, 13)]
    amounts = [0, 10_000, 500_000, 0, 70_000, 10_000, 10_000, 90_000, 0, 0, 0, 120_000]
    before, bills = list(amounts), money.plan(0, months, amounts)
    assert len(bills) == count
    for month, amount in zip(months, amounts, strict=True):
        assert sum(net for day, net in bills if day == month) == (amount if count else 0)
    assert amounts == before or sum(map(bool, amounts)) == count


def test_a_client_without_revenue_gets_some_with_its_invoices():
    money = Money(Layout(1, 0, invoices=2), random.Random(2), datetime.date(2026, 11, 22), "now")
    amounts = [0, 0]
    bills = money.plan(0, [datetime.date(2026, 9, 1), datetime.date(2026, 10, 1)], amounts)
    assert len(bills) == 2
    assert sum(net for _month, net in bills) == amounts[1] > 0


@pytest.mark.parametrize(
    ("clients", "interactions"), [(1, 0), (1, 7), (20, 1), (7_919, 500), (20_000, 1_000_000)]
)
def test_touches_add_up_and_are_skewed(clients, interactions):
    layout = Layout(clients, interactions)
    layout.spread_touches()
    assert sum(layout.touches) == interactions
    if clients == 20_000:
        assert max(layout.touches) > 3_000
        assert sum(n == 0 for n in layout.touches) == clients - int(clients * 0.65)
        assert sorted(layout.touches)[-3] > 1_000


def test_an_am_has_twenty_clients_and_a_kam_four():
    layout = Layout(20_000, 0, first_user=1)
    loads = Counter(layout.lead_id(index) for index in range(layout.clients))
    unled = loads.pop(None)
    assert unled == 200
    assert max(loads.values()) == 20
    assert set(Counter(loads.values())) <= {1, 2, 3, 4, 8, 9, 10, 16, 17, 18, 19, 20}
    assert max(loads) < 1 + layout.people


def test_what_is_remembered_of_a_million_clients_is_small():
    layout = Layout(1_000_000, 50_000_000)
    layout.spread_touches()
    assert isinstance(layout.touches, array)
    assert layout.touches.itemsize * len(layout.touches) <= 8_000_000
    assert sum(layout.touches) == 50_000_000
