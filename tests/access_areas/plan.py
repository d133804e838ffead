"""The plan for a client."""

import datetime

from django.utils import timezone

from relationships.models import PlanAction

TABLE = """
relationships:plan                     GET     -     404   404   404   200   200   200   200   200   403
relationships:plan_action_new          GET     -     404   404   404   403   200   200   200   200   403
relationships:plan_action_new          POST    -     404   404   404   403   422   422   422   422   403
relationships:plan_action_edit         GET     -     404   404   404   403   200   200   200   200   403
relationships:plan_action_edit         POST    -     404   404   404   403   422   422   422   422   403
relationships:plan_action_state        GET     -     404   404   404   403   405   405   405   405   403
relationships:plan_action_state        POST    -     404   404   404   403   302   302   302   302   403
"""
WATCHED = ["relationships_planaction"]


def scene(book):
    """An open action of Alpha's plan."""
    due_on = timezone.localdate() + datetime.timedelta(days=20)
    action = PlanAction.objects.create(
        client=book.alpha, what="Visit the new plant", owner=book.lan, due_on=due_on
    )
    return {"action_id": action.pk}
