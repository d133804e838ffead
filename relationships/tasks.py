"""The jobs of relationships. Each may be lost, doubled or run twice at once: the rows say what is due."""

from celery import shared_task

from relationships.followups import care, dispatch, generate
from relationships.health import refresh
from relationships.reports import sending
from relationships.services import overrides


@shared_task
def score_all_clients():
    """Score every client that has no score of today yet. Beat sends it each hour; the first after midnight works."""
    refresh.score_not_yet_today()


@shared_task
def sweep_changed_clients():
    """Score what changed since it was scored. Beat sends it each minute."""
    refresh.sweep()


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
