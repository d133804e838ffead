"""Issues: service levels in working hours, clocks that pause, what each step writes, and two people at once."""

import datetime
import threading
import uuid
import zoneinfo

import pytest
from django.db import connections
from django.db.models import Count

from clients.models import (
    CareEvent,
    CareEventKind,
    Client,
    Issue,
    IssueClock,
    IssueEntry,
    IssueStatus,
    SlaPolicy,
)
from clients.services import issues as services
from clients.services.breaches import note_breaches
from clients.services.changes import KeyUsedElsewhere
from clients.services.editing import EditConflict
from clients.tasks import note_breaches as note_breaches_task
from tests import factories as make

HOUSE = zoneinfo.ZoneInfo("Asia/Ho_Chi_Minh")
MEETING_SECONDS = 20


def at(text):
    return datetime.datetime.fromisoformat(text).replace(tzinfo=HOUSE)


def opened(book, moment="2026-11-16 09:00", *, client=None, **values):
    """A medium technical problem of a standard client: 16 h to the response, 56 h to the resolution."""
    values = {"title": "Line 2 stops", "category": "technical", "severity": 3} | values
    return services.open_issue(
        client=client or book.alpha, by=book.lan, values=values, idempotency_key=uuid.uuid4(), at=at(moment)
    )


def events(client):
    return list(CareEvent.objects.filter(client=client).order_by("id").values_list("kind", flat=True))


def entries(issue):
    return list(IssueEntry.objects.filter(issue=issue).order_by("id").values_list("kind", flat=True))


# --- Opening --------------------------------------------------------------------------------------------------


def test_opening_copies_the_service_level_of_severity_and_segment(book):
    key = make.client(lead=book.lan, segment="key")
    critical = opened(book, client=key, severity=10)
    assert (critical.response_hours, critical.resolution_hours) == (1, 4)
    assert critical.response_due_at == at("2026-11-16 10:00")
    assert critical.resolution_due_at == at("2026-11-16 14:00")
    SlaPolicy.objects.filter(severity=10, segment="key").update(resolution_hours=8)
    Client.objects.filter(pk=key.pk).update(segment="standard")
    critical.refresh_from_db()
    assert critical.resolution_due_at == at("2026-11-16 14:00")
    assert opened(book, client=key, severity=10).response_hours == 4


@pytest.mark.parametrize(
    "moment, response, resolution",
    [
        (
            "2026-02-13 15:00",
            "2026-02-24 15:00",
            "2026-03-03 15:00",
        ),  # Tết 2026: off from the 14th to the 22nd
        (
            "2027-02-03 15:00",
            "2027-02-12 15:00",
            "2027-02-19 15:00",
        ),  # Tết 2027: off from the 4th to the 10th
        (
            "2026-08-21 15:00",
            "2026-08-24 15:00",
            "2026-09-03 15:00",
        ),  # the 22nd is worked, 31st to 2nd are off
        ("2026-11-15 22:00", "2026-11-17 17:00", "2026-11-25 17:00"),  # a Sunday night; the 24th is a holiday
    ],
)
def test_due_moments_follow_the_calendar(book, moment, response, resolution):
    issue = opened(book, moment)
    assert issue.response_due_at == at(response)
    assert issue.resolution_due_at == at(resolution)


def test_opening_starts_the_clock_and_tells(book):
    huong = make.contact(book.alpha, "Hương")
    issue = opened(book, contact=huong, description="Their own words, not for the client")
    run = IssueClock.objects.get(issue=issue)
    assert (run.started_at, run.stopped_at) == (at("2026-11-16 09:00"), None)
    assert issue.opened_on == datetime.date(2026, 11, 16) and issue.opened_by == book.lan
    event = CareEvent.objects.get()
    facts = {"title": "Line 2 stops", "severity": 3, "category": "technical", "who": "Hương"}
    assert (event.kind, event.subject_id, event.facts) == ("issue_opened", issue.pk, facts)
    assert entries(issue) == ["opened"]
    assert Client.objects.get(pk=book.alpha.pk).health_stale_since is not None


