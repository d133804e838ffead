"""Addresses of the account manager's own rating and of overrides."""

import datetime

from django.utils import timezone

from relationships.models import HealthOverride

TABLE = """
relationships:ratings                  GET     -     200   200   200   200   200   200   200   200   403
relationships:client_rating            GET     -     404   404   404   200   200   200   200   200   403
relationships:client_rating            POST    -     404   404   404   403   422   403   403   403   403
relationships:override                 GET     -     404   404   404   403   200   200   200   200   403
relationships:override                 POST    -     404   404   404   403   422   422   422   422   403
relationships:override_end             GET     -     404   404   404   403   405   405   405   405   403
relationships:override_end             POST    -     404   404   404   403   302   302   302   302   403
relationships:overrides                GET     -     403   200   403   403   403   200   200   200   403
"""
WATCHED = ["relationships_ownrating", "relationships_healthoverride", "clients_careevent"]


def scene(book):
    """A running override of Alpha."""
    running = HealthOverride.objects.create(
        client=book.alpha,
        score=40,
        reason="Their new owner buys elsewhere",
        made_by=book.lan,
        made_at=timezone.now(),
        expires_on=timezone.localdate() + datetime.timedelta(days=14),
    )
    return {"override_id": running.pk}
