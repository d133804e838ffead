"""While you were away: the figures agree with the lists, and everyone sees what they may open."""

import datetime

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import Segment
from clients.models import CareEventKind
from clients.services.assignment import assign_lead
from clients.services.changes import record_change
from relationships.health.writing import make_partitions
from relationships.leave_back import SHOWN_OF_A_LIST, what_happened
from relationships.models import FollowUp, FollowUpStatus, HealthSnapshot, Interaction, ScoringModel
from tests import factories as make
from tests.relationships.absences.scenes import AFTER, BEFORE, DURING, FRIDAY, MONDAY, away, day


@pytest.fixture
def leave(book):
    """Lan away from Monday to Friday; it is the Monday after."""
    absence = away(book.lan, book.mai)
    with time_machine.travel(AFTER, tick=False):
        yield absence


def at(moment):
    return datetime.datetime.fromisoformat(moment)


def touch(client, author, moment, **fields):
    moment = at(moment)
    return Interaction.objects.create(
        client=client, author=author, occurred_at=moment, occurred_on=moment.date(), **fields
    )


def settled(client, assignee, by, moment=DURING, status=FollowUpStatus.DONE):
    row = make.follow_up(client, assignee)
    FollowUp.objects.filter(pk=row.pk).update(status=status, closed_at=at(moment), closed_by=by)
    return row


def event(client, kind, by=None, moment=DURING, **facts):
    return record_change(client.pk, kind, by=by, at=at(moment), **facts)


def snapshot(client, taken_on, band):
    make_partitions(taken_on)
    model = ScoringModel.objects.current()
    return HealthSnapshot.objects.create(
        client=client, taken_on=taken_on, segment=client.segment, shown_band=band, model=model
    )


def back(absence, reader=None):
    return what_happened(absence, reader or absence.person, timezone.localdate())


def page(browser, absence, **query):
    return browser.get(reverse("relationships:absence_back", args=[absence.pk]), query)


def test_the_figures_agree_with_the_lists(book, leave):
    for hour in range(5):
        touch(book.alpha, book.mai, f"2026-12-08T0{hour}:00:00Z")
    for _number in range(2):
        settled(book.alpha, book.lan, book.mai)
    make.follow_up(book.alpha, book.lan, due_in=-1)
    for kind in (CareEventKind.ISSUE_OPENED, CareEventKind.ISSUE_RESOLVED, CareEventKind.CONTRACT_SIGNED):
        event(book.alpha, kind)
    for amount in ("40000000", "2000000.50", "1", "1"):
        event(book.alpha, CareEventKind.PAYMENT, amount=amount, currency="VND")
    event(book.alpha, CareEventKind.PAYMENT, amount="70", currency="USD")
    event(book.alpha, CareEventKind.PROMISE_BROKEN)
    told = back(leave)
    (news,) = told.to_do
    assert told.figures == {
        "touches": 5,
        "settled": 2,
        "late": 1,
        "issues_opened": 1,
        "issues_resolved": 1,
        "payments": 5,
        "promises_broken": 1,
        "signed": 1,
        "ended": 0,
        "bands": 0,
        "fell": 0,
        "handovers": 0,
    }
    assert [(currency, str(paid)) for currency, paid in told.payments] == [
        ("VND", "42000002.50"),
        ("USD", "70.00"),
    ]
    assert len(news.touches) == SHOWN_OF_A_LIST
    shown = len(news.touches) + len(news.settled) + len(news.late) + len(news.events)
    assert shown + news.hidden == 5 + 2 + 1 + 3 + 5 + 1


