"""The one place that puts tasks on the queue.

The queue only hastens work that the database already records, so a broker that is away must neither fail nor
hold up a request: publishing happens after the commit, and what goes wrong is logged.
"""

import logging

from django.db import transaction

logger = logging.getLogger(__name__)


def publish_on_commit(task, *args):
    """Send `task` with `args` (ids) once the transaction has committed. Never raises."""

    def publish():
        try:
            task.apply_async(args=args)
        except Exception as error:  # any broker failure: the minute's sweep finds the row
            logger.warning("%s was not queued and waits for the sweep: %s", task.name, error)

    transaction.on_commit(publish, robust=True)
