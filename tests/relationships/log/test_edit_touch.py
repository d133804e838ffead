"""A touch edited later: who may, what follows from it, two editors at once, and its history."""

import datetime
import uuid

import pytest
from django.urls import reverse
from django.utils import timezone

from relationships.models import Interaction
from relationships.services.interactions import log_interaction
from tests import factories as make

pytestmark = pytest.mark.django_db
date = datetime.date


@pytest.fixture(autouse=True)
def monday(time_machine):
    time_machine.move_to("2026-11-23T09:00:20+07:00", tick=False)


@pytest.fixture
def touch(book):
    return log_interaction(
        client=book.alpha, author=book.lan, idempotency_key=uuid.uuid4(), kind="call", summary="Giá mới"
    ).interaction


@pytest.fixture
def url(touch):
    return reverse("relationships:touch_edit", args=[touch.pk])


def typed(**fields):
    """What the sheet sends when nothing was changed."""
    return {
        "version": "1",
        "kind": "call",
        "direction": "out",
        "reached": "yes",
        "occurred_at": "2026-11-23T09:00",
        "sentiment": "",
        "duration_minutes": "",
        "summary": "Giá mới",
        "outcome": "",
    } | fields


def saved(touch):
    return Interaction.objects.get(pk=touch.pk)


# --- The sheet -------------------------------------------------------------------------------------------------------


def test_sheet_shows_the_touch_as_it_is(book, as_user, touch, url):
    tram = make.contact(book.alpha, "Trâm", left_on=date(2026, 11, 20))
    touch.contacts.add(tram)
    form = as_user(book.lan, htmx=True).get(url).context["form"]
    assert form.initial["contacts"] == [str(tram.pk)]
    assert tram in form.fields["contacts"].queryset  # gone by now, and met then
    assert (form.initial["kind"], form.initial["occurred_at"]) == ("call", "2026-11-23T09:00")


def test_sheet_works_as_a_page_too(book, as_user, url):
    body = as_user(book.lan).get(url).text
    assert "<html" in body and "Edit the contact" in body
    answer = as_user(book.lan).post(url, typed(summary="Giá mới, từ tháng 12"), follow=True)
    assert answer.redirect_chain[0][0] == reverse("relationships:client_page", args=[book.alpha.pk])


def test_words_are_saved_with_a_new_version(book, as_user, touch, url):
    tram = make.contact(book.alpha, "Trâm")
    answer = as_user(book.lan, htmx=True).post(
        url,
        typed(
            summary="Giá mới, từ tháng 12",
            outcome="Agreed",
            sentiment="1",
            duration_minutes="15",
            contacts=[tram.pk],
        ),
    )
    assert answer.status_code == 204
    row = saved(touch)
    assert (row.summary, row.outcome, row.sentiment, row.duration_minutes, row.version) == (
        "Giá mới, từ tháng 12",
        "Agreed",
        1,
        15,
        2,
    )
    assert list(row.contacts.all()) == [tram]
    assert (row.occurred_at, row.author) == (touch.occurred_at, book.lan)


def test_nothing_changed_is_no_edit(book, as_user, touch, url):
    browser = as_user(book.lan, htmx=True)
    assert browser.post(url, typed()).status_code == 204
    assert saved(touch).version == 1 and not touch.events.exists()
    assert browser.post(url, typed(outcome="Agreed")).status_code == 204
    assert browser.post(url, typed(outcome="Agreed")).status_code == 204  # sent twice, by a double click
    assert saved(touch).version == 2


@pytest.mark.parametrize(
    "field, value",
    [
        ("kind", "flirt"),
        ("occurred_at", "2026-11-25T09:00"),
        ("occurred_at", ""),
        ("sentiment", "3"),
        ("duration_minutes", "0"),
        ("summary", "x" * 5000),
        ("summary", "<script>alert(1)</script>"),
        ("contacts", ["0"]),
        ("version", ""),
        ("version", "9" * 20),
    ],
)
def test_wrong_input_is_said_and_nothing_is_written(book, as_user, touch, url, field, value):
    answer = as_user(book.lan, htmx=True).post(url, typed(outcome="Kept words") | {field: value})
    assert answer.status_code == 422
    assert "Kept words" in answer.text
    assert saved(touch).version == 1


