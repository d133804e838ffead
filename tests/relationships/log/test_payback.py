"""What a log gives back in the same second: the health that moves, and who else knows this client."""

import json
import uuid

import pytest
from django.urls import reverse

from clients.models import Client
from relationships.health import refresh
from relationships.models import Interaction
from tests import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def scored(book):
    """Alpha was last reached 200 days ago, and is scored."""
    make.contact(book.alpha, "Trâm", role="decision_maker")
    make.interaction(book.alpha, days_ago=200, sentiment=-1, author=book.lan)
    refresh.score_clients()
    book.alpha.refresh_from_db()
    assert book.alpha.health_score is not None
    return book


@pytest.fixture
def card(scored, as_user):
    """The address that the toast of a log names."""
    url = reverse("relationships:log_at_once", args=[scored.alpha.pk])
    sent = {"idempotency_key": str(uuid.uuid4()), "kind": "meeting"}
    answer = as_user(scored.lan, htmx=True).post(url, sent)
    return json.loads(answer.headers["HX-Trigger"])["toast"]["card"]


def test_health_is_shown_moving_and_then_moved(scored, as_user, card):
    before, browser = int(scored.alpha.health_score), as_user(scored.lan, htmx=True)
    body = browser.get(card).text
    assert f"Health {before}, being scored anew…" in body
    assert "every 500ms" in body
    asked = f"{card}&health=1"
    assert browser.get(asked).status_code == 204
    refresh.score_clients([scored.alpha.pk])
    after = int(Client.objects.get(pk=scored.alpha.pk).health_score)
    assert after > before
    body = browser.get(asked).text
    assert f"Health {before} → {after}" in body
    assert "every" not in body and "<ul" not in body


def test_score_that_does_not_move_says_so(scored, as_user, card):
    refresh.score_clients([scored.alpha.pk])
    score = int(Client.objects.get(pk=scored.alpha.pk).health_score)
    touch = Interaction.objects.latest("id")
    url = reverse("relationships:touch_payback", args=[touch.pk])
    browser = as_user(scored.lan, htmx=True)
    assert f"Health stays at {score}." in browser.get(f"{url}?was={score}.4").text
    assert f"Health is {score}." in browser.get(url).text
    assert f"Health is {score}." in browser.get(f"{url}?was=x").text


def test_client_without_a_lead_has_no_health_to_move(book, as_user):
    orphan = make.client("Orphan")
    touch = make.interaction(orphan, author=book.admin)
    body = as_user(book.admin, htmx=True).get(reverse("relationships:touch_payback", args=[touch.pk])).text
    assert "Health" not in body and "Nobody else of us" in body


def knows(as_user, user, client):
    touch = make.interaction(client, author=user)
    return (
        as_user(user, htmx=True).get(reverse("relationships:touch_payback", args=[touch.pk])).context["knows"]
    )


def test_who_else_knows_the_client_comes_latest_first(book, as_user):
    for number, days in enumerate((40, 3, 20)):
        make.interaction(book.alpha, days_ago=days, author=make.user(f"Colleague {number}"))
    make.interaction(book.alpha, days_ago=1, author=make.user("Only mailed"), kind="email", reached=False)
    make.interaction(book.alpha, days_ago=1, author=make.user("Gone", is_active=False))
    make.assignment(book.alpha, book.mai, role="support")
    text = knows(as_user, book.lan, book.alpha)
    assert text == (
        "Who else knows them: Colleague 1 (3 days ago), Colleague 2 (3 weeks ago), "
        "Colleague 0 (6 weeks ago) and 1 more"
    ) or text.startswith("Who else knows them: Colleague 1 (3 days ago), Colleague 2 (")
    assert text.endswith("and 1 more") and "Gone" not in text and "mailed" not in text


def test_the_only_one_who_knows_them_is_told(book, as_user):
    assert knows(as_user, book.lan, book.alpha) == "Nobody else of us has been in touch with them yet."


def test_card_costs_the_same_for_two_colleagues_and_for_twenty(book, as_user, django_assert_max_num_queries):
    for _number in range(20):
        make.interaction(book.alpha, author=make.user())
    touch = make.interaction(book.alpha, author=book.lan)
    browser = as_user(book.lan, htmx=True)
    with django_assert_max_num_queries(7):
        browser.get(reverse("relationships:touch_payback", args=[touch.pk]))


def test_without_htmx_the_card_leads_to_the_client(book, as_user):
    touch = make.interaction(book.alpha, author=book.lan)
    answer = as_user(book.lan).get(reverse("relationships:touch_payback", args=[touch.pk]))
    assert answer.url == book.alpha.get_absolute_url()
