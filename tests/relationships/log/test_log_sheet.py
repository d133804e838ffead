"""The log sheet in the browser's eyes: who may, what it starts with, what it refuses, and what it answers."""

import datetime
import json
import uuid

import pytest
from django.urls import reverse
from django.utils import timezone

from relationships.models import FollowUp, Interaction
from tests import factories as make

pytestmark = pytest.mark.django_db
# Who leads a client is asked of the database's own clock, which no test moves.
LONG_AGO = datetime.datetime(2026, 1, 5, tzinfo=datetime.UTC)


@pytest.fixture(autouse=True)
def monday(time_machine):
    time_machine.move_to("2026-11-23T09:00+07:00", tick=False)


@pytest.fixture
def url(book):
    return reverse("relationships:log_for_client", args=[book.alpha.pk])


def typed(**fields):
    """What the sheet sends when it is saved as it stands."""
    return {
        "idempotency_key": str(uuid.uuid4()),
        "kind": "call",
        "direction": "out",
        "reached": "yes",
        "occurred_at": "2026-11-23T09:00",
    } | fields


def events(answer):
    return json.loads(answer.headers["HX-Trigger"])


# --- Who may ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "who, status",
    [
        ("lan", 200),
        ("senior", 200),
        ("manager", 200),
        ("admin", 200),
        ("mai", 404),
        ("olga", 404),
        ("other_manager", 404),
        (None, None),
    ],
)
@pytest.mark.parametrize("htmx", [False, True])
def test_sheet_opens_for_those_who_may_change_the_client(book, as_user, url, who, status, htmx):
    user = getattr(book, who) if who else None
    assert as_user(user, htmx=htmx).get(url).status_code == (status or (401 if htmx else 302))


@pytest.mark.parametrize("who", ["mai", "olga", "other_manager", None])
@pytest.mark.parametrize("htmx", [False, True])
def test_others_write_nothing(book, as_user, url, who, htmx):
    user = getattr(book, who) if who else None
    answer = as_user(user, htmx=htmx).post(url, typed())
    assert answer.status_code == (404 if who else 401 if htmx else 302)
    assert not Interaction.objects.exists()


def test_former_lead_reads_and_does_not_write(book, as_user, url):
    book.alpha.assignments.update(
        ended_at=LONG_AGO, read_until=timezone.localdate() + datetime.timedelta(days=7)
    )
    browser = as_user(book.lan)
    assert browser.get(url).status_code == 403
    assert browser.post(url, typed()).status_code == 403
    book.alpha.assignments.update(read_until=None)
    assert browser.post(url, typed()).status_code == 404
    assert not Interaction.objects.exists()


def test_client_that_does_not_exist_is_not_found(book, as_user):
    assert as_user(book.admin).get("/clients/999999999/log/").status_code == 404


@pytest.mark.parametrize("method", ["put", "patch", "delete"])
def test_other_methods_are_refused(book, as_user, url, method):
    assert getattr(as_user(book.lan), method)(url).status_code == 405


# --- What it starts with ---------------------------------------------------------------------------------------------


def initial(as_user, user, url):
    return as_user(user, htmx=True).get(url).context["form"].initial


def test_sheet_starts_with_a_call_that_reached_them_now(book, as_user, url):
    start = initial(as_user, book.lan, url)
    assert (start["kind"], start["direction"], start["reached"]) == ("call", "out", "yes")
    assert start["occurred_at"] == timezone.now()
    assert start["contacts"] == []


def test_sheet_starts_with_ones_own_last_kind_and_the_contact_met_last(book, as_user, url):
    tram, duc = make.contact(book.alpha, "Trâm"), make.contact(book.alpha, "Đức")
    make.interaction(book.alpha, days_ago=9, kind="meeting", author=book.lan, contacts=[duc])
    make.interaction(book.alpha, days_ago=5, kind="email", author=book.lan)
    make.interaction(book.alpha, days_ago=2, kind="visit", author=book.senior, contacts=[tram])
    make.interaction(book.omega, days_ago=1, kind="gift", author=book.lan)
    start = initial(as_user, book.lan, url)
    assert (start["kind"], start["reached"], start["contacts"]) == ("email", "no", [tram.pk])


def test_contact_who_left_is_not_offered(book, as_user, url):
    gone = make.contact(book.alpha, "Gone Person", left_on=datetime.date(2026, 10, 1))
    make.interaction(book.alpha, days_ago=2, author=book.lan, contacts=[gone])
    answer = as_user(book.lan, htmx=True).get(url)
    assert answer.context["form"].initial["contacts"] == []
    assert "Gone Person" not in answer.content.decode()


def test_sheet_of_a_follow_up_starts_with_its_kind_and_closes_it(book, as_user, url):
    meeting = make.follow_up(book.alpha, book.lan, kind="meeting", reason="Present the plan", due_in=4)
    due = make.follow_up(book.alpha, book.lan, kind="meeting", due_in=-1)
    make.follow_up(book.alpha, book.lan, kind="call", due_in=-1)
    start = initial(as_user, book.lan, f"{url}?follow_up={meeting.pk}")
    assert start["kind"] == "meeting"
    assert set(start["closes"]) == {meeting.pk, due.pk}


