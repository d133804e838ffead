"""Issues with clocks and entries, and what other departments were asked because of them."""

import datetime

from accounts.models import Department
from accounts.working_time import add_working_seconds, house_zone, working_day_on_or_before
from clients.models import (
    CareEvent,
    InternalRequest,
    Issue,
    IssueClock,
    IssueEntry,
    SlaPolicy,
)
from relationships.demo import care_words
from relationships.demo.stories import VI

from .agreements import event
from .copying import NULL

SOURCE = "load"
COLUMNS = {
    Issue: [
        "id", "client", "title", "description", "category", "severity", "status", "department", "opened_at",
        "opened_on", "opened_by", "response_hours", "resolution_hours", "response_due_at", "resolution_due_at",
        "first_responded_at", "resolved_at", "resolution", "satisfaction", "reopened", "breached_at", "source",
        "source_ref", "version", "created_at", "updated_at",
    ],
    IssueClock: ["issue", "client", "started_at", "stopped_at", "stopped_for"],
    IssueEntry: ["issue", "client", "kind", "at", "by", "text"],
    InternalRequest: [
        "client", "department", "what", "details", "issue", "due_on", "state", "asked_by", "created_at", "closed_at",
    ],
}  # fmt: skip
DAY = datetime.timedelta(days=1)
DAYS_BACK, OPEN_DAYS_BACK = 720, 12
OPEN_SHARE, WAITING_SHARE, LATE_SHARE, REQUEST_SHARE = 0.04, 0.2, 0.12, 0.2


class Troubles:
    """Makes the issues of one client after the other."""

    def __init__(self, layout, rng, today, now):
        self.layout, self.rng, self.today, self.now = layout, rng, today, now
        self.zone, self.words = house_zone(), care_words.ISSUES[VI]
        self.now_at = datetime.datetime.combine(today, datetime.time(8), self.zone)
        hours = SlaPolicy.objects.values_list("severity", "segment", "response_hours", "resolution_hours")
        self.levels = {(severity, segment): (a, b) for severity, segment, a, b in hours}
        self.requests = [what for _department, what in care_words.REQUESTS[VI]]
        self.departments = list(Department.objects.values_list("pk", flat=True))

    def make(self, index, client, lead, segment, lines):
        first, count = self.layout.issues_of(index)
        by = NULL if lead is None else lead
        for number in range(first, first + count):
            self._issue(number, client, by, segment, lines)

    def _issue(self, number, client, by, segment, lines):
        rng = self.rng
        category, severity, title, solution = self.words[int(rng.random() * len(self.words))]
        is_open = rng.random() < OPEN_SHARE
        days = 1 + int(rng.random() * (OPEN_DAYS_BACK if is_open else DAYS_BACK))
        day = working_day_on_or_before(self.today - DAY * days)
        opened = datetime.datetime.combine(day, datetime.time(8 + int(rng.random() * 9)), self.zone)
        hours = self.levels[severity, segment]
        response_due, due = (add_working_seconds(opened, int(h * 3600)) for h in hours)
        share = 1.3 if rng.random() < LATE_SHARE else 0.2 + 0.7 * rng.random()
        responded = opened + (response_due - opened) * share
        row = {"due": due, "responded": responded, "status": "open", "resolved": NULL, "breached": NULL}
        if not is_open:
            row |= {"status": "resolved", "resolved": opened + (due - opened) * share, "due": NULL}
        elif rng.random() < WAITING_SHARE:
            row |= {"status": "waiting", "due": NULL, "stopped": min(responded + DAY / 24, self.now_at)}
        if responded > self.now_at:
            row["responded"] = NULL
        if (row["resolved"] if not is_open else self.now_at) > due and row["status"] != "waiting":
            row["breached"] = due
        if not is_open and row["resolved"] > self.now_at:
            row |= {"status": "open", "resolved": NULL, "due": due, "breached": NULL}
        self._write(
            number, client, by, opened, response_due, hours, row, (category, severity, title, solution), lines
        )

    def _write(self, number, client, by, opened, response_due, hours, row, words, lines):
        rng, (category, severity, title, solution) = self.rng, words
        resolved = row["resolved"]
        is_done = resolved is not NULL
        rating = 3 + int(rng.random() * 3) if is_done and rng.random() < 0.4 else NULL
        lines[Issue].append(
            f"{number}\t{client}\t{title}\t\t{category}\t{severity}\t{row['status']}\t{rng.choice(self.departments)}\t"
            f"{opened}\t{opened.date()}\t{by}\t{hours[0]}\t{hours[1]}\t{response_due}\t{row['due']}\t{row['responded']}\t"
            f"{resolved}\t{solution if is_done else ''}\t{rating}\t0\t{row['breached']}\t{SOURCE}\t{number}\t1\t"
            f"{opened}\t{opened}"
        )
        stopped = resolved if is_done else row.get("stopped", NULL)
        why = "resolved" if is_done else "" if stopped is NULL else "waiting"
        lines[IssueClock].append(f"{number}\t{client}\t{opened}\t{stopped}\t{why}")
        facts = {"title": title, "severity": severity, "category": category}
        lines[IssueEntry].append(f"{number}\t{client}\topened\t{opened}\t{by}\t")
        lines[CareEvent].append(event(client, "issue_opened", opened, by, number, **facts))
        if row["responded"] is not NULL:
            lines[IssueEntry].append(f"{number}\t{client}\tresponded\t{row['responded']}\t{by}\t")
        if is_done:
            lines[IssueEntry].append(f"{number}\t{client}\tresolved\t{resolved}\t{by}\t{solution}")
            lines[CareEvent].append(
                event(client, "issue_resolved", resolved, by, number, **facts, text=solution)
            )
        if rng.random() < REQUEST_SHARE:
            self._request(number, client, by, opened, is_done, lines)

    def _request(self, issue, client, by, opened, is_done, lines):
        rng = self.rng
        what = rng.choice(self.requests)
        closed = opened + 2 * DAY if is_done else NULL
        due = opened.date() + DAY * (2 + int(rng.random() * 8))
        state = "done" if is_done else rng.choice(("open", "taken"))
        lines[InternalRequest].append(
            f"{client}\t{rng.choice(self.departments)}\t{what}\t\t{issue}\t{due}\t{state}\t{by}\t{opened}\t{closed}"
        )