def test_contacts_of_other_clients_are_refused(book, as_user, touch, url):
    stranger = make.contact(book.omega)
    assert as_user(book.lan, htmx=True).post(url, typed(contacts=[stranger.pk])).status_code == 422
    assert not touch.contacts.exists()


def test_sheet_takes_the_same_queries_however_many_contacts(
    book, as_user, touch, url, django_assert_max_num_queries
):
    browser = as_user(book.lan, htmx=True)
    for _number in range(20):
        touch.contacts.add(make.contact(book.alpha))
    with django_assert_max_num_queries(8):
        browser.get(url)


# --- What follows from it --------------------------------------------------------------------------------------------


def test_another_day_moves_the_dates_and_the_cadence(book, as_user, touch, url):
    as_user(book.lan, htmx=True).post(url, typed(occurred_at="2026-11-13T15:00"))
    book.alpha.refresh_from_db()
    assert saved(touch).occurred_on == date(2026, 11, 13)
    assert book.alpha.last_reached_on == date(2026, 11, 13)
    assert book.alpha.last_interaction_at == saved(touch).occurred_at
    cadence = book.alpha.follow_ups.open().get(rule="cadence")
    assert cadence.facts["last_reached_on"] == "2026-11-13"
    assert cadence.facts["contact_due_on"] == book.alpha.contact_due_on.isoformat()
    assert book.alpha.next_follow_up_on == cadence.due_on
    assert book.alpha.health_stale_since is not None


def test_not_reached_after_all_opens_what_it_had_closed(book, as_user):
    make.interaction(book.alpha, days_ago=100, author=book.lan)
    late = make.follow_up(
        book.alpha, book.lan, rule="cadence", reason="", facts={"last_reached_on": "2026-08-15"}, due_in=-9
    )
    due = make.follow_up(book.alpha, book.lan, kind="call", reason="Call back", due_in=-1)
    offer = make.follow_up(book.alpha, book.lan, kind="email", reason="Send the offer")
    logged = log_interaction(
        client=book.alpha, author=book.lan, idempotency_key=uuid.uuid4(), kind="call", closes=[offer]
    )
    assert {late, due, offer} == set(logged.closed_follow_ups)
    url = reverse("relationships:touch_edit", args=[logged.interaction.pk])
    as_user(book.lan, htmx=True).post(url, typed(summary="", reached="no"))
    book.alpha.refresh_from_db()
    assert book.alpha.last_reached_on == date(2026, 8, 15)
    assert set(book.alpha.follow_ups.open()) == {late, due}  # a mail is done by sending
    due.refresh_from_db()
    assert (due.status, due.closed_at, due.closed_by_interaction) == ("open", None, None)


def test_reached_after_all_starts_the_cadence_anew(book, as_user):
    logged = log_interaction(
        client=book.alpha, author=book.lan, idempotency_key=uuid.uuid4(), kind="call", reached=False
    )
    url = reverse("relationships:touch_edit", args=[logged.interaction.pk])
    as_user(book.lan, htmx=True).post(url, typed(summary=""))
    book.alpha.refresh_from_db()
    assert book.alpha.last_reached_on == date(2026, 11, 23)
    assert book.alpha.follow_ups.open().get(rule="cadence").facts["last_reached_on"] == "2026-11-23"


def test_words_alone_move_no_health(book, as_user, url):
    type(book.alpha).objects.filter(pk=book.alpha.pk).update(health_stale_since=None)
    browser = as_user(book.lan, htmx=True)
    browser.post(url, typed(summary="Other words"))
    book.alpha.refresh_from_db()
    assert book.alpha.health_stale_since is None
    browser.post(url, typed(summary="Other words", sentiment="2", version="2"))
    book.alpha.refresh_from_db()
    assert book.alpha.health_stale_since is not None


def test_the_minute_is_what_a_form_can_say(book, as_user, touch, url):
    assert touch.occurred_at.second == 20
    as_user(book.lan, htmx=True).post(url, typed(outcome="Agreed"))
    assert saved(touch).occurred_at == touch.occurred_at


# --- Two editors -----------------------------------------------------------------------------------------------------


