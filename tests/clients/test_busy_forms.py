"""Somebody else holds the client for longer than we wait: every form says so and keeps what was typed."""

import uuid

import pytest
from django.db import OperationalError
from django.urls import reverse
from django.utils import timezone
from psycopg.errors import LockNotAvailable

from accounts.models import Department
from clients.models import Commitment, Intake
from clients.services import attachments, delivery, intake, requests
from tests import factories as make
from tests.clients.files import upload

KEY = str(uuid.uuid4())


def busy(_client_id):
    raise OperationalError("canceling statement due to lock timeout") from LockNotAvailable()


def rows(book):
    """What each address is about."""
    today, contract = timezone.localdate(), make.contract(book.alpha)
    held = Intake.objects.create(client=book.alpha, sold_by="X", handed_over_on=today, kick_off_by=today)
    return {
        "client": book.alpha,
        "contract": contract,
        "milestone": make.milestone(contract),
        "intake": held,
        "commitment": Commitment.objects.create(client=book.alpha, text="Training"),
        "request": make.internal_request(book.alpha, book.lan),
    }


def forms():
    """(URL name, row, what is typed); a word that must still be there."""
    today = timezone.localdate().isoformat()
    lines = {"promises-TOTAL_FORMS": "4", "promises-INITIAL_FORMS": "0"}
    handed = {"sold_by": "Typed", "handed_over_on": today, "kick_off_by": today, "idempotency_key": KEY}
    return [
        ("request_answer", "request", {"text": "Typed", "idempotency_key": KEY}),
        ("request_state", "request", {"action": "done", "text": "Typed"}),
        (
            "request_new",
            "client",
            {"what": "Typed", "due_on": today, "idempotency_key": KEY, "department": "1"},
        ),
        ("intake_new", "client", handed | lines),
        ("intake_edit", "intake", handed | {"version": 1}),
        ("intake_kick_off", "intake", {"held_on": today}),
        ("commitment_new", "client", {"text": "Typed"}),
        ("commitment_decision", "commitment", {"status": "withdrawn", "note": "Typed"}),
        ("milestone_new", "contract", {"title": "Typed", "due_on": today, "idempotency_key": KEY}),
        ("milestone_edit", "milestone", {"title": "Typed", "due_on": today, "version": 1}),
        ("milestone_done", "milestone", {"done_on": today}),
        ("milestone_accept", "milestone", {"accepted_on": today, "note": "Typed"}),
        ("milestone_delete", "milestone", {}),
        ("contract_document_new", "contract", {"file": None}),
    ]


@pytest.mark.parametrize("name", [form[0] for form in forms()])
@pytest.mark.parametrize("htmx", [False, True])
def test_a_form_says_that_somebody_else_is_saving(book, as_user, monkeypatch, name, htmx):
    found = rows(book)
    for module in (attachments, delivery, intake, requests):
        monkeypatch.setattr(module, "lock_client", busy)
    _name, about, typed = next(form for form in forms() if form[0] == name)
    if "department" in typed:
        typed["department"] = Department.objects.get(code="production").pk
    if "file" in typed:
        typed["file"] = upload()
    url = reverse(f"clients:{name}", args=[found[about].pk])
    answer = as_user(book.lan, htmx=htmx).post(url, typed)
    page = answer.content.decode()
    assert answer.status_code == 409 and "Nothing was written; try again" in page
    assert "Typed" not in typed.values() or "Typed" in page
