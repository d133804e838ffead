"""How the clocks of issues stand for screens: one issue from the runs of its clock, a list from due moments alone."""

from dataclasses import dataclass

from clients.sla import Clock, left_until, read_clock


@dataclass(frozen=True)
class Clocks:
    """Both clocks of one issue, see clients.sla.Clock."""

    response: Clock
    resolution: Clock


def clocks_of(issue, at):
    """The `Clocks` of an issue at a moment. One query; an issue that came without runs has run since it opened."""
    runs = list(issue.clock_runs.order_by("started_at").values_list("started_at", "stopped_at"))
    runs = runs or [(issue.opened_at, issue.resolved_at)]
    return Clocks(
        response=read_clock(runs, hours=issue.response_hours, at=at, done_at=issue.first_responded_at),
        resolution=read_clock(runs, hours=issue.resolution_hours, at=at, done_at=issue.resolved_at),
    )


def with_clocks(issues, at):
    """The rows with `resolution` and `response` where these clocks run at `at`, else None. No query."""
    for issue in issues:
        runs = issue.status == "open"
        issue.resolution = _running(issue.resolution_due_at, at) if runs else None
        unanswered = runs and issue.first_responded_at is None
        issue.response = _running(issue.response_due_at, at) if unanswered else None
        issue.is_late = any(clock and clock.is_late for clock in (issue.resolution, issue.response))
    return issues


def _running(due_at, at):
    """A clock that runs towards its due moment; how much of it is used is not known here."""
    return Clock("running", left_until(due_at, at), 0, due_at=due_at) if due_at else None