def test_sheet_of_a_cadence_starts_with_a_kind_that_reaches_them(book, as_user, url):
    cadence = make.follow_up(book.alpha, book.lan, rule="cadence", reason="")
    make.interaction(book.alpha, days_ago=90, kind="gift", author=book.lan, reached=False)
    start = initial(as_user, book.lan, f"{url}?follow_up={cadence.pk}")
    assert (start["kind"], start["reached"], start["closes"]) == ("call", "yes", [])


def test_what_a_link_asks_for_in_vain_is_ignored(book, as_user, url):
    foreign = make.follow_up(book.omega, book.olga)
    for query in (
        f"follow_up={foreign.pk}",
        "follow_up=x",
        "kind=flirt",
        "follow_up=%00",
        "follow_up=" + "9" * 40,
    ):
        assert as_user(book.lan, htmx=True).get(f"{url}?{query}").status_code == 200


def test_times_are_in_the_users_own_zone(book, as_user, url):
    book.lan.time_zone = "Europe/Berlin"
    book.lan.save()
    browser = as_user(book.lan, htmx=True)
    assert 'value="2026-11-23T03:00"' in browser.get(url).content.decode()
    browser.post(url, typed(occurred_at="2026-11-22T23:30"))
    logged = Interaction.objects.get()
    assert logged.occurred_on == datetime.date(2026, 11, 22)
    assert logged.occurred_at == datetime.datetime(2026, 11, 22, 22, 30, tzinfo=datetime.UTC)


# --- Saving ----------------------------------------------------------------------------------------------------------


def test_two_clicks_save_what_the_sheet_shows(book, as_user, url):
    browser = as_user(book.lan, htmx=True)
    form = browser.get(url).context["form"]
    sent = {"idempotency_key": form["idempotency_key"].value()}
    for name in ("kind", "direction", "reached", "sentiment", "next_step_on"):
        sent[name] = form[name].value()
    sent["occurred_at"] = "2026-11-23T09:00"
    assert browser.post(url, sent).status_code == 204
    logged = Interaction.objects.get()
    assert (logged.kind, logged.reached, logged.author) == ("call", True, book.lan)
    assert FollowUp.objects.open().get().rule == "cadence"


def test_saving_answers_with_events_and_words(book, as_user, url):
    make.follow_up(book.alpha, book.lan, kind="call", reason="Gọi lại về hợp đồng", due_in=-1)
    answer = as_user(book.lan, htmx=True).post(
        url, typed(next_step="Send the offer", next_step_on="2026-11-25")
    )
    assert (answer.status_code, answer.content) == (204, b"")
    said = events(answer)
    assert said["interaction-logged"] == said["follow-ups-changed"] == {"client": book.alpha.pk}
    assert said["toast"]["text"] == (
        "Call with Alpha Thép Việt logged. Closed: Gọi lại về hợp đồng. Next: Send the offer, Wed, Nov 25."
    )


def test_without_script_saving_leads_to_the_client_with_a_message(book, as_user, url):
    answer = as_user(book.lan).post(url, typed(), follow=True)
    assert answer.redirect_chain == [(reverse("relationships:client_page", args=[book.alpha.pk]), 302)]
    assert "Call with Alpha Thép Việt logged." in answer.content.decode()


def test_double_click_logs_once_and_says_so(book, as_user, url):
    browser, sent = as_user(book.lan, htmx=True), typed()
    assert browser.post(url, sent).status_code == 204
    again = browser.post(url, sent)
    assert again.status_code == 204
    assert "was logged already" in events(again)["toast"]["text"]
    assert Interaction.objects.count() == 1


def test_everything_that_may_be_typed_is_kept(book, as_user, url):
    tram = make.contact(book.alpha, "Trâm")
    as_user(book.lan, htmx=True).post(
        url,
        typed(
            kind="meeting",
            direction="in",
            sentiment="-1",
            contacts=[tram.pk],
            duration_minutes="45",
            summary="Kế toán trưởng: giao hàng trễ.\r\nHẹn tuần sau.",
            outcome="Promised an answer",
            next_step="Answer",
            next_step_other="2026-12-03",
            occurred_at="2026-11-20T14:30",
        ),
    )
    logged = Interaction.objects.get()
    assert (logged.kind, logged.direction, logged.sentiment, logged.duration_minutes) == (
        "meeting",
        "in",
        -1,
        45,
    )
    assert logged.summary == "Kế toán trưởng: giao hàng trễ.\r\nHẹn tuần sau."
    assert list(logged.contacts.all()) == [tram]
    assert logged.next_step_on == datetime.date(2026, 12, 3)
    assert logged.occurred_on == datetime.date(2026, 11, 20)


def test_reached_not_sent_is_as_usual_for_the_kind(book, as_user, url):
    browser = as_user(book.lan, htmx=True)
    for kind, direction, reached in (("visit", "out", True), ("email", "out", False), ("email", "in", True)):
        browser.post(url, typed(kind=kind, direction=direction, reached=""))
        assert Interaction.objects.latest("id").reached is reached


