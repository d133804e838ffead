"""Addresses of what is escalated and of the team's overdue."""

from django.urls import path

from relationships.views import escalations

urlpatterns = [
    path("escalations/", escalations.escalations, name="escalations"),
    path("escalations/<int:escalation_id>/keep/", escalations.escalation_keep, name="escalation_keep"),
    path(
        "escalations/<int:escalation_id>/pass-on/", escalations.escalation_pass_on, name="escalation_pass_on"
    ),
]
