"""The health section: what it says, and how it waits for the worker."""

import datetime
import json
from urllib.parse import quote

import pytest
from django.utils import timezone

from clients.models import Client
from relationships.client_health import health_context
from relationships.client_overview import fetch_client
from relationships.health.refresh import score_clients
from relationships.models import HealthOverride, HealthScore, ScoringModel
from relationships.views import client_page
from tests import factories as make


def url(client):
    return f"/clients/{client.pk}/health/"


@pytest.fixture
def scored(book):
    """Alpha with a bad touch 60 days ago and one contact, scored."""
    contact = make.contact(book.alpha, "Trâm", role="champion")
    make.interaction(book.alpha, days_ago=160, contacts=[contact], sentiment=-2, author=book.lan)
    make.interaction(book.alpha, days_ago=60, contacts=[contact], sentiment=-1, author=book.lan)
    score_clients([book.alpha.pk])
    return book


@pytest.fixture
def asked(monkeypatch):
    """The scorings that the page asks for."""
    calls = []
    monkeypatch.setattr(client_page, "publish_on_commit", lambda task, ids: calls.append(ids))
    return calls


def change(client, *, seconds_ago):
    since = timezone.now() - datetime.timedelta(seconds=seconds_ago)
    Client.objects.filter(pk=client.pk).update(health_stale_since=since)
    return since.isoformat()


def context_of(book):
    return health_context(fetch_client(book.lan, book.alpha.pk))


# --- What it says ---------------------------------------------------------------------------------------------


def test_the_reasons_are_what_costs_most_and_then_what_is_good(scored, as_user):
    context = context_of(scored)
    known = [c for c in context["explained"].components if c.value is not None]
    weak = [round(c.cost) for c in known if c.value < 75]
    assert weak
    assert [reason.points for reason in context["reasons"] if not reason.is_good] == weak
    assert [reason.is_good for reason in context["reasons"]] == sorted(r.is_good for r in context["reasons"])
    page = as_user(scored.lan).get(f"/clients/{scored.alpha.pk}/").content.decode()
    assert all(reason.sentence in page for reason in context["reasons"])
    assert "What the health is made of" in page


def test_what_costs_points_links_to_its_rows(book, as_user):
    invoice = make.invoice(book.alpha, amount=182_000_000, days_late=35, number="INV-12")
    contract = make.contract(book.alpha, ends_in=41, number="C-7")
    issue = make.issue(book.alpha, severity=10, opened_ago_days=30, title="Máy in hỏng")
    score_clients([book.alpha.pk])
    page = as_user(book.lan).get(f"/clients/{book.alpha.pk}/").content.decode()
    for path, name in (
        (f"/invoices/{invoice.pk}/", "INV-12"),
        (f"/contracts/{contract.pk}/", "C-7"),
        (f"/issues/{issue.pk}/", "Máy in hỏng"),
    ):
        assert f'<a href="{path}">{name}</a>' in page
    assert "Invoice INV-12 is 35 days late" in page and "Contract C-7 ends in 41 days" in page


def test_a_cap_is_told_once_and_names_the_row(book):
    make.issue(book.alpha, severity=10, opened_ago_days=30, title="Máy in hỏng")
    score_clients([book.alpha.pk])
    context = context_of(book)
    sentences = [reason.sentence for reason in context["reasons"]]
    assert sentences[0] == "1 critical issue is past its SLA: Máy in hỏng"
    assert "1 critical issue is past its SLA." not in sentences
    assert context["reasons"][0].points > 0


def test_rows_that_are_not_named_are_counted(book, as_user):
    for days in range(1, 6):
        make.invoice(book.alpha, amount=10, days_late=days)
    score_clients([book.alpha.pk])
    line = next(line for line in context_of(book)["lines"] if line.component.name == "payment")
    assert (len(line.links), line.more) == (3, 2)
    assert "and 2 more" in as_user(book.lan).get(f"/clients/{book.alpha.pk}/").content.decode()


@pytest.mark.parametrize("event", ["interaction-logged", "care-changed"])
def test_the_section_listens_for_what_changes_it(scored, as_user, event):
    page = as_user(scored.lan).get(f"/clients/{scored.alpha.pk}/").content.decode()
    assert f"{event} from:body delay:30ms" in page


