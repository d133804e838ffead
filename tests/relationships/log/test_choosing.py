"""Whom to log for: three letters of a client or of a contact, the clients logged for last, and saving at once."""

import datetime
import json
import uuid

import pytest
from django.urls import reverse

from relationships.models import Interaction
from tests import factories as make

pytestmark = pytest.mark.django_db
# Who leads a client is asked of the database's own clock, which no test moves.
LONG_AGO = datetime.datetime(2026, 1, 5, tzinfo=datetime.UTC)


def chosen(as_user, user, q=""):
    answer = as_user(user, htmx=True).get(reverse("relationships:log"), {"q": q})
    assert answer.status_code == 200
    return answer.context["choices"]


def names(as_user, user, q=""):
    return [
        choice.contact.name if choice.contact else choice.client.name for choice in chosen(as_user, user, q)
    ]


# --- Choosing --------------------------------------------------------------------------------------------------------


def test_three_letters_without_accents_find_the_client(book, as_user):
    assert names(as_user, book.lan, "the") == ["Alpha Thép Việt"]
    assert names(as_user, book.lan, "viet ALPHA") == ["Alpha Thép Việt"]


def test_a_contact_leads_to_their_client_and_is_met(book, as_user):
    tram = make.contact(book.alpha, "Đặng Thuỳ Trâm", title="CFO")
    make.contact(book.alpha, "Gone Dang", left_on=datetime.date(2026, 1, 1))
    [choice] = chosen(as_user, book.lan, "dang thuy")
    assert (choice.client, choice.contact, choice.met) == (book.alpha, tram, tram)
    assert names(as_user, book.lan, "gone") == []
    body = as_user(book.lan, htmx=True).get(reverse("relationships:log"), {"q": "tram"}).text
    url = reverse("relationships:log_for_client", args=[book.alpha.pk])
    assert f"{url}?contact={tram.pk}" in body and "CFO" in body
    sheet = as_user(book.lan, htmx=True).get(f"{url}?contact={tram.pk}")
    assert sheet.context["form"].initial["contacts"] == [tram.pk]


def test_clients_come_before_contacts(book, as_user):
    make.contact(book.alpha, "Omar")
    make.client("Oman Steel", lead=book.lan)
    assert names(as_user, book.lan, "oma") == ["Oman Steel", "Omar"]


def test_a_contact_of_another_client_is_not_met(book, as_user):
    stranger = make.contact(book.omega)
    url = reverse("relationships:log_for_client", args=[book.alpha.pk])
    body = as_user(book.lan, htmx=True).get(f"{url}?contact={stranger.pk}").text
    assert stranger.name not in body


def test_clients_of_others_are_not_found(book, as_user):
    make.contact(book.omega, "Trâm")
    assert names(as_user, book.lan, "omega") == names(as_user, book.lan, "tram") == []
    assert names(as_user, book.admin, "omega") == ["Omega Logistics"]
    assert as_user(None).get(reverse("relationships:log")).status_code == 302


def test_read_only_client_is_not_offered(book, as_user):
    make.interaction(book.alpha, author=book.lan)
    make.contact(book.alpha, "Alphonse")
    book.alpha.assignments.update(ended_at=LONG_AGO, read_until=datetime.date(2099, 12, 1))
    assert names(as_user, book.lan, "alp") == names(as_user, book.lan) == []


def test_nothing_typed_offers_the_clients_logged_for_last(book, as_user):
    beta = make.client("Beta", lead=book.lan)
    make.interaction(book.alpha, days_ago=5, author=book.lan)
    make.interaction(beta, days_ago=1, author=book.lan)
    make.interaction(beta, days_ago=9, author=book.lan)
    assert names(as_user, book.lan) == ["Beta", "Alpha Thép Việt"]


def test_what_stands_ready_is_ones_own_last_kind_and_whom_they_met_last(book, as_user):
    tram, gone = (
        make.contact(book.alpha, "Trâm"),
        make.contact(book.alpha, "Gone", left_on=datetime.date(2026, 1, 1)),
    )
    make.interaction(book.alpha, days_ago=1, kind="visit", author=book.senior, contacts=[gone])
    make.interaction(book.alpha, days_ago=2, kind="visit", author=book.senior, contacts=[tram])
    make.interaction(book.alpha, days_ago=3, kind="meeting", author=book.lan)
    [choice] = chosen(as_user, book.lan)
    assert (choice.kind, choice.met) == ("meeting", tram)


