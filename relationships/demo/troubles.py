"""The demo's issues with their clocks, and what departments were asked."""

import datetime

from django.utils import timezone

from accounts.models import Department, User
from accounts.working_time import HOURS, add_working_seconds, house_zone, working_day_on_or_after
from clients.models import (
    InternalRequest,
    Issue,
    IssueClock,
    IssueEntry,
    RequestAnswer,
    SlaPolicy,
)

from . import care_words as words
from .stories import EN, VI

DAY = datetime.timedelta(days=1)
# Days ago that issues were opened, by how things go; the newest of those marked stays open.
OPENED_AGO = {
    "healthy": [150],
    "growing": [],
    "slipping": [90, 6],
    "neglected": [45],
    "recovered": [80, 60],
    "souring": [70, 25, 4],
}
STAYS_OPEN = {"slipping", "souring", "neglected"}


def create_troubles(firms, users, rng, today):
    """Writes issues and requests. Returns the number of issues."""
    sla = {(row.severity, row.segment): row for row in SlaPolicy.objects.all()}
    led, rows = [firm for firm in firms if firm.lead and firm.profile in OPENED_AGO], []
    for number, firm in enumerate(led):
        texts = words.ISSUES[VI if firm.is_vietnamese else EN]
        ages = OPENED_AGO[firm.profile]
        for place, ago in enumerate(ages):
            is_open = place == len(ages) - 1 and firm.profile in STAYS_OPEN and number % 3 != 2
            text = texts[4] if is_open and number % 7 == 0 else texts[(number + place) % len(texts)]
            if text[1] == 10 and not is_open and number % 2:
                text = texts[1]
            rows.append(_issue(firm, users, text, ago + rng.randint(0, 3), is_open, sla, rng, today))
    issues = Issue.objects.bulk_create(row for row, _closed in rows)
    for issue, (row, _closed) in zip(issues, rows, strict=True):
        issue.pk = row.pk
    _create_clocks([row for row, _closed in rows])
    _create_requests(led, users, rng, today)
    return len(rows)


def _issue(firm, users, text, ago, is_open, sla, rng, today):
    category, severity, title, resolution = text
    policy = sla[severity, firm.segment]
    day = working_day_on_or_after(today - DAY * ago)
    opened_at = datetime.datetime.combine(day, HOURS[0][0], house_zone()) + DAY / 24 * rng.uniform(0.2, 3.5)
    response_due = add_working_seconds(opened_at, int(policy.response_hours * 3600))
    due = add_working_seconds(opened_at, int(policy.resolution_hours * 3600))
    responded = opened_at + (response_due - opened_at) * rng.uniform(0.2, 0.9)
    resolved = opened_at + (due - opened_at) * rng.uniform(0.3, 1.15)
    row = Issue(
        client=firm.row,
        title=title,
        category=category,
        severity=severity,
        contact=firm.contacts[-1] if firm.contacts else None,
        department=None,
        opened_at=opened_at,
        opened_on=day,
        opened_by=users[firm.lead],
        response_hours=policy.response_hours,
        resolution_hours=policy.resolution_hours,
        response_due_at=response_due,
        resolution_due_at=due if is_open else None,
        first_responded_at=responded if responded < timezone.now() else None,
        source="demo",
        source_ref=f"issue {firm.name} {ago}",
    )
    if not is_open:
        row.status, row.resolved_at = "resolved", min(resolved, timezone.now())
        row.resolution, row.satisfaction = resolution, rng.choice([3, 4, 4, 5])
        row.first_responded_at = min(responded, row.resolved_at)
    elif due < timezone.now():
        row.breached_at = due
    return row, not is_open


def _create_clocks(issues):
    runs, entries = [], []
    for issue in issues:
        runs.append(
            IssueClock(
                issue=issue,
                client_id=issue.client_id,
                started_at=issue.opened_at,
                stopped_at=issue.resolved_at,
                stopped_for="resolved" if issue.resolved_at else "",
            )
        )
        happened = [("opened", issue.opened_at, ""), ("responded", issue.first_responded_at, "")]
        happened.append(("resolved", issue.resolved_at, issue.resolution))
        entries += [
            IssueEntry(
                issue=issue, client_id=issue.client_id, kind=kind, at=at, by_id=issue.opened_by_id, text=text
            )
            for kind, at, text in happened
            if at
        ]
    IssueClock.objects.bulk_create(runs)
    IssueEntry.objects.bulk_create(entries)


def _create_requests(led, users, rng, today):
    """A request for every fourth client: late, open, answered or done."""
    departments = {row.code: row for row in Department.objects.all()}
    members = {user.department_id: user for user in User.objects.filter(department__isnull=False)}
    answers = []
    for number, firm in enumerate(led[::4]):
        language = VI if firm.is_vietnamese else EN
        code, what = words.REQUESTS[language][0 if number % 2 == 0 else number % 5]
        state = ("open", "taken", "done", "open")[number % 4]
        row = InternalRequest.objects.create(
            client=firm.row,
            department=departments[code],
            what=what,
            due_on=today + DAY * (rng.randint(-3, 0) if number % 4 == 3 else rng.randint(1, 8)),
            state=state,
            asked_by=users[firm.lead],
            taken_by=members.get(departments[code].pk) if state != "open" else None,
            closed_at=timezone.now() - DAY if state == "done" else None,
        )
        if state != "open":
            author = members.get(departments[code].pk)
            answers.append(RequestAnswer(request=row, author=author, text=words.ANSWERS[language]))
    RequestAnswer.objects.bulk_create(answers)
