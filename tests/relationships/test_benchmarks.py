"""What `./run bench pages` measures: every target answers, and none takes more than twelve queries."""

import pytest
from django.core.management.base import CommandError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from relationships.benchmarks.targets import targets
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
        with CaptureQueriesContext(connection) as seen:
            answer = browser.get(target.path)
        assert answer.status_code == 200, target.page
        assert ("<html" in answer.text) != target.fragment, target.page
        assert len(seen) <= MOST_QUERIES, target.page


def test_a_book_without_leads_cannot_be_measured(db):
    make.user(role="admin")
    with pytest.raises(CommandError, match="load_book"):
        list(targets())