def test_a_form_sent_twice_opens_one_issue(book):
    values, key = {"title": "Late lorry", "category": "delivery", "severity": 1}, uuid.uuid4()
    ids = {
        services.open_issue(client=book.alpha, by=book.lan, values=values, idempotency_key=key).pk
        for _click in range(2)
    }
    assert len(ids) == Issue.objects.count() == IssueClock.objects.count() == CareEvent.objects.count() == 1
    with pytest.raises(KeyUsedElsewhere):
        services.open_issue(client=book.omega, by=book.olga, values=values, idempotency_key=key)


def test_without_a_service_level_nothing_opens(book):
    SlaPolicy.objects.filter(severity=3).delete()
    with pytest.raises(services.NoServiceLevel):
        opened(book)
    assert not Issue.objects.exists() and not CareEvent.objects.exists()


# --- Response, waiting, going on ------------------------------------------------------------------------------


def test_the_first_response_is_recorded_once(book):
    issue = opened(book)
    first = services.record_response(issue=issue, by=book.lan, at=at("2026-11-16 10:30"))
    assert first.first_responded_at == at("2026-11-16 10:30")
    with pytest.raises(services.IssueMoved):
        services.record_response(issue=issue, by=book.mai, at=at("2026-11-16 11:00"))
    event = CareEvent.objects.get(kind=CareEventKind.ISSUE_RESPONDED)
    assert event.facts["late"] is False and event.by == book.lan
    assert entries(issue) == ["opened", "responded"]


def test_a_late_response_says_so(book):
    issue = opened(book)
    services.record_response(issue=issue, by=book.lan, at=at("2026-11-18 09:01"))
    assert CareEvent.objects.get(kind=CareEventKind.ISSUE_RESPONDED).facts["late"] is True


def test_waiting_stops_both_clocks_and_going_on_gives_back_what_was_left(book):
    issue = opened(book)  # response due on the 18th at 9, resolution on the 26th at 9 (the 24th is a holiday)
    waiting = services.wait_for_client(
        issue=issue, by=book.lan, text="A photo, please", at=at("2026-11-16 14:00")
    )
    assert (waiting.status, waiting.resolution_due_at) == (IssueStatus.WAITING, None)
    run = IssueClock.objects.get()
    assert (run.stopped_at, run.stopped_for) == (at("2026-11-16 14:00"), "waiting")
    assert not Issue.objects.past_sla(at("2027-11-16 14:00")).exists()
    gone_on = services.resume(issue=issue, by=book.lan, at=at("2026-11-19 10:00"))  # 4 h were used
    assert gone_on.response_due_at == at("2026-11-20 15:00")
    assert gone_on.resolution_due_at == at("2026-11-30 15:00")
    assert [run.stopped_for for run in IssueClock.objects.order_by("started_at")] == ["waiting", ""]
    assert events(book.alpha) == ["issue_opened", "issue_waiting", "issue_resumed"]


def test_a_late_clock_that_waited_is_as_late_as_before(book):
    issue = opened(book, severity=10)  # 4 h and 16 h: resolution due on the 18th at 9
    services.wait_for_client(issue=issue, by=book.lan, at=at("2026-11-18 11:00"))
    gone_on = services.resume(issue=issue, by=book.lan, at=at("2026-11-20 09:00"))
    assert gone_on.resolution_due_at == at("2026-11-18 09:00")
    assert gone_on.response_due_at == at("2026-11-16 14:00")


def test_an_answer_while_waiting_counts_and_keeps_its_due_moment(book):
    issue = opened(book)
    services.wait_for_client(issue=issue, by=book.lan, at=at("2026-11-16 14:00"))
    services.record_response(issue=issue, by=book.lan, at=at("2026-11-16 15:00"))
    gone_on = services.resume(issue=issue, by=book.lan, at=at("2026-11-19 10:00"))
    assert gone_on.response_due_at == issue.response_due_at
    assert gone_on.resolution_due_at == at("2026-11-30 15:00")


