"""`./run bench logging`: it knows its ways, and leaves the book as it found it."""

import uuid

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.utils import timezone

from relationships.benchmarks import logging as bench
from relationships.models import FollowUp, Interaction
from relationships.services.interactions import log_interaction
from tests import factories as make

pytestmark = pytest.mark.django_db


def test_ways_begin_on_the_client_page_on_today_and_elsewhere(book):
    ways = bench._ways(book.lan)
    assert {way.path for way in ways} == {book.alpha.get_absolute_url(), "/today/", "/clients/"}


def test_what_was_logged_is_taken_back_and_what_was_planned_for_it_is_gone(book):
    due = make.follow_up(book.alpha, book.lan, kind="call", reason="Call back", due_in=-1)
    before = Interaction.objects.count()
    began = timezone.now()
    bench._fill_today(book.lan, 3)
    for closed in list(FollowUp.objects.filter(reason__startswith=bench.REASON))[:2]:
        log_interaction(
            client=book.alpha, author=book.lan, idempotency_key=uuid.uuid4(), kind="call", closes=[closed]
        )
    due.refresh_from_db()
    assert due.status == "done"
    bench._take_all_back(book.lan, began)
    due.refresh_from_db()
    assert due.status == "open"
    assert Interaction.objects.count() == before
    assert not FollowUp.objects.filter(reason__startswith=bench.REASON).exists()


def test_a_machine_without_chromium_is_told(book, monkeypatch):
    monkeypatch.setenv("TEND_CHROMIUM", "")
    monkeypatch.setattr(bench.shutil, "which", lambda name: None)
    with pytest.raises(CommandError, match="TEND_CHROMIUM"):
        call_command("bench", "logging")
