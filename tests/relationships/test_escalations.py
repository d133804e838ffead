"""The page of escalations: what has gone up to whom, the team's overdue, and the word on an offer to reassign."""

import pytest
from django.urls import reverse
from django.utils import timezone

from clients.models import CareEventKind
from relationships.followups import escalated
from relationships.followups.escalate import escalate_late
from relationships.followups.overdue import overdue_of_team
from relationships.models import Escalation
from relationships.services.escalations import NothingToDecide, ask_admin, keep_client
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
URL = reverse("relationships:escalations")


@pytest.fixture(autouse=True)
def monday(time_machine):
    time_machine.move_to(at(MONDAY), tick=False)
    return time_machine


@pytest.fixture
def offered(book):
    """A key client of Lan's whose follow-up is so late that the manager has the offer, the senior the step before."""
    client = key_client(book.lan, name="Bạch Đằng")
    follow_up = late(client, book.lan)
    escalate_late()
    return follow_up


def offer_of(follow_up):
    return Escalation.objects.get(follow_up=follow_up, step="reassign")


def page(browser, **query):
    answer = browser.get(URL, query)
    assert answer.status_code == 200
    return answer.content.decode()


# --- Gone up ---------------------------------------------------------------------------------------------------------


def test_each_reader_sees_what_went_up_to_them(book, offered, as_user):
    seen = page(as_user(book.senior))
    assert "Bạch Đằng" in seen and "Call about the pumps" in seen and "4 working days late" in seen
    assert "Keep with" not in seen
    assert "Keep with Lan Nguyễn" in page(as_user(book.manager))
    assert "Bạch Đằng" not in page(as_user(book.other_manager))


def test_who_may_assign_gets_the_sheet_and_a_manager_may_ask_them(book, offered, as_user):
    assign_url = reverse("relationships:assign_client", args=[offered.client_id])
    assert assign_url not in page(as_user(book.manager))
    assert "Ask an admin to reassign" in page(as_user(book.manager))
    ask_admin(escalation=offer_of(offered), by=book.manager)
    assert assign_url in page(as_user(book.admin))
    assert "Bạch Đằng" not in page(as_user(book.manager))


def test_of_one_follow_up_the_highest_step_is_shown_once(book, monday, as_user):
    client = key_client(book.lan, name="Bạch Đằng")
    follow_up = late(client, book.lan, due_on=date(2026, 11, 4))
    escalate_late()
    monday.move_to(at(date(2026, 11, 10)), tick=False)
    escalate_late()
    assert set(steps(follow_up)) == {"senior", "manager", "reassign"}
    assert [row.step for row in escalated.gone_up_to(book.manager)] == ["reassign"]
    assert escalated.waiting_for(book.manager) == escalated.waiting_for(book.senior) == 1


def test_a_client_is_offered_once_however_much_is_late(book, offered, as_user):
    late(offered.client, book.lan, reason="Send the offer")
    escalate_late()
    seen = page(as_user(book.manager))
    assert "Send the offer" in seen
    assert seen.count("Keep with Lan Nguyễn") == 1


def test_today_says_how_many_wait_to_whom_they_were_told(book, offered, as_user):
    late(offered.client, book.lan, reason="Send the offer")
    escalate_late()
    today_url = reverse("relationships:today")

    def words(user):
        return " ".join(as_user(user).get(today_url).content.decode().split())

    assert "2 late follow-ups have gone up to you." in words(book.senior) and URL in words(book.senior)
    for user in (book.lan, book.other_manager, book.admin):
        assert "gone up to you" not in words(user)


def test_today_of_a_senior_takes_at_most_twelve_queries(
    book, offered, as_user, django_assert_max_num_queries
):
    late(key_client(book.senior), book.senior)
    browser = as_user(book.senior)
    with django_assert_max_num_queries(12):
        browser.get(reverse("relationships:today"))


def test_what_is_settled_is_gone_before_the_hourly_run(book, offered):
    offered.status, offered.closed_at = "closed", timezone.now()
    offered.save()
    assert escalated.waiting_for(book.senior) == 0


def test_who_stands_in_sees_it_where_they_may_see_the_client(book, offered):
    away(book.manager, book.senior, MONDAY, MONDAY)
    assert {row.step for row in escalated.gone_up_to(book.senior)} == {"senior", "reassign"}
    away(book.senior, book.olga, MONDAY, MONDAY)
    assert escalated.waiting_for(book.olga) == 0


def test_a_page_of_twenty_costs_few_queries(book, as_user, django_assert_max_num_queries):
    for _number in range(20):
        late(key_client(book.lan), book.lan)
    escalate_late()
    browser = as_user(book.manager)
    with django_assert_max_num_queries(8):
        page(browser)


def test_pages_follow_each_other(book, as_user):
    names = [f"Client {number:03}" for number in range(35)]
    for name in names:
        late(key_client(book.lan, name=name), book.lan)
    escalate_late()
    browser = as_user(book.manager)
    first = browser.get(URL)
    second = browser.get(URL, {"cursor": first.context["page"].next_cursor})
    shown = [row.escalation.client.name for answer in (first, second) for row in answer.context["rows"]]
    assert sorted(shown) == names


def test_a_question_that_makes_no_sense_is_422(book, as_user):
    assert as_user(book.senior).get(URL, {"list": "nothing"}).status_code == 422
    assert as_user(book.senior).get(URL, {"list": "overdue", "person": "x"}).status_code == 422


# --- The offer -------------------------------------------------------------------------------------------------------