def test_second_editor_gets_both_versions_and_loses_nothing(book, as_user, touch, url):
    tram = make.contact(book.alpha, "Trâm")
    as_user(book.senior, htmx=True).post(url, typed(summary="Sơn's words", sentiment="1"))
    lan = as_user(book.lan, htmx=True)
    mine = typed(summary="Lan's words", outcome="Agreed", contacts=[tram.pk])
    answer = lan.post(url, mine)
    assert answer.status_code == 409
    keep = {row.name: row.keep for row in answer.context["conflict"].differences}
    assert keep == {"summary": "mine", "sentiment": "theirs", "outcome": "mine", "contacts": "mine"}
    assert answer.context["conflict"].by == "Sơn Phạm"
    assert "Sơn&#x27;s words" in answer.text and "Lan&#x27;s words" in answer.text
    assert saved(touch).summary == "Sơn's words"
    choice = mine | {"version": "2"} | {f"keep-{name}": which for name, which in keep.items()}
    assert lan.post(url, choice).status_code == 204
    row = saved(touch)
    assert (row.summary, row.sentiment, row.outcome, row.version) == ("Lan's words", 1, "Agreed", 3)
    assert list(row.contacts.all()) == [tram]


def test_contacts_of_the_other_version_can_be_kept(book, as_user, touch, url):
    tram, duc = make.contact(book.alpha, "Trâm"), make.contact(book.alpha, "Đức")
    as_user(book.senior, htmx=True).post(url, typed(contacts=[tram.pk, duc.pk]))
    lan = as_user(book.lan, htmx=True)
    mine = typed(contacts=[duc.pk], outcome="Agreed")
    assert lan.post(url, mine).status_code == 409
    assert (
        lan.post(url, mine | {"version": "2", "keep-contacts": "theirs", "keep-outcome": "mine"}).status_code
        == 204
    )
    assert set(saved(touch).contacts.all()) == {tram, duc}
    assert saved(touch).outcome == "Agreed"


def test_conflict_works_as_a_page_too(book, as_user, url):
    as_user(book.senior).post(url, typed(summary="Sơn's words"))
    answer = as_user(book.lan).post(url, typed(summary="Lan's words"))
    assert answer.status_code == 409 and "<html" in answer.text


# --- The history -----------------------------------------------------------------------------------------------------


def history(as_user, user, touch):
    return as_user(user, htmx=True).get(reverse("relationships:touch_history", args=[touch.pk]))


def test_history_says_who_changed_what(book, as_user, touch, url, time_machine):
    tram = make.contact(book.alpha, "Trâm")
    as_user(book.senior, htmx=True).post(url, typed(kind="meeting", contacts=[tram.pk]))
    as_user(book.lan, htmx=True).post(
        url, typed(kind="meeting", contacts=[tram.pk], sentiment="2", version="2")
    )
    answer = history(as_user, book.lan, touch)
    newest, first = answer.context["changes"]
    assert (newest.by, newest.lines) == ("Lan Nguyễn", (("How did it go?", "–", "Very good"),))
    assert first.by == "Sơn Phạm"
    assert first.lines == (("Kind", "Call", "Meeting"), ("With", "–", "Trâm"))
    assert "<html" not in answer.text and "<html" in as_user(book.lan).get(answer.request["PATH_INFO"]).text


def test_touch_never_edited_says_so(book, as_user, touch):
    answer = history(as_user, book.lan, touch)
    assert answer.context["changes"] == []
    assert "Nothing was changed" in answer.text


def test_history_takes_the_same_queries_for_one_edit_and_for_ten(
    book, as_user, touch, url, django_assert_max_num_queries
):
    browser = as_user(book.lan, htmx=True)
    for number in range(10):
        browser.post(url, typed(outcome=f"Outcome {number}", version=str(number + 1)))
    with django_assert_max_num_queries(6):
        found = browser.get(reverse("relationships:touch_history", args=[touch.pk])).context["changes"]
    assert len(found) == 10


def test_timeline_offers_the_edit_and_says_that_it_was_edited(book, as_user, touch, url):
    timeline = reverse("relationships:client_timeline", args=[book.alpha.pk])
    edited = reverse("relationships:touch_history", args=[touch.pk])
    browser = as_user(book.lan, htmx=True)
    body = browser.get(timeline).text
    assert url in body and edited not in body
    browser.post(url, typed(outcome="Agreed"))
    assert edited in browser.get(timeline).text
    long_ago = timezone.now() - datetime.timedelta(days=300)
    book.alpha.assignments.update(ended_at=long_ago, read_until=date(2099, 1, 1))
    assert url not in as_user(book.lan, htmx=True).get(timeline).text  # a former lead reads
