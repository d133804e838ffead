"""Rules as an admin set them: on or off, for whom; whom somebody chose; what would fire tomorrow."""

import uuid

import pytest
from django.utils import timezone

from accounts.models import Absence, Tier
from relationships.followups import care, catalog
from relationships.followups.care import Refreshed, preview, refresh_care_follow_ups
from relationships.followups.catalog import settings_now, settings_of
from relationships.followups.generate import Generated, generate_cadence_follow_ups
from relationships.models import FollowUp, RuleSetting
from relationships.services.follow_ups import complete_follow_up
from relationships.services.interactions import log_interaction
from tests import factories as make
from tests.relationships.followups import care_scenes as scene
from tests.relationships.followups.care_scenes import TODAY, ago, date, one
from tests.relationships.followups.test_care import everything

pytestmark = pytest.mark.django_db
TOMORROW = date(2026, 11, 24)


@pytest.fixture(autouse=True)
def monday(time_machine):
    time_machine.move_to(scene.MONDAY, tick=False)
    return time_machine


def setting(rule, **fields):
    RuleSetting.objects.update_or_create(rule=rule, defaults=fields)


def generate():
    generate_cadence_follow_ups()
    refresh_care_follow_ups()


# --- On and off ------------------------------------------------------------------------------------------------------


def test_every_rule_of_the_catalogue_can_be_switched_off_and_on(book):
    """Switched off, its open follow-ups close; switched on, they are back by their condition."""
    everything(book.alpha, book.lan)
    scene.plan_action(book.alpha, book.lan)
    make.contact(book.alpha, birthday=date(1980, 11, 24))
    make.contract(book.alpha, starts_on=date(2020, 11, 24), ends_in=None)
    scene.health(book.alpha, "at_risk", since=TODAY, former="healthy")
    beta = make.client(lead=book.lan)
    for rule in ("band_dropped", "no_next_step"):
        setting(rule)
    generate()
    rules = set(FollowUp.objects.open().filter(client__in=[book.alpha, beta]).values_list("rule", flat=True))
    assert rules == set(catalog.CATALOG) - {catalog.ESCALATION}
    before = list(FollowUp.objects.open().values_list("client", "rule", "subject_id").order_by("pk"))
    for rule in catalog.CATALOG:
        setting(rule, is_on=False)
    generate()
    assert not FollowUp.objects.open().exists()
    assert set(FollowUp.objects.values_list("status", "facts__over")) == {("closed", "rule")}
    for rule in catalog.CATALOG:
        setting(rule, is_on=True)
    generate()
    again = FollowUp.objects.open().values_list("client", "rule", "subject_id").order_by("pk")
    assert sorted(again) == sorted(before)


def test_rule_is_for_the_segments_and_tiers_it_is_set_to(book):
    """Of the client, and of their lead, who counts even where somebody else is asked."""
    senior = Tier.objects.get(code="senior")
    deputy = make.user(tier=senior)
    key = make.client(lead=book.lan, segment="key")
    led_by_senior = make.client(lead=deputy, segment="key")
    for client in (book.alpha, key, led_by_senior):
        scene.intake(client)

    def asked(rule):
        generate()
        return set(FollowUp.objects.open().filter(rule=rule).values_list("client", flat=True))

    for rule in ("cadence", "kick_off"):
        assert {book.alpha.pk, key.pk, led_by_senior.pk} <= asked(rule)
        setting(rule, segments=["key"])
        assert asked(rule) == {key.pk, led_by_senior.pk}
        setting(rule, tiers=["senior"])
        assert asked(rule) == {led_by_senior.pk}
        setting(rule, segments=["major"], tiers=[])
        assert asked(rule) == set()


def test_a_logged_touch_opens_no_cadence_that_is_off_or_not_for_the_client(book):
    def log():
        log_interaction(client=book.alpha, author=book.lan, idempotency_key=uuid.uuid4(), kind="call")
        return FollowUp.objects.open().filter(rule="cadence").count()

    setting("cadence", tiers=["rm"])
    assert log() == 0
    setting("cadence", tiers=[], is_on=False)
    assert log() == 0
    setting("cadence", is_on=True)
    assert log() == 1


def test_cadence_ticked_off_comes_back_after_as_many_working_days_as_set(book):
    setting("cadence", days={"ask_again": 1})
    follow_up = make.follow_up(book.alpha, book.lan, rule="cadence", reason="")
    complete_follow_up(follow_up=follow_up, by=book.lan)
    assert one(book.alpha, "cadence").due_on == date(2026, 11, 25)  # tomorrow is a holiday


# --- Whom somebody chose ---------------------------------------------------------------------------------------------


def hand(follow_up, to):
    FollowUp.objects.filter(pk=follow_up.pk).update(assignee=to, is_handed=True)


def whose(client, rule):
    generate()
    follow_up = one(client, rule)
    return follow_up.assignee, follow_up.is_handed


