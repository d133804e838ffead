"""The demo book: enough of everything for every screen, the same on every run, and never in production."""

import datetime
from collections import Counter
from io import StringIO

import pytest
from allauth.account.models import EmailAddress
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import transaction
from django.db.models import Count, F, Max, Q
from django.utils import timezone

from accounts.models import Role, Team, User
from clients.models import Band, Client, Contact, Deal
from relationships.demo import loader, people
from relationships.health.refresh import score_clients
from relationships.models import (
    FollowUp,
    FollowUpStatus,
    HealthOverride,
    HealthSnapshot,
    Interaction,
    InteractionContact,
    OwnRating,
)
from relationships.own_ratings import standings_of
from relationships.services.overrides import was_right
from tests import factories as make

pytestmark = pytest.mark.django_db


def load():
    out = StringIO()
    call_command("load_demo", stdout=out)
    return out.getvalue()


def demo_user(key):
    return User.objects.get(email=f"{key}@tend.example")


def test_demo_has_something_for_every_screen_and_is_the_same_every_time():
    with transaction.atomic():
        said = load()
        first = contents()
        check_log_ins(said)
        check_access()
        check_loads()
        check_clients()
        check_touches()
        check_health()
        check_work()
        check_opinions()
        transaction.set_rollback(True)
    load()
    assert contents() == first


def contents():
    follow_ups = FollowUp.objects.exclude(rule="cadence")
    about = ("client__name", "rule", "due_on", "reason", "status")
    return [
        list(Client.objects.order_by("name").values_list("name", "segment", "revenue_12m")),
        list(Contact.objects.order_by("email", "pk").values_list("name", "email", "role")),
        list(Interaction.objects.order_by("pk").values_list("summary", "occurred_at", "idempotency_key")),
        list(Deal.objects.order_by("pk").values_list("amount", "closed_on")),
        list(follow_ups.order_by(*about).values_list(*about)),
    ]


def check_log_ins(said):
    for key in ["am", "am2", "kam", "senior", "rm", "manager", "manager2", "admin"]:
        user = demo_user(key)
        assert user.check_password(people.PASSWORD)
        assert EmailAddress.objects.get(user=user).verified
        assert user.email in said
    assert not demo_user("thao").has_usable_password()


def check_access():
    am, am2, senior = demo_user("am"), demo_user("am2"), demo_user("senior")
    manager, manager2, admin = demo_user("manager"), demo_user("manager2"), demo_user("admin")
    assert am.team.lead == senior
    assert am2.team != am.team
    regions = [
        set(Team.objects.filter(manager=m).values_list("region", flat=True)) for m in (manager, manager2)
    ]
    assert all(regions) and not regions[0] & regions[1]
    own = Client.objects.led_by(am.pk)
    assert not own.difference(Client.objects.visible_to(senior)).exists()
    assert not own.difference(Client.objects.visible_to(manager)).exists()
    assert not own.intersection(Client.objects.visible_to(manager2)).exists()
    assert Client.objects.visible_to(admin).count() == Client.objects.count()
    read_only = Client.objects.visible_to(am).difference(Client.objects.changeable_by(am))
    assert read_only.count() == 1


def check_loads():
    leads = Q(assignments__role="lead", assignments__ended_at=None)
    loads = dict(User.objects.annotate(load=Count("assignments", filter=leads)).values_list("email", "load"))
    for key, least, most in [
        ("am", 15, 20),
        ("am2", 15, 20),
        ("kam", 3, 5),
        ("senior", 1, 10),
        ("rm", 20, 30),
    ]:
        assert least <= loads[f"{key}@tend.example"] <= most
    over = User.objects.filter(tier__code="am", email__in=[e for e, n in loads.items() if n > 20])
    assert over.count() == 1
    assert Client.objects.active().without_lead().count() >= 3


def check_clients():
    assert Client.objects.filter(country="VN", currency="VND").count() == 65
    assert Client.objects.exclude(country="VN").filter(currency="USD").count() == 85
    assert Client.objects.filter(parent__isnull=False).count() >= 10
    assert Client.objects.filter(status="lost").exists()
    for client in Client.objects.filter(segment="key"):
        assert client.key_periods.get().approved_by.role == Role.ADMIN
    assert (
        not Contact.objects.filter(reports_to__isnull=False).exclude(client=F("reports_to__client")).exists()
    )
    yesterday = timezone.localdate() - datetime.timedelta(days=1)
    assert Deal.objects.filter(stage="won").aggregate(last=Max("closed_on"))["last"] == yesterday
    assert Client.objects.filter(revenue_12m__gt=0).count() > 130


