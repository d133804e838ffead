"""Today: whose work, in which order, with which reasons, at which cost."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import Absence
from relationships.followups import queue, wording_over
from relationships.followups.generate import generate_cadence_follow_ups
from relationships.followups.planning import plan_deliveries
from relationships.models import FollowUp, FollowUpRule
from tests import factories as make

pytestmark = pytest.mark.django_db
LONG_AGO = datetime.datetime(2026, 1, 5, tzinfo=datetime.UTC)
TODAY = datetime.date(2026, 11, 23)


@pytest.fixture(autouse=True)
def monday(time_machine):
    time_machine.move_to("2026-11-23T09:00+07:00", tick=False)
    return time_machine


@pytest.fixture
def url():
    return reverse("relationships:today")


def words(answer):
    """The page's text on one line."""
    return " ".join(answer.content.decode().split())


def items(answer):
    return [item for group in answer.context["groups"] for item in group.items]


def whats(answer):
    return [item.what for item in items(answer)]


# --- Whose -----------------------------------------------------------------------------------------------------------


def test_each_sees_their_own_queue_and_nobody_elses(book, as_user, url):
    make.follow_up(book.alpha, book.lan, reason="Lan's call")
    make.follow_up(book.alpha, book.senior, reason="Senior's review")
    make.follow_up(book.omega, book.olga, reason="Olga's call")
    assert whats(as_user(book.lan).get(url)) == ["Lan's call"]
    assert whats(as_user(book.senior).get(url)) == ["Senior's review"]
    for user in (book.mai, book.manager, book.admin):
        assert whats(as_user(user).get(url)) == []


def test_strangers_are_asked_to_log_in(book, as_user, url):
    assert as_user(None).get(url).status_code == 302


def test_writing_to_the_page_is_refused(book, as_user, url):
    assert as_user(book.lan).post(url).status_code == 405


def test_what_a_former_lead_still_has_on_paper_is_not_shown(book, as_user, url):
    make.follow_up(book.alpha, book.lan, reason="Old plan")
    book.alpha.assignments.update(ended_at=LONG_AGO, read_until=datetime.date(2026, 12, 31))
    body = words(as_user(book.lan).get(url))
    assert "Old plan" not in body and "Alpha" not in body


def test_htmx_gets_the_work_alone(book, as_user, url):
    page, part = as_user(book.lan).get(url), as_user(book.lan, htmx=True).get(url)
    assert "<html" in words(page) and "<html" not in words(part)
    assert 'id="today-work"' in words(part)
    assert part.headers["Cache-Control"] == "no-store" and "HX-Request" in part.headers["Vary"]


# --- In which order --------------------------------------------------------------------------------------------------


def test_value_at_stake_comes_before_a_little_lateness(book, as_user, url):
    small = make.client("Small", lead=book.lan, revenue_12m=10)
    large = make.client("Large", lead=book.lan, revenue_12m=1000)
    middle = make.client("Middle", lead=book.lan, revenue_12m=100)
    make.follow_up(small, book.lan, reason="small, late", due_in=-1)
    make.follow_up(middle, book.lan, reason="middle, a month late", due_in=-30)
    make.follow_up(large, book.lan, reason="large, today")
    make.follow_up(book.alpha, book.lan, reason="tomorrow", due_in=1)
    assert whats(as_user(book.lan).get(url)) == ["middle, a month late", "large, today", "small, late"]


def test_follow_ups_of_one_client_stand_together_the_most_urgent_first(book, as_user, url):
    beta = make.client("Beta", lead=book.lan, revenue_12m=100)
    make.follow_up(beta, book.lan, reason="beta today")
    make.follow_up(beta, book.lan, reason="beta late", due_in=-9)
    make.follow_up(book.alpha, book.lan, reason="alpha late", due_in=-9)
    answer = as_user(book.lan).get(url)
    assert whats(answer) == ["beta late", "beta today", "alpha late"]
    assert [group.client.name for group in answer.context["groups"]] == ["Beta", "Alpha Thép Việt"]


