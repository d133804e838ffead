"""Issues: from the opening to the rating, with a clock that stands still while the client is waited for.

Every function locks the client, looks at the issue as it is then, and raises `IssueMoved` where somebody was faster: of
two people, or two clicks, one has the effect and the other is told. `at` (aware) is now unless given.
"""

import datetime

from django.db import transaction
from django.utils import timezone

from clients.models import (
    CareEventKind,
    ClockStop,
    Issue,
    IssueClock,
    IssueEntry,
    IssueEntryKind,
    IssueStatus,
    SlaPolicy,
)
from clients.sla import due_at, sla_ratio

from .changes import create_once, lock_client, record_change, tell_changed
from .editing import EditConflict

SAME_NOTE_SECONDS = 60


class IssueMoved(Exception):
    """The issue is no longer in the state that this step starts from; nothing was written. `issue`: as it is now."""

    def __init__(self, issue):
        super().__init__(f"Issue {issue.pk} is {issue.status}")
        self.issue = issue


class NoServiceLevel(LookupError):
    """No service level is set up for this severity and segment."""


@transaction.atomic
def open_issue(*, client, by, values, idempotency_key, at=None):
    """A new issue with `values` ({field: value}); sent twice, the first one. Its clock starts at once.

    The service level of its severity and the client's segment is copied: later changes of either do not move it.
    Raises NoServiceLevel.
    """
    client, at = lock_client(client.pk), at or timezone.now()
    issue = Issue(client=client, opened_at=at, **values)
    _take_service_level(issue, [(at, None)])
    issue, created = create_once(
        Issue,
        idempotency_key=idempotency_key,
        client=client,
        opened_by=by,
        opened_at=at,
        opened_on=timezone.localdate(at, timezone.get_default_timezone()),
        response_hours=issue.response_hours,
        resolution_hours=issue.resolution_hours,
        response_due_at=issue.response_due_at,
        resolution_due_at=issue.resolution_due_at,
        **values,
    )
    if created:
        IssueClock.objects.create(issue=issue, client=client, started_at=at)
        who = {"who": issue.contact.name} if issue.contact else {}
        _record(issue, IssueEntryKind.OPENED, CareEventKind.ISSUE_OPENED, by, at, **who)
    return issue


@transaction.atomic
def record_response(*, issue, by, text="", at=None):
    """The first response to the client was given now. Raises IssueMoved when there was one, or it is resolved."""
    issue, at = _locked(issue), at or timezone.now()
    if issue.first_responded_at is not None or issue.status == IssueStatus.RESOLVED:
        raise IssueMoved(issue)
    issue.first_responded_at = at
    _save(issue, "first_responded_at")
    late = sla_ratio(_runs(issue), at, issue.response_hours) > 1
    _record(issue, IssueEntryKind.RESPONDED, CareEventKind.ISSUE_RESPONDED, by, at, text, late=late)
    return issue


@transaction.atomic
def wait_for_client(*, issue, by, text="", at=None):
    """Both clocks stand still until `resume`; `text` says what the client is asked for."""
    issue, at = _locked(issue), at or timezone.now()
    _expect(issue, IssueStatus.OPEN)
    _stop_clock(issue, at, ClockStop.WAITING)
    issue.status, issue.resolution_due_at = IssueStatus.WAITING, None
    _save(issue, "status", "resolution_due_at")
    _record(issue, IssueEntryKind.WAITING, CareEventKind.ISSUE_WAITING, by, at, text)
    return issue


@transaction.atomic
def resume(*, issue, by, text="", at=None):
    """The client has answered: the clocks go on with what was left."""
    issue, at = _locked(issue), at or timezone.now()
    _expect(issue, IssueStatus.WAITING)
    _go_on(issue, at)
    _save(issue, "status", "response_due_at", "resolution_due_at")
    _record(issue, IssueEntryKind.RESUMED, CareEventKind.ISSUE_RESUMED, by, at, text)
    return issue


@transaction.atomic
def resolve(*, issue, by, resolution, at=None):
    """Resolved, with what was done, which the client may read. One never answered counts as answered now."""
    issue, at = _locked(issue), at or timezone.now()
    _expect(issue, IssueStatus.OPEN, IssueStatus.WAITING)
    _stop_clock(issue, at, ClockStop.RESOLVED)
    issue.status, issue.resolution_due_at = IssueStatus.RESOLVED, None
    issue.resolved_at, issue.resolution = at, resolution
    issue.first_responded_at = issue.first_responded_at or at
    _save(issue, "status", "resolution_due_at", "resolved_at", "resolution", "first_responded_at")
    late = sla_ratio(_runs(issue), at, issue.resolution_hours) > 1
    kinds = IssueEntryKind.RESOLVED, CareEventKind.ISSUE_RESOLVED
    _record(issue, *kinds, by, at, resolution, late=late)
    return issue


@transaction.atomic
def reopen(*, issue, by, reason, at=None):
    """The solution did not hold: the clock goes on where it stood. What was said and rated stays in the entries."""
    issue, at = _locked(issue), at or timezone.now()
    _expect(issue, IssueStatus.RESOLVED)
    issue.resolved_at, issue.resolution, issue.satisfaction = None, "", None
    issue.reopened += 1
    _go_on(issue, at)
    _save(issue, "status", "resolution_due_at", "resolved_at", "resolution", "satisfaction", "reopened")
    kinds = IssueEntryKind.REOPENED, CareEventKind.ISSUE_REOPENED
    _record(issue, *kinds, by, at, reason, times=issue.reopened)
    return issue


