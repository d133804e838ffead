"""The page of the backtest: the verdict in words, progress, the sheet that asks for one, and who may."""

import datetime
import uuid

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone, translation

from relationships.forms_backtest import BacktestForm
from relationships.health.backtest import judging, wording
from relationships.models import Backtest, ScoringModel
from tests import factories as make
from tests.relationships.health import backtest_books

URL, NEW = "/scoring/backtest/", "/scoring/backtest/new/"
TODAY = datetime.date(2026, 11, 22)


@pytest.fixture(autouse=True)
def on_the_day():
    with time_machine.travel(datetime.datetime(2026, 11, 22, 9, tzinfo=datetime.UTC), tick=True):
        yield


def page(browser, url=URL):
    answer = browser.get(url)
    assert answer.status_code == 200
    return answer.content.decode()


def typed(count=2, spacing=30, key=None):
    return {"count": count, "spacing": spacing, "idempotency_key": key or uuid.uuid4()}


def test_the_verdict_is_a_sentence(book, as_user):
    row = backtest_books.ended(tell=1.0)
    html = page(as_user(book.manager))
    for sentence in wording.verdict(row.result):
        assert sentence in html
    assert "The score ranked better than days since the last contact (AUC 0." in html
    assert "version 3 of the model" in html
    assert book.alpha.name not in html


def test_until_it_beats_recency_the_page_says_so(book, as_user):
    backtest_books.ended(tell=0.0)
    html = page(as_user(book.admin))
    assert "The score does not beat days since the last contact (AUC" in html
    assert "Until it does better, a list by last contact tells as much" in html
    assert "By these cases the score cannot be told from chance." in html


def test_a_score_upside_down_is_said_to_rank_worse(db):
    row = backtest_books.ended(tell=-1.5)
    first, *others = wording.verdict(row.result)
    assert first.startswith("The score ranked worse than days since the last contact")
    assert "Here a low score even went with fewer bad outcomes than a high one." in others


def test_too_little_data_is_said(book, as_user):
    row = backtest_books.ended(clients=12)
    assert row.result["verdict"] == judging.TOO_FEW
    html = page(as_user(book.manager))
    assert "Too little followed to say how well the score ranks" in html
    assert "too few" in html


def test_a_result_without_a_case_has_its_page(book, as_user):
    backtest_books.ended(clients=0)
    html = page(as_user(book.manager))
    assert "0 clients were lost or halved their revenue, and 10 are needed" in html
    assert "backtest-chart" not in html


def test_every_figure_has_a_cell_for_each_signal(db):
    result = backtest_books.ended().result
    rows = wording.rows(result)
    assert [len(row.cells) for row in rows] == [3] * len(rows)
    auc = rows[0].cells[0]
    value, low, high = result["signals"]["score"]["auc"]
    assert auc == (f"{value:.2f}", f"{low:.2f}–{high:.2f}")


def test_the_chart_says_what_the_table_says(book, as_user):
    row = backtest_books.ended()
    html = page(as_user(book.manager))
    assert html.count('class="backtest-bar"') == len(row.result["calibration"]) == 10
    for part in row.result["calibration"]:
        assert f"{int(part['from'])} – {int(part['to'])}" in html
        assert wording.share(part["bad"]) in html


def test_figures_follow_the_readers_language(db):
    result = backtest_books.ended().result
    with translation.override("vi"):
        figure, interval = wording.rows(result)[0].cells[0]
    assert "," in figure
    assert "." not in figure + interval


def test_nothing_yet_has_one_action_for_an_admin(book, as_user):
    html = page(as_user(book.admin))
    assert html.count(f'href="{NEW}"') == 1
    html = page(as_user(book.manager))
    assert NEW not in html
    assert "An admin can run one." in html


def test_a_young_house_is_told_from_when_on(book, as_user):
    book.alpha.assignments.update(started_at=timezone.now() - datetime.timedelta(days=30))
    book.omega.assignments.update(started_at=timezone.now() - datetime.timedelta(days=20))
    html = page(as_user(book.admin))
    assert (
        "It can be run from May 1, 2027 on." in html
    )  # led since October: its 6 months are November to April
    assert NEW not in html


def test_asking_makes_one_backtest_and_shows_it_waiting(book, as_user):
    browser, values = as_user(book.admin), typed()
    for _ in range(2):  # a double click
        assert browser.post(NEW, values).status_code == 302
    row = Backtest.objects.get()
    assert row.days == ["2026-03-31", "2026-04-30"]
    assert (row.requested_by, row.model) == (book.admin, ScoringModel.objects.current())
    html = page(browser)
    assert "A backtest is running" in html
    assert "waiting for its turn" in html
    assert NEW not in html


def test_in_the_sheet_htmx_is_sent_to_the_page(book, as_user):
    browser = as_user(book.admin, htmx=True)
    assert browser.get(NEW).templates[0].name == "components/_sheet_form.html"
    answer = browser.post(NEW, typed())
    assert (answer.status_code, answer.headers["HX-Redirect"]) == (204, URL)