def test_currencies_are_ranked_each_by_itself(book, as_user, url):
    for name, currency, revenue in (
        ("Dong first", "VND", 9_000_000),
        ("Dong second", "VND", 8_000_000),
        ("Dollar first", "USD", 400),
        ("Dollar second", "USD", 300),
    ):
        client = make.client(name, lead=book.lan, currency=currency, revenue_12m=revenue)
        make.follow_up(client, book.lan, reason=name)
    assert set(whats(as_user(book.lan).get(url))[:2]) == {"Dong first", "Dollar first"}


def test_order_is_said_in_words(book, as_user, url):
    make.follow_up(book.alpha, book.lan)
    assert "value at stake × urgency × health trend" in words(as_user(book.lan).get(url))


# --- Standing in -----------------------------------------------------------------------------------------------------


def test_who_stands_in_sees_for_whom_and_until_when(book, as_user, url):
    make.follow_up(book.alpha, book.lan, reason="Lan's call")
    Absence.objects.create(
        person=book.lan, substitute=book.mai, first_day=TODAY, last_day=datetime.date(2026, 12, 5)
    )
    body = words(as_user(book.mai).get(url))
    assert "Lan&#x27;s call" in body and "for Lan Nguyễn, away until Sat, Dec 5" in body
    assert "away until" not in words(as_user(book.lan).get(url))


# --- Why this order --------------------------------------------------------------------------------------------------


def why(browser, follow_up):
    return browser.get(reverse("relationships:follow_up_why", args=[follow_up.pk]))


def test_why_tells_the_three_factors_their_inputs_and_the_product(book, as_user):
    book.alpha.segment, book.alpha.revenue_12m = "key", 1_250_000_000
    book.alpha.health_trend, book.alpha.health_band = -8.0, "at_risk"
    book.alpha.save()
    follow_up = make.follow_up(book.alpha, book.lan, due_in=-5)
    make.follow_up(make.client(lead=book.lan, revenue_12m=2_000_000_000), book.lan)
    answer = why(as_user(book.lan, htmx=True), follow_up)
    body = words(answer)
    for text in (
        "₫1.3B in 12 months. 50% of what you have due in VND is for clients of this size or smaller.",
        "A key client counts 1.5 times.",
        "“Planned by hand” weighs 1.2.",
        "5 days late: times 1.5.",
        "The health fell by 8 points in 30 days. The client is at risk.",
        "4.5 × 1.8 × 1.9",
        "15.39",
    ):
        assert text in body
    assert answer.context["factors"].rank == pytest.approx(4.5 * 1.8 * 1.9)


def test_why_is_the_rank_that_the_list_is_ordered_by(book, as_user, url):
    for number in range(12):
        client = make.client(lead=book.lan, revenue_12m=number % 4, health_trend=number - 6)
        make.follow_up(client, book.lan, due_in=-number)
    browser = as_user(book.lan)
    for item in items(browser.get(url)):
        told = why(browser, item.follow_up).context["factors"]
        assert told.rank == pytest.approx(item.follow_up.rank)


def test_what_is_not_in_ones_own_list_says_so(book, as_user):
    follow_up = make.follow_up(book.alpha, book.lan, due_in=2)
    for who in (book.lan, book.senior):
        assert "It is not in your list of today: it is for Lan Nguyễn" in words(why(as_user(who), follow_up))


# --- What closed by itself -------------------------------------------------------------------------------------------


def closed(client, user, rule, *, hours_ago=1, due_in=0, **facts):
    at = timezone.now() - datetime.timedelta(hours=hours_ago)
    return make.follow_up(
        client, user, rule=rule, reason="", status="closed", closed_at=at, due_in=due_in, facts=facts
    )


