"""What relationships does when a client's care has changed: follow-ups at once, health soon after the commit."""

from django.dispatch import receiver

from accounts.web.publishing import publish_on_commit
from clients.signals import clients_changed
from relationships.followups.care import refresh_care_follow_ups
from relationships.tasks import score_clients


@receiver(clients_changed)
def on_clients_changed(sender, client_ids, **_kwargs):
    """Runs in the transaction of the change."""
    refresh_care_follow_ups(client_ids)
    publish_on_commit(score_clients, client_ids)
