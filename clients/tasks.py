"""The jobs of clients."""

from celery import shared_task

from clients.services import breaches, promises, revenue


@shared_task
def roll_revenue_years():
    """Bring the yearly revenue of every client up to today. Twice, late or at once: the same outcome."""
    revenue.roll_revenue_years()


@shared_task
def note_breaches():
    """Mark and tell of issues that have just missed their service level. Beat sends it each minute."""
    breaches.note_breaches()


@shared_task
def settle_promises():
    """Mark promises to pay that were broken or settled since. Beat sends it each hour; payments do it at once."""
    promises.settle_promises()