def test_only_these_days_count_and_not_what_the_person_did(book, leave):
    """Midnight in Viet Nam is 17:00 UTC: the first second of Monday counts, the last of Sunday does not."""
    for moment in ("2026-12-06T16:59:59Z", "2026-12-11T17:00:00Z"):
        touch(book.alpha, book.mai, moment)
        settled(book.alpha, book.lan, book.mai, moment)
        event(book.alpha, CareEventKind.PAYMENT, moment=moment)
    touch(book.alpha, book.lan, DURING)
    settled(book.alpha, book.lan, book.lan)
    event(book.alpha, CareEventKind.CONTRACT_SIGNED, by=book.lan)
    touch(book.omega, book.mai, DURING)
    settled(book.alpha, book.lan, book.mai, status=FollowUpStatus.CANCELLED)
    told = back(leave)
    assert not any(told.figures.values()) and told.quiet == [book.alpha]
    touch(book.alpha, book.mai, "2026-12-06T17:00:00Z")
    touch(book.alpha, None, "2026-12-11T16:59:59Z")
    settled(book.alpha, book.lan, None, status=FollowUpStatus.CLOSED)
    told = back(leave)
    assert (told.figures["touches"], told.figures["settled"]) == (2, 1)


def test_what_to_do_comes_first_and_the_important_clients_first_in_it(book, leave):
    small = make.client("Small", lead=book.lan, revenue_12m=1)
    large = make.client("Large", lead=book.lan, revenue_12m=900)
    key = make.client("Key", lead=book.lan, revenue_12m=5, segment=Segment.KEY)
    quiet = make.client("Quiet", lead=book.lan)
    for client in (small, key):
        make.follow_up(client, book.lan, due_in=-3)
    for client in (book.alpha, large):
        touch(client, book.mai, DURING)
    make.follow_up(quiet, book.lan, due_in=0)  # due today is no late work
    told = back(leave)
    assert [news.client.name for news in told.to_do] == ["Key", "Small"]
    assert [news.client.name for news in told.others] == ["Large", "Alpha Thép Việt"]
    assert told.quiet == [quiet]


def test_a_band_that_changed_says_from_where(book, leave):
    for taken_on, band in ((day(1), "healthy"), (day(9), "at_risk"), (day(13), "watch")):
        snapshot(book.alpha, taken_on, band)  # the last one after the last day
    told = back(leave)
    (news,) = told.others
    assert (news.band_before, news.client.band_at_end, news.band_fell) == ("healthy", "at_risk", True)
    assert (told.figures["bands"], told.figures["fell"]) == (1, 1)


@pytest.fixture
def just_back(book):
    """Lan was away until yesterday by the real clock, by which PostgreSQL tells which leads run."""
    today = timezone.localdate()
    return away(book.lan, book.mai, today - datetime.timedelta(days=4), today - datetime.timedelta(days=1))


def hand_over(client, user, admin):
    """As it was done two days ago."""
    moment = timezone.now() - datetime.timedelta(days=2)
    client.assignments.update(started_at=moment - datetime.timedelta(days=400))
    assign_lead(client=client, user=user, by=admin, reason="Moves")
    client.assignments.filter(ended_at__isnull=False).update(ended_at=moment)
    client.assignments.filter(user=user).update(started_at=moment)
    return moment


def test_a_client_handed_over_meanwhile_is_told_and_not_opened(book, as_user, just_back):
    moment = hand_over(book.alpha, book.olga, book.admin)
    touch(book.alpha, book.olga, moment.isoformat(), summary="Nobody else's business")
    told = back(just_back)
    assert [row.client for row in told.gone] == [book.alpha]
    assert (told.figures["handovers"], told.figures["touches"]) == (1, 0)
    text = page(as_user(book.lan), just_back).content.decode()
    assert "Alpha Thép Việt" in text and book.alpha.get_absolute_url() not in text
    assert "Nobody else" not in text
    # whoever stood in opens nothing of it any more, and learns no name
    assert "Alpha" not in page(as_user(book.mai), just_back).content.decode()
    assert back(just_back, book.admin).figures["touches"] == 1


def test_a_client_given_to_them_meanwhile_is_theirs(book, just_back):
    hand_over(book.omega, book.lan, book.admin)
    (news,) = back(just_back).others
    assert (news.client, news.handovers[0].user) == (book.omega, book.lan)


