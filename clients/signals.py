"""What this app says to whoever rests on it; the relationships app listens (relationships.receivers)."""

from django.dispatch import Signal

# Sent inside the transaction of a change that follow-ups and health rest on. Argument: client_ids (a list).
clients_changed = Signal()