def test_where_all_is_well_the_best_reason_stands(book):
    contact = make.contact(book.alpha, role="decision_maker")
    make.interaction(book.alpha, days_ago=0, contacts=[contact], sentiment=2, author=book.lan)
    make.interaction(book.alpha, days_ago=0, contacts=[contact], sentiment=2, author=book.lan)
    score_clients([book.alpha.pk])
    context = context_of(book)
    assert context["reasons"] and all(reason.is_good for reason in context["reasons"])


def test_what_moved_it_is_said(scored, as_user):
    make.interaction(scored.alpha, days_ago=0, sentiment=2, author=scored.lan)
    before = Client.objects.get(pk=scored.alpha.pk).health_score
    score_clients([scored.alpha.pk])
    after = Client.objects.get(pk=scored.alpha.pk).health_score
    moved = context_of(scored)["moved"]
    assert moved.startswith(f"{int(before)} → {int(after)} today: ") and "+" in moved


def test_clients_that_are_not_scored_say_why(book, as_user):
    page = as_user(book.admin).get(f"/clients/{make.client('Ohne').pk}/").content.decode()
    assert "only clients with a lead are" in page
    lost = make.client(
        "Vorbei", lead=book.lan, status="lost", lost_on=timezone.localdate(), lost_reason="price"
    )
    assert "Lost clients are not scored" in as_user(book.lan).get(f"/clients/{lost.pk}/").content.decode()


def test_the_trend_is_an_arrow_with_words(scored, as_user):
    HealthScore.objects.filter(client=scored.alpha).update(trend=-7.9)
    page = as_user(scored.lan).get(f"/clients/{scored.alpha.pk}/").content.decode()
    section = page[page.index('class="health-head"') :][:4000]
    assert "trend-down" in section and "in 30 days" in section and '<span class="num">7</span>' in section
    HealthScore.objects.filter(client=scored.alpha).update(trend=4.9)
    page = as_user(scored.lan).get(f"/clients/{scored.alpha.pk}/").content.decode()
    assert "in 30 days" not in page[page.index('class="health-head"') :][:4000]


def test_the_best_three_actions_stand_with_what_they_give(scored, as_user):
    make.invoice(scored.alpha, amount=100, days_late=40, number="INV-9")
    score_clients([scored.alpha.pk])
    context = context_of(scored)
    assert 1 <= len(context["actions"]) <= 3
    points = [action.gain.points for action in context["actions"]]
    assert points == sorted(points, reverse=True) and points[-1] >= 0.5
    page = as_user(scored.lan).get(f"/clients/{scored.alpha.pk}/").content.decode()
    for action in context["actions"]:
        assert f"+{action.points}" in page and action.url in page


def test_a_cap_is_said_before_what_lifts_it(book, as_user):
    contact = make.contact(book.alpha, role="user")
    make.interaction(book.alpha, days_ago=1, contacts=[contact], sentiment=2)
    make.issue(book.alpha, severity=10, opened_ago_days=30, title="Máy in hỏng")
    make.invoice(book.alpha, amount=100, days_late=-9)
    score_clients([book.alpha.pk])
    page = as_user(book.lan).get(f"/clients/{book.alpha.pk}/").content.decode()
    details = page[page.index("why-title") :]
    assert details.index("the score stays at 49 or below") < details.index("Resolve the issue “Máy in hỏng”")
    assert "lifts a cap" in details


def test_an_unknown_score_says_how_much_is_known(book, as_user):
    client = make.client(lead=book.lan, since_days=1)
    score_clients([client.pk])
    page = as_user(book.lan).get(f"/clients/{client.pk}/").content.decode()
    assert "Not enough is known for a score" in page and "and 50% is needed" in page
    assert context_of(book)["too_little"] == ""


def test_under_an_override_the_ring_shows_it_and_the_reasons_are_of_the_computed_score(scored, as_user):
    HealthOverride.objects.create(
        client=scored.alpha,
        score=12,
        reason="They said so",
        made_at=timezone.now(),
        expires_on=timezone.localdate() + datetime.timedelta(days=9),
    )
    before = Client.objects.get(pk=scored.alpha.pk).health_score
    score_clients([scored.alpha.pk])
    page = as_user(scored.lan).get(f"/clients/{scored.alpha.pk}/").content.decode()
    assert "What the computed score rests on" in page
    moved = context_of(scored)["moved"]
    assert moved.startswith(f"{int(before)} → 12 today: Override −{round(before - 12)}")