@pytest.mark.parametrize("step", ["wait", "resume", "resolve", "reopen", "rate", "respond"])
def test_a_step_from_the_wrong_state_is_told_and_writes_nothing(book, step):
    issue = opened(book)
    if step in ("wait", "resolve", "respond"):
        services.resolve(issue=issue, by=book.lan, resolution="Replaced", at=at("2026-11-16 11:00"))
    before = (
        events(book.alpha),
        entries(issue),
        list(Issue.objects.values()),
        list(IssueClock.objects.values()),
    )
    steps = {
        "wait": lambda: services.wait_for_client(issue=issue, by=book.mai),
        "resume": lambda: services.resume(issue=issue, by=book.mai),
        "resolve": lambda: services.resolve(issue=issue, by=book.mai, resolution="Again"),
        "reopen": lambda: services.reopen(issue=issue, by=book.mai, reason="Still"),
        "rate": lambda: services.rate(issue=issue, by=book.mai, satisfaction=4),
        "respond": lambda: services.record_response(issue=issue, by=book.mai),
    }
    with pytest.raises(services.IssueMoved):
        steps[step]()
    assert before == (
        events(book.alpha),
        entries(issue),
        list(Issue.objects.values()),
        list(IssueClock.objects.values()),
    )


# --- Resolved, reopened, rated --------------------------------------------------------------------------------


def test_resolving_stops_the_clock_and_counts_as_a_response(book):
    issue = opened(book)
    done = services.resolve(issue=issue, by=book.lan, resolution="Pump replaced", at=at("2026-11-17 09:00"))
    assert (done.status, done.resolution, done.resolution_due_at) == ("resolved", "Pump replaced", None)
    assert done.resolved_at == done.first_responded_at == at("2026-11-17 09:00")
    assert IssueClock.objects.get().stopped_for == "resolved"
    facts = CareEvent.objects.get(kind=CareEventKind.ISSUE_RESOLVED).facts
    assert facts["text"] == "Pump replaced" and facts["late"] is False


def test_an_earlier_response_stays(book):
    issue = opened(book)
    services.record_response(issue=issue, by=book.lan, at=at("2026-11-16 10:00"))
    done = services.resolve(issue=issue, by=book.lan, resolution="Done", at=at("2026-11-17 09:00"))
    assert done.first_responded_at == at("2026-11-16 10:00")


def test_reopening_goes_on_where_the_clock_stood_and_keeps_the_history(book):
    issue = opened(book)
    services.resolve(issue=issue, by=book.lan, resolution="Pump replaced", at=at("2026-11-17 09:00"))  # 8 h
    services.rate(issue=issue, by=book.lan, satisfaction=2, text="Too slow", at=at("2026-11-17 10:00"))
    again = services.reopen(issue=issue, by=book.mai, reason="Stops again", at=at("2026-11-19 09:00"))
    assert (again.status, again.reopened, again.resolved_at, again.satisfaction) == ("open", 1, None, None)
    assert again.resolution_due_at == at("2026-11-30 09:00")  # 48 h were left
    assert entries(issue) == ["opened", "resolved", "rated", "reopened"]
    texts = list(IssueEntry.objects.order_by("id").values_list("text", flat=True))
    assert texts == ["", "Pump replaced", "2 / 5 · Too slow", "Stops again"]
    assert CareEvent.objects.get(kind=CareEventKind.ISSUE_REOPENED).facts["times"] == 1
    services.resolve(issue=issue, by=book.lan, resolution="New line", at=at("2026-11-19 10:00"))
    assert services.reopen(issue=issue, by=book.lan, reason="No", at=at("2026-11-20 09:00")).reopened == 2
    assert IssueClock.objects.filter(issue=issue).count() == 3


def test_a_rating_is_told_once_and_corrected_knowingly(book):
    issue = opened(book)
    services.resolve(issue=issue, by=book.lan, resolution="Done", at=at("2026-11-17 09:00"))
    for _click in range(2):
        services.rate(issue=issue, by=book.lan, satisfaction=4)
    with pytest.raises(services.IssueMoved) as told:
        services.rate(issue=issue, by=book.mai, satisfaction=1)
    assert told.value.issue.satisfaction == 4
    services.rate(issue=issue, by=book.lan, satisfaction=5, seen=4)
    events = CareEvent.objects.filter(kind=CareEventKind.ISSUE_RATED).order_by("id")
    assert [event.facts["satisfaction"] for event in events] == [4, 5]
    assert Issue.objects.get().satisfaction == 5


