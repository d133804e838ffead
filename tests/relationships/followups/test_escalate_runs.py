"""Escalation as a job: two at once and beside a log, with one effect."""

import threading

import pytest
from django.db import connections, transaction

from clients.services.changes import lock_client
from relationships.followups.escalate import escalate_late
from relationships.models import Escalation
from tests import personas
from tests.relationships.followups.escalation_scenes import MONDAY, at, key_client, late, told


def in_threads(*works):
    """Runs each in a thread with a connection of its own and returns what they returned."""
    results = {}

    def work(number):
        try:
            results[number] = works[number]()
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work, args=[number]) for number in range(len(works))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return [results[number] for number in range(len(works))]


@pytest.mark.django_db(transaction=True)
def test_two_at_once_open_each_step_once_and_a_held_client_waits(time_machine):
    time_machine.move_to(at(MONDAY), tick=False)
    book = personas.book()
    clients = [key_client(book.lan) for _number in range(6)]
    for client in clients:
        late(client, book.lan)
    with transaction.atomic():
        lock_client(clients[0].pk)  # as a log does
        opened = in_threads(escalate_late, escalate_late)
        assert not Escalation.objects.filter(client=clients[0]).exists()
    assert sum(opened) <= 10
    assert escalate_late() == 12 - sum(opened)
    assert Escalation.objects.count() == 12
    assert [len(told(client)) for client in clients] == [3] * 6
