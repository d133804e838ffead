"""The jobs of relationships. Each may be lost, doubled or run twice at once: the rows say what is due."""

from celery import shared_task
from django.conf import settings

from accounts.web.publishing import publish_on_commit
from relationships.followups import care, dispatch, escalate, generate, planning, ranges
from relationships.health import preview, refresh, runs
from relationships.health.backtest import run as backtest
from relationships.reports import sending
from relationships.services import overrides
from relationships.value import refresh as value_refresh


@shared_task
def score_all_clients():
    """Work a turn on today's run of all clients, and hand on what is left. Beat sends it each hour, and whoever
    publishes a scoring model at once. The one that starts the run asks others to help."""
    run, is_new = runs.start_nightly()
    if is_new:
        runs.prune()
        for _ in range(settings.SCORING_HELPERS):
            publish_on_commit(score_all_clients)
    if runs.work_on(run, seconds=runs.TURN_SECONDS).more:
        publish_on_commit(score_all_clients)


@shared_task
def sweep_changed_clients():
    """Score what changed since it was scored, and ask for what follows. Beat sends it each minute."""
    marked = list(refresh.marked_ids())
    runs.sweep()
    care.refresh_after_scoring(marked)


@shared_task
def score_clients(client_ids):
    """Score these clients now, right after a change to them, and ask for what follows."""
    refresh.score_clients(client_ids)
    care.refresh_after_scoring(client_ids)


@shared_task
def generate_follow_ups(client_ids=None, share=None):
    """Open, move, hand on and close what the rules ask for, then see what goes up; of every client unless some are
    named, or of a share of them. Beat sends it each hour; others help with a large book. A share that is lost comes
    again in an hour."""
    is_hourly = client_ids is None and share is None
    if is_hourly:
        share, *others = ranges.shares(1 + settings.SCORING_HELPERS)
        for other in others:
            publish_on_commit(generate_follow_ups, None, other)
    share = tuple(share or ranges.WHOLE)
    generate.generate_cadence_follow_ups(client_ids, share=share)
    care.refresh_care_follow_ups(client_ids, share=share)
    if is_hourly:
        escalate.escalate_late()


@shared_task
def refresh_expected_value():
    """Fit anew what clients without a contract will buy. Beat sends it each hour; the first of a week works."""
    value_refresh.refresh_when_due()


@shared_task
def deliver_reminders():
    """Plan the reminders that are due and send what waits for a turn; others help where that is much. Beat sends it
    each minute."""
    planning.plan_deliveries()
    if dispatch.are_many():
        for _ in range(settings.DELIVERY_HELPERS):
            publish_on_commit(send_reminders)
    send_reminders()


@shared_task
def send_reminders():
    """Send the reminders that wait for a turn, and hand on what is left."""
    if dispatch.send_due().more:
        publish_on_commit(send_reminders)


@shared_task
def send_reports():
    """Send the reports to clients that somebody has put on their way. Beat sends it each minute."""
    sending.send_due_reports()


@shared_task
def end_overrides():
    """End and judge the overrides of health whose last day is over. Beat sends it each hour."""
    overrides.end_expired_overrides()


@shared_task
def preview_scoring():
    """Work a turn on the preview of a scoring model that was asked for, and hand on what is left. Beat sends it each
    minute for one that was lost or whose worker died."""
    if preview.work_on_open():
        publish_on_commit(preview_scoring)


@shared_task(soft_time_limit=1500, time_limit=1560)
def run_backtests():
    """Work on the backtest that was asked for. Beat sends it each minute for one that was lost or whose worker died.

    It may take longer than the queue waits: the copy that is then delivered finds it taken.
    """
    backtest.run_waiting()
