"""What jobs that take a while have in common: who asked, how far they are, how they ended."""

from django.conf import settings
from django.db import models


class LongWork(models.Model):
    """A row asked for in a request and worked on by a job. `done` of `total` says how far it is.

    Not started: `started_at` is null. Ended: `ended_at`, with `error` where it failed. `alive_at` is moved on by the
    worker, so that one whose worker died is seen and taken up again.
    """

    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    requested_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True, editable=False)
    alive_at = models.DateTimeField(null=True, editable=False)
    ended_at = models.DateTimeField(null=True, editable=False)
    total = models.PositiveIntegerField(default=0, editable=False)
    done = models.PositiveIntegerField(default=0, editable=False)
    error = models.CharField(max_length=500, blank=True, editable=False)

    class Meta:
        abstract = True