@pytest.mark.parametrize("rule", ["cadence", "kick_off"])
def test_what_somebody_handed_on_stays_while_they_may_work_on_the_client(book, rule):
    scene.intake(book.alpha)
    generate()
    hand(one(book.alpha, rule), book.senior)
    assert whose(book.alpha, rule) == (book.senior, True)
    assert (refresh_care_follow_ups(), generate_cadence_follow_ups()) == (Refreshed(), Generated())
    book.north.lead = book.lan
    book.north.save()
    assert whose(book.alpha, rule) == (book.lan, False)


@pytest.mark.parametrize("rule", ["cadence", "kick_off"])
def test_who_has_left_or_stands_in_no_more_keeps_nothing(book, rule, monday):
    scene.intake(book.alpha)
    generate()
    days = {"first_day": TODAY, "last_day": TODAY}
    Absence.objects.create(person=book.lan, substitute=book.olga, entered_by=book.lan, **days)
    hand(one(book.alpha, rule), book.olga)
    assert whose(book.alpha, rule) == (book.olga, True)
    monday.move_to("2026-11-24T09:00+07:00", tick=False)
    assert whose(book.alpha, rule) == (book.lan, False)
    hand(one(book.alpha, rule), book.senior)
    book.senior.is_active = False
    book.senior.save()
    assert whose(book.alpha, rule) == (book.lan, False)


# --- What would fire -------------------------------------------------------------------------------------------------


def fired(today=TOMORROW, settings=None, **options):
    found = preview(settings or settings_now(), today, **options)
    return {rule.rule: (rule.opened, rule.due) for rule in found.rules if rule.opened or rule.due}


def test_preview_tells_what_comes_up_and_what_falls_due_on_the_day(book):
    make.contract(book.alpha, ends_in=91, number="HD-1", value=0)  # asked for from tomorrow on
    scene.intake(book.alpha, kick_off_by=TOMORROW)  # a holiday: due today
    scene.commitment(book.alpha, due_on=date(2026, 11, 25))
    make.open_deal(book.omega, expected_on=TODAY)
    generate()
    before = list(FollowUp.objects.order_by("pk").values())
    assert fired() == {"renewal": (1, 0), "deal": (1, 0)}
    assert fired(date(2026, 11, 25))["commitment"] == (0, 1)
    assert list(FollowUp.objects.order_by("pk").values()) == before
    [renewal] = [rule for rule in preview(settings_now(), TOMORROW).rules if rule.rule == "renewal"]
    [example] = renewal.examples
    assert (example.client, example.what) == (
        book.alpha.name,
        "Talk about renewing contract HD-1",
    )
    assert example.why.startswith("Ends in 90 days")
    assert (example.due_on, example.assignee, example.is_new) == (
        date(2026, 11, 25),
        book.lan.name,
        True,
    )


def test_preview_tries_settings_that_nobody_saved(book):
    make.contract(book.alpha, ends_in=101)
    generate()
    assert fired() == {}
    tried = settings_of([RuleSetting(rule="renewal", days={"first": 100})])
    assert fired(settings=tried) == {"renewal": (1, 0)}
    off = settings_of([RuleSetting(rule="renewal", days={"first": 100}, is_on=False)])
    assert fired(settings=off) == {}
    assert not RuleSetting.objects.exists()


def test_preview_covers_the_cadence(book):
    silent = make.client(lead=book.lan, last_reached_on=ago(20), contact_due_on=date(2026, 11, 25))
    tomorrow = fired(date(2026, 11, 25))
    assert tomorrow["cadence"] == (3, 0)
    generate()
    assert fired(date(2026, 11, 25))["cadence"] == (0, 1)
    FollowUp.objects.filter(client=silent).update(
        due_on=date(2026, 11, 26), facts={"moved_from": "2026-11-25"}
    )
    assert fired(settings=settings_of([RuleSetting(rule="cadence", is_on=False)])) == {}


def test_preview_looks_at_no_more_clients_than_it_may(book, django_assert_num_queries):
    for client in (book.alpha, book.omega):
        scene.intake(client, kick_off_by=TOMORROW)
    with django_assert_num_queries(5):
        found = preview(settings_of(()), TOMORROW, most_clients=1)
    assert (found.clients, found.of) == (1, 2)
    assert {rule.rule: rule.opened for rule in found.rules if rule.opened} == {"cadence": 1, "kick_off": 1}
    assert fired(most_clients=2)["kick_off"] == (2, 0)


def test_preview_of_an_empty_book_is_empty(db):
    found = preview(settings_now(), TOMORROW)
    assert (found.clients, found.of) == (0, 0) and len(found.rules) == len(catalog.CATALOG) - 1


def test_another_day_is_looked_at_from_its_first_working_hour():
    limits = care.limits_of(settings_of(()), TOMORROW)
    assert timezone.localtime(limits["now"]).isoformat() == "2026-11-24T08:00:00+07:00"