@pytest.mark.parametrize("q", ["%", "_", "\\", "' OR 1=1", "  ", "🙂"])
def test_strange_searches_find_nothing_and_break_nothing(book, as_user, q):
    found = names(as_user, book.lan, q)
    assert found == [] or q.strip() == ""


@pytest.mark.parametrize("q", ["\x00", "x" * 101, "<script>x"])
def test_impossible_searches_are_refused(book, as_user, q):
    answer = as_user(book.lan, htmx=True).get(reverse("relationships:log"), {"q": q})
    assert answer.status_code == 422
    assert "<script>x" not in answer.content.decode()


def test_choosing_works_as_a_page_too(book, as_user):
    body = as_user(book.lan).get(reverse("relationships:log"), {"q": "alp"}).content.decode()
    assert "<html" in body and reverse("relationships:log_for_client", args=[book.alpha.pk]) in body


@pytest.mark.parametrize("q", ["", "Many"])
def test_two_choices_cost_what_twelve_do(book, as_user, django_assert_max_num_queries, q):
    browser = as_user(book.lan, htmx=True)
    for number in range(12):
        client = make.client(f"Many {number}", lead=book.lan)
        make.interaction(client, author=book.lan, contacts=[make.contact(client, f"Many {number}")])
    with django_assert_max_num_queries(8):
        answer = browser.get(reverse("relationships:log"), {"q": q})
    assert len(answer.context["choices"]) == 12


# --- Saving at once --------------------------------------------------------------------------------------------------


@pytest.fixture
def url(book):
    return reverse("relationships:log_at_once", args=[book.alpha.pk])


def test_what_a_row_shows_is_saved_at_once(book, as_user, url):
    tram = make.contact(book.alpha, "Trâm")
    due = make.follow_up(book.alpha, book.lan, kind="call", due_in=-1)
    sent = {"idempotency_key": str(uuid.uuid4()), "kind": "call", "contact": tram.pk}
    browser = as_user(book.lan, htmx=True)
    assert browser.post(url, sent).status_code == 204
    assert browser.post(url, sent).status_code == 204
    logged = Interaction.objects.get()
    assert (logged.kind, logged.reached, logged.author) == ("call", True, book.lan)
    assert list(logged.contacts.all()) == [tram]
    due.refresh_from_db()
    assert due.closed_by_interaction == logged


def test_row_without_a_contact_saves_as_well(book, as_user, url):
    answer = as_user(book.lan).post(url, {"idempotency_key": str(uuid.uuid4()), "kind": "email"}, follow=True)
    assert "E-mail with Alpha Thép Việt logged." in answer.text
    assert Interaction.objects.get().reached is False


@pytest.mark.parametrize(
    "wrong", [{"kind": "flirt"}, {"contact": "x"}, {"idempotency_key": ""}, {"contact": "9" * 30}]
)
def test_what_no_row_shows_leads_to_the_sheet(book, as_user, url, wrong):
    sent = {"idempotency_key": str(uuid.uuid4()), "kind": "call"} | wrong
    answer = as_user(book.lan, htmx=True).post(url, sent)
    assert answer.status_code == 422
    assert "data-log-form" in answer.text and not Interaction.objects.exists()


def test_contact_of_another_client_is_refused(book, as_user, url):
    sent = {"idempotency_key": str(uuid.uuid4()), "kind": "call", "contact": make.contact(book.omega).pk}
    assert as_user(book.lan, htmx=True).post(url, sent).status_code == 422
    assert not Interaction.objects.exists()


def test_the_answer_can_be_taken_back(book, as_user, url):
    sent = {"idempotency_key": str(uuid.uuid4()), "kind": "call"}
    toast = json.loads(as_user(book.lan, htmx=True).post(url, sent).headers["HX-Trigger"])["toast"]
    touch = Interaction.objects.get()
    assert (toast["action"], toast["url"]) == ("Undo", reverse("relationships:touch_undo", args=[touch.pk]))
    assert toast["card"].startswith(reverse("relationships:touch_payback", args=[touch.pk]))
