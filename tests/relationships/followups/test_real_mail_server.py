"""Reminders through a real SMTP server that refuses, drops and is away."""

import datetime
import socket

import pytest
from aiosmtpd.controller import Controller
from django.utils import timezone

from relationships.followups.planning import plan_deliveries
from relationships.tasks import deliver_reminders
from tests import factories as make
from tests.relationships.followups.delivery_scenes import FRIDAY_EARLY, FRIDAY_EIGHT, digests

pytestmark = pytest.mark.django_db


class Handler:
    """Takes mail; refuses `refused`; drops the connection after DATA for `dropped`, having taken the mail."""

    def __init__(self):
        self.refused, self.dropped, self.taken = set(), set(), []
        self.controller = None

    def start(self, port):
        self.controller = Controller(self, hostname="127.0.0.1", port=port)
        self.controller.start()

    def stop(self):
        self.controller.stop()
        self.controller = None

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address in self.refused:
            return "550 no such user"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        headers = envelope.content.decode("ascii", "replace").split("\r\n\r\n")[0]
        [message_id] = [line for line in headers.splitlines() if line.lower().startswith("message-id")]
        self.taken.append((envelope.rcpt_tos[0], message_id))
        if envelope.rcpt_tos[0] in self.dropped:
            server.transport.abort()
        return "250 taken"


@pytest.fixture
def friday(time_machine):
    time_machine.move_to(FRIDAY_EARLY)
    return time_machine


@pytest.fixture
def server(settings):
    handler = Handler()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    handler.start(port)
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", port, 5
    yield handler
    if handler.controller:
        handler.stop()


@pytest.fixture
def people(friday):
    users = [make.user(email=f"{name}@example.com") for name in ("an", "binh", "chi")]
    for user in users:
        make.follow_up(make.client(lead=user), user)
    plan_deliveries()
    return users


def test_one_bad_recipient_and_one_lost_connection_stop_nobody(people, friday, server):
    server.refused, server.dropped = {"an@example.com"}, {"binh@example.com"}
    friday.move_to(FRIDAY_EIGHT)
    deliver_reminders()
    assert [address for address, _id in server.taken] == ["binh@example.com", "chi@example.com"]
    an, binh, chi = digests().order_by("user__email")
    assert (an.status, chi.status) == ("failed", "sent")
    assert an.error.startswith("SMTPRecipientsRefused") and "no such user" in an.error
    assert binh.status == "failed" and binh.facts["uncertain"] is True

    server.refused, server.dropped = set(), set()
    friday.move_to("2026-11-20T08:03+07:00")
    deliver_reminders()
    assert set(digests().values_list("status", flat=True)) == {"sent"}
    first, second = [message_id for address, message_id in server.taken if address == "binh@example.com"]
    assert first == second  # where SMTP cannot say: the same mail
    assert sum(address == "an@example.com" for address, _id in server.taken) == 1


def test_server_that_is_away_pauses_and_everything_comes_when_it_is_back(people, friday, server, settings):
    server.stop()
    friday.move_to(FRIDAY_EIGHT)
    deliver_reminders()
    assert set(digests().values_list("status", flat=True)) == {"failed"}
    assert not digests(facts__has_key="uncertain").exists()  # nothing was handed over
    assert all(row.send_at <= timezone.now() + datetime.timedelta(minutes=1) for row in digests())
    server.start(settings.EMAIL_PORT)
    friday.move_to("2026-11-20T08:04+07:00")
    deliver_reminders()
    assert len(server.taken) == 3 and set(digests().values_list("status", flat=True)) == {"sent"}
