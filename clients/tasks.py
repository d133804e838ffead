"""The jobs of clients."""

from celery import shared_task

from clients.services import revenue


@shared_task
def roll_revenue_years():
    """Bring the yearly revenue of every client up to today. Twice, late or at once: the same outcome."""
    revenue.roll_revenue_years()