def test_follow_up_shown_ticked_and_unticked_stays_open(book, as_user, url):
    due = make.follow_up(book.alpha, book.lan, kind="call", due_in=-1)
    as_user(book.lan, htmx=True).post(url, typed(ticked=[due.pk]))
    due.refresh_from_db()
    assert due.status == "open"


def test_not_reached_says_what_stays_open(book, as_user, url):
    due = make.follow_up(book.alpha, book.lan, kind="call", reason="Ask about May", due_in=-1)
    answer = as_user(book.lan, htmx=True).post(url, typed(reached="no", closes=[due.pk]))
    assert "Still open, since nobody was reached: Ask about May." in events(answer)["toast"]["text"]


# --- What it refuses -------------------------------------------------------------------------------------------------

LONG = "x" * 5000


@pytest.mark.parametrize(
    "field, value",
    [
        ("kind", ""),
        ("kind", "flirt"),
        ("kind", "call\x00"),
        ("direction", "sideways"),
        ("reached", "maybe"),
        ("occurred_at", ""),
        ("occurred_at", "yesterday"),
        ("occurred_at", "2026-11-25T09:00"),
        ("occurred_at", "0001-01-01T00:00"),
        ("occurred_at", "9999-12-31T23:59"),
        ("occurred_at", "2026-02-30T10:00"),
        ("sentiment", "3"),
        ("sentiment", "good"),
        ("duration_minutes", "-5"),
        ("duration_minutes", "0"),
        ("duration_minutes", "1441"),
        ("duration_minutes", "9" * 30),
        ("duration_minutes", "an hour"),
        ("summary", LONG),
        ("summary", "a\x00b"),
        ("summary", "<script>alert(1)</script>"),
        ("summary", "invoice \u202egnp.exe"),
        ("outcome", LONG),
        ("outcome", "\u2066hidden"),
        ("next_step", LONG),
        ("next_step", "Call them"),  # and no day
        ("next_step_on", "2026-11-22"),
        ("next_step_on", "tomorrow"),
        ("next_step_other", "2026-11-01"),
        ("next_step_other", "9999-12-31"),
        ("next_step_other", "0001-01-01"),
        ("contacts", ["0"]),
        ("contacts", ["x"]),
        ("contacts", ["9" * 30]),
        ("closes", ["-1"]),
        ("closes", ["\x00"]),
        ("idempotency_key", ""),
        ("idempotency_key", "1"),
    ],
)
def test_wrong_input_is_said_at_the_field_and_nothing_is_written(book, as_user, url, field, value):
    answer = as_user(book.lan, htmx=True).post(url, typed(outcome="Kept words") | {field: value})
    body = answer.content.decode()
    assert answer.status_code == 422
    assert not Interaction.objects.exists() and not FollowUp.objects.exists()
    assert "<script>alert" not in body
    if field != "outcome":
        assert "Kept words" in body
    errors = answer.context["form"].errors
    where = "next_step_on" if value == "Call them" else field
    assert where in errors
    if field == "idempotency_key":
        assert "This form has lost its number" in body
    else:
        assert f'id="id_{where}_error"' in body


def test_contacts_and_follow_ups_of_other_clients_are_refused(book, as_user, url):
    stranger = make.contact(book.omega)
    elsewhere = make.follow_up(book.omega, book.olga)
    browser = as_user(book.lan, htmx=True)
    for foreign in ({"contacts": [stranger.pk]}, {"closes": [elsewhere.pk]}, {"ticked": [elsewhere.pk]}):
        assert browser.post(url, typed(**foreign)).status_code == 422
    elsewhere.refresh_from_db()
    assert elsewhere.status == "open" and not Interaction.objects.exists()


def test_wrong_input_without_script_shows_the_page_again(book, as_user, url):
    answer = as_user(book.lan).post(url, typed(duration_minutes="-5", summary="Vẫn còn đây"))
    body = answer.content.decode()
    assert answer.status_code == 422
    assert "<html" in body and "Vẫn còn đây" in body


def test_key_of_a_log_for_another_client_is_refused(book, as_user, url):
    beta = make.client("Beta", lead=book.lan)
    browser, sent = as_user(book.lan, htmx=True), typed()
    browser.post(reverse("relationships:log_for_client", args=[beta.pk]), sent)
    answer = browser.post(url, sent)
    assert answer.status_code == 422
    assert "used for another client" in answer.content.decode()
    assert Interaction.objects.count() == 1


def test_an_hour_ahead_is_a_clock_that_runs_fast(book, as_user, url):
    assert as_user(book.lan, htmx=True).post(url, typed(occurred_at="2026-11-23T10:00")).status_code == 204


def test_sheet_takes_the_same_few_queries_however_much_there_is(
    book, as_user, url, django_assert_max_num_queries
):
    browser = as_user(book.lan, htmx=True)
    for number in range(12):
        make.follow_up(book.alpha, book.lan, due_in=number)
        make.interaction(book.alpha, days_ago=number, contacts=[make.contact(book.alpha)], author=book.lan)
    with django_assert_max_num_queries(12):
        browser.get(url)
