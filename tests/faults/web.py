"""Account managers at work in the web while a fault is done: real requests over HTTP, every answer written down."""

import http.client
import itertools
import threading
import time
import uuid
from collections import Counter
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from urllib.parse import urlencode

from django.utils import timezone

from tests.faults import book
from tests.faults.scene import HOST

PATIENCE_SECONDS = 60
PAUSE_SECONDS = 0.15


@dataclass
class Visit:
    """One request: what it asked for, when it began (monotonic), its seconds, and what went wrong if anything did."""

    what: str
    begun: float
    seconds: float
    problem: str = ""


@dataclass
class Visitor:
    """A log-in that looks at Today, logs touches and marks follow-ups done, one after the other, until stopped."""

    port: int
    user: object
    clients: list
    planned: list
    visits: list = field(default_factory=list)
    accepted: set = field(default_factory=set)  # keys of touches that the web said it has kept
    done: set = field(default_factory=set)  # follow-ups that the web said are done
    cookies: dict = field(default_factory=dict)
    stopped: threading.Event = field(default_factory=threading.Event)

    def ask(self, what, method, path, form=None):
        """The status of one request, which is written down; None where there was no answer."""
        begun, problem, status = time.monotonic(), "", None
        connection = http.client.HTTPConnection(HOST, self.port, timeout=PATIENCE_SECONDS)
        try:
            status = self.send(connection, method, path, form)
            problem = f"{status}" if status >= 400 else ""
        except (OSError, http.client.HTTPException) as error:
            problem = type(error).__name__
        finally:
            connection.close()
        self.visits.append(Visit(what, begun, time.monotonic() - begun, problem))
        return None if problem else status

    def send(self, connection, method, path, form):
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        body = None
        if form is not None:
            body = urlencode(form | {"csrfmiddlewaretoken": self.cookies.get("csrftoken", "")})
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        answer.read()
        for line in answer.headers.get_all("Set-Cookie") or []:
            self.cookies |= {name: morsel.value for name, morsel in SimpleCookie(line).items()}
        return answer.status

    def log_in(self):
        self.ask("log-in", "GET", "/accounts/login/")
        form = {"login": self.user.email, "password": book.PASSWORD}
        assert self.ask("log-in", "POST", "/accounts/login/", form) == 302, self.visits[-1]
        assert "tend_session" in self.cookies, "the log-in was refused"

    def work(self):
        clients, planned = itertools.cycle(self.clients), iter(self.planned)
        while not self.stopped.wait(PAUSE_SECONDS):
            self.ask("today", "GET", "/today/")
            self.log_touch(next(clients))
            follow_up = next(planned, None)
            if follow_up is not None:
                self.mark_done(follow_up)

    def log_touch(self, client):
        key = str(uuid.uuid4())
        form = {
            "idempotency_key": key,
            "kind": "email",
            "direction": "out",
            "reached": "no",
            "occurred_at": timezone.localtime().strftime("%Y-%m-%dT%H:%M"),
        }
        if self.ask("log a touch", "POST", f"/clients/{client.pk}/log/", form):
            self.accepted.add(key)

    def mark_done(self, follow_up):
        if self.ask("mark done", "POST", f"/follow-ups/{follow_up.pk}/done/", {}):
            self.done.add(follow_up.pk)


class Visitors:
    """A context: visitors who work as long as it is open."""

    def __init__(self, scene, count=2, clients=120):
        self.visitors = [
            Visitor(scene.web_port, *book.make_visitor(number, clients)) for number in range(count)
        ]
        self.threads = []

    def __enter__(self):
        for visitor in self.visitors:
            visitor.log_in()
            visitor.visits.clear()
            self.threads.append(threading.Thread(target=visitor.work, daemon=True))
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_):
        for visitor in self.visitors:
            visitor.stopped.set()
        for thread in self.threads:
            thread.join(PATIENCE_SECONDS)

    @property
    def visits(self):
        return [visit for visitor in self.visitors for visit in visitor.visits]

    def failures(self, since=0):
        """Of requests that began from `since` (monotonic) on."""
        return [visit for visit in self.visits if visit.problem and visit.begun >= since]

    def problems(self):
        """What went wrong how often, as text."""
        counts = Counter(f"{visit.what}: {visit.problem}" for visit in self.failures())
        return ", ".join(f"{count} × {what}" for what, count in counts.most_common(4))

    def slowest(self):
        return max((visit.seconds for visit in self.visits), default=0)

    def writes_lost(self, measure):
        """Touches and ticks that the web answered as kept and that are not there, or there twice."""
        keys = [key for visitor in self.visitors for key in visitor.accepted]
        done = [pk for visitor in self.visitors for pk in visitor.done]
        kept = measure.value(
            "SELECT count(*) FROM relationships_interaction WHERE idempotency_key = ANY(%s::uuid[])", keys
        )
        ticked = measure.value(
            "SELECT count(*) FROM relationships_followup WHERE status = 'done' AND id = ANY(%s)", done
        )
        return len(keys) - kept + len(done) - ticked
