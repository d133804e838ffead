"""Addresses of the scoring runs."""

from django.utils import timezone

from relationships.models import ScoringModel, ScoringRun

TABLE = """
relationships:scoring_runs             GET     -     403   403   403   403   403   403   403   200   403
"""
WATCHED = ["relationships_scoringrun", "relationships_scoringrange"]


def scene(book):
    """A run that is open."""
    now = timezone.now()
    run = ScoringRun.objects.create(
        kind="nightly", as_of=now.date(), model=ScoringModel.objects.current(), started_at=now, clients=2
    )
    run.ranges.create(first_id=1, last_id=book.alpha.pk)
    return {}
