"""Addresses of escalations and the team's overdue."""

from django.utils import timezone

from relationships.models import Escalation
from tests import factories as make

TABLE = """
relationships:escalations              GET     -     403   200   403   403   403   200   200   200   403
relationships:escalation_keep          GET     -     404   404   404   403   403   403   200   200   403
relationships:escalation_keep          POST    -     404   404   404   403   403   403   422   422   403
relationships:escalation_pass_on       GET     -     404   404   404   403   403   403   405   405   403
relationships:escalation_pass_on       POST    -     404   404   404   403   403   403   302   302   403
"""
WATCHED = ["relationships_escalation", "clients_careevent"]


def scene(book):
    """An offer to the manager to reassign Alpha."""
    offer = Escalation.objects.create(
        follow_up=make.follow_up(book.alpha, book.lan, due_in=-14),
        client=book.alpha,
        step="reassign",
        to=book.manager,
        counted_from=timezone.localdate(),
        at=timezone.now(),
    )
    return {"escalation_id": offer.pk}
