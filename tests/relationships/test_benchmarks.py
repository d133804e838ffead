"""What `./run bench pages` measures: every target answers, and none takes more than twelve queries."""

import pytest
from django.core.management.base import CommandError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from relationships.benchmarks import scoring
from relationships.benchmarks.targets import targets
from relationships.health import refresh
from relationships.models import HealthScore
from tests import factories as make

MOST_QUERIES = 12


def test_every_measured_page_answers_within_its_queries(book, as_user):
    for number in range(3):
        client = make.client(f"Measured {number}", lead=book.lan)
        make.interaction(client)
        make.contract(client, lines=[(make.product(series="S"), 1, 10)])
        make.invoice(client, days_late=9)
        make.issue(client)
        make.open_deal(client)
    found = [target for target in targets() if not target.path.startswith("/bench/")]
    assert len(found) > 30
    for target in found:
        browser = as_user(target.user, htmx=target.fragment)
        browser.get(target.path)  # warm, as when measured: some figures are kept for a minute
        with CaptureQueriesContext(connection) as seen:
            answer = browser.get(target.path)
        assert answer.status_code == 200, target.page
        assert ("<html" in answer.text) != target.fragment, target.page
        assert len(seen) <= MOST_QUERIES, target.page


def test_a_book_without_leads_cannot_be_measured(db):
    make.user(role="admin")
    with pytest.raises(CommandError, match="load_book"):
        list(targets())


@pytest.mark.django_db(transaction=True)
def test_a_measured_night_begins_a_week_after_the_last():
    day, client = refresh.as_of_today(), make.client(lead=make.user(), source="load")
    scoring.begin_a_week_later()
    refresh.score_clients()
    for _ in range(2):
        scoring.begin_a_week_later()
        [snapshot] = client.health_history.all()
        health = HealthScore.objects.get(client=client)
        assert snapshot.taken_on == health.as_of == health.snapshot_on == day - scoring.WEEK
        assert refresh.score_clients().written == 1
        assert client.health_history.filter(taken_on=day).exists()


@pytest.mark.django_db
def test_history_is_not_moved_in_a_real_book():
    make.client(source="load")
    scoring.refuse_real_books()
    make.client()
    with pytest.raises(CommandError, match="load_book"):
        scoring.refuse_real_books()
