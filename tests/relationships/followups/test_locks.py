"""How follow-ups are locked: rows that point at them hold their keys until a planning of thousands is through."""

import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.working_time import DAY
from relationships.services.follow_ups import (
    complete_follow_up,
    reassign_follow_up,
    reopen_follow_up,
    snooze_follow_up,
)
from relationships.services.interactions import log_interaction
from tests import factories as make

pytestmark = pytest.mark.django_db


def log(follow_up, by):
    log_interaction(client=follow_up.client, author=by, idempotency_key=uuid.uuid4(), kind="call")


CHANGES = {
    "done": lambda follow_up, book: complete_follow_up(follow_up=follow_up, by=book.lan),
    "put off": lambda follow_up, book: snooze_follow_up(
        follow_up=follow_up, due_on=timezone.localdate() + 9 * DAY, reason="They are away", by=book.lan
    ),
    "handed on": lambda follow_up, book: reassign_follow_up(follow_up=follow_up, to=book.senior, by=book.lan),
    "opened again": lambda follow_up, book: reopen_follow_up(follow_up=follow_up, by=book.lan),
    "logged": lambda follow_up, book: log(follow_up, book.lan),
}


@pytest.mark.parametrize("change", CHANGES)
def test_nobody_waits_for_a_planning_of_reminders(book, change):
    follow_up = make.follow_up(book.alpha, book.lan)
    with CaptureQueriesContext(connection) as queries:
        CHANGES[change](follow_up, book)
    locks = [query["sql"] for query in queries if " FOR " in query["sql"].upper().rpartition("WHERE")[2]]
    locks = [sql for sql in locks if 'FROM "relationships_followup"' in sql]
    assert locks and all("FOR NO KEY UPDATE" in sql for sql in locks)
