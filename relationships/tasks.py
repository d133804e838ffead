"""The jobs of relationships. Each may be lost, doubled or run twice at once: the rows say what is due."""

from celery import shared_task
from django.conf import settings

from accounts.web.publishing import publish_on_commit
from relationships.followups import care, dispatch, generate
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
    """Score what changed since it was scored. Beat sends it each minute."""
    runs.sweep()


@shared_task
def score_clients(client_ids):
    """Score these clients now, right after a change to them."""
    refresh.score_clients(client_ids)


@shared_task
def generate_follow_ups(client_ids=None):
    """Open, move, hand on and close what the rules ask for; of every client unless some are named. Beat: each hour."""
    generate.generate_cadence_follow_ups(client_ids)
    care.refresh_care_follow_ups(client_ids)


@shared_task
def refresh_expected_value():
    """Fit anew what clients without a contract will buy. Beat sends it each hour; the first of a week works."""
    value_refresh.refresh_when_due()


@shared_task
def deliver_reminders():
    """Plan and send the reminders that are due. Beat sends it each minute."""
    dispatch.deliver_due()


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