@transaction.atomic
def rate(*, issue, by, satisfaction, seen=None, text="", at=None):
    """The client's own rating of the solution, 1 to 5. `seen` is the rating that was shown when it was given.

    The same again changes nothing. Raises IssueMoved when it is not resolved, or was rated otherwise meanwhile.
    """
    issue, at = _locked(issue), at or timezone.now()
    _expect(issue, IssueStatus.RESOLVED)
    if issue.satisfaction == satisfaction:
        return issue
    if issue.satisfaction != seen:
        raise IssueMoved(issue)
    issue.satisfaction = satisfaction
    _save(issue, "satisfaction")
    words = f"{satisfaction} / 5 · {text}" if text else f"{satisfaction} / 5"
    kinds = IssueEntryKind.RATED, CareEventKind.ISSUE_RATED
    _record(issue, *kinds, by, at, words, satisfaction=satisfaction)
    return issue


@transaction.atomic
def add_note(*, issue, by, text, at=None):
    """An internal note, in any state. The same words by the same person within a minute are one note."""
    issue, at = _locked(issue), at or timezone.now()
    lately = at - datetime.timedelta(seconds=SAME_NOTE_SECONDS)
    same = issue.entries.filter(kind=IssueEntryKind.NOTE, by=by, text=text, at__gt=lately).first()
    return same or _add_entry(issue, IssueEntryKind.NOTE, by, at, text)


@transaction.atomic
def save_issue(*, issue, version, changes, at=None):
    """Write `changes` ({field: value}) and return the issue as saved; `version` is the one the form showed.

    Another severity takes its service level from the same opening: what the clock has run counts. Raises
    EditConflict when somebody saved meanwhile and some value differs, NoServiceLevel as `open_issue` does.
    """
    saved = _locked(issue)
    changed = {name for name, value in changes.items() if getattr(saved, name) != value}
    if not changed:
        return saved
    if saved.version != version:
        raise EditConflict(saved)
    for name in changed:
        setattr(saved, name, changes[name])
    if "severity" in changed:
        _change_service_level(saved, at or timezone.now())
        changed |= {
            "response_hours",
            "resolution_hours",
            "response_due_at",
            "resolution_due_at",
            "breached_at",
        }
    saved.version += 1
    _save(saved, *changed, "version")
    tell_changed([saved.client_id])
    return saved


def _locked(issue):
    """The issue as it is now, held like its client until the transaction ends."""
    lock_client(issue.client_id)
    return Issue.objects.select_for_update(no_key=True).get(pk=issue.pk)


def _expect(issue, *statuses):
    if issue.status not in statuses:
        raise IssueMoved(issue)


def _save(issue, *fields):
    issue.save(update_fields=[*fields, "updated_at"])


def _runs(issue):
    """The runs of the clock, as clients.sla takes them; one that came without any has run since it opened."""
    runs = issue.clock_runs.order_by("started_at").values_list("started_at", "stopped_at")
    return list(runs) or [(issue.opened_at, issue.resolved_at)]


def _stop_clock(issue, at, reason):
    """Ends the run of the clock, if it runs; never before it began, whatever the clocks of two servers say."""
    for run in issue.clock_runs.filter(stopped_at__isnull=True):
        run.stopped_at, run.stopped_for = max(at, run.started_at), reason
        run.save(update_fields=["stopped_at", "stopped_for"])


def _go_on(issue, at):
    """A new run of the clock, and due moments from what was left."""
    IssueClock.objects.create(issue=issue, client_id=issue.client_id, started_at=at)
    issue.status = IssueStatus.OPEN
    _set_due(issue, _runs(issue))


def _set_due(issue, runs):
    if issue.first_responded_at is None:
        issue.response_due_at = due_at(runs, issue.response_hours)
    runs_now = issue.status == IssueStatus.OPEN
    issue.resolution_due_at = due_at(runs, issue.resolution_hours) if runs_now else None


def _take_service_level(issue, runs):
    """Copies the service level of the issue's severity and its client's segment as it is now."""
    policies = SlaPolicy.objects.filter(severity=issue.severity, segment=issue.client.segment)
    policy = policies.first()
    if policy is None:
        raise NoServiceLevel(f"severity {issue.severity}, segment {issue.client.segment}")
    issue.response_hours, issue.resolution_hours = policy.response_hours, policy.resolution_hours
    issue.response_due_at = due_at(runs, issue.response_hours)
    _set_due(issue, runs)


def _change_service_level(issue, at):
    """Takes another service level; what was missed by the old one and is not by the new one is forgotten."""
    runs = _runs(issue)
    _take_service_level(issue, runs)
    answered = sla_ratio(runs, issue.first_responded_at or at, issue.response_hours)
    resolved = sla_ratio(runs, issue.resolved_at or at, issue.resolution_hours)
    if max(answered, resolved) <= 1:
        issue.breached_at = None


def _record(issue, entry_kind, event_kind, by, at, text="", **facts):
    """The step in the issue's own thread and in the client's timeline."""
    _add_entry(issue, entry_kind, by, at, text)
    facts = issue_facts(issue) | ({"text": text} if text else {}) | facts
    record_change(issue.client_id, event_kind, by=by, subject_id=issue.pk, at=at, **facts)


def _add_entry(issue, kind, by, at, text):
    return IssueEntry.objects.create(
        issue=issue, client_id=issue.client_id, kind=kind, at=at, by=by, text=text
    )


def issue_facts(issue):
    """What every timeline entry of an issue tells; `severity` and `category` as they are stored."""
    return {"title": issue.title, "severity": issue.severity, "category": issue.category}
