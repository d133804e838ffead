"""Health in full: the tab of the client page and a page of its own."""

import datetime
import re
from html import unescape

import pytest
from django.utils import timezone

from clients.models import MonthlyRevenue
from relationships.health.refresh import score_clients
from relationships.models import HealthOverride, HealthSnapshot, ScoringModel
from tests import factories as make

TODAY = timezone.localdate


def url(client, query=""):
    return f"/clients/{client.pk}/health/history/{query}"


def days_ago(days):
    return TODAY() - datetime.timedelta(days=days)


@pytest.fixture
def known(book):
    """Alpha with two months of history, a contact, touches, an issue and a late invoice."""
    contact = make.contact(book.alpha, "Trâm", role="champion")
    make.interaction(book.alpha, days_ago=50, contacts=[contact], sentiment=1, author=book.lan)
    make.interaction(book.alpha, days_ago=10, reached=False, kind="email", author=book.lan)
    make.issue(book.alpha, severity=5, opened_ago_days=20, title="Máy in hỏng")
    make.invoice(book.alpha, amount=100, days_late=35, number="INV-12")
    for days in (60, 53, 46, 39, 32, 25):
        score_clients([book.alpha.pk], as_of=days_ago(days))
    score_clients([book.alpha.pk])
    return book


def page(browser, client, query=""):
    answer = browser.get(url(client, query))
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_tab_loads_the_panel(known, as_user):
    html = as_user(known.lan).get(f"/clients/{known.alpha.pk}/?tab=health").content.decode()
    assert f'hx-get="{url(known.alpha)}"' in html
    panel = page(as_user(known.lan, htmx=True), known.alpha)
    assert "<html" not in panel and "What it is made of" in panel
    assert "<html" in page(as_user(known.lan), known.alpha)


def test_components_stand_with_value_weight_points_and_links(known, as_user):
    html = page(as_user(known.lan), known.alpha)
    assert "Máy in hỏng</a>" in html and "INV-12</a>" in html and "Trâm</a>" in html
    assert "What would raise it most" in html and "Collect invoice INV-12" in html


def test_a_touch_is_linked_however_far_back_it_lies(known, as_user):
    touch = known.alpha.interactions.filter(sentiment__isnull=False).order_by("occurred_on").first()
    for number in range(25):
        make.interaction(known.alpha, days_ago=number % 3, sentiment=None)
    browser = as_user(known.lan)
    [address] = set(re.findall(rf'href="([^"]+#touch-{touch.pk})"', page(browser, known.alpha)))
    timeline = browser.get(unescape(address)).text
    assert timeline.index(f'id="touch-{touch.pk}"') == timeline.index('id="touch-')


def test_breadth_and_revenue_lead_to_what_they_come_from(known, as_user):
    make.won_deal(known.alpha, amount=10, on=days_ago(40))
    for months in range(1, 25):
        month = (timezone.localdate() - datetime.timedelta(days=30 * months)).replace(day=1)
        MonthlyRevenue.objects.get_or_create(client=known.alpha, month=month, defaults={"amount": 5})
    score_clients([known.alpha.pk])
    html = page(as_user(known.lan), known.alpha)
    assert f'<a href="{known.alpha.get_absolute_url()}?tab=growth" >Growth</a>' in html
    assert f'<a href="{known.alpha.get_absolute_url()}?tab=receivables" >Receivables</a>' in html


def test_the_change_is_counted_from_thirty_days_back_or_the_day_asked_for(known, as_user):
    browser = as_user(known.lan)
    usual = browser.get(url(known.alpha)).context
    assert usual["since"] == days_ago(32)
    asked = browser.get(url(known.alpha, f"?since={days_ago(50)}")).context
    assert asked["since"] == days_ago(53)
    change = asked["change"]
    assert sum(cause.points for cause in change.causes) == pytest.approx(change.change.difference, abs=1e-9)
    before_all = browser.get(url(known.alpha, f"?since={days_ago(300)}")).context
    assert before_all["since"] == days_ago(60)