def test_a_new_model_that_changes_nothing_moved_nothing(scored):
    newest = ScoringModel.objects.current()
    ScoringModel.objects.create(
        version=newest.version + 1, spec=newest.spec, note="A test", published_at=timezone.now()
    )
    score_clients([scored.alpha.pk])
    assert context_of(scored)["moved"] == ""


# --- Waiting for the worker -----------------------------------------------------------------------------------


def test_a_page_of_a_changed_client_asks_each_second(scored, as_user):
    since = change(scored.alpha, seconds_ago=1)
    page = as_user(scored.lan).get(f"/clients/{scored.alpha.pk}/").content.decode()
    assert "every 1s" in page and "Being scored anew" in page and quote(since) in page
    Client.objects.filter(pk=scored.alpha.pk).update(health_stale_since=None)
    assert "every 1s" not in as_user(scored.lan).get(f"/clients/{scored.alpha.pk}/").content.decode()


def test_a_poll_brings_nothing_until_there_is_something(scored, as_user, asked):
    since = change(scored.alpha, seconds_ago=1)
    answer = as_user(scored.lan, htmx=True).get(url(scored.alpha), {"seen": since})
    assert answer.status_code == 204 and not answer.content


def test_after_fifteen_seconds_the_page_says_that_the_worker_is_behind(scored, as_user, asked):
    since = change(scored.alpha, seconds_ago=16)
    browser = as_user(scored.lan, htmx=True)
    answer = browser.get(url(scored.alpha), {"seen": since})
    page = answer.content.decode()
    assert answer.status_code == 200 and "every 10s" in page and "behind" in page and "slow=1" in page
    assert browser.get(url(scored.alpha), {"seen": since, "slow": "1"}).status_code == 204


def test_the_new_score_is_shown_and_read_out(scored, as_user):
    since = change(scored.alpha, seconds_ago=3)
    make.interaction(scored.alpha, days_ago=0, sentiment=2, author=scored.lan)
    score_clients([scored.alpha.pk])
    answer = as_user(scored.lan, htmx=True).get(url(scored.alpha), {"seen": since})
    spoken = json.loads(answer.headers["HX-Trigger"])["announce"]["text"]
    assert answer.status_code == 200 and "every 1s" not in answer.content.decode()
    assert f'id="client-{scored.alpha.pk}-health-details"' in answer.content.decode()
    assert "Health of Alpha Thép Việt" in spoken and "→" in spoken


def test_another_change_while_waiting_starts_the_waiting_anew(scored, as_user, asked):
    seen = change(scored.alpha, seconds_ago=20)
    since = change(scored.alpha, seconds_ago=0)
    answer = as_user(scored.lan, htmx=True).get(url(scored.alpha), {"seen": seen})
    assert answer.status_code == 200 and "every 1s" in answer.content.decode()
    assert quote(since) in answer.content.decode()


@pytest.mark.parametrize("seconds, times", [(0, 0), (2.5, 1), (9, 0)])
def test_the_scoring_is_asked_for_once_more(scored, as_user, asked, seconds, times):
    """An edit of a client sends no task of its own, and a task may be lost."""
    since = change(scored.alpha, seconds_ago=seconds)
    as_user(scored.lan, htmx=True).get(url(scored.alpha), {"seen": since})
    assert asked == [[scored.alpha.pk]] * times


@pytest.mark.parametrize("query", ["seen=a%00b", "seen=" + "x" * 99, "seen=<script>", "slow=maybe"])
def test_a_poll_that_makes_no_sense_is_answered_anew(scored, as_user, query):
    answer = as_user(scored.lan, htmx=True).get(f"{url(scored.alpha)}?{query}")
    assert answer.status_code == 200 and "<script>" not in answer.content.decode()


def test_a_poll_takes_few_queries(scored, as_user, django_assert_max_num_queries):
    since = change(scored.alpha, seconds_ago=1)
    browser = as_user(scored.senior, htmx=True)
    with django_assert_max_num_queries(6):
        browser.get(url(scored.alpha), {"seen": since})
