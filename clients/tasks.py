"""The jobs of clients."""

from celery import shared_task

from clients import peers, whitespace
from clients.filters import house_today
from clients.services import attachments, breaches, promises, renewals, revenue


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


@shared_task
def sweep_files():
    """Delete stored files that no row names any more. Beat sends it each day; twice or at once: the same outcome."""
    attachments.sweep_files()


@shared_task
def renew_automatically():
    """Sign the successor of each contract that renews by itself and is past its end. Beat sends it each hour; a run
    that is lost, doubled or late has the same outcome, since a contract is renewed once."""
    renewals.renew_automatically(house_today())


@shared_task
def warm_peers():
    """Work out what alike clients own, for every large group. Beat sends it each night; a page that finds a figure
    missing works it out itself, so a run that is lost costs somebody a moment's wait and no more."""
    peers.warm_peers(whitespace.read_catalogue())