def check_touches():
    today = timezone.localdate()
    touches = list(Interaction.objects.select_related("author", "client"))
    assert len(touches) > 2_000
    assert set(Counter(t.sentiment for t in touches)) == {-2, -1, 0, 1, 2, None}
    assert set(Counter(t.kind for t in touches)) >= {"call", "meeting", "visit", "email", "message", "review"}
    for touch in touches:
        assert touch.occurred_on < today
        assert touch.occurred_at.astimezone(touch.author.zone).date() == touch.occurred_on
        assert touch.occurred_on.weekday() < 5
        assert "{" not in touch.summary
    vietnamese = [t.summary for t in touches if t.client.country == "VN"]
    assert sum("đ" in text or "ệ" in text for text in vietnamese) > len(vietnamese) / 2
    elsewhere = InteractionContact.objects.exclude(contact__client=F("interaction__client"))
    assert not elsewhere.exists()
    untouched = Client.objects.led().filter(interactions__isnull=True)
    assert untouched.count() >= 4


def check_health():
    for segment in ("key", "major", "standard"):
        bands = set(Client.objects.filter(segment=segment).values_list("health_band", flat=True))
        assert bands >= {Band.HEALTHY, Band.WATCH, Band.AT_RISK}
    assert Client.objects.led().filter(health_band=Band.UNKNOWN).exists()
    assert HealthSnapshot.objects.values("taken_on").distinct().count() > loader.WEEKS_OF_HEALTH
    assert not Client.objects.filter(health_stale_since__isnull=False).exists()


def check_work():
    today = timezone.localdate()
    for key in ("am", "am2", "kam", "senior", "rm"):
        due = [(row.due_on - today).days for row in FollowUp.objects.open().filter(assignee=demo_user(key))]
        assert min(due) < 0 < max(due), key
        assert 0 in due, key
    open_without_day = Client.objects.filter(follow_ups__status=FollowUpStatus.OPEN, next_follow_up_on=None)
    assert not open_without_day.exists()
    assert not FollowUp.objects.filter(created_at__gt=timezone.now()).exists()


def check_opinions():
    now, today = timezone.now(), timezone.localdate()
    assert not OwnRating.objects.filter(rated_at__gt=now).exists()
    newest = OwnRating.objects.order_by("client_id", "-rated_at").distinct("client_id")
    assert sum(row.value == 1 and bool(row.note) for row in newest) == 2
    for key in ("am", "am2"):
        asked = {standing.asks for standing in standings_of(demo_user(key))}
        assert asked == {"", "never", "handover", "stale"}, key
    running = HealthOverride.objects.running(today)
    assert running.count() == 3
    for override in running.select_related("client__health"):
        assert override.client.health.shown_score == override.score
    judged = Counter(HealthOverride.objects.over(today).values_list("was_right", flat=True))
    assert judged[True] > judged[False] >= 3 and judged.total() >= 10
    for row in HealthOverride.objects.over(today):
        scores = {"computed_score": row.computed_score, "computed_at_end": row.computed_at_end}
        assert was_right(score=row.score, **scores) is row.was_right


def test_demo_is_left_out_where_there_are_clients():
    make.client("Somebody's")
    said = load()
    assert "not loaded" in said
    assert Client.objects.count() == 1
    assert not User.objects.filter(email="am@tend.example").exists()


def test_demo_is_refused_in_production(settings):
    settings.TEND_ENV = "production"
    with pytest.raises(CommandError, match="production"):
        load()
    assert not User.objects.exists()


def test_lowest_health_names_clients_and_reasons():
    lead = make.user()
    well, badly = (make.client(name, lead=lead) for name in ("Well", "Badly"))
    for client, days_ago, sentiment in [(well, 3, 2), (badly, 200, -2), (badly, 5, -2)]:
        make.interaction(client, days_ago=days_ago, sentiment=sentiment, contacts=[make.contact(client)])
    score_clients()
    out = StringIO()
    call_command("lowest_health", "--count", "1", stdout=out)
    [line] = out.getvalue().splitlines()
    assert line.startswith("Badly: ")
    assert line.endswith(".")
