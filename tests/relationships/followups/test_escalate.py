"""Late follow-ups go up by working days, to the people above, and come down when the client was reached."""

import datetime

import pytest

from clients.models import CareEvent, CareEventKind, ExchangeRate
from relationships.followups.escalate import end_escalations, escalate_late
from relationships.models import Escalation, RuleSetting
from relationships.services.follow_ups import complete_follow_up, reassign_follow_up, snooze_follow_up
from relationships.services.interactions import log_interaction
from tests import factories as make
from tests.relationships.followups.escalation_scenes import (
    MONDAY,
    at,
    away,
    date,
    ends,
    key_client,
    late,
    steps,
    told,
)

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)


@pytest.fixture(autouse=True)
def monday(time_machine):
    time_machine.move_to(at(MONDAY), tick=False)
    return time_machine


def log(client, author, key, **fields):
    return log_interaction(client=client, author=author, idempotency_key=key, kind="call", **fields)


KEYS = [f"00000000-0000-4000-8000-{number:012}" for number in range(9)]


# --- Step by step ----------------------------------------------------------------------------------------------------


def test_a_key_client_goes_up_in_half_the_days_step_by_step(book, monday):
    client = key_client(book.lan)
    follow_up = late(client, book.lan, due_on=MONDAY)
    seen = {}
    for days in range(10):
        monday.move_to(at(MONDAY + days * DAY), tick=False)
        escalate_late()
        seen[days] = list(steps(follow_up))
    assert seen[1] == []  # one working day late
    assert seen[2] == ["senior"]  # Wednesday
    assert seen[3] == ["senior", "manager"]
    assert seen[4] == seen[9] == ["senior", "manager", "reassign"]  # Friday
    assert steps(follow_up) == {"senior": book.senior, "manager": book.manager, "reassign": book.manager}
    facts = told(client)
    assert [(row["step"], row["to"], row["days"]) for row in facts] == [
        ("senior", "Sơn Phạm", 2),
        ("manager", "Minh Trần", 3),
        ("reassign", "Minh Trần", 4),
    ]
    assert facts[0]["whose"] == "Lan Nguyễn"
    assert facts[0]["follow_up"]["reason"] == "Call about the pumps"


def test_a_renewal_of_any_client_goes_up_after_three_five_and_seven_days(book, monday):
    follow_up = late(book.alpha, book.lan, due_on=MONDAY, rule="renewal", facts={"number": "HD-1"}, reason="")
    opened_on = {}
    for days in range(12):
        monday.move_to(at(MONDAY + days * DAY), tick=False)
        escalate_late()
        for step in steps(follow_up):
            opened_on.setdefault(step, days)
    assert opened_on == {"senior": 3, "manager": 7, "reassign": 9}  # the weekend lies between


def test_a_standard_clients_other_work_stays_in_the_weekly_list(book):
    follow_up = late(book.alpha, book.lan, due_on=date(2026, 10, 1))
    assert escalate_late() == 0
    assert steps(follow_up) == {}


@pytest.mark.parametrize("rule", ["collection", "issue", "approval"])
def test_what_has_steps_of_its_own_does_not_go_up_a_second_time(book, rule):
    facts = {"amount": "900000000", "currency": "VND"}
    late(key_client(book.lan), book.lan, due_on=date(2026, 10, 1), rule=rule, facts=facts, reason="")
    assert escalate_late() == 0


# --- Working days ----------------------------------------------------------------------------------------------------


def test_tet_counts_no_day(book, monday):
    """Tết 2026: 14 to 22 February are days off. Due on Friday the 13th, two working days late on Tuesday the 24th."""
    follow_up = late(key_client(book.lan), book.lan, due_on=date(2026, 2, 13))
    for day in (date(2026, 2, 16), date(2026, 2, 20), date(2026, 2, 23)):
        monday.move_to(at(day), tick=False)
        escalate_late()
        assert steps(follow_up) == {}, day
    monday.move_to(at(date(2026, 2, 24)), tick=False)
    assert escalate_late() == 1
    assert steps(follow_up) == {"senior": book.senior}


def test_a_swapped_saturday_is_worked(book, monday):
    """22 August 2026 was worked for the Monday before National Day."""
    follow_up = late(key_client(book.lan), book.lan, due_on=date(2026, 8, 20))
    monday.move_to(at(date(2026, 8, 22)), tick=False)
    escalate_late()
    assert steps(follow_up) == {"senior": book.senior}


def test_nothing_opens_on_a_day_off(book, monday):
    follow_up = late(key_client(book.lan), book.lan)
    monday.move_to(at(date(2026, 11, 8)), tick=False)
    assert escalate_late() == 0
    monday.move_to(at(MONDAY), tick=False)
    escalate_late()
    assert steps(follow_up)