def test_what_closed_by_itself_says_why(book, as_user, url):
    closed(book.alpha, book.lan, "promise", amount="500", currency="VND")
    closed(book.alpha, book.lan, "issue", hours_ago=30, title="No signal", step="resolution")
    closed(book.alpha, book.lan, "deal", hours_ago=60)  # the day before yesterday
    closed(book.alpha, book.lan, "advice", due_in=3)  # nobody was asked yet
    closed(book.omega, book.olga, "kick_off")
    answer = as_user(book.lan).get(url)
    assert [(over.follow_up.rule, over.why) for over in answer.context["over"]] == [
        ("promise", "the money came"),
        ("issue", "the issue is solved"),
    ]
    assert "Closed by themselves since yesterday" in words(answer)


def test_every_rule_has_words_for_being_over():
    for rule in FollowUpRule.values:
        said = wording_over.over(rule, {})
        assert said and (said != "what it asked for is over" or rule in ("manual", "next_step", "handover"))


# --- With which words ------------------------------------------------------------------------------------------------


def test_cadence_says_how_long_and_how_long_is_expected_in_the_readers_language(book, as_user, url, monday):
    book.alpha.last_reached_on, book.alpha.contact_due_on = (
        datetime.date(2026, 10, 22),
        datetime.date(2026, 11, 21),
    )
    book.alpha.save()
    generate_cadence_follow_ups()
    body = words(as_user(book.lan).get(url))
    assert "32 days since the last contact; every 30 days is expected." in body
    assert "3 days late" in body


def test_never_touched_client_says_so(book, as_user, url, monday):
    generate_cadence_follow_ups()
    FollowUp.objects.filter(client=book.alpha).update(due_on=TODAY)
    assert "No contact logged in the 400 days we have looked after them" in words(as_user(book.lan).get(url))


def test_row_shows_whom_it_is_for(book, as_user, url):
    book.alpha.segment, book.alpha.health_band, book.alpha.health_score = "key", "watch", 62.9
    book.alpha.revenue_12m = 1_250_000_000
    book.alpha.save()
    make.follow_up(book.alpha, book.lan)
    body = words(as_user(book.lan).get(url))
    assert reverse("relationships:client_page", args=[book.alpha.pk]) in body
    for text in ("Alpha Thép Việt", "Key", "Watch", ">62<", "₫1.3B"):
        assert text in body


def test_every_action_has_an_address_without_script(book, as_user, url):
    follow_up = make.follow_up(book.alpha, book.lan)
    body = words(as_user(book.lan).get(url))
    log = reverse("relationships:log_for_client", args=[book.alpha.pk])
    assert f'href="{log}?follow_up={follow_up.pk}"' in body
    assert f'action="{reverse("relationships:follow_up_done", args=[follow_up.pk])}"' in body
    assert f'href="{reverse("relationships:follow_up_snooze", args=[follow_up.pk])}"' in body


def test_text_that_looks_like_markup_is_escaped(book, as_user, url):
    make.follow_up(book.alpha, book.lan, reason="<img src=x onerror=alert(1)>")
    assert "<img src=x" not in words(as_user(book.lan).get(url))


def test_new_is_what_came_today_unexpectedly(book, as_user, url, monday):
    monday.move_to("2026-11-22T09:00+07:00")
    make.follow_up(book.alpha, book.lan, reason="late since yesterday", due_in=-2)
    plan_deliveries()
    monday.move_to("2026-11-23T09:00+07:00")
    make.follow_up(book.alpha, book.lan, reason="one's own for today")
    make.follow_up(book.alpha, book.lan, reason="from the senior", created_by=book.senior)
    make.follow_up(book.alpha, book.lan, reason="handed over late", due_in=-5)
    plan_deliveries()
    new = [item.what for item in items(as_user(book.lan).get(url)) if item.is_new]
    assert sorted(new) == ["from the senior", "handed over late"]


def test_on_a_first_day_nothing_is_marked_new(book, as_user, url):
    for days in (3, 2):
        make.follow_up(book.alpha, book.lan, due_in=-days)
    plan_deliveries()
    assert not any(item.is_new for item in items(as_user(book.lan).get(url)))


# --- Beside the queue ------------------------------------------------------------------------------------------------


