"""People who have left Tend: what was theirs reaches somebody."""

import datetime

import pytest

from accounts.models import Absence
from relationships.followups.generate import Generated, generate_cadence_follow_ups
from relationships.followups.planning import plan_deliveries
from relationships.models import FollowUp
from tests import factories as make
from tests.relationships.followups.delivery_scenes import FRIDAY_EARLY, told_by

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def friday(time_machine):
    time_machine.move_to(FRIDAY_EARLY, tick=False)


def leave_tend(person):
    person.is_active = False
    person.save(update_fields=["is_active"])


def test_contact_of_a_lead_who_has_left_is_asked_of_the_senior(book):
    generate_cadence_follow_ups()
    cadence = FollowUp.objects.open().filter(client=book.alpha, rule="cadence")
    assert cadence.get().assignee == book.lan
    leave_tend(book.lan)
    generate_cadence_follow_ups()
    assert cadence.get().assignee == book.senior
    assert generate_cadence_follow_ups() == Generated()


def test_without_anybody_above_it_is_asked_of_an_admin(db):
    lead, admin = make.user(), make.user(role="admin", tier=None)
    make.client(lead=lead)
    leave_tend(lead)
    generate_cadence_follow_ups()
    assert FollowUp.objects.open().get(rule="cadence").assignee == admin


def test_who_is_away_is_told_where_the_substitute_has_left(book):
    Absence.objects.create(
        person=book.lan,
        substitute=book.mai,
        first_day=datetime.date(2026, 11, 20),
        last_day=datetime.date(2026, 11, 27),
    )
    make.follow_up(book.alpha, book.lan)
    leave_tend(book.mai)
    plan_deliveries()
    assert told_by("in_app", book.lan) == ["follow_up"]