def test_it_tells_so_far_while_it_runs_and_nothing_before(book, as_user):
    absence = away(book.lan, book.mai)
    with time_machine.travel(BEFORE, tick=False):
        assert "It has not begun yet." in page(as_user(book.lan), absence).content.decode()
    with time_machine.travel(DURING, tick=False):
        touch(book.alpha, book.mai, "2026-12-08T03:00:00Z", summary="They want the new steel")
        text = page(as_user(book.mai), absence).content.decode()
        assert "So far:" in text and "They want the new steel" in text
    absence.cancelled_at = timezone.now()
    absence.save()
    with time_machine.travel(AFTER, tick=False):
        assert "It was called off." in page(as_user(book.lan), absence).content.decode()


@pytest.mark.parametrize(
    "persona, code, sees",
    [
        ("lan", 200, True),
        ("senior", 200, True),
        ("manager", 200, True),
        ("admin", 200, True),
        ("mai", 200, False),
        ("olga", 404, False),
        ("other_manager", 404, False),
        ("dept", 403, False),
    ],
)
def test_who_reads_it_and_which_clients(book, as_user, leave, persona, code, sees):
    touch(book.alpha, book.mai, DURING, summary="They want the new steel")
    answer = page(as_user(getattr(book, persona)), leave)
    assert answer.status_code == code
    assert ("They want the new steel" in answer.content.decode()) is sees


def test_an_escalation_meanwhile_would_be_told(book, leave):
    event(book.alpha, CareEventKind.ESCALATED)
    assert [row.kind for row in back(leave).others[0].events] == [CareEventKind.ESCALATED]


def test_tet_away_is_told_over_the_new_year(book):
    """Three weeks over Tết 2027: nothing happened on the days off, and the days before and after are told."""
    first, last = datetime.date(2027, 1, 25), datetime.date(2027, 2, 14)
    absence = away(book.lan, book.mai, first, last)
    touch(book.alpha, book.mai, "2027-01-25T02:00:00Z")
    touch(book.alpha, book.mai, "2027-02-12T02:00:00Z")
    with time_machine.travel("2027-02-15T01:00:00Z", tick=False):
        told = back(absence)
        assert (told.first_day, told.last_day, told.figures["touches"]) == (first, last, 2)


def test_at_most_twelve_queries_however_much_happened(book, as_user, leave, django_assert_max_num_queries):
    def fill(client):
        for hour in range(6):
            touch(client, book.mai, f"2026-12-08T0{hour}:00:00Z")
            settled(client, book.lan, book.mai)
            event(client, CareEventKind.PAYMENT, amount="5", currency="VND")
            make.follow_up(client, book.lan, due_in=-hour - 1)

    fill(book.alpha)
    for persona in (book.lan, book.senior, book.manager, book.admin):
        browser = as_user(persona)
        with django_assert_max_num_queries(12):
            assert page(browser, leave).status_code == 200
    browser = as_user(book.lan)
    with CaptureQueriesContext(connection) as few:
        page(browser, leave)
    for number in range(24):
        fill(make.client(f"Client {number}", lead=book.lan))
    with CaptureQueriesContext(connection) as many:
        answer = page(browser, leave)
    assert len(many) == len(few)
    assert (len(answer.context["to_do"]), answer.context["left"]) == (20, 5)
    assert page(browser, leave, all="on").context["left"] == 0


def test_the_end_made_earlier_is_the_end_of_what_is_told(book):
    absence = away(book.lan, book.mai)
    touch(book.alpha, book.mai, DURING)
    absence.last_day = day(8)
    absence.save()
    with time_machine.travel(AFTER, tick=False):
        assert back(absence).figures["touches"] == 0
        assert back(absence).last_day == day(8) < FRIDAY and back(absence).first_day == MONDAY