def test_next_seven_days_are_listed_shortly(book, as_user, url):
    for days in range(1, 10):
        make.follow_up(book.alpha, book.lan, reason=f"in {days}", due_in=days)
    soon = as_user(book.lan).get(url).context["soon"]
    assert [item.what for item in soon] == [f"in {days}" for days in range(1, 7)]
    assert soon[0].follow_up.total == 7


def test_clients_without_a_next_step_are_named(book, as_user, url):
    beta = make.client("Beta", lead=book.lan)
    make.client("Lost", lead=book.lan, status="lost", lost_on=TODAY)
    make.follow_up(beta, book.lan, due_in=5)
    generate_cadence_follow_ups()  # a cadence alone is no next step
    left_out = as_user(book.lan).get(url).context["left_out"]
    assert [client.name for client in left_out.stepless] == ["Alpha Thép Việt"]


def test_portfolio_counts_the_clients_one_leads(book, as_user, url):
    make.client(lead=book.lan, health_band="at_risk", revenue_12m=5)
    make.client(lead=book.lan, currency="USD", health_band="healthy", revenue_12m=7)
    make.client(lead=book.lan, status="lost", lost_on=TODAY)
    make.assignment(make.client(), book.lan, role="support")
    portfolio = as_user(book.lan).get(url).context["portfolio"]
    assert portfolio.clients == 3
    assert portfolio.revenue == [("VND", 5), ("USD", 7)]
    assert portfolio.bands == {"healthy": 1, "watch": 0, "at_risk": 1, "unknown": 1}
    assert "room for 17" in words(as_user(book.lan).get(url))


def test_nothing_due_is_a_reward(book, as_user, url):
    assert "All done for today." in words(as_user(book.lan).get(url))
    assert "no client is yours yet" in words(as_user(book.mai).get(url))


# --- At which cost ---------------------------------------------------------------------------------------------------


def queries_of(browser, url):
    with CaptureQueriesContext(connection) as caught:
        assert browser.get(url).status_code == 200
    return len(caught)


def test_page_takes_the_same_few_queries_with_two_follow_ups_and_with_two_hundred(book, as_user, url):
    browser = as_user(book.lan)
    for number in range(2):
        make.follow_up(book.alpha, book.lan, due_in=-number)
    few = queries_of(browser, url)
    for number in range(198):
        client = make.client(lead=book.lan) if number % 3 == 0 else book.alpha
        make.follow_up(client, book.lan, due_in=3 - number % 9)
    assert queries_of(browser, url) == few <= 12


def test_long_queue_comes_in_pages_without_gaps_or_repeats(book, as_user, url):
    for number in range(120):
        client = make.client(lead=book.lan, revenue_12m=number % 7) if number % 4 == 0 else book.alpha
        make.follow_up(client, book.lan, due_in=-(number % 3), reason=f"step {number}")
    browser, seen, query = as_user(book.lan, htmx=True), [], {}
    for _page in range(5):
        answer = browser.get(url, query)
        seen += whats(answer)
        if not answer.context["page"].next_cursor:
            break
        assert len(items(answer)) == queue.FOLLOW_UPS_A_PAGE
        query = {"cursor": answer.context["page"].next_cursor}
    assert len(seen) == len(set(seen)) == 120


@pytest.mark.parametrize("cursor", ["n", "nonsense", "nWzFd", "%00", "x" * 3000, "n" + "A" * 50])
def test_strange_page_gives_the_first(book, as_user, url, cursor):
    make.follow_up(book.alpha, book.lan, reason="here")
    answer = as_user(book.lan).get(url, {"cursor": cursor})
    assert answer.status_code == 200 and whats(answer) == ["here"]


def test_page_that_has_emptied_meanwhile_gives_the_first(book, as_user, url):
    for number in range(queue.FOLLOW_UPS_A_PAGE + 1):
        make.follow_up(book.alpha, book.lan, reason=f"step {number}")
    browser = as_user(book.lan)
    cursor = browser.get(url).context["page"].next_cursor
    FollowUp.objects.filter(pk=FollowUp.objects.latest("pk").pk).delete()
    assert len(items(browser.get(url, {"cursor": cursor}))) == queue.FOLLOW_UPS_A_PAGE
