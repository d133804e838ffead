"""Health as its readers meet it, on a real server with a real worker: the account manager's red rating caps the score
and lifting it lets go; a senior says otherwise; an admin drafts a model, previews it, publishes it, and the run
scores everyone by it.
"""

import datetime

import pytest
from playwright.sync_api import expect

from clients.models import Client
from relationships.health import refresh
from relationships.models import HealthOverride, HealthScore, OwnRating, ScoringModel, ScoringRun
from tests import factories as make
from tests.browser.conftest import PHONE

SCORED_WITHIN_MS = 10_000


@pytest.fixture
def scene(book):
    """Alpha is well looked after: a decision maker met three days ago, and the score says so."""
    chief = make.contact(book.alpha, "Trần Quốc Bảo", role="decision_maker")
    make.interaction(book.alpha, days_ago=3, author=book.lan, contacts=[chief], sentiment=1)
    make.contract(book.alpha, ends_in=300)
    for days_ago in (40, 0):
        refresh.score_clients(as_of=refresh.as_of_today() - datetime.timedelta(days=days_ago))
    return book


def health_of(page, client):
    return page.locator(f"#client-{client.pk}-health")


def test_a_red_rating_caps_the_score_until_it_is_lifted(live_server, scene, worker, open_page):
    alpha = scene.alpha
    page = open_page(scene.lan, f"/clients/{alpha.pk}/", viewport=PHONE)
    rating = page.locator(f"#client-{alpha.pk}-rating")
    rating.locator("button[name=value][value='1']").click()
    assert not OwnRating.objects.exists()  # red asks for its reason first
    rating.locator("textarea[name=note]").fill("Giám đốc mới không nhận lời hẹn")
    rating.locator(".rating-reason button[type=submit]").click()
    health = health_of(page, alpha)
    health.get_by_text("rated the relationship red").wait_for(timeout=SCORED_WITHIN_MS)
    expect(health.locator(".ring .figure")).to_contain_text("49")
    rating.locator("button[name=value][value='4']").click()
    health.get_by_text("rated the relationship red").wait_for(state="hidden", timeout=SCORED_WITHIN_MS)
    assert list(OwnRating.objects.order_by("pk").values_list("value", flat=True)) == [1, 4]
    expect(page.locator(f"#client-{alpha.pk}-timeline")).to_contain_text("Giám đốc mới không nhận lời hẹn")


def test_an_override_is_shown_over_the_computed_score_and_ends(live_server, scene, worker, open_page):
    alpha = scene.alpha
    page = open_page(scene.senior, f"/clients/{alpha.pk}/")
    computed = HealthScore.objects.get(client=alpha).score
    page.locator("#override-open").click()
    form = page.locator("#sheet form.sheet-form")
    form.locator("[name=score]").fill("40")
    form.locator("[name=reason]").fill("They are merging; the new owner buys elsewhere.")
    form.locator("button[type=submit]").click()
    health = health_of(page, alpha)
    expect(health.locator(".ring .figure")).to_contain_text("40", timeout=SCORED_WITHIN_MS)
    expect(health).to_contain_text("The new owner buys elsewhere".lower(), ignore_case=True)
    page.locator("#override-end").click()
    expect(health.locator(".ring .figure")).to_contain_text(str(int(computed)), timeout=SCORED_WITHIN_MS)
    assert HealthOverride.objects.get().ended_by == scene.senior


def test_a_tab_tells_the_history_and_what_changed(live_server, scene, open_page):
    page = open_page(scene.lan, f"/clients/{scene.alpha.pk}/")
    page.locator("#client-tab-health").click()
    panel = page.locator(f"#client-{scene.alpha.pk}-health-full")
    expect(panel.locator("svg.health-chart-wide")).to_be_visible()
    expect(panel).to_contain_text("What changed")
    page.wait_for_url("**/?tab=health")
    panel.get_by_text("Show as a table").click()
    expect(panel.locator(".health-table tbody tr:visible")).to_have_count(2)


def test_a_model_is_drafted_previewed_and_published(live_server, scene, worker, open_page):
    page = open_page(scene.admin, "/scoring/")
    page.locator("#page-action").click()
    form = page.locator("main form:has([name=weight_rhythm_standard])")
    form.locator("[name=weight_rhythm_standard]").fill("60")
    form.locator("[name=healthy]").fill("99")
    form.locator("button[type=submit]").last.click()
    page.goto("/scoring/draft/preview/")
    page.get_by_role("button", name="Preview on the whole book").click()
    note = page.locator("form[action$='/publish/'] [name=note]")
    note.wait_for(timeout=SCORED_WITHIN_MS)
    assert ScoringModel.objects.current().version == 3
    note.fill("Who keeps contact keeps the client.")
    page.locator("form[action$='/publish/'] button[type=submit]").click()
    page.wait_for_url("**/scoring/")
    assert ScoringModel.objects.current().note == "Who keeps contact keeps the client."
    page.goto("/scoring/runs/")
    row = page.locator("tbody tr", has_text="Version 4").first
    expect(row).to_contain_text("Done", timeout=SCORED_WITHIN_MS)
    led = Client.objects.active().led().count()
    run = ScoringRun.objects.get(model__version=4, kind="nightly")
    assert (run.written, run.skipped, run.failed) == (led, 0, 0)
    assert HealthScore.objects.filter(model__version=4).count() == led