def test_the_chart_marks_versions_touches_and_overrides(known, as_user):
    newest = ScoringModel.objects.current()
    ScoringModel.objects.create(
        version=newest.version + 1, spec=newest.spec, note="A test", published_at=timezone.now()
    )
    HealthOverride.objects.create(
        client=known.alpha,
        score=91,
        reason="<b>They called</b>",
        made_at=timezone.now(),
        expires_on=days_ago(-9),
    )
    score_clients([known.alpha.pk])
    answer = as_user(known.lan).get(url(known.alpha, "?weeks=12"))
    html = answer.content.decode()
    assert f"v{newest.version + 1}</text>" in html
    assert (
        html.count('class="touch touch-reached"') == 2 + 1 and html.count('class="touch "') == 2
    )  # two sizes
    assert "&lt;b&gt;They called" in html and "<b>They called" not in html
    wide, narrow = answer.context["charts"]
    for chart in (wide, narrow):
        assert chart.computed and chart.shown and len(chart.said) == len(chart.versions) == 1
        assert chart.end["score"] == "91"
        for dot in chart.dots:
            assert chart.left <= dot["x"] <= chart.right and chart.top <= dot["y"] <= chart.bottom


def test_what_is_drawn_stands_in_the_table(known, as_user):
    answer = as_user(known.lan).get(url(known.alpha))
    snapshots = HealthSnapshot.objects.filter(client=known.alpha)
    assert {point.day for point, _ in answer.context["rows"]} == {row.taken_on for row in snapshots}
    assert "what changed since" in answer.content.decode()


@pytest.mark.parametrize("weeks", [12, 26, 52])
def test_the_weeks_are_a_choice(known, as_user, weeks):
    history = as_user(known.lan).get(url(known.alpha, f"?weeks={weeks}")).context["history"]
    assert (history.last - history.first).days == 7 * weeks


@pytest.mark.parametrize(
    "query", ["?weeks=13", "?weeks=x", "?since=yesterday", "?since=0001-01-01", "?since=%00"]
)
def test_a_query_that_makes_no_sense_is_told(known, as_user, query):
    answer = as_user(known.lan).get(url(known.alpha, query))
    assert answer.status_code == 422 and 'role="alert"' in answer.content.decode()


def test_a_client_without_history_says_so(book, as_user):
    score_clients([book.alpha.pk])
    html = page(as_user(book.lan), book.alpha)
    assert "The history begins today" in html and "Nothing to compare with yet" in html


def test_an_unknown_score_says_what_is_missing(book, as_user):
    client = make.client(lead=book.lan, since_days=1)
    score_clients([client.pk])
    html = page(as_user(book.lan), client)
    assert "Not enough is known for a score" in html and "Reach the client" in html


def test_a_client_without_a_lead_is_not_scored(book, as_user):
    assert "only clients with a lead are" in page(as_user(book.admin), make.client())


def test_a_former_lead_reads_and_is_offered_nothing_to_do(known, as_user):
    known.alpha.assignments.update(ended_at=timezone.now(), read_until=days_ago(-5))
    make.assignment(known.alpha, known.mai, since_days=0)
    known.alpha.interactions.all().delete()
    score_clients([known.alpha.pk])
    html = page(as_user(known.lan), known.alpha)
    assert "Reach the client" in html and "Meet Trâm" in html
    assert f"/clients/{known.alpha.pk}/log/" not in html and "/contacts/" not in html


def test_the_panel_takes_few_queries_however_much_there_is(known, as_user, django_assert_max_num_queries):
    browser = as_user(known.lan, htmx=True)
    with django_assert_max_num_queries(12) as few:
        page(browser, known.alpha)
    for number in range(20):
        contact = make.contact(known.alpha, role="user")
        make.interaction(known.alpha, days_ago=number, contacts=[contact], sentiment=1)
        make.issue(known.alpha, severity=1)
        make.invoice(known.alpha, days_late=number)
    score_clients([known.alpha.pk])
    with django_assert_max_num_queries(12) as many:
        page(browser, known.alpha)
    assert len(few) == len(many)