# --- Money -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("amount", "currency", "goes_up"),
    [
        ("100000000", "VND", True),
        ("99999999.99", "VND", False),
        ("4000", "USD", True),  # at 25,000 that day
        ("3999.99", "USD", False),
        ("9000000", "JPY", False),  # no rate: not guessed
        ("much", "VND", False),
    ],
)
def test_money_goes_up_from_the_limit_by_the_rate_of_the_day(book, amount, currency, goes_up):
    ExchangeRate.objects.create(currency="USD", valid_from=date(2026, 1, 1), rate=20_000)
    ExchangeRate.objects.create(currency="USD", valid_from=date(2026, 11, 1), rate=25_000)
    ExchangeRate.objects.create(currency="USD", valid_from=date(2026, 11, 10), rate=30_000)
    facts = {"amount": amount, "currency": currency}
    follow_up = late(book.alpha, book.lan, date(2026, 11, 4), rule="promise", facts=facts, reason="")
    escalate_late()
    assert bool(steps(follow_up)) == goes_up


# --- To whom ---------------------------------------------------------------------------------------------------------


def test_an_inactive_senior_is_passed_over(book):
    book.senior.is_active = False
    book.senior.save()
    follow_up = late(key_client(book.lan), book.lan, date(2026, 11, 5))
    escalate_late()
    assert steps(follow_up) == {"senior": book.manager}


def test_a_seniors_own_goes_to_the_manager(book):
    follow_up = late(key_client(book.senior), book.senior, date(2026, 11, 5))
    escalate_late()
    assert steps(follow_up) == {"senior": book.manager}


def test_without_anybody_above_an_admin_is_told(book):
    follow_up = late(key_client(book.olga), book.olga, date(2026, 11, 3))
    book.south.manager = None
    book.south.save()
    escalate_late()
    assert steps(follow_up) == {"reassign": book.admin}


def test_a_managers_own_never_goes_to_the_senior_below(book):
    follow_up = late(key_client(book.lan), book.manager, date(2026, 11, 5))
    escalate_late()
    assert steps(follow_up) == {"senior": book.admin}


# --- A fresh start ---------------------------------------------------------------------------------------------------


def test_a_contact_that_reached_the_client_ends_it_at_once_and_counts_anew(book, monday):
    client = key_client(book.lan)
    follow_up = late(client, book.lan)
    escalate_late()
    log(client, book.lan, KEYS[0], reached=False)
    assert steps(follow_up)  # an unanswered call is no contact
    log(client, book.lan, KEYS[1], keeps=[follow_up])
    assert steps(follow_up) == {}
    assert set(ends(follow_up).values()) == {"touched"}
    assert [row["end"] for row in told(client, CareEventKind.ESCALATION_ENDED)] == ["touched"]
    escalate_late()
    assert steps(follow_up) == {}
    monday.move_to(at(date(2026, 11, 11)), tick=False)
    escalate_late()
    assert steps(follow_up) == {"senior": book.senior}


def test_done_settles_it_and_undone_it_runs_again(book):
    client = key_client(book.lan)
    follow_up = late(client, book.lan)
    escalate_late()
    log(client, book.lan, KEYS[0], closes=[follow_up], occurred_at=None)
    assert set(ends(follow_up).values()) == {"settled"}
    follow_up.refresh_from_db()
    follow_up.status, follow_up.closed_at = "open", None
    follow_up.save()
    client.last_reached_on = None
    client.save()
    escalate_late()
    assert set(steps(follow_up)) == {"senior", "reassign"}
    assert Escalation.objects.count() == 2


def test_whoever_sees_to_it_ends_it_at_once(book, monday):
    ended = {}
    for number, (deed, details) in enumerate(
        [
            (complete_follow_up, {}),
            (snooze_follow_up, {"due_on": date(2026, 11, 12), "reason": "They are at a fair"}),
            (reassign_follow_up, {"to": book.senior}),
        ]
    ):
        monday.move_to(at(MONDAY, hour=9 + 2 * number), tick=False)
        follow_up = late(key_client(book.lan), book.lan)
        escalate_late()
        monday.move_to(at(MONDAY, hour=10 + 2 * number), tick=False)
        deed(follow_up=follow_up, by=book.lan, **details)
        ended[deed] = set(ends(follow_up).values())
    assert list(ended.values()) == [{"settled"}, {"moved"}, {"moved"}]
    assert escalate_late() == 0


def test_put_off_it_is_over_and_counts_from_the_new_day(book, monday):
    follow_up = late(key_client(book.lan), book.lan)
    escalate_late()
    follow_up.due_on = date(2026, 11, 12)
    follow_up.save()
    assert end_escalations([follow_up.client_id]) == 2
    assert set(ends(follow_up).values()) == {"moved"}
    monday.move_to(at(date(2026, 11, 13)), tick=False)
    assert escalate_late() == 0
    monday.move_to(at(date(2026, 11, 16)), tick=False)
    assert escalate_late() == 1


def test_handed_to_a_colleague_it_begins_anew_with_them(book, monday):
    client = key_client(book.lan)
    follow_up = late(client, book.lan)
    escalate_late()
    monday.move_to(at(MONDAY, hour=10), tick=False)
    follow_up.assignee, follow_up.is_handed = book.mai, True
    follow_up.save()
    told_at = datetime.datetime.fromisoformat(at(MONDAY, hour=10))
    CareEvent.objects.create(client=client, kind="reassigned", at=told_at, subject_id=follow_up.pk)
    assert escalate_late() == 0
    assert set(ends(follow_up).values()) == {"moved"}
    monday.move_to(at(date(2026, 11, 11)), tick=False)
    escalate_late()
    assert steps(follow_up) == {"senior": book.senior}