def test_one_at_a_time_is_said_in_the_sheet(book, as_user):
    browser = as_user(book.admin)
    browser.post(NEW, typed())
    answer = browser.post(NEW, typed(count=1, spacing=40))
    assert answer.status_code == 422
    assert "A backtest is running already." in answer.content.decode()
    assert 'value="40"' in answer.content.decode()


@pytest.mark.parametrize("user", ["manager", "senior", "lan"])
def test_only_admins_start_one(book, as_user, user):
    assert as_user(getattr(book, user)).post(NEW, typed()).status_code == 403
    assert not Backtest.objects.exists()


@pytest.mark.parametrize(
    ("count", "spacing", "field"),
    [
        (0, 30, "count"),
        (13, 30, "count"),
        ("x", 30, "count"),
        (2, 6, "spacing"),
        (2, 91, "spacing"),
        (2, "", "spacing"),
    ],
)
def test_what_is_out_of_range_is_refused_at_its_field(count, spacing, field):
    form = BacktestForm(typed(count, spacing), today=TODAY, first=datetime.date(2020, 1, 1))
    assert not form.is_valid()
    assert list(form.errors) == [field]


def test_days_before_the_first_lead_are_refused(book, as_user):
    form = BacktestForm(typed(3), today=TODAY, first=datetime.date(2026, 3, 2))
    assert not form.is_valid()
    [error] = form.errors["count"]
    assert "Mar 1, 2026" in error and "at most 2" in error
    assert BacktestForm(typed(2), today=TODAY, first=datetime.date(2026, 3, 2)).is_valid()
    assert not BacktestForm(typed(1), today=TODAY, first=None).is_valid()


def test_progress_is_a_fragment_that_asks_again(book, as_user):
    as_user(book.admin).post(NEW, typed())
    Backtest.objects.update(started_at=timezone.now(), done=4_000, total=20_000)
    answer = as_user(book.manager, htmx=True).get(URL)
    html = answer.content.decode()
    assert "4,000 of 20,000 clients" in html
    assert 'hx-trigger="every 2s"' in html
    assert "<html" not in html
    Backtest.objects.update(ended_at=timezone.now())
    answer = as_user(book.manager, htmx=True).get(URL)
    assert (answer.status_code, answer.headers["HX-Redirect"]) == (204, URL)


def test_while_one_runs_the_newest_result_stays(book, as_user):
    backtest_books.ended()
    as_user(book.admin).post(NEW, typed())
    html = page(as_user(book.admin))
    assert "A backtest is running" in html
    assert "How well each of them ranked" in html


def test_a_failure_is_told_and_the_last_good_result_stays(book, as_user):
    backtest_books.ended()
    Backtest.objects.create(
        model=ScoringModel.objects.current(),
        error="ValueError: <b>no</b>",
        ended_at=timezone.now(),
        days=["2026-03-01"],
    )
    html = page(as_user(book.admin))
    assert "did not come to an end" in html
    assert "ValueError: &lt;b&gt;no&lt;/b&gt;" in html
    assert "How well each of them ranked" in html
    html = page(as_user(book.senior))  # the error may name rows of clients that are not theirs
    assert "did not come to an end" in html and "ValueError" not in html


def test_earlier_ones_stay_with_the_version_they_asked(book, as_user):
    old = backtest_books.ended(model=ScoringModel.objects.get(version=2), tell=0.0)
    Backtest.objects.filter(pk=old.pk).update(requested_at=timezone.now() - datetime.timedelta(days=90))
    new = backtest_books.ended(tell=1.0)
    browser = as_user(book.manager)
    html = page(browser)
    assert reverse("relationships:backtest_past", args=[old.pk]) in html
    assert "version 2" in html and "version 3 of the model" in html
    html = page(browser, reverse("relationships:backtest_past", args=[old.pk]))
    assert "This is an earlier backtest." in html
    assert "version 2 of the model" in html
    assert "does not beat days since" in html
    assert browser.get(reverse("relationships:backtest_past", args=[new.pk + 1])).status_code == 404


def test_one_that_failed_or_runs_has_no_page_of_its_own(book, as_user):
    running = Backtest.objects.create(model=ScoringModel.objects.current(), days=["2026-03-01"])
    assert as_user(book.admin).get(f"{URL}{running.pk}/").status_code == 404
    Backtest.objects.update(ended_at=timezone.now(), error="no")
    assert as_user(book.admin).get(f"{URL}{running.pk}/").status_code == 404


def test_the_page_costs_the_same_with_many(book, as_user, django_assert_num_queries):
    browser = as_user(book.admin)
    queries = {}
    for many in (1, 25):
        while Backtest.objects.count() < many:
            backtest_books.ended(requested_by=make.user())
        with django_assert_num_queries(6):
            queries[many] = page(browser)
    assert "?cursor=" in queries[25]
    assert browser.get(f"{URL}?cursor=nonsense").status_code == 200  # page one
    assert browser.get(URL, {"cursor": "x" * 2001}).status_code == 422
