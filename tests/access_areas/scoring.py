"""The scoring model: admins alone."""

from relationships.health.spec import THIRD_SPEC
from relationships.models import ScoringDraft, ScoringModel

TABLE = """
relationships:scoring_model            GET     -     403   403   403   403   403   403   403   200   403
relationships:scoring_version          GET     -     403   403   403   403   403   403   403   200   403
relationships:scoring_draft            GET     -     403   403   403   403   403   403   403   200   403
relationships:scoring_draft            POST    -     403   403   403   403   403   403   403   422   403
relationships:scoring_discard          GET     -     403   403   403   403   403   403   403   200   403
relationships:scoring_discard          POST    -     403   403   403   403   403   403   403   422   403
relationships:scoring_preview          GET     -     403   403   403   403   403   403   403   200   403
relationships:scoring_preview          POST    -     403   403   403   403   403   403   403   302   403
relationships:scoring_publish          GET     -     403   403   403   403   403   403   403   405   403
relationships:scoring_publish          POST    -     403   403   403   403   403   403   403   422   403
"""
WATCHED = ["relationships_scoringmodel", "relationships_scoringdraft", "relationships_scoringpreview"]


def scene(book):
    """A draft of the next version."""
    current = ScoringModel.objects.current()
    ScoringDraft.objects.create(spec=THIRD_SPEC | {"minimum_coverage": 40}, based_on=current)
    return {"version": current.version}