def test_kept_with_a_reason_it_does_not_come_again(book, offered, as_user):
    offer = offer_of(offered)
    answer = as_user(book.manager, htmx=True).post(
        reverse("relationships:escalation_keep", args=[offer.pk]), {"note": "She knows them best"}
    )
    assert answer.status_code == 204
    assert ends(offered) == {"reassign": "kept"}
    [facts] = told(offered.client, CareEventKind.ESCALATION_ENDED)
    assert (facts["end"], facts["note"], facts["to"]) == ("kept", "She knows them best", "Minh Trần")
    assert escalate_late() == 0
    assert list(steps(offered)) == ["senior"]


def test_it_comes_again_when_the_clock_started_anew(book, offered, monday):
    keep_client(escalation=offer_of(offered), by=book.manager, note="Holiday")
    offered.client.last_reached_on = MONDAY
    offered.client.save()
    monday.move_to(at(date(2026, 11, 13)), tick=False)
    escalate_late()
    assert set(steps(offered)) == {"senior", "reassign"}


def test_without_a_reason_nothing_is_kept(book, offered, as_user):
    address = reverse("relationships:escalation_keep", args=[offer_of(offered).pk])
    answer = as_user(book.manager, htmx=True).post(address, {"note": " "})
    assert answer.status_code == 422 and ends(offered) == {}


def test_decided_once(book, offered, as_user):
    offer = offer_of(offered)
    keep_client(escalation=offer, by=book.manager, note="Stays")
    with pytest.raises(NothingToDecide):
        keep_client(escalation=offer, by=book.manager, note="Stays")
    with pytest.raises(NothingToDecide):
        ask_admin(escalation=offer, by=book.manager)
    address = reverse("relationships:escalation_keep", args=[offer.pk])
    assert as_user(book.manager, htmx=True).get(address).status_code == 409
    assert len(told(offered.client, CareEventKind.ESCALATION_ENDED)) == 1


def test_an_admin_is_asked_once(book, offered):
    offer = offer_of(offered)
    assert ask_admin(escalation=offer, by=book.manager).to == book.admin
    with pytest.raises(NothingToDecide):
        ask_admin(escalation=offer, by=book.manager)
    assert told(offered.client)[-1]["to"] == "Ada Admin"
    assert escalate_late() == 0


def test_a_step_is_no_offer(book, offered, as_user):
    step = Escalation.objects.get(follow_up=offered, step="senior")
    address = reverse("relationships:escalation_keep", args=[step.pk])
    assert as_user(book.senior, htmx=True).post(address, {"note": "x"}).status_code == 409


# --- The team's overdue ----------------------------------------------------------------------------------------------


def test_the_overdue_of_the_team_without_what_went_up(book, offered, as_user):
    today = timezone.localdate()
    old = late(book.alpha, book.mai, date(2026, 10, 1), reason="Old")
    new = late(book.alpha, book.lan, date(2026, 11, 8), reason="New")
    late(book.alpha, book.lan, MONDAY, reason="Not yet late")
    late(book.alpha, book.senior, date(2026, 10, 1), reason="The senior's own")
    late(book.omega, book.olga, date(2026, 10, 1), reason="Another team")
    assert list(overdue_of_team(book.senior, today)) == [old, new]
    away(book.mai, book.lan, MONDAY, MONDAY)
    assert list(overdue_of_team(book.senior, today)) == [new]
    seen = page(as_user(book.senior), list="overdue")
    assert "New" in seen and "Lan Nguyễn" in seen
    assert "New" not in page(as_user(book.senior), list="overdue", person=book.mai.pk)


def test_a_manager_has_what_no_senior_stands_above(book):
    today = timezone.localdate()
    own = late(book.alpha, book.senior, date(2026, 10, 1))
    late(book.alpha, book.lan, date(2026, 10, 1), reason="Lan's")
    southern = late(book.omega, book.olga, date(2026, 10, 1))
    assert list(overdue_of_team(book.manager, today)) == [own]
    assert list(overdue_of_team(book.other_manager, today)) == [southern]
    assert list(overdue_of_team(book.admin, today)) == []
    book.south.manager = None
    book.south.save()
    assert list(overdue_of_team(book.admin, today)) == [southern]


# --- Lately over -----------------------------------------------------------------------------------------------------


def test_what_is_over_stays_in_sight_for_two_weeks(book, offered, as_user, monday):
    keep_client(escalation=offer_of(offered), by=book.manager, note="Stays")
    assert "The client stays with the lead" in page(as_user(book.manager), list="ended")
    monday.move_to(at(date(2026, 11, 25)), tick=False)
    assert "Bạch Đằng" not in page(as_user(book.manager), list="ended")


def test_without_anything_the_page_says_so(book, as_user):
    for name in ("", "overdue", "ended"):
        assert "Nothing" in page(as_user(book.senior), list=name)


def test_a_link_leads_there_for_those_above_alone(book, as_user):
    lists = reverse("clients:list")
    assert f'href="{URL}"' in as_user(book.senior).get(lists).content.decode()
    assert f'href="{URL}"' not in as_user(book.lan).get(lists).content.decode()


def test_the_timeline_tells_of_each_step(book, offered, as_user):
    keep_client(escalation=offer_of(offered), by=book.manager, note="She knows them best")
    address = reverse("relationships:client_timeline", args=[offered.client_id])
    seen = as_user(book.lan, htmx=True).get(address).content.decode()
    assert "to Sơn Phạm" in seen and "further up, to Minh Trần" in seen
    assert "Minh Trần is asked whether another person should lead the client" in seen
    assert "The client stays with the lead" in seen and "She knows them best" in seen