def test_a_note_sent_twice_is_one_note_and_no_news_for_the_timeline(book):
    issue = opened(book)
    for moment in ("2026-11-16 10:00:00", "2026-11-16 10:00:02", "2026-11-16 10:05:00"):
        services.add_note(issue=issue, by=book.lan, text="Called the plant", at=at(moment))
    assert entries(issue) == ["opened", "note", "note"]
    assert events(book.alpha) == ["issue_opened"]


# --- Edits ----------------------------------------------------------------------------------------------------


def test_another_severity_takes_its_service_level_from_the_same_opening(book):
    issue = opened(book)
    saved = services.save_issue(issue=issue, version=1, changes={"severity": 10}, at=at("2026-11-16 10:00"))
    assert (saved.response_hours, saved.resolution_hours, saved.version) == (4, 16, 2)
    assert saved.response_due_at == at("2026-11-16 14:00")
    assert saved.resolution_due_at == at("2026-11-18 09:00")


def test_another_severity_counts_pauses_and_leaves_a_standing_clock_alone(book):
    issue = opened(book)
    services.wait_for_client(issue=issue, by=book.lan, at=at("2026-11-16 11:00"))  # 2 h used
    saved = services.save_issue(issue=issue, version=1, changes={"severity": 10}, at=at("2026-11-16 14:00"))
    assert saved.resolution_due_at is None
    gone_on = services.resume(issue=issue, by=book.lan, at=at("2026-11-17 08:00"))
    assert gone_on.response_due_at == at("2026-11-17 10:00")
    assert gone_on.resolution_due_at == at("2026-11-18 15:00")


def test_a_milder_severity_forgets_what_it_does_not_miss(book):
    issue = opened(book, severity=10)
    note_breaches(at("2026-11-16 15:00"))
    assert Issue.objects.get().breached_at is not None
    saved = services.save_issue(issue=issue, version=1, changes={"severity": 1}, at=at("2026-11-16 15:30"))
    assert saved.breached_at is None
    worse = services.save_issue(issue=issue, version=2, changes={"severity": 10}, at=at("2026-11-16 16:00"))
    assert Issue.objects.past_sla(at("2026-11-16 16:00")).get() == worse


def test_the_second_editor_is_told_unless_they_wrote_the_same(book):
    issue = opened(book)
    services.save_issue(issue=issue, version=1, changes={"title": "First"})
    with pytest.raises(EditConflict):
        services.save_issue(issue=issue, version=1, changes={"title": "Second"})
    assert services.save_issue(issue=issue, version=1, changes={"title": "First"}).version == 2


def test_steps_are_no_conflict_for_an_edit(book):
    issue = opened(book)
    services.resolve(issue=issue, by=book.mai, resolution="Done", at=at("2026-11-17 09:00"))
    saved = services.save_issue(issue=issue, version=1, changes={"title": "A better title"})
    assert (saved.title, saved.status) == ("A better title", "resolved")


def test_an_issue_without_runs_of_its_clock_has_run_since_it_opened(book):
    issue = opened(book)
    IssueClock.objects.all().delete()
    saved = services.save_issue(issue=issue, version=1, changes={"severity": 10}, at=at("2026-11-16 10:00"))
    assert saved.resolution_due_at == at("2026-11-18 09:00")


# --- Missed service levels ------------------------------------------------------------------------------------


def test_what_has_just_been_missed_is_noted_once_for_each_clock(book):
    issue = opened(book, severity=10)  # response due at 14:00, resolution on the 18th at 9
    assert note_breaches(at("2026-11-16 13:59")) == 0
    Client.objects.update(health_stale_since=None)
    assert [note_breaches(at("2026-11-16 14:01")), note_breaches(at("2026-11-16 14:02"))] == [1, 0]
    assert Issue.objects.get().breached_at == at("2026-11-16 14:01")
    assert Client.objects.get(pk=book.alpha.pk).health_stale_since is not None
    assert [note_breaches(at("2026-11-18 09:01")), note_breaches(at("2026-11-18 09:02"))] == [1, 0]
    noted = CareEvent.objects.filter(kind=CareEventKind.ISSUE_BREACHED).order_by("id")
    assert [event.facts["clock"] for event in noted] == ["response", "resolution"]
    assert {event.subject_id for event in noted} == {issue.pk}