def test_a_new_lead_begins_anew(book, monday):
    client = key_client(book.lan)
    follow_up = late(client, book.lan)
    escalate_late()
    monday.move_to(at(MONDAY, hour=10), tick=False)
    client.assignments.update(ended_at=datetime.datetime.fromisoformat(at(MONDAY, hour=10)))
    make.assignment(client, book.mai, since_days=0)
    follow_up.assignee = book.mai
    follow_up.save()
    assert escalate_late() == 0
    assert set(ends(follow_up).values()) == {"reassigned"}


# --- Leave -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["assignee", "lead"])
def test_nothing_goes_up_while_somebody_is_on_holiday(book, monday, who):
    client = key_client(book.lan)
    follow_up = late(client, book.lan if who == "assignee" else book.mai)
    away(book.lan, book.mai if who == "assignee" else book.senior, date(2026, 11, 4), date(2026, 11, 10))
    assert escalate_late() == 0
    monday.move_to(at(date(2026, 11, 11)), tick=False)  # back, and one working day to see to it
    assert escalate_late() == 0
    monday.move_to(at(date(2026, 11, 12)), tick=False)
    escalate_late()
    assert steps(follow_up) == {"senior": book.senior}


def test_it_goes_past_a_senior_who_is_away(book):
    follow_up = late(key_client(book.lan), book.lan)
    away(book.senior, book.mai, date(2026, 11, 4), date(2026, 11, 30))
    escalate_late()
    assert set(steps(follow_up).values()) == {book.manager}


def test_a_cancelled_leave_keeps_nothing_back(book):
    follow_up = late(key_client(book.lan), book.lan)
    away(
        book.lan,
        book.mai,
        date(2026, 11, 4),
        date(2026, 11, 10),
        cancelled_at=datetime.datetime.fromisoformat(at(date(2026, 11, 2))),
    )
    escalate_late()
    assert steps(follow_up)


def test_what_runs_is_not_opened_again_after_a_leave(book, monday):
    follow_up = late(key_client(book.lan), book.lan, date(2026, 11, 5))
    escalate_late()
    away(book.lan, book.mai, date(2026, 11, 10), date(2026, 11, 11))
    for day in (10, 11, 12, 13):
        monday.move_to(at(date(2026, 11, day)), tick=False)
        escalate_late()
        assert steps(follow_up) == {"senior": book.senior}
    monday.move_to(at(date(2026, 11, 16)), tick=False)  # three working days after the return
    escalate_late()
    assert steps(follow_up) == {"senior": book.senior, "manager": book.manager}


# --- Put off twice ---------------------------------------------------------------------------------------------------


def test_put_off_twice_the_senior_is_told_when_it_falls_due_again(book, monday):
    follow_up = late(book.alpha, book.lan, due_on=date(2026, 11, 10), snoozes=2)
    assert escalate_late() == 0
    monday.move_to(at(date(2026, 11, 10)), tick=False)
    assert escalate_late() == 1
    assert escalate_late() == 0
    assert steps(follow_up) == {"snoozed": book.senior}
    log(book.alpha, book.lan, KEYS[0], keeps=[follow_up])
    assert ends(follow_up) == {"snoozed": "touched"}
    monday.move_to(at(date(2026, 11, 16)), tick=False)
    assert escalate_late() == 0


def test_put_off_once_nobody_is_told(book):
    late(book.alpha, book.lan, snoozes=1)
    assert escalate_late() == 0


# --- Settings --------------------------------------------------------------------------------------------------------


def test_an_admin_sets_the_days_and_whom_it_is_for(book):
    follow_up = late(key_client(book.lan), book.lan, date(2026, 11, 5))
    setting = RuleSetting.objects.create(rule="escalation", is_on=False)
    assert escalate_late() == 0
    setting.is_on, setting.tiers = True, ["kam"]
    setting.save()
    assert escalate_late() == 0
    setting.tiers, setting.days = [], {"senior": 6}
    setting.save()
    assert escalate_late() == 0  # half of six is three, and it is late by two
    setting.days = {"senior": 1}
    setting.save()
    escalate_late()
    assert list(steps(follow_up)) == ["senior"]


# --- A job -----------------------------------------------------------------------------------------------------------


def test_after_a_week_of_downtime_each_person_is_told_once(book):
    """Late enough for all: the senior hears of it, the manager gets the offer alone, the timeline tells of three."""
    client = key_client(book.lan)
    follow_up = late(client, book.lan, due_on=date(2026, 11, 2))
    assert escalate_late() == 2
    assert steps(follow_up) == {"senior": book.senior, "reassign": book.manager}
    assert [row["step"] for row in told(client)] == ["senior", "manager", "reassign"]
    assert escalate_late() == 0


def test_a_run_with_nothing_to_do_costs_two_statements(book, django_assert_num_queries):
    late(key_client(book.lan), book.lan)
    escalate_late()
    with django_assert_num_queries(2):
        assert escalate_late() == 0