def test_a_late_issue_that_waited_is_not_noted_again(book):
    issue = opened(book, severity=10)
    note_breaches(at("2026-11-18 09:30"))
    services.wait_for_client(issue=issue, by=book.lan, at=at("2026-11-18 10:00"))
    assert note_breaches(at("2026-11-19 09:00")) == 0
    services.resume(issue=issue, by=book.lan, at=at("2026-11-20 09:00"))
    assert note_breaches(at("2026-11-20 09:01")) == 0


def test_answered_waiting_and_resolved_ones_are_not_noted(book):
    answered, waiting, resolved = (opened(book, severity=10) for _number in range(3))
    services.record_response(issue=answered, by=book.lan, at=at("2026-11-16 10:00"))
    services.wait_for_client(issue=waiting, by=book.lan, at=at("2026-11-16 10:00"))
    services.resolve(issue=resolved, by=book.lan, resolution="Done", at=at("2026-11-16 10:00"))
    assert note_breaches(at("2026-11-16 16:00")) == 0


def test_many_are_noted_in_batches(book, monkeypatch):
    monkeypatch.setattr("clients.services.breaches.BATCH_ROWS", 2)
    for _number in range(5):
        opened(book, severity=10)
    assert note_breaches(at("2026-11-16 15:00")) == 5
    assert CareEvent.objects.filter(kind=CareEventKind.ISSUE_BREACHED).count() == 5


def test_the_job_looks_at_the_clock_itself(book):
    make.issue(book.alpha, opened_ago_days=3)
    make.issue(book.omega)
    note_breaches_task()
    assert Issue.objects.get(breached_at__isnull=False).client == book.alpha


# --- At once --------------------------------------------------------------------------------------------------


def at_once(*works):
    """Runs each work in a thread of its own, all at the same moment; returns results and refusals in their order."""
    outcomes, start = [None] * len(works), threading.Barrier(len(works))

    def run(place, work):
        try:
            start.wait(MEETING_SECONDS)
            outcomes[place] = work()
        except (services.IssueMoved, EditConflict) as refused:
            outcomes[place] = refused
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(MEETING_SECONDS)
    return outcomes


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("step", ["respond", "wait", "resolve", "reopen"])
def test_of_two_people_at_once_one_acts_and_the_other_is_told(book, step):
    issue = opened(book)
    if step == "reopen":
        services.resolve(issue=issue, by=book.lan, resolution="Done")
    works = {
        "respond": lambda by: services.record_response(issue=issue, by=by),
        "wait": lambda by: services.wait_for_client(issue=issue, by=by),
        "resolve": lambda by: services.resolve(issue=issue, by=by, resolution=by.name),
        "reopen": lambda by: services.reopen(issue=issue, by=by, reason=by.name),
    }
    before = CareEvent.objects.count()
    outcomes = at_once(lambda: works[step](book.lan), lambda: works[step](book.senior))
    assert sorted(type(found).__name__ for found in outcomes) == ["Issue", "IssueMoved"]
    assert CareEvent.objects.count() == before + 1
    assert IssueClock.objects.filter(stopped_at__isnull=True).count() == (step in ("respond", "reopen"))


@pytest.mark.django_db(transaction=True)
def test_two_runs_of_the_job_at_once_note_each_issue_once(book):
    clients = [make.client(lead=book.lan) for _number in range(6)]
    for client in clients:
        for _number in range(5):
            opened(book, client=client, severity=10)
    late = at("2026-11-16 15:00")
    outcomes = at_once(lambda: note_breaches(late), lambda: note_breaches(late))
    assert sum(outcomes) == 30
    noted = CareEvent.objects.filter(kind=CareEventKind.ISSUE_BREACHED)
    assert set(noted.values("subject_id").annotate(n=Count("pk")).values_list("n", flat=True)) == {1}
    assert Issue.objects.filter(breached_at=late).count() == 30


@pytest.mark.django_db(transaction=True)
def test_a_click_sent_twice_at_once_opens_one_issue(book):
    values, key = {"title": "Twice", "category": "billing", "severity": 1}, uuid.uuid4()

    def click():
        return services.open_issue(client=book.alpha, by=book.lan, values=values, idempotency_key=key)

    outcomes = at_once(click, click)
    assert len({found.pk for found in outcomes}) == 1
    assert Issue.objects.count() == CareEvent.objects.count() == IssueClock.objects.count() == 1
